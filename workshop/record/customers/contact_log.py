"""A call or a visit written down in two taps: what came of it, and which unsaid news it settles."""

import json
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_one, transaction
from workshop.errors import Conflict, InvalidInput, NotFound
from workshop.record.cards import refuse_card_number
from workshop.record.customers.customers import customer_by_id, first_number
from workshop.record.events import Actor, record
from workshop.record.tables import Ticket
from workshop.record.tickets.message_words import TROUBLE

Row = dict[str, Any]
TAKE_BACK = timedelta(minutes=1)


@dataclass(frozen=True)
class Outcome:
    """What came of a call or a visit. `told`: the customer knows the news now, a text need not tell them."""

    channel: str
    direction: str
    button: str
    words: str
    icon: str
    told: bool = False


OUTCOMES = {
    "reached": Outcome("call", "out", "Reached", "Called and reached", "phone", told=True),
    "left_word": Outcome("call", "out", "Left word", "Called and left word", "message", told=True),
    "no_answer": Outcome("call", "out", "No answer", "Called, no answer", "phone-off"),
    "they_called": Outcome("call", "in", "They called", "Called us", "phone", told=True),
    "asked": Outcome("visit", "in", "Asked something", "Came in and asked", "user", told=True),
    "dropped_by": Outcome("visit", "in", "Dropped by", "Dropped by", "user"),
}
STUCK = timedelta(minutes=15)
# Texts that left their news unsaid, and those that wait and wait.
_TO_CALL = f"""m.customer = $1 AND m.shop = $2 AND m.direction = 'out' AND m.seen_at IS NULL
    AND (m.state IN ({TROUBLE}) OR m.state = 'pending' AND m.attempts > 0 AND m.created_at <= $4)
    AND ($3::bigint IS NULL OR m.ticket = $3)"""


async def calls_to_make(customer: int, *, shop: int, ticket: int | None = None) -> list[Row]:
    """Texts to this person that did not get through and that nobody has called about yet; of one ticket if given."""
    return await fetch(
        f"""SELECT m.id, m.template, m.state, m.ticket, k.number AS ticket_number
            FROM message m LEFT JOIN ticket k ON k.id = m.ticket
            WHERE {_TO_CALL} ORDER BY m.created_at LIMIT 20""",  # noqa: S608 - our own words
        customer, shop, ticket, clock.now() - STUCK,
    )  # fmt: skip


async def log_contact(
    customer: int, outcome: str, *, note: str = "", ticket: Ticket | None = None,
    about: list[uuid.UUID] | None = None, by: Actor,
) -> uuid.UUID:  # fmt: skip
    """Write down a call or a visit. Where the customer was told, the call tasks named in `about` are done.

    `about` None: all of theirs (of the ticket, if one is given). Gives the message's id, which
    `take_back_contact` takes within a minute.
    """
    if outcome not in OUTCOMES:
        sentence = f"Say what came of it: {', '.join(one.button.lower() for one in OUTCOMES.values())}."
        raise InvalidInput(sentence, outcome=sentence)
    refuse_card_number(note, "note")
    kind = OUTCOMES[outcome]
    async with transaction():
        person = await customer_by_id(customer)
        if ticket is not None and person.id not in (ticket.customer, ticket.owner):
            raise InvalidInput("That ticket is somebody else's.", ticket="That ticket is somebody else's.")
        settled = await _settle(person.id, ticket, about, by) if kind.told else []
        event = await record(
            "contact_logged", shop=by.shop, by=by, ticket=ticket, customer=person.id, outcome=outcome,
            settled=len(settled),
        )  # fmt: skip
        message = uuid.uuid4()
        await fetch(
            """INSERT INTO message (id, shop, ticket, customer, event, direction, channel, purpose, facts, recipient,
                                    body, state, created_at, state_at, seen_by, seen_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, 'service', $8, $9, $10, $11, $12, $12, $13, $12)""",
            message, by.shop, ticket.id if ticket else None, person.id, event, kind.direction, kind.channel,
            json.dumps({"outcome": outcome, "settled": settled}),
            await first_number(person.id) if kind.channel == "call" else "", note.strip()[:400],
            "received" if kind.direction == "in" else "handled", clock.now(), by.id,
        )  # fmt: skip
    return message


async def _settle(customer: int, ticket: Ticket | None, about: list[uuid.UUID] | None, by: Actor) -> list[Row]:
    """The calls that were to be made are made. Gives what is needed to take that back."""
    rows = await fetch(
        f"""WITH unsaid AS (SELECT m.id, m.state FROM message m
                            WHERE {_TO_CALL} AND ($5::uuid[] IS NULL OR m.id = ANY($5)) ORDER BY m.id FOR UPDATE)
            UPDATE message m SET state = CASE WHEN u.state = 'pending' THEN 'superseded' ELSE 'handled' END,
                state_at = $6, seen_by = $7, seen_at = $6
            FROM unsaid u WHERE m.id = u.id RETURNING m.id::text AS id, u.state""",  # noqa: S608 - our own words
        customer, by.shop, ticket.id if ticket else None, clock.now() - STUCK, about, clock.now(), by.id,
    )  # fmt: skip
    return sorted(rows, key=lambda row: str(row["id"]))


async def take_back_contact(message_id: uuid.UUID, *, by: Actor) -> Row:
    """A slip of the finger: the note goes, and the calls it settled are to be made again. Within a minute.

    Gives the note's customer and ticket. History keeps that there was one. Raises Conflict after the minute.
    """
    async with transaction():
        row = await fetch_one(
            """SELECT m.*, k.number AS ticket_number FROM message m LEFT JOIN ticket k ON k.id = m.ticket
               WHERE m.id = $1 AND m.shop = $2 AND m.channel IN ('call', 'visit') AND m.seen_by = $3
               FOR UPDATE OF m""",
            message_id, by.shop, by.id,
        )  # fmt: skip
        if row is None:
            raise NotFound("There is no such note of yours in this shop. It may have been taken back already.")
        if clock.now() - row["created_at"] > TAKE_BACK:
            raise Conflict("More than a minute has passed, so the note stays. Log another one that says what is right.")
        await fetch(
            """UPDATE message m SET state = s.state, state_at = $2, seen_by = NULL, seen_at = NULL
               FROM jsonb_to_recordset($1::jsonb) AS s (id uuid, state text)
               WHERE m.id = s.id AND m.state IN ('handled', 'superseded') AND m.seen_by = $3""",
            json.dumps(json.loads(row["facts"]).get("settled", [])), clock.now(), by.id,
        )  # fmt: skip
        await fetch("DELETE FROM message WHERE id = $1", message_id)
        await record("contact_taken_back", shop=by.shop, by=by, ticket=row["ticket"], customer=row["customer"])
    return row


def contact_words(outcome: str) -> str:
    """`Called and reached`; a call noted from the list of texts says only that the customer was called."""
    known = OUTCOMES.get(outcome)
    return known.words if known else "Called"
