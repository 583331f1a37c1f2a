"""Pages of the bench: one envelope, scans, findings."""

from typing import Any

from litestar import Request, Response, get, post

from bench.answers import Answer, icon_of, tone_of
from bench.findings import Finding, offered_tasks, report_finding
from bench.found_marks import marking_for, marks_in
from bench.moves import Wish, advance
from bench.names import names_here
from bench.scans import read_scan
from bench.worksheet import worksheet
from workshop import clock
from workshop.db import joined_transaction
from workshop.errors import Conflict, InvalidInput, NotAllowed, WorkshopError
from workshop.record.codes import new_token, tidy
from workshop.record.events import Actor
from workshop.record.pieces.found import mark_found
from workshop.record.shop.shops import shop_of
from workshop.record.stages import HOLD_REASONS, MOVES, WORDS, Stage
from workshop.web.auth import BENCH
from workshop.web.forms import act_once, form_of
from workshop.web.pages import go, page
from workshop.web.sign_in import take_over_by_badge


@get("/bench/{code:str}", opt={"access": BENCH})
async def show_envelope(request: Request[Any, Any, Any], code: str, by: Actor) -> Response[str]:
    """One piece fills the screen."""
    sheet = await worksheet(tidy(code), by=by)
    return await page(
        request, "bench/bench.html", view="piece", code=sheet.envelope.code, names=await names_here(by.shop),
        **_piece(sheet),
    )  # fmt: skip


@get("/bench/{code:str}/sheet", opt={"access": BENCH})
async def show_sheet(request: Request[Any, Any, Any], code: str, by: Actor) -> Response[str]:
    """The same piece read again, as a fragment."""
    return await page(request, "bench/_piece.html", **_piece(await worksheet(tidy(code), by=by)))


def _piece(sheet: Any) -> dict[str, Any]:
    start = sheet.standing.stage
    acts = {to.value: MOVES[start, to].act for to in sheet.allowed if (start, to) in MOVES}
    return {"sheet": sheet, "envelope": sheet.envelope, "acts": acts, "hold_reasons": HOLD_REASONS}


@post("/bench/scans", opt={"access": BENCH}, status_code=200)
async def scan(request: Request[Any, Any, Any], by: Actor) -> Response[Any]:
    """Carry out a scan (or the button that says the same) and answer in big letters and a sound."""
    form = await form_of(request)
    in_hand = tidy(form.text("in_hand"))
    try:
        answer = await read_scan(form.text("code"), in_hand, by=by)
        if answer.badge:
            where = f"/bench/{in_hand}" if in_hand else "/bench"
            return await take_over_by_badge(request, answer.badge, where=where)
    except WorkshopError as error:
        return await _refuse(request, error, in_hand, by)
    if answer.go:
        return go(request, answer.go)
    return await _say(request, answer, by)


@post("/bench/{code:str}/moves", opt={"access": BENCH}, status_code=200)
async def move_on(request: Request[Any, Any, Any], code: str, by: Actor) -> Response[Any]:
    """A quieter move of the table: hold with its reason, off hold, back to the queue, to a vendor."""
    form = await form_of(request)
    try:
        to = _stage(form.text("to"))
        envelope = await advance(tidy(code), Wish(to, form.text("reason")), by=by)
    except WorkshopError as error:
        return await _refuse(request, error, tidy(code), by)
    zone = (await shop_of(by.shop)).zone
    said = HOLD_REASONS.get(form.text("reason"), "") if to is Stage.ON_HOLD else ""
    words = " · ".join(
        part for part in (WORDS[to].label, said, by.name.split()[0], f"{clock.local(clock.now(), zone):%H:%M}") if part
    )
    return await _say(request, Answer(words, tone_of(envelope), "ok", icon_of(envelope), envelope.code), by)


def _stage(text: str) -> Stage:
    try:
        return Stage(text)
    except ValueError:
        raise InvalidInput("Choose where it goes.", to="Choose where it goes.") from None


async def _refuse(request: Request[Any, Any, Any], error: WorkshopError, in_hand: str, by: Actor) -> Response[Any]:
    """Say why not, and show the piece in hand as it stands now."""
    is_moved_on = isinstance(error, NotAllowed) and bool(in_hand)
    answer = Answer(error.message, "danger", "refused", "alert-circle", in_hand, "piece" if is_moved_on else "")
    return await _say(request, answer, by, status=error.status)


async def _say(request: Request[Any, Any, Any], answer: Answer, by: Actor, status: int = 200) -> Response[Any]:
    context: dict[str, Any] = {}
    headers = {}
    if answer.code and answer.view:
        context = _piece(await worksheet(answer.code, by=by))
        headers = {"HX-Push-Url": f"/bench/{answer.code}"}
    return await page(
        request, "bench/_answer.html", status=status, headers=headers, answer=answer, view=answer.view, **context
    )


@get("/bench/{code:str}/found", opt={"access": BENCH})
async def show_finding(request: Request[Any, Any, Any], code: str, by: Actor) -> Response[str]:
    """Something new: photo, proposed work, words for the customer."""
    return await _finding_form(request, code, by, values={}, errors={})


async def _finding_form(
    request: Request[Any, Any, Any], code: str, by: Actor, *, values: dict[str, Any], errors: dict[str, str],
    status: int = 200,
) -> Response[str]:  # fmt: skip
    sheet = await worksheet(tidy(code), by=by)
    return await page(
        request, "bench/found.html", status=status, values=values, errors=errors, key=new_token(),
        offered=await offered_tasks(sheet), photos=[photo for photo in sheet.photos if photo["kind"] == "found"],
        may_send=by.is_one_of("manager", "owner"), marking_data=marking_for(sheet, values), **_piece(sheet),
    )  # fmt: skip


@post("/bench/{code:str}/found", opt={"access": BENCH}, status_code=200)
async def send_finding(request: Request[Any, Any, Any], code: str, by: Actor) -> Response[Any]:
    """A finding becomes the next version of the estimate; work stops until the customer's word."""
    form = await form_of(request)
    finding = Finding(form.text("note"), form.texts("task"), form.dict(), is_sent=form.ticked("send"))

    async def act() -> str:
        marks, frames = marks_in(form)
        async with joined_transaction():  # the estimate and what is marked: both, or neither
            await report_finding(tidy(code), finding, by=by)
            if marks:
                await mark_found(tidy(code), marks, frames, by=by)
        return f"/bench/{tidy(code)}"

    try:
        whom = "the customer" if finding.is_sent else "the counter"
        return await act_once(request, form, act, flash=f"Sent to {whom}. Work waits for the answer.")
    except (InvalidInput, Conflict) as error:
        values = {**form.dict(), "task": form.texts("task")}
        errors = error.fields if isinstance(error, InvalidInput) else {"finding": error.message}
        return await _finding_form(request, code, by, values=values, errors=errors, status=error.status)


HANDLERS = [show_envelope, show_sheet, scan, move_on, show_finding, send_finding]
