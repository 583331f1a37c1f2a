"""What a visit taught us about a piece: its new size, its weight, when the watch was serviced."""

from typing import Any

from workshop import clock
from workshop.db import fetch_one
from workshop.record.events import Actor
from workshop.record.pieces.piece_lock import lock_piece
from workshop.record.pieces.pieces import write_changes
from workshop.record.tables import Envelope
from workshop.record.tickets.work_done import SIZING, WATCH_SERVICE


async def remember_service(envelope: Envelope, *, by: Actor) -> None:
    """Keep what was measured and done on the piece itself, inside the caller's transaction, as it is handed back."""
    if envelope.is_unrepaired:
        return
    piece = await lock_piece(envelope.piece)
    row = await fetch_one(
        """SELECT array_agg(t.code) AS codes, max(s.zone) AS zone FROM shop s LEFT JOIN task t
               ON t.envelope = $1 AND t.done_at IS NOT NULL AND NOT t.is_dropped WHERE s.id = $2""",
        envelope.id, envelope.shop,
    )  # fmt: skip
    assert row is not None
    learnt = _learnt(envelope, piece, set(row["codes"] or ()))
    if set(row["codes"] or ()) & WATCH_SERVICE:
        learnt["serviced_on"] = clock.today(row["zone"])
    await write_changes(piece, learnt, by=by)


def _learnt(envelope: Envelope, piece: dict[str, Any], codes: set[str]) -> dict[str, Any]:
    learnt: dict[str, Any] = {}
    if envelope.size_wanted and codes & SIZING:
        learnt["ring_size"] = envelope.size_wanted
    elif envelope.size_now and not piece["ring_size"]:
        learnt["ring_size"] = envelope.size_now
    weight = envelope.weight_out_mg or envelope.weight_in_mg
    if weight:
        learnt["weight_mg"] = weight
    return learnt
