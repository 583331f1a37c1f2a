"""Sales tax is a table, not a switch: a rate for each class of work, from a day on (TRADE rule 15).

A ticket keeps the rates of the day it was taken in, in the shop's own zone: what the customer signed for,
every estimate of it and what they pay are one sum, whenever the rate changes in between.
"""

from datetime import date
from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_one, transaction
from workshop.errors import InvalidInput
from workshop.record.dated import TAXES, call_off, check_manager, check_start, hold_still, is_void, make_room
from workshop.record.events import Actor, record
from workshop.record.tables import TaxRate

TAX_CLASSES = {
    "repair": "Repair labour", "fabrication": "Making something new", "part": "Parts and stones",
    "engraving": "Engraving", "cleaning": "Cleaning and inspection", "appraisal": "Appraisals",
    "shipping": "Shipping",
}  # fmt: skip
MOST = 30_000  # 30 % per 100,000: above it somebody typed the point in the wrong place


async def tax_table(shop: int) -> list[dict[str, Any]]:
    """Every class with the rate that holds today, what is planned, and what held before."""
    today = await _today(shop)
    rows = await fetch(
        """SELECT r.*, s.name AS made_by_name FROM tax_rate r LEFT JOIN staff s ON s.id = r.made_by
           WHERE r.shop = $1 ORDER BY r.valid_from, r.id""",
        shop,
    )
    known = dict.fromkeys([*TAX_CLASSES, *(row["tax_class"] for row in rows)])
    return [_class_of(name, [row for row in rows if row["tax_class"] == name], today) for name in known]


def _class_of(name: str, rows: list[dict[str, Any]], today: date) -> dict[str, Any]:
    for row in rows:
        row["first"], row["last"] = row["valid_from"], row["valid_to"]
        row["is_void"] = is_void(row)
    held = [row for row in rows if not row["is_void"]]
    return {
        "tax_class": name, "words": TAX_CLASSES.get(name, name.replace("_", " ").capitalize()),
        "now": next((row for row in held if row["first"] <= today and (row["last"] or today) >= today), None),
        "planned": [row for row in held if row["first"] > today],
        "past": [row for row in reversed(rows) if row["is_void"] or (row["last"] and row["last"] < today)],
    }  # fmt: skip


async def set_tax_rate(tax_class: str, rate_per_100k: int, *, start: date, by: Actor) -> None:
    """Let a rate (per 100,000: 8.875 % is 8875) hold for a class from a day on; the old one ends the day before.

    Raises InvalidInput naming `rate` or `from`. A rate planned for later stays planned.
    """
    _check(tax_class, rate_per_100k)
    async with transaction():
        check_manager(by)
        check_start(start, await _today(by.shop))
        rows = await hold_still(TAXES, by.shop, tax_class)
        held = await fetch_one(
            """SELECT rate_per_100k, made_by FROM tax_rate WHERE shop = $1 AND tax_class = $2
               AND valid_from <= $3 AND (valid_to IS NULL OR valid_to >= $3)""",
            by.shop, tax_class, start,
        )  # fmt: skip
        # What the program came with may be right: saying so makes it the shop's own.
        if held and held["rate_per_100k"] == rate_per_100k and held["made_by"]:
            raise InvalidInput("That is the rate already.", rate="That is the rate on that day already.")
        last = await make_room(TAXES, rows, start)
        await TaxRate(
            shop=by.shop, tax_class=tax_class, rate_per_100k=rate_per_100k, valid_from=start, valid_to=last,
            made_by=by.id, made_at=clock.now(),
        ).save()  # fmt: skip
        await record(
            "tax_changed", shop=by.shop, by=by, tax_class=tax_class, rate=rate_per_100k,
            before=held["rate_per_100k"] if held else None, start=start.isoformat(),
        )  # fmt: skip


async def call_off_tax(rate: int, *, by: Actor) -> None:
    """Take back a rate that has not begun; the one before it goes on."""
    async with transaction():
        check_manager(by)
        tax_class = await call_off(TAXES, by.shop, rate, today=await _today(by.shop))
        await record("tax_called_off", shop=by.shop, by=by, tax_class=tax_class)


def _check(tax_class: str, rate: int) -> None:
    if tax_class not in TAX_CLASSES:
        raise InvalidInput("There is no such class of work.", tax_class="Choose the class of work.")
    if not 0 <= rate <= MOST:
        sentence = "A rate is between 0 and 30 %. Write 8.875 for 8.875 %."
        raise InvalidInput(sentence, rate=sentence)



async def _today(shop: int) -> date:
    row = await fetch_one("SELECT zone FROM shop WHERE id = $1", shop)
    return clock.today(row["zone"] if row else "UTC")
