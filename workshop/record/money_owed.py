"""What a ticket costs, what is paid, what is owed: per line and tax class, per envelope, in cents."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from workshop.db import fetch, fetch_value
from workshop.money import share
from workshop.record.tables import Ticket


@dataclass
class EnvelopeSum:
    """The money of one envelope."""

    envelope: int
    number: str
    stage: str
    subtotal: int = 0
    tax: int = 0
    lines: list[dict[str, Any]] = field(default_factory=list)

    @property
    def total(self) -> int:
        """With tax."""
        return self.subtotal + self.tax


@dataclass
class TicketSum:
    """The money of one ticket."""

    envelopes: list[EnvelopeSum]
    paid: int

    @property
    def subtotal(self) -> int:
        """Before tax."""
        return sum(one.subtotal for one in self.envelopes)

    @property
    def tax(self) -> int:
        """Of all lines."""
        return sum(one.tax for one in self.envelopes)

    @property
    def total(self) -> int:
        """With tax."""
        return self.subtotal + self.tax

    @property
    def balance(self) -> int:
        """Still owed; negative when too much was paid."""
        return self.total - self.paid

    def due_for(self, leaving: Iterable[int]) -> int:
        """What must be paid before these envelopes leave: their share and that of those that left."""
        gone = set(leaving)
        share_of_all = sum(one.total for one in self.envelopes if one.envelope in gone or one.stage == "picked_up")
        return max(0, share_of_all - self.paid)


async def tax_rates(shop: int, day: date) -> dict[str, int]:
    """Rates per 100,000 by tax class on a day. Sales tax is a table, not a switch."""
    rows = await fetch(
        """SELECT tax_class, rate_per_100k FROM tax_rate
           WHERE shop = $1 AND valid_from <= $2 AND (valid_to IS NULL OR valid_to >= $2)""",
        shop, day,
    )  # fmt: skip
    return {row["tax_class"]: row["rate_per_100k"] for row in rows}


def tax_of(price_cents: int, tax_class: str, rates: Mapping[str, int]) -> int:
    """Tax of one line in cents, rounded per line; an unknown class is taxed as repair."""
    return share(price_cents, rates.get(tax_class, rates.get("repair", 0)), of=100_000)


async def sum_of(ticket: Ticket) -> TicketSum:
    """The whole money of a ticket, at the rates of the day it was taken in."""
    rates = await tax_rates(ticket.shop, ticket.taken_in_at.date())
    rows = await fetch(
        """SELECT v.id AS envelope_id, v.number, v.stage, v.is_unrepaired, t.*
           FROM envelope v LEFT JOIN task t ON t.envelope = v.id AND NOT t.is_dropped
           WHERE v.ticket = $1 ORDER BY v.place_no, t.id""",
        ticket.id,
    )
    sums: dict[int, EnvelopeSum] = {}
    for row in rows:
        one = sums.setdefault(
            row["envelope_id"], EnvelopeSum(row["envelope_id"], row["number"], row["stage"])
        )
        if row["code"] is None or (row["is_unrepaired"] and row["code"] != "XX-DIAG"):
            continue
        if row["stage"] in ("declined", "cancelled") and row["code"] != "XX-DIAG":
            continue
        one.lines.append(row)
        one.subtotal += row["price_cents"]
        one.tax += tax_of(row["price_cents"], row["tax_class"], rates)
    paid = await fetch_value(
        "SELECT COALESCE(sum(amount_cents), 0)::bigint FROM payment WHERE ticket = $1", ticket.id
    )
    return TicketSum(list(sums.values()), paid)
