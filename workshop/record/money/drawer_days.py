"""Days of drawers as people read them: the open one, the closed ones, what was paid in each."""

import json
from typing import Any

from workshop.db import fetch, fetch_one
from workshop.errors import NotFound
from workshop.record.events import Actor
from workshop.record.money.drawers import COINS, drawer_at, expected_of

Row = dict[str, Any]
PAGE = 30
_DAYS = """SELECT d.*, w.name AS drawer_name, o.name AS opened_by_name, c.name AS closed_by_name,
                  n.name AS counted_by_name, a.name AS approver
           FROM drawer_day d JOIN drawer w ON w.id = d.drawer JOIN staff o ON o.id = d.opened_by
           LEFT JOIN staff c ON c.id = d.closed_by LEFT JOIN staff n ON n.id = d.counted_by
           LEFT JOIN staff a ON a.id = d.approved_by """


async def open_day_at(by: Actor) -> Row | None:
    """The open day of this station's drawer; None before its first money."""
    drawer = await drawer_at(by)
    row = await fetch_one(_DAYS + "WHERE d.drawer = $1 AND d.closed_at IS NULL", drawer["id"])
    return _read(row) if row else None


async def day_of(day: int, *, shop: int) -> Row:
    """One day with what was paid and moved in it. NotFound in another shop."""
    row = await fetch_one(_DAYS + "WHERE d.id = $1 AND d.shop = $2", day, shop)
    if row is None:
        raise NotFound("There is no such day of a drawer in this shop.")
    return _read(row)


async def days_of(shop: int, before: int | None = None) -> list[Row]:
    """Closed and open days, newest first, a page at a time by key."""
    rows = await fetch(
        _DAYS + "WHERE d.shop = $1 AND ($2::bigint IS NULL OR d.id < $2) ORDER BY d.id DESC LIMIT $3",
        shop, before, PAGE + 1,
    )  # fmt: skip
    return [_read(row) for row in rows]


async def lines_of(day: int) -> list[Row]:
    """Every payment and cash movement of a day in order, each with what it was and who did it."""
    return await fetch(
        """SELECT p.at, p.kind, p.tender, p.amount_cents, k.number AS ticket, s.name AS staff_name, '' AS reason
           FROM payment p JOIN ticket k ON k.id = p.ticket JOIN staff s ON s.id = p.staff WHERE p.drawer_day = $1
           UNION ALL
           SELECT m.at, m.kind, 'cash', m.amount_cents, NULL, s.name, m.reason
           FROM cash_move m JOIN staff s ON s.id = m.staff WHERE m.drawer_day = $1 ORDER BY at DESC LIMIT 500""",
        day,
    )


async def comparison_of(day: Row) -> Row:
    """A counted day against what should be there: cash, and each other tender."""
    expected = await expected_of(day["id"])
    cash = expected.pop("cash")
    return {"cash": cash, "off": day["counted_cents"] - cash, "others": expected}


async def drawers_of(shop: int) -> list[Row]:
    """The shop's drawers, each with its open day if it has one."""
    return await fetch(
        """SELECT w.id, w.name, d.id AS day, d.opened_at FROM drawer w
           LEFT JOIN drawer_day d ON d.drawer = w.id AND d.closed_at IS NULL WHERE w.shop = $1 ORDER BY w.id""",
        shop,
    )


def coins_of(currency: str) -> list[int]:
    """What a drawer of this currency is counted in, in cents, largest first."""
    return COINS.get(currency, [])


def _read(row: Row) -> Row:
    counts = {int(value): pieces for value, pieces in json.loads(row["counts"]).items()}
    return {**row, "counts": counts, "tenders": json.loads(row["tenders"])}
