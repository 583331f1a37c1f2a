"""A watch on the timegrapher, in the pressure tester, on the battery meter and on the stand."""

from typing import Any

from litestar import Request, Response, get, post

from bench.figures import scaled
from bench.worksheet import worksheet
from workshop import clock
from workshop.errors import InvalidInput
from workshop.record.bench.watch_checks import (
    POSITIONS,
    Reading,
    hours_between,
    keep_reading,
    readings_of,
    start_test,
    stop_test,
    strike_reading,
)
from workshop.record.codes import new_token, tidy
from workshop.record.events import Actor
from workshop.record.shop.shops import shop_of
from workshop.web.auth import BENCH
from workshop.web.forms import Form, act_once, form_of
from workshop.web.pages import go, page

Req = Request[Any, Any, Any]


@get("/bench/{code:str}/watch", opt={"access": BENCH})
async def show_watch(request: Req, code: str, by: Actor, moment: str = "") -> Response[str]:
    """What was measured before and after, and the running test."""
    return await _watch_page(request, code, by, moment=moment)


async def _watch_page(
    request: Req, code: str, by: Actor, *, moment: str = "", form: Form | None = None,
    errors: dict[str, str] | None = None,
) -> Response[str]:  # fmt: skip
    sheet = await worksheet(tidy(code), by=by)
    rows = await readings_of([sheet.envelope.id])
    test = next((row for row in rows if row["kind"] == "running" and row["ended_at"] is None), None)
    zone = (await shop_of(by.shop)).zone
    before = not any(row["moment"] == "after" for row in rows) and not sheet.envelope.worked_seconds
    return await page(
        request, "bench/watch.html", status=422 if errors else 200, sheet=sheet, envelope=sheet.envelope, rows=rows,
        test=test, ran=hours_between(test["began_at"], clock.now()) if test else 0,
        since=clock.local(test["began_at"], zone) if test else None, positions=POSITIONS,
        table=_table(rows), moment=moment if moment in ("before", "after") else ("before" if before else "after"),
        errors=errors or {}, values=form.dict() if form else {}, key=new_token(), door="watch",
        asked=form.text("kind") if form else "",
    )  # fmt: skip


def _table(rows: list[dict[str, Any]]) -> list[tuple[str, dict[str, dict[str, Any]]]]:
    """Timing by position, the newest before and after side by side."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for row in rows:
        if row["kind"] == "timing":
            found.setdefault(row["position"], {})[row["moment"]] = row
    return [(words, found[place]) for place, words in POSITIONS.items() if place in found]


@post("/bench/{code:str}/watch", opt={"access": BENCH}, status_code=200)
async def add_reading(request: Req, code: str, by: Actor) -> Response[Any]:
    """One measurement, or the running test begun or ended."""
    form = await form_of(request)
    moment = "before" if form.text("moment") == "before" else "after"

    async def act() -> str:
        kind = form.text("kind")
        if kind == "begin":
            await start_test(tidy(code), by=by)
        elif kind == "end":
            rate = scaled(form, "rate_tenths", 10, "4 or -3.5")
            await stop_test(tidy(code), passed=form.text("result") != "no", rate_tenths=rate, by=by)
        else:
            await keep_reading(tidy(code), _reading(form, kind, moment), by=by)
        return f"/bench/{tidy(code)}/watch?moment={moment}"

    try:
        return await act_once(request, form, act, flash="Written down.")
    except InvalidInput as error:
        return await _watch_page(request, code, by, moment=moment, form=form, errors=error.fields)


def _reading(form: Form, kind: str, moment: str) -> Reading:
    """Only the figures of its kind are read."""
    if kind == "timing":
        return Reading(
            kind, moment, form.text("position"), rate_tenths=scaled(form, "rate_tenths", 10, "4 or -3.5"),
            amplitude=scaled(form, "amplitude", 1, "285"), beat_tenths=scaled(form, "beat_tenths", 10, "0.3"),
        )  # fmt: skip
    if kind == "water":
        passed = {"yes": True, "no": False}.get(form.text("result"))
        return Reading(kind, moment, bar_tenths=scaled(form, "bar_tenths", 10, "5"), is_passed=passed)
    if kind == "battery":
        return Reading(
            kind, moment, current_na=scaled(form, "current_na", 1000, "1.15"),
            millivolts=scaled(form, "millivolts", 1000, "1.55"),
        )  # fmt: skip
    return Reading(kind, moment, serial=form.text("serial"))


@post("/bench/{code:str}/watch/{reading:int}/strike", opt={"access": BENCH}, status_code=200)
async def take_reading_out(request: Req, code: str, reading: int, by: Actor) -> Response[Any]:
    """A figure that was wrong counts no more."""
    envelope = await strike_reading(reading, by=by)
    return go(request, f"/bench/{envelope.code}/watch", flash="Struck out. The history keeps it.")


HANDLERS = [show_watch, add_reading, take_reading_out]
