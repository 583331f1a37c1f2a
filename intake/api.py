"""JSON for tills and other systems: take pieces in, read a ticket, find a household."""

from datetime import date
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, Router, get, post

from intake import call_log, customers_api, find_api, pieces_api, sales_api, timeline
from workshop.errors import InvalidInput
from workshop.record.customers.customers import NewCustomer, customer_by_id
from workshop.record.events import Actor, history
from workshop.record.money.money_owed import sum_of
from workshop.record.pieces.condition import Mark, StonePoint
from workshop.record.pieces.pieces import NewPiece, NewStone, in_words
from workshop.record.prices.work import NewTask, tasks_of
from workshop.record.tables import Ticket
from workshop.record.tickets.estimates import estimates_of
from workshop.record.tickets.tickets import NewEnvelope, NewTicket, envelopes_of, take_in, ticket_by_number
from workshop.web.api import answer_once
from workshop.web.auth import COUNTER

Text = Annotated[str, msgspec.Meta(max_length=300)]
Cents = Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)]


class CustomerIn(msgspec.Struct, forbid_unknown_fields=True):
    """A new customer, or a known one by `id`."""

    id: int | None = None
    last_name: Text = ""
    first_name: Text = ""
    phone: Text = ""
    email: Text = ""
    language: Annotated[str, msgspec.Meta(max_length=5)] = "en"


class StoneIn(msgspec.Struct, forbid_unknown_fields=True):
    """A stone or a group of like ones, with the ground for saying so."""

    identity: Text
    count: Annotated[int, msgspec.Meta(ge=1, le=500)] = 1
    shape: Text = ""
    position: Text = ""
    nature: Text = ""
    basis: Text = "appears"


class PieceIn(msgspec.Struct, forbid_unknown_fields=True):
    """A new piece, or a known one by `id`."""

    id: int | None = None
    kind: Text = ""
    description: Text = ""
    metal: Text = ""
    metal_basis: Text = "appears"
    serial: Text = ""
    reference: Text = ""
    engraving: Text = ""
    stones: list[StoneIn] = []


class TaskIn(msgspec.Struct, forbid_unknown_fields=True):
    """A line of work by its code in the price book, with what drives its price."""

    code: Annotated[str, msgspec.Meta(max_length=12)]
    quantity: Annotated[int, msgspec.Meta(ge=1, le=99)] = 1
    drivers: dict[str, str | int | float] = {}


class EnvelopeIn(msgspec.Struct, forbid_unknown_fields=True):
    """One piece in its bag. `declared_value` is in cents, the customer's own figure.

    A mark may lie on a drawing (`picture`: `ring-top`, `watch-face`, ...; `x`, `y` from its top left, 0 to 1).
    """

    piece: PieceIn
    tasks: Annotated[list[TaskIn], msgspec.Meta(min_length=1, max_length=30)]
    declared_value: Cents | None = None
    declared_words: Text = ""
    marks: list[Mark] = []
    stone_points: list[StonePoint] = []
    size_now: Text = ""
    size_wanted: Text = ""
    customer_says: Text = ""


class TicketIn(msgspec.Struct, forbid_unknown_fields=True):
    """A whole take-in."""

    customer: CustomerIn
    envelopes: Annotated[list[EnvelopeIn], msgspec.Meta(min_length=1, max_length=20)]
    promise_on: date | None = None
    promise_reason: Text = ""
    price_terms: Text = "firm"
    not_above: Cents | None = None
    rush: bool = False
    discreet: bool = False
    may_text: bool = False
    collectors: list[Text] = []
    note: Text = ""


@post("/api/tickets", opt={"access": COUNTER}, status_code=201)
async def create_ticket(request: Request[Any, Any, Any], data: TicketIn, by: Actor) -> Response[bytes]:
    """Take pieces in. Send an `Idempotency-Key`: the same key and body answer the same ticket."""

    async def act() -> dict[str, Any]:
        ticket = await take_in(_new_ticket(data), by=by)
        return await _shown(ticket)

    return await answer_once(request, act, status=201)


def _new_ticket(data: TicketIn) -> NewTicket:
    person = data.customer
    if person.id is None and not person.last_name.strip():
        raise InvalidInput(
            "customer: give an id, or a last_name.", **{"customer.last_name": "Give an id, or a last name."}
        )
    new = NewCustomer(person.last_name, person.first_name, person.phone, person.email, person.language)
    return NewTicket(
        [_new_envelope(one) for one in data.envelopes], customer_id=person.id, customer=None if person.id else new,
        promise_on=data.promise_on, promise_reason=data.promise_reason, price_terms=data.price_terms,
        not_above_cents=data.not_above, is_rush=data.rush,
        is_discreet=data.discreet, may_text=data.may_text, collectors=list(data.collectors), note=data.note,
    )  # fmt: skip


def _new_envelope(one: EnvelopeIn) -> NewEnvelope:
    piece = one.piece
    new = NewPiece(
        piece.kind, piece.description, piece.metal, piece.metal_basis, "", piece.serial, piece.reference,
        piece.engraving, "", None,
        [NewStone(s.identity, s.count, s.nature, s.shape, s.position, s.basis) for s in piece.stones],
    )  # fmt: skip
    return NewEnvelope(
        [NewTask(task.code, task.quantity, dict(task.drivers)) for task in one.tasks], piece_id=piece.id,
        piece=None if piece.id else new, declared_value_cents=one.declared_value, declared_words=one.declared_words,
        marks=msgspec.to_builtins(one.marks),
        stone_points=msgspec.to_builtins(one.stone_points), size_now=one.size_now,
        size_wanted=one.size_wanted, customer_says=one.customer_says,
    )  # fmt: skip


@get("/api/tickets/{number:str}", opt={"access": COUNTER})
async def read_ticket(number: str, by: Actor) -> dict[str, Any]:
    """A ticket with its envelopes, money and history."""
    ticket = await ticket_by_number(number, shop=by.shop)
    shown = await _shown(ticket)
    shown["history"] = [
        {"event": row["name"], "at": row["at"], "by": row["staff_name"], "envelope": row["envelope_number"],
         "from": row["from_stage"], "to": row["to_stage"]}
        for row in await history(ticket=ticket.id)
    ]  # fmt: skip
    return shown


async def _shown(ticket: Ticket) -> dict[str, Any]:
    money = await sum_of(ticket)
    customer = await customer_by_id(ticket.customer)
    envelopes = []
    for row in await envelopes_of(ticket.id):
        estimates = await estimates_of(row["id"])
        envelopes.append({
            "code": row["code"], "number": row["number"], "stage": row["stage"], "piece_id": row["piece"],
            "piece": in_words(row), "location": row["location"],
            "declared_value": row["declared_value_cents"],
            "promise_on": row["promise_on"], "version": row["version"],
            "tasks": [
                {"code": task["code"], "name": task["name"], "price": task["price_cents"],
                 "done": task["done_at"] is not None}
                for task in await tasks_of(row["id"])
            ],
            "estimate": _estimate(estimates),
        })  # fmt: skip
    return {
        "number": ticket.number, "customer": {"id": customer.id, "name": customer.full_name},
        "promise_on": ticket.promise_on, "rush": ticket.is_rush,
        "discreet": ticket.is_discreet, "closed": ticket.closed_at is not None,
        "subtotal": money.subtotal, "tax": money.tax, "total": money.total, "paid": money.paid,
        "balance": money.balance, "envelopes": envelopes,
    }  # fmt: skip


def _estimate(versions: list[dict[str, Any]]) -> dict[str, Any] | None:
    if not versions:
        return None
    newest = versions[0]
    return {"version": newest["version"], "state": newest["state"], "total": newest["total_cents"]}


people = Router("/api", route_handlers=[*customers_api.api_handlers, *timeline.api_handlers, *call_log.api_handlers])
goods = [*pieces_api.handlers, *sales_api.handlers]
router = Router("/", route_handlers=[create_ticket, read_ticket, *find_api.handlers, people, *goods], tags=["counter"])
