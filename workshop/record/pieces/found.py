"""What the bench finds, marked on the picture: beside what was signed at take-in, never over it."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from workshop.db import fetch_value, transaction
from workshop.record.cards import refuse_card_number
from workshop.record.events import Actor, record
from workshop.record.pieces.condition import (
    on_own_pictures,
    read_condition,
    read_frames,
    read_marks,
    stored,
)
from workshop.record.tables import Envelope
from workshop.record.tickets.locks import locked


async def mark_found(
    code: str, marks: Sequence[Mapping[str, Any]], frames: Mapping[str, Any] | None = None, *, by: Actor
) -> Envelope:
    """Put what was found on the pictures of an envelope; the history keeps who saw it and when.

    Raises InvalidInput (field `marks`): a code, a place or a picture that cannot be.
    """
    async with transaction():
        envelope = await locked(code, shop=by.shop)
        kind = await fetch_value("SELECT kind FROM piece WHERE id = $1", envelope.piece)
        found = await on_own_pictures(
            read_condition(marks, [], frames or {}, kind), envelope.code, shop=by.shop
        )
        for mark in found.marks:
            refuse_card_number(f"{mark.position} {mark.note}", "marks")
        before = read_marks(envelope.found_marks)
        added = [mark for mark in found.marks if mark not in before]
        if not added:
            return envelope
        envelope.found_marks = stored([*before, *added])
        envelope.mark_frames = stored(found.frames | read_frames(envelope.mark_frames))
        await envelope.save([Envelope.found_marks, Envelope.mark_frames])
        await record(
            "marks_found", shop=by.shop, by=by, envelope=envelope, said="; ".join(mark.words for mark in added),
            marks=msgspec.to_builtins(added),
        )  # fmt: skip
    return envelope
