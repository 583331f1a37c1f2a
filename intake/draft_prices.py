"""What a take-in would cost as it stands: every line with its reasons, the rush, the tax, the deposit to ask for."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from intake.contract import discount_of, task_of
from intake.draft_fields import Data
from workshop.clock import today
from workshop.errors import InvalidInput
from workshop.record.money.deposits import IN_FULL, Deposit, deposit_for
from workshop.record.money.money_owed import rate_of, tax_of, tax_rates
from workshop.record.prices.prices import Quote, Why
from workshop.record.prices.reckoning import RUSH, Line, reckon
from workshop.record.prices.repricing import rush_rule
from workshop.record.prices.taxes import TAX_CLASSES
from workshop.record.prices.work import NewTask, PricedTask, PriceList, price_list
from workshop.record.tables import Shop


@dataclass
class DraftLine:
    """One line of work of a take-in with its price, why, and its tax."""

    priced: PricedTask
    line: Line
    tax_rate: int = 0
    tax_cents: int = 0

    @property
    def item(self) -> dict[str, Any]:
        """The line of the book."""
        return self.priced.item

    @property
    def name(self) -> str:
        """As the book calls it."""
        return str(self.item["name"])

    @property
    def quote(self) -> Quote:
        """The book's price of one."""
        return self.priced.quote

    @property
    def needs_estimate(self) -> bool:
        """Whether the customer must approve before work."""
        return self.priced.needs_estimate

    @property
    def price_cents(self) -> int:
        """What it costs, before tax."""
        return self.line.cents

    @property
    def off_cents(self) -> int:
        """What a package and discounts take off."""
        return self.line.package_off + self.line.discount_off

    @property
    def why(self) -> Why:
        """The reasons, adding up to the price."""
        return self.line.reasons

    @property
    def tax_words(self) -> str:
        """Its class in words."""
        return TAX_CLASSES.get(self.item["tax_class"], str(self.item["tax_class"]))


@dataclass
class PricedPiece:
    """The lines of one piece with their prices, and what cannot be priced yet (None in its place)."""

    lines: list[DraftLine | None] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    rush: Line | None = None

    @property
    def priced(self) -> list[DraftLine]:
        """The lines that have a price."""
        return [line for line in self.lines if line is not None]

    @property
    def cents(self) -> int:
        """Before tax and rush."""
        return sum(line.price_cents for line in self.priced)

    @property
    def needs_estimate(self) -> bool:
        """Whether the customer must approve before work."""
        return any(line.needs_estimate for line in self.priced)


@dataclass
class PricedDraft:
    """What the whole visit would cost."""

    pieces: list[PricedPiece]
    tax: int = 0
    deposit: Deposit = field(default_factory=lambda: Deposit(0, ""))

    @property
    def rush(self) -> int:
        """What the rush adds, with what is let off it."""
        return sum(piece.rush.cents for piece in self.pieces if piece.rush)

    @property
    def subtotal(self) -> int:
        """Work and rush, before tax."""
        return sum(piece.cents for piece in self.pieces) + self.rush

    @property
    def total(self) -> int:
        """With tax."""
        return self.subtotal + self.tax

    @property
    def off(self) -> int:
        """What packages and discounts take off in all."""
        return sum(line.package_off + line.discount_off for line in self.all_lines())

    @property
    def discount_off(self) -> int:
        """What discounts alone take off."""
        return sum(line.discount_off for line in self.all_lines())

    def all_lines(self) -> Iterator[Line]:
        """Every line being reckoned, the rush too."""
        for piece in self.pieces:
            yield from (one.line for one in piece.priced)
            yield from [piece.rush] if piece.rush else []


async def price_draft(data: Data, shop: Shop) -> PricedDraft:
    """Price everything typed so far; a driver that makes no sense is told, not thrown."""
    asked = [[_asked(task, typed) for task in typed["tasks"]] for typed in data["pieces"]]
    book = await price_list(shop.id, [one for tasks in asked for one in tasks if isinstance(one, NewTask)])
    pieces = [_priced(tasks, book) for tasks in asked]
    lines = [[one.line for one in piece.priced] for piece in pieces]
    whole = discount_of(data)
    reckon(lines, rush_rule(shop) if data.get("is_rush") else None, [whole.bargain] if whole else [])
    for piece, reckoned in zip(pieces, lines, strict=True):
        piece.rush = next((line for line in reckoned if line.code == RUSH), None)
    draft = PricedDraft(pieces)
    _add_tax(draft, await tax_rates(shop.id, today(shop.zone)))
    draft.deposit = _deposit(draft, data, shop)
    return draft


def _asked(task: Data, piece: Data) -> NewTask | str:
    """The line as asked for, or what is wrong with it."""
    try:
        return task_of(task, piece)
    except InvalidInput as error:
        return error.message


def _priced(tasks: list[NewTask | str], book: PriceList) -> PricedPiece:
    piece = PricedPiece()
    for asked in tasks:
        line: DraftLine | None = None
        try:
            if isinstance(asked, str):
                raise InvalidInput(asked)
            priced = book.price(asked)
            line = DraftLine(priced, priced.line(*([asked.discount.bargain] if asked.discount else [])))
        except InvalidInput as error:
            piece.problems.append(error.message)
        piece.lines.append(line)
    return piece


def _add_tax(draft: PricedDraft, rates: dict[str, int]) -> None:
    for piece in draft.pieces:
        for one in piece.priced:
            one.tax_rate = rate_of(one.item["tax_class"], rates)
            one.tax_cents = tax_of(one.price_cents, one.item["tax_class"], rates)
            draft.tax += one.tax_cents
        draft.tax += tax_of(piece.rush.cents, "repair", rates) if piece.rush else 0


def _deposit(draft: PricedDraft, data: Data, shop: Shop) -> Deposit:
    lines = [line for piece in draft.pieces for line in piece.priced]
    in_full = sum(line.price_cents + line.tax_cents for line in lines if line.item["tax_class"] in IN_FULL)
    is_open = data.get("price_terms") in ("estimate", "call") or any(line.item["needs_estimate"] for line in lines)
    return deposit_for(shop, total_cents=draft.total, in_full_cents=in_full, is_open=is_open)
