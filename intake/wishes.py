"""The wish list: one tap to note, one to close, one to undo."""

from typing import Any

from litestar import Request, Response, post

from workshop import money
from workshop.errors import InvalidInput
from workshop.record.customers.customers import customer_by_id
from workshop.record.customers.wishes import NewWish, close_wish, note_wish, wishes_of
from workshop.record.events import Actor
from workshop.web.auth import COUNTER
from workshop.web.forms import Form, act_once, form_of
from workshop.web.pages import inside, page


@post("/customers/{customer_id:int}/wishes", opt={"access": COUNTER}, status_code=200)
async def add_wish(request: Request[Any, Any, Any], customer_id: int, by: Actor) -> Response[Any]:
    """Note a wish; the list is shown again, or the page it was noted on."""
    form = await form_of(request)

    async def act() -> str:
        new = NewWish(form.text("words"), form.text("style_no"), form.whole("piece"), _price(form))
        await note_wish(form.whole("for") or customer_id, new, by=by)
        return inside(form.text("back")) or f"/customers/{customer_id}"

    try:
        answer = await act_once(request, form, act, flash="On the wish list." if form.text("back") else "")
    except InvalidInput as error:
        return await _list(request, customer_id, form, error)
    is_list = request.headers.get("hx-target", "").endswith("wishes")
    return await _list(request, customer_id) if is_list else answer


def _price(form: Form) -> int | None:
    return money.parse(form.text("price"), "price") if form.text("price") else None


@post("/customers/{customer_id:int}/wishes/{wish:int}", opt={"access": COUNTER}, status_code=200)
async def settle_wish(request: Request[Any, Any, Any], customer_id: int, wish: int, by: Actor) -> Response[Any]:
    """Bought, not wanted any more, or back on the list."""
    form = await form_of(request)

    async def act() -> str:
        await close_wish(wish, form.text("state"), by=by, customer=customer_id)
        return f"/customers/{customer_id}"

    answer = await act_once(request, form, act)
    return await _list(request, customer_id) if request.headers.get("hx-request") else answer


async def _list(
    request: Request[Any, Any, Any], customer_id: int, form: Form | None = None, refused: InvalidInput | None = None
) -> Response[str]:
    customer = await customer_by_id(customer_id)
    return await page(
        request, "intake/_customer_wishes.html", status=422 if refused else 200, customer=customer,
        wishes=await wishes_of(customer.id), wish_errors=refused.fields if refused else {},
        wish_typed=form.dict() if form else {},
    )  # fmt: skip


handlers = [add_wish, settle_wish]
