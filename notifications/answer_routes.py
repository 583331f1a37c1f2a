"""Writing back to a customer who wrote: a page of its own, so that nothing typed is lost when the list moves."""

from typing import Any
from uuid import UUID, uuid4

from litestar import Request, Response, Router, get, post

from notifications.page_notes import LONGEST_ANSWER, note_to_answer, why_not_by_text, write_back
from workshop.errors import InvalidInput
from workshop.record.events import Actor
from workshop.web.auth import COUNTER
from workshop.web.forms import Form, act_once, form_of
from workshop.web.pages import page

Req = Request[Any, Any, Any]


@get("/messages/{message_id:uuid}/answer", opt={"access": COUNTER}, include_in_schema=False)
async def show_answer(request: Req, by: Actor, message_id: UUID) -> Response[str]:
    """What they wrote, and room for the answer."""
    return await _show(request, by, message_id)


async def _show(
    request: Req, by: Actor, message_id: UUID, errors: dict[str, str] | None = None, form: Form | None = None
) -> Response[str]:
    row = await note_to_answer(message_id, shop=by.shop)
    return await page(
        request, "notifications/answer.html", status=422 if errors else 200, row=row, errors=errors or {},
        words=form.text("words") if form else "", most=LONGEST_ANSWER, why_not=await why_not_by_text(row),
        key=form.text("idempotency_key") if form else uuid4().hex,
    )  # fmt: skip


@post("/messages/{message_id:uuid}/answer", opt={"access": COUNTER}, status_code=200, include_in_schema=False)
async def send_answer(request: Req, by: Actor, message_id: UUID) -> Response[Any]:
    """One text back."""
    form = await form_of(request)

    async def act() -> str:
        await write_back(message_id, form.text("words"), by=by)
        return "/messages"

    try:
        return await act_once(request, form, act, flash="Your answer is on its way.")
    except InvalidInput as error:
        return await _show(request, by, message_id, error.fields, form)


router = Router("/", route_handlers=[show_answer, send_answer])
