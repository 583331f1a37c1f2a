"""What is agreed at the counter before it becomes a ticket: the words, and what makes them refused."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from workshop.errors import InvalidInput
from workshop.record.cards import refuse_card_number
from workshop.record.customers.customers import NewCustomer
from workshop.record.pieces.engraving import Engraving, check_engravings
from workshop.record.pieces.pieces import NewPiece
from workshop.record.prices.bargains import NewDiscount
from workshop.record.prices.work import NewTask

PRICE_TERMS = {
    "firm": "Firm price",
    "call": "Call before starting",
    "not_above": "Not above",
    "estimate": "To be estimated",
}


@dataclass(frozen=True)
class NewEnvelope:
    """One piece handed over, what is to be done with it, and how it was when it came."""

    tasks: list[NewTask]
    piece_id: int | None = None
    piece: NewPiece | None = None
    code: str = ""  # made before, when photos were taken first
    declared_value_cents: int | None = None
    declared_words: str = ""
    marks: list[dict[str, Any]] = field(default_factory=list)  # see workshop.record.pieces.condition.Mark
    stone_points: list[dict[str, Any]] = field(default_factory=list)
    mark_frames: dict[str, dict[str, Any]] = field(default_factory=dict)
    stone_count: int | None = None
    shown_under_loupe: bool = False
    weight_mg: int | None = None
    size_now: str = ""
    size_wanted: str = ""
    customer_says: str = ""
    seal_no: str = ""
    engravings: list[Engraving] = field(default_factory=list)


@dataclass(frozen=True)
class NewTicket:
    """A whole take-in, from the pages or the API alike."""

    envelopes: list[NewEnvelope]
    customer_id: int | None = None
    customer: NewCustomer | None = None
    promise_on: date | None = None  # none: the first honest day
    promise_reason: str = ""  # why a day is promised on which the work does not fit
    promise_offered: date | None = None  # what the page offered when it was chosen
    price_terms: str = "firm"
    not_above_cents: int | None = None
    is_rush: bool = False
    is_discreet: bool = False
    collectors: list[str] = field(default_factory=list)
    note: str = ""
    signature: str = ""  # a PNG data address; the pages require it
    may_text: bool = False
    may_market: bool = False
    risks: list[str] | None = None  # as shown and explained; None: drawn from the work and the pieces
    risks_explained: bool = False
    discount: NewDiscount | None = None  # on everything


def check_new_ticket(new: NewTicket) -> None:
    """Refuse a take-in that cannot be, naming the field."""
    if not new.envelopes or len(new.envelopes) > 20:
        sentence = "A ticket holds 1 to 20 pieces."
        raise InvalidInput(sentence, envelopes=sentence)
    if new.price_terms not in PRICE_TERMS:
        sentence = f"Price terms are one of: {', '.join(PRICE_TERMS)}."
        raise InvalidInput(sentence, price_terms=sentence)
    if new.price_terms == "not_above" and not new.not_above_cents:
        raise InvalidInput("Write the amount not to go above.", not_above="Write the amount.")
    refuse_card_number(new.note, "note")
    for place, one in enumerate(new.envelopes, start=1):
        _check_envelope(one)
        check_engravings(one.engravings, place)


def _check_envelope(one: NewEnvelope) -> None:
    if not one.tasks:
        raise InvalidInput("What is to be done? Add at least one line of work.", tasks="Add a line of work.")
    if one.piece is None and one.piece_id is None:
        raise InvalidInput("Which piece is it?", piece="Describe the piece or choose a known one.")
    for text, name in ((one.customer_says, "customer_says"), (one.declared_words, "declared_words")):
        refuse_card_number(text, name)
