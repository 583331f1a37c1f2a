"""The last step of a take-in: promise, terms, consent, signature; then it becomes a ticket."""

import json
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from intake.contract import price_draft, read_ticket
from intake.drafts import Data, change_draft, read_draft, set_field, ticket_of_draft
from intake.frame import frame_of
from intake.promise_step import promise_facts
from workshop.db import fetch
from workshop.errors import InvalidInput
from workshop.record.customers import MARKETING_WORDING, SERVICE_WORDING
from workshop.record.envelopes import shop_of
from workshop.record.events import Actor
from workshop.record.tables import Shop
from workshop.record.tickets import PRICE_TERMS, take_in
from workshop.record.work import price_items
from workshop.web.auth import COUNTER
from workshop.web.forms import Form, act_once, form_of
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
    shop: Shop = frame["shop"]
    return await page(
        request, "intake/finish.html", status=status, errors=errors or {}, terms=list(PRICE_TERMS.items()),
        service_wording=SERVICE_WORDING,
        marketing_wording=MARKETING_WORDING.format(shop=shop.name), risks=await _risks(data, by.shop),
        **await promise_facts(data, frame["priced"], shop), **frame,
    )  # fmt: skip


async def _risks(data: Data, shop: int) -> list[str]:
    """Task-specific risk lines: only specific, explained waivers help (TRADE rule 12)."""
    items = {item["code"]: item for item in await price_items(shop)}
    lines = [
        items[task["code"]]["risk"] for piece in data["pieces"] for task in piece["tasks"] if task["code"] in items
    ]
    return list(dict.fromkeys(line for line in lines if line))


@get("/intake/{draft:uuid}/totals", opt={"access": COUNTER})
async def show_totals(request: Request[Any, Any, Any], draft: UUID, by: Actor) -> Response[str]:
    """The sums of the last step, read again when rush or terms change."""
    data = await read_draft(draft, shop=by.shop)
    shop = await shop_of(by.shop)
    priced = await price_draft(data, shop)
    return await page(
        request, "intake/_totals.html", data=data, priced=priced, errors={}, partial=True,
        **await promise_facts(data, priced, shop),
    )  # fmt: skip


@post("/intake/{draft:uuid}/finish", opt={"access": COUNTER}, status_code=200)
async def finish(request: Request[Any, Any, Any], draft: UUID, by: Actor) -> Response[Any]:
    """Save the ticket: labels, claim check and the first text follow. A second press shows the same ticket."""
    if number := await ticket_of_draft(draft, shop=by.shop):
        return go(request, f"/tickets/{number}")
    form = await form_of(request)
    try:
        await _keep_last_fields(form, draft, by)
        data = await read_draft(draft, shop=by.shop)

        async def act() -> str:
            ticket = await take_in(read_ticket(data), by=by, at_counter=True)
            await fetch("UPDATE intake_draft SET ticket_number = $2 WHERE id = $1", draft, ticket.number)
            return f"/tickets/{ticket.number}?saved=1"

        # The draft itself is the key: it becomes one ticket, however often or wherever it is pressed.
        form = Form([("idempotency_key", f"take-in {draft}"), ("data", json.dumps(data, sort_keys=True))])
        return await act_once(request, form, act)
    except InvalidInput as error:
        return await _finish(request, draft, by, errors=dict(error.fields) or {"form": error.message}, status=422)


async def _keep_last_fields(form: Form, draft: UUID, by: Actor) -> None:
    """Whatever the last form carries is kept too, should its autosave not have run yet."""
    names = (
        "promise_on", "promise_reason", "promise_offered", "price_terms", "not_above", "collectors", "note", "signature",
    )  # fmt: skip
    ticks = ("is_rush", "may_text", "may_market", "is_discreet")

    def change(data: Data) -> None:
        for name in names:
            if name in form.dict():
                set_field(data, name, form.texts(name), None)
        if "price_terms" in form.dict():  # a browser sends no unticked box
            for name in ticks:
                data[name] = "yes" if form.ticked(name) else ""

    await change_draft(draft, change, by=by)


handlers = [show_finish, show_totals, finish]
