"""Pages of the gate: what waits for its check, and the check itself."""

from typing import Any

from litestar import Request, Response, get, post

from bench.scans import read_number
from bench.waiting_checks import checks_waiting
from bench.worksheet import Worksheet, worksheet
from workshop.errors import Conflict, InvalidInput, WorkshopError
from workshop.record.codes import BADGE, is_code, new_token, tidy
from workshop.record.envelopes import envelope_by_code
from workshop.record.events import Actor
from workshop.record.photo_guide import angle_words
from workshop.record.quality import Check, checklist, fail_quality, pass_quality
from workshop.record.stages import Stage
from workshop.record.trade import FAIL_REASONS
from workshop.web.auth import STAFF
from workshop.web.forms import Form, act_once, form_of
from workshop.web.pages import go, page
from workshop.web.sign_in import take_over_by_badge

PAGE = 80


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
    return await _check_page(request, await worksheet(tidy(code), by=by), ticked=[], stones="", note="")


async def _check_page(
    request: Request[Any, Any, Any], sheet: Worksheet, *, ticked: list[str], stones: str, note: str,
    errors: dict[str, str] | None = None, status: int = 200,
) -> Response[str]:  # fmt: skip
    made_it = sheet.standing.makers | {sheet.envelope.worked_by}
    is_maker = sheet.by.id in made_it and not sheet.piece["maker_may_pass"]
    before = [photo for photo in sheet.photos if photo["kind"] in ("take_in", "condition", "found")]
    after = [photo for photo in sheet.photos if photo["kind"] == "after"]
    return await page(
        request, "bench/quality_check.html", status=status, sheet=sheet, envelope=sheet.envelope,
        lines=checklist(sheet.piece["kind"], sheet.envelope.engravings),
        ticked=ticked, stones=stones, note=note, errors=errors or {},
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


@post("/bench/quality/{code:str}/passes", opt={"access": STAFF}, status_code=200)
async def pass_check(request: Request[Any, Any, Any], code: str, by: Actor) -> Response[Any]:
    """Through the gate; the customer is told it is ready."""
    form = await form_of(request)

    async def act() -> str:
        await pass_quality(tidy(code), Check(form.texts("ticked"), form.whole("stones"), form.text("note")), by=by)
        return "/bench/quality"

    try:
        return await act_once(request, form, act, flash="Passed. The customer gets the ready text.")
    except (InvalidInput, Conflict) as error:
        return await _again(request, code, form, error, by)


async def _again(
    request: Request[Any, Any, Any], code: str, form: Form, error: InvalidInput | Conflict, by: Actor
) -> Response[str]:
    errors = error.fields if isinstance(error, InvalidInput) else {"check": error.message}
    return await _check_page(
        request, await worksheet(tidy(code), by=by), ticked=form.texts("ticked"), stones=form.text("stones"),
        note=form.text("note"), errors=errors, status=error.status,
    )  # fmt: skip


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


HANDLERS = [show_checks, show_check_rows, scan_to_check, show_check, pass_check, fail_check]
