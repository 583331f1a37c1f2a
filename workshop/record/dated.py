"""Rows that hold from one day to another: a price, a package, a tax rate. One holds on any day, old ones stay.

The last day is included. A row that was called off, or replaced on the very day it began, ends the day
before it began: it holds on no day and is only history.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from workshop.db import fetch, fetch_one
from workshop.errors import Conflict, Forbidden, InvalidInput, NotFound
from workshop.record.events import Actor

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Dated:
    """One such table: its name, the column that names a thing, and the two days."""

    table: str
    key: str
    start: str = "active_from"
    end: str = "active_to"


PRICES = Dated("price_item", "code")
PACKAGES = Dated("price_package", "code")
TAXES = Dated("tax_rate", "tax_class", "valid_from", "valid_to")


async def hold_still(what: Dated, shop: int, key: str) -> list[dict[str, Any]]:
    """Every row of a thing, first day first, held until the transaction ends. A new thing has none.

    The shop's row is held too: two people who add one thing at once go one after the other.
    """
    await fetch("SELECT id FROM shop WHERE id = $1 FOR NO KEY UPDATE", shop)
    return await fetch(
        f"""SELECT id, {what.start} AS first, {what.end} AS last FROM {what.table}
            WHERE shop = $1 AND {what.key} = $2 ORDER BY {what.start}, id FOR UPDATE""",  # noqa: S608 - our own names
        shop, key,
    )  # fmt: skip


def check_start(start: date, today: date, field: str = "from") -> None:
    """A change holds from today on: what was agreed before stays as it was agreed."""
    if start < today:
        sentence = "The past is not changed. Choose today or a later day."
        raise InvalidInput(sentence, **{field: sentence})
    if start > today + timedelta(days=3 * 366):
        sentence = "That is more than three years away. Choose an earlier day."
        raise InvalidInput(sentence, **{field: sentence})


async def make_room(what: Dated, rows: list[dict[str, Any]], start: date) -> date | None:
    """End what holds on `start` the day before; gives the last day of what comes in its place.

    What is planned for later stays; what began on that very day is replaced.
    """
    held = [row for row in rows if row["first"] <= start and (row["last"] is None or row["last"] >= start)]
    for row in held:
        await _end(what, row["id"], start - DAY)
    if held:
        last: date | None = held[-1]["last"]
        return last
    later = [row["first"] for row in rows if row["first"] > start and not is_void(row)]
    return min(later) - DAY if later else None


async def end_on(what: Dated, shop: int, key: str, last: date) -> None:
    """Let a thing hold to this day and no longer; what was planned for later is called off."""
    rows = await hold_still(what, shop, key)
    open_rows = [row for row in rows if not is_void(row) and (row["last"] is None or row["last"] > last)]
    if not open_rows:
        raise Conflict("That has ended already. Nothing was changed.")
    for row in open_rows:
        await _end(what, row["id"], max(last, row["first"] - DAY) if row["first"] <= last else row["first"] - DAY)


async def call_off(what: Dated, shop: int, row_id: int, *, today: date) -> str:
    """Take back a change that has not begun; what held before goes on. Gives what it was about."""
    found = await fetch_one(
        f"SELECT {what.key} AS key FROM {what.table} WHERE id = $1 AND shop = $2",  # noqa: S608 - our own names
        row_id, shop,
    )  # fmt: skip
    if found is None:
        raise NotFound("There is no such planned change.")
    rows = await hold_still(what, shop, found["key"])
    planned = next(row for row in rows if row["id"] == row_id)
    if is_void(planned):
        raise Conflict("That was called off already.")
    if planned["first"] <= today:
        raise Conflict("It has begun. Make a new change instead; what was agreed meanwhile stays.")
    before = [row for row in rows if row["last"] == planned["first"] - DAY and not is_void(row)]
    await _end(what, row_id, planned["first"] - DAY)
    if before:
        await _end(what, before[-1]["id"], planned["last"])
    return str(found["key"])


async def _end(what: Dated, row_id: int, last: date | None) -> None:
    sql = f"UPDATE {what.table} SET {what.end} = $2 WHERE id = $1"  # noqa: S608 - our own names
    await fetch(sql, row_id, last)


def state_of(first: date, last: date | None, today: date) -> str:
    """`now`, `planned`, `past`, or `void` for what never came to hold."""
    if is_void({"first": first, "last": last}):
        return "void"
    if first > today:
        return "planned"
    return "past" if last is not None and last < today else "now"


def check_manager(by: Actor) -> None:
    """Prices, packages and taxes are kept by managers."""
    if not by.is_one_of("manager", "owner"):
        raise Forbidden("Prices and taxes are changed by a manager.")


def is_void(row: dict[str, Any]) -> bool:
    """Whether a row holds on no day (`first` after `last`)."""
    return row["last"] is not None and row["last"] < row["first"]
