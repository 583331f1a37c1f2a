"""Lines of work: from a code of the price book and its drivers to a task at an agreed price."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from workshop import clock
from workshop.db import fetch
from workshop.errors import Forbidden, InvalidInput
from workshop.money import share
from workshop.record.events import Actor
from workshop.record.prices.bargains import NewDiscount
from workshop.record.prices.price_rules import read_row
from workshop.record.prices.prices import Quote, quote
from workshop.record.prices.reckoning import Bargain, Line, Package
from workshop.record.tables import Task

# In force on the shop's own day; $2 is this moment.
_NOW = """JOIN shop s ON s.id = p.shop WHERE p.shop = $1
          AND p.active_from <= ($2::timestamptz AT TIME ZONE s.zone)::date
          AND (p.active_to IS NULL OR p.active_to >= ($2::timestamptz AT TIME ZONE s.zone)::date)"""


@dataclass(frozen=True)
class NewTask:
    """A line of work as asked for. `price_cents` overrides the book (a manager's price, or a quote)."""

    code: str
    quantity: int = 1
    drivers: dict[str, Any] = field(default_factory=dict)
    price_cents: int | None = None
    note: str = ""
    package: int | None = None
    discount: NewDiscount | None = None


@dataclass(frozen=True)
class PricedTask:
    """A line of work with the book's item and its price by the book."""

    item: dict[str, Any]
    asked: NewTask
    quote: Quote
    package: Package | None = None

    @property
    def cents(self) -> int:
        """For the whole quantity, before package and discounts."""
        return self.quote.cents * self.asked.quantity

    @property
    def needs_estimate(self) -> bool:
        """Whether the customer must approve the price before work."""
        return bool(self.item["needs_estimate"] or self.quote.by_quote)

    @property
    def is_off_book(self) -> bool:
        """Whether a person said a price that the book could have said."""
        by_hand = self.asked.price_cents is not None
        return by_hand and not (self.item["needs_estimate"] or quote(self.item["rule"], self.asked.drivers).by_quote)

    @property
    def piecework_cents(self) -> int:
        """What the jeweler is paid: a share of the book's labour, whatever the shop lets off (TRADE 1c)."""
        return share(self.quote.labour_cents * self.asked.quantity, self.item["piecework_per_mille"])

    def line(self, *bargains: Bargain) -> Line:
        """As it goes into the reckoning."""
        count, why = self.asked.quantity, list(self.quote.why)
        if count > 1:
            why.append((f"{count} of them", self.quote.cents * (count - 1)))
        return Line(
            self.item["code"], self.cents, why, self.quote.plain_cents * count, self.package, list(bargains)
        )


@dataclass(frozen=True)
class PriceList:
    """The lines and packages of the book that somebody asked for, as they hold now."""

    items: dict[str, dict[str, Any]]
    packages: dict[int, Package]

    def price(self, asked: NewTask) -> PricedTask:
        """Price one line. Raises InvalidInput on an unknown code or driver."""
        item = self.items.get(asked.code)
        if item is None:
            sentence = f"“{asked.code}” is not in the price book."
            raise InvalidInput(sentence, code=sentence)
        if not 0 < asked.quantity <= 99:
            raise InvalidInput("A quantity is 1 to 99.", quantity="A quantity is 1 to 99.")
        priced = quote(item["rule"], asked.drivers)
        if asked.price_cents is not None:
            priced = by_hand(priced, asked.price_cents, is_open=item["needs_estimate"])
        return PricedTask(item, asked, priced, self.packages.get(asked.package or 0))


def by_hand(book: Quote, cents: int, *, is_open: bool) -> Quote:
    """A price said by a person. Piecework stays the book's, unless the book could not say."""
    labour = cents if is_open or book.by_quote else book.labour_cents
    return Quote(cents, [("Price set by hand", cents)], labour_cents=labour, plain_cents=cents)


def keep_to_book(priced: PricedTask, by: Actor) -> PricedTask:
    """The line as priced; only a manager goes off the book's own price (Forbidden)."""
    if priced.is_off_book and not by.is_one_of("manager", "owner"):
        raise Forbidden(f"The price book prices “{priced.item['name']}”. Only a manager goes off it.")
    return priced


async def price_list(shop: int, asked: Iterable[NewTask]) -> PriceList:
    """What is needed to price these lines, read at once."""
    wanted = list(asked)
    rows = await fetch(
        f"SELECT p.* FROM price_item p {_NOW} AND p.code = ANY($3)",  # noqa: S608 - our own words
        shop, clock.now(), [task.code for task in wanted],
    )  # fmt: skip
    chosen = [task.package for task in wanted if task.package is not None]
    bundles = (
        await fetch("SELECT * FROM price_package WHERE shop = $1 AND id = ANY($2)", shop, chosen) if chosen else []
    )
    return PriceList(
        {row["code"]: read_row(row) for row in rows}, {row["id"]: package_of(row) for row in bundles}
    )


def package_of(row: dict[str, Any]) -> Package:
    """A row of `price_package` as the reckoning takes it."""
    return Package(
        row["id"], row["name"], tuple(json.loads(row["codes"])), row["price_cents"], row["off_per_mille"]
    )


async def price_items(shop: int, kind: str = "") -> list[dict[str, Any]]:
    """The price book as it holds today, for one kind of piece or all; favourites first."""
    rows = await fetch(
        f"SELECT p.* FROM price_item p {_NOW} ORDER BY p.is_favourite DESC, p.category, p.name",  # noqa: S608 - our own
        shop, clock.now(),
    )  # fmt: skip
    items = [read_row(row) for row in rows]
    return [row for row in items if not kind or not row["kinds"] or kind in row["kinds"]]


async def price_task(asked: NewTask, *, shop: int) -> PricedTask:
    """Price one line by the book. Raises InvalidInput on an unknown code or driver."""
    return (await price_list(shop, [asked])).price(asked)


async def add_task(priced: PricedTask, *, envelope: int, found: bool = False) -> Task:
    """Write the line on the envelope at the book's price, inside the caller's transaction.

    Package, discounts and rush are reckoned afterwards (`repricing`), when all lines are there.
    """
    item, asked, line = priced.item, priced.asked, priced.line()
    task = Task(
        envelope=envelope, code=item["code"], name=asked.note or item["name"], quantity=asked.quantity,
        drivers=json.dumps(asked.drivers), price_cents=line.cents, tax_class=item["tax_class"],
        why=json.dumps(line.why), minutes=item["minutes"] * asked.quantity, skill=item["skill"],
        found_at_bench=found, warranty_days=item["warranty_days"], item=item["id"], book_cents=line.book,
        book_why=json.dumps(line.why), package=priced.package.id if priced.package else None,
        piecework_cents=priced.piecework_cents,
    )  # fmt: skip
    await task.save()
    return task


async def tasks_of(envelope: int) -> list[dict[str, Any]]:
    """The lines of work on an envelope."""
    rows = await fetch("SELECT * FROM task WHERE envelope = $1 AND NOT is_dropped ORDER BY id", envelope)
    for row in rows:
        row["why"], row["drivers"] = json.loads(row["why"]), json.loads(row["drivers"])
    return rows
