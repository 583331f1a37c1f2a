"""From the folder in which photos wait to the storage, whenever that answers."""

from datetime import timedelta
from typing import Any

import structlog

from photos.keys import StorageDown, StoredFileChanged
from photos.places import places
from workshop import clock
from workshop.db import fetch
from workshop.errors import NotFound

_log = structlog.get_logger()
_AT_A_TIME = 500
FORGOTTEN = timedelta(hours=24)  # bytes that no row mentions by then were never answered for


async def move_waiting() -> None:
    """Move every photo that waits on this machine; stops at once while the storage is away."""
    waiting = {stored.key: stored.stored_at async for stored in places().waiting.keys()}  # noqa: SIM118
    if not waiting:
        return
    rows = await fetch(
        """SELECT id, key, thumb_key FROM photo WHERE state <> 'stored' AND (key = ANY($1) OR thumb_key = ANY($1))
           ORDER BY taken_at LIMIT $2""",
        list(waiting), _AT_A_TIME,
    )  # fmt: skip
    for row in rows:
        try:
            await move_photo(row)
        except StorageDown as away:
            _log.warning("photos wait", waiting=len(rows), because=away.message)
            return
        except StoredFileChanged as changed:
            _log.error("waiting photo spoiled", photo=str(row["id"]), key=changed.details["key"])
    await _clear([key for key, since in waiting.items() if since < clock.now() - FORGOTTEN])


async def move_photo(row: dict[str, Any]) -> None:
    """Store both sizes of one photo, then say so in its row, then forget where they waited.

    Does nothing when a size is neither waiting here nor stored. Raises StorageDown.
    """
    keys = [row["key"], row["thumb_key"]]
    for key in keys:
        if not await _move(key):
            return
    await fetch("UPDATE photo SET state = 'stored' WHERE id = $1", row["id"])
    for key in keys:
        await places().waiting.delete(key)


async def _move(key: str) -> bool:
    try:
        picture = await places().waiting.get(key)
    except NotFound:
        return await places().storage.exists(key)
    await places().storage.put(picture)
    return True


async def _clear(keys: list[str]) -> None:
    """Remove what no photo waits for any more: a row was refused, or another machine stored the same."""
    rows = await fetch(
        """SELECT key, thumb_key FROM photo WHERE state <> 'stored' AND (key = ANY($1) OR thumb_key = ANY($1))""",
        keys,
    )
    needed = {row[column] for row in rows for column in ("key", "thumb_key")}
    for key in set(keys) - needed:
        await places().waiting.delete(key)
