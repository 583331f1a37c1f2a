"""Ring sizes on the customer's page: tap the finger, choose the size."""

from datetime import date
from typing import Any

from litestar import Request, Response, get, post

from intake.customer_ask import answered, ask
from intake.customer_view import hands
from workshop import clock
from workshop.errors import InvalidInput, WorkshopError
from workshop.record.customers.customers import customer_by_id
from workshop.record.customers.sizes import SIZE_BASES, NewSize, measure, remove_size, restore_size
from workshop.record.events import Actor
from workshop.record.shop.shops import shop_of
from workshop.record.trade import SIZES
from workshop.web.auth import COUNTER
from workshop.web.forms import Form, act_once, form_of

Req = Request[Any, Any, Any]


@get("/customers/{customer_id:int}/sizes", opt={"access": COUNTER})
async def ask_size(request: Req, customer_id: int, by: Actor, finger: str = "") -> Response[str]:
    """Both hands: which finger, which size, and everything measured before."""
    return await _ask(request, customer_id, by, finger)


async def _ask(
    request: Req, customer_id: int, by: Actor, finger: str = "", form: Form | None = None,
    refused: WorkshopError | None = None,
) -> Response[str]:  # fmt: skip
    customer = await customer_by_id(customer_id)
    today = clock.today((await shop_of(by.shop)).zone)
    return await ask(
        request, customer, "size", form=form, refused=refused,
        sizes_on_offer=[("", "Size"), *((size, size) for size in SIZES[1:])],
        values={"finger": finger, "basis": "measured", "measured_on": today.isoformat()},
        bases=list(SIZE_BASES.items()), latest=today.isoformat(), **await hands(customer.id),
    )  # fmt: skip


@post("/customers/{customer_id:int}/sizes", opt={"access": COUNTER}, status_code=200)
async def add_size(request: Req, customer_id: int, by: Actor) -> Response[Any]:
    """Write down the size of a finger."""
    form = await form_of(request)

    async def act() -> None:
        hand, _, finger = form.text("finger").partition(" ")
        day = _day(form.text("measured_on"))
        await measure(customer_id, NewSize(hand, finger, form.text("size"), form.text("basis"), day), by=by)

    return await answered(
        request, form, act, customer_id, lambda typed, error: _ask(request, customer_id, by, "", typed, error)
    )


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput("Which day?", measured_on="Choose the day.") from None


@post("/customers/{customer_id:int}/sizes/{size:int}/remove", opt={"access": COUNTER}, status_code=200)
async def take_size_off(request: Req, customer_id: int, size: int, by: Actor) -> Response[Any]:
    """A size written down by mistake goes out of view; it can be put back."""
    form = await form_of(request)

    async def act() -> str:
        await remove_size(customer_id, size, by=by)
        return f"/customers/{customer_id}"

    return await act_once(
        request, form, act, flash="Size removed.", undo_url=lambda: f"/customers/{customer_id}/sizes/{size}/restore"
    )


@post("/customers/{customer_id:int}/sizes/{size:int}/restore", opt={"access": COUNTER}, status_code=200)
async def put_size_back(request: Req, customer_id: int, size: int, by: Actor) -> Response[Any]:
    """Undo."""
    form = await form_of(request)

    async def act() -> str:
        await restore_size(customer_id, size, by=by)
        return f"/customers/{customer_id}"

    return await act_once(request, form, act)


handlers = [ask_size, add_size, take_size_off, put_size_back]
