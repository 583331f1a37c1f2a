"""Ready but not collected: a ladder of notices, a list by age, a letter. Nothing is ever disposed of by itself.

The law differs by state (TRADE §2 rule 13), so the record keeps what a court would ask for: what was agreed at
take-in, each notice with its day, and who sent the letter. What becomes of the goods after that is not ours to do.
"""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value, transaction
from workshop.errors import Conflict, Forbidden, InvalidInput
from workshop.record.cards import refuse_card_number
from workshop.record.events import Actor, record
from workshop.record.tables import Ticket
from workshop.record.tickets.locks import lock_ticket
from workshop.record.tickets.notices import queue_text

Row = dict[str, Any]
PAGE = 40
BATCH = 100
AGES = [(0, "All"), (7, "A week"), (30, "A month"), (90, "Three months")]
_READY = "stage = 'ready_for_pickup'"


async def remind_to_collect() -> None:
    """One rung further for every ticket whose pieces have waited that long: each rung once, the highest only.

    The days are those of the piece that waits longest; once it is fetched, the next one's begin its own ladder.
    """
    for row in await _due():
        async with transaction():
            await _remind(row)


async def _due() -> list[Row]:
    """Tickets on which a rung was reached and nobody was told since.

    What is finished in another shop waits for nobody: its days begin when it is home.
    """
    return await fetch(
        f"""SELECT r.*, rung.step FROM (
                SELECT v.ticket, v.shop, min(greatest(v.stage_since, home.at)) AS since, min(v.id) AS envelope
                FROM envelope v JOIN ticket k ON k.id = v.ticket AND k.shop = v.shop
                LEFT JOIN LATERAL (SELECT max(p.received_at) AS at FROM transfer_piece p
                                   WHERE p.envelope = v.id AND p.state = 'received') home ON true
                WHERE v.{_READY} AND v.transfer IS NULL GROUP BY v.ticket, v.shop) r
            JOIN shop s ON s.id = r.shop
            CROSS JOIN LATERAL (SELECT max(step::int) AS step FROM jsonb_array_elements_text(s.collect_days) AS step
                                WHERE r.since + step::int * interval '1 day' <= $1) rung
            WHERE rung.step IS NOT NULL AND NOT EXISTS (SELECT FROM collection_notice n
                WHERE n.ticket = r.ticket AND n.kind = 'text'
                AND n.at >= r.since + rung.step * interval '1 day')
            ORDER BY r.since LIMIT {BATCH}""",  # noqa: S608 - our own words
        clock.now(),
    )


async def _remind(row: Row) -> None:
    ticket = await Ticket.objects().get(Ticket.id == row["ticket"])
    assert ticket is not None
    new = await fetch_value(
        """INSERT INTO collection_notice (shop, ticket, kind, step, at, since) SELECT $1, $2, 'text', $3, $4, $5
           WHERE EXISTS (SELECT FROM envelope WHERE ticket = $2 AND shop = $1 AND transfer IS NULL
                         AND stage = 'ready_for_pickup')
           ON CONFLICT (ticket, step, since) WHERE kind = 'text' DO NOTHING RETURNING id""",
        row["shop"], row["ticket"], row["step"], clock.now(), row["since"],
    )  # fmt: skip
    if new is None:  # another worker was quicker, or the piece left meanwhile
        return
    event = await record("collection_reminded", shop=row["shop"], ticket=ticket, step=row["step"])
    await queue_text("not_collected", ticket=ticket, event=event, envelope=row["envelope"])


@dataclass(frozen=True)
class Asked:
    """Which waiting pieces, in which order. `before` is the last row seen: its time and id."""

    older_than: int = 0
    by_value: bool = False
    offset_key: tuple[Any, int] | None = None


async def waiting(shop: int, asked: Asked) -> list[Row]:
    """Pieces ready for their owners, longest waiting (or most valuable) first, with what was said about each."""
    until = clock.now() - timedelta(days=asked.older_than)
    at, last = asked.offset_key or (None, 0)
    order = "COALESCE(v.declared_value_cents, 0) DESC, v.id" if asked.by_value else "v.stage_since, v.id"
    return await fetch(
        f"""SELECT v.id, v.code, v.number, v.stage_since, v.declared_value_cents, v.is_unrepaired,
                   p.kind, p.description,
                   p.metal, p.metal_basis, p.serial,
                   k.id AS ticket, k.number AS ticket_number, k.is_discreet OR p.is_discreet AS is_secret,
                   c.id AS customer, c.first_name, c.last_name,
                   (SELECT number FROM phone WHERE customer = c.id ORDER BY is_first DESC, id LIMIT 1) AS phone,
                   (SELECT id FROM photo WHERE envelope_code = v.code AND removed_at IS NULL
                    ORDER BY taken_at LIMIT 1) AS photo,
                   n.texts, n.letters, n.last_at, m.calls, m.called_at
            FROM envelope v JOIN ticket k ON k.id = v.ticket JOIN piece p ON p.id = v.piece
            JOIN customer c ON c.id = k.customer
            CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE kind = 'text') AS texts,
                count(*) FILTER (WHERE kind = 'letter') AS letters, max(at) AS last_at
                FROM collection_notice WHERE ticket = k.id) n
            CROSS JOIN LATERAL (SELECT count(*) AS calls, max(created_at) AS called_at FROM message
                WHERE ticket = k.id AND channel = 'call' AND created_at >= v.stage_since) m
            WHERE v.shop = $1 AND v.{_READY} AND v.stage_since <= $2
              AND ($3::timestamptz IS NULL OR (v.stage_since, v.id) > ($3, $4))
            ORDER BY {order} LIMIT {PAGE + 1}""",  # noqa: S608
        shop, until, at, last,
    )  # fmt: skip


async def waiting_counts(shop: int, unclaimed_days: int) -> Row:
    """How many wait, how many of them are unclaimed by the shop's own measure."""
    row = await fetch_one(
        f"""SELECT count(*) AS ready, count(*) FILTER (WHERE stage_since <= $2) AS unclaimed,
                   COALESCE(sum(declared_value_cents) FILTER (WHERE stage_since <= $2), 0)::bigint AS declared
            FROM envelope WHERE shop = $1 AND {_READY}""",  # noqa: S608
        shop, clock.now() - timedelta(days=unclaimed_days),
    )  # fmt: skip
    assert row is not None
    return row


async def letter_facts(ticket: Ticket) -> Row:
    """What the letter says: pieces here with the day each was ready, notices so far. Conflict if nothing waits."""
    pieces = await fetch(
        f"""SELECT v.number, v.stage_since, p.kind, p.description, p.metal, p.metal_basis, p.serial
            FROM envelope v JOIN piece p ON p.id = v.piece
            WHERE v.ticket = $1 AND v.shop = $2 AND v.transfer IS NULL AND v.{_READY} ORDER BY v.place_no""",  # noqa: S608
        ticket.id, ticket.shop,
    )
    if not pieces:
        raise Conflict("Nothing of this ticket waits to be collected, so there is nothing to write about.")
    notices = await fetch("SELECT kind, at, tracking FROM collection_notice WHERE ticket = $1 ORDER BY id", ticket.id)
    return {"pieces": pieces, "notices": notices}


def collect_by(letter_days: int, today: date) -> date:
    """The day a letter written today names."""
    return today + timedelta(days=letter_days)


async def note_letter(ticket: Ticket, *, tracking: str, day: date, by: Actor) -> None:
    """The letter went out: by whom, under which number, naming which day."""
    if not by.is_one_of("counter", "manager", "owner"):
        raise Forbidden("Letters are for the counter.")
    refuse_card_number(tracking, "tracking")
    if len(tracking.strip()) > 40:
        raise InvalidInput("That is too long for a tracking number.", tracking="At most 40 signs.")
    async with transaction():
        await lock_ticket(ticket.id)
        await letter_facts(ticket)
        await fetch(
            """INSERT INTO collection_notice (shop, ticket, kind, staff, tracking, collect_by, at)
               VALUES ($1, $2, 'letter', $3, $4, $5, $6)""",
            by.shop, ticket.id, by.id, tracking.strip(), day, clock.now(),
        )  # fmt: skip
        number = tracking.strip()
        await record("collection_letter", shop=by.shop, by=by, ticket=ticket, tracking=number, day=day.isoformat())


def ladder_of(stored: str) -> list[int]:
    """The rungs of a shop, in days."""
    return [int(step) for step in json.loads(stored)]
