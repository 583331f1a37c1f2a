"""Handing over: which pieces leave, with whom, paid and signed for; what stays is said."""

import json
from typing import Any
from uuid import uuid4

from litestar import Request, Response, get, post

from intake.payments import CHOICES, payment_in
from intake.tickets import pieces_on, typed
from workshop.db import fetch
from workshop.errors import InvalidInput, WorkshopError
from workshop.record.bench.materials import bags_of
from workshop.record.customers.customers import customer_by_id, numbers_of
from workshop.record.events import Actor
from workshop.record.money.money_owed import TicketSum, sum_of
from workshop.record.shop.approvals import NeedsManager
from workshop.record.stages import Stage
from workshop.record.tables import Ticket
from workshop.record.tickets.handover import ID_KINDS, Collection, add_collector, hand_over, may_collect
from workshop.record.tickets.identity import REFUSED, check_code, code_of, refuse_pickup, send_code
from workshop.record.tickets.standing import standings_of
from workshop.record.tickets.tickets import ticket_by_number
from workshop.web.auth import COUNTER
from workshop.web.forms import Form, act_once, form_of
from workshop.web.pages import go, page

WHY_NOT = {
    Stage.RECEIVED: "Work has not started.", Stage.ESTIMATING: "Its price is being worked out.",
    Stage.AWAITING_APPROVAL: "The customer has not answered the estimate.", Stage.APPROVED: "Work has not started.",
    Stage.IN_QUEUE: "It waits for the bench.", Stage.AT_BENCH: "It is being worked on.",
    Stage.QUALITY_CHECK: "It waits for the quality check.", Stage.AT_VENDOR: "It is at a vendor.",
    Stage.ON_HOLD: "It is on hold.", Stage.DECLINED: "Declined: return it unrepaired first.",
    Stage.CANCELLED: "Cancelled: return it unrepaired first.", Stage.PICKED_UP: "Already collected.",
}  # fmt: skip


@get("/tickets/{number:str}/pickup", opt={"access": COUNTER})
async def show_pickup(request: Request[Any, Any, Any], number: str, by: Actor) -> Response[str]:
    """Everything that is ready is chosen; what is not says why."""
    ticket = await ticket_by_number(number, shop=by.shop)
    return await _pickup_page(request, ticket, by)


async def _pickup_page(
    request: Request[Any, Any, Any], ticket: Ticket, by: Actor, *, form: Form | None = None,
    refused: WorkshopError | None = None,
) -> Response[str]:  # fmt: skip
    pieces = await pieces_on(ticket, await standings_of(ticket.id), by)
    for piece in pieces:
        piece["is_ready"] = piece["stage"] == Stage.READY_FOR_PICKUP
        piece["why_not"] = WHY_NOT.get(Stage(piece["stage"]), "")
        piece["pairs"] = pairs_of(piece["photos"])
    bags = await bags_of([piece["id"] for piece in pieces if piece["is_ready"]])
    ready = [piece["number"] for piece in pieces if piece["is_ready"]]
    chosen = [one for one in form.texts("envelope") if one in ready] if form else ready
    customer = await customer_by_id(ticket.customer)
    invalid = refused if isinstance(refused, InvalidInput) else None
    return await page(
        request, "intake/pickup.html", status=refused.status if refused else 200, ticket=ticket, pieces=pieces,
        bags=[row for row in bags if not row["returned_at"]], ticked=form.texts("bag") if form else [],
        customer=customer, numbers=await numbers_of(customer.id), ready=ready, chosen=chosen,
        asked=refused.request if isinstance(refused, NeedsManager) else None, refusals=list(REFUSED.items()),
        **await _people(ticket, form),
        trouble="" if refused is None or invalid else refused.message,
        **await _money_context(ticket, chosen, form, invalid.fields if invalid else {}),
    )  # fmt: skip


def pairs_of(photos: list[dict[str, str]]) -> list[tuple[str, str]]:
    """Pictures from one angle as it came and as it leaves, to lay over each other; else the first of each."""
    came = [one for one in photos if one["kind"] == "take_in"]
    leaves = [one for one in photos if one["kind"] == "after"]
    by_angle = {one["angle"]: one["large"] for one in reversed(came) if one["angle"]}
    pairs = [(by_angle[one["angle"]], one["large"]) for one in leaves if one["angle"] in by_angle]
    if not pairs and came and leaves:
        return [(came[0]["large"], leaves[0]["large"])]
    return pairs[:3]


async def _money_context(
    ticket: Ticket, chosen: list[str], form: Form | None, errors: dict[str, str]
) -> dict[str, Any]:
    owed = await sum_of(ticket)
    due = _due(owed, chosen)
    values = typed(form)
    return {
        "owed": owed, "due": due, "values": values, "errors": errors, "tenders": CHOICES,
        "totals": {one.number: one.total for one in owed.envelopes},
        "amount": values.get("amount", f"{due / 100:.2f}"),
        "key": values.get("idempotency_key") or uuid4().hex,
    }  # fmt: skip


def _due(owed: TicketSum, chosen: list[str]) -> int:
    return owed.due_for(one.envelope for one in owed.envelopes if one.number in chosen)


@post("/tickets/{number:str}/pickup/due", opt={"access": COUNTER}, status_code=200)
async def show_due(request: Request[Any, Any, Any], number: str, by: Actor) -> Response[str]:
    """What is to be paid for the pieces chosen now."""
    ticket = await ticket_by_number(number, shop=by.shop)
    form = await form_of(request)
    context = await _money_context(ticket, form.texts("envelope"), form, {})
    context["amount"] = f"{context['due'] / 100:.2f}"
    return await page(request, "intake/pickup_money.html", ticket=ticket, **context)


@post("/tickets/{number:str}/pickup/collectors", opt={"access": COUNTER}, status_code=200)
async def list_collector(request: Request[Any, Any, Any], number: str, by: Actor) -> Response[Any]:
    """One more person may collect, at the customer's word on the phone; the form stays as it is."""
    ticket = await ticket_by_number(number, shop=by.shop)
    form = await form_of(request)
    errors, name = {}, form.text("new_collector")
    try:
        if name.casefold() not in {known.casefold() for known in await may_collect(ticket)}:
            await add_collector(ticket, name, how="phone", by=by)
    except InvalidInput as error:
        errors = {"new_collector": error.fields.get("collector", error.message)}
    if not request.headers.get("hx-request") and not errors:
        return go(request, f"/tickets/{ticket.number}/pickup")
    if not errors:
        form = Form([*form.texts_by_name(), ("collector", name), ("new_collector", "")])
    return await _collector_part(request, await ticket_by_number(number, shop=by.shop), form, errors)


@post("/tickets/{number:str}/pickup/who", opt={"access": COUNTER}, status_code=200)
async def show_collector(request: Request[Any, Any, Any], number: str, by: Actor) -> Response[str]:
    """What proves the person chosen now."""
    ticket = await ticket_by_number(number, shop=by.shop)
    return await _collector_part(request, ticket, await form_of(request))


@post("/tickets/{number:str}/pickup/code", opt={"access": COUNTER}, status_code=200)
async def text_code(request: Request[Any, Any, Any], number: str, by: Actor) -> Response[str]:
    """Send six digits to the number on file."""
    ticket = await ticket_by_number(number, shop=by.shop)
    form = await form_of(request)
    try:
        await send_code(ticket, by=by)
    except WorkshopError as error:
        return await _collector_part(request, ticket, form, {"code": error.message})
    return await _collector_part(request, ticket, form)


@post("/tickets/{number:str}/pickup/code/check", opt={"access": COUNTER}, status_code=200)
async def read_code(request: Request[Any, Any, Any], number: str, by: Actor) -> Response[str]:
    """Are these the digits?"""
    ticket = await ticket_by_number(number, shop=by.shop)
    form = await form_of(request)
    is_right = await check_code(ticket, form.text("code"), by=by)
    return await _collector_part(
        request, ticket, form, {} if is_right else {"code": "That is not the code. After five tries send a new one."}
    )


async def _collector_part(
    request: Request[Any, Any, Any], ticket: Ticket, form: Form, errors: dict[str, str] | None = None
) -> Response[str]:
    return await page(
        request, "intake/pickup_collector.html", status=422 if errors else 200, ticket=ticket, errors=errors or {},
        values=typed(form), customer=await customer_by_id(ticket.customer), **await _people(ticket, form),
    )  # fmt: skip


async def _people(ticket: Ticket, form: Form | None) -> dict[str, Any]:
    """Who may collect, and what can prove the one chosen: only the customer may be simply known to us."""
    people = await may_collect(ticket)
    chosen = form.text("collector") if form else ""
    is_customer = not chosen or chosen == people[0]
    kinds = [(kind, words) for kind, words in ID_KINDS.items() if is_customer or kind != "known"]
    return {"people": people, "id_kinds": kinds, "sent_code": await code_of(ticket)}


@post("/tickets/{number:str}/pickup/refused", opt={"access": COUNTER}, status_code=200)
async def note_refusal(request: Request[Any, Any, Any], number: str, by: Actor) -> Response[Any]:
    """Somebody went without; it stands in the history."""
    ticket = await ticket_by_number(number, shop=by.shop)
    form = await form_of(request)

    async def act() -> str:
        await refuse_pickup(
            ticket, asked_by=form.text("asked_by"), why=form.text("why"), note=form.text("note"), by=by
        )
        return f"/tickets/{ticket.number}"

    try:
        return await act_once(request, form, act, flash="Written down. Nothing left the shop.")
    except InvalidInput as error:
        return await _pickup_page(request, ticket, by, form=form, refused=error)


@post("/tickets/{number:str}/pickup", opt={"access": COUNTER}, status_code=200)
async def give_back(request: Request[Any, Any, Any], number: str, by: Actor) -> Response[Any]:
    """Hand the chosen pieces over: payment, collector and signature in one act, once."""
    ticket = await ticket_by_number(number, shop=by.shop)
    form = await form_of(request)

    async def act() -> str:
        await hand_over(ticket, _collection(form), by=by)
        return f"/tickets/{ticket.number}/pickup/done"

    try:
        return await act_once(request, form, act)
    except WorkshopError as error:
        return await _pickup_page(request, ticket, by, form=form, refused=error)


def _collection(form: Form) -> Collection:
    return Collection(
        form.texts("envelope"), form.text("collector"), form.text("signature"),
        id_kind=form.text("id_kind", "known"), id_last_four=form.text("id_last_four"),
        unpaid_reason=form.text("unpaid_reason"), payment=payment_in(form),
        has_claim_check=not form.ticked("lost"), told_rightly=form.ticked("told"),
        bags=[int(one) for one in form.texts("bag") if one.isdigit() and len(one) < 12],
        bags_left=form.text("bags_left"),
    )  # fmt: skip


@get("/tickets/{number:str}/pickup/done", opt={"access": COUNTER})
async def show_done(request: Request[Any, Any, Any], number: str, by: Actor) -> Response[Any]:
    """Who took what just now, the receipt, and what stays here."""
    ticket = await ticket_by_number(number, shop=by.shop)
    pieces = await pieces_on(ticket, await standings_of(ticket.id), by)
    last = await _last_handover(ticket)
    if last is None:
        return go(request, f"/tickets/{ticket.number}/pickup")
    return await page(
        request, "intake/pickup_done.html", ticket=ticket, collector=last["collector"],
        left=[piece for piece in pieces if piece["id"] in last["envelopes"]],
        staying=[piece for piece in pieces if piece["stage"] != Stage.PICKED_UP],
        owed=await sum_of(ticket), customer=await customer_by_id(ticket.customer),
    )  # fmt: skip


async def _last_handover(ticket: Ticket) -> dict[str, Any] | None:
    """The newest signature and every envelope that left with it."""
    rows = await fetch(
        """SELECT e.envelope, e.data FROM event e WHERE e.ticket = $1 AND e.name = 'moved' AND e.to_stage = 'picked_up'
           AND NOT EXISTS (SELECT FROM event u WHERE u.envelope = e.envelope AND u.name = 'handover_taken_back'
                           AND (u.data->>'undoes')::bigint = e.id) ORDER BY e.id DESC LIMIT 20""",
        ticket.id,
    )
    if not rows:
        return None
    told = [(row["envelope"], json.loads(row["data"])) for row in rows]
    newest = told[0][1]
    together = {envelope for envelope, data in told if data.get("signature") == newest.get("signature")}
    return {"collector": newest.get("collector", ""), "envelopes": together}


handlers = [
    show_pickup, show_due, list_collector, show_collector, text_code, read_code, note_refusal, give_back, show_done,
]  # fmt: skip
