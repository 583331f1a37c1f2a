"""What the lines of a visit come to: the book's amount, a package, the rush, discounts, each said line by line.

Pure: the take-in shows with it what the ticket will hold, and the ticket is written with it. In this order:
a package is taken off the book's amount, the rush is a share of what is left, discounts come last and
cover the rush too.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from workshop.money import share, show
from workshop.record.prices.prices import RushRule, Why, percent

RUSH = "XX-RUSH"


@dataclass(frozen=True)
class Package:
    """A bundle as it was when it was chosen."""

    id: int
    name: str
    codes: tuple[str, ...]
    price_cents: int | None = None
    off_per_mille: int | None = None

    @property
    def words(self) -> str:
        """`$95.00` or `10 % off`."""
        return show(self.price_cents or 0) if self.off_per_mille is None else f"{percent(self.off_per_mille)} off"


@dataclass(frozen=True)
class Bargain:
    """A discount: a share of the price or an amount; `id` is its row's once it has one."""

    words: str
    per_mille: int | None = None
    cents: int | None = None
    id: int = 0


@dataclass
class Line:
    """One line of work being reckoned. Amounts are cents for its whole quantity."""

    code: str
    book: int
    why: Why
    plain: int = 0
    package: Package | None = None
    bargains: list[Bargain] = field(default_factory=list)
    package_off: int = 0
    taken: list[tuple[Bargain, int]] = field(default_factory=list)

    @property
    def discount_off(self) -> int:
        """What discounts take off."""
        return sum(cents for _, cents in self.taken)

    @property
    def cents(self) -> int:
        """What the line costs."""
        return self.book - self.package_off - self.discount_off

    @property
    def reasons(self) -> Why:
        """Why it costs that; the amounts add up to `cents`."""
        bundle = [(f"{self.package.name} package", -self.package_off)] if self.package and self.package_off else []
        return [*self.why, *bundle, *((one.words, -cents) for one, cents in self.taken if cents)]


Piece = list[Line]


def reckon(pieces: Sequence[Piece], rush: RushRule | None = None, on_all: Sequence[Bargain] = ()) -> None:
    """Price a whole visit, piece by piece; each piece of a rushed visit gets its rush line."""
    for lines in pieces:
        lines[:] = [line for line in lines if line.code != RUSH]
        bundle(lines)
    if rush is not None and any(pieces):
        work = [sum(line.book - line.package_off for line in lines) for lines in pieces]
        for lines, cents, labour in zip(pieces, spread(rush.cents(sum(work)), work), work, strict=True):
            lines.extend([rush_line(rush, cents, labour)] if cents else [])
    discount([line for lines in pieces for line in lines], on_all)


def bundle(lines: Piece) -> None:
    """Take packages off the lines that came with them; one that lost a line is no package any more."""
    for line in lines:
        line.package_off = 0
    for chosen in {line.package.id: line.package for line in lines if line.package}.values():
        mine = [line for line in lines if line.package and line.package.id == chosen.id]
        if {line.code for line in mine} != set(chosen.codes):
            for line in mine:
                line.package = None
        elif chosen.off_per_mille is not None:
            for line in mine:
                line.package_off = share(line.book, chosen.off_per_mille)
        else:
            off = max(0, sum(line.plain for line in mine) - (chosen.price_cents or 0))
            for line, cents in zip(mine, spread(off, [line.plain for line in mine]), strict=True):
                line.package_off = min(cents, line.book)


def rush_line(rush: RushRule, cents: int, work_cents: int) -> Line:
    """The rush of one piece, with its reason; `plain` keeps the work it was reckoned on."""
    if rush.kind == "fee":
        reason = "Rush fee"
    elif cents == share(work_cents, rush.per_mille):
        reason = f"Rush: {percent(rush.per_mille)} of {show(work_cents, rush.currency)}"
    else:
        reason = f"Rush: at least {show(rush.minimum_cents, rush.currency)} for the visit"
    return Line(RUSH, cents, [(reason, cents)], plain=work_cents)


def discount(lines: Sequence[Line], on_all: Sequence[Bargain] = ()) -> None:
    """Take discounts off: each line's own first, then those on everything."""
    for line in lines:
        line.taken = []
        for bargain in line.bargains:
            line.taken.append((bargain, _off(bargain, line.cents)))
    for bargain in on_all:
        if bargain.per_mille is not None:
            for line in lines:
                line.taken.append((bargain, _off(bargain, line.cents)))
            continue
        left = [line.cents for line in lines]
        for line, cents in zip(lines, spread(min(bargain.cents or 0, sum(left)), left), strict=True):
            line.taken.append((bargain, cents))


def _off(bargain: Bargain, cents: int) -> int:
    if bargain.per_mille is not None:
        return share(cents, bargain.per_mille)
    return min(bargain.cents or 0, cents)


def reductions(row: Mapping[str, Any]) -> Why:
    """What a package and discounts take off a stored line, each with its words; the amounts are negative."""
    if not (row["package_cents"] or row["discount_cents"]):
        return []
    why, book = (_unpacked(row[name]) for name in ("why", "book_why"))
    return [(str(text), int(cents)) for text, cents in why[len(book) :]]


def _unpacked(stored: Any) -> list[Any]:
    return list(json.loads(stored)) if isinstance(stored, str) else list(stored)


def spread(cents: int, weights: Sequence[int]) -> list[int]:
    """An amount over several, by weight, to the last cent; evenly where nothing weighs."""
    whole = sum(weights)
    if not weights:
        return []
    if not whole:
        weights, whole = [1] * len(weights), len(weights)
    parts = [cents * weight // whole for weight in weights]
    by_rest = sorted(range(len(weights)), key=lambda at: (-(cents * weights[at] % whole), at))
    for at in by_rest[: cents - sum(parts)]:
        parts[at] += 1
    return parts
