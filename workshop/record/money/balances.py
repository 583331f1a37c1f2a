"""What is still owed on many tickets at once, for lists: the same sums as one ticket's, in three questions."""

from collections.abc import Sequence

from workshop.db import fetch
from workshop.record.money.money_owed import is_charged, tax_of


async def balances(tickets: Sequence[int]) -> dict[int, int]:
    """Cents still owed per ticket, with tax; negative when too much was paid."""
    lines = await fetch(
        """SELECT v.ticket, v.stage, v.is_unrepaired, t.code, t.price_cents, t.tax_class
           FROM envelope v JOIN task t ON t.envelope = v.id AND NOT t.is_dropped WHERE v.ticket = ANY($1)""",
        list(tickets),
    )
    rates = await _rates(tickets)
    owed = dict.fromkeys(tickets, 0)
    for line in lines:
        if is_charged(line):
            tax = tax_of(line["price_cents"], line["tax_class"], rates.get(line["ticket"], {}))
            owed[line["ticket"]] += line["price_cents"] + tax
    for row in await fetch(
        """SELECT ticket, sum(amount_cents + let_off_cents)::bigint AS paid FROM payment
           WHERE ticket = ANY($1) GROUP BY ticket""",
        list(tickets),
    ):
        owed[row["ticket"]] -= row["paid"]
    return owed


async def _rates(tickets: Sequence[int]) -> dict[int, dict[str, int]]:
    """Each ticket's rates: those of the day it was taken in, on the shop's own calendar."""
    rows = await fetch(
        """SELECT k.id, r.tax_class, r.rate_per_100k
           FROM ticket k JOIN shop s ON s.id = k.shop JOIN tax_rate r ON r.shop = k.shop
           AND r.valid_from <= (k.taken_in_at AT TIME ZONE s.zone)::date
           AND (r.valid_to IS NULL OR r.valid_to >= (k.taken_in_at AT TIME ZONE s.zone)::date) WHERE k.id = ANY($1)""",
        list(tickets),
    )
    rates: dict[int, dict[str, int]] = {}
    for row in rows:
        rates.setdefault(row["id"], {})[row["tax_class"]] = row["rate_per_100k"]
    return rates
