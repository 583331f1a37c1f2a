"""Pages of the gate: what waits for its check, and the check itself, kept tap by tap."""

import json
import re
from contextlib import suppress
from typing import Any

from litestar import Request, Response, get, post

from bench.scans import read_number
from bench.waiting_checks import checks_waiting
from bench.worksheet import worksheet
from workshop import clock
from workshop.errors import Conflict, InvalidInput, NotAllowed, WorkshopError
from workshop.record.bench.watch_checks import readings_of
from workshop.record.codes import BADGE, is_code, new_token, tidy
from workshop.record.events import Actor
from workshop.record.pieces.photo_guide import angle_words
from workshop.record.quality.quality import Check, fail_quality, pass_quality
from workshop.record.quality.quality_answers import Answer, Typing, begin_check, save_answers
from workshop.record.quality.quality_measures import grams, wanted_of
from workshop.record.quality.redo import sent_back
from workshop.record.shop.shops import shop_of
from workshop.record.stages import Stage
from workshop.record.tickets.standing import envelope_by_code
from workshop.record.trade import FAIL_REASONS
from workshop.web.auth import STAFF
from workshop.web.forms import Form, act_once, form_of
from workshop.web.pages import go, page
from workshop.web.sign_in import take_over_by_badge

PAGE = 80
_FIGURES = ("stones", "size", "weight", "explanation", "note")
_TAP = re.compile(r"(line|stone)-[0-9]{1,3}")


@get("/bench/quality", opt={"access": STAFF})
async def show_checks(request: Request[Any, Any, Any], by: Actor) -> Response[str]:
    """What waits for its check."""
    rows = await checks_waiting(by.shop, limit=PAGE)
    return await page(request, "bench/quality.html", rows=rows, me_id=by.id, error="")


@get("/bench/quality/rows", opt={"access": STAFF})
async def show_check_rows(request: Request[Any, Any, Any], by: Actor) -> Response[str]:
    """The list read again, as a fragment."""
    return await page(request, "bench/_checks.html", rows=await checks_waiting(by.shop, limit=PAGE), me_id=by.id)


@post("/bench/quality/scans", opt={"access": STAFF}, status_code=200)
async def scan_to_check(request: Request[Any, Any, Any], by: Actor) -> Response[Any]:
    """A scanned envelope opens its check; a scanned badge lets its owner check this one."""
    form = await form_of(request)
    scanned, here = tidy(form.text("code")), tidy(form.text("here"))
    try:
        if is_code(scanned, BADGE):
            where = f"/bench/quality/{here}" if here else "/bench/quality"
            return await take_over_by_badge(request, scanned, where=where)
        code = await read_number(scanned, by)
        await envelope_by_code(code, shop=by.shop)
    except WorkshopError as error:
        rows = await checks_waiting(by.shop, limit=PAGE)
        return await page(
            request, "bench/quality.html", status=error.status, rows=rows, me_id=by.id, error=error.message
        )
    return go(request, f"/bench/quality/{code}")


@get("/bench/quality/{code:str}", opt={"access": STAFF})
async def show_check(request: Request[Any, Any, Any], code: str, by: Actor) -> Response[str]:
    """Take-in at the left, now at the right, the list below."""
    return await _check_page(request, tidy(code), by)


class _Answers(dict[str, str]):
    """What was answered; nothing where nothing was."""

    def __missing__(self, name: str) -> str:
        return ""


async def _check_page(
    request: Request[Any, Any, Any], code: str, by: Actor, *, typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None, status: int = 200,
) -> Response[str]:  # fmt: skip
    sheet = await worksheet(code, by=by)
    check = await begin_check(code, by=by)
    answers = {name: one.value for name, one in check.answers.items()} if check else {}
    wanted = await wanted_of(sheet.envelope)
    made_it = sheet.standing.makers | {sheet.envelope.worked_by}
    is_maker = sheet.by.id in made_it and not sheet.piece["maker_may_pass"]
    before = [photo for photo in sheet.photos if photo["kind"] in ("take_in", "condition", "found")]
    after = [photo for photo in sheet.photos if photo["kind"] == "after"]
    return await page(
        request, "bench/quality_check.html", status=status, sheet=sheet, envelope=sheet.envelope,
        check=check, answers=_Answers(answers | (typed or {})), wanted=wanted, grams=grams, errors=errors or {},
        readings=[row["words"] for row in await readings_of([sheet.envelope.id]) if row["moment"] == "after"],
        sent_back=await sent_back(sheet.envelope.id), reasons=FAIL_REASONS,
        stone_names=[f"stone-{at}" for at in range(1, sheet.seen.stones + 1)],
        before=before, after=after, same_angles=_still_to_take(before, after),
        is_here=sheet.standing.stage is Stage.QUALITY_CHECK, is_maker=is_maker,
        fail_reasons=list(FAIL_REASONS.items()), pass_key=new_token(), fail_key=new_token(),
    )  # fmt: skip


def _still_to_take(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The angles of take-in that have no picture yet of how it is now, each with that first picture."""
    taken = {photo["angle"] for photo in after}
    first = {photo["angle"]: photo for photo in reversed(before) if photo["angle"] and photo["kind"] == "take_in"}
    return [
        {"angle": angle, "words": angle_words(angle), "ghost": photo["large"]}
        for angle, photo in reversed(first.items()) if angle not in taken
    ]  # fmt: skip


@post("/bench/quality/{code:str}/answers", opt={"access": STAFF}, status_code=200)
async def save_check(request: Request[Any, Any, Any], code: str, by: Actor) -> dict[str, Any]:
    """Taps and figures as they are made (JSON for the form that saves itself)."""
    form = await form_of(request)
    values = {name: value for name, value in form.dict().items() if not name.startswith("_")}
    typing = Typing(
        values, form.whole("_base"), form.text("_tab")[:60], form.text("_insist") == "yes", _order(form.text("_order"))
    )
    kept = await save_answers(tidy(code), typing, by=by)
    zone = (await shop_of(by.shop)).zone
    conflicts = {name: _elsewhere(one, zone) for name, one in kept.conflicts.items()}
    return {"version": kept.version, "refused": kept.refused, "conflicts": conflicts, "stale": kept.stale}


def _elsewhere(one: Answer, zone: str) -> dict[str, Any]:
    at = f"{clock.local(one.at, zone):%H:%M}"
    return {"values": [one.value], "at": at, "who": one.who, "version": one.version}


def _order(text: str) -> dict[str, int]:
    try:
        told = json.loads(text or "{}")
    except ValueError:
        return {}
    return {str(name): at for name, at in told.items() if isinstance(at, int)} if isinstance(told, dict) else {}


@post("/bench/quality/{code:str}/passes", opt={"access": STAFF}, status_code=200)
async def pass_check(request: Request[Any, Any, Any], code: str, by: Actor) -> Response[Any]:
    """Through the gate; the customer is told it is ready."""
    form = await form_of(request)
    values = {name: value for name, value in form.dict().items() if name in _FIGURES or _TAP.fullmatch(name)}
    check = Check(form.texts("ticked"), form.whole("stones"), form.text("note"))

    async def act() -> str:
        await pass_quality(tidy(code), check, by=by)
        return "/bench/quality"

    try:
        with suppress(NotAllowed):  # it left the gate: what the same press was answered is answered again
            kept = await save_answers(tidy(code), Typing(values), by=by)
            if kept.refused:
                return await _check_page(request, tidy(code), by, typed=form.dict(), errors=kept.refused, status=422)
        return await act_once(request, form, act, flash="Passed. The customer gets the ready text.")
    except (InvalidInput, Conflict) as error:
        return await _again(request, code, form, error, by)


async def _again(
    request: Request[Any, Any, Any], code: str, form: Form, error: InvalidInput | Conflict, by: Actor
) -> Response[str]:
    errors = error.fields if isinstance(error, InvalidInput) else {"check": error.message}
    return await _check_page(request, tidy(code), by, typed=form.dict(), errors=errors, status=error.status)


@post("/bench/quality/{code:str}/fails", opt={"access": STAFF}, status_code=200)
async def fail_check(request: Request[Any, Any, Any], code: str, by: Actor) -> Response[Any]:
    """Back to the same jeweler with the reason."""
    form = await form_of(request)

    async def act() -> str:
        await fail_quality(tidy(code), form.text("reason"), note=form.text("fail_note"), by=by)
        return "/bench/quality"

    try:
        return await act_once(request, form, act, flash="Sent back to the bench with the reason.")
    except (InvalidInput, Conflict) as error:
        return await _again(request, code, form, error, by)


HANDLERS = [show_checks, show_check_rows, scan_to_check, show_check, save_check, pass_check, fail_check]
