"""Letting something off a ticket: one line or all of it, asked in the ticket's dialog; and taking it back."""

from typing import Any

from litestar import Request, Response, get, post

from intake.bargain_step import discount_choices, read_discount
from intake.tickets import ask
from workshop.db import fetch_one
from workshop.errors import Conflict, NotFound, WorkshopError
from workshop.record.events import Actor
from workshop.record.prices.discounts import give_discount, take_back_discount
from workshop.record.shop.approvals import NeedsManager
from workshop.record.shop.shops import shop_of
from workshop.record.tables import Ticket
from workshop.record.tickets.tickets import ticket_by_number
from workshop.web.auth import COUNTER
from workshop.web.forms import Form, act_once, form_of

Http = Request[Any, Any, Any]
FIRST = {"share": "100", "percent": "", "amount": "", "reason": "goodwill", "words": ""}


@get("/tickets/{number:str}/discount", opt={"access": COUNTER})
async def ask_discount(
    request: Http, number: str, by: Actor, line: int | None = None, back: str = ""
) -> Response[str]:
    """How much, and why? For one line, or (without) everything still here."""
    ticket = await ticket_by_number(number, shop=by.shop)
    return await _question(request, ticket, by, line, back)


async def _question(
    request: Http, ticket: Ticket, by: Actor, line: int | None, back: str, *, form: Form | None = None,
    refused: WorkshopError | None = None,
) -> Response[str]:  # fmt: skip
    shop = await shop_of(by.shop)
    values = {**FIRST, **({name: form.text(name) for name in FIRST} if form else {})}
    return await ask(
        request, ticket, "discount", form=form, refused=refused, line=line or "", back=back, chosen=values,
        title=await _title(ticket, line), asked=refused.request if isinstance(refused, NeedsManager) else None,
        **discount_choices(shop, by),
    )  # fmt: skip


async def _title(ticket: Ticket, line: int | None) -> str:
    if line is None:
        return "Let something off everything"
    row = await fetch_one(
        """SELECT t.name FROM task t JOIN envelope v ON v.id = t.envelope
           WHERE t.id = $1 AND v.ticket = $2 AND NOT t.is_dropped""",
        line, ticket.id,
    )  # fmt: skip
    if row is None:
        raise NotFound(f"Ticket {ticket.number} has no such line of work.")
    return f"Let something off: {row['name']}"


@post("/tickets/{number:str}/discount", opt={"access": COUNTER}, status_code=200)
async def let_off(request: Http, number: str, by: Actor) -> Response[Any]:
    """Let it off; above one's limit a manager approves right here, and it goes on."""
    ticket = await ticket_by_number(number, shop=by.shop)
    form = await form_of(request)
    line, back = form.whole("line"), form.text("back")

    async def act() -> str:
        await give_discount(ticket, read_discount(form), task=line, by=by)
        return f"/tickets/{ticket.number}/estimate" if back == "estimate" else f"/tickets/{ticket.number}"

    try:
        return await act_once(request, form, act)
    except NotFound:
        raise
    except WorkshopError as error:
        return await _question(request, ticket, by, line, back, form=form, refused=error)


@post("/tickets/{number:str}/discounts/{discount:int}/take-back", opt={"access": COUNTER}, status_code=200)
async def take_back(request: Http, number: str, discount: int, by: Actor) -> Response[Any]:
    """The price is as it was; the history says both."""
    ticket = await ticket_by_number(number, shop=by.shop)
    form = await form_of(request)
    found = await fetch_one("SELECT ticket FROM discount WHERE id = $1 AND shop = $2", discount, by.shop)
    if found is None or found["ticket"] != ticket.id:
        raise Conflict(f"Ticket {ticket.number} has no such discount. Nothing was changed.")

    async def act() -> str:
        await take_back_discount(discount, by=by)
        return f"/tickets/{ticket.number}"

    return await act_once(request, form, act)


handlers = [ask_discount, let_off, take_back]
