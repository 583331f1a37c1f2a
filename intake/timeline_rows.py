"""Everything done with, said to and written down about a person: which kinds there are, read a page at a time."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from intake.timeline_sql import timeline_sql
from workshop import clock
from workshop.db import fetch, fetch_one, transaction

Row = dict[str, Any]
PAGE = 30
FAR = timedelta(days=36500)  # a page without a spot begins at whatever is newest
KINDS = {
    "all": ("Everything", "list"), "visits": ("Visits", "package-import"), "texts": ("Texts", "message-2"),
    "calls": ("Calls", "phone"), "money": ("Money", "receipt"),
    "pieces": ("Purchases", "shopping-bag"), "next": ("Reminders", "bell"),
    "notes": ("Notes", "file-text"), "record": ("Details", "user"),
}  # fmt: skip


@dataclass(frozen=True)
class Spot:
    """Where a page ends: the next one begins below it."""

    at: datetime
    key: str

    def __str__(self) -> str:
        return f"{self.at.astimezone(UTC):%Y%m%dT%H%M%S.%f}_{self.key}"


def spot_of(text: str) -> Spot | None:
    """The spot an address names; anything else is the beginning."""
    at, _, key = text.partition("_")
    if not re.fullmatch(r"[a-z][0-9a-f-]{1,40}", key):
        return None
    try:
        return Spot(datetime.strptime(at, "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC), key)
    except ValueError:
        return None


async def rows_of(
    people: list[int], *, of: int, shop: int, kind: str = "all", below: Spot | None = None, limit: int = PAGE
) -> tuple[list[Row], Spot | None]:
    """A page of rows about these people on the page of one of them, newest first, and where the next one begins."""
    found: list[Row] = []
    async with transaction():
        await _prepare()
        while len(found) <= limit:
            rows = await _read(people, of, shop, kind, below, limit)
            found += [row for row in rows if not row["is_surprise"]]
            if len(rows) <= limit:
                break
            below = _spot(rows[-1])  # what was left out is made up for from further below
    page = found[:limit]
    return page, _spot(page[-1]) if len(found) > limit else None


async def _prepare() -> None:
    """Rows come in the order of an index and end with the page: no plan may collect all of a person's and sort them.

    The statement is long and always planned the same, so it is planned once.
    """
    await fetch_one(
        """SELECT set_config('enable_bitmapscan', 'off', true), set_config('plan_cache_mode', $1, true),
                  set_config('max_parallel_workers_per_gather', '0', true)""",
        "force_generic_plan",
    )


async def _read(people: list[int], of: int, shop: int, kind: str, below: Spot | None, limit: int) -> list[Row]:
    at, key = (below.at, below.key) if below else (clock.now() + FAR, "~")
    return await fetch(timeline_sql(kind), people, at, key, limit + 1, shop, of)


def _spot(row: Row) -> Spot:
    return Spot(row["at"], row["key"])
