"""Records that may be one person: the manager's list, and a colleague's word that they are two."""

from typing import Any
from uuid import uuid4

from litestar import Request, Response, get, post

from workshop.record.customers.duplicates import PAGE, REASONS, likely_pairs, tell_apart
from workshop.record.events import Actor
from workshop.web.auth import COUNTER, MANAGER
from workshop.web.forms import act_once, form_of
from workshop.web.pages import inside, page

Req = Request[Any, Any, Any]


@get("/customers/duplicates", opt={"access": MANAGER})
async def show_pairs(request: Req, before: int = 0) -> Response[str]:
    """Every pair nobody has looked at yet, the newest first."""
    rows = await likely_pairs(before or None)
    return await page(
        request, "intake/duplicates.html", pairs=rows[:PAGE], earlier=rows[PAGE - 1]["id"] if len(rows) > PAGE else 0,
        before=before, reasons=REASONS, key=lambda: uuid4().hex,
    )  # fmt: skip


@post("/customers/{customer_id:int}/different", opt={"access": COUNTER}, status_code=200)
async def say_different(request: Req, customer_id: int, by: Actor) -> Response[Any]:
    """Not the same person."""
    form = await form_of(request)

    async def act() -> str:
        await tell_apart(customer_id, form.whole("other") or 0, by=by)
        return inside(form.text("back")) or f"/customers/{customer_id}"

    return await act_once(request, form, act, flash="Two people. We will not ask again.")


handlers = [show_pairs, say_different]
