"""One piece of a take-in: what it is, photos, condition, stones, work and price."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from intake.contract import listed_stones, stone_count
from intake.drafts import (
    PIECE,
    Data,
    change_draft,
    fill_from_known,
    new_piece,
    piece_at,
    read_draft,
    set_field,
    ticket_of_draft,
)  # fmt: skip
from intake.frame import frame_of
from intake.marking import marking_of
from workshop.errors import InvalidInput
from workshop.record.condition import codes_for
from workshop.record.events import Actor
from workshop.record.pieces import piece_of_customer, pieces_of
from workshop.record.prices import DRIVERS, METALS
from workshop.record.trade import BASES, KINDS, SIZES
from workshop.record.work import price_items
from workshop.web.auth import COUNTER
from workshop.web.forms import Form, form_of
from workshop.web.pages import go, page

STONES = ["diamond", "sapphire", "ruby", "emerald", "opal", "pearl", "amethyst", "topaz", "garnet", "tanzanite",
          "cubic zirconia", "moissanite", "not known"]  # fmt: skip
ORIGINS = [("bought here", "Bought here"), ("heirloom", "Heirloom"), ("elsewhere", "From elsewhere")]


@get("/intake/{draft:uuid}/piece/{place:int}", opt={"access": COUNTER})
async def show_piece(request: Request[Any, Any, Any], draft: UUID, place: int, by: Actor) -> Response[Any]:
    """One piece: what it is, photos, condition, stones, work and price."""
    if number := await ticket_of_draft(draft, shop=by.shop):
        return go(request, f"/tickets/{number}")
    data = await read_draft(draft, shop=by.shop)
    return await page(request, "intake/piece.html", **await _piece_frame(data, draft, place, by))


async def _piece_frame(data: Data, draft: UUID, place: int, by: Actor) -> dict[str, Any]:
    piece = piece_at(data, place - 1)
    frame = await frame_of(data, draft, by, "piece")
    customer = data.get("customer_id")
    taken = {one.get("piece_id") for one in data["pieces"]}
    known = [one for one in await pieces_of(customer) if one["id"] not in taken] if customer else []
    items = await price_items(by.shop, piece.get("kind", ""))
    chosen = {task["code"] for task in piece["tasks"]}
    by_code = {item["code"]: item for item in await price_items(by.shop)}
    return frame | {
        "piece": piece, "place": place, "known": known, "kind_words": KINDS,
        "conditions_by_group": codes_for(piece.get("kind", "")),
        "metals": [(key, word) for key, (word, _) in METALS.items()], "bases_list": list(BASES.items()),
        "stone_names": STONES, "origins": ORIGINS, "sizes": [(size, size or "–") for size in SIZES],
        "favourites": [item for item in items if item["is_favourite"] and item["code"] not in chosen],
        "others": [item for item in items if not item["is_favourite"] and item["code"] not in chosen],
        "by_code": by_code, "drivers": DRIVERS, "stone_total": stone_count(piece),
        "marking_data": await marking_of(piece, frame["photos"][piece["code"]]), "listed_stones": listed_stones(piece),
    }  # fmt: skip


@get("/intake/{draft:uuid}/piece/{place:int}/prices", opt={"access": COUNTER})
async def show_prices(request: Request[Any, Any, Any], draft: UUID, place: int, by: Actor) -> Response[str]:
    """The lines priced as they stand, and the total: read again after each keystroke."""
    data = await read_draft(draft, shop=by.shop)
    frame = await frame_of(data, draft, by, "piece")
    return await page(request, "intake/_prices.html", place=place, partial=True, **frame)


@post("/intake/{draft:uuid}/piece/{place:int}/change", opt={"access": COUNTER}, status_code=200)
async def change_piece(request: Request[Any, Any, Any], draft: UUID, place: int, by: Actor) -> Response[Any]:
    """Tap a kind, a known piece, a line of work, a stone: one change, and the piece is shown again."""
    form = await form_of(request)
    known = None
    if piece_id := form.whole("piece_id"):
        data = await read_draft(draft, shop=by.shop)
        known = await piece_of_customer(piece_id, data["customer_id"])
    drawn: Data = {}
    if known is not None:
        await fill_from_known(drawn, known)

    def change(data: Data) -> None:
        piece = piece_at(data, place - 1)
        for name in form.dict():  # what was typed in the last moment comes with the tap
            if name in PIECE or name == "marks" or name.startswith(("stone-", "task-", "mark-")):
                with suppress(InvalidInput):  # saving it said so beside the field; the tap still counts
                    set_field(data, name, form.texts(name), place - 1)
        piece |= drawn
        _tap(piece, form)

    await change_draft(draft, change, by=by)
    data = await read_draft(draft, shop=by.shop)
    return await page(request, "intake/_piece.html", tapped=True, **await _piece_frame(data, draft, place, by))


def _tap(piece: Data, form: Form) -> None:
    """The one thing tapped: a kind, a line of work, a stone; on or off."""
    if form.text("as") in KINDS:
        piece["kind"] = form.text("as")
        piece.pop("piece_id", None)
    if code := form.text("add_task"):
        piece["tasks"].append({"code": code, "quantity": 1, "drivers": {}})
    if form.text("add_stone"):
        stone = {"identity": "diamond", "count": "1", "basis": "appears", "shape": "", "position": ""}
        piece["stones"].append(stone)
    for name, things in (("drop_task", piece["tasks"]), ("drop_stone", piece["stones"])):
        index = form.whole(name)
        if index is not None and 0 <= index < len(things):
            things.pop(index)


@post("/intake/{draft:uuid}/pieces", opt={"access": COUNTER}, status_code=200)
async def add_piece(request: Request[Any, Any, Any], draft: UUID, by: Actor) -> Response[Any]:
    """One more piece on the same ticket, in its own envelope."""
    await change_draft(draft, lambda data: data["pieces"].append(new_piece()), by=by)
    data = await read_draft(draft, shop=by.shop)
    return go(request, f"/intake/{draft}/piece/{len(data['pieces'])}")


@post("/intake/{draft:uuid}/piece/{place:int}/remove", opt={"access": COUNTER}, status_code=200)
async def remove_piece(request: Request[Any, Any, Any], draft: UUID, place: int, by: Actor) -> Response[Any]:
    """Take a piece off the draft (asked twice); the last one is only emptied."""

    def change(data: Data) -> None:
        piece_at(data, place - 1)
        data["pieces"].pop(place - 1)
        if not data["pieces"]:
            data["pieces"].append(new_piece())

    await change_draft(draft, change, by=by)
    return go(request, f"/intake/{draft}/piece/1")


handlers = [show_piece, show_prices, change_piece, add_piece, remove_piece]
