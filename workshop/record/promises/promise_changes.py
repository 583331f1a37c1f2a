"""Promising another day: with the reason, and with what the customer said to it."""

from datetime import date

from workshop import clock
from workshop.db import fetch, fetch_value, transaction
from workshop.errors import InvalidInput
from workshop.record.cards import refuse_card_number
from workshop.record.events import Actor, record
from workshop.record.promises.capacity import people_of
from workshop.record.promises.load import open_lines, works_of
from workshop.record.promises.offers import Offer, asked_again, make_offer
from workshop.record.promises.promise_making import hold_promises
from workshop.record.promises.promises import APPRAISAL, bench_due, check_promise
from workshop.record.shop.shops import shop_of
from workshop.record.tables import Shop, Ticket
from workshop.record.tickets.locks import lock_ticket
from workshop.record.tickets.notices import queue_text
from workshop.record.tickets.tickets import kind_of, ticket_by_number

# What the customer said to another day; the text goes out whatever it was.
ANSWERS = {
    "agreed": "Agrees",
    "unhappy": "Takes it, not happily",
    "refused": "Does not agree",
    "not_reached": "Not reached",
}


async def offer_again(ticket: Ticket, shop: Shop) -> tuple[Offer, int]:
    """What the work still open on a ticket means for its promise, as if it were promised now; and its minutes."""
    people, lines = await people_of(shop), await open_lines(shop)
    asked = asked_again(lines, ticket.id)
    others = works_of(lines, clock.today(shop.zone), without_ticket=ticket.id)
    return make_offer(shop, people, others, asked, rush=ticket.is_rush), sum(one.minutes for one in asked)


async def change_promise(number: str, day: date, *, reason: str, answer: str = "", by: Actor) -> Ticket:
    """Promise another day, with the reason and the customer's answer; the customer is told by text.

    A day on which the work does not fit is promised all the same: the reason stands for that too, and
    history says by how much it is over. Raises InvalidInput naming the field.
    """
    async with transaction():
        _check(reason, answer)
        await hold_promises(by.shop)
        ticket = await ticket_by_number(number, shop=by.shop)
        await lock_ticket(ticket.id)
        ticket = await ticket_by_number(number, shop=by.shop)
        shop = await shop_of(by.shop)
        check_promise(shop, day)
        offer, _ = await offer_again(ticket, shop)
        before, ticket.promise_on = ticket.promise_on, day
        await ticket.save([Ticket.promise_on])
        await _set_due(ticket, shop)
        event = await record(
            "promise_changed", shop=by.shop, by=by, ticket=ticket, before=before.isoformat(),
            after=day.isoformat(), reason=reason.strip(), answer=answer, over=offer.on(day).short,
        )  # fmt: skip
        await queue_text("promise_moved", ticket=ticket, event=event, day=day.isoformat(), kind=await kind_of(ticket))
    return ticket


def _check(reason: str, answer: str) -> None:
    if not reason.strip():
        raise InvalidInput("Say why the promise changes.", reason="Say why.")
    if answer and answer not in ANSWERS:
        raise InvalidInput("What did the customer say?", answer="Choose what the customer said.")
    refuse_card_number(reason, "reason")


async def _set_due(ticket: Ticket, shop: Shop) -> None:
    """Every piece still here is due at the bench before the new day, earlier where an appraisal follows."""
    day = ticket.promise_on
    await fetch(
        f"""UPDATE envelope v SET promise_on = $2, version = version + 1,
                   bench_due = CASE WHEN {APPRAISAL} THEN $4::date ELSE $3::date END
            WHERE ticket = $1 AND stage <> 'picked_up'""",  # noqa: S608 - a constant
        ticket.id, day, bench_due(shop, day), bench_due(shop, day, with_appraisal=True),
    )  # fmt: skip


async def why_over(ticket: Ticket) -> str:
    """The reason why the day now promised was promised although it was full; empty if it was not."""
    reason: str | None = await fetch_value(
        """SELECT data->>'reason' FROM event WHERE ticket = $1 AND name IN ('promise_overridden', 'promise_changed')
           AND COALESCE(data->>'day', data->>'after') = $2 AND data->>'over' <> '{}' ORDER BY id DESC LIMIT 1""",
        ticket.id, ticket.promise_on.isoformat(),
    )  # fmt: skip
    return reason or ""
