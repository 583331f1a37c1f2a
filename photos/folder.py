"""Photos in a folder of this machine: what a shop has before it sets anything."""

import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from anyio import to_thread

from photos.keys import (
    PROBE,
    StorageDown,
    StoredKey,
    check_content,
    check_key,
    is_key,
    key_of,
    missing,
)
from workshop.errors import WorkshopError


class FolderStorage:
    """Keeps each file at `ab/cd/<key>`, readable by the shop's own user only."""

    is_local = True

    def __init__(self, path: Path) -> None:
        self._path = path

    async def put(self, data: bytes) -> str:
        """Store bytes and give their key; whoever asks for the key gets all of them or nothing."""
        return await to_thread.run_sync(self._put, data)

    async def get(self, key: str) -> bytes:
        """The stored bytes. Raises NotFound, StoredFileChanged or StorageDown."""
        check_key(key)
        return await to_thread.run_sync(self._get, key)

    async def exists(self, key: str) -> bool:
        """Whether the file is there."""
        check_key(key)
        return await to_thread.run_sync(self._place(key).is_file)

    async def url(self, key: str, seconds: int = 300) -> str | None:
        """None: a folder has no address of its own, the shop's server gives the bytes."""
        check_key(key)
        return None

    async def keys(self) -> AsyncIterator[StoredKey]:
        """Every stored file in the order of their keys, a shard at a time."""
        for shard in await to_thread.run_sync(self._shards):
            for stored in await to_thread.run_sync(_keys_in, shard):
                yield stored

    async def delete(self, key: str) -> None:
        """Remove a file that no record mentions; one already gone is fine."""
        check_key(key)
        await to_thread.run_sync(self._delete, key)

    async def probe(self) -> list[str]:
        """What is wrong with the folder, in sentences; empty when photos are safe in it."""
        try:
            key = await self.put(PROBE)
            await self.get(key)  # stays until the sweep: another process may be probing too
        except WorkshopError as wrong:
            return [wrong.message]
        return []

    def _place(self, key: str) -> Path:
        return self._path / key[:2] / key[2:4] / key

    def _put(self, data: bytes) -> str:
        key = key_of(data)
        place = self._place(key)
        with _said_plainly(self._path):
            for folder in (self._path, place.parent.parent, place.parent):
                _make_folder(folder)
            _write(place, data)
        return key

    def _get(self, key: str) -> bytes:
        with _said_plainly(self._path):
            try:
                data = self._place(key).read_bytes()
            except FileNotFoundError:
                raise missing(key) from None
        return check_content(key, data)

    def _delete(self, key: str) -> None:
        with _said_plainly(self._path):
            self._place(key).unlink(missing_ok=True)

    def _shards(self) -> list[Path]:
        with _said_plainly(self._path):
            return sorted(self._path.glob("??/??"))


@contextmanager
def _said_plainly(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageDown(
            f"Photos cannot be kept in {path}: {error.strerror}. What was saved before is safe. "
            "Free the disk or correct the folder's owner, then add the photo again."
        ) from error


def _make_folder(folder: Path) -> None:
    if folder.is_dir():
        return
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _sync(folder.parent)


def _write(place: Path, data: bytes) -> None:
    """Replace a file at once: a power cut leaves the whole new file, the old one or none."""
    handle, draft = tempfile.mkstemp(dir=place.parent, prefix=".")  # made with mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(place)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    _sync(place.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _keys_in(shard: Path) -> list[StoredKey]:
    found = []
    for name in sorted(filter(is_key, os.listdir(shard))):  # noqa: PTH208 (names are all we need)
        with suppress(FileNotFoundError):  # another process may have moved it on meanwhile
            found.append(StoredKey(name, datetime.fromtimestamp((shard / name).stat().st_mtime, UTC)))
    return found
