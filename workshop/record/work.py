"""Lines of work: from a code of the price book and its drivers to a task at an agreed price."""

import json
from dataclasses import dataclass, field
from typing import Any

from workshop.db import fetch, fetch_one
from workshop.errors import InvalidInput
from workshop.record.prices import Quote, quote, rush_cents
from workshop.record.tables import Shop, Task


@dataclass(frozen=True)
class NewTask:
    """A line of work as asked for. `price_cents` overrides the book (a manager's price, a quote)."""

    code: str
    quantity: int = 1
    drivers: dict[str, Any] = field(default_factory=dict)
    price_cents: int | None = None
    note: str = ""


@dataclass(frozen=True)
class PricedTask:
    """A line of work with the book's item and its price."""

    item: dict[str, Any]
    asked: NewTask
    quote: Quote

    @property
    def cents(self) -> int:
        """For the whole quantity."""
        return self.quote.cents * self.asked.quantity

    @property
    def needs_estimate(self) -> bool:
        """Whether the customer must approve the price before work."""
        return bool(self.item["needs_estimate"] or self.quote.by_quote)


async def price_items(shop: int, kind: str = "") -> list[dict[str, Any]]:
    """The price book as it stands, for one kind of piece or all."""
    rows = await fetch(
        "SELECT * FROM price_item WHERE shop = $1 AND active_to IS NULL ORDER BY is_favourite DESC, category, name",
        shop,
    )
    for row in rows:
        row["rule"], row["kinds"] = json.loads(row["rule"]), json.loads(row["kinds"])
    return [row for row in rows if not kind or not row["kinds"] or kind in row["kinds"]]


async def price_task(asked: NewTask, *, shop: int) -> PricedTask:
    """Price one line by the book. Raises InvalidInput on an unknown code or driver."""
    row = await fetch_one(
        "SELECT * FROM price_item WHERE shop = $1 AND code = $2 AND active_to IS NULL", shop, asked.code
    )
    if row is None:
        sentence = f"“{asked.code}” is not in the price book."
        raise InvalidInput(sentence, code=sentence)
    if not 0 < asked.quantity <= 99:
        raise InvalidInput("A quantity is 1 to 99.", quantity="A quantity is 1 to 99.")
    row["rule"], row["kinds"] = json.loads(row["rule"]), json.loads(row["kinds"])
    priced = quote(row["rule"], asked.drivers)
    if asked.price_cents is not None:
        priced = Quote(asked.price_cents, [("Price set by hand", asked.price_cents)])
    return PricedTask(row, asked, priced)


async def add_task(priced: PricedTask, *, envelope: int, found: bool = False) -> Task:
    """Write the line on the envelope at this price, inside the caller's transaction."""
    item, asked = priced.item, priced.asked
    task = Task(
        envelope=envelope, code=item["code"], name=asked.note or item["name"], quantity=asked.quantity,
        drivers=json.dumps(asked.drivers), price_cents=priced.cents, tax_class=item["tax_class"],
        why=json.dumps(priced.quote.why), minutes=item["minutes"] * asked.quantity, skill=item["skill"],
        found_at_bench=found, warranty_days=item["warranty_days"],
    )  # fmt: skip
    await task.save()
    return task


async def add_rush(envelopes: list[tuple[int, int]], shop: Shop) -> None:
    """Charge the rush on each envelope by its labour; the first makes up the shop's least fee."""
    shares = [rush_cents(cents, per_mille=shop.rush_per_mille, minimum_cents=0) for _, cents in envelopes]
    missing = max(0, shop.rush_minimum_cents - sum(shares))
    for index, (envelope, _) in enumerate(envelopes):
        cents = shares[index] + (missing if index == 0 else 0)
        if cents:
            await Task(
                envelope=envelope, code="XX-RUSH", name="Rush", price_cents=cents, tax_class="repair",
                why=json.dumps([("Rush", cents)]),
            ).save()  # fmt: skip


async def tasks_of(envelope: int) -> list[dict[str, Any]]:
    """The lines of work on an envelope."""
    rows = await fetch("SELECT * FROM task WHERE envelope = $1 AND NOT is_dropped ORDER BY id", envelope)
    for row in rows:
        row["why"], row["drivers"] = json.loads(row["why"]), json.loads(row["drivers"])
    return rows
