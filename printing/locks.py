"""One job at a time on one device: within this process, and between processes."""

import asyncio
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from weakref import WeakKeyDictionary

from workshop.db import DB

# A lock belongs to one event loop.
_locks: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[Hashable, asyncio.Lock]] = WeakKeyDictionary()
_KEY = "hashtextextended('printer ' || $1, 0)"


def only_one(device: Hashable) -> asyncio.Lock:
    """The lock of a device in this process: whoever holds it has the device alone."""
    return _locks.setdefault(asyncio.get_running_loop(), {}).setdefault(device, asyncio.Lock())


@asynccontextmanager
async def alone_with(device: str) -> AsyncIterator[bool]:
    """Have a device to oneself among all processes; gives False at once when another has it.

    The lock lives in a database session of its own, so a process that dies lets go of it.
    """
    assert DB.pool is not None, "The connection pool is not started."
    async with DB.pool.acquire() as session:
        is_ours = await session.fetchval(f"SELECT pg_try_advisory_lock({_KEY})", device)
        try:
            yield is_ours
        finally:
            if is_ours and not session.is_closed():
                await session.execute(f"SELECT pg_advisory_unlock({_KEY})", device)
