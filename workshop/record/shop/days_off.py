"""Days on which a colleague is away, or works other minutes than usual."""

from datetime import date
from typing import Any

from workshop.db import fetch, fetch_one, transaction
from workshop.errors import InvalidInput, NotFound
from workshop.record.cards import refuse_card_number
from workshop.record.events import Actor, record
from workshop.record.shop.staff_rules import check_may_change, locked_colleague

LONGEST = 366


async def add_day_off(
    person: int, first: date, last: date, *, minutes: int = 0, note: str = "", by: Actor
) -> None:
    """From the first to the last day a colleague works so many minutes a day: none, unless said."""
    if last < first:
        raise InvalidInput("The last day is before the first.", last_on="The last day is before the first.")
    if (last - first).days >= LONGEST:
        raise InvalidInput("That is more than a year.", last_on="That is more than a year. Let them leave instead.")
    if not 0 <= minutes <= 1440:
        raise InvalidInput("Minutes of a day are 0 to 1440.", minutes="Minutes of a day are 0 to 1440.")
    refuse_card_number(note, "note")
    async with transaction():
        staff = await locked_colleague(person, by=by)
        check_may_change(staff, by)
        await fetch(
            "INSERT INTO day_off (staff, first_on, last_on, minutes, note) VALUES ($1, $2, $3, $4, $5)",
            person, first, last, minutes, note.strip()[:80],
        )  # fmt: skip
        await record(
            "day_off_added", shop=by.shop, by=by, person=person, who=staff.name, first=first.isoformat(),
            last=last.isoformat(), minutes=minutes, note=note.strip()[:80],
        )  # fmt: skip


async def remove_day_off(day_off: int, *, by: Actor) -> int:
    """They work as usual on these days after all. Gives whose they were."""
    async with transaction():
        row = await fetch_one("SELECT d.* FROM day_off d WHERE d.id = $1", day_off)
        if row is None:
            raise NotFound("These days off are gone already.")
        staff = await locked_colleague(row["staff"], by=by)
        check_may_change(staff, by)
        await fetch("DELETE FROM day_off WHERE id = $1", day_off)
        await record(
            "day_off_removed", shop=by.shop, by=by, person=staff.id, who=staff.name,
            first=row["first_on"].isoformat(), last=row["last_on"].isoformat(),
        )  # fmt: skip
    return staff.id


async def days_off_from(shop: int, day: date) -> list[dict[str, Any]]:
    """Everybody's days off from a day on, the next first."""
    return await fetch(
        """SELECT d.* FROM day_off d JOIN staff s ON s.id = d.staff WHERE s.shop = $1 AND d.last_on >= $2
           ORDER BY d.first_on, d.id""",
        shop, day,
    )  # fmt: skip
