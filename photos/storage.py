"""Where photos are kept: a folder of this machine, or S3 once a bucket is set."""

from collections.abc import AsyncIterator
from typing import Protocol

from photos.folder import FolderStorage
from photos.keys import StorageDown, StoredFileChanged, StoredKey, key_of
from photos.s3 import S3Storage
from workshop.settings import Settings

__all__ = [
    "FolderStorage",
    "S3Storage",
    "Storage",
    "StorageDown",
    "StoredFileChanged",
    "StoredKey",
    "key_of",
    "storage_from",
]


class Storage(Protocol):
    """Keeps files under the SHA-256 of their bytes: storing one twice, or at once, is harmless.

    A name that is not a key raises NotFound, a place out of reach StorageDown.
    """

    is_local: bool
    """Whether storing is a write to this machine's own disk; anything else can be away."""

    async def put(self, data: bytes) -> str:
        """Store bytes for good and give their key."""
        ...

    async def get(self, key: str) -> bytes:
        """The stored bytes. Raises NotFound, StoredFileChanged."""
        ...

    async def exists(self, key: str) -> bool:
        """Whether the file is there."""
        ...

    async def url(self, key: str, seconds: int = 300) -> str | None:
        """An address anyone can read for so many seconds (300 at most); None if there is none."""
        ...

    def keys(self) -> AsyncIterator[StoredKey]:
        """Every stored file and since when, ordered by key, for the sweep."""
        ...

    async def delete(self, key: str) -> None:
        """Remove a file; only for the sweep."""
        ...

    async def probe(self) -> list[str]:
        """What is missing for photos to be safe here, in sentences; empty when nothing is."""
        ...


def storage_from(settings: Settings) -> Storage:
    """The storage a shop has set; the folder `photos` of its data folder when it set none."""
    if not settings.s3_bucket:
        return FolderStorage(settings.data_dir / "photos")
    return S3Storage(settings.s3_bucket, settings.s3_endpoint_url, settings.s3_checksums)
