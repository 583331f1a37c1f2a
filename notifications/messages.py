"""One message row: held, moved along its table, read with all that it depends on."""

from typing import Any
from uuid import UUID

from notifications.delivery import State, can_move
from workshop import clock
from workshop.db import fetch, fetch_one
from workshop.errors import Conflict
from workshop.record.customers.discreet import is_secret_visit
from workshop.record.events import tell_pages

Row = dict[str, Any]


async def locked(message_id: UUID) -> Row | None:
    """The row, held until the transaction ends."""
    return await fetch_one("SELECT * FROM message WHERE id = $1 FOR UPDATE", message_id)


async def turn(message: Row, to: State, **changes: object) -> None:
    """Move a held message to its next state and tell open pages. Conflict if there is no such move."""
    if not can_move(State(message["state"]), to):
        raise Conflict(f"This text is {message['state']}; it cannot become {to}.")
    await note(message, state=to.value, state_at=clock.now(), **changes)
    await tell_pages(message["shop"], "message")


async def note(message: Row, **changes: object) -> None:
    """Write columns of a held message. Names come from our own code only."""
    sets = ", ".join(f"{name} = ${place}" for place, name in enumerate(changes, start=2))
    await fetch(f"UPDATE message SET {sets} WHERE id = $1", message["id"], *changes.values())  # noqa: S608
    message.update(changes)


async def in_context(message: Row) -> Row:
    """The same row with shop, customer, ticket and envelope as they are now."""
    row = await fetch_one(
        f"""SELECT m.*, s.name AS shop_name, s.code AS shop_code, s.zone AS shop_zone, s.state AS shop_state,
                  s.phone AS shop_phone, s.address AS shop_address, c.language, c.preferred_channel,
                  c.zone AS customer_zone, c.state AS customer_state,
                  (SELECT CASE WHEN count(DISTINCT p.kind) = 1 THEN min(p.kind) WHEN count(*) > 1 THEN 'pieces' END
                   FROM envelope w JOIN piece p ON p.id = w.piece WHERE w.ticket = m.ticket
                   AND (m.envelope IS NULL OR w.id = m.envelope)) AS kind,
                  k.number AS ticket_number, k.promise_on, k.closed_at, v.stage,
                  k.id IS NOT NULL AND {is_secret_visit()} AS is_secret,
                  EXISTS (SELECT FROM message n WHERE n.ticket = m.ticket AND n.template = m.template
                          AND n.envelope IS NOT DISTINCT FROM m.envelope AND n.event > m.event
                          AND n.recipient = m.recipient AND n.channel = m.channel) AS has_newer,
                  EXISTS (SELECT FROM estimate e JOIN envelope w ON w.id = e.envelope
                          WHERE w.ticket = m.ticket AND (m.envelope IS NULL OR w.id = m.envelope)
                          AND e.state = 'sent' AND e.expires_at > $2) AS has_estimate
           FROM message m JOIN shop s ON s.id = m.shop LEFT JOIN customer c ON c.id = m.customer
           LEFT JOIN ticket k ON k.id = m.ticket LEFT JOIN envelope v ON v.id = m.envelope
           WHERE m.id = $1""",  # noqa: S608 - our own words
        message["id"], clock.now(),
    )  # fmt: skip
    assert row is not None
    return row
