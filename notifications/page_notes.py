"""What customers write on their page, and what the shop writes back to them by text."""

import json
import uuid
from datetime import timedelta
from typing import Any

from notifications.keywords import Keyword, keyword, looks_like_stop
from notifications.messages import Row, locked, note
from notifications.obstacles import SURPRISE, is_theirs
from notifications.optouts import opt_out
from notifications.replies import MAY_MEAN_STOP, STOP_LIKE
from notifications.texts import Template
from notifications.wording import day_words
from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value, transaction
from workshop.errors import Conflict, InvalidInput, NotFound, TooMany
from workshop.jobs import enqueue
from workshop.record.cards import refuse_card_number
from workshop.record.customers.customers import first_number, permission
from workshop.record.customers.discreet import is_secret, is_shared
from workshop.record.events import Actor, tell_pages
from workshop.record.tables import Shop, Ticket
from workshop.record.tickets.locks import lock_ticket

LONGEST = 600  # signs from a customer
LONGEST_ANSWER = 300  # signs back: with the link three texts at most
MOST_UNREAD = 5
SAME = timedelta(minutes=10)  # the same words again within this time are one press too many
PAGE_NOTE = "page_note"


async def write_to_shop(ticket: Ticket, words: str) -> None:
    """A customer's words from their page lie in the counter's inbox, with the ticket. Pressed twice is once.

    InvalidInput on `words`; TooMany while five of this visit are unread.
    """
    body = words.strip()
    if not body or len(body) > LONGEST:
        raise InvalidInput("Write what you want to tell us.", words="Write what you want to tell us.")
    refuse_card_number(body, "words")
    async with transaction():
        await lock_ticket(ticket.id)
        if await _was_said(ticket, body):
            return
        if await _unread(ticket) >= MOST_UNREAD:
            raise TooMany("We have your words and read them soon. Call us if it is urgent.", 3600)
        number = await first_number(ticket.customer)
        is_stop = keyword(body) is Keyword.STOP
        is_stop_like = not is_stop and looks_like_stop(body)
        if is_stop and number:
            await opt_out(number, wording=body[:400], how="link")
        await keep_note(
            ticket, body, Keyword.STOP.value if is_stop else STOP_LIKE if is_stop_like else PAGE_NOTE,
            number=number, error=MAY_MEAN_STOP if is_stop_like else "", is_read=is_stop,
        )  # fmt: skip


async def keep_note(
    ticket: Ticket, body: str, template: str, *, number: str, error: str = "", is_read: bool = False
) -> None:
    """One thing said on the page, inside the caller's transaction."""
    await fetch(
        """INSERT INTO message (id, shop, ticket, customer, direction, channel, purpose, template, recipient,
                                body, state, error, created_at, state_at, seen_at)
           VALUES ($1, $2, $3, $4, 'in', 'page', 'answer', $5, $6, $7, 'received', $8, $9, $9, $10)""",
        uuid.uuid4(), ticket.shop, ticket.id, ticket.customer, template, number, body, error, clock.now(),
        clock.now() if is_read else None,
    )  # fmt: skip
    await tell_pages(ticket.shop, "message")


async def _was_said(ticket: Ticket, body: str) -> bool:
    said: bool = await fetch_value(
        """SELECT EXISTS (SELECT FROM message WHERE ticket = $1 AND channel = 'page' AND direction = 'in'
           AND body = $2 AND created_at > $3)""",
        ticket.id, body, clock.now() - SAME,
    )  # fmt: skip
    return said


async def _unread(ticket: Ticket) -> int:
    count: int = await fetch_value(
        """SELECT count(*) FROM message WHERE ticket = $1 AND channel = 'page' AND direction = 'in'
           AND seen_at IS NULL""",
        ticket.id,
    )
    return count


async def written(ticket: Ticket) -> list[Row]:
    """What was written on this page and answered to it, oldest first: for the eyes of who opened it."""
    return await fetch(
        """SELECT direction, CASE direction WHEN 'in' THEN body ELSE facts->>'words' END AS words, created_at
           FROM message WHERE ticket = $1 AND (channel = 'page' AND direction = 'in' AND template <> 'not_well'
               OR template = 'reply' AND facts->>'from' = 'page')
           ORDER BY created_at, direction, id LIMIT 40""",
        ticket.id,
    )


async def note_to_answer(message_id: uuid.UUID, *, shop: int) -> Row:
    """A customer's message somebody wants to answer, with who wrote it. NotFound in another shop."""
    row = await fetch_one(
        """SELECT m.*, k.number AS ticket_number, c.first_name, c.last_name FROM message m
           LEFT JOIN ticket k ON k.id = m.ticket LEFT JOIN customer c ON c.id = m.customer
           WHERE m.id = $1 AND m.shop = $2 AND m.direction = 'in' AND m.channel IN ('sms', 'page')""",
        message_id, shop,
    )  # fmt: skip
    if row is None:
        raise NotFound("There is no such message in this shop.")
    return row


async def why_not_by_text(message: Row) -> str:
    """Why this message cannot be answered by text, in a sentence; empty if it can."""
    number, customer = message["recipient"], message["customer"]
    if not number:
        return "There is no number to answer to. Call, or answer at the counter."
    allowed = await permission(number, customer)
    if allowed.is_stopped:
        return "This number asked for no texts. Call the customer instead."
    if message["channel"] == "page" and not allowed.service:
        return "This customer has not agreed to texts. Call them instead."
    if message["ticket"] is not None and await is_secret(message["ticket"]) and await is_shared(number):
        return SURPRISE
    if message["channel"] == "page" and customer is not None and not await is_theirs(customer, number):
        return "That number was taken off the customer since. Look up another way to reach them."
    return ""


async def write_back(message_id: uuid.UUID, words: str, *, by: Actor) -> None:
    """One text in answer to a customer's own message, which is dealt with by it.

    Their own question is answered at any hour (47 CFR 64.1200(a)(12)). InvalidInput on `words`; Conflict
    where no text may go.
    """
    body = " ".join(words.split())
    if not body or len(body) > LONGEST_ANSWER:
        sentence = f"Write your answer, {LONGEST_ANSWER} signs at most."
        raise InvalidInput(sentence, words=sentence)
    refuse_card_number(body, "words")
    async with transaction():
        message = await locked(message_id)
        if message is None or message["shop"] != by.shop or message["direction"] != "in":
            raise NotFound("There is no such message in this shop.")
        if why := await why_not_by_text(message):
            raise Conflict(why)
        await _queue(message, body)
        await note(message, seen_by=by.id, seen_at=clock.now(), error="")
        await tell_pages(by.shop, "message")


async def _queue(message: Row, body: str) -> None:
    answer = uuid.uuid4()
    facts: dict[str, Any] = {"words": body, "from": message["channel"], "answers": str(message["id"])}
    await fetch(
        """INSERT INTO message (id, shop, ticket, customer, purpose, template, facts, recipient, created_at, state_at)
           VALUES ($1, $2, $3, $4, 'answer', $5, $6, $7, $8, $8)""",
        answer, message["shop"], message["ticket"], message["customer"], Template.REPLY.value, json.dumps(facts),
        message["recipient"], clock.now(),
    )  # fmt: skip
    await enqueue("send_message", message_id=str(answer), queue="texts")


async def notes_shown(ticket: Ticket, shop: Shop, language: str) -> list[Row]:
    """The same as the page shows it: whose words, and the day."""
    return [
        {"is_ours": row["direction"] == "out", "words": row["words"],
         "day": day_words(clock.local(row["created_at"], shop.zone).date(), language)}
        for row in await written(ticket)
    ]  # fmt: skip
