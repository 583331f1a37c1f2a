"""Promising another day: with the reason, and with what the customer said to it."""

from datetime import date

from workshop.db import fetch, transaction
from workshop.errors import InvalidInput
from workshop.record.cards import refuse_card_number
from workshop.record.envelopes import lock_ticket, shop_of
from workshop.record.events import Actor, record
from workshop.record.notices import queue_text
from workshop.record.promises import APPRAISAL, bench_due, check_promise
from workshop.record.tables import Shop, Ticket
from workshop.record.tickets import kind_of, ticket_by_number


async def change_promise(number: str, day: date, *, reason: str, by: Actor) -> Ticket:
    """Promise another day, with the reason; the customer is told."""
    async with transaction():
        if not reason.strip():
            raise InvalidInput("Say why the promise changes.", reason="Say why.")
        refuse_card_number(reason, "reason")
        ticket = await ticket_by_number(number, shop=by.shop)
        await lock_ticket(ticket.id)
        ticket = await ticket_by_number(number, shop=by.shop)
        shop = await shop_of(by.shop)
        check_promise(shop, day)
        before, ticket.promise_on = ticket.promise_on, day
        await ticket.save([Ticket.promise_on])
        await _set_due(ticket, shop)
        event = await record(
            "promise_changed", shop=by.shop, by=by, ticket=ticket, before=before.isoformat(),
            after=day.isoformat(), reason=reason,
        )  # fmt: skip
        await queue_text("promise_moved", ticket=ticket, event=event, day=day.isoformat(), kind=await kind_of(ticket))
    return ticket


async def _set_due(ticket: Ticket, shop: Shop) -> None:
    """Every piece still here is due at the bench before the new day, earlier where an appraisal follows."""
    day = ticket.promise_on
    await fetch(
        f"""UPDATE envelope v SET promise_on = $2, version = version + 1,
                   bench_due = CASE WHEN {APPRAISAL} THEN $4::date ELSE $3::date END
            WHERE ticket = $1 AND stage <> 'picked_up'""",  # noqa: S608 - a constant
        ticket.id, day, bench_due(shop, day), bench_due(shop, day, with_appraisal=True),
    )  # fmt: skip
