"""A part that does not end when asked is ended, and so is what it started."""

import sys
from pathlib import Path

from tests.ops.running import until
from workshop.data_folder import claim_folder
from workshop.parts import Part, end_parts

DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)"
PARENT = "import subprocess, time; print(subprocess.Popen(['sleep', '600']).pid, flush=True); time.sleep(600)"


def start(code: str, output: Path) -> tuple[Part, str]:
    """A part that runs this code, once it has said its first word."""
    part = Part("part", ["sh", "-c", f'exec "{sys.executable}" -c "{code}" > "{output}"'])
    part.start()
    return part, until(lambda: output.exists() and output.read_text().strip(), "The part said nothing.")


def test_a_part_that_hangs_at_shutdown_is_ended(tmp_path: Path) -> None:
    part, _ = start(DEAF, tmp_path / "said")
    end_parts([part], patience=0.5)
    assert part.has_ended


def test_asked_twice_it_does_not_wait(tmp_path: Path) -> None:
    part, _ = start(DEAF, tmp_path / "said")
    end_parts([part], patience=600, hurry=lambda: True)
    assert part.has_ended


def test_what_a_part_started_ends_with_it(tmp_path: Path) -> None:
    part, child = start(PARENT, tmp_path / "said")
    end_parts([part], patience=10)
    gone = Path(f"/proc/{child}/status")
    until(lambda: not gone.exists() or "(zombie)" in gone.read_text(), "The child outlived its part.")


def test_a_folder_stays_claimed_until_its_last_part_has_ended(tmp_path: Path) -> None:
    claim = claim_folder(tmp_path, "run")
    assert claim is not None
    part = Part("part", ["sleep", "600"], keeps=(claim.descriptor,))
    part.start()
    claim.release()  # as if the shop had been killed
    assert claim_folder(tmp_path, "run") is None
    end_parts([part])
    free = claim_folder(tmp_path, "run")
    assert free is not None
    free.release()
