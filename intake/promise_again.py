"""The promise of a ticket looked at anew: can it still be kept, and which other day would be honest?"""

from datetime import date
from typing import Any

from litestar import Request, Response, get, post

from intake.promise_step import weeks_of
from intake.tickets import ask
from workshop import clock
from workshop.errors import InvalidInput, WorkshopError
from workshop.record.events import Actor
from workshop.record.promises.promise_changes import ANSWERS, change_promise, offer_again, why_over
from workshop.record.promises.promise_words import say_day, say_full, say_minutes
from workshop.record.shop.shops import shop_of
from workshop.record.tables import Ticket
from workshop.record.tickets.tickets import ticket_by_number
from workshop.web.auth import COUNTER
from workshop.web.forms import Form, act_once, form_of
from workshop.web.pages import page

Req = Request[Any, Any, Any]


@get("/tickets/{number:str}/promise", opt={"access": COUNTER})
async def ask_promise(request: Req, number: str, by: Actor, day: date | None = None) -> Response[str]:
    """Which other day, and why? With the days ahead as full as they are."""
    ticket = await ticket_by_number(number, shop=by.shop)
    return await _ask(request, ticket, by, day)


async def _ask(
    request: Req, ticket: Ticket, by: Actor, day: date | None, *, form: Form | None = None,
    refused: WorkshopError | None = None,
) -> Response[str]:  # fmt: skip
    shop = await shop_of(by.shop)
    offer, minutes = await offer_again(ticket, shop)
    chosen = day or offer.soonest or ticket.promise_on
    return await ask(
        request, ticket, "promise", form=form, refused=refused, chosen=chosen, answers=list(ANSWERS.items()),
        weeks=weeks_of(offer, chosen, clock.today(shop.zone)) if minutes else [],
        soonest=f"{say_day(offer.soonest)} is the first day it can be ready" if offer.soonest and minutes else "",
    )  # fmt: skip


@post("/tickets/{number:str}/promise", opt={"access": COUNTER}, status_code=200)
async def promise_another_day(request: Req, number: str, by: Actor) -> Response[Any]:
    """Promise another day; the customer is told."""
    ticket = await ticket_by_number(number, shop=by.shop)
    form = await form_of(request)

    async def act() -> str:
        await change_promise(
            ticket.number, _day(form.text("promise_on")), reason=form.text("reason"), answer=form.text("answer"), by=by
        )
        return f"/tickets/{ticket.number}"

    try:
        return await act_once(request, form, act)
    except WorkshopError as error:
        return await _ask(request, ticket, by, None, form=form, refused=error)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput("Which day?", promise_on="Choose the day.") from None


@get("/tickets/{number:str}/promise/check", opt={"access": COUNTER})
async def check_again(request: Req, number: str, by: Actor) -> Response[str]:
    """A word on the ticket when its promise cannot be kept any more, with the day to offer instead."""
    ticket = await ticket_by_number(number, shop=by.shop)
    shop = await shop_of(by.shop)
    offer, minutes = await offer_again(ticket, shop)
    today, said = clock.today(shop.zone), ""
    if minutes and ticket.promise_on < today:
        said = f"The promised day is over, and {say_minutes(minutes)} of work are still to be done."
    elif minutes and not (looked := offer.on(ticket.promise_on)).fits:
        said = say_full(offer, looked) if looked.is_open else "The shop is closed on the promised day."
    return await page(
        request, "intake/_promise_check.html", ticket=ticket, said=said, soonest=offer.soonest,
        why=await why_over(ticket) if said else "",
    )  # fmt: skip


handlers = [ask_promise, promise_another_day, check_again]
