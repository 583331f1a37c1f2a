"""Where this process keeps photos, and the folder in which they wait until they are there."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from photos.folder import FolderStorage
from photos.storage import Storage, storage_from
from workshop.settings import settings


class WaitingFolder(FolderStorage):
    """Photos that this machine received and that are not in the storage yet.

    Flat and not in shards: it is looked through every half minute and is nearly always empty.
    """

    def _place(self, key: str) -> Path:
        return self._path / key

    def _shards(self) -> list[Path]:
        return [self._path] if self._path.is_dir() else []


@dataclass(frozen=True, slots=True)
class Places:
    """Where photos are for good, and where they wait."""

    storage: Storage
    waiting: FolderStorage


@cache
def _set() -> Places:
    return Places(storage_from(settings()), WaitingFolder(settings().data_dir / "photos-waiting"))


_source: Callable[[], Places] = _set


def places() -> Places:
    """The storage of the settings, and the folder `photos-waiting` of the data folder."""
    return _source()


def use_storage(storage: Storage, waiting: Path) -> None:
    """Keep photos elsewhere: the tests' seam."""
    global _source
    chosen = Places(storage, WaitingFolder(waiting))
    _source = lambda: chosen  # noqa: E731


def use_storage_of_settings() -> None:
    """Back to what the shop has set."""
    global _source
    _source = _set
