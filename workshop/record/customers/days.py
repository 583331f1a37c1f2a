"""Birthday and anniversary. People tell the day and the month; the year only if they like."""

import calendar
from datetime import date

from workshop import clock
from workshop.db import fetch, transaction
from workshop.errors import InvalidInput
from workshop.record.customers.customers import locked_customer
from workshop.record.events import Actor, record

DAYS = {"birthday": "Birthday", "anniversary": "Anniversary"}
MONTHS = list(calendar.month_name)[1:]
YEAR_NOT_TOLD = 1904  # a leap year before any customer's: the 29th of February is a birthday too


async def set_day(
    customer: int, which: str, month: int | None, day: int | None, year: int | None = None, *, by: Actor
) -> None:
    """Write down a birthday or anniversary, or forget it where neither month nor day is given.

    Raises InvalidInput on the name of the day.
    """
    at = check_day(which, month, day, year)
    async with transaction():
        before = getattr(await locked_customer(customer), which)
        if before == at:
            return
        await fetch(f"UPDATE customer SET {which} = $2 WHERE id = $1", customer, at)  # noqa: S608 - one of DAYS
        await record("customer_changed", shop=by.shop, by=by, customer=customer, fields=[which])


def check_day(which: str, month: int | None, day: int | None, year: int | None) -> date | None:
    """The day as kept; None where nothing was told."""
    if which not in DAYS:
        raise InvalidInput("Birthday or anniversary?", which="Choose one.")
    if not month and not day:
        return None
    try:
        at = date(year or YEAR_NOT_TOLD, month or 0, day or 0)
    except ValueError:
        raise InvalidInput("There is no such day.", **{which: "Choose the month and write its day."}) from None
    if (year is not None and not 1900 <= year <= clock.now().year) or year == YEAR_NOT_TOLD:
        raise InvalidInput("Which year?", **{which: "Four digits, or leave the year empty."})
    return at


def day_in_words(at: date | None) -> str:
    """`14 March 1980`, or `14 March` where the year was not told; empty for no day."""
    if at is None:
        return ""
    return f"{at.day} {MONTHS[at.month - 1]}" + (f" {at.year}" if at.year != YEAR_NOT_TOLD else "")
