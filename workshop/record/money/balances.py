"""What is still owed on many tickets at once, for lists: the same sums as one ticket's, in two questions."""

import json
from collections.abc import Sequence

from workshop.db import fetch
from workshop.record.money.money_owed import is_charged, tax_of


async def balances(tickets: Sequence[int]) -> dict[int, int]:
    """Cents still owed per ticket, with tax; negative when too much was paid."""
    lines = await fetch(
        """SELECT v.ticket, v.stage, v.is_unrepaired, t.code, t.price_cents, t.tax_class, k.tax_rates
           FROM envelope v JOIN ticket k ON k.id = v.ticket JOIN task t ON t.envelope = v.id AND NOT t.is_dropped
           WHERE v.ticket = ANY($1)""",
        list(tickets),
    )
    rates = {ticket: json.loads(kept) for ticket, kept in {line["ticket"]: line["tax_rates"] for line in lines}.items()}
    owed = dict.fromkeys(tickets, 0)
    for line in lines:
        if is_charged(line):
            tax = tax_of(line["price_cents"], line["tax_class"], rates[line["ticket"]])
            owed[line["ticket"]] += line["price_cents"] + tax
    for row in await fetch(
        """SELECT ticket, sum(amount_cents + let_off_cents)::bigint AS paid FROM payment
           WHERE ticket = ANY($1) GROUP BY ticket""",
        list(tickets),
    ):
        owed[row["ticket"]] -= row["paid"]
    return owed
