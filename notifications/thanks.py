"""After the visit: a word of thanks some days later, and the customer's one tap on whether all was well."""

from notifications.page_notes import keep_note
from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value, transaction
from workshop.errors import Conflict
from workshop.record.customers.customers import first_number
from workshop.record.customers.discreet import is_secret, way_to_tell
from workshop.record.events import record
from workshop.record.tables import Ticket
from workshop.record.tickets.locks import lock_ticket
from workshop.record.tickets.notices import queue_text

BATCH = 100
NO_LATER = 4  # days: a worker that slept longer lets it be
NOT_WELL = "not_well"
SAID = "Something is not right. (Said on their page after the visit.)"

# A visit whose customer is thanked now: all of it handed back, some of it worked on, nothing of theirs still here,
# no word from them yet.
_DUE = """k.closed_at <= $1::timestamptz - s.thanks_days * interval '1 day'
    AND k.closed_at > $1::timestamptz - (s.thanks_days + $2::int) * interval '1 day'
    AND k.was_well IS NULL AND k.link_closed_at IS NULL
    AND EXISTS (SELECT FROM envelope v WHERE v.ticket = k.id AND v.stage = 'picked_up' AND NOT v.is_unrepaired)
    AND NOT EXISTS (SELECT FROM message m WHERE m.ticket = k.id AND m.template = 'thank_you')
    AND NOT EXISTS (SELECT FROM ticket o WHERE o.customer = k.customer AND o.closed_at IS NULL)
    AND (EXISTS (SELECT FROM phone p WHERE p.customer = k.customer)
         OR EXISTS (SELECT FROM email_address a WHERE a.customer = k.customer))"""


async def thank_for_visits() -> None:
    """One text or mail for each visit that ended as many days ago as the shop has set; never a second one."""
    rows = await fetch(
        f"""SELECT k.id FROM shop s JOIN ticket k ON k.shop = s.id AND {_DUE}
            WHERE s.thanks_days > 0 ORDER BY k.closed_at, k.id LIMIT {BATCH}""",  # noqa: S608 - our own words
        clock.now(), NO_LATER,
    )  # fmt: skip
    for row in rows:
        async with transaction():
            await _thank(row["id"])


async def _thank(ticket_id: int) -> None:
    await lock_ticket(ticket_id)
    is_due = await fetch_value(
        f"SELECT EXISTS (SELECT FROM shop s JOIN ticket k ON k.shop = s.id AND {_DUE} WHERE k.id = $3)",  # noqa: S608
        clock.now(), NO_LATER, ticket_id,
    )  # fmt: skip
    ticket = await Ticket.objects().get(Ticket.id == ticket_id)
    if ticket is None or not is_due:
        return
    _, recipient = await way_to_tell(ticket.customer, secret=await is_secret(ticket.id))
    if recipient:
        event = await record("thanked", shop=ticket.shop, ticket=ticket)
        await queue_text("thank_you", ticket=ticket, event=event)


async def say_how_it_was(ticket: Ticket, *, well: bool) -> None:
    """The customer's tap after the visit. “Not right” is a call for the counter today; the same tap twice is one.

    Conflict while a piece is still here.
    """
    async with transaction():
        row = await fetch_one("SELECT closed_at, was_well FROM ticket WHERE id = $1 FOR NO KEY UPDATE", ticket.id)
        if row is None or row["closed_at"] is None:
            raise Conflict("This visit has not ended yet.")
        if row["was_well"] is well:
            return
        await fetch("UPDATE ticket SET was_well = $2, was_well_at = $3 WHERE id = $1", ticket.id, well, clock.now())
        await record("said_how_it_was", shop=ticket.shop, ticket=ticket, well=well)
        if not well:
            number = await first_number(ticket.customer)
            await keep_note(ticket, SAID, NOT_WELL, number=number, error="Call today: listen, then make it right.")
