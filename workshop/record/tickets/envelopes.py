"""Envelopes at work: moved along their path, taken to a bench, finished, and the ticket closed behind the last."""

from workshop import clock
from workshop.db import fetch, fetch_one, transaction
from workshop.errors import Conflict, InvalidInput, WithSomebody
from workshop.record.bench.bench_gate import check_finish, check_start
from workshop.record.bench.work_spans import start_clock
from workshop.record.events import Actor, record
from workshop.record.moments import acted_at
from workshop.record.stages import HOLD_REASONS, Stage, allowed_moves
from workshop.record.tables import Envelope
from workshop.record.tickets.locks import locked
from workshop.record.tickets.shift import shift
from workshop.record.tickets.standing import standing_of
from workshop.record.whereabouts.custody import bench_of, keep_custody, lay_in
from workshop.record.whereabouts.receiving import receive_locked

S = Stage


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
