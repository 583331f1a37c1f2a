"""A discount as it is asked for: how much, why, and how far a role may go alone."""

import json
from dataclasses import dataclass

from workshop.errors import InvalidInput
from workshop.money import show
from workshop.record.cards import refuse_card_number
from workshop.record.prices.prices import percent
from workshop.record.prices.reckoning import Bargain
from workshop.record.tables import Shop

REASONS = {
    "goodwill": "Goodwill", "late": "We were late", "redo": "Not right the first time", "regular": "Regular customer",
    "several": "Several pieces", "bought_here": "Bought here", "staff": "Family or staff", "match": "Price match",
    "other": "Other reason",
}  # fmt: skip
ROLES = ("owner", "manager", "counter")


@dataclass(frozen=True)
class NewDiscount:
    """A part of the price to be let off: a share (per mille) or an amount in cents, with its reason."""

    reason: str
    per_mille: int | None = None
    cents: int | None = None
    words: str = ""

    @property
    def bargain(self) -> Bargain:
        """As the reckoning takes it."""
        return Bargain(discount_words(self.reason, self.words, self.per_mille), self.per_mille, self.cents)


def discount_words(reason: str, words: str = "", per_mille: int | None = None) -> str:
    """`10 % off, regular customer: 20 years`: how a discount stands in every list of reasons."""
    why = REASONS.get(reason, reason)
    said = f"{why}: {words}" if words and reason != "other" else words or why
    much = f"{percent(per_mille)} off" if per_mille else "Discount"
    return f"{much}, {said[:1].lower()}{said[1:]}"


def check_discount(new: NewDiscount) -> None:
    """Raises InvalidInput naming `reason`, `words` or `off` where a discount cannot be written like that."""
    if new.reason not in REASONS:
        raise InvalidInput("Why is it let off?", reason="Choose the reason.")
    if new.reason == "other" and len(new.words.strip()) < 3:
        raise InvalidInput("Say the reason in words.", words="Say the reason in words.")
    if len(new.words) > 160:
        raise InvalidInput("That is too long.", words="At most 160 characters.")
    refuse_card_number(new.words, "words")
    if (new.per_mille is None) == (new.cents is None):
        raise InvalidInput("How much is let off?", off="Write a percentage or an amount.")
    if new.per_mille is not None and not 1 <= new.per_mille <= 1000:
        raise InvalidInput("A percentage is up to 100.", off="Write a percentage up to 100.")
    if new.cents is not None and not 0 < new.cents <= 10_000_000:
        raise InvalidInput("That is not an amount we can let off.", off="Write an amount above zero.")


def limit_of(shop: Shop, roles: frozenset[str]) -> int:
    """How much of a price these roles may let off alone, per mille."""
    limits = json.loads(shop.discount_limits)
    return max((int(limits.get(role, 0)) for role in ROLES if role in roles), default=0)


def too_much(shop: Shop, roles: frozenset[str], *, off: int, of: int, lines: int = 1) -> str:
    """A sentence where so many cents off are above what these roles may let off alone; empty where not."""
    limit = limit_of(shop, roles)
    if off * 1000 <= limit * of + 500 * lines:  # half a cent a line: shares are rounded up
        return ""
    most = f"up to {percent(limit)}" if limit else "nothing"
    return f"That takes {show(off, shop.currency)} off {show(of, shop.currency)}. You may let off {most} alone."
