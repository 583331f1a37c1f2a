"""What comes back from a vendor, piece by piece: with the work done, or to go on here; what it cost, and whose work."""

from collections.abc import Mapping
from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value, transaction
from workshop.errors import Conflict, InvalidInput
from workshop.record.cards import refuse_card_number
from workshop.record.events import Actor, record
from workshop.record.stages import Stage
from workshop.record.tables import Envelope
from workshop.record.tickets.locks import locked
from workshop.record.tickets.shift import shift

S = Stage


async def receive(
    code: str, *, finished: bool, costs: Mapping[int, int] | None = None, note: str = "", by: Actor
) -> tuple[Envelope, bool]:
    """One envelope is back by scan. The same scan twice does nothing twice; gives whether it was out.

    Finished: to the quality check, its work the vendor's and nobody's here. Otherwise back into the queue.
    `costs`: what the vendor asks, in cents, by task.
    """
    refuse_card_number(note, "note")
    async with transaction():
        envelope = await locked(code, shop=by.shop)
        if envelope.stage != S.AT_VENDOR:
            if await _was_just_received(envelope):
                return envelope, False
            raise Conflict(f"{envelope.number} is not out. It lies in: {envelope.location}.")
        await receive_locked(envelope, finished=finished, costs=costs or {}, note=note, by=by)
    return envelope, True


async def receive_locked(
    envelope: Envelope, *, finished: bool, costs: Mapping[int, int], note: str = "", reason: str = "", by: Actor
) -> None:
    """The same for a locked envelope inside the caller's transaction."""
    line = await fetch_one(
        """SELECT p.id, p.send_out, s.number, s.vendor, v.name FROM send_out_piece p
           JOIN send_out s ON s.id = p.send_out JOIN vendor v ON v.id = s.vendor
           WHERE p.envelope = $1 AND p.state = 'out' FOR UPDATE OF p, s""",
        envelope.id,
    )
    vendor = line["vendor"] if line else None
    if finished:
        envelope.worked_by, envelope.worked_vendor = None, vendor
    name = line["name"] if line else ""
    await shift(
        envelope, S.QUALITY_CHECK if finished else S.IN_QUEUE, by=by, reason=reason, is_packed=True, vendor=name
    )
    await _charge(envelope, vendor, costs)
    if finished:
        await fetch(
            "UPDATE task SET done_at = $2, vendor = $3 WHERE envelope = $1 AND done_at IS NULL AND NOT is_dropped",
            envelope.id, clock.now(), vendor,
        )  # fmt: skip
    if line is not None:
        await _strike_off(line, envelope, finished, sum(costs.values()), note, by)


async def _charge(envelope: Envelope, vendor: int | None, costs: Mapping[int, int]) -> None:
    for task, cents in costs.items():
        if cents < 0:
            raise InvalidInput("A cost is not below nothing.", **{f"cost-{task}": "Not below nothing."})
        known = await fetch_value(
            """UPDATE task SET vendor_cents = vendor_cents + $3, vendor = COALESCE($4, vendor)
               WHERE id = $1 AND envelope = $2 RETURNING id""",
            task, envelope.id, cents, vendor,
        )  # fmt: skip
        if known is None:
            raise InvalidInput("That work is not on this envelope.", **{f"cost-{task}": "Not on this envelope."})


async def _strike_off(
    line: dict[str, Any], envelope: Envelope, finished: bool, cost: int, note: str, by: Actor
) -> None:
    await fetch(
        """UPDATE send_out_piece SET state = 'back', returned_by = $2, returned_at = $3, is_finished = $4,
           cost_cents = $5, note = $6 WHERE id = $1""",
        line["id"], by.id or None, clock.now(), finished, cost, note.strip()[:300],
    )  # fmt: skip
    await record(
        "returned", shop=by.shop, by=by, envelope=envelope, list=line["number"], vendor=line["name"],
        finished=finished, cost=cost, note=note.strip(),
    )  # fmt: skip
    left = await fetch_value("SELECT count(*) FROM send_out_piece WHERE send_out = $1 AND state = 'out'",
                             line["send_out"])  # fmt: skip
    if not left:
        await fetch("UPDATE send_out SET state = 'back', closed_at = $2 WHERE id = $1", line["send_out"], clock.now())
        await record("send_out_back", shop=by.shop, by=by, list=line["number"], vendor=line["name"])


async def _was_just_received(envelope: Envelope) -> bool:
    """Whether coming back is the last that happened to it."""
    last: str | None = await fetch_value(
        "SELECT name FROM event WHERE envelope = $1 ORDER BY id DESC LIMIT 1", envelope.id
    )
    return last == "returned"


async def tasks_to_charge(envelope: int) -> list[dict[str, Any]]:
    """The lines of work a vendor's cost can be put to."""
    return await fetch(
        """SELECT id, name, quantity, vendor_cents, done_at FROM task
           WHERE envelope = $1 AND NOT is_dropped AND code <> 'XX-RUSH' ORDER BY id""",
        envelope,
    )
