"""Moving an envelope by naming where it shall go: each stage is entered through its own verb."""

from dataclasses import dataclass
from typing import Any

from workshop.record.events import Actor
from workshop.record.quality.quality import Check, fail_quality, pass_quality
from workshop.record.stages import Stage, Standing, allowed_moves
from workshop.record.tables import Envelope
from workshop.record.tickets.envelopes import finish_work, move, start_work
from workshop.record.tickets.handover import Collection, hand_over
from workshop.record.tickets.standing import envelope_by_code, standing_of, ticket_of

S = Stage


@dataclass(frozen=True)
class Wish:
    """Where somebody wants an envelope to go, with what that stage asks for."""

    to: Stage
    reason: str = ""
    note: str = ""
    check: Check | None = None
    collection: Collection | None = None


async def advance(code: str, wish: Wish, *, by: Actor) -> Envelope:
    """Send an envelope on through the verb that guards the stage it goes to.

    Starting stops a second pair of hands, finishing marks the work done, passing needs the check,
    leaving needs the collector. Raises NotAllowed (409), Forbidden (403), InvalidInput (422).
    """
    envelope = await envelope_by_code(code, shop=by.shop)
    start = Stage(envelope.stage)
    if start is S.QUALITY_CHECK and wish.to is S.AT_BENCH:
        return await fail_quality(code, wish.reason, note=wish.note, by=by)
    if start is S.QUALITY_CHECK and wish.to is S.READY_FOR_PICKUP:
        return await pass_quality(code, wish.check or Check([], None), by=by)
    if wish.to is S.AT_BENCH:
        return (await start_work(code, by=by))[0]
    if wish.to is S.QUALITY_CHECK and start is not S.ON_HOLD:
        return (await finish_work(code, by=by))[0]
    if wish.to is S.PICKED_UP and wish.collection is not None:
        return (await hand_over(await ticket_of(envelope), wish.collection, by=by))[0]
    return await move(code, wish.to, by=by, reason=wish.reason)


async def state_of(envelope: Envelope, by: Actor) -> dict[str, Any]:
    """How an envelope stands and where this person may send it; no price, no customer."""
    return {
        "code": envelope.code, "number": envelope.number, "stage": envelope.stage,
        "version": envelope.version, "location": envelope.location,
        "allowed": moves_for(await standing_of(envelope), by),
    }  # fmt: skip


def moves_for(standing: Standing, by: Actor) -> list[str]:
    """The stages this person may send it to, as the table has them."""
    return [stage.value for stage in allowed_moves(standing, by.roles)]
