"""A hand-over taken back: asked in the ticket's dialog, with a manager's word on the same tablet."""

from typing import Any

from litestar import Request, Response, get, post

from intake.tickets import ask
from workshop.errors import NotFound, WorkshopError
from workshop.record.events import Actor
from workshop.record.shop.approvals import NeedsManager
from workshop.record.tables import Envelope, Ticket
from workshop.record.tickets.handover_back import take_handover_back
from workshop.record.tickets.standing import envelope_by_code
from workshop.record.tickets.tickets import ticket_by_number
from workshop.web.auth import COUNTER
from workshop.web.forms import Form, act_once, form_of

Http = Request[Any, Any, Any]


@get("/tickets/{number:str}/handover/{place:int}/back", opt={"access": COUNTER})
async def ask_back(request: Http, number: str, place: int, by: Actor) -> Response[str]:
    """Is it really here, and why was it marked?"""
    ticket = await ticket_by_number(number, shop=by.shop)
    return await _ask(request, ticket, await _envelope_at(ticket, place, by))


async def _ask(
    request: Http, ticket: Ticket, envelope: Envelope, *, form: Form | None = None, refused: WorkshopError | None = None
) -> Response[str]:
    return await ask(
        request, ticket, "handover_back", form=form, refused=refused, envelope=envelope,
        asked=refused.request if isinstance(refused, NeedsManager) else None,
    )  # fmt: skip


async def _envelope_at(ticket: Ticket, place: int, by: Actor) -> Envelope:
    envelope = await envelope_by_code(f"{ticket.number}-{place}", shop=by.shop)
    if envelope.ticket != ticket.id:
        raise NotFound(f"Ticket {ticket.number} has no piece {place}.")
    return envelope


@post("/tickets/{number:str}/handover/{place:int}/back", opt={"access": COUNTER}, status_code=200)
async def take_back(request: Http, number: str, place: int, by: Actor) -> Response[Any]:
    """Ready to collect again; the history says both."""
    ticket = await ticket_by_number(number, shop=by.shop)
    envelope = await _envelope_at(ticket, place, by)
    form = await form_of(request)

    async def act() -> str:
        await take_handover_back(envelope.number, reason=form.text("reason"), by=by)
        return f"/tickets/{ticket.number}"

    try:
        return await act_once(request, form, act, flash=f"{envelope.number} is here, ready to collect.")
    except WorkshopError as error:
        return await _ask(request, ticket, envelope, form=form, refused=error)


handlers = [ask_back, take_back]
