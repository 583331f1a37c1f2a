"""The cash drawer's day: opened by its first money, counted blind, closed against what should be there."""

import json
from collections.abc import Mapping
from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value, joined_transaction, transaction
from workshop.errors import Conflict, Forbidden, InvalidInput, NotFound
from workshop.record.cards import refuse_card_number
from workshop.record.events import Actor, record
from workshop.record.money.kicks import kick_drawer
from workshop.record.shop.approvals import Request, require_approval

Row = dict[str, Any]
FIRST_NAME = "Front drawer"
MOST_PIECES = 100_000
# What lies in a drawer, in cents, largest first. A currency not listed is counted as one sum.
COINS = {
    "USD": [10000, 5000, 2000, 1000, 500, 200, 100, 25, 10, 5, 1],
    "CAD": [10000, 5000, 2000, 1000, 500, 200, 100, 25, 10, 5],
    "EUR": [20000, 10000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1],
    "GBP": [5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1],
}
MOVES = {"in": "Cash put in", "out": "Cash taken out", "no_sale": "Opened without a sale"}


async def drawer_at(by: Actor) -> Row:
    """The drawer of this station: the one chosen for it, else the shop's first (id 0 until its first money)."""
    row = await fetch_one(
        """SELECT w.id, w.name, w.printer FROM drawer w
           LEFT JOIN device d ON d.drawer = w.id AND d.shop = $1 AND d.id = $2 AND d.revoked_at IS NULL
           WHERE w.shop = $1 ORDER BY d.id NULLS LAST, w.id LIMIT 1""",
        by.shop, by.device,
    )  # fmt: skip
    return row or {"id": 0, "name": FIRST_NAME, "printer": ""}


async def _set_up(by: Actor) -> Row:
    """The drawer of this station; a shop's first one is made when it is first needed."""
    drawer = await drawer_at(by)
    if drawer["id"]:
        return drawer
    await fetch("INSERT INTO drawer (shop, name) VALUES ($1, $2) ON CONFLICT DO NOTHING", by.shop, FIRST_NAME)
    return await drawer_at(by)


async def day_now(by: Actor) -> int:
    """The open day of this station's drawer, opened if need be. Locks the drawer: a close waits, or is waited for."""
    drawer = await _set_up(by)
    await fetch("SELECT id FROM drawer WHERE id = $1 FOR UPDATE", drawer["id"])
    day: int | None = await fetch_value(
        "SELECT id FROM drawer_day WHERE drawer = $1 AND closed_at IS NULL", drawer["id"]
    )
    if day is not None:
        return day
    kept = await fetch_value(
        "SELECT kept_cents FROM drawer_day WHERE drawer = $1 ORDER BY id DESC LIMIT 1", drawer["id"]
    )
    opened: int = await fetch_value(
        """INSERT INTO drawer_day (shop, drawer, opened_at, opened_by, opening_cents)
           VALUES ($1, $2, $3, $4, $5) RETURNING id""",
        by.shop, drawer["id"], clock.now(), by.id, kept or 0,
    )  # fmt: skip
    await record("drawer_opened", shop=by.shop, by=by, drawer=drawer["name"], day=opened, amount=kept or 0)
    return opened


async def move_cash(kind: str, amount_cents: int, reason: str, *, by: Actor) -> None:
    """Cash put in or taken out that is no payment, or the drawer opened for change. Always with a reason."""
    _may(by)
    if kind not in MOVES:
        raise InvalidInput("Put in, taken out, or only opened?", kind="Choose one.")
    if kind == "no_sale":
        amount_cents = 0
    elif amount_cents <= 0:
        raise InvalidInput("How much?", amount="Write an amount above zero.")
    if not reason.strip():
        raise InvalidInput("Say what for.", reason="Say what for: change, float, petty cash …")
    refuse_card_number(reason, "reason")
    async with transaction():
        day = await day_now(by)
        signed = -amount_cents if kind == "out" else amount_cents
        if kind == "out" and signed + (await expected_of(day))["cash"] < 0:
            raise Conflict("There is not that much cash in the drawer.")
        await fetch(
            "INSERT INTO cash_move (drawer_day, kind, amount_cents, reason, staff, at) VALUES ($1, $2, $3, $4, $5, $6)",
            day, kind, signed, reason.strip()[:120], by.id, clock.now(),
        )  # fmt: skip
        await record("cash_moved", shop=by.shop, by=by, kind=kind, amount=amount_cents, reason=reason.strip(), day=day)
        await kick_drawer(by)


async def expected_of(day: int) -> dict[str, int]:
    """What should be there by tender, in cents: cash with the opening sum and what was put in and taken out."""
    rows = await fetch(
        "SELECT tender, sum(amount_cents)::bigint AS cents FROM payment WHERE drawer_day = $1 GROUP BY tender", day
    )
    paid = {row["tender"]: row["cents"] for row in rows}
    beside = await fetch_value(
        """SELECT d.opening_cents + COALESCE((SELECT sum(amount_cents) FROM cash_move WHERE drawer_day = $1), 0)::bigint
           FROM drawer_day d WHERE d.id = $1""",
        day,
    )
    return {**paid, "cash": paid.get("cash", 0) + beside}


async def count_drawer(day: int, counts: Mapping[int, int], *, by: Actor) -> int:
    """Write down what somebody counted, before anybody is told what should be there. Gives the sum in cents.

    Counting again is allowed, and stands in the history beside the first count.
    """
    _may(by)
    if any(value <= 0 or not 0 <= pieces <= MOST_PIECES for value, pieces in counts.items()):
        raise InvalidInput("That is not a count.", counts="Write how many of each there are.")
    total = sum(value * pieces for value, pieces in counts.items())
    kept = json.dumps({str(value): pieces for value, pieces in counts.items() if pieces})
    async with transaction():
        row = await _open_day(day, by)
        await fetch(
            """UPDATE drawer_day SET counts = $2, counted_cents = $3, counted_at = $4, counted_by = $5 WHERE id = $1""",
            day, kept, total, clock.now(), by.id,
        )  # fmt: skip
        again = row["counted_cents"] is not None
        await record("drawer_counted", shop=by.shop, by=by, day=day, amount=total, again=again)
    return total


async def close_day(
    day: int, *, kept_cents: int, told: Mapping[str, int] | None = None, reason: str = "", by: Actor
) -> None:
    """Close a counted drawer. `kept_cents` stay in it for the next day; `told` is what the terminal's own total says.

    A difference needs a reason, and above the shop's limit a manager (NeedsManager). Raises Conflict when money
    moved after the count, or somebody closed it already.
    """
    _may(by)
    refuse_card_number(reason, "reason")
    async with transaction():
        row = await _open_day(day, by)
        if row["counted_cents"] is None or await _moved_since(day, row["counted_at"]):
            raise Conflict("Money moved after the drawer was counted. Count it once more, then close.")
        if not 0 <= kept_cents <= row["counted_cents"]:
            raise InvalidInput("That is more than was counted.", kept="Not more than was counted.")
        expected = await expected_of(day)
        tenders = _compared(expected, told or {})
        off = max(abs(row["counted_cents"] - expected["cash"]), *(abs(one["off"]) for one in tenders.values()), 0)
        if off and not reason.strip():
            raise InvalidInput("The sums differ. Say why, or that you do not know.", reason="Say why, or “not known”.")
        approver = await _answered_for(off, day, by)
        await fetch(
            """UPDATE drawer_day SET closed_at = $2, closed_by = $3, expected_cents = $4, kept_cents = $5, tenders = $6,
               reason = $7, approved_by = $8 WHERE id = $1""",
            day, clock.now(), by.id, expected["cash"], kept_cents, json.dumps(tenders), reason.strip(), approver,
        )  # fmt: skip
        await record(
            "drawer_closed", shop=by.shop, by=by, day=day, drawer=row["name"], counted=row["counted_cents"],
            expected=expected["cash"], reason=reason.strip(),
        )  # fmt: skip


def _compared(expected: Mapping[str, int], told: Mapping[str, int]) -> dict[str, dict[str, int]]:
    """Other tenders against what their own totals say; one that nobody looked up is taken as it is."""
    named = sorted((set(expected) | set(told)) - {"cash"})
    sums = {name: (expected.get(name, 0), told.get(name, expected.get(name, 0))) for name in named}
    return {name: {"expected": ours, "told": theirs, "off": theirs - ours} for name, (ours, theirs) in sums.items()}


async def _answered_for(off: int, day: int, by: Actor) -> int | None:
    limit = await fetch_value("SELECT drawer_limit_cents FROM shop WHERE id = $1", by.shop)
    if off <= limit:
        return None
    return await require_approval(Request("drawer", f"drawer day {day}", off), by=by, field="reason")


async def _open_day(day: int, by: Actor) -> Row:
    """The day, its drawer locked; NotFound in another shop, Conflict if it is closed."""
    await fetch(
        "SELECT id FROM drawer WHERE id = (SELECT drawer FROM drawer_day WHERE id = $1 AND shop = $2) FOR UPDATE",
        day, by.shop,
    )  # fmt: skip
    row = await fetch_one(
        "SELECT d.*, w.name FROM drawer_day d JOIN drawer w ON w.id = d.drawer WHERE d.id = $1 AND d.shop = $2",
        day, by.shop,
    )  # fmt: skip
    if row is None:
        raise NotFound("There is no such day of a drawer in this shop.")
    if row["closed_at"] is not None:
        raise Conflict("This drawer was closed meanwhile. Money taken now belongs to its next day.")
    return row


async def _moved_since(day: int, moment: Any) -> bool:
    moved: bool = await fetch_value(
        """SELECT EXISTS (SELECT FROM payment WHERE drawer_day = $1 AND tender = 'cash' AND at > $2)
               OR EXISTS (SELECT FROM cash_move WHERE drawer_day = $1 AND at > $2)""",
        day, moment,
    )  # fmt: skip
    return moved


async def add_drawer(name: str, *, by: Actor) -> None:
    """One more drawer in the shop. Raises InvalidInput for a name that is taken or empty."""
    if not by.is_one_of("manager", "owner"):
        raise Forbidden("Drawers are set up by a manager.")
    wanted = name.strip()[:40]
    refuse_card_number(wanted, "name")
    async with transaction():
        await _set_up(by)
        new = wanted and await fetch_value(
            "INSERT INTO drawer (shop, name) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING id", by.shop, wanted
        )
        if not new:
            raise InvalidInput("Give it a name of its own.", name="Give it a name of its own, like “Back counter”.")
        await record("drawer_added", shop=by.shop, by=by, drawer=wanted)


async def set_drawer_printer(drawer: int, address: str, *, by: Actor) -> None:
    """The receipt printer a drawer hangs on, from its next paper on; empty: the shop's. The owner's to say."""
    if not by.is_one_of("owner"):
        raise Forbidden("Printers are the owner's to set.")
    async with transaction():
        row = await fetch_one(
            "SELECT name, printer FROM drawer WHERE id = $1 AND shop = $2 FOR UPDATE", drawer, by.shop
        )
        if row is None:
            raise NotFound("There is no such drawer.")
        await fetch("UPDATE drawer SET printer = $2 WHERE id = $1", drawer, address)
        await record(
            "drawer_changed", shop=by.shop, by=by, drawer=row["name"], before=row["printer"], printer=address
        )


async def use_drawer(drawer: int, *, device: int, by: Actor) -> None:
    """Cash taken at this station falls to this drawer from now on."""
    _may(by)
    async with joined_transaction():
        name = await fetch_value("SELECT name FROM drawer WHERE id = $1 AND shop = $2", drawer, by.shop)
        if name is None:
            raise NotFound("There is no such drawer in this shop.")
        await fetch("UPDATE device SET drawer = $2 WHERE id = $1 AND shop = $3", device, drawer, by.shop)
        await record("drawer_chosen", shop=by.shop, by=by, drawer=name)


def _may(by: Actor) -> None:
    if not by.is_one_of("counter", "manager", "owner"):
        raise Forbidden("The drawer is for the counter.")
