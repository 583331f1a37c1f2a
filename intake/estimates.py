"""The estimate: lines and prices while it is worked out, versions that never change, and the answer."""

import json
from functools import partial
from itertools import pairwise
from typing import Any
from uuid import uuid4

from litestar import Request, Response, get, post

from intake.discreet import telling
from intake.history import moment_words
from intake.tickets import pieces_on, typed
from workshop import clock, money
from workshop.db import fetch
from workshop.errors import InvalidInput, NotFound, WorkshopError
from workshop.record.customers.allergies import allergies_on_ticket
from workshop.record.customers.customers import customer_by_id, numbers_of, show_phone
from workshop.record.events import Actor
from workshop.record.money.money_owed import sum_of
from workshop.record.prices.estimate_lines import add_line, set_price
from workshop.record.prices.prices import DRIVERS, METALS, drivers_of, quote
from workshop.record.prices.work import NewTask, price_items
from workshop.record.shop.approvals import NeedsManager
from workshop.record.shop.shops import shop_of
from workshop.record.stages import Stage
from workshop.record.tables import Ticket
from workshop.record.tickets.estimate_answers import Spoken, answer_estimate, changes_between, waive_fee
from workshop.record.tickets.estimates import drop_task, send_estimates
from workshop.record.tickets.handover import may_collect
from workshop.record.tickets.standing import standings_of
from workshop.record.tickets.tickets import ticket_by_number
from workshop.record.tickets.within_limit import go_on_within_limit, limit_of
from workshop.web.auth import COUNTER
from workshop.web.forms import Form, act_once, form_of
from workshop.web.pages import page

STATES = {
    "draft": ("Not sent yet", "slate", "receipt"), "sent": ("Waiting for the answer", "violet", "hourglass"),
    "approved": ("Approved", "green", "check"), "declined": ("Declined", "danger", "x"),
    "superseded": ("Replaced by a newer one", "muted", "copy"), "expired": ("Ran out unanswered", "warn", "clock"),
}  # fmt: skip
HOW = [("phone", "On the phone"), ("counter", "Here at the counter")]
OPEN = {Stage.RECEIVED, Stage.ESTIMATING, Stage.AWAITING_APPROVAL, Stage.APPROVED, Stage.IN_QUEUE, Stage.DECLINED}


@get("/tickets/{number:str}/estimate", opt={"access": COUNTER})
async def show_estimate(request: Request[Any, Any, Any], number: str, by: Actor) -> Response[str]:
    """What the work costs, piece by piece, and what the customer said to it."""
    ticket = await ticket_by_number(number, shop=by.shop)
    return await _estimate_page(request, ticket, by)


async def _estimate_page(
    request: Request[Any, Any, Any], ticket: Ticket, by: Actor, *, form: Form | None = None,
    refused: WorkshopError | None = None, where: str = "",
) -> Response[str]:  # fmt: skip
    """The page; after a refusal with everything typed still there, `where` saying beside which part."""
    shop, customer = await shop_of(by.shop), await customer_by_id(ticket.customer)
    standings = await standings_of(ticket.id)
    pieces = await pieces_on(ticket, standings, by)
    versions = await _versions(ticket)
    for piece in pieces:
        piece["versions"] = versions.get(piece["id"], [])
        piece["newest"] = piece["versions"][0] if piece["versions"] else None
        piece["can_change"] = Stage(piece["stage"]) in OPEN
        piece["waits"] = piece["stage"] == Stage.AWAITING_APPROVAL and piece["newest"] is not None
    drafts = [piece for piece in pieces if piece["newest"] and piece["newest"]["state"] in ("draft", "expired")]
    return await page(
        request, "intake/estimate.html", status=refused.status if refused else 200, ticket=ticket, shop=shop,
        customer=customer, allergies=await allergies_on_ticket(ticket.id),
        telling=await telling(ticket), numbers=(numbers := await numbers_of(customer.id)),
        number_choices=[(number, show_phone(number)) for number in numbers], pieces=pieces, drafts=drafts,
        money=await sum_of(ticket), people=await may_collect(ticket), items=await _items_of(pieces, by),
        states=STATES, how=HOW, where=where, values=typed(form), key=uuid4().hex,
        errors=refused.fields if isinstance(refused, InvalidInput) else {},
        trouble="" if refused is None or isinstance(refused, InvalidInput) else refused.message,
        limit=await limit_of(ticket), manager_asked=refused.request if isinstance(refused, NeedsManager) else None,
        is_manager=by.is_one_of("manager", "owner"), **_asked(form, await price_items(by.shop)),
        moment=partial(moment_words, zone=shop.zone, today=clock.today(shop.zone)),
    )  # fmt: skip


async def _versions(ticket: Ticket) -> dict[int, list[dict[str, Any]]]:
    """Every frozen version of a ticket's estimates, by envelope, newest first."""
    rows = await fetch(
        """SELECT e.*, s.name AS staff_name, m.name AS maker_name FROM estimate e
           JOIN envelope v ON v.id = e.envelope LEFT JOIN staff s ON s.id = e.staff
           LEFT JOIN staff m ON m.id = e.made_by WHERE v.ticket = $1 ORDER BY e.version DESC""",
        ticket.id,
    )
    found: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        row["lines"] = json.loads(row["lines"])
        if row["state"] == "sent" and row["expires_at"] and row["expires_at"] < clock.now():
            row["state"] = "expired"
        found.setdefault(row["envelope"], []).append(row)
    for versions in found.values():
        for newer, older in pairwise(versions):
            newer["changes"] = changes_between(older["lines"], newer["lines"])
    return found


async def _items_of(pieces: list[dict[str, Any]], by: Actor) -> dict[str, list[tuple[str, str]]]:
    """The price book for each kind of piece on the ticket, as choices."""
    book = await price_items(by.shop)
    return {
        kind: [(item["code"], item["name"]) for item in book if not item["kinds"] or kind in item["kinds"]]
        for kind in {piece["kind"] for piece in pieces}
    }


def _asked(form: Form | None, book: list[dict[str, Any]]) -> dict[str, Any]:
    """The line being added: its item, what drives its price, and the price so far."""
    code = form.text("code") if form else ""
    item = next((one for one in book if one["code"] == code), None)
    if form is None or item is None:
        return {"item": None, "drivers": [], "metals": [], "priced": None, "odd": ""}
    drivers = {name: form.text(name) for name in item["rule"].get("asks", [])}
    context: dict[str, Any] = {
        "item": item, "drivers": [(one.name, one.label, one.unit) for one in drivers_of(item["rule"])],
        "priced": None, "odd": "",
        "metals": [(code, label) for code, (label, _) in METALS.items()],
    }  # fmt: skip
    try:
        context["priced"] = quote(item["rule"], drivers)
    except InvalidInput as error:
        context["odd"] = error.message
    return context


@post("/tickets/{number:str}/estimate/price", opt={"access": COUNTER}, status_code=200)
async def price_line(request: Request[Any, Any, Any], number: str, by: Actor) -> Response[str]:
    """What a line would cost, as its drivers are typed; with `whole`, its drivers too."""
    ticket = await ticket_by_number(number, shop=by.shop)
    form = await form_of(request)
    template = "intake/estimate_drivers.html" if form.text("part") == "drivers" else "intake/estimate_price.html"
    asked = _asked(form, await price_items(by.shop))
    return await page(request, template, ticket=ticket, values=typed(form), errors={}, **asked)


@post("/tickets/{number:str}/estimate/lines", opt={"access": COUNTER}, status_code=200)
async def add_work(request: Request[Any, Any, Any], number: str, by: Actor) -> Response[Any]:
    """One more line of work, priced by the book or by hand."""
    ticket = await ticket_by_number(number, shop=by.shop)
    form = await form_of(request)
    envelope = await _number_on(ticket, form.text("envelope"))

    async def act() -> str:
        by_hand = money.parse(form.text("price"), "price") if form.text("price") else None
        drivers = {name: form.text(name) for name in DRIVERS if form.text(name)}
        asked = NewTask(form.text("code"), quantity=form.whole("quantity") or 1, drivers=drivers, price_cents=by_hand)
        await add_line(envelope, asked, by=by)
        return f"/tickets/{ticket.number}/estimate"

    try:
        return await act_once(request, form, act)
    except WorkshopError as error:
        return await _estimate_page(request, ticket, by, form=form, refused=error, where=f"add-{envelope}")


async def _number_on(ticket: Ticket, number: str) -> str:
    if number not in {one.number for one in (await standings_of(ticket.id)).values()}:
        raise NotFound(f"Ticket {ticket.number} has no piece {number}. Nothing was changed.")
    return number


@post("/tickets/{number:str}/estimate/lines/{task:int}/drop", opt={"access": COUNTER}, status_code=200)
async def drop_line(request: Request[Any, Any, Any], number: str, task: int, by: Actor) -> Response[Any]:
    """Take a line off; the next version goes without it."""
    ticket = await ticket_by_number(number, shop=by.shop)
    form = await form_of(request)

    async def act() -> str:
        await drop_task(task, by=by)
        return f"/tickets/{ticket.number}/estimate"

    try:
        return await act_once(request, form, act)
    except WorkshopError as error:
        return await _estimate_page(request, ticket, by, form=form, refused=error)


@post("/tickets/{number:str}/estimate/lines/{task:int}/price", opt={"access": COUNTER}, status_code=200)
async def price_by_hand(request: Request[Any, Any, Any], number: str, task: int, by: Actor) -> Response[Any]:
    """Say a line's price by hand, with its reason."""
    ticket = await ticket_by_number(number, shop=by.shop)
    form = await form_of(request)

    async def act() -> str:
        await set_price(task, money.parse(form.text("price"), "price"), why=form.text("why"), by=by)
        return f"/tickets/{ticket.number}/estimate"

    try:
        return await act_once(request, form, act)
    except WorkshopError as error:
        return await _estimate_page(request, ticket, by, form=form, refused=error, where=f"price-{task}")


@post("/tickets/{number:str}/estimate/send", opt={"access": COUNTER}, status_code=200)
async def send_for_approval(request: Request[Any, Any, Any], number: str, by: Actor) -> Response[Any]:
    """Send every waiting estimate of the ticket to the customer, in one text."""
    ticket = await ticket_by_number(number, shop=by.shop)
    form = await form_of(request)

    async def act() -> str:
        await send_estimates(ticket.id, by=by)
        return f"/tickets/{ticket.number}"

    try:
        return await act_once(request, form, act)
    except WorkshopError as error:
        return await _estimate_page(request, ticket, by, form=form, refused=error)


@post("/tickets/{number:str}/estimate/within", opt={"access": COUNTER}, status_code=200)
async def go_on(request: Request[Any, Any, Any], number: str, by: Actor) -> Response[Any]:
    """It stays within what the customer agreed not to go above: work goes on."""
    ticket = await ticket_by_number(number, shop=by.shop)
    form = await form_of(request)
    envelope = await _number_on(ticket, form.text("envelope"))

    async def act() -> str:
        await go_on_within_limit(envelope, by=by)
        return f"/tickets/{ticket.number}"

    try:
        return await act_once(request, form, act)
    except WorkshopError as error:
        return await _estimate_page(request, ticket, by, form=form, refused=error)


@post("/tickets/{number:str}/estimate/{estimate:int}/answer", opt={"access": COUNTER}, status_code=200)
async def record_answer(request: Request[Any, Any, Any], number: str, estimate: int, by: Actor) -> Response[Any]:
    """Write down what the customer said: approved or declined, who said it and how."""
    ticket = await ticket_by_number(number, shop=by.shop)
    form = await form_of(request)

    async def act() -> str:
        answer, how = form.text("answer"), form.text("how")
        if answer not in ("approve", "decline"):
            raise InvalidInput("What did they say?", answer="Approved or declined?")
        if how not in dict(HOW):
            raise InvalidInput("How did they say it?", how="On the phone, or here?")
        name = form.text("other") or form.text("name")
        await answer_estimate(
            estimate, approve=answer == "approve", name=name, how=how, by=by,
            signature=form.text("signature") if how == "counter" else "",
            spoken=Spoken(form.text("number") if how == "phone" else "", form.text("said")),
        )  # fmt: skip
        return f"/tickets/{ticket.number}"

    try:
        return await act_once(request, form, act)
    except WorkshopError as error:
        return await _estimate_page(request, ticket, by, form=form, refused=error, where=f"answer-{estimate}")


@post("/tickets/{number:str}/estimate/fee", opt={"access": COUNTER}, status_code=200)
async def drop_fee(request: Request[Any, Any, Any], number: str, by: Actor) -> Response[Any]:
    """No fee for a declined estimate after all, at a manager's word."""
    ticket = await ticket_by_number(number, shop=by.shop)
    form = await form_of(request)
    envelope = await _number_on(ticket, form.text("envelope"))

    async def act() -> str:
        await waive_fee(envelope, reason=form.text("reason"), by=by)
        return f"/tickets/{ticket.number}/estimate"

    try:
        return await act_once(request, form, act)
    except WorkshopError as error:
        return await _estimate_page(request, ticket, by, form=form, refused=error, where=f"fee-{envelope}")


handlers = [
    drop_fee, show_estimate, price_line, add_work, drop_line, price_by_hand, send_for_approval, go_on, record_answer,
]  # fmt: skip
