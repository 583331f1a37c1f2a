"""What a customer does on their page besides answering: the language they read, and “this is not me”."""

import json
import uuid

from notifications.optouts import opt_out
from workshop import clock
from workshop.db import fetch, fetch_one, transaction
from workshop.errors import Conflict, Forbidden
from workshop.record.events import Actor, record, tell_pages
from workshop.record.tables import Ticket
from workshop.record.tickets.notices import queue_text

WORDING = "“This is not me”, said on the customer's page."


async def say_not_me(ticket: Ticket) -> None:
    """Whoever holds the link says that it is not theirs. No text goes to the numbers it went to; the page closes.

    The same word twice is one. It is taken back by a colleague, for the page and for each number apart.
    """
    async with transaction():
        row = await fetch_one("SELECT link_closed_at FROM ticket WHERE id = $1 FOR NO KEY UPDATE", ticket.id)
        if row is None or row["link_closed_at"] is not None:
            return
        await fetch("UPDATE ticket SET link_closed_at = $2 WHERE id = $1", ticket.id, clock.now())
        event = await record("said_not_me", shop=ticket.shop, ticket=ticket)
        for number in await _numbers_told(ticket):
            await opt_out(number, wording=WORDING, how="link")
        await fetch(
            """INSERT INTO message (id, shop, ticket, customer, event, direction, channel, purpose, template, facts,
                                    body, recipient, state, created_at, state_at)
               VALUES ($1, $2, $3, $4, $5, 'in', 'sms', 'service', 'not_me', $6, $7, '', 'received', $8, $8)""",
            uuid.uuid4(), ticket.shop, ticket.id, ticket.customer, event, json.dumps({}),
            "This is not me. (Said on the page of the link: the number may belong to somebody else.)", clock.now(),
        )  # fmt: skip
        await tell_pages(ticket.shop, "message")


async def _numbers_told(ticket: Ticket) -> list[str]:
    """Where texts about this ticket went, or would go."""
    rows = await fetch(
        """SELECT recipient AS number FROM message WHERE ticket = $1 AND direction = 'out' AND channel = 'sms'
           AND recipient <> '' UNION SELECT number FROM phone WHERE customer = $2 AND is_first""",
        ticket.id, ticket.customer,
    )  # fmt: skip
    return [row["number"] for row in rows]


async def open_page_again(ticket: Ticket, *, by: Actor) -> None:
    """A colleague has looked: the page opens again. Texts stay off until the customer wants them back."""
    if not by.is_one_of("counter", "manager", "owner"):
        raise Forbidden("Customers' pages are for the counter.")
    async with transaction():
        opened = await fetch(
            "UPDATE ticket SET link_closed_at = NULL WHERE id = $1 AND link_closed_at IS NOT NULL RETURNING id",
            ticket.id,
        )
        if opened:
            await record("page_opened_again", shop=ticket.shop, by=by, ticket=ticket)


async def keep_language(ticket: Ticket, language: str) -> None:
    """The customer reads this language: texts and mails come in it from now on."""
    async with transaction():
        changed = await fetch(
            "UPDATE customer SET language = $2 WHERE id = $1 AND language <> $2 RETURNING id", ticket.customer, language
        )
        if changed:
            await record("language_chosen", shop=ticket.shop, customer=ticket.customer, language=language)


async def send_receipt(ticket: Ticket, *, by: Actor) -> None:
    """One text or mail with the way to the receipt on the customer's page. Conflict where nobody can be written to."""
    if not by.is_one_of("counter", "manager", "owner"):
        raise Forbidden("Receipts are for the counter.")
    async with transaction():
        event = await record("receipt_sent", shop=ticket.shop, by=by, ticket=ticket)
        if await queue_text("receipt", ticket=ticket, event=event) is None:
            raise Conflict("There is neither a number nor an address on file. Print the receipt instead.")
