"""The tracked unit and its one door: every change of stage goes through here."""

from dataclasses import replace
from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value, transaction
from workshop.errors import Conflict, InvalidInput, NotFound, WithSomebody
from workshop.record.bench.bench_gate import check_finish, check_start
from workshop.record.bench.work_spans import leave_bench, start_clock
from workshop.record.cards import refuse_card_number
from workshop.record.events import Actor, record
from workshop.record.moments import acted_at
from workshop.record.stages import HOLD_REASONS, Stage, Standing, allowed_moves, check_move
from workshop.record.tables import Envelope, Shop, Ticket
from workshop.record.tickets.locks import envelope_from, not_here
from workshop.record.tickets.locks import envelope_of_id as envelope_of_id
from workshop.record.tickets.locks import envelope_spoken_of as envelope_spoken_of
from workshop.record.tickets.locks import lock_ticket as lock_ticket
from workshop.record.tickets.locks import locked as locked
from workshop.record.tickets.notices import queue_text
from workshop.record.whereabouts.custody import bench_of, keep_custody, lay_in, place_after

S = Stage


async def envelope_by_code(code: str, *, shop: int) -> Envelope:
    """The envelope of a code or a printed number, only to read."""
    row = await fetch_one(
        "SELECT * FROM envelope WHERE (code = $1 OR number = $1) AND shop = $2", code.upper(), shop
    )
    if row is None:
        raise await not_here(code, shop)
    return envelope_from(row)


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
    holder = f"{facts['jeweler_name']}, since {since:%H:%M}" if facts["stage"] == S.AT_BENCH else ""
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


async def ticket_of(envelope: Envelope) -> Ticket:
    """The ticket an envelope belongs to."""
    ticket = await Ticket.objects().get(Ticket.id == envelope.ticket)
    assert ticket is not None
    return ticket


async def shop_of(shop_id: int) -> Shop:
    """The shop with its settings."""
    shop = await Shop.objects().get(Shop.id == shop_id)
    if shop is None:
        raise NotFound("There is no such shop.")
    return shop


async def move(code: str, to: Stage, *, by: Actor, reason: str = "") -> Envelope:
    """Move an envelope along its path, remember who did it, and start whatever follows.

    Raises NotAllowed (409) with the allowed moves, Forbidden (403) or NotFound (404).
    """
    async with transaction():
        envelope = await locked(code, shop=by.shop)
        if to is S.ON_HOLD and reason not in HOLD_REASONS:
            choices = ", ".join(HOLD_REASONS)
            raise InvalidInput(f"A hold needs its reason: {choices}.", reason=f"One of: {choices}.")
        if envelope.stage == S.AT_VENDOR and to in (S.IN_QUEUE, S.QUALITY_CHECK):
            await _receive(envelope, to, by, reason)
        else:
            await shift(envelope, to, by=by, reason=reason)
    return envelope


async def _receive(envelope: Envelope, to: Stage, by: Actor, reason: str = "") -> None:
    """Back from the vendor: struck off its list, and finished work is theirs."""
    from workshop.record.whereabouts.receiving import receive_locked  # it stands on this module

    await receive_locked(envelope, finished=to is S.QUALITY_CHECK, costs={}, reason=reason, by=by)


async def start_work(code: str, *, by: Actor) -> tuple[Envelope, bool]:
    """Take an envelope to one's bench. The same scan twice does nothing twice.

    Returns the envelope and whether anything changed; Conflict names who has it already.
    """
    async with transaction():
        envelope = await locked(code, shop=by.shop)
        if envelope.stage == S.AT_BENCH and envelope.jeweler == by.id:
            return envelope, await _start_again(envelope, by)
        if envelope.stage == S.AT_BENCH and by.is_one_of("bench", "manager", "owner"):
            await _refuse_second_hands(envelope, by)
        await check_start(envelope)
        if envelope.stage == S.ON_HOLD and envelope.held_from == S.AT_BENCH:
            await shift(envelope, S.AT_BENCH, by=by)
            envelope.jeweler = envelope.worked_by = by.id
            envelope.started_at = acted_at(envelope.stage_since)
            lay_in(envelope, await bench_of(by))
            await envelope.save()
            await keep_custody(envelope, by)
            await start_clock(envelope.id, by.id)
            return envelope, True
        if envelope.stage == S.APPROVED:
            await shift(envelope, S.IN_QUEUE, by=by)
        if envelope.stage == S.RECEIVED:
            await shift(envelope, S.IN_QUEUE, by=by)
        await shift(envelope, S.AT_BENCH, by=by)
    return envelope, True


async def _refuse_second_hands(envelope: Envelope, by: Actor) -> None:
    """Two people reach for one piece: the second is told who has it, and can ask for it."""
    standing = await standing_of(envelope)
    allowed = [stage.value for stage in allowed_moves(standing, by.roles)]
    if standing.holder:
        who, since = standing.holder.rsplit(", since ", 1)
        short = who.split()[0]
        raise WithSomebody(
            f"{short} has {envelope.number} since {since}. Ask {short} to hand it over, or take another.", allowed
        )


async def _start_again(envelope: Envelope, by: Actor) -> bool:
    """The clock of a piece that a failed check sent back runs from the jeweler's own scan."""
    if envelope.started_at is not None:
        return False
    envelope.started_at, envelope.version = acted_at(envelope.stage_since), envelope.version + 1
    lay_in(envelope, await bench_of(by))
    await envelope.save([Envelope.started_at, Envelope.version, Envelope.place, Envelope.location])
    await keep_custody(envelope, by)
    await start_clock(envelope.id, by.id)
    await record("started_again", shop=envelope.shop, by=by, envelope=envelope)
    return True


async def finish_work(code: str, *, by: Actor) -> tuple[Envelope, bool]:
    """All tasks done, to quality check. The same scan twice does nothing twice."""
    async with transaction():
        envelope = await locked(code, shop=by.shop)
        if envelope.stage == S.QUALITY_CHECK and envelope.worked_by == by.id:
            return envelope, False
        if envelope.stage == S.AT_VENDOR:
            await _receive(envelope, S.QUALITY_CHECK, by)
            return envelope, True
        if envelope.stage == S.AT_BENCH and envelope.jeweler not in (None, by.id) and not by.is_one_of("manager"):
            standing = await standing_of(envelope)
            raise Conflict(f"{envelope.number} is with {standing.holder}. They finish it, or a manager.")
        if envelope.stage == S.AT_BENCH:
            await check_finish(envelope)
        await shift(envelope, S.QUALITY_CHECK, by=by)
        await fetch(
            """UPDATE task SET done_by = $2, done_at = $3
               WHERE envelope = $1 AND done_at IS NULL AND NOT is_dropped""",
            envelope.id, by.id, clock.now(),
        )  # fmt: skip
    return envelope, True


async def close_if_all_left(envelope: Envelope) -> bool:
    """Close the ticket when its last envelope has left. Inside the caller's transaction."""
    row = await fetch_one(
        """UPDATE ticket SET closed_at = $2 WHERE id = $1 AND closed_at IS NULL AND NOT EXISTS
           (SELECT FROM envelope WHERE ticket = $1 AND stage <> 'picked_up') RETURNING id""",
        envelope.ticket, clock.now(),
    )  # fmt: skip
    return row is not None
