"""One question about a person: in the dialog of their page, or on a page of its own; again when refused."""

from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from litestar import Request, Response

from workshop.errors import InvalidInput, WorkshopError
from workshop.record.tables import Customer
from workshop.web.forms import Form, act_once
from workshop.web.pages import page

Req = Request[Any, Any, Any]
Asking = Callable[[Form | None, WorkshopError | None], Awaitable[Response[Any]]]


async def ask(
    request: Req, customer: Customer, question: str, *, form: Form | None = None,
    refused: WorkshopError | None = None, values: dict[str, Any] | None = None, **context: Any,
) -> Response[str]:  # fmt: skip
    """Show a question with what is known (`values`), or with what was typed when it was refused."""
    fields = refused.fields if isinstance(refused, InvalidInput) else {}
    template = "intake/customer_ask_body.html" if request.headers.get("hx-request") else "intake/customer_ask.html"
    typed: dict[str, Any] = defaultdict(str, values or {})
    if form is not None:
        typed = defaultdict(str, form.dict())
    return await page(
        request, template, status=refused.status if refused else 200, customer=customer, question=question,
        values=typed, errors=fields, key=(form and form.text("idempotency_key")) or uuid4().hex,
        is_again=form is not None, trouble="" if fields or refused is None else refused.message, **context,
    )  # fmt: skip


async def answered(
    request: Req, form: Form, act: Callable[[], Awaitable[None]], customer: int, again: Asking, *, flash: str = "",
    undo_url: Callable[[], str] | None = None,
) -> Response[Any]:  # fmt: skip
    """Carry out what was answered once, back to the customer's page; asked again with the reason when refused.

    Answered in the dialog of that very page, the page is read again where it stands, not from its top.
    """
    where = f"/customers/{customer}"

    async def carry_out() -> str:
        await act()
        return where

    try:
        response = await act_once(request, form, carry_out, flash=flash, undo_url=undo_url)
    except WorkshopError as error:
        return await again(form, error)
    if urlsplit(request.headers.get("hx-current-url", "")).path == where:
        response.headers.pop("HX-Redirect", None)
        response.headers["HX-Refresh"] = "true"
    return response
