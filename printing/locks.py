"""One job at a time on one device, within this process."""

import asyncio
from collections.abc import Hashable
from weakref import WeakKeyDictionary

# A lock belongs to one event loop. Between processes the print queue keeps the order.
_locks: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[Hashable, asyncio.Lock]] = WeakKeyDictionary()


def only_one(device: Hashable) -> asyncio.Lock:
    """The lock of a device: whoever holds it has the device alone."""
    return _locks.setdefault(asyncio.get_running_loop(), {}).setdefault(device, asyncio.Lock())
