"""Holding a piece, so that two changes of it come one after the other."""

from typing import Any

from workshop.db import fetch_one
from workshop.errors import NotFound


async def piece_by_id(piece: int) -> dict[str, Any]:
    """What we know of a piece, only to read. NotFound if there is none."""
    return _found(await fetch_one("SELECT * FROM piece WHERE id = $1", piece))


async def lock_piece(piece: int) -> dict[str, Any]:
    """What we know of a piece, held until the caller's transaction ends.

    NO KEY UPDATE: whoever writes an envelope or history about the piece refers to it and need not wait.
    """
    return _found(await fetch_one("SELECT * FROM piece WHERE id = $1 FOR NO KEY UPDATE", piece))


def _found(row: dict[str, Any] | None) -> dict[str, Any]:
    if row is None:
        raise NotFound("We do not know that piece. Look for it by its owner's name.")
    return row
