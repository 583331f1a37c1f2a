"""Time on the job: the clock on a task, pauses, what each worked, corrections with a reason."""

from typing import Any

from litestar import Request, Response, get, post

from bench.figures import moment
from bench.worksheet import worksheet
from workshop import clock
from workshop.db import fetch
from workshop.errors import Conflict, InvalidInput
from workshop.record.bench.work_spans import spans_of
from workshop.record.bench.work_time import Hours, add_time, correct_time, finish_task, pause_work, work_on
from workshop.record.codes import new_token, tidy
from workshop.record.events import Actor
from workshop.record.shop.shops import shop_of
from workshop.web.auth import BENCH
from workshop.web.forms import Form, act_once, form_of
from workshop.web.pages import go, page

Req = Request[Any, Any, Any]


@post("/bench/{code:str}/clock", opt={"access": BENCH}, status_code=200)
async def set_clock(request: Req, code: str, by: Actor) -> Response[Any]:
    """My clock runs on one task, on the piece as a whole, or stops; or a task is done."""
    form = await form_of(request)
    where, task = f"/bench/{tidy(code)}", form.whole("task")
    try:
        said = await _set(tidy(code), form.text("act"), task, by)
    except Conflict as error:
        return go(request, where, flash=error.message, kind="danger")
    return go(request, where, flash=said)


async def _set(code: str, act: str, task: int | None, by: Actor) -> str:
    if act == "pause":
        _, changed = await pause_work(code, by=by)
        return "Your clock is stopped. The piece stays at the bench." if changed else "Your clock was not running."
    if act == "done" and task is not None:
        await finish_task(code, task, by=by)
        return "Done. The rest is still to do."
    if act == "work":
        await work_on(code, task, by=by)
        return "Your clock runs on it."
    raise InvalidInput("Choose what the clock does.", act="Choose what the clock does.")


@get("/bench/{code:str}/time", opt={"access": BENCH})
async def show_time(request: Req, code: str, by: Actor) -> Response[str]:
    """Who worked on it from when to when, against the book."""
    return await _time_page(request, code, by)


async def _time_page(
    request: Req, code: str, by: Actor, *, form: Form | None = None, errors: dict[str, str] | None = None
) -> Response[str]:
    sheet = await worksheet(tidy(code), by=by)
    zone = (await shop_of(by.shop)).zone
    spans = await spans_of(sheet.envelope.id)
    for span in spans:
        span["began"], span["ended"] = (
            clock.local(at, zone) if at else None for at in (span["began_at"], span["ended_at"])
        )
        span["may_correct"] = not span["is_struck"] and (span["staff"] == by.id or by.is_one_of("manager", "owner"))
    return await page(
        request, "bench/time.html", status=422 if errors else 200, sheet=sheet, envelope=sheet.envelope, spans=spans,
        people=await _people(by), errors=errors or {}, values=form.dict() if form else {}, key=new_token(),
        here=clock.local(clock.now(), zone), me_id=by.id, may_all=by.is_one_of("manager", "owner"), door="time",
    )  # fmt: skip


async def _people(by: Actor) -> list[tuple[str, str]]:
    rows = await fetch(
        """SELECT id, name FROM staff WHERE shop = $1 AND is_active AND NOT is_system
           AND (roles && '{bench,manager,owner}' OR minutes_a_day > 0) ORDER BY name""",
        by.shop,
    )
    return [(str(row["id"]), row["name"]) for row in rows]


@post("/bench/{code:str}/time", opt={"access": BENCH}, status_code=200)
async def write_time(request: Req, code: str, by: Actor) -> Response[Any]:
    """Time no scan saw, or a stretch put right, with the reason."""
    form = await form_of(request)

    async def act() -> str:
        hours = await _hours(form, by)
        if span := form.whole("span"):
            await correct_time(span, hours, by=by)
        else:
            await add_time(tidy(code), hours, by=by, staff=form.whole("staff"), task=form.whole("task"))
        return f"/bench/{tidy(code)}/time"

    try:
        return await act_once(request, form, act, flash="Written down. The history keeps what the clock said.")
    except InvalidInput as error:
        return await _time_page(request, code, by, form=form, errors=error.fields)


async def _hours(form: Form, by: Actor) -> Hours:
    zone = (await shop_of(by.shop)).zone
    if form.text("act") == "strike":
        now = clock.now()
        return Hours(now, now, form.text("reason"), is_struck=True)
    return Hours(moment(form, "began_at", zone), moment(form, "ended_at", zone), form.text("reason"))


HANDLERS = [set_clock, show_time, write_time]
