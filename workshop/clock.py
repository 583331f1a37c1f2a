"""The one clock. "Today" and quiet hours are the shop's, rows are UTC."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_source: Callable[[], datetime] = lambda: datetime.now(UTC)  # noqa: E731


def now() -> datetime:
    """This moment, aware, in UTC."""
    return _source()


def today(zone: str) -> date:
    """The shop's calendar day."""
    return local(now(), zone).date()


def local(moment: datetime, zone: str) -> datetime:
    """A moment on the shop's wall clock."""
    return moment.astimezone(ZoneInfo(zone))


def run_on(source: Callable[[], datetime]) -> None:
    """Take the time from elsewhere: the tests' seam."""
    global _source  # noqa: PLW0603 - one clock per process is the point
    _source = source


def run_on_real_time() -> None:
    """Back to the machine's clock."""
    run_on(lambda: datetime.now(UTC))
