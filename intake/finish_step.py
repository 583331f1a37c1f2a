"""The last step of a take-in: promise, terms, consent, signature; then it becomes a ticket."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from intake.bargain_step import discounts_without_word
from intake.contract import read_ticket, stone_count
from intake.deposit_step import CHOICES, check_deposit, take_deposit
from intake.draft_fields import END, TICKS, Data
from intake.draft_prices import price_draft
from intake.draft_saving import Typing, save_typing
from intake.drafts import read_draft, ticket_of_draft, ticket_of_locked_draft
from intake.engraving_step import agreed, lines_that_engrave
from intake.frame import frame_of
from intake.limit_step import over_limit
from intake.marking import agreed_condition
from intake.promise_step import promise_facts
from intake.risk_step import are_explained, risks_of, seal_of
from workshop.db import fetch, joined_transaction
from workshop.errors import Conflict, InvalidInput
from workshop.record.customers.customers import MARKETING_WORDING, SERVICE_WORDING
from workshop.record.events import Actor
from workshop.record.pieces.engraving import Engraving
from workshop.record.prices.repricing import rush_rule
from workshop.record.shop.shops import shop_of
from workshop.record.tables import Shop
from workshop.record.tickets.tickets import PRICE_TERMS, take_in
from workshop.web.auth import COUNTER
from workshop.web.forms import Form, form_of
from workshop.web.pages import go, page


@get("/intake/{draft:uuid}/finish", opt={"access": COUNTER})
async def show_finish(request: Request[Any, Any, Any], draft: UUID, by: Actor) -> Response[Any]:
    """Promise, terms, consent and signature; then save."""
    if number := await ticket_of_draft(draft, shop=by.shop):
        return go(request, f"/tickets/{number}")
    return await _finish(request, draft, by)


async def _finish(
    request: Request[Any, Any, Any], draft: UUID, by: Actor, *, errors: dict[str, str] | None = None, status: int = 200
) -> Response[str]:
    data = await read_draft(draft, shop=by.shop)
    frame = await frame_of(data, draft, by, "finish")
    lines = await risks_of(data, by.shop)
    shop: Shop = frame["shop"]
    return await page(
        request, "intake/finish.html", status=status, errors=errors or {}, terms=list(PRICE_TERMS.items()),
        service_wording=SERVICE_WORDING, tenders=CHOICES, rush_words=rush_rule(shop).words,
        marketing_wording=MARKETING_WORDING.format(shop=shop.name), risks=lines, risks_seal=seal_of(lines),
        explained=are_explained(data, lines), engravings_of=_engravings,
        condition_of=lambda piece: agreed_condition(piece, frame["photos"][piece["code"]]), stones_of=stone_count,
        over_limit=over_limit(data, frame["priced"].total), **await promise_facts(data, frame["priced"], shop), **frame,
    )  # fmt: skip


def _engravings(piece: Data) -> list[Engraving]:
    """The words agreed for a piece, to be read back in large letters."""
    return [words for task in lines_that_engrave(piece) if (words := agreed(task))]


@get("/intake/{draft:uuid}/totals", opt={"access": COUNTER})
async def show_totals(request: Request[Any, Any, Any], draft: UUID, by: Actor) -> Response[str]:
    """The sums of the last step, read again when rush or terms change."""
    data = await read_draft(draft, shop=by.shop)
    shop = await shop_of(by.shop)
    priced = await price_draft(data, shop)
    waiting = await discounts_without_word(data, priced, shop, by)
    return await page(
        request, "intake/_totals.html", data=data, draft=draft, priced=priced, waiting=waiting, errors={}, partial=True,
        over_limit=over_limit(data, priced.total), **await promise_facts(data, priced, shop),
    )  # fmt: skip


@post("/intake/{draft:uuid}/finish", opt={"access": COUNTER}, status_code=200)
async def finish(request: Request[Any, Any, Any], draft: UUID, by: Actor) -> Response[Any]:
    """Save the ticket: labels, claim check and the first text follow. A second press shows the same ticket."""
    if number := await ticket_of_draft(draft, shop=by.shop):
        return go(request, f"/tickets/{number}")
    form = await form_of(request)
    try:
        await _keep_last_fields(form, draft, by)
        number = await _become_ticket(draft, by)
    except InvalidInput as error:
        return await _finish(request, draft, by, errors=dict(error.fields) or {"form": error.message}, status=422)
    except Conflict:  # a colleague may have saved it between our look and our last fields
        if number := await ticket_of_draft(draft, shop=by.shop):
            return go(request, f"/tickets/{number}")
        raise
    return go(request, f"/tickets/{number}?saved=1")


async def _become_ticket(draft: UUID, by: Actor) -> str:
    """The draft becomes one ticket, however often and wherever it is pressed: its own row is the lock."""
    async with joined_transaction():
        if number := await ticket_of_locked_draft(draft, shop=by.shop):
            return number
        data = await read_draft(draft, shop=by.shop)
        lines = await risks_of(data, by.shop)
        await _refuse_what_is_open(data, lines, draft, by)
        asked = (await price_draft(data, await shop_of(by.shop))).deposit
        check_deposit(data, asked)
        ticket = await take_in(read_ticket(data, lines), by=by, at_counter=True)
        await take_deposit(ticket, data, asked, by=by)
        await fetch("UPDATE intake_draft SET ticket_number = $2 WHERE id = $1", draft, ticket.number)
    return ticket.number


async def _refuse_what_is_open(data: Data, lines: list[str], draft: UUID, by: Actor) -> None:
    open_things = {one.field: one.sentence for one in (await frame_of(data, draft, by, "finish"))["missing"]}
    if lines and not are_explained(data, lines):
        open_things["risks_explained"] = "Explain what can happen, then tick that you did."
    if not data.get("signature"):
        open_things["signature"] = "The customer signs in the box."
    if open_things:
        raise InvalidInput("Something is missing.", **open_things)


async def _keep_last_fields(form: Form, draft: UUID, by: Actor) -> None:
    """Whatever the last form carries is kept too, should its autosave not have run yet."""
    sent = form.dict()
    fields = {name: form.texts(name) for name in END if name in sent}
    if "price_terms" in sent:  # a browser sends no unticked box
        fields |= {name: form.texts(name) or [""] for name in TICKS}
    typing = Typing(fields, base=form.whole("_base"), tab=form.text("_tab"))
    saved = await save_typing(draft, typing, by=by, zone=(await shop_of(by.shop)).zone)
    elsewhere = {
        name: f"{told['who']} typed here on another tablet at {told['at']}. That is shown now: look again, then save."
        for name, told in saved.conflicts.items()
    }
    if saved.refused or elsewhere:
        raise InvalidInput("Look again.", **(saved.refused | elsewhere))


handlers = [show_finish, show_totals, finish]
