"""The one door of every change of stage: inside the transaction of the verb that calls it."""

from typing import Any

from workshop.db import fetch_value
from workshop.record.bench.work_spans import leave_bench, start_clock
from workshop.record.cards import refuse_card_number
from workshop.record.events import Actor, record
from workshop.record.moments import acted_at
from workshop.record.stages import Stage, check_move
from workshop.record.tables import Envelope
from workshop.record.tickets.notices import queue_text
from workshop.record.tickets.standing import standing_of, ticket_of
from workshop.record.whereabouts.custody import keep_custody, lay_in, place_after

S = Stage


async def shift(
    envelope: Envelope,
    to: Stage,
    *,
    by: Actor,
    reason: str = "",
    is_checked: bool = False,
    is_collected: bool = False,
    is_packed: bool = False,
    place: dict[str, Any] | None = None,
    **data: Any,
) -> int:
    """Move a locked envelope inside the caller's transaction. Returns the event's id.

    Checks the table of moves, changes the row, keeps the time at the bench, appends to history and
    promises the text the customer gets for it.
    """
    refuse_card_number(reason, "reason")
    standing = await standing_of(envelope, is_checked=is_checked, is_collected=is_collected, is_packed=is_packed)
    move = check_move(standing, to, by=by.id, roles=by.roles, reason=reason)
    start, now = standing.stage, acted_at(envelope.stage_since)
    if start is S.AT_BENCH:
        await leave_bench(envelope)
    if to is S.AT_BENCH:
        _take_to_bench(envelope, start, by)
    if to is S.ON_HOLD:
        envelope.held_from, envelope.hold_reason = start.value, reason
    elif start is S.ON_HOLD:
        envelope.held_from = envelope.hold_reason = ""
    if to in (S.READY_FOR_PICKUP, S.IN_QUEUE, S.ESTIMATING):  # only what goes home without work is free of charge
        envelope.is_unrepaired = to is S.READY_FOR_PICKUP and start in (S.DECLINED, S.CANCELLED)
    await place_after(envelope, start, to, by)
    if place is not None:
        lay_in(envelope, place)
    envelope.stage, envelope.stage_since, envelope.version = to.value, now, envelope.version + 1
    await envelope.save()
    await keep_custody(envelope, by)
    if to is S.AT_BENCH and start not in (S.ON_HOLD, S.QUALITY_CHECK):  # there the jeweler's own scan begins
        await start_clock(envelope.id, by.id)
    event = await record(
        "moved", shop=envelope.shop, by=by, envelope=envelope, from_stage=start.value, to_stage=to.value,
        act=move.act, reason=reason, **data,
    )  # fmt: skip
    if to is S.READY_FOR_PICKUP:
        await say_ready(envelope, event)
    return event


def _take_to_bench(envelope: Envelope, start: Stage, by: Actor) -> None:
    if start is S.ON_HOLD:  # whoever ends a hold does not thereby do the work: the jeweler's own scan begins
        return
    envelope.started_at = acted_at(envelope.stage_since)
    if start is not S.QUALITY_CHECK:  # a failed check goes back to the one who did the work
        envelope.jeweler = envelope.worked_by = by.id
        envelope.worked_vendor = None


async def say_ready(envelope: Envelope, event: int) -> None:
    """Promise the text that it can be collected; not while it lies in another shop than the customer's."""
    ticket = await ticket_of(envelope)
    if envelope.shop != ticket.shop:
        return
    kind = await fetch_value("SELECT kind FROM piece WHERE id = $1", envelope.piece)
    template = "returned_unrepaired" if envelope.is_unrepaired else "ready_for_pickup"
    await queue_text(
        template, ticket=ticket, event=event, envelope=envelope.id, kind=kind,
        place=envelope.place_no, of=envelope.place_count,
    )  # fmt: skip
