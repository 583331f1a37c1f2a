"""Acting on many ticked pieces: asked for, watched while it happens, taken back."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from workshop.db import fetch
from workshop.desk.lists import LISTS, Sieve
from workshop.desk.piece_lists import day_in, list_of, list_page
from workshop.errors import InvalidInput
from workshop.record.alarms.bulk import progress_of, start_bulk, undo_bulk
from workshop.record.alarms.bulk_acts import ACTS
from workshop.record.events import Actor
from workshop.web.auth import MANAGER
from workshop.web.forms import Form, act_once, form_of
from workshop.web.pages import inside, page

Req = Request[Any, Any, Any]


@post("/desk/bulk", opt={"access": MANAGER}, status_code=200)
async def start(request: Req, by: Actor) -> Response[Any]:
    """Begin an act on the ticked pieces and go where its progress is shown."""
    form = await form_of(request)

    async def act() -> str:
        codes = form.texts("piece")
        back = inside(form.text("came_from"))
        return f"/desk/bulk/{await start_bulk(form.text('act'), _wanted(form), codes, by=by, came_from=back)}"

    try:
        return await act_once(request, form, act)
    except InvalidInput as error:
        slug = form.text("list")
        errors = error.fields or {"pieces": error.message}
        one = list_of(slug if slug in LISTS else "open")
        sieve = Sieve(form.whole("person"), day_in(form.text("of_day")), form.text("of_reason"), form.text("of_place"),
                      day_in(form.text("of_week")))  # fmt: skip
        return await list_page(request, one, sieve, by, form=form, errors=errors)


def _wanted(form: Form) -> dict[str, Any]:
    match form.text("act"):
        case "assign":
            return {"jeweler": form.whole("jeweler"), "reason": form.text("assign_reason")}
        case "move_date":
            return {"day": form.text("day"), "reason": form.text("reason")}
    return {}


@get("/desk/bulk/{bulk:uuid}", opt={"access": MANAGER})
async def show_progress(request: Req, bulk: UUID, by: Actor) -> Response[str]:
    """What became of each piece so far."""
    return await _progress(request, "desk/bulk.html", bulk, by)


@get("/desk/bulk/{bulk:uuid}/progress", opt={"access": MANAGER})
async def read_progress(request: Req, bulk: UUID, by: Actor) -> Response[str]:
    """The same read again while it goes on."""
    return await _progress(request, "desk/_bulk.html", bulk, by)


async def _progress(request: Req, template: str, bulk: UUID, by: Actor) -> Response[str]:
    progress = await progress_of(bulk, shop=by.shop)
    staff = progress.wanted.get("jeweler")
    rows = await fetch("SELECT name FROM staff WHERE id = $1 AND shop = $2", staff, by.shop) if staff else []
    return await page(
        request, template, progress=progress, acts=ACTS, to=rows[0]["name"] if rows else "",
        day=progress.wanted.get("day", ""),
    )  # fmt: skip


@post("/desk/bulk/{bulk:uuid}/undo", opt={"access": MANAGER}, status_code=200)
async def undo(request: Req, bulk: UUID, by: Actor) -> Response[Any]:
    """Put back what it changed."""
    form = await form_of(request)

    async def act() -> str:
        return f"/desk/bulk/{await undo_bulk(bulk, by=by)}"

    return await act_once(request, form, act)


handlers = [start, show_progress, read_progress, undo]
