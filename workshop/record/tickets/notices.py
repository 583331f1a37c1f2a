"""What is to be said because something happened: the row is written in the same transaction."""

import json
import uuid
from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value
from workshop.jobs import enqueue
from workshop.record.customers.discreet import is_secret, way_to_tell
from workshop.record.events import Actor
from workshop.record.tables import Ticket


async def queue_text(
    template: str, *, ticket: Ticket, event: int, envelope: int | None = None, **facts: Any
) -> uuid.UUID | None:
    """Promise the customer of a ticket one text, or one mail, about one event.

    The row is unique per event, channel and number, so nothing can ask for a second one; consent,
    quiet hours, whether it still holds and whether a family phone would learn of a surprise are looked
    at when it is sent. None: neither number nor address on file.
    """
    channel, recipient = await way_to_tell(ticket.customer, secret=await is_secret(ticket.id))
    if not recipient:
        return None
    row = await fetch_one(
        """INSERT INTO message (id, shop, ticket, envelope, customer, event, purpose, template, facts,
                                channel, recipient, created_at, state_at)
           VALUES ($1, $2, $3, $4, $5, $6, 'service', $7, $8, $9, $10, $11, $11)
           ON CONFLICT ON CONSTRAINT message_once DO NOTHING RETURNING id""",
        uuid.uuid4(), ticket.shop, ticket.id, envelope, ticket.customer, event, template,
        json.dumps(facts), channel, recipient, clock.now(),
    )  # fmt: skip
    if row is None:
        return None
    await enqueue("send_message", message_id=str(row["id"]), queue="texts")
    message_id: uuid.UUID = row["id"]
    return message_id


async def queue_print(
    document: str, *, ticket: int, by: Actor, envelope: int | None = None
) -> uuid.UUID:
    """Ask for one document on paper, at the printer of whoever asks; one asked for again says COPY."""
    printer = "label" if document == "label" else "receipt"
    copy_no = await next_copy(document, ticket=ticket, envelope=envelope)
    job_id = uuid.uuid4()
    await fetch(
        """INSERT INTO print_job (id, shop, document, printer, ticket, envelope, copy_no, asked_by,
                                  created_at, state_at, drawer)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9,
                   (SELECT drawer FROM device WHERE id = $10 AND shop = $2 AND $11))""",
        job_id, by.shop, document, printer, ticket, envelope, copy_no, by.id, clock.now(), by.device,
        printer == "receipt",
    )  # fmt: skip
    await enqueue("print_document", job_id=str(job_id), queue="prints")
    return job_id


async def next_copy(document: str, *, ticket: int, envelope: int | None = None) -> int:
    """Which copy a print asked for now would be; what certainly never came out on paper is not counted."""
    copy_no: int = await fetch_value(
        """SELECT COALESCE(max(copy_no) + 1, 0) FROM print_job WHERE document = $1 AND ticket = $2
           AND envelope IS NOT DISTINCT FROM $3 AND state NOT IN ('failed', 'dropped', 'previewed')""",
        document, ticket, envelope,
    )  # fmt: skip
    return copy_no
