"""Ring sizes, finger by finger: who measured them, on which day, on what ground. Older ones stay as history."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_value, transaction
from workshop.errors import InvalidInput, NotFound
from workshop.record.customers.customers import locked_customer
from workshop.record.events import Actor, record
from workshop.record.tables import RingSize
from workshop.record.trade import SIZES

HANDS = {"left": "Left", "right": "Right"}
FINGERS = {"thumb": "Thumb", "index": "Index", "middle": "Middle", "ring": "Ring", "little": "Little"}
SIZE_BASES = {"measured": "Measured here", "ring": "From a ring that fits", "told": "Customer says"}


@dataclass(frozen=True)
class NewSize:
    """The size of one finger (US), and how we know."""

    hand: str
    finger: str
    size: str
    basis: str = "measured"
    measured_on: date | None = None  # today, unless it was written down later


async def measure(customer: int, new: NewSize, *, by: Actor) -> int:
    """Write down the size of a finger; the newest one counts. Gives its id. Raises InvalidInput."""
    _check(new)
    async with transaction():
        await locked_customer(customer)
        today = clock.today(await fetch_value("SELECT zone FROM shop WHERE id = $1", by.shop))
        day = new.measured_on or today
        if not date(1950, 1, 1) <= day <= today:
            raise InvalidInput("That day is not in the past.", measured_on="Choose today or a day before.")
        row = RingSize(
            customer=customer, hand=new.hand, finger=new.finger, size=new.size, basis=new.basis, measured_on=day,
            staff=by.id or None,
        )  # fmt: skip
        await row.save()
        await record("ring_measured", shop=by.shop, by=by, customer=customer, finger=f"{new.hand} {new.finger}")
    size_id: int = row.id
    return size_id


def _check(new: NewSize) -> None:
    if new.hand not in HANDS or new.finger not in FINGERS:
        raise InvalidInput("Which finger? Tap it on the hand.", finger="Tap the finger.")
    if new.size not in SIZES[1:]:
        raise InvalidInput("Which size? US 2 to 15, by quarters.", size="Choose the size.")
    if new.basis not in SIZE_BASES:
        raise InvalidInput("How do we know?", basis="Choose one.")


async def remove_size(customer: int, size: int, *, by: Actor) -> None:
    """Take a size out of view that was written down by mistake."""
    await _show_again_or_not(customer, size, is_removed=True, by=by)


async def restore_size(customer: int, size: int, *, by: Actor) -> None:
    """Put a size back that was taken out of view."""
    await _show_again_or_not(customer, size, is_removed=False, by=by)


async def _show_again_or_not(customer: int, size: int, *, is_removed: bool, by: Actor) -> None:
    async with transaction():
        await locked_customer(customer)
        row = await RingSize.objects().get((RingSize.id == size) & (RingSize.customer == customer))
        if row is None:
            raise NotFound("There is no such size.")
        if (row.removed_at is not None) == is_removed:
            return
        row.removed_at = clock.now() if is_removed else None
        await row.save([RingSize.removed_at])
        name = "ring_size_removed" if is_removed else "ring_size_restored"
        await record(name, shop=by.shop, by=by, customer=customer, finger=f"{row.hand} {row.finger}")


async def sizes_of(customer: int) -> list[dict[str, Any]]:
    """Every size of a person, finger by finger, the newest of each first (`is_now`)."""
    rows = await fetch(
        """SELECT r.id, r.hand, r.finger, r.size, r.basis, r.measured_on, s.name AS staff_name,
                  row_number() OVER (PARTITION BY r.hand, r.finger ORDER BY r.measured_on DESC, r.id DESC) = 1 AS is_now
           FROM ring_size r LEFT JOIN staff s ON s.id = r.staff WHERE r.customer = $1 AND r.removed_at IS NULL
           ORDER BY r.measured_on DESC, r.id DESC LIMIT 200""",
        customer,
    )
    fingers = list(FINGERS)
    return sorted(rows, key=lambda row: (row["hand"], fingers.index(row["finger"])))
