"""What a customer tells the shop on their page, in words of their own."""

from contextlib import suppress
from typing import Any

from litestar import Response, post

from notifications.customer_frame import Req, back, enter, language_of, show
from notifications.customer_words import words_for
from notifications.page_notes import write_to_shop
from notifications.thanks import say_how_it_was
from workshop.errors import Conflict, InvalidInput, TooMany
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


@post("/t/{token:str}/how-it-was", opt={"access": ANYONE}, status_code=200, include_in_schema=False)
async def say_how(request: Req, token: str) -> Response[Any]:
    """One tap after the visit. The same tap twice is one."""
    ticket = await enter(request, token)
    said = (await form_of(request)).text("well")
    if said in ("yes", "no"):
        with suppress(Conflict):  # a piece came back meanwhile: the page says how it stands
            await say_how_it_was(ticket, well=said == "yes")
    return back(token, "#after")


handlers = [write_note, say_how]
