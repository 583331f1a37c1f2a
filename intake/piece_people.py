"""Whose a piece is: passing it on, who wears it, who may collect it, and that it is a surprise."""

from typing import Any

from litestar import Request, Response, get, post

from intake.piece_ask import ask_about, back_to
from intake.piece_view import household_of
from workshop.db import joined_transaction
from workshop.errors import InvalidInput, NotFound, WorkshopError
from workshop.record.customers.customers import NewCustomer, add_customer
from workshop.record.customers.search import search
from workshop.record.events import Actor
from workshop.record.pieces.ownership import HOW, Handing, give_piece, keep_secret, owner_of, set_wearer
from workshop.record.pieces.piece_collectors import HOW_SAID, allow_collector, end_collector, standing_collectors
from workshop.record.pieces.piece_lock import piece_by_id
from workshop.record.pieces.piece_measures import read_day
from workshop.record.pieces.pieces import in_words
from workshop.web.auth import COUNTER
from workshop.web.forms import Form, act_once, form_of
from workshop.web.pages import page


@get("/pieces/people", opt={"access": COUNTER})
async def pick_person(request: Request[Any, Any, Any], by: Actor) -> Response[str]:
    """People who match what is typed, as choices of the form around them."""
    asked = request.query_params.get("who", "")
    found = await search(asked, shop=by.shop)
    people = [person for household in found for person in household.people][:6]
    name = request.query_params.get("as", "person")
    return await page(
        request, "intake/piece_page_people.html", people=people, asked=asked, field=name if name.isidentifier() else ""
    )


@get(
    ["/pieces/{piece_id:int}/owner", "/pieces/{piece_id:int}/wearer", "/pieces/{piece_id:int}/collector"],
    opt={"access": COUNTER},
)  # fmt: skip
async def ask_person(request: Request[Any, Any, Any], piece_id: int) -> Response[str]:
    """To whom it passes, who wears it, or who may collect it."""
    return await _ask(request, piece_id, request.url.path.rsplit("/", 1)[1])


async def _ask(
    request: Request[Any, Any, Any], piece_id: int, question: str, form: Form | None = None,
    refused: WorkshopError | None = None,
) -> Response[str]:  # fmt: skip
    piece, owner = await piece_by_id(piece_id), await owner_of(piece_id)
    people = await household_of(owner["customer"])
    return await ask_about(
        request, question, back=f"/pieces/{piece_id}", title=in_words(piece), form=form, refused=refused, piece=piece,
        owner=owner, people=people, people_choices=[(one["id"], one["name"]) for one in people],
        hows=list(HOW.items()), hows_said=list(HOW_SAID.items()),
        allowed={one["name"] for one in await standing_collectors(piece_id)},
    )  # fmt: skip


@post("/pieces/{piece_id:int}/owner", opt={"access": COUNTER}, status_code=200)
async def pass_on(request: Request[Any, Any, Any], piece_id: int, by: Actor) -> Response[Any]:
    """The piece passes to its next owner, found among our customers or written down now."""
    form = await form_of(request)

    async def act() -> str:
        async with joined_transaction():  # a new person and the passing, or neither
            to = form.whole("person") or await _new_person(form, by)
            handing = Handing(
                to, form.text("how"), read_day(form.text("on"), "on"), form.whole("given_by"), form.text("note")
            )
            await give_piece(piece_id, handing, by=by)
        return back_to(piece_id, "owners")

    return await _answer(request, piece_id, "owner", form, act)


async def _new_person(form: Form, by: Actor) -> int:
    if not form.text("last_name"):
        raise InvalidInput("To whom does it pass?", person="Find the person, or write down a new one.")
    new = NewCustomer(form.text("last_name"), form.text("first_name"), form.text("phone"))
    return int((await add_customer(new, by=by)).id)


@post("/pieces/{piece_id:int}/wearer", opt={"access": COUNTER}, status_code=200)
async def save_wearer(request: Request[Any, Any, Any], piece_id: int, by: Actor) -> Response[Any]:
    """Who wears it; nobody chosen: its owner."""
    form = await form_of(request)

    async def act() -> str:
        owner = await owner_of(piece_id)
        wearer = form.whole("person")
        await set_wearer(piece_id, None if wearer == owner["customer"] else wearer, by=by)
        return back_to(piece_id, "owners")

    return await _answer(request, piece_id, "wearer", form, act)


@post("/pieces/{piece_id:int}/collector", opt={"access": COUNTER}, status_code=200)
async def allow(request: Request[Any, Any, Any], piece_id: int, by: Actor) -> Response[Any]:
    """At the owner's word, somebody may collect the piece whenever it is here."""
    form = await form_of(request)

    async def act() -> str:
        await allow_collector(
            piece_id, form.text("name"), how=form.text("how"), customer=form.whole("person"), by=by
        )
        return back_to(piece_id, "owners")

    return await _answer(request, piece_id, "collector", form, act)


@post("/pieces/{piece_id:int}/collectors/{collector:int}/end", opt={"access": COUNTER}, status_code=200)
async def end(request: Request[Any, Any, Any], piece_id: int, collector: int, by: Actor) -> Response[Any]:
    """The owner takes the word back."""
    form = await form_of(request)

    async def act() -> str:
        await end_collector(piece_id, collector, by=by)
        return back_to(piece_id, "owners")

    return await act_once(request, form, act)


@post("/pieces/{piece_id:int}/surprise", opt={"access": COUNTER}, status_code=200)
async def mark_surprise(request: Request[Any, Any, Any], piece_id: int, by: Actor) -> Response[Any]:
    """Mark the piece as a surprise, or no longer one."""
    form = await form_of(request)

    async def act() -> str:
        await keep_secret(piece_id, form.ticked("secret"), by=by)
        return back_to(piece_id, "owners")

    return await act_once(request, form, act)


async def _answer(
    request: Request[Any, Any, Any], piece_id: int, question: str, form: Form, act: Any
) -> Response[Any]:
    try:
        return await act_once(request, form, act)
    except NotFound:
        raise
    except WorkshopError as error:
        return await _ask(request, piece_id, question, form, error)


handlers = [pick_person, ask_person, pass_on, save_wearer, allow, end, mark_surprise]
