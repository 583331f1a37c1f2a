"""History: what happened, by whom, when and where; and the word to open pages that it changed."""

import json
from dataclasses import dataclass
from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_one
from workshop.record.moments import kept_since
from workshop.record.proof.seals import event_words, seal
from workshop.record.tables import Envelope, Ticket


@dataclass(frozen=True)
class Actor:
    """Who does something, and where."""

    id: int
    name: str
    shop: int
    roles: frozenset[str]
    station: str = ""
    device: int | None = None  # two stations may bear one name: what hangs on the station goes by this

    @property
    def initials(self) -> str:
        """As shown on chips."""
        return "".join(word[0] for word in self.name.split()[:3]).upper()

    def is_one_of(self, *roles: str) -> bool:
        """Whether this person has one of the roles."""
        return not self.roles.isdisjoint(roles)


async def record(
    name: str,
    *,
    shop: int,
    by: Actor | None = None,
    envelope: Envelope | None = None,
    ticket: Ticket | int | None = None,
    piece: int | None = None,
    customer: int | None = None,
    from_stage: str = "",
    to_stage: str = "",
    **data: Any,
) -> int:
    """Append to history inside the caller's transaction, seal it, and tell open pages. Returns the event's id.

    What happens to a ticket happens to its customer, and stands in their history too.
    """
    ticket_id = ticket.id if isinstance(ticket, Ticket) else ticket
    if envelope is not None:
        ticket_id, piece = envelope.ticket, envelope.piece
    now = clock.now()
    if (since := kept_since()) is not None:  # both times stay: when it was scanned, and when we heard of it
        data |= {"scanned_at": since.isoformat(), "late_seconds": max(0, int((now - since).total_seconds()))}
    row = await fetch_one(
        """INSERT INTO event (name, shop, ticket, envelope, piece, customer, staff, station,
                              from_stage, to_stage, data, at)
           VALUES ($1, $2, $3, $4, $5, COALESCE($6, (SELECT customer FROM ticket WHERE id = $3)),
                   $7, $8, $9, $10, $11, $12) RETURNING *""",
        name, shop, ticket_id, envelope.id if envelope else None, piece, customer,
        (by.id or None) if by else None, by.station if by else "", from_stage, to_stage,
        json.dumps(data), now,
    )  # fmt: skip
    assert row is not None
    # The seal goes with the word to the pages, so that it costs no further question.
    await fetch(
        "WITH sealed AS (INSERT INTO event_seal (event, mac) VALUES ($2, $3)) SELECT pg_notify('workshop_live', $1)",
        _word(shop, name, envelope.number if envelope else ""), row["id"], seal(event_words(row)),
    )  # fmt: skip
    event_id: int = row["id"]
    return event_id


async def tell_pages(shop: int, what: str, number: str = "") -> None:
    """Say "changed" to every open page of the shop, once this transaction commits."""
    await fetch("SELECT pg_notify('workshop_live', $1)", _word(shop, what, number))


def _word(shop: int, what: str, number: str) -> str:
    return json.dumps({"shop": shop, "what": what, "number": number})


async def history(*, ticket: int | None = None, envelope: int | None = None) -> list[dict[str, Any]]:
    """What happened to a ticket or one envelope, newest first."""
    column, value = ("envelope", envelope) if envelope is not None else ("ticket", ticket)
    return await fetch(
        f"""SELECT e.*, s.name AS staff_name, v.number AS envelope_number
            FROM event e LEFT JOIN staff s ON s.id = e.staff LEFT JOIN envelope v ON v.id = e.envelope
            WHERE e.{column} = $1 ORDER BY e.id DESC LIMIT 200""",  # noqa: S608 - one of two names
        value,
    )
