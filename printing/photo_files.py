"""The stored photos, read for paper. Photos are kept by a package beside this one: the roots join the two."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import structlog

from workshop.errors import WorkshopError

Reader = Callable[[UUID], Awaitable[bytes]]
_log = structlog.get_logger()


async def _nobody(photo: UUID) -> bytes:
    return b""


_read: Reader = _nobody


def use_photos(read: Reader) -> None:
    """From now on photos are read by `read(photo)`: said once by each program that prints."""
    global _read
    _read = read


async def photo_file(photo: str) -> bytes:
    """The picture's file, or nothing while it is still on its way to the storage or cannot be had.

    Whose photo it is, the caller knows.
    """
    try:
        return await _read(UUID(photo))
    except WorkshopError as away:
        _log.warning("a photo was not there for printing", photo=photo, because=away.message)
        return b""
