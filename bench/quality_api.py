"""The check as JSON: what is to tick, what was tapped, and tapping it."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post

from workshop.errors import NotAllowed
from workshop.record.events import Actor
from workshop.record.quality.quality_answers import OpenCheck, Typing, begin_check, save_answers
from workshop.record.quality.quality_measures import missing_measures, wanted_of
from workshop.record.tickets.standing import envelope_by_code
from workshop.web.api import answer_once
from workshop.web.auth import STAFF

Value = Annotated[str, msgspec.Meta(max_length=300)]


class LineState(msgspec.Struct):
    """One line: its name for ticking, its words, the list it comes from, and who ticked it."""

    name: str
    words: str
    list: str
    is_ticked: bool
    by: str | None
    at: datetime | None


class CheckState(msgspec.Struct):
    """A check under way. Weights in milligrams; `missing` says what the figures still lack."""

    version: int
    lines: list[LineState]
    answers: dict[str, str]
    stone_count: int
    size_wanted: str
    weight_in_mg: int | None
    weight_expected_mg: int | None
    weight_tolerance_mg: int
    missing: list[str]


class Answers(msgspec.Struct, forbid_unknown_fields=True):
    """Taps and figures by name: `line-3`: `yes` or empty, `stone-7`: `tight`, `moves` or empty, `stones`, `size`
    (US), `weight` (grams), `explanation`, `note`.
    """

    answers: Annotated[dict[str, Value], msgspec.Meta(min_length=1, max_length=400)]


@get("/envelopes/{code:str}/check", opt={"access": STAFF}, tags=["Envelopes"], summary="The quality check under way")
async def read_check(code: str, by: Actor) -> CheckState:
    """The list as it holds for this envelope and what was tapped so far. 409 when it is not at the gate."""
    check = await begin_check(code, by=by)
    if check is None:
        envelope = await envelope_by_code(code, shop=by.shop)
        raise NotAllowed(f"{envelope.number} is not at quality check.", [])
    return await _state(code, check, by)


async def _state(code: str, check: OpenCheck, by: Actor) -> CheckState:
    envelope = await envelope_by_code(code, shop=by.shop)
    wanted = await wanted_of(envelope)
    lines = []
    for at, line in enumerate(check.lines, start=1):
        told = check.answers.get(f"line-{at}")
        lines.append(LineState(f"line-{at}", line.words, line.list, bool(told and told.value),
                               told.who if told else None, told.at if told else None))  # fmt: skip
    return CheckState(
        check.version, lines, {name: one.value for name, one in check.answers.items()}, envelope.stone_count,
        wanted.size, wanted.weight_in, wanted.expected, wanted.tolerance,
        list(missing_measures(check, wanted).values()),
    )  # fmt: skip


@post(
    "/envelopes/{code:str}/check", opt={"access": STAFF}, status_code=200, tags=["Envelopes"],
    summary="Tap lines and stones of a check, write its figures",
)  # fmt: skip
async def tap_check(request: Request[Any, Any, Any], code: str, data: Answers, by: Actor) -> Response[bytes]:
    """Each answer is kept at once; 422 names what is no line of this check, and keeps nothing."""

    async def act() -> dict[str, Any]:
        kept = await save_answers(code, Typing(data.answers), by=by, is_strict=True)
        return {"version": kept.version}

    return await answer_once(request, act)


HANDLERS = [read_check, tap_check]
