"""What a pass froze: the list as used, every tap, figures and the hashes of the photos; and whether it still stands."""

import json
from collections.abc import AsyncIterator
from hashlib import sha256
from typing import Any
from uuid import UUID

from workshop.db import fetch, fetch_one, fetch_value
from workshop.record.bench.watch_checks import readings_of
from workshop.record.proof.chain import MOST_FAULTS, Fault
from workshop.record.quality.quality_answers import OpenCheck
from workshop.record.quality.quality_measures import Wanted, weight_of
from workshop.record.tables import Envelope

_PAGE = 200


def digest(thing: Any) -> str:
    """The hash of something that can be written as JSON."""
    return sha256(json.dumps(thing, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


async def freeze(envelope: Envelope, check: OpenCheck, wanted: Wanted) -> dict[str, Any]:
    """Everything a pass rests on, to go into its event; inside the caller's transaction."""
    rows = await fetch(
        "SELECT id, kind, key FROM photo WHERE envelope_code = $1 AND removed_at IS NULL ORDER BY taken_at, id",
        envelope.code,
    )
    photos = {str(row["id"]): row["key"] for row in rows}
    after = {str(row["id"]) for row in rows if row["kind"] == "after"}
    return {
        "evidence": {
            "check": check.id, "sha256": await _check_digest(check.id), "marks": await _marks_digest(envelope.id),
            "before": {photo: key for photo, key in photos.items() if photo not in after},
        },
        "lists": sorted({line.list for line in check.lines}),
        "photos": {photo: key for photo, key in photos.items() if photo in after},
        "measured": _measured(check, wanted) | await _watch(envelope.id),
    }  # fmt: skip


def _measured(check: OpenCheck, wanted: Wanted) -> dict[str, Any]:
    measured: dict[str, Any] = {}
    if check.value("size"):
        measured |= {"size": check.value("size"), "size_wanted": wanted.size}
    weight = weight_of(check, wanted)
    if weight is not None:
        measured |= {
            "weight_mg": weight, "weight_in_mg": wanted.weight_in, "expected_mg": wanted.expected,
            "tolerance_mg": wanted.tolerance, "explanation": check.value("explanation") or wanted.explanation,
        }  # fmt: skip
    return measured


async def _watch(envelope: int) -> dict[str, Any]:
    """The readings of a watch after the work, in words."""
    told = [row["words"] for row in await readings_of([envelope]) if row["moment"] == "after"]
    return {"watch": told} if told else {}


async def _check_digest(check: int) -> str:
    row = await fetch_one("SELECT lines, opened_at FROM quality_check WHERE id = $1", check)
    answers = await fetch(
        "SELECT name, value, staff, at FROM quality_answer WHERE quality_check = $1 ORDER BY name", check
    )
    if row is None:
        return ""
    told = [[one["name"], one["value"], one["staff"], one["at"].isoformat()] for one in answers]
    return digest([json.loads(row["lines"]), row["opened_at"].isoformat(), told])


async def _marks_digest(envelope: int) -> str:
    row = await fetch_one("SELECT marks, stone_points, stone_count FROM envelope WHERE id = $1", envelope)
    return digest([json.loads(row["marks"]), json.loads(row["stone_points"]), row["stone_count"]]) if row else ""


async def is_frozen(photo: UUID) -> bool:
    """Whether a passed check rests on this photo."""
    found: bool = await fetch_value(
        """SELECT EXISTS (SELECT FROM photo p JOIN envelope v ON v.code = p.envelope_code
                          JOIN event e ON e.envelope = v.id AND e.to_stage = 'ready_for_pickup'
                          WHERE p.id = $1 AND (e.data -> 'photos' ? $2 OR e.data -> 'evidence' -> 'before' ? $2))""",
        photo, str(photo),
    )  # fmt: skip
    return found


async def evidence_faults(shop: int, *, envelope: int | None = None, after: int = 0) -> tuple[int, list[Fault]]:
    """How many passed checks, from an event on, were compared with what they froze, and what is not as it was."""
    count, faults = 0, []
    async for passed in _passes(shop, envelope, after):
        count += 1
        faults += await _faults_of(passed)
    return count, faults[:MOST_FAULTS]


async def _passes(shop: int, envelope: int | None, after: int) -> AsyncIterator[dict[str, Any]]:
    while True:
        rows = await fetch(
            """SELECT e.id, e.envelope, e.data, e.at, v.number FROM event e JOIN envelope v ON v.id = e.envelope
               WHERE e.shop = $1 AND e.id > $2 AND ($3::bigint IS NULL OR e.envelope = $3)
                 AND e.from_stage = 'quality_check' AND e.to_stage = 'ready_for_pickup' AND e.data ? 'evidence'
               ORDER BY e.id LIMIT $4""",
            shop, after, envelope, _PAGE,
        )  # fmt: skip
        for row in rows:
            yield row
        if len(rows) < _PAGE:
            return
        after = rows[-1]["id"]


async def _faults_of(passed: dict[str, Any]) -> list[Fault]:
    data = json.loads(passed["data"])
    frozen = data["evidence"]
    said = await _photo_faults({**frozen["before"], **data["photos"]})
    if await _check_digest(frozen["check"]) != frozen["sha256"]:
        said.append("the list or its ticks were altered after the check")
    if await _marks_digest(passed["envelope"]) != frozen["marks"]:
        said.append("the condition or the stones of take-in were altered after the check")
    about = f"Check of {passed['number']}, passed {passed['at']:%Y-%m-%d %H:%M} UTC (event {passed['id']})"
    return [Fault(passed["id"], 0, "evidence", f"{about}: {one}.") for one in said]


async def _photo_faults(photos: dict[str, str]) -> list[str]:
    rows = await fetch(
        "SELECT id, key, state, removed_at FROM photo WHERE id = ANY($1)", [UUID(photo) for photo in photos]
    )
    there = {str(row["id"]): row for row in rows}
    found = [(photo, _photo_fault(key, there.get(photo))) for photo, key in photos.items()]
    return [f"photo {photo[:8]} {said}" for photo, said in found if said]


def _photo_fault(key: str, row: dict[str, Any] | None) -> str:
    if row is None:
        return "was deleted after the check"
    if row["key"] != key:
        return "is another picture than at the check"
    if row["removed_at"] is not None:
        return "was taken out of view after the check"
    return "has no file any more, or an altered one" if row["state"] == "missing" else ""
