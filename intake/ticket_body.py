"""A take-in as a till or a website sends it, checked so that what cannot be used is named where it stands."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from workshop.errors import InvalidInput
from workshop.record.customers.customers import NewCustomer, check_names, normalise_email, normalise_phone
from workshop.record.pieces.condition import Mark, StonePoint
from workshop.record.pieces.pieces import NewPiece, NewStone
from workshop.record.prices.prices import DRIVERS, METALS, drivers_of
from workshop.record.prices.work import NewTask, PriceList, price_list
from workshop.record.tickets.new_tickets import PRICE_TERMS, NewEnvelope, NewTicket
from workshop.record.trade import BASES, KINDS


def _one_of(names: Any) -> str:
    return f"One of: {', '.join(f'`{name}`' for name in names if name)}."


Text = Annotated[str, Meta(max_length=300)]
Declared = Annotated[int, Meta(ge=0, le=1_000_000_000, description="The customer's figure, in cents.")]
NotAbove = Annotated[int, Meta(ge=0, le=1_000_000_000, description="In cents, with the terms `not_above`.")]
Kind = Annotated[str, Meta(max_length=300, description=_one_of(KINDS) + " Needed for a new piece.")]
Metal = Annotated[str, Meta(max_length=300, description=_one_of(METALS) + " Empty: not told.")]
Basis = Annotated[str, Meta(max_length=300, description=f"On what ground it is said. {_one_of(BASES)}")]
Terms = Annotated[str, Meta(max_length=300, description=_one_of(PRICE_TERMS))]
Code = Annotated[str, Meta(max_length=12, description="A code of the shop's price book, such as `RS-UP`.")]
Drivers = Annotated[
    dict[str, str | int | float],
    Meta(description=f"What drives the price, as far as this code asks for it: {', '.join(f'`{n}`' for n in DRIVERS)}. "
                     f"`metal` is {_one_of(METALS).lower()} All others are numbers."),
]  # fmt: skip
Known = Annotated[int | None, Meta(description="Of one that is on file; then nothing else is needed.")]


class CustomerIn(msgspec.Struct, forbid_unknown_fields=True):
    """A new customer, or a known one by `id`. A new one needs a `last_name`."""

    id: Known = None
    last_name: Text = ""
    first_name: Text = ""
    phone: Annotated[str, Meta(max_length=300, description="As people write it; kept as E.164.")] = ""
    email: Text = ""
    language: Annotated[str, Meta(max_length=5, description="Texts and the page: `en` or `es`.")] = "en"


class StoneIn(msgspec.Struct, forbid_unknown_fields=True):
    """A stone or a group of like ones, with the ground for saying so."""

    identity: Text
    count: Annotated[int, Meta(ge=1, le=500)] = 1
    shape: Text = ""
    position: Text = ""
    nature: Text = ""
    basis: Basis = "appears"


class PieceIn(msgspec.Struct, forbid_unknown_fields=True):
    """A new piece, or a known one of this customer by `id`."""

    id: Known = None
    kind: Kind = ""
    description: Text = ""
    metal: Metal = ""
    metal_basis: Basis = "appears"
    serial: Text = ""
    reference: Text = ""
    engraving: Text = ""
    stones: list[StoneIn] = []


class TaskIn(msgspec.Struct, forbid_unknown_fields=True):
    """A line of work by its code in the price book, with what drives its price."""

    code: Code
    quantity: Annotated[int, Meta(ge=1, le=99)] = 1
    drivers: Drivers = {}


class EnvelopeIn(msgspec.Struct, forbid_unknown_fields=True):
    """One piece in its bag.

    A mark may lie on a drawing (`picture`: `ring-top`, `watch-face`, ...; `x`, `y` from its top left, 0 to 1).
    """

    piece: PieceIn
    tasks: Annotated[list[TaskIn], Meta(min_length=1, max_length=30)]
    declared_value: Declared | None = None
    declared_words: Text = ""
    marks: list[Mark] = []
    stone_points: list[StonePoint] = []
    size_now: Text = ""
    size_wanted: Text = ""
    customer_says: Text = ""


class TicketIn(msgspec.Struct, forbid_unknown_fields=True):
    """A whole take-in. Without `promise_on` the first day is promised on which the work fits."""

    customer: CustomerIn
    envelopes: Annotated[list[EnvelopeIn], Meta(min_length=1, max_length=20)]
    promise_on: date | None = None
    promise_reason: Text = ""
    price_terms: Terms = "firm"
    not_above: NotAbove | None = None
    rush: bool = False
    discreet: bool = False
    may_text: Annotated[bool, Meta(description="The customer agreed to texts about this repair.")] = False
    collectors: list[Text] = []
    note: Text = ""


async def new_ticket(data: TicketIn, *, shop: int) -> NewTicket:
    """What was sent, as the record takes it. InvalidInput names each field by its whole path."""
    person = data.customer
    if person.id is None:
        _check_person(person)
    asked = [_task(one) for envelope in data.envelopes for one in envelope.tasks]
    book = await price_list(shop, asked)
    for place, one in enumerate(data.envelopes):
        _check_envelope(one, f"envelopes[{place}]", book)
    new = NewCustomer(person.last_name, person.first_name, person.phone, person.email, person.language)
    return NewTicket(
        [_new_envelope(one) for one in data.envelopes], customer_id=person.id, customer=None if person.id else new,
        promise_on=data.promise_on, promise_reason=data.promise_reason, price_terms=data.price_terms,
        not_above_cents=data.not_above, is_rush=data.rush,
        is_discreet=data.discreet, may_text=data.may_text, collectors=list(data.collectors), note=data.note,
    )  # fmt: skip


@contextmanager
def _within(place: str) -> Iterator[None]:
    """Fields refused in here are told with the place they were sent at."""
    try:
        yield
    except InvalidInput as error:
        fields = {f"{place}.{name}": words for name, words in error.fields.items()}
        raise InvalidInput(error.message, **fields) from error


def _check_person(person: CustomerIn) -> None:
    if not person.last_name.strip():
        words = "Give an id, or a last name."
        raise InvalidInput(words, **{"customer.last_name": words})
    with _within("customer"):
        check_names(person.last_name, person.first_name)
        normalise_phone(person.phone)
        normalise_email(person.email)


def _check_envelope(one: EnvelopeIn, place: str, book: PriceList) -> None:
    if one.piece.id is None and one.piece.kind not in KINDS:
        raise InvalidInput("Which kind of piece is it?", **{f"{place}.piece.kind": _one_of(KINDS)})
    for number, task in enumerate(one.tasks):
        with _within(f"{place}.tasks[{number}]"):
            item = book.price(NewTask(task.code, task.quantity)).item
            _check_drivers(task, item["rule"])
        with _within(f"{place}.tasks[{number}].drivers"):
            book.price(_task(task))


def _check_drivers(task: TaskIn, rule: dict[str, Any]) -> None:
    """A driver misspelt would leave the piece priced as if nothing had been said of it."""
    asked = [one.name for one in drivers_of(rule)]
    for name, value in task.drivers.items():
        if name not in asked:
            takes = _one_of(asked) if asked else "This work takes none."
            raise InvalidInput(f"“{name}” does not drive the price of {task.code}.", **{f"drivers.{name}": takes})
        if name == "metal" and str(value).lower() not in METALS:
            raise InvalidInput(f"“{value}” is no metal of the price book.", **{"drivers.metal": _one_of(METALS)})


def _task(task: TaskIn) -> NewTask:
    drivers: dict[str, Any] = dict(task.drivers)
    if "metal" in drivers:
        drivers["metal"] = str(drivers["metal"]).lower()
    return NewTask(task.code, task.quantity, drivers)


def _new_envelope(one: EnvelopeIn) -> NewEnvelope:
    piece = one.piece
    new = NewPiece(
        piece.kind, piece.description, piece.metal, piece.metal_basis, "", piece.serial, piece.reference,
        piece.engraving, "", None,
        [NewStone(s.identity, s.count, s.nature, s.shape, s.position, s.basis) for s in piece.stones],
    )  # fmt: skip
    return NewEnvelope(
        [_task(task) for task in one.tasks], piece_id=piece.id,
        piece=None if piece.id else new, declared_value_cents=one.declared_value, declared_words=one.declared_words,
        marks=msgspec.to_builtins(one.marks),
        stone_points=msgspec.to_builtins(one.stone_points), size_now=one.size_now,
        size_wanted=one.size_wanted, customer_says=one.customer_says,
    )  # fmt: skip
