"""When something was done: now, or when a scanner read it while the shop could not be reached."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from workshop import clock

_read_at: ContextVar[datetime | None] = ContextVar("workshop_read_at", default=None)


@contextmanager
def read_at(moment: datetime | None) -> Iterator[None]:
    """What is done inside was done at that moment, although it is recorded only now."""
    mark = _read_at.set(moment)
    try:
        yield
    finally:
        _read_at.reset(mark)


def acted_at(not_before: datetime | None = None) -> datetime:
    """The moment an act counts from: never after now, never before what it follows."""
    now, moment = clock.now(), _read_at.get()
    if moment is None:
        return now
    return min(now, max(moment, not_before or moment))


def kept_since() -> datetime | None:
    """When an act that waited on a tablet was really done; None for one that is done now."""
    return _read_at.get()
