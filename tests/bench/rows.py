"""What the record holds after an act."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from workshop.db import fetch, fetch_value

Scan = Callable[..., Awaitable[httpx.Response]]


async def events_of(envelope: int) -> int:
    """How much history an envelope has."""
    count: int = await fetch_value("SELECT count(*) FROM event WHERE envelope = $1", envelope)
    return count


async def row_of(envelope: int) -> dict[str, Any]:
    """An envelope as stored."""
    return (await fetch("SELECT * FROM envelope WHERE id = $1", envelope))[0]
