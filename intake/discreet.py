"""A visit made a surprise, or a surprise ended, from the ticket's page; and what that page says of it."""

from typing import Any

from litestar import Request, Response, post

from workshop.record.customers.contacts import PHONE, contacts_of
from workshop.record.customers.customers import permission, show_phone
from workshop.record.customers.discreet import is_secret, is_shared, mark_ticket, told_before, way_to_tell
from workshop.record.events import Actor
from workshop.record.tables import Ticket
from workshop.record.tickets.tickets import ticket_by_number
from workshop.web.auth import COUNTER
from workshop.web.forms import act_once, form_of

Req = Request[Any, Any, Any]


async def telling(ticket: Ticket) -> dict[str, Any]:
    """How the customer of a ticket hears of it: their numbers with who shares them, and where a surprise goes."""
    secret = await is_secret(ticket.id)
    way, where = await way_to_tell(ticket.customer, secret=secret)
    return {
        "phones": await contacts_of(PHONE, ticket.customer), "is_secret": secret,
        "told_at": (show_phone(where) if way == "sms" else where) if where else "",
        "reaches_others": secret and bool(where) and await is_shared(where),
        "needs_yes": way == "sms" and bool(where) and not (await permission(where, ticket.customer)).service,
    }  # fmt: skip


@post("/tickets/{number:str}/discreet", opt={"access": COUNTER}, status_code=200)
async def keep_secret(request: Req, number: str, by: Actor) -> Response[Any]:
    """Tell nobody else of this visit, or end the secret. What a shared phone knows already is said at once."""
    ticket = await ticket_by_number(number, shop=by.shop)
    form = await form_of(request)
    discreet = form.ticked("discreet")
    told = await told_before(ticket.id) if discreet else []

    async def act() -> str:
        await mark_ticket(ticket.number, discreet=discreet, by=by)
        return f"/tickets/{ticket.number}"

    numbers = ", ".join(show_phone(row["recipient"]) for row in told)
    flash = f"A surprise from now on. But {numbers} is shared and was texted about it before." if told else ""
    return await act_once(request, form, act, flash=flash)


handlers = [keep_secret]
