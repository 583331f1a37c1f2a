"""A check as it is tapped: kept at once, so that another tablet goes on where one died."""

import json
import re
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_one, transaction
from workshop.errors import InvalidInput, NotAllowed
from workshop.record.cards import refuse_card_number
from workshop.record.events import Actor
from workshop.record.pieces.condition import read_stones
from workshop.record.quality.quality_lists import Line, lines_for
from workshop.record.stages import Stage
from workshop.record.tables import Envelope
from workshop.record.tickets.locks import locked
from workshop.record.tickets.standing import envelope_by_code

TIGHT, MOVES = "tight", "moves"
_LONGEST = {"stones": 3, "size": 10, "weight": 12, "explanation": 300, "note": 300}
_TAPS = re.compile(r"(line|stone)-([1-9][0-9]{0,2})")


@dataclass(frozen=True)
class Answer:
    """One tap or figure: what, by whom, when."""

    value: str
    staff: int | None
    who: str
    at: datetime
    version: int
    tab: str
    place: int


@dataclass(frozen=True)
class OpenCheck:
    """A check under way, with the list as it was when it began."""

    id: int
    version: int
    lines: list[Line]
    answers: dict[str, Answer]
    opened_at: datetime

    def value(self, name: str) -> str:
        """What was answered, or nothing."""
        return self.answers[name].value if name in self.answers else ""

    @property
    def ticked(self) -> list[str]:
        """The lines that hold."""
        return [line.words for at, line in enumerate(self.lines, start=1) if self.value(f"line-{at}")]

    def stones(self, state: str) -> list[int]:
        """The numbers of the stones tapped so."""
        found = [name for name, one in self.answers.items() if name.startswith("stone-") and one.value == state]
        return sorted(int(name.split("-")[1]) for name in found)


@dataclass(frozen=True)
class Typing:
    """What one page sends, and what it knew: the same as with a take-in's drafts."""

    values: dict[str, str]
    base: int | None = None
    tab: str = ""
    insist: bool = False
    order: dict[str, int] = field(default_factory=dict)


@dataclass
class Kept:
    """What became of it: the check's version, what was refused, and what another tablet said meanwhile."""

    version: int
    refused: dict[str, str] = field(default_factory=dict)
    conflicts: dict[str, Answer] = field(default_factory=dict)
    stale: list[str] = field(default_factory=list)


async def begin_check(code: str, *, by: Actor) -> OpenCheck | None:
    """The check of what lies at the gate, begun if nobody did; None elsewhere."""
    envelope = await envelope_by_code(code, shop=by.shop)
    if envelope.stage != Stage.QUALITY_CHECK:
        return None
    async with transaction():
        envelope = await locked(code, shop=by.shop)
        return await open_check(envelope, by=by) if envelope.stage == Stage.QUALITY_CHECK else None


async def open_check(envelope: Envelope, *, by: Actor) -> OpenCheck:
    """The open check of a locked envelope, inside the caller's transaction.

    What was tapped before it left the gate and came again counts no more: it may have been worked on.
    """
    row = await fetch_one("SELECT * FROM quality_check WHERE envelope = $1 AND state = 'open'", envelope.id)
    if row and row["opened_at"] < envelope.stage_since:
        await fetch("UPDATE quality_check SET state = 'left', closed_at = $2 WHERE id = $1", row["id"], clock.now())
        row = None
    if row is None:
        lines = json.dumps([asdict(line) for line in await lines_for(envelope)])
        row = await fetch_one(
            """INSERT INTO quality_check (shop, envelope, lines, opened_by, opened_at, maker)
               VALUES ($1, $2, $3, $4, $5, $6) RETURNING *""",
            envelope.shop, envelope.id, lines, by.id or None, clock.now(), envelope.worked_by,
        )  # fmt: skip
    assert row is not None
    return await _read(row)


async def _read(row: dict[str, Any]) -> OpenCheck:
    answers = await fetch(
        """SELECT a.name, a.value, a.staff, COALESCE(split_part(s.name, ' ', 1), '') AS who, a.at, a.version,
                  a.tab, a.place FROM quality_answer a LEFT JOIN staff s ON s.id = a.staff
           WHERE a.quality_check = $1 ORDER BY a.id""",
        row["id"],
    )
    lines = [Line(**line) for line in json.loads(row["lines"])]
    told = {one.pop("name"): Answer(**one) for one in answers}
    return OpenCheck(row["id"], row["version"], lines, told, row["opened_at"])


async def save_answers(code: str, typing: Typing, *, by: Actor, is_strict: bool = False) -> Kept:
    """Keep taps and figures of a check, each for itself; strictly: all of them, or InvalidInput and none.

    Raises NotAllowed when it left the gate.
    """
    async with transaction():
        envelope = await locked(code, shop=by.shop)
        if envelope.stage != Stage.QUALITY_CHECK:
            raise NotAllowed(f"{envelope.number} is not at quality check any more. Nothing more is kept.", [])
        kept = await put_answers(envelope, await open_check(envelope, by=by), typing, by=by)
        if is_strict and kept.refused:
            raise InvalidInput("Something on this check cannot be. Nothing was kept.", **kept.refused)
    return kept


async def put_answers(envelope: Envelope, check: OpenCheck, typing: Typing, *, by: Actor) -> Kept:
    """The same inside the caller's transaction, on a locked envelope."""
    kept = Kept(check.version + 1)
    put: list[tuple[str, str]] = []
    for name, value in typing.values.items():
        before = check.answers.get(name)
        if said := _refusal(name, value, check, envelope):
            kept.refused[name] = said
        elif before and _is_stale(before, typing, name):
            kept.stale.append(name)
        elif before and not typing.insist and _is_elsewhere(before, typing) and before.value != value:
            kept.conflicts[name] = before
        elif before is None or (before.value, before.tab) != (value, typing.tab) or typing.order.get(name, 0):
            put.append((name, value))
    if put:
        await _write(check, put, typing, kept.version, by)
    return kept


async def _write(check: OpenCheck, put: list[tuple[str, str]], typing: Typing, version: int, by: Actor) -> None:
    await fetch("UPDATE quality_check SET version = $2 WHERE id = $1", check.id, version)
    await fetch(
        """INSERT INTO quality_answer (quality_check, name, value, staff, at, version, tab, place)
           SELECT $1, name, value, $4, $5, $6, $7, place
           FROM unnest($2::text[], $3::text[], $8::bigint[]) AS told (name, value, place)
           ON CONFLICT (quality_check, name) DO UPDATE SET value = excluded.value, staff = excluded.staff,
               at = excluded.at, version = excluded.version, tab = excluded.tab, place = excluded.place""",
        check.id, [name for name, _ in put], [value for _, value in put], by.id or None, clock.now(), version,
        typing.tab, [typing.order.get(name, 0) for name, _ in put],
    )  # fmt: skip


def _is_stale(before: Answer, typing: Typing, name: str) -> bool:
    is_own = bool(typing.tab) and before.tab == typing.tab
    return is_own and 0 < typing.order.get(name, 0) < before.place


def _is_elsewhere(before: Answer, typing: Typing) -> bool:
    return typing.base is not None and before.version > typing.base and before.tab != typing.tab


def _refusal(name: str, value: str, check: OpenCheck, envelope: Envelope) -> str:
    if tap := _TAPS.fullmatch(name):
        return _tap_refusal(tap[1], int(tap[2]), value, check, envelope)
    if name not in _LONGEST:
        return "There is no such line on this check."
    if len(value) > _LONGEST[name]:
        return f"At most {_LONGEST[name]} signs."
    if name in ("note", "explanation"):
        refuse_card_number(value, name)
    if name == "stones" and value and not value.isdigit():
        return "A whole number of stones."
    return ""


def _tap_refusal(what: str, number: int, value: str, check: OpenCheck, envelope: Envelope) -> str:
    most = len(check.lines) if what == "line" else len(read_stones(envelope.stone_points))
    known = ("", "yes") if what == "line" else ("", TIGHT, MOVES)
    return "" if number <= most and value in known else "There is no such line on this check."
