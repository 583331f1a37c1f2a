"""What a customer tells the shop on their page, in words of their own."""

from typing import Any

from litestar import Response, post

from notifications.customer_frame import Req, back, enter, language_of, show
from notifications.customer_words import words_for
from notifications.page_notes import write_to_shop
from workshop.errors import InvalidInput, TooMany
from workshop.web.auth import ANYONE
from workshop.web.forms import form_of


@post("/t/{token:str}/notes", opt={"access": ANYONE}, status_code=200, include_in_schema=False)
async def write_note(request: Req, token: str) -> Response[Any]:
    """Words for the counter. The same words twice are one."""
    ticket = await enter(request, token)
    form = await form_of(request)
    try:
        await write_to_shop(ticket, form.text("words"))
    except (InvalidInput, TooMany) as error:
        words = words_for(await language_of(request, ticket))
        sentence = words["note_enough"] if isinstance(error, TooMany) else _why(form.text("words"), words)
        return await show(request, token, ticket, status=422, note_error=sentence, values=form.dict())
    return back(token, "?told=1#notes")


def _why(typed: str, words: dict[str, str]) -> str:
    """A card number is the one thing that is refused for what it says."""
    return words["note_card"] if typed.strip() and len(typed) <= 600 else words["note_empty"]


handlers = [write_note]
