"""Taking in: one visit, one contract, one claim check, with every piece in its own envelope."""

import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_value, transaction
from workshop.errors import Forbidden, InvalidInput, NotFound
from workshop.record.cards import refuse_card_number
from workshop.record.codes import ENVELOPE, hashed, is_code, link_token, new_code
from workshop.record.condition import on_own_pictures, read_condition, stored
from workshop.record.customers import (
    MARKETING_WORDING,
    SERVICE_WORDING,
    NewCustomer,
    add_customer,
    customer_by_id,
    first_number,
    record_consent,
)
from workshop.record.envelopes import shop_of
from workshop.record.estimates import draft_estimate
from workshop.record.events import Actor, record
from workshop.record.money_owed import sum_of
from workshop.record.notices import queue_print, queue_text
from workshop.record.pieces import NewPiece, add_piece, piece_of_customer
from workshop.record.promises import bench_due, check_promise, first_promise
from workshop.record.secret import secret_key
from workshop.record.signatures import keep_signature
from workshop.record.tables import Customer, Envelope, Shop, Ticket
from workshop.record.work import NewTask, PricedTask, add_rush, add_task, price_task

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
    marks: list[dict[str, Any]] = field(default_factory=list)  # see workshop.record.condition.Mark
    stone_points: list[dict[str, Any]] = field(default_factory=list)
    mark_frames: dict[str, dict[str, Any]] = field(default_factory=dict)
    stone_count: int | None = None
    shown_under_loupe: bool = False
    weight_mg: int | None = None
    size_now: str = ""
    size_wanted: str = ""
    customer_says: str = ""
    seal_no: str = ""


@dataclass(frozen=True)
class NewTicket:
    """A whole take-in, from the pages or the API alike."""

    envelopes: list[NewEnvelope]
    customer_id: int | None = None
    customer: NewCustomer | None = None
    promise_on: date | None = None
    price_terms: str = "firm"
    not_above_cents: int | None = None
    is_rush: bool = False
    is_discreet: bool = False
    collectors: list[str] = field(default_factory=list)
    note: str = ""
    signature: str = ""  # a PNG data address; the pages require it
    may_text: bool = False
    may_market: bool = False


async def take_in(new: NewTicket, *, by: Actor, photos_needed: bool = False) -> Ticket:
    """Take pieces in: customer, pieces, envelopes, tasks, promise, consent; then text and print.

    Raises InvalidInput naming the field; nothing is kept then.
    """
    async with transaction():
        if not by.is_one_of("counter", "manager", "owner"):
            raise Forbidden("Taking in is for the counter. Ask a colleague there.")
        shop = await shop_of(by.shop)
        _check(new, by, shop)
        customer = await _customer(new, by)
        work = [[await price_task(task, shop=by.shop) for task in one.tasks] for one in new.envelopes]
        ticket = await _open_ticket(new, customer, shop, by)
        labour, unpriced = [], set[str]()
        for place, (one, priced) in enumerate(zip(new.envelopes, work, strict=True), start=1):
            envelope = await _fill(one, place, priced, new, ticket, shop, by)
            if photos_needed:
                await _check_photos(envelope, place, shop)
            labour.append((envelope.id, sum(task.cents for task in priced)))
            if any(task.needs_estimate for task in priced):
                unpriced.add(envelope.code)
        if new.is_rush:
            await add_rush(labour, shop)
        await _estimate_what_needs_it(ticket, new, unpriced, by)
        await _ask_consent(new, customer.id, shop, by)
        event = await record(
            "taken_in", shop=shop.id, by=by, ticket=ticket, customer=customer.id, pieces=len(labour)
        )
        await queue_text("taken_in", ticket=ticket, event=event, pieces=len(labour), kind=await kind_of(ticket))
        for envelope_id, _ in labour:
            await queue_print("label", shop=shop.id, ticket=ticket.id, envelope=envelope_id, by=by.id)
        await queue_print("claim_check", shop=shop.id, ticket=ticket.id, by=by.id)
    return ticket


def _check(new: NewTicket, by: Actor, shop: Shop) -> None:
    if not new.envelopes or len(new.envelopes) > 20:
        sentence = "A ticket holds 1 to 20 pieces."
        raise InvalidInput(sentence, envelopes=sentence)
    if new.price_terms not in PRICE_TERMS:
        sentence = f"Price terms are one of: {', '.join(PRICE_TERMS)}."
        raise InvalidInput(sentence, price_terms=sentence)
    if new.price_terms == "not_above" and not new.not_above_cents:
        raise InvalidInput("Write the amount not to go above.", not_above="Write the amount.")
    refuse_card_number(new.note, "note")
    for one in new.envelopes:
        _check_envelope(one, by, shop)


def _check_envelope(one: NewEnvelope, by: Actor, shop: Shop) -> None:
    if not one.tasks:
        raise InvalidInput("What is to be done? Add at least one line of work.", tasks="Add a line of work.")
    if one.piece is None and one.piece_id is None:
        raise InvalidInput("Which piece is it?", piece="Describe the piece or choose a known one.")
    for text, name in ((one.customer_says, "customer_says"), (one.declared_words, "declared_words")):
        refuse_card_number(text, name)
    too_dear = (one.declared_value_cents or 0) > shop.manager_limit_cents > 0
    if too_dear and not by.is_one_of("manager", "owner"):
        sentence = "A piece of this declared value is taken in by a manager. Ask one to sign in here."
        raise InvalidInput(sentence, declared_value=sentence)


async def _customer(new: NewTicket, by: Actor) -> Customer:
    if new.customer_id is not None:
        return await customer_by_id(new.customer_id)
    if new.customer is None:
        raise InvalidInput("Who brings it?", customer="Find the customer, or write down a new one.")
    return await add_customer(new.customer, by=by)


async def _open_ticket(new: NewTicket, customer: Customer, shop: Shop, by: Actor) -> Ticket:
    promise = check_promise(shop, new.promise_on) if new.promise_on else first_promise(shop, rush=new.is_rush)
    last = await fetch_value(
        "UPDATE shop SET last_number = last_number + 1 WHERE id = $1 RETURNING last_number", shop.id
    )
    number = f"{shop.code}-{last}"
    ticket = Ticket(
        number=number, shop=shop.id, customer=customer.id, collectors=json.dumps(new.collectors),
        taken_in_by=by.id, taken_in_at=clock.now(), promise_on=promise, price_terms=new.price_terms,
        not_above_cents=new.not_above_cents, is_rush=new.is_rush, is_discreet=new.is_discreet,
        note=new.note.strip(), policy_version=shop.policy_version, policy_text=shop.policy_text,
        signature=await keep_signature(new.signature, customer.full_name) if new.signature else None,
        link_hash=hashed(link_token(secret_key(), number)),
    )  # fmt: skip
    await ticket.save()
    return ticket


async def _fill(
    one: NewEnvelope, place: int, priced: list[PricedTask], new: NewTicket, ticket: Ticket, shop: Shop, by: Actor
) -> Envelope:
    """One piece into its envelope, with its priced work."""
    if one.piece_id is not None:
        known = await piece_of_customer(one.piece_id, ticket.customer)
        piece, kind = known["id"], known["kind"]
    else:
        assert one.piece is not None
        added = await add_piece(one.piece, owner=ticket.customer, by=by)
        piece, kind = added.id, added.kind
    condition = read_condition(one.marks, one.stone_points, one.mark_frames, kind)
    condition = await on_own_pictures(condition, one.code, shop=by.shop)
    envelope = Envelope(
        code=_code(one.code), number=f"{ticket.number}-{place}", ticket=ticket.id, shop=by.shop,
        piece=piece, place_no=place, place_count=len(new.envelopes), stage_since=clock.now(),
        bench_due=bench_due(shop, ticket.promise_on, with_appraisal=_has_appraisal(priced)),
        promise_on=ticket.promise_on, is_rush=new.is_rush,
        declared_value_cents=one.declared_value_cents, declared_words=one.declared_words.strip(),
        marks=stored(condition.marks), stone_points=stored(condition.stones),
        mark_frames=stored(condition.frames), stone_count=await _count_stones(one, piece),
        shown_under_loupe=one.shown_under_loupe,
        weight_in_mg=one.weight_mg, size_now=one.size_now, size_wanted=one.size_wanted,
        customer_says=one.customer_says.strip(), seal_no=one.seal_no, created_at=clock.now(),
    )  # fmt: skip
    await envelope.save()
    for task in priced:
        await add_task(task, envelope=envelope.id)
    return envelope


async def _count_stones(one: NewEnvelope, piece: int) -> int:
    """As counted at the counter; else one for each point; else as many as the piece is known to have."""
    if one.stone_count is not None:
        return one.stone_count
    known = await fetch_value("SELECT COALESCE(sum(count), 0)::int FROM stone WHERE piece = $1", piece)
    return len(one.stone_points) or int(known)


def _code(made_before: str) -> str:
    if made_before and not is_code(made_before, ENVELOPE):
        raise InvalidInput("That is not an envelope code of ours.", code="Not an envelope code.")
    return made_before or new_code(ENVELOPE)


def _has_appraisal(priced: list[PricedTask]) -> bool:
    return any(task.item["code"] == "AP-VAL" for task in priced)


async def _check_photos(envelope: Envelope, place: int, shop: Shop) -> None:
    taken = await fetch_value(
        "SELECT count(*) FROM photo WHERE envelope_code = $1 AND removed_at IS NULL AND shop = $2",
        envelope.code, shop.id,
    )  # fmt: skip
    if taken < shop.photo_minimum:
        sentence = f"Piece {place} has {taken} of {shop.photo_minimum} photos. Take the rest before saving."
        raise InvalidInput(sentence, photos=sentence)


async def _estimate_what_needs_it(ticket: Ticket, new: NewTicket, unpriced: set[str], by: Actor) -> None:
    """Work whose price is not firm, or that the book cannot price, waits for the customer's word."""
    rows = await fetch("SELECT code FROM envelope WHERE ticket = $1 ORDER BY place_no", ticket.id)
    above = new.price_terms == "not_above" and (await sum_of(ticket)).total > (new.not_above_cents or 0)
    for row in rows:
        if above or row["code"] in unpriced or new.price_terms in ("estimate", "call"):
            await draft_estimate(row["code"], by=by)


async def _ask_consent(new: NewTicket, customer: int, shop: Shop, by: Actor) -> None:
    number = await first_number(customer)
    if not number:
        return
    if new.may_text:
        await record_consent(
            number, "service", given=True, wording=SERVICE_WORDING, how="intake", customer=customer, by=by
        )
    if new.may_market and new.signature:
        wording = MARKETING_WORDING.format(shop=shop.name)
        await record_consent(
            number, "marketing", given=True, wording=wording, how="intake", customer=customer, by=by
        )


async def kind_of(ticket: Ticket) -> str:
    """What kind of piece a ticket is about; `pieces` when there are several kinds."""
    kinds = await fetch(
        "SELECT DISTINCT p.kind FROM envelope v JOIN piece p ON p.id = v.piece WHERE v.ticket = $1", ticket.id
    )
    return kinds[0]["kind"] if len(kinds) == 1 else "pieces"


async def ticket_by_number(number: str, *, shop: int) -> Ticket:
    """The ticket of a number of this shop, or NotFound."""
    ticket = await Ticket.objects().get((Ticket.number == number.upper()) & (Ticket.shop == shop))
    if ticket is None:
        raise NotFound(f"There is no ticket {number} in this shop. Check the number, or search by name.")
    return ticket


async def envelopes_of(ticket: int) -> list[dict[str, Any]]:
    """The envelopes of a ticket with their pieces, jewelers and first photo."""
    return await fetch(
        """SELECT v.*, p.kind, p.description, p.metal, p.metal_basis, p.serial, p.engraving,
                  p.marks AS stamp, p.reference, j.name AS jeweler_name,
                  (SELECT id FROM photo WHERE envelope_code = v.code AND removed_at IS NULL
                   ORDER BY taken_at LIMIT 1) AS photo
           FROM envelope v JOIN piece p ON p.id = v.piece LEFT JOIN staff j ON j.id = v.jeweler
           WHERE v.ticket = $1 ORDER BY v.place_no""",
        ticket,
    )
