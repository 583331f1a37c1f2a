"""The gate: the list for this kind of piece, the stones counted, the after photos taken."""

from dataclasses import dataclass, field
from typing import Any

from workshop.db import fetch, transaction
from workshop.errors import InvalidInput, NotAllowed
from workshop.record.cards import refuse_card_number
from workshop.record.engraving import engravings_in
from workshop.record.envelopes import locked, shift, shop_of, standing_of
from workshop.record.events import Actor
from workshop.record.stages import WORDS, Stage, allowed_moves
from workshop.record.tables import Envelope, Piece
from workshop.record.trade import FAIL_REASONS, QUALITY


@dataclass(frozen=True)
class Check:
    """What the checker ticked and counted."""

    ticked: list[str]
    stones: int | None
    note: str = ""
    measured: dict[str, str] = field(default_factory=dict)


async def pass_quality(code: str, check: Check, *, by: Actor) -> Envelope:
    """Pass the gate: the customer is told it is ready, and the evidence is frozen in history.

    Raises NotAllowed saying what is missing, or that the maker may not pass their own work.
    """
    refuse_card_number(check.note, "note")
    async with transaction():
        envelope = await locked(code, shop=by.shop)
        await _check_at_the_gate(envelope, by)
        missing = await _missing(envelope, check)
        if missing:
            raise NotAllowed(missing, [Stage.AT_BENCH.value])
        photos = await fetch(
            "SELECT id, key FROM photo WHERE envelope_code = $1 AND kind = 'after' AND removed_at IS NULL",
            envelope.code,
        )
        await shift(
            envelope, Stage.READY_FOR_PICKUP, by=by, is_checked=True, ticked=check.ticked,
            stones=check.stones, note=check.note, measured=check.measured,
            photos={str(row["id"]): row["key"] for row in photos},
        )  # fmt: skip
    return envelope


async def _check_at_the_gate(envelope: Envelope, by: Actor) -> None:
    """Only what lies at the gate passes or fails it; other moves to the same stages are no checks."""
    if envelope.stage == Stage.QUALITY_CHECK:
        return
    standing = await standing_of(envelope)
    allowed = [stage.value for stage in allowed_moves(standing, by.roles)]
    holder = f" ({standing.holder})" if standing.holder else ""
    now = WORDS[standing.stage].label.lower()
    raise NotAllowed(f"{envelope.number} is not at quality check. It is: {now}{holder}.", allowed)


def checklist(kind: str, engravings: str | list[dict[str, Any]] = "[]") -> list[str]:
    """The lines to tick for this kind of piece, and each engraving read again from the piece, sign by sign."""
    read = [f"The engraving reads exactly {one.words}" for one in engravings_in(engravings)]
    return [*read, *QUALITY[kind]]


async def _missing(envelope: Envelope, check: Check) -> str:
    piece = await Piece.objects().get(Piece.id == envelope.piece)
    assert piece is not None
    left = [line for line in checklist(piece.kind, envelope.engravings) if line not in check.ticked]
    if left:
        more = f" and {len(left) - 1} more" if len(left) > 1 else ""
        return f"Not ticked yet: {left[0]}{more}."
    if check.stones is None and envelope.stone_count:
        return f"Count the stones: {envelope.stone_count} came in."
    if (check.stones or 0) != envelope.stone_count:
        return (
            f"{check.stones} stones counted, {envelope.stone_count} came in. "
            "Look again; if it is so, fail the check with “Stone count differs”."
        )
    return await _missing_photos(envelope)


async def _missing_photos(envelope: Envelope) -> str:
    shop = await shop_of(envelope.shop)
    rows = await fetch(
        """SELECT count(*) AS taken FROM photo
           WHERE envelope_code = $1 AND kind = 'after' AND removed_at IS NULL""",
        envelope.code,
    )
    if rows[0]["taken"] < shop.after_photo_minimum:
        return f"Take the after photos: {rows[0]['taken']} of {shop.after_photo_minimum}."
    return ""


async def fail_quality(code: str, reason: str, *, note: str = "", by: Actor) -> Envelope:
    """Back to the same jeweler with the reason; counted as an internal redo."""
    if reason not in FAIL_REASONS:
        raise InvalidInput("Say what is wrong.", reason="Choose what is wrong.")
    refuse_card_number(note, "note")
    async with transaction():
        envelope = await locked(code, shop=by.shop)
        await _check_at_the_gate(envelope, by)
        await shift(envelope, Stage.AT_BENCH, by=by, reason=reason, note=note, redo=True)
        envelope.started_at = None  # the jeweler's clock starts with their own scan
        await envelope.save([Envelope.started_at])
        await fetch(
            "UPDATE task SET done_at = NULL, done_by = NULL WHERE envelope = $1 AND NOT is_dropped", envelope.id
        )
    return envelope
