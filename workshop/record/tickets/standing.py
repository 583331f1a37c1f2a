"""An envelope as it stands: read, never changed here."""

from dataclasses import replace
from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_one
from workshop.record.stages import Stage, Standing
from workshop.record.tables import Envelope, Ticket
from workshop.record.tickets.locks import envelope_from, not_here


async def envelope_by_code(code: str, *, shop: int) -> Envelope:
    """The envelope of a code or a printed number, only to read."""
    row = await fetch_one(
        "SELECT * FROM envelope WHERE (code = $1 OR number = $1) AND shop = $2", code.upper(), shop
    )
    if row is None:
        raise await not_here(code, shop)
    return envelope_from(row)


async def ticket_of(envelope: Envelope) -> Ticket:
    """The ticket an envelope belongs to."""
    ticket = await Ticket.objects().get(Ticket.id == envelope.ticket)
    assert ticket is not None
    return ticket


_FACTS = """
    SELECT v.id, v.number, v.stage, v.stage_since, v.held_from, v.worked_by, s.maker_may_pass, s.zone,
           ARRAY(SELECT DISTINCT COALESCE((e.data ->> 'to_staff')::int, e.staff) FROM event e
                 WHERE e.envelope = v.id AND e.staff IS NOT NULL AND (e.name = 'handed_on'
                 OR (e.name = 'moved' AND e.to_stage = 'at_bench' AND e.from_stage <> 'quality_check'
                     AND NOT EXISTS (SELECT FROM event u WHERE u.envelope = v.id AND u.name = 'scan_undone'
                                     AND (u.data ->> 'undoes')::bigint = e.id)))
                 UNION SELECT w.staff FROM work_span w WHERE w.envelope = v.id AND NOT w.is_struck) AS makers,
           (SELECT count(*) FROM task t WHERE t.envelope = v.id AND t.done_at IS NULL
            AND NOT t.is_dropped AND t.code <> 'XX-RUSH') AS open_tasks,
           (SELECT o.name FROM transfer r JOIN shop o ON o.id = r.to_shop WHERE r.id = v.transfer) AS on_its_way,
           e.state AS estimate_state, e.expires_at,
           (k.price_terms IN ('estimate', 'call') OR EXISTS (SELECT FROM task t JOIN price_item p
            ON p.id = t.item WHERE t.envelope = v.id AND p.needs_estimate)) AS needs_estimate, j.name AS jeweler_name
    FROM envelope v JOIN shop s ON s.id = v.shop JOIN ticket k ON k.id = v.ticket
    LEFT JOIN LATERAL (SELECT state, expires_at FROM estimate WHERE envelope = v.id
                       ORDER BY version DESC LIMIT 1) e ON true
    LEFT JOIN staff j ON j.id = v.jeweler
"""


async def standing_of(
    envelope: Envelope, *, is_checked: bool = False, is_collected: bool = False, is_packed: bool = False
) -> Standing:
    """Everything a move of this envelope depends on, read in one look."""
    facts = await fetch_one(_FACTS + "WHERE v.id = $1", envelope.id)
    assert facts is not None
    return replace(_standing(facts), is_checked=is_checked, is_collected=is_collected, is_packed=is_packed)


async def standings_of(ticket: int) -> dict[int, Standing]:
    """How every envelope of a ticket stands, by envelope, read in one look."""
    rows = await fetch(_FACTS + "WHERE v.ticket = $1 ORDER BY v.place_no", ticket)
    return {row["id"]: _standing(row) for row in rows}


def _standing(facts: dict[str, Any]) -> Standing:
    since = clock.local(facts["stage_since"], facts["zone"])
    holder = f"{facts['jeweler_name']}, since {since:%H:%M}" if facts["stage"] == Stage.AT_BENCH else ""
    return Standing(
        number=facts["number"],
        stage=Stage(facts["stage"]),
        held_from=facts["held_from"],
        approval=_approval(facts),
        open_tasks=facts["open_tasks"],
        worked_by=facts["worked_by"],
        makers=frozenset(facts["makers"]),
        maker_may_pass=facts["maker_may_pass"],
        on_its_way=facts["on_its_way"] or "",
        holder=holder,
    )


def _approval(facts: dict[str, Any]) -> str:
    state: str | None = facts["estimate_state"]
    if state is None:
        return "missing" if facts["needs_estimate"] else "not_needed"
    if state == "sent" and facts["expires_at"] and facts["expires_at"] < clock.now():
        return "expired"
    return state
