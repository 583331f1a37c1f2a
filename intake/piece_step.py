"""One piece of a take-in: what it is, photos, condition, stones, work and price."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from intake.bargain_step import choose_package, package_codes
from intake.draft_fields import PIECE, Data, piece_at, place_of
from intake.draft_saving import Typing, put_fields, stamp_lists
from intake.drafts import Draft, changing, fill_from_known, new_piece, read_draft, ticket_of_draft
from intake.engraving_step import begin_engraving
from intake.frame import frame_of
from intake.piece_frame import piece_frame
from workshop.record.events import Actor
from workshop.record.pieces.pieces import piece_of_customer
from workshop.record.prices.work import price_items
from workshop.record.trade import KINDS
from workshop.web.auth import COUNTER, person_of
from workshop.web.forms import Form, form_of
from workshop.web.pages import go, page, shop_for

ADDING = {"add_task", "add_package"}


@get("/intake/{draft:uuid}/piece/{place:int}", opt={"access": COUNTER})
async def show_piece(request: Request[Any, Any, Any], draft: UUID, place: int, by: Actor) -> Response[Any]:
    """One piece: what it is, photos, condition, stones, work and price."""
    if number := await ticket_of_draft(draft, shop=by.shop):
        return go(request, f"/tickets/{number}")
    data = await read_draft(draft, shop=by.shop)
    return await page(request, "intake/piece.html", **await piece_frame(data, draft, place, by))


@get("/intake/{draft:uuid}/piece/{place:int}/prices", opt={"access": COUNTER})
async def show_prices(request: Request[Any, Any, Any], draft: UUID, place: int, by: Actor) -> Response[str]:
    """The lines priced as they stand, the total, and what follows from what was typed: read again after each save."""
    data = await read_draft(draft, shop=by.shop)
    return await page(request, "intake/_prices.html", partial=True, **await piece_frame(data, draft, place, by))


@get("/intake/{draft:uuid}/piece/{place:int}/photos", opt={"access": COUNTER})
async def show_photos(request: Request[Any, Any, Any], draft: UUID, place: int, by: Actor) -> Response[str]:
    """The photo strip as it stands: read again when photos came in, were named or taken back."""
    data = await read_draft(draft, shop=by.shop)
    piece_at(data, place - 1)
    frame = await frame_of(data, draft, by, "piece", place)
    return await page(request, "intake/_photos.html", piece=data["pieces"][place - 1], place=place, **frame)


@post("/intake/{draft:uuid}/piece/{place:int}/change", opt={"access": COUNTER}, status_code=200)
async def change_piece(request: Request[Any, Any, Any], draft: UUID, place: int, by: Actor) -> Response[Any]:
    """Tap a kind, a known piece, a line of work, a stone: one change, and the piece is shown again."""
    form = await form_of(request)
    drawn: Data = {}
    if piece_id := form.whole("piece_id"):
        data = await read_draft(draft, shop=by.shop)
        await fill_from_known(drawn, await piece_of_customer(piece_id, data["customer_id"]))
    book = {item["code"]: item for item in await price_items(by.shop)} if form.dict().keys() & ADDING else {}
    bundle = form.whole("add_package"), await package_codes(form.whole("add_package"), by.shop)
    zone = (await shop_for(person_of(request))).zone
    async with changing(draft, by=by) as held:
        at = place_of(held.data, form.text("_code")) if form.text("_code") else place - 1
        piece = piece_at(held.data, at)
        put_fields(held, _typed_with_the_tap(form, piece["code"]), by=by, zone=zone)
        piece |= drawn
        _tap(held, piece, form, book, by)
        if bundle[0] is not None:
            choose_package(piece, bundle[0], bundle[1], book)
    data = await read_draft(draft, shop=by.shop)
    return await page(request, "intake/_piece.html", tapped=True, **await piece_frame(data, draft, at + 1, by))


def _typed_with_the_tap(form: Form, code: str) -> Typing:
    """What was typed in the last moment comes with the tap; saving it says what is wrong with it."""
    names = [
        name for name in form.dict()
        if name in PIECE or name == "marks" or name.startswith(("stone-", "task-", "mark-", "engraving-"))
    ]  # fmt: skip
    return Typing({name: form.texts(name) for name in names}, code, form.whole("_base"), form.text("_tab"))


def _tap(held: Draft, piece: Data, form: Form, book: dict[str, dict[str, Any]], by: Actor) -> None:
    """The one thing tapped: a kind, a line of work, a stone; on or off."""
    if form.text("as") in KINDS:
        piece["kind"] = form.text("as")
        piece.pop("piece_id", None)
    if form.text("size_wanted_tap"):
        piece["size_wanted"] = form.text("size_wanted_tap")[:10]
    if (code := form.text("add_task")) in book:
        task: Data = {"code": code, "quantity": 1, "drivers": {}}
        begin_engraving(task, book[code])
        piece["tasks"].append(task)
    if form.text("add_stone"):
        stone = {"identity": "diamond", "count": "1", "basis": "appears", "shape": "", "position": ""}
        piece["stones"].append(stone)
    for name, rows in (("drop_task", "tasks"), ("drop_stone", "stones")):
        index = form.whole(name)
        if index is not None and 0 <= index < len(piece[rows]):
            piece[rows].pop(index)
            stamp_lists(held, piece["code"], [rows], by, form.text("_tab"))


@post("/intake/{draft:uuid}/pieces", opt={"access": COUNTER}, status_code=200)
async def add_piece(request: Request[Any, Any, Any], draft: UUID, by: Actor) -> Response[Any]:
    """One more piece on the same ticket, in its own envelope."""
    async with changing(draft, by=by) as held:
        held.data["pieces"].append(new_piece())
        last = len(held.data["pieces"])
    return go(request, f"/intake/{draft}/piece/{last}")


@post("/intake/{draft:uuid}/piece/{place:int}/remove", opt={"access": COUNTER}, status_code=200)
async def remove_piece(request: Request[Any, Any, Any], draft: UUID, place: int, by: Actor) -> Response[Any]:
    """Take a piece off the draft (asked twice); the last one is only emptied."""
    form = await form_of(request)
    async with changing(draft, by=by) as held:
        at = place_of(held.data, form.text("code")) if form.text("code") else place - 1
        piece_at(held.data, at)
        held.data["pieces"].pop(at)
        if not held.data["pieces"]:
            held.data["pieces"].append(new_piece())
    return go(request, f"/intake/{draft}/piece/{max(at, 1)}")


handlers = [show_piece, show_prices, show_photos, change_piece, add_piece, remove_piece]
