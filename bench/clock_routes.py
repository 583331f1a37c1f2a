"""Clocks that ran on last night: whoever forgot theirs is asked when they stopped, and a manager too."""

from typing import Any

from litestar import Request, Response, get, post

from workshop.errors import Conflict, InvalidInput
from workshop.record.bench.overnight import clocks_to_confirm, confirm_stop
from workshop.record.cards import refuse_cards_in
from workshop.record.events import Actor
from workshop.web.auth import BENCH
from workshop.web.forms import form_of
from workshop.web.pages import page

Req = Request[Any, Any, Any]


@get("/bench/clocks", opt={"access": BENCH})
async def show_clocks(request: Req, by: Actor) -> Response[str]:
    """What was stopped for me at night; for a manager everybody's."""
    return await _clocks(request, by)


@post("/bench/clocks/{span:int}", opt={"access": BENCH}, status_code=200)
async def say_when(request: Req, span: int, by: Actor) -> Response[str]:
    """When they really stopped."""
    form = await form_of(request)
    try:
        refuse_cards_in(form.texts_by_name())
        await confirm_stop(span, form.text("at"), by=by)
    except (InvalidInput, Conflict) as error:
        words = next(iter(error.fields.values())) if isinstance(error, InvalidInput) else error.message
        return await _clocks(request, by, status=error.status, wrong=(span, words), typed=form.text("at"))
    return await _clocks(request, by)


async def _clocks(
    request: Req, by: Actor, *, status: int = 200, wrong: tuple[int, str] = (0, ""), typed: str = ""
) -> Response[str]:
    rows = await clocks_to_confirm(by)
    return await page(
        request, "bench/_clocks.html", status=status, clocks=rows, me_id=by.id, wrong=wrong, typed=typed
    )  # fmt: skip


HANDLERS = [show_clocks, say_when]
