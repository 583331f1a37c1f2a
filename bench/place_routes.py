"""Pages of the places: what lies where, setting them up, labels for boxes, what has no ticket."""

from typing import Any

import anyio.to_thread
from litestar import Request, Response, get, post

from bench.card_pictures import draw_codes
from workshop.errors import Conflict, InvalidInput
from workshop.record.cards import refuse_cards_in
from workshop.record.events import Actor
from workshop.record.whereabouts.custody import AWAY, KINDS
from workshop.record.whereabouts.places import (
    OWN,
    add_place,
    pieces_at,
    place_of,
    places_of,
    rename_place,
    retire_place,
)
from workshop.record.whereabouts.unticketed import begun_and_not_signed, nobody_knows_where
from workshop.web.auth import COUNTER, MANAGER, STAFF
from workshop.web.forms import form_of
from workshop.web.pages import go, page

Req = Request[Any, Any, Any]


@get("/places", opt={"access": STAFF})
async def show_places(request: Req, by: Actor) -> Response[str]:
    """Every place with how much lies there."""
    return await _places(request, by)


async def _places(
    request: Req, by: Actor, *, errors: dict[str, str] | None = None, values: dict[str, str] | None = None
) -> Response[str]:
    is_counter = by.is_one_of("counter", "manager", "owner")
    return await page(
        request, "bench/places.html", status=422 if errors else 200, places=await places_of(by.shop),
        place_kinds=KINDS, own_kinds=[(kind, KINDS[kind][0]) for kind in OWN], errors=errors or {}, values=values or {},
        lost=await nobody_knows_where(by.shop), is_counter=is_counter, may_change=by.is_one_of("manager", "owner"),
        begun=len(await begun_and_not_signed(by.shop)) if is_counter else 0,
    )  # fmt: skip


@post("/places", opt={"access": MANAGER}, status_code=200)
async def make_place(request: Req, by: Actor) -> Response[Any]:
    """One more box, tray or bench."""
    form = await form_of(request)
    try:
        refuse_cards_in(form.texts_by_name())
        place = await add_place(form.text("name"), form.text("kind"), by=by)
    except InvalidInput as error:
        return await _places(request, by, errors=error.fields, values=form.dict())
    return go(request, f"/places/{place['id']}", flash=f"“{place['name']}” is ready. Print its label.")


@get("/places/{place:int}", opt={"access": STAFF})
async def show_place(request: Req, place: int, by: Actor) -> Response[str]:
    """What lies in one place."""
    return await _place(request, place, by)


async def _place(
    request: Req, place: int, by: Actor, *, errors: dict[str, str] | None = None, name: str | None = None,
    status: int = 200,
) -> Response[str]:  # fmt: skip
    row = await place_of(place, shop=by.shop)
    return await page(
        request, "bench/place.html", status=status, place=row, pieces=await pieces_at(place, shop=by.shop),
        kind=KINDS.get(row["kind"], ("Place", "map-pin", "")), errors=errors or {},
        name=row["name"] if name is None else name, may_change=by.is_one_of("manager", "owner"),
    )  # fmt: skip


@post("/places/{place:int}", opt={"access": MANAGER}, status_code=200)
async def name_place(request: Req, place: int, by: Actor) -> Response[Any]:
    """Call it something else."""
    form = await form_of(request)
    try:
        refuse_cards_in(form.texts_by_name())
        await rename_place(place, form.text("name"), by=by)
    except InvalidInput as error:
        return await _place(request, place, by, errors=error.fields, name=form.text("name"), status=422)
    return go(request, f"/places/{place}", flash="Renamed. The code on its label stays good.")


@post("/places/{place:int}/retirement", opt={"access": MANAGER}, status_code=200)
async def end_place(request: Req, place: int, by: Actor) -> Response[Any]:
    """It is not used any more."""
    try:
        name = await retire_place(place, by=by)
    except Conflict as error:
        return await _place(request, place, by, errors={"retire": error.message}, status=409)
    return go(request, "/places", flash=f"“{name}” is not used any more. Take its label down.")


@get("/places/labels", opt={"access": STAFF})
async def show_labels(request: Req, by: Actor, place: int | None = None) -> Response[str]:
    """Labels to stick on the boxes: one, or all of them."""
    rows = [
        {"title": row["name"][:1].upper() + row["name"][1:], "code": row["code"],
         "hint": KINDS.get(row["kind"], ("Place",))[0]}
        for row in await places_of(by.shop) if place in (None, row["id"]) and row["kind"] not in AWAY
    ]  # fmt: skip
    await anyio.to_thread.run_sync(draw_codes, rows)
    back = f"/places/{place}" if place else "/places"
    return await page(request, "bench/place_labels.html", places=rows, back=back)


@get("/places/unticketed", opt={"access": COUNTER})
async def show_unticketed(request: Req, by: Actor) -> Response[str]:
    """What lies on the counter and no signed ticket stands for."""
    return await page(
        request, "bench/unticketed.html", begun=await begun_and_not_signed(by.shop),
        lost=await nobody_knows_where(by.shop),
    )  # fmt: skip


HANDLERS = [
    show_places, make_place, show_place, name_place, end_place, show_labels, show_unticketed,
]  # fmt: skip
