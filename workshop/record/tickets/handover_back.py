"""A hand-over that was none: the wrong envelope was marked, or the piece came straight back.

It is no move on the path and no row of its table: history keeps the hand-over with its signature, and then that it
was taken back, why, and at whose word. What was paid stays paid.
"""

import json
from datetime import timedelta
from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value, transaction
from workshop.errors import Conflict, InvalidInput
from workshop.record.cards import refuse_card_number
from workshop.record.events import Actor, record
from workshop.record.shop.approvals import Request, require_approval
from workshop.record.shop.shops import shop_of
from workshop.record.stages import Stage
from workshop.record.tables import Envelope
from workshop.record.tickets.locks import lock_ticket, locked
from workshop.record.tickets.standing import envelope_by_code
from workshop.record.whereabouts.custody import keep_custody, lay_in, place_of_kind

WITHIN = timedelta(days=30)  # later, a piece that is here again is taken in anew


async def take_handover_back(code: str, *, reason: str, by: Actor) -> Envelope:
    """The piece is here after all: ready to collect again, at a manager's word and with a reason.

    Its warranty begins again when it really leaves, bags given back with it are to be ticked again, its ticket is
    open. No text is sent. Raises Conflict when it did not leave, left long ago or is here on another ticket,
    InvalidInput without a reason, NeedsManager without a manager's word.
    """
    if len(reason.strip()) < 3:
        raise InvalidInput("Say why.", reason="Say why: it stands in the history.")
    refuse_card_number(reason, "reason")
    async with transaction():
        await lock_ticket((await envelope_by_code(code, shop=by.shop)).ticket)
        envelope = await locked(code, shop=by.shop)
        left = await _check_can_come_back(envelope)
        asked = Request("take_back", envelope.number, reason=reason.strip()[:300])
        await require_approval(asked, by=by, field="reason", envelope=envelope)
        await _lay_back(envelope, by)
        await _unsay(envelope, left)
        await record(
            "handover_taken_back", shop=by.shop, by=by, envelope=envelope, from_stage=Stage.PICKED_UP.value,
            to_stage=Stage.READY_FOR_PICKUP.value, undoes=left["id"], reason=reason.strip()[:300],
            collector=json.loads(left["data"]).get("collector", ""),
        )  # fmt: skip
    return envelope


async def handover_to_take_back(envelope: Envelope) -> dict[str, Any] | None:
    """The hand-over of an envelope that could still be taken back: id, at, data. None if there is none."""
    if envelope.stage != Stage.PICKED_UP:
        return None
    return await fetch_one(
        """SELECT id, at, data FROM event WHERE envelope = $1 AND name = 'moved' AND to_stage = 'picked_up' AND at > $2
           ORDER BY id DESC LIMIT 1""",
        envelope.id, clock.now() - WITHIN,
    )  # fmt: skip


async def _check_can_come_back(envelope: Envelope) -> dict[str, Any]:
    if envelope.stage != Stage.PICKED_UP:
        raise Conflict(f"{envelope.number} was not handed over. There is nothing to take back.")
    left = await handover_to_take_back(envelope)
    if left is None:
        raise Conflict(f"{envelope.number} left more than {WITHIN.days} days ago. Take the piece in anew.")
    other = await fetch_value(
        "SELECT number FROM envelope WHERE piece = $1 AND stage <> 'picked_up' LIMIT 1", envelope.piece
    )
    if other:
        raise Conflict(f"This piece is here again as {other}. Go on there.")
    return left


async def _lay_back(envelope: Envelope, by: Actor) -> None:
    envelope.stage, envelope.stage_since = Stage.READY_FOR_PICKUP.value, clock.now()
    envelope.version += 1
    lay_in(envelope, await place_of_kind("finished", shop=envelope.shop))
    await envelope.save()
    await keep_custody(envelope, by)


async def _unsay(envelope: Envelope, left: dict[str, Any]) -> None:
    """What the hand-over began is not so any more: warranty, bags, the closed ticket."""
    day = clock.local(left["at"], (await shop_of(envelope.shop)).zone).date()
    await fetch(
        """UPDATE task SET warranty_until = NULL WHERE envelope = $1 AND warranty_days > 0
           AND warranty_until = $2::date + warranty_days""",
        envelope.id, day,
    )  # fmt: skip
    await fetch(
        "UPDATE return_bag SET returned_at = NULL, returned_by = NULL, left_reason = '' WHERE envelope = $1",
        envelope.id,
    )
    await fetch("UPDATE ticket SET closed_at = NULL WHERE id = $1", envelope.ticket)
