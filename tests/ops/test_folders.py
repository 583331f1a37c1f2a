"""The embedded database starts in any folder, and no folder that is not ours changes for it."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from workshop.data_folder import claim_folder
from workshop.embedded import SYSTEM_FOLDER, EmbeddedPostgres
from workshop.errors import WorkshopError

pytestmark = pytest.mark.anyio

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs PostgreSQL under another account")


@pytest.fixture
def closed() -> Iterator[Path]:
    """A folder that only we can enter, with another below it."""
    folder = Path(tempfile.mkdtemp(prefix="workshop-closed-"))
    (folder / "between").mkdir(mode=0o750)
    yield folder
    shutil.rmtree(folder)


def permissions(path: Path) -> dict[Path, tuple[int, int, int]]:
    """Mode and owner of a folder and everything above it."""
    return {
        folder: (folder.stat().st_mode, folder.stat().st_uid, folder.stat().st_gid)
        for folder in [path, *path.parents, SYSTEM_FOLDER.parent]
    }


def accounts() -> str:
    return Path("/etc/passwd").read_text() + Path("/etc/group").read_text()


async def is_answering(server: EmbeddedPostgres) -> bool:
    connection = await asyncpg.connect(server.dsn)
    try:
        return bool(await connection.fetchval("SELECT 1") == 1)
    finally:
        await connection.close()


async def test_no_folder_of_others_is_loosened(closed: Path) -> None:
    before, people = permissions(closed / "between"), accounts()
    server = EmbeddedPostgres(closed / "between" / "data")
    try:
        server.start()
        assert await is_answering(server)
        again = EmbeddedPostgres(closed / "between" / "data")
        assert again.folder == server.folder, "the next start finds the same rows"
        assert permissions(closed / "between") == before
        assert accounts() == people, "nor is anybody added to the machine"
    finally:
        server.stop("immediate")
        if server.folder.is_relative_to(SYSTEM_FOLDER):
            shutil.rmtree(server.folder.parent)


@as_root
async def test_programs_in_a_closed_folder_are_copied_to_ours(
    closed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = EmbeddedPostgres(closed / "asked").bin.parent.parent
    for name in (installed.name, f"{installed.name}.libs"):
        source = installed.parent / name
        if source.exists():
            subprocess.run(["cp", "-a", "--link", source, closed / name], check=True)
    monkeypatch.syspath_prepend(closed)
    before = permissions(closed / installed.name)
    server = EmbeddedPostgres(closed / "data")
    try:
        server.start()
        assert server.bin.is_relative_to(SYSTEM_FOLDER)
        assert await is_answering(server)
        assert permissions(closed / installed.name) == before
    finally:
        server.stop("immediate")
        shutil.rmtree(server.bin.parents[2])
        shutil.rmtree(server.folder.parent)


async def test_a_number_left_by_a_power_cut_and_given_to_another_program_stops_nothing(closed: Path) -> None:
    server = EmbeddedPostgres(closed / "data")
    other = subprocess.Popen(["sleep", "600"], user=server.account)
    try:
        server.start()
        left = (server.folder / "postmaster.pid").read_text().splitlines()
        server.stop("immediate")
        left[0] = str(other.pid)  # alive, and not PostgreSQL
        (server.folder / "postmaster.pid").write_text("\n".join(left) + "\n")
        assert not server.is_alive()
        assert server.start()
        assert await is_answering(server)
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()
        server.stop("immediate")
        if server.folder.is_relative_to(SYSTEM_FOLDER):
            shutil.rmtree(server.folder.parent)


def test_a_folder_is_claimed_by_one_at_a_time(tmp_path: Path) -> None:
    first = claim_folder(tmp_path, "run")
    assert first is not None
    assert claim_folder(tmp_path, "run") is None
    first.release()
    second = claim_folder(tmp_path, "run")
    assert second is not None
    second.release()


def test_a_folder_that_cannot_be_made_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(WorkshopError, match="Set WORKSHOP_DATA_DIR"):
        claim_folder(tmp_path / "file" / "data", "run")
