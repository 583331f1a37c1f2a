"""The work as JSON: who it is planned for, hours, material, weights, readings. The same verbs as the pages."""

from datetime import date
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post

from workshop.record.bench.assignment import Wish, assign, unassign
from workshop.record.bench.bench_gate import balance_of
from workshop.record.bench.materials import NewBag, NewPart, bag, bags_of, parts_of, use_part, weigh
from workshop.record.bench.watch_checks import Reading, keep_reading, readings_of
from workshop.record.bench.work_spans import spans_of
from workshop.record.events import Actor
from workshop.record.tickets.standing import envelope_by_code
from workshop.web.api import answer_once
from workshop.web.auth import BENCH

Req = Request[Any, Any, Any]
Short = Annotated[str, msgspec.Meta(max_length=80)]
Words = Annotated[str, msgspec.Meta(max_length=300)]
Milligrams = Annotated[int, msgspec.Meta(gt=0)]


class AssignmentBody(msgspec.Struct, forbid_unknown_fields=True):
    """For whom, on which day (none: the first with room before it is due), and why although it is full.

    `jeweler` null gives it back to the queue.
    """

    jeweler: int | None = None
    day: date | None = None
    reason: Annotated[str, msgspec.Meta(max_length=200)] = ""


class PartBody(msgspec.Struct, forbid_unknown_fields=True):
    """Something used, or metal taken off (`removed`). Weight in milligrams and cost in cents, of all together."""

    kind: Short
    what: Short
    count: int = 1
    metal: Short = ""
    weight_mg: Milligrams | None = None
    cost_cents: Annotated[int, msgspec.Meta(ge=0)] | None = None


class WeightBody(msgspec.Struct, forbid_unknown_fields=True):
    """The scale before (`in`) or after (`out`) the work, in milligrams."""

    weight_mg: Milligrams
    moment: Annotated[str, msgspec.Meta(pattern="^(in|out)$")] = "out"
    explanation: Words = ""


class BagBody(msgspec.Struct, forbid_unknown_fields=True):
    """Stones, parts or metal bagged to go home with the piece."""

    kind: Short
    what: Short
    count: int = 1
    weight_mg: Milligrams | None = None


class ReadingBody(msgspec.Struct, forbid_unknown_fields=True):
    """One measurement: tenths of s/d, of ms and of bar; nanoamperes; millivolts."""

    kind: Short
    moment: Short = "after"
    position: Short = ""
    rate_tenths: int | None = None
    amplitude: int | None = None
    beat_tenths: int | None = None
    bar_tenths: int | None = None
    is_passed: bool | None = None
    current_na: int | None = None
    millivolts: int | None = None
    serial: Annotated[str, msgspec.Meta(max_length=60)] = ""


@get("/envelopes/{code:str}/work", opt={"access": BENCH}, tags=["Work"], summary="Hours, material, weights, readings")
async def read_work(code: str, by: Actor) -> dict[str, Any]:
    """Everything written down about the work on an envelope; costs for managers only."""
    envelope = await envelope_by_code(code, shop=by.shop)
    balance = await balance_of(envelope.id)
    sees_cost = by.is_one_of("manager", "owner")
    part_names = ("kind", "what", "metal", "count", "weight_mg", *(("cost_cents",) if sees_cost else ()))
    return {
        "number": envelope.number, "jeweler": envelope.jeweler, "planned_on": envelope.plan_on,
        "worked_seconds": envelope.worked_seconds,
        "spans": [_some(row, "staff_name", "task_name", "began_at", "ended_at", "is_struck", "reason")
                  for row in await spans_of(envelope.id)],
        "parts": [_some(row, *part_names) for row in await parts_of(envelope.id)],
        "bags": [_some(row, "kind", "what", "count", "weight_mg", "returned_at")
                 for row in await bags_of([envelope.id])],
        "weights": {"in_mg": balance.came_in, "expected_mg": balance.expected, "out_mg": balance.out,
                    "tolerance_mg": balance.tolerance, "is_right": balance.is_right},
        "readings": [_some(row, "kind", "moment", "position", "words", "is_passed", "at")
                     for row in await readings_of([envelope.id])],
    }  # fmt: skip


def _some(row: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: row[name] for name in names}


@post("/envelopes/{code:str}/assignment", opt={"access": BENCH}, status_code=200, tags=["Work"],
      summary="Plan a piece for a colleague's day")  # fmt: skip
async def plan_piece(request: Req, code: str, data: AssignmentBody, by: Actor) -> Response[bytes]:
    """409 where the day is full or the work is not theirs; the same with a `reason` goes through."""

    async def act() -> dict[str, Any]:
        if data.jeweler is None:
            envelope = await unassign(code, by=by)
        else:
            envelope = await assign(code, Wish(data.jeweler, data.day, data.reason), by=by)
        return {"number": envelope.number, "jeweler": envelope.jeweler, "planned_on": envelope.plan_on}

    return await answer_once(request, act)


@post("/envelopes/{code:str}/parts", opt={"access": BENCH}, status_code=201, tags=["Work"],
      summary="Write material down")  # fmt: skip
async def add_part(request: Req, code: str, data: PartBody, by: Actor) -> Response[bytes]:
    """What was used on a piece, or came off it."""

    async def act() -> dict[str, Any]:
        return {"id": await use_part(code, NewPart(**msgspec.structs.asdict(data)), by=by)}

    return await answer_once(request, act, status=201)


@post("/envelopes/{code:str}/weights", opt={"access": BENCH}, status_code=201, tags=["Work"], summary="Weigh a piece")
async def add_weight(request: Req, code: str, data: WeightBody, by: Actor) -> Response[bytes]:
    """What the scale shows; a difference is explained before the quality check."""

    async def act() -> dict[str, Any]:
        envelope = await weigh(code, data.moment, data.weight_mg, explanation=data.explanation, by=by)
        balance = await balance_of(envelope.id)
        return {"expected_mg": balance.expected, "difference_mg": balance.difference, "is_right": balance.is_right}

    return await answer_once(request, act, status=201)


@post("/envelopes/{code:str}/bags", opt={"access": BENCH}, status_code=201, tags=["Work"], summary="Bag for return")
async def add_bag(request: Req, code: str, data: BagBody, by: Actor) -> Response[bytes]:
    """Something of the customer's that goes home with the piece."""

    async def act() -> dict[str, Any]:
        await bag(code, NewBag(**msgspec.structs.asdict(data)), by=by)
        return {"bagged": data.count}

    return await answer_once(request, act, status=201)


@post("/envelopes/{code:str}/readings", opt={"access": BENCH}, status_code=201, tags=["Work"],
      summary="Measure a watch")  # fmt: skip
async def add_reading(request: Req, code: str, data: ReadingBody, by: Actor) -> Response[bytes]:
    """From a timegrapher or tester that speaks to us."""

    async def act() -> dict[str, Any]:
        row = await keep_reading(code, Reading(**msgspec.structs.asdict(data)), by=by)
        return {"id": row["id"], "is_passed": row["is_passed"]}

    return await answer_once(request, act, status=201)


HANDLERS = [read_work, plan_piece, add_part, add_weight, add_bag, add_reading]
