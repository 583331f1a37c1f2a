"""One question about a piece or a purchase: in the dialog of a page, on a page by itself, and again when refused."""

from typing import Any
from uuid import uuid4

from litestar import Request, Response

from intake.tickets import typed
from workshop.errors import InvalidInput, WorkshopError
from workshop.web.forms import Form
from workshop.web.pages import page


async def ask_about(
    request: Request[Any, Any, Any], question: str, *, back: str, title: str, form: Form | None = None,
    refused: WorkshopError | None = None, **context: Any,
) -> Response[str]:  # fmt: skip
    """Show the question `intake/piece_page_ask_<question>.html`; what was typed into a refused form stays."""
    fields = refused.fields if isinstance(refused, InvalidInput) else {}
    is_fragment = request.headers.get("hx-request")
    template = "intake/piece_page_ask_body.html" if is_fragment else "intake/piece_page_ask.html"
    return await page(
        request, template, status=refused.status if refused else 200, question=question, back=back, about=title,
        values=typed(form), errors=fields, is_again=form is not None,
        key=(form and form.text("idempotency_key")) or uuid4().hex,
        trouble="" if fields or refused is None else refused.message, **context,
    )  # fmt: skip


def back_to(piece: int, part: str) -> str:
    """The page of a piece at one of its parts. Told apart from the address it is on, so that browsers read it again."""
    return f"/pieces/{piece}?v={uuid4().hex[:6]}#{part}"
