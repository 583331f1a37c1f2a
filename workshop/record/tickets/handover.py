"""Handing back: to the right person, paid or with a manager's reason, signed for."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_value, transaction
from workshop.errors import Conflict, InvalidInput
from workshop.jobs import enqueue
from workshop.money import show
from workshop.record.bench.materials import give_bags_back
from workshop.record.cards import refuse_card_number
from workshop.record.customers.customers import customer_by_id
from workshop.record.events import Actor, record
from workshop.record.money.money_owed import sum_of
from workshop.record.money.payments import NewPayment, add_payment
from workshop.record.pieces.piece_collectors import collectors_on
from workshop.record.pieces.piece_service import remember_service
from workshop.record.shop.approvals import Request, require_approval
from workshop.record.shop.shops import shop_of
from workshop.record.stages import Stage
from workshop.record.tables import Envelope, Ticket
from workshop.record.tickets.envelopes import close_if_all_left
from workshop.record.tickets.identity import check_without_claim_check, code_of, use_code
from workshop.record.tickets.locks import all_locked, lock_ticket
from workshop.record.tickets.shift import shift
from workshop.record.tickets.signatures import keep_signature

ID_KINDS = {
    "known": "Known to us", "licence": "Driver's licence", "passport": "Passport", "id": "Other ID",
    "code": "Code we sent",
}  # fmt: skip


@dataclass(frozen=True)
class Collection:
    """Who collects which envelopes, and how we know it is they."""

    codes: list[str]
    collector: str
    signature: str
    id_kind: str = "known"
    id_last_four: str = ""
    unpaid_reason: str = ""  # a manager's, when a balance stays open
    payment: NewPayment | None = None
    has_claim_check: bool = True
    told_rightly: bool = False  # described the piece and the visit as only the owner can
    bags: list[int] = field(default_factory=list)  # stones and old parts given back with the pieces
    bags_left: str = ""  # why one of them stays here

    @property
    def document(self) -> str:
        """The last four of a document, where one was shown."""
        return self.id_last_four.strip() if self.id_kind not in ("known", "code") else ""


async def may_collect(ticket: Ticket, leaving: Iterable[Envelope] = ()) -> list[str]:
    """The customer, those they listed, and those with a standing word for the pieces (for all that are `leaving`)."""
    customer = await customer_by_id(ticket.customer)
    names = [customer.full_name]
    if ticket.owner and ticket.owner != ticket.customer:
        names.append((await customer_by_id(ticket.owner)).full_name)
    names += json.loads(ticket.collectors)
    pieces = {envelope.piece for envelope in leaving}
    standing = [name for name, allowed in (await collectors_on(ticket.id)).items() if pieces <= allowed]
    known = {name.casefold() for name in names}
    return names + [name for name in standing if name.casefold() not in known]


async def add_collector(ticket: Ticket, name: str, *, how: str, by: Actor) -> None:
    """List one more person who may collect, at the customer's word."""
    if len(name.strip()) < 2:
        raise InvalidInput("Write the name.", collector="Write the name.")
    async with transaction():
        await lock_ticket(ticket.id)
        listed = await fetch_value("SELECT collectors FROM ticket WHERE id = $1", ticket.id)
        names = [*json.loads(listed), name.strip()]
        await fetch("UPDATE ticket SET collectors = $2 WHERE id = $1", ticket.id, json.dumps(names))
        await record("collector_added", shop=ticket.shop, by=by, ticket=ticket, who=name.strip(), how=how)


async def hand_over(ticket: Ticket, collection: Collection, *, by: Actor) -> list[Envelope]:
    """Give envelopes back: money, collector and signature in one act. Some may leave while others stay.

    Raises Conflict for an open balance or somebody not listed, InvalidInput for what is missing.
    """
    _check(collection)
    async with transaction():
        await lock_ticket(ticket.id)  # two partial pickups at once see each other's money and pieces
        if collection.payment is not None:
            await add_payment(ticket, collection.payment, by=by)
        leaving = await all_locked(collection.codes, shop=by.shop)
        await _check_collector(ticket, collection, leaving)
        await _check_proof(ticket, collection, by)
        unpaid = await _check_paid(ticket, leaving, collection, by)
        await give_bags_back(leaving, collection.bags, collection.bags_left, by=by)
        signature = await keep_signature(collection.signature, collection.collector)
        for envelope in leaving:
            if envelope.ticket != ticket.id:
                raise Conflict(f"{envelope.number} belongs to another ticket.")
            await _leave(envelope, collection, signature, unpaid, by)
        if await close_if_all_left(leaving[0]):
            await record("ticket_closed", shop=ticket.shop, by=by, ticket=ticket)
    return leaving


def _check(collection: Collection) -> None:
    if not collection.codes:
        raise InvalidInput("Which pieces leave?", codes="Choose at least one piece.")
    if len(collection.collector.strip()) < 2:
        raise InvalidInput("Who collects it?", collector="Choose who collects.")
    if collection.id_kind not in ID_KINDS:
        raise InvalidInput("How do we know them?", id_kind="Choose how you know them.")
    if collection.id_kind not in ("known", "code") and len(collection.id_last_four.strip()) != 4:
        sentence = "Write the last four of the document, no more."
        raise InvalidInput(sentence, id_last_four=sentence)
    refuse_card_number(collection.unpaid_reason, "unpaid_reason")


async def _check_collector(ticket: Ticket, collection: Collection, leaving: list[Envelope]) -> None:
    names = await may_collect(ticket, leaving)
    if collection.collector.strip().casefold() not in {name.casefold() for name in names}:
        raise Conflict(
            f"{collection.collector} is not listed to collect. Call the customer; if they agree, add the name first."
        )
    is_customer = collection.collector.strip().casefold() == names[0].casefold()
    if not is_customer and collection.id_kind == "known":
        sentence = "Somebody else collects: note which document they showed."
        raise InvalidInput(sentence, id_kind=sentence)


async def _check_proof(ticket: Ticket, collection: Collection, by: Actor) -> None:
    """A code must have been read back; without the claim check two proofs, or a manager's word."""
    proofs = {"document"} if collection.document else set()
    if collection.id_kind == "code":
        await use_code(ticket)
        proofs.add("code")
    if collection.told_rightly:
        proofs.add("told")
    if not collection.has_claim_check:
        if (code := await code_of(ticket)) and code["is_right"]:
            proofs.add("code")
        await check_without_claim_check(ticket, proofs, by=by)


async def _check_paid(ticket: Ticket, leaving: list[Envelope], collection: Collection, by: Actor) -> int:
    due = (await sum_of(ticket)).due_for(envelope.id for envelope in leaving)
    if not due:
        return 0
    currency = (await shop_of(ticket.shop)).currency
    if not collection.unpaid_reason.strip():
        raise Conflict(f"{show(due, currency)} is still owed. Take the payment, or a manager gives a reason.")
    asked = Request("unpaid", ticket.number, due, collection.unpaid_reason.strip()[:300])
    await require_approval(asked, by=by, field="unpaid_reason", currency=currency, ticket=ticket)
    return due


async def _leave(
    envelope: Envelope, collection: Collection, signature: int, unpaid: int, by: Actor
) -> None:
    data: dict[str, Any] = {
        "collector": collection.collector.strip(), "id_kind": collection.id_kind,
        "id_last_four": collection.document, "signature": signature,
        **({} if collection.has_claim_check else {"claim_check": "lost"}),
    }  # fmt: skip
    if unpaid:
        data |= {"unpaid_cents": unpaid, "unpaid_reason": collection.unpaid_reason.strip()}
    envelope.visit_to_plan = True  # until it is: a lost job only delays it
    await shift(envelope, Stage.PICKED_UP, by=by, is_collected=True, **data)
    shop = await shop_of(envelope.shop)
    today = clock.today(shop.zone)
    await fetch(
        """UPDATE task SET warranty_until = $2::date + warranty_days
           WHERE envelope = $1 AND done_at IS NOT NULL AND warranty_days > 0 AND warranty_until IS NULL""",
        envelope.id, today,
    )  # fmt: skip
    await remember_service(envelope, by=by)
    await enqueue("plan_next_visit", envelope_id=envelope.id)
