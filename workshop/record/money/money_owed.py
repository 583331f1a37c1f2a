"""What a ticket costs, what is paid, what is owed: per line and tax class, per envelope, in cents."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from workshop.db import fetch, fetch_one, fetch_value
from workshop.money import share
from workshop.record.prices.taxes import TAX_CLASSES
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
    let_off: int = 0  # given back for good: paid no more, and not owed either

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
        return self.total - self.paid - self.let_off

    def due_for(self, leaving: Iterable[int]) -> int:
        """What must be paid before these envelopes leave: their share and that of those that left."""
        gone = set(leaving)
        share_of_all = sum(one.total for one in self.envelopes if one.envelope in gone or one.stage == "picked_up")
        return max(0, share_of_all - self.paid - self.let_off)

    @property
    def discount(self) -> int:
        """What packages and discounts take off, before tax."""
        lines = (line for one in self.envelopes for line in one.lines)
        return sum(line["package_cents"] + line["discount_cents"] for line in lines)

    def by_class(self) -> list[dict[str, Any]]:
        """The tax of each class of work: words, rate, what is taxed and the tax, in cents."""
        sums: dict[str, dict[str, Any]] = {}
        for line in (line for one in self.envelopes for line in one.lines):
            one = sums.setdefault(line["tax_class"], {
                "words": TAX_CLASSES.get(line["tax_class"], line["tax_class"]), "rate": line["tax_rate"],
                "taxed": 0, "tax": 0,
            })  # fmt: skip
            one["taxed"] += line["price_cents"]
            one["tax"] += line["tax_cents"]
        return list(sums.values())


async def tax_rates(shop: int, day: date) -> dict[str, int]:
    """Rates per 100,000 by tax class on a day of the shop. Sales tax is a table, not a switch."""
    rows = await fetch(
        """SELECT tax_class, rate_per_100k FROM tax_rate
           WHERE shop = $1 AND valid_from <= $2 AND (valid_to IS NULL OR valid_to >= $2)""",
        shop, day,
    )  # fmt: skip
    return {row["tax_class"]: row["rate_per_100k"] for row in rows}


async def ticket_rates(ticket: int) -> dict[str, int]:
    """The rates a ticket keeps: those it was signed under, whatever the table says since."""
    kept = await fetch_value("SELECT tax_rates FROM ticket WHERE id = $1", ticket)
    return json.loads(kept) if kept else {}


def rate_of(tax_class: str, rates: Mapping[str, int]) -> int:
    """The rate of a class per 100,000; an unknown class is taxed as repair."""
    return rates.get(tax_class, rates.get("repair", 0))


def tax_of(price_cents: int, tax_class: str, rates: Mapping[str, int]) -> int:
    """Tax of one line in cents, rounded per line."""
    return share(price_cents, rate_of(tax_class, rates), of=100_000)


def is_charged(row: Mapping[str, Any]) -> bool:
    """Whether a line of work costs anything: of what goes home without work only its diagnosis does."""
    if row["code"] is None or (row["is_unrepaired"] and row["code"] != "XX-DIAG"):
        return False
    return row["stage"] not in ("declined", "cancelled") or bool(row["code"] == "XX-DIAG")


async def sum_of(ticket: Ticket) -> TicketSum:
    """The whole money of a ticket, at the rates of the day it was taken in."""
    rates = await ticket_rates(ticket.id)
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
        if not is_charged(row):
            continue
        row["tax_rate"] = rate_of(row["tax_class"], rates)
        row["tax_cents"] = tax_of(row["price_cents"], row["tax_class"], rates)
        one.lines.append(row)
        one.subtotal += row["price_cents"]
        one.tax += row["tax_cents"]
    received = await fetch_one(
        """SELECT COALESCE(sum(amount_cents), 0)::bigint AS paid, COALESCE(sum(let_off_cents), 0)::bigint AS let_off
           FROM payment WHERE ticket = $1""",
        ticket.id,
    )
    assert received is not None
    return TicketSum(list(sums.values()), **received)
