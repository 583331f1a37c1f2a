"""The price book through time: a change is a new version from a day on; old ones are kept and shown.

Tickets are not touched by any of this: their lines are copies.
"""

import json
from datetime import date, timedelta
from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_value, transaction
from workshop.errors import Conflict, InvalidInput, NotFound
from workshop.money import share
from workshop.record.cards import refuse_card_number
from workshop.record.dated import (
    PRICES,
    call_off,
    check_manager,
    check_start,
    end_on,
    hold_still,
    is_void,
    make_room,
    state_of,
)
from workshop.record.events import Actor, record
from workshop.record.prices.price_fields import fields_of
from workshop.record.prices.price_rules import BookItem, read_item, read_row, scaled
from workshop.record.tables import PriceItem

ROUNDINGS = {1: "to the cent", 50: "to 50 cents", 100: "to the dollar", 500: "to 5 dollars"}


async def today_of(shop: int) -> date:
    """The shop's calendar day."""
    return clock.today(await fetch_value("SELECT zone FROM shop WHERE id = $1", shop) or "UTC")


async def book(shop: int, day: date | None = None) -> list[dict[str, Any]]:
    """Every line of the book as it holds on a day (today), with the day of the next planned change, if any."""
    rows = await fetch(
        """SELECT p.*, (SELECT min(n.active_from) FROM price_item n WHERE n.shop = p.shop AND n.code = p.code
                        AND n.active_from > $2 AND (n.active_to IS NULL OR n.active_to >= n.active_from)) AS planned_on
           FROM price_item p WHERE p.shop = $1 AND p.active_from <= $2 AND (p.active_to IS NULL OR p.active_to >= $2)
           ORDER BY p.category, p.name""",
        shop, day or await today_of(shop),
    )  # fmt: skip
    return [read_row(row) for row in rows]


async def not_in_book(shop: int, day: date) -> list[dict[str, Any]]:
    """Lines that ended, and lines that have yet to begin: the last or first version of each."""
    rows = await fetch(
        """SELECT DISTINCT ON (p.code) p.* FROM price_item p
           WHERE p.shop = $1 AND (p.active_to IS NULL OR p.active_to >= p.active_from) AND NOT EXISTS
               (SELECT FROM price_item h WHERE h.shop = p.shop AND h.code = p.code
                AND h.active_from <= $2 AND (h.active_to IS NULL OR h.active_to >= $2))
           ORDER BY p.code, p.active_from DESC""",
        shop, day,
    )  # fmt: skip
    return [read_row(row) for row in rows]


async def versions_of(code: str, *, shop: int) -> list[dict[str, Any]]:
    """Every version of a line, newest first, with who made it and when; NotFound for an unknown code."""
    rows = await fetch(
        """SELECT p.*, s.name AS made_by_name FROM price_item p LEFT JOIN staff s ON s.id = p.made_by
           WHERE p.shop = $1 AND p.code = $2 ORDER BY p.active_from DESC, p.id DESC""",
        shop, code.upper(),
    )  # fmt: skip
    if not rows:
        raise NotFound(f"“{code}” is not in the price book.")
    today = await today_of(shop)
    for row in rows:
        row["state"] = state_of(row["active_from"], row["active_to"], today)
    return [read_row(row) for row in rows]


async def add_item(item: BookItem, *, start: date, by: Actor, note: str = "") -> None:
    """Put a new line into the book from a day on. Raises InvalidInput naming the field."""
    async with transaction():
        check_manager(by)
        check_start(start, await today_of(by.shop))
        if any(not is_void(row) for row in await hold_still(PRICES, by.shop, item.code)):
            sentence = f"{item.code} is in the book already, now or earlier. Change that line, or take another code."
            raise InvalidInput(sentence, code=sentence)
        await _write(item, start, None, by, note)
        await record("price_added", shop=by.shop, by=by, code=item.code, item=item.name, start=start.isoformat())


async def change_item(item: BookItem, *, start: date, by: Actor, note: str = "") -> None:
    """Let a line of the book read so from a day on, as a new version. A line that ended comes back.

    Raises NotFound for an unknown code, InvalidInput naming the field or when nothing is different.
    """
    async with transaction():
        check_manager(by)
        check_start(start, await today_of(by.shop))
        if _typed(item) in [_typed(item_of(row)) for row in await book(by.shop, start) if row["code"] == item.code]:
            raise InvalidInput("Nothing is different from the price that holds then.", form="Nothing is different.")
        await _change(item, start, by, note)
        await record("price_changed", shop=by.shop, by=by, code=item.code, item=item.name, start=start.isoformat())


def _typed(item: BookItem) -> BookItem:
    """As it would be if it were typed again: one way of writing for one meaning."""
    return read_item(fields_of(vars(item)))


async def _change(item: BookItem, start: date, by: Actor, note: str) -> None:
    """One more version of a line that has some."""
    rows = await hold_still(PRICES, by.shop, item.code)
    if not rows:
        raise NotFound(f"“{item.code}” is not in the price book.")
    await _write(item, start, await make_room(PRICES, rows, start), by, note)


def item_of(row: dict[str, Any]) -> BookItem:
    """A row of the book without its days."""
    return BookItem(**{name: row[name] for name in BookItem.__dataclass_fields__})


async def _write(item: BookItem, start: date, last: date | None, by: Actor, note: str) -> None:
    refuse_card_number(note, "note")
    plain = {name: getattr(item, name) for name in BookItem.__dataclass_fields__}
    packed = {name: json.dumps(plain[name]) for name in ("rule", "kinds", "parts", "next_tasks")}
    await PriceItem(
        shop=by.shop, active_from=start, active_to=last, note=note.strip()[:160], made_by=by.id,
        made_at=clock.now(), **{**plain, **packed},
    ).save()  # fmt: skip


async def end_item(code: str, *, last: date, by: Actor) -> None:
    """Take a line out of the book after a last day, and call off what was planned for it."""
    async with transaction():
        check_manager(by)
        today = await today_of(by.shop)
        if last < today - timedelta(days=1):
            raise InvalidInput("The past is not changed.", last="Choose yesterday, today or a later day.")
        versions = await versions_of(code, shop=by.shop)
        await end_on(PRICES, by.shop, versions[0]["code"], last)
        await record(
            "price_ended", shop=by.shop, by=by, code=versions[0]["code"], item=versions[0]["name"],
            last=last.isoformat(),
        )


async def call_off_change(version: int, *, by: Actor) -> str:
    """Take back a planned change of the book; the price before it goes on. Gives the code."""
    async with transaction():
        check_manager(by)
        code = await call_off(PRICES, by.shop, version, today=await today_of(by.shop))
        await record("price_called_off", shop=by.shop, by=by, code=code)
    return code


async def mark_favourite(code: str, *, on: bool, by: Actor) -> None:
    """Show a line among the first taps at take-in, or no longer. No price changes, so no version is made."""
    async with transaction():
        check_manager(by)
        rows = await hold_still(PRICES, by.shop, code.upper())
        if not rows:
            raise NotFound(f"“{code}” is not in the price book.")
        await fetch(
            "UPDATE price_item SET is_favourite = $3 WHERE shop = $1 AND code = $2", by.shop, code.upper(), on
        )


async def bring_in(items: list[BookItem], *, start: date, by: Actor, note: str = "") -> None:
    """Write many lines of the book from a day on, all or none: new ones are added, known ones change."""
    async with transaction():
        check_manager(by)
        check_start(start, await today_of(by.shop))
        for item in items:
            rows = await hold_still(PRICES, by.shop, item.code)
            await _write(item, start, await make_room(PRICES, rows, start), by, note)
        await record("prices_brought_in", shop=by.shop, by=by, lines=len(items), start=start.isoformat())


def raised(rule: dict[str, Any], per_mille: int, to: int) -> dict[str, Any]:
    """A rule with every amount raised (or cut) by so many per mille, rounded to so many cents.

    What cost something still costs something, and half rounds up.
    """

    def change(cents: int) -> int:
        exact = cents + share(cents, per_mille)
        return max(to, (exact + to // 2) // to * to) if cents else 0

    return scaled(rule, change)


async def raise_preview(category: str, per_mille: int, to: int, start: date, *, shop: int) -> list[dict[str, Any]]:
    """Each line of a category as it is on that day and as it would be: `rule`, `new_rule`. Empty: all categories."""
    _check_raise(per_mille, to)
    rows = [row for row in await book(shop, start) if category in ("", row["category"])]
    if not rows:
        raise InvalidInput("There is no such category.", category="Choose a category of the book.")
    for row in rows:
        row["new_rule"] = raised(row["rule"], per_mille, to)
    return [row for row in rows if row["new_rule"] != row["rule"]]


async def raise_prices(category: str, per_mille: int, *, to: int, start: date, by: Actor, note: str = "") -> int:
    """Raise (or cut) every price of a category from a day on, all or none. Gives how many lines changed."""
    async with transaction():
        check_manager(by)
        check_start(start, await today_of(by.shop))
        rows = await raise_preview(category, per_mille, to, start, shop=by.shop)
        if not rows:
            raise Conflict("No price would change: they are free, or the rounding swallows it.")
        for row in rows:
            await _change(item_of(row | {"rule": row["new_rule"]}), start, by, note)
        await record(
            "prices_raised", shop=by.shop, by=by, category=category, per_mille=per_mille, lines=len(rows),
            start=start.isoformat(),
        )  # fmt: skip
    return len(rows)


def _check_raise(per_mille: int, to: int) -> None:
    if not -900 <= per_mille <= 2000 or per_mille == 0:
        sentence = "Write a percentage from -90 to 200, but not 0."
        raise InvalidInput(sentence, percent=sentence)
    if to not in ROUNDINGS:
        raise InvalidInput("Choose how to round.", to="Choose how to round.")
