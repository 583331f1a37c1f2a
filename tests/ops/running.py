"""A real `workshop run` in a folder of its own, and every process that belongs to it."""

import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import termios
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from workshop.embedded import SYSTEM_FOLDER, EmbeddedPostgres

T = TypeVar("T")
ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    """A port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def until(ask: Callable[[], T], words: str | Callable[[], str], seconds: float = 40) -> T:
    """What `ask` gives once it gives something true; fails with `words` if it never does."""
    ends = time.monotonic() + seconds
    while not (answer := ask()):
        assert time.monotonic() < ends, words if isinstance(words, str) else words()
        time.sleep(0.05)
    return answer


class RunningShop:
    """One data folder and the command run on it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.output = folder.parent / f"{folder.name}.output"

    @property
    def environment(self) -> dict[str, str]:
        """Only this shop's settings."""
        others = {name: value for name, value in os.environ.items() if not name.startswith("WORKSHOP_")}
        return others | {"WORKSHOP_DATA_DIR": str(self.folder), "WORKSHOP_PORT": str(self.port)}

    @property
    def postgres(self) -> EmbeddedPostgres:
        """Its database."""
        return EmbeddedPostgres(self.folder)

    def command(self, *words: str, typed: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
        """A `workshop` command on the same folder, to its end."""
        return subprocess.run(
            [sys.executable, "-m", "workshop.cli", *words], env=self.environment | settings, cwd=ROOT,
            input=typed, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    def start(self) -> subprocess.Popen[bytes]:
        """`workshop run`, until its pages answer and a worker is at work."""
        with self.output.open("ab") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "workshop.cli", "run"], env=self.environment, cwd=ROOT,
                stdout=output, stderr=output, start_new_session=True,
            )  # fmt: skip
        return self._opened(process)

    def start_on(self, terminal: int) -> subprocess.Popen[bytes]:
        """The same with a terminal of its own, as a person would."""
        process = subprocess.Popen(
            [sys.executable, "-m", "workshop.cli", "run"], env=self.environment, cwd=ROOT,
            stdin=terminal, stdout=terminal, stderr=terminal, start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )  # fmt: skip
        return self._opened(process)

    def _opened(self, process: subprocess.Popen[bytes]) -> subprocess.Popen[bytes]:
        until(self.is_well, lambda: f"The shop did not open: {self.health()} {self.words()}")
        return process

    def words(self) -> str:
        """Everything it said."""
        return self.output.read_text() if self.output.exists() else ""

    def health(self) -> dict[str, Any]:
        """What /health says; empty while nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=5) as answer:
                return dict(json.load(answer))
        except (OSError, urllib.error.URLError):
            return {}

    def is_well(self) -> bool:
        """Whether pages, database and worker all say ok."""
        return self.health().get("status") == "ok"

    def processes(self, part: str = "") -> set[int]:
        """Living processes of this folder, by their environment or their words."""
        return {pid for pid in _pids() if _belongs(pid, self.folder, part)}

    def end_all(self) -> None:
        """Nothing of this shop is left, whatever the test did."""
        self._end("workshop.cli run")
        self._end("workshop.cli")  # what the first left behind
        if self.postgres.is_running():
            self.postgres.stop("immediate")
        if self.postgres.folder.is_relative_to(SYSTEM_FOLDER):
            shutil.rmtree(self.postgres.folder.parent, ignore_errors=True)

    def _end(self, part: str) -> None:
        for pid in self.processes(part):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        until(lambda: not self.processes(part), f"{part} did not end.")


def _pids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _belongs(pid: int, folder: Path, part: str) -> bool:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        surroundings = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:  # it ended meanwhile, or is somebody else's
        return False
    ours = str(folder) in words or f"WORKSHOP_DATA_DIR={folder}".encode() in surroundings
    return bool(words) and ours and part in words
