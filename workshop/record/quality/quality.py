"""The gate: the list for this kind of piece, the stones counted, sizes and weights measured, photos as at take-in."""

from dataclasses import dataclass, field
from typing import Any

from workshop import clock
from workshop.db import fetch, transaction
from workshop.errors import InvalidInput, NotAllowed
from workshop.record.cards import refuse_card_number
from workshop.record.events import Actor
from workshop.record.pieces.condition import read_stones
from workshop.record.pieces.photo_guide import angle_words
from workshop.record.quality.evidence import freeze
from workshop.record.quality.quality_answers import MOVES, TIGHT, OpenCheck, Typing, open_check, put_answers
from workshop.record.quality.quality_measures import Wanted, missing_measures, wanted_of, weight_of
from workshop.record.shop.shops import shop_of
from workshop.record.stages import WORDS, Stage, allowed_moves
from workshop.record.tables import Envelope
from workshop.record.tickets.locks import locked
from workshop.record.tickets.shift import shift
from workshop.record.tickets.standing import standing_of
from workshop.record.trade import FAIL_REASONS


@dataclass(frozen=True)
class Check:
    """What the checker ticked, counted and measured. What was tapped before counts too, unless it is all told here.

    `measured`: `size` (US ring size), `weight` (grams), `explanation` (of a weight that differs).
    `each`: stones one by one, `tight` or `moves`, by the number of their point at take-in.
    """

    ticked: list[str] = field(default_factory=list)
    stones: int | None = None
    note: str = ""
    measured: dict[str, str] = field(default_factory=dict)
    each: dict[int, str] = field(default_factory=dict)
    is_whole: bool = False  # every line is told here: what is not ticked here does not hold


async def pass_quality(code: str, check: Check, *, by: Actor) -> Envelope:
    """Pass the gate: the customer is told it is ready, and the evidence is frozen in history.

    Raises NotAllowed saying what is missing, or that the maker may not pass their own work.
    """
    refuse_card_number(check.note, "note")
    async with transaction():
        envelope = await locked(code, shop=by.shop)
        await _check_at_the_gate(envelope, by)
        opened = await _told(envelope, check, by)
        wanted = await wanted_of(envelope)
        missing = await _missing(envelope, opened, wanted)
        if missing:
            raise NotAllowed(missing, [Stage.AT_BENCH.value])
        frozen = await freeze(envelope, opened, wanted)
        await _close(opened, "passed", by, note=opened.value("note"))
        if weight_of(opened, wanted) is not None:
            envelope.weight_out_mg = weight_of(opened, wanted)
        await shift(
            envelope, Stage.READY_FOR_PICKUP, by=by, is_checked=True, ticked=opened.ticked,
            stones=_counted(opened), note=opened.value("note"), **frozen,
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


async def _told(envelope: Envelope, check: Check, by: Actor) -> OpenCheck:
    """The open check with what is told now beside what was tapped before."""
    opened = await open_check(envelope, by=by)
    values = {"note": check.note} if check.note else {}
    for at, line in enumerate(opened.lines, start=1):
        if line.words in check.ticked or check.is_whole:
            values[f"line-{at}"] = "yes" if line.words in check.ticked else ""
    if check.stones is not None:
        values["stones"] = str(check.stones)
    values |= {f"stone-{number}": state for number, state in check.each.items()}
    values |= {name: value for name, value in check.measured.items() if value}
    kept = await put_answers(envelope, opened, Typing(values), by=by)
    if kept.refused:
        raise InvalidInput("Something on this check cannot be.", **kept.refused)
    return await open_check(envelope, by=by)


def _counted(opened: OpenCheck) -> int | None:
    told = opened.value("stones")
    return int(told) if told else None


async def _missing(envelope: Envelope, opened: OpenCheck, wanted: Wanted) -> str:
    left = [line.words for line in opened.lines if line.words not in opened.ticked]
    if left:
        more = f" and {len(left) - 1} more" if len(left) > 1 else ""
        return f"Not ticked yet: {left[0]}{more}."
    return (
        _missing_stones(envelope, opened)
        or next(iter(missing_measures(opened, wanted).values()), "")
        or await _missing_photos(envelope)
    )


def _missing_stones(envelope: Envelope, opened: OpenCheck) -> str:
    loose = opened.stones(MOVES)
    if loose:
        which = ", ".join(str(number) for number in loose)
        return f"Stone {which} moves. Fail the check with “Stone moves”, so that it is tightened."
    stones, came = _counted(opened), envelope.stone_count
    points, tight = len(read_stones(envelope.stone_points)), len(opened.stones(TIGHT))
    if tight and tight < points:
        return f"Stone by stone: {tight} of {points} tapped."
    if stones is None and came:
        return f"Count the stones: {came} came in."
    if (stones or 0) != came:
        return (
            f"{stones} stones counted, {came} came in. "
            "Look again; if it is so, fail the check with “Stone count differs”."
        )
    return ""


async def _missing_photos(envelope: Envelope) -> str:
    shop = await shop_of(envelope.shop)
    rows = await fetch(
        """SELECT angle, kind FROM photo WHERE envelope_code = $1 AND kind IN ('after', 'take_in')
           AND removed_at IS NULL ORDER BY taken_at""",
        envelope.code,
    )
    after = [row["angle"] for row in rows if row["kind"] == "after"]
    if len(after) < shop.after_photo_minimum:
        return f"Take the after photos: {len(after)} of {shop.after_photo_minimum}."
    wanted = dict.fromkeys(row["angle"] for row in rows if row["kind"] == "take_in" and row["angle"])
    left = [angle_words(angle).lower() for angle in wanted if angle not in after]
    if shop.after_same_angles and left:
        return f"Take the after photos from the same angles as at take-in. Still to take: {', '.join(left)}."
    return ""


async def _close(opened: OpenCheck, state: str, by: Actor, *, reason: str = "", note: str = "") -> None:
    await fetch(
        "UPDATE quality_check SET state = $2, closed_by = $3, closed_at = $4, reason = $5, note = $6 WHERE id = $1",
        opened.id, state, by.id or None, clock.now(), reason, note,
    )  # fmt: skip


async def fail_quality(code: str, reason: str, *, note: str = "", by: Actor) -> Envelope:
    """Back to the same jeweler with the reason; counted as an internal redo."""
    if reason not in FAIL_REASONS:
        raise InvalidInput("Say what is wrong.", reason="Choose what is wrong.")
    refuse_card_number(note, "note")
    async with transaction():
        envelope = await locked(code, shop=by.shop)
        await _check_at_the_gate(envelope, by)
        opened = await open_check(envelope, by=by)
        data: dict[str, Any] = {"check": opened.id}
        if opened.stones(MOVES):
            data["moves"] = opened.stones(MOVES)
        await _close(opened, "failed", by, reason=reason, note=note)
        await shift(envelope, Stage.AT_BENCH, by=by, reason=reason, note=note, redo=True, **data)
        envelope.started_at = None  # the jeweler's clock starts with their own scan
        await envelope.save([Envelope.started_at])
        await fetch(
            "UPDATE task SET done_at = NULL, done_by = NULL WHERE envelope = $1 AND NOT is_dropped", envelope.id
        )
    return envelope
