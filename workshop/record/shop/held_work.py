"""What a colleague has in hand and planned, and what becomes of it when they leave."""

from dataclasses import dataclass

from workshop.db import fetch, fetch_one
from workshop.record.bench.work_spans import stop_own_clock
from workshop.record.events import Actor, record
from workshop.record.tables import Envelope, Staff

# Not made yet, and in nobody's hands: planned for somebody only.
PLANNED = ("received", "estimating", "awaiting_approval", "approved", "in_queue", "on_hold", "at_vendor")


@dataclass(frozen=True)
class Held:
    """How many pieces are planned for somebody, of these on days they are away, and how many lie at their bench."""

    planned: int
    on_days_off: int
    at_bench: int


async def held_by(shop: int, person: int) -> Held:
    """What a colleague has now."""
    row = await fetch_one(
        """SELECT count(*) FILTER (WHERE v.stage = ANY($3::varchar[])) AS planned,
                  count(*) FILTER (WHERE v.stage = ANY($3::varchar[]) AND EXISTS (
                      SELECT FROM day_off d WHERE d.staff = $2 AND v.plan_on BETWEEN d.first_on AND d.last_on
                      AND d.minutes = 0)) AS on_days_off,
                  count(*) FILTER (WHERE v.stage = 'at_bench') AS at_bench
           FROM envelope v WHERE v.shop = $1 AND v.jeweler = $2 AND v.stage <> 'picked_up'""",
        shop, person, list(PLANNED),
    )  # fmt: skip
    assert row is not None
    return Held(**row)


_HELD = """SELECT v.id FROM envelope v WHERE v.shop = $1 AND v.stage <> 'picked_up'
           AND (v.jeweler = $2 OR v.id IN (SELECT w.envelope FROM work_span w
                WHERE w.staff = $2 AND w.ended_at IS NULL AND NOT w.is_struck)) ORDER BY v.id"""


async def lock_held(shop: int, person: int) -> None:
    """Hold a colleague's pieces before their own row: whoever plans a piece takes the two in this order."""
    await fetch(f"{_HELD} FOR UPDATE", shop, person)


async def free_held(staff: Staff, *, by: Actor) -> int:
    """What was planned for a colleague is nobody's again, and their clocks stop, inside the caller's transaction.

    A piece at their bench stays there until somebody takes it up. Gives how many are nobody's now.
    """
    rows, freed = await fetch(_HELD, staff.shop, staff.id), 0
    for piece in await Envelope.objects().where(Envelope.id.is_in([row["id"] for row in rows])) if rows else []:
        ran = await stop_own_clock(piece, staff.id)
        is_planned = piece.jeweler == staff.id and piece.stage in PLANNED
        if is_planned:
            piece.jeweler = piece.plan_on = None
            freed += 1
        if ran or is_planned:
            piece.version += 1
            await piece.save([
                Envelope.jeweler, Envelope.plan_on, Envelope.started_at, Envelope.worked_seconds, Envelope.version,
            ])  # fmt: skip
        if is_planned:
            await record("unassigned", shop=staff.shop, by=by, envelope=piece, who=staff.name)
    return freed
