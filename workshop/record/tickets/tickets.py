"""Taking in: one visit, one contract, one claim check, with every piece in its own envelope."""

import json
from datetime import date
from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_value, transaction
from workshop.errors import Forbidden, InvalidInput, NotFound
from workshop.record.codes import hashed, link_token
from workshop.record.customers.customers import (
    MARKETING_WORDING,
    SERVICE_WORDING,
    add_customer,
    customer_by_id,
    record_consent,
)
from workshop.record.customers.discreet import is_secret, mark_new_pieces, number_to_text
from workshop.record.events import Actor, record
from workshop.record.money.money_owed import sum_of, tax_rates
from workshop.record.pieces.piece_before import refuse_pieces_here
from workshop.record.prices.work import keep_to_book, price_list
from workshop.record.promises.promise_making import asked_of, make_promise, record_override
from workshop.record.secret import secret_key
from workshop.record.shop.shops import shop_of
from workshop.record.tables import Customer, Shop, Ticket
from workshop.record.tickets.estimates import draft_estimate
from workshop.record.tickets.new_envelopes import fill_envelope
from workshop.record.tickets.new_tickets import PRICE_TERMS as PRICE_TERMS
from workshop.record.tickets.new_tickets import NewEnvelope as NewEnvelope
from workshop.record.tickets.new_tickets import NewTicket as NewTicket
from workshop.record.tickets.new_tickets import check_new_ticket
from workshop.record.tickets.notices import queue_print, queue_text
from workshop.record.tickets.signatures import keep_signature
from workshop.record.tickets.take_in_checks import check_at_the_counter, keep_risks
from workshop.record.tickets.take_in_prices import agree_prices


async def take_in(new: NewTicket, *, by: Actor, at_counter: bool = False) -> Ticket:
    """Take pieces in: customer, pieces, envelopes, tasks, promise, consent; then text and print.

    `at_counter`: the customer stands here; the photos must be taken and the risks explained. Raises
    InvalidInput naming the field; nothing is kept then.
    """
    async with transaction():
        if not by.is_one_of("counter", "manager", "owner"):
            raise Forbidden("Taking in is for the counter. Ask a colleague there.")
        shop = await shop_of(by.shop)
        check_new_ticket(new)
        await refuse_pieces_here([one.piece_id for one in new.envelopes if one.piece_id is not None], shop=by.shop)
        customer = await _customer(new, by)
        book = await price_list(by.shop, [task for one in new.envelopes for task in one.tasks])
        work = [[keep_to_book(book.price(task), by) for task in one.tasks] for one in new.envelopes]
        promise = await make_promise(
            shop, asked_of(work), rush=new.is_rush, chosen=new.promise_on, reason=new.promise_reason,
            offered=new.promise_offered,
        )  # fmt: skip
        ticket = await _open_ticket(new, promise.day, customer, shop, by)
        await record_override(promise, ticket, by)
        envelopes, unpriced = [], set[str]()
        for place, (one, priced) in enumerate(zip(new.envelopes, work, strict=True), start=1):
            envelope = await fill_envelope(one, place, priced, new, ticket, shop, by)
            await check_at_the_counter(envelope, ticket, shop, by, at_counter=at_counter)
            envelopes.append(envelope.id)
            if any(task.needs_estimate for task in priced):
                unpriced.add(envelope.code)
        await keep_risks(ticket, new, at_counter=at_counter)
        await agree_prices(ticket, new, shop, by)
        await _estimate_what_needs_it(ticket, new, unpriced, by)
        if new.is_discreet:
            await mark_new_pieces(ticket.id, discreet=True)
        await _ask_consent(new, ticket, shop, by)
        event = await record(
            "taken_in", shop=shop.id, by=by, ticket=ticket, customer=customer.id, pieces=len(envelopes)
        )
        await queue_text("taken_in", ticket=ticket, event=event, pieces=len(envelopes), kind=await kind_of(ticket))
        for envelope_id in envelopes:
            await queue_print("label", ticket=ticket.id, envelope=envelope_id, by=by)
        await queue_print("claim_check", ticket=ticket.id, by=by)
    return ticket


async def _customer(new: NewTicket, by: Actor) -> Customer:
    if new.customer_id is not None:
        return await customer_by_id(new.customer_id)
    if new.customer is None:
        raise InvalidInput("Who brings it?", customer="Find the customer, or write down a new one.")
    return await add_customer(new.customer, by=by)


async def _open_ticket(new: NewTicket, promise_on: date, customer: Customer, shop: Shop, by: Actor) -> Ticket:
    last = await fetch_value(
        "UPDATE shop SET last_number = last_number + 1 WHERE id = $1 RETURNING last_number", shop.id
    )
    number = f"{shop.code}-{last}"
    ticket = Ticket(
        number=number, shop=shop.id, customer=customer.id, collectors=json.dumps(new.collectors),
        taken_in_by=by.id, taken_in_at=clock.now(), promise_on=promise_on, price_terms=new.price_terms,
        not_above_cents=new.not_above_cents, is_rush=new.is_rush, is_discreet=new.is_discreet,
        note=new.note.strip(), policy_version=shop.policy_version, policy_text=shop.policy_text,
        signature=await keep_signature(new.signature, customer.full_name) if new.signature else None,
        link_hash=hashed(link_token(secret_key(), number)),
        tax_rates=json.dumps(await tax_rates(shop.id, clock.today(shop.zone))),
    )  # fmt: skip
    await ticket.save()
    return ticket


async def _estimate_what_needs_it(ticket: Ticket, new: NewTicket, unpriced: set[str], by: Actor) -> None:
    """Work whose price is not firm, or that the book cannot price, waits for the customer's word."""
    rows = await fetch("SELECT code FROM envelope WHERE ticket = $1 ORDER BY place_no", ticket.id)
    above = new.price_terms == "not_above" and (await sum_of(ticket)).total > (new.not_above_cents or 0)
    for row in rows:
        if above or row["code"] in unpriced or new.price_terms in ("estimate", "call"):
            await draft_estimate(row["code"], by=by)


async def _ask_consent(new: NewTicket, ticket: Ticket, shop: Shop, by: Actor) -> None:
    """For the number this visit's texts go to: about a surprise one of their own, where they have one."""
    customer = ticket.customer
    number = await number_to_text(customer, secret=await is_secret(ticket.id))
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
                  (SELECT h.name FROM shop h JOIN ticket k ON k.id = v.ticket
                   WHERE h.id = v.shop AND h.id <> k.shop) AS other_shop,
                  (SELECT id FROM photo WHERE envelope_code = v.code AND removed_at IS NULL
                   ORDER BY taken_at LIMIT 1) AS photo
           FROM envelope v JOIN piece p ON p.id = v.piece LEFT JOIN staff j ON j.id = v.jeweler
           WHERE v.ticket = $1 ORDER BY v.place_no""",
        ticket,
    )
