"""Estimates nobody answered: a reminder on the days the shop chose, then a colleague calls."""

from typing import Any

from workshop import clock
from workshop.db import fetch, transaction
from workshop.record.events import record
from workshop.record.tables import Ticket
from workshop.record.tickets.notices import queue_text

BATCH = 100


async def remind_of_estimates() -> None:
    """One text or mail for each ticket whose estimates reached the next of the shop's days; each day once."""
    rows = await fetch(
        f"""SELECT v.ticket, v.shop, min(v.id) AS envelope, array_agg(e.id) AS estimates
            FROM estimate e JOIN envelope v ON v.id = e.envelope JOIN shop s ON s.id = v.shop
            CROSS JOIN LATERAL (SELECT count(*) AS days FROM jsonb_array_elements_text(s.estimate_remind_days) AS day
                                WHERE e.sent_at + day::int * interval '1 day' <= $1) due
            WHERE e.state = 'sent' AND e.expires_at > $1 AND due.days > e.reminded AND v.stage = 'awaiting_approval'
            GROUP BY v.ticket, v.shop ORDER BY v.ticket LIMIT {BATCH}""",  # noqa: S608 - our own number
        clock.now(),
    )
    for row in rows:
        async with transaction():
            await _remind(row)


async def _remind(row: dict[str, Any]) -> None:
    ticket = await Ticket.objects().get(Ticket.id == row["ticket"])
    assert ticket is not None
    # A program that slept says it once: the count goes straight to the days that have passed.
    fresh = await fetch(
        """UPDATE estimate e SET reminded = due.days FROM (
               SELECT e.id, count(day) AS days FROM estimate e JOIN envelope v ON v.id = e.envelope
               JOIN shop s ON s.id = v.shop, jsonb_array_elements_text(s.estimate_remind_days) AS day
               WHERE e.id = ANY($1) AND e.sent_at + day::int * interval '1 day' <= $2 GROUP BY e.id) due
           WHERE e.id = due.id AND e.state = 'sent' AND e.reminded < due.days RETURNING e.id""",
        row["estimates"], clock.now(),
    )  # fmt: skip
    if not fresh:  # answered or reminded meanwhile
        return
    event = await record("estimate_reminded", shop=row["shop"], ticket=ticket)
    await queue_text("estimate_reminder", ticket=ticket, event=event, envelope=row["envelope"])
