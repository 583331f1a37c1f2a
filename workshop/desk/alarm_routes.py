"""Everybody's own list of alarms, the bell on every page, and who takes what."""

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Request, Response, get, post

from workshop.errors import InvalidInput
from workshop.record.alarms.alarm_mail import set_alarm_email
from workshop.record.alarms.alarm_rules import RULES
from workshop.record.alarms.alarms import PAGE, acknowledge, alarms_of, count_for, counts_by_rule, give_back
from workshop.record.events import Actor
from workshop.web.auth import STAFF, who
from workshop.web.forms import act_once, form_of
from workshop.web.pages import page

Req = Request[Any, Any, Any]
Verb = Callable[..., Awaitable[int]]


@get("/alarms", opt={"access": STAFF})
async def show_alarms(
    request: Req, by: Actor, rule: str = "", past: bool = False, before: int | None = None
) -> Response[str]:
    """What needs this colleague, what nobody has taken first."""
    return await _list(request, by, rule=rule, past=past, before=before)


@get("/alarms/bell", opt={"access": STAFF})
async def show_bell(request: Req, by: Actor) -> Response[str]:
    """How many alarms on the list of whoever looks nobody has taken yet."""
    return await page(request, "desk/_bell.html", count=await count_for(by))


@post("/alarms/taken", opt={"access": STAFF}, status_code=200)
async def take_alarms(request: Req, by: Actor) -> Response[Any]:
    """Whoever presses takes care of these."""
    return await _act(request, by, acknowledge, "Yours now. Everybody who has them on the list sees it.")


@post("/alarms/given-back", opt={"access": STAFF}, status_code=200)
async def give_back_alarms(request: Req, by: Actor) -> Response[Any]:
    """They need somebody again."""
    return await _act(request, by, give_back, "Given back: they need somebody again.")


@post("/alarms/mail", opt={"access": STAFF}, status_code=200)
async def set_mail(request: Req, by: Actor) -> Response[Any]:
    """Where somebody's own alarms are mailed."""
    form = await form_of(request)

    async def act() -> str:
        await set_alarm_email(form.text("address"), by=by)
        return "/alarms"

    try:
        return await act_once(request, form, act, flash="Saved.")
    except InvalidInput as error:
        return await _list(request, by, errors=error.fields, typed=form.text("address"), status=422)


async def _act(request: Req, by: Actor, verb: Verb, words: str) -> Response[Any]:
    form = await form_of(request)
    ids = [int(one) for one in form.texts("alarm") if one.isdigit() and len(one) < 19]

    async def act() -> str:
        await verb(ids, by=by)
        rule = form.text("rule")
        return f"/alarms?rule={rule}" if rule in RULES and rule in await counts_by_rule(by) else "/alarms"

    return await act_once(request, form, act, flash=words if ids else "Nothing was ticked.")


async def _list(
    request: Req, by: Actor, *, rule: str = "", past: bool = False, before: int | None = None,
    errors: dict[str, str] | None = None, typed: str | None = None, status: int = 200,
) -> Response[str]:  # fmt: skip
    rows = await alarms_of(by, rule=rule, past=past, before=before)
    staff = who(request).staff
    return await page(
        request, "desk/alarms.html", status=status, rows=rows, rules=RULES, rule=rule, past=past, errors=errors or {},
        counts=await counts_by_rule(by), more=rows[-1]["id"] if len(rows) == PAGE else None, me_id=by.id,
        address=staff.alarm_email if typed is None else typed, is_desk=by.is_one_of("manager", "owner"),
    )  # fmt: skip


handlers = [show_alarms, show_bell, take_alarms, give_back_alarms, set_mail]
