"""Notes on the customer's page: written, taken out of view, put back."""

from typing import Any

from litestar import Request, Response, post

from intake.customer_view import customer_page
from workshop.errors import WorkshopError
from workshop.record.customers.notes import add_note, remove_note, restore_note
from workshop.record.events import Actor
from workshop.web.auth import COUNTER
from workshop.web.forms import act_once, form_of

Req = Request[Any, Any, Any]


@post("/customers/{customer_id:int}/notes", opt={"access": COUNTER}, status_code=200)
async def write_note(request: Req, customer_id: int, by: Actor) -> Response[Any]:
    """Write a note down, about one of their pieces if one is chosen."""
    form = await form_of(request)

    async def act() -> str:
        await add_note(customer_id, form.text("text"), piece=form.whole("piece"), by=by)
        return f"/customers/{customer_id}#notes"

    try:
        return await act_once(request, form, act)
    except WorkshopError as error:
        return await customer_page(request, customer_id, by, form=form, refused=error)


@post("/customers/{customer_id:int}/notes/{note:int}/remove", opt={"access": COUNTER}, status_code=200)
async def take_note_off(request: Req, customer_id: int, note: int, by: Actor) -> Response[Any]:
    """Out of view, by who wrote it or a manager; it can be put back."""
    form = await form_of(request)

    async def act() -> str:
        await remove_note(customer_id, note, by=by)
        return f"/customers/{customer_id}#notes"

    return await act_once(
        request, form, act, flash="Note removed.", undo_url=lambda: f"/customers/{customer_id}/notes/{note}/restore"
    )


@post("/customers/{customer_id:int}/notes/{note:int}/restore", opt={"access": COUNTER}, status_code=200)
async def put_note_back(request: Req, customer_id: int, note: int, by: Actor) -> Response[Any]:
    """Undo."""
    form = await form_of(request)

    async def act() -> str:
        await restore_note(customer_id, note, by=by)
        return f"/customers/{customer_id}#notes"

    return await act_once(request, form, act)


handlers = [write_note, take_note_off, put_note_back]
