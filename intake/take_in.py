"""The take-in flow: who, each piece, the promise and the signature; saved at every keystroke."""

import json
from typing import Any
from uuid import UUID, uuid4

from litestar import Request, Response, get, post

from intake.contract import PricedDraft, price_draft, read_ticket, stone_count, what_is_missing
from intake.drafts import (
    PIECE, Data, change_draft, fill_from_known, new_piece, open_draft, piece_at, read_draft, set_field, throw_away,
    ticket_of_draft,
)  # fmt: skip
from workshop.db import fetch
from workshop.errors import InvalidInput
from workshop.record.customers import MARKETING_WORDING, SERVICE_WORDING, customer_by_id, numbers_of
from workshop.record.envelopes import shop_of
from workshop.record.events import Actor
from workshop.record.pieces import piece_of_customer, pieces_of
from workshop.record.prices import DRIVERS, METALS
from workshop.record.promises import first_promise
from workshop.record.search import search
from workshop.record.tables import Shop
from workshop.record.tickets import PRICE_TERMS, take_in
from workshop.record.trade import BASES, CONDITIONS, KINDS, SIZES
from workshop.record.work import price_items
from workshop.web.auth import COUNTER
from workshop.web.forms import act_once, form_of
from workshop.web.pages import go, page

STONES = ["diamond", "sapphire", "ruby", "emerald", "opal", "pearl", "amethyst", "topaz", "garnet", "tanzanite",
          "cubic zirconia", "moissanite", "not known"]  # fmt: skip
ORIGINS = [("bought here", "Bought here"), ("heirloom", "Heirloom"), ("elsewhere", "From elsewhere")]


@get("/intake/new", opt={"access": COUNTER})
async def begin(request: Request[Any, Any, Any]) -> Response[str]:
    """The first question, before anything is kept: who brings it?"""
    chosen = request.query_params.get("customer", "")
    customer = await customer_by_id(int(chosen)) if chosen.isdigit() else None
    return await page(request, "intake/begin.html", customer=customer, key=uuid4())


@post("/intake", opt={"access": COUNTER}, status_code=200)
async def start(request: Request[Any, Any, Any], by: Actor) -> Response[Any]:
    """Open a draft, for a known customer if one was chosen."""
    form = await form_of(request)
    customer = form.whole("customer")
    if customer is not None:
        await customer_by_id(customer)

    async def act() -> str:
        draft = await open_draft(by=by, customer=customer)
        return f"/intake/{draft}/piece/1" if customer else f"/intake/{draft}"

    return await act_once(request, form, act)


@get("/intake/{draft:uuid}", opt={"access": COUNTER})
async def show_who(request: Request[Any, Any, Any], draft: UUID, by: Actor) -> Response[Any]:
    """Who brings it: found or new."""
    if number := await ticket_of_draft(draft, shop=by.shop):
        return go(request, f"/tickets/{number}")
    data = await read_draft(draft, shop=by.shop)
    return await page(request, "intake/who.html", **await _frame(data, draft, by, "who"))


@get("/intake/people", opt={"access": COUNTER})
async def find_people(request: Request[Any, Any, Any], by: Actor) -> Response[str]:
    """People who match what is being typed, to tap instead of typing on."""
    words = request.query_params
    draft = words.get("draft", "")
    asked = words.get("person") or words.get("last_name") or words.get("phone") or ""
    found = await search(asked, shop=by.shop)
    people = [person for household in found for person in household.people][:6]
    return await page(request, "intake/_people.html", people=people, draft=draft, asked=asked)


@post("/intake/{draft:uuid}/customer", opt={"access": COUNTER}, status_code=200)
async def choose_customer(request: Request[Any, Any, Any], draft: UUID, by: Actor) -> Response[Any]:
    """Take a known customer, or let go of one."""
    form = await form_of(request)
    customer = form.whole("customer")
    if customer is not None:
        await customer_by_id(customer)

    def change(data: Data) -> None:
        if data.get("customer_id") != customer:
            for piece in data["pieces"]:
                piece.pop("piece_id", None)
        data["customer_id"] = customer

    await change_draft(draft, change, by=by)
    return go(request, f"/intake/{draft}/piece/1" if customer else f"/intake/{draft}")


@post("/intake/{draft:uuid}/save", opt={"access": COUNTER}, status_code=200)
async def save_field(request: Request[Any, Any, Any], draft: UUID, by: Actor, piece: int | None = None) -> dict[str, int]:
    """Keep fields as they are typed (JSON in, JSON out; the page shows "Saved 14:02")."""
    form = await form_of(request)
    names = [name for name in form.dict() if not name.startswith("_")]

    def change(data: Data) -> None:
        for name in names:
            set_field(data, name, form.texts(name), None if piece is None else piece - 1)

    return {"version": await change_draft(draft, change, by=by)}


@get("/intake/{draft:uuid}/piece/{place:int}", opt={"access": COUNTER})
async def show_piece(request: Request[Any, Any, Any], draft: UUID, place: int, by: Actor) -> Response[Any]:
    """One piece: what it is, photos, condition, stones, work and price."""
    if number := await ticket_of_draft(draft, shop=by.shop):
        return go(request, f"/tickets/{number}")
    data = await read_draft(draft, shop=by.shop)
    return await page(request, "intake/piece.html", **await _piece_frame(data, draft, place, by))


async def _piece_frame(data: Data, draft: UUID, place: int, by: Actor) -> dict[str, Any]:
    piece = piece_at(data, place - 1)
    frame = await _frame(data, draft, by, "piece")
    customer = data.get("customer_id")
    taken = {one.get("piece_id") for one in data["pieces"]}
    known = [one for one in await pieces_of(customer) if one["id"] not in taken] if customer else []
    items = await price_items(by.shop, piece.get("kind", ""))
    chosen = {task["code"] for task in piece["tasks"]}
    by_code = {item["code"]: item for item in await price_items(by.shop)}
    return frame | {
        "piece": piece, "place": place, "known": known, "kind_words": KINDS, "conditions_by_group": _conditions(piece),
        "metals": [(key, word) for key, (word, _) in METALS.items()], "bases_list": list(BASES.items()),
        "stone_names": STONES, "origins": ORIGINS, "sizes": [(size, size or "–") for size in SIZES],
        "favourites": [item for item in items if item["is_favourite"] and item["code"] not in chosen],
        "others": [item for item in items if not item["is_favourite"] and item["code"] not in chosen],
        "by_code": by_code, "drivers": DRIVERS, "stone_total": stone_count(piece),
    }  # fmt: skip


def _conditions(piece: Data) -> dict[str, dict[str, str]]:
    kind = piece.get("kind", "")
    fitting = {"watch": ["Watch", "Metal"], "necklace": ["Chain", "Metal", "Setting", "Stone"],
               "bracelet": ["Chain", "Metal", "Setting", "Stone"]}  # fmt: skip
    return {group: CONDITIONS[group] for group in fitting.get(kind, ["Metal", "Setting", "Stone"])}


async def _frame(data: Data, draft: UUID, by: Actor, step: str) -> dict[str, Any]:
    """What every step shows: the rail, who, the photo strip, the total at the foot."""
    shop = await shop_of(by.shop)
    customer = await customer_by_id(data["customer_id"]) if data.get("customer_id") else None
    photos = await _photos(data)
    return {
        "rail": _rail(data, draft, photos, shop.photo_minimum), "key": uuid4(),
        "draft": draft, "data": data, "step": step, "customer": customer, "shop": shop,
        "numbers": await numbers_of(customer.id) if customer else [], "photos": photos,
        "priced": await price_draft(data, shop), "missing": what_is_missing(data), "minimum": shop.photo_minimum,
        "who": customer.full_name if customer else " ".join(
            part for part in (data.get("first_name"), data.get("last_name")) if part),
    }  # fmt: skip


def _rail(data: Data, draft: UUID, photos: dict[str, list[Any]], minimum: int) -> list[tuple[str, str, str, bool]]:
    pieces, at, end = data["pieces"], f"/intake/{draft}/piece/1", f"/intake/{draft}/finish"
    return [
        ("who", "Who", f"/intake/{draft}", bool(data.get("customer_id") or data.get("last_name"))),
        ("piece", "Piece", f"{at}#what", all(piece.get("kind") for piece in pieces)),
        ("photos", "Photos", f"{at}#photos", all(len(photos[piece["code"]]) >= minimum for piece in pieces)),
        ("condition", "Condition", f"{at}#condition", all(piece["marks"] for piece in pieces)),
        ("work", "Work and price", f"{at}#work", all(piece["tasks"] for piece in pieces)),
        ("value", "Value", f"{at}#value", all(piece.get("declared_value") for piece in pieces)),
        ("finish", "Promise and terms", end, bool(data.get("promise_on"))),
        ("sign", "Sign", f"{end}#sign", bool(data.get("signature"))),
    ]


async def _photos(data: Data) -> dict[str, list[Any]]:
    codes = [piece["code"] for piece in data["pieces"]]
    rows = await fetch(
        """SELECT id, envelope_code FROM photo WHERE envelope_code = ANY($1) AND removed_at IS NULL
           ORDER BY taken_at""",
        codes,
    )
    by_code: dict[str, list[Any]] = {code: [] for code in codes}
    for row in rows:
        by_code[row["envelope_code"]].append(
            {"url": f"/photos/{row['id']}/thumb", "large": f"/photos/{row['id']}/large", "caption": ""}
        )
    return by_code


@get("/intake/{draft:uuid}/piece/{place:int}/prices", opt={"access": COUNTER})
async def show_prices(request: Request[Any, Any, Any], draft: UUID, place: int, by: Actor) -> Response[str]:
    """The lines priced as they stand, and the total: read again after each keystroke."""
    data = await read_draft(draft, shop=by.shop)
    priced: PricedDraft = await price_draft(data, await shop_of(by.shop))
    return await page(request, "intake/_prices.html", priced=priced, place=place, draft=draft, partial=True)


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
                set_field(data, name, form.texts(name), place - 1)
        piece |= drawn
        if form.text("as") in KINDS:
            piece["kind"] = form.text("as")
            piece.pop("piece_id", None)
        if code := form.text("add_task"):
            piece["tasks"].append({"code": code, "quantity": 1, "drivers": {}})
        if (index := form.whole("drop_task")) is not None and 0 <= index < len(piece["tasks"]):
            piece["tasks"].pop(index)
        if form.text("add_stone"):
            piece["stones"].append({"identity": "diamond", "count": "1", "basis": "appears", "shape": "", "position": ""})
        if (index := form.whole("drop_stone")) is not None and 0 <= index < len(piece["stones"]):
            piece["stones"].pop(index)

    await change_draft(draft, change, by=by)
    data = await read_draft(draft, shop=by.shop)
    return await page(request, "intake/_piece.html", **await _piece_frame(data, draft, place, by))


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


@post("/intake/{draft:uuid}/throw-away", opt={"access": COUNTER}, status_code=200)
async def forget(request: Request[Any, Any, Any], draft: UUID, by: Actor) -> Response[Any]:
    """Forget this take-in (asked twice)."""
    await throw_away(draft, by=by)
    return go(request, "/", flash="The take-in was thrown away.")


@get("/intake/{draft:uuid}/finish", opt={"access": COUNTER})
async def show_finish(request: Request[Any, Any, Any], draft: UUID, by: Actor) -> Response[Any]:
    """Promise, terms, consent and signature; then save."""
    if number := await ticket_of_draft(draft, shop=by.shop):
        return go(request, f"/tickets/{number}")
    return await _finish(request, draft, by)


async def _finish(
    request: Request[Any, Any, Any], draft: UUID, by: Actor, *, errors: dict[str, str] | None = None, status: int = 200
) -> Response[str]:
    data = await read_draft(draft, shop=by.shop)
    frame = await _frame(data, draft, by, "finish")
    shop: Shop = frame["shop"]
    return await page(
        request, "intake/finish.html", status=status, errors=errors or {}, terms=list(PRICE_TERMS.items()),
        offered=first_promise(shop), offered_rush=first_promise(shop, rush=True), service_wording=SERVICE_WORDING,
        marketing_wording=MARKETING_WORDING.format(shop=shop.name), risks=await _risks(data, by.shop), **frame,
    )  # fmt: skip


async def _risks(data: Data, shop: int) -> list[str]:
    """Task-specific risk lines: only specific, explained waivers help (TRADE rule 12)."""
    items = {item["code"]: item for item in await price_items(shop)}
    lines = [items[task["code"]]["risk"] for piece in data["pieces"] for task in piece["tasks"] if task["code"] in items]
    return list(dict.fromkeys(line for line in lines if line))


@get("/intake/{draft:uuid}/totals", opt={"access": COUNTER})
async def show_totals(request: Request[Any, Any, Any], draft: UUID, by: Actor) -> Response[str]:
    """The sums of the last step, read again when rush or terms change."""
    data = await read_draft(draft, shop=by.shop)
    shop = await shop_of(by.shop)
    return await page(
        request, "intake/_totals.html", data=data, priced=await price_draft(data, shop),
        first_day=first_promise(shop, rush=bool(data.get("is_rush"))), errors={}, partial=True,
    )  # fmt: skip


@post("/intake/{draft:uuid}/finish", opt={"access": COUNTER}, status_code=200)
async def finish(request: Request[Any, Any, Any], draft: UUID, by: Actor) -> Response[Any]:
    """Save the ticket: labels, claim check and the first text follow. A second press shows the same ticket."""
    if number := await ticket_of_draft(draft, shop=by.shop):
        return go(request, f"/tickets/{number}")
    form = await form_of(request)
    try:
        await _keep_last_fields(form, draft, by)
        data = await read_draft(draft, shop=by.shop)

        async def act() -> str:
            ticket = await take_in(read_ticket(data), by=by, photos_needed=True)
            await fetch("UPDATE intake_draft SET ticket_number = $2 WHERE id = $1", draft, ticket.number)
            return f"/tickets/{ticket.number}?saved=1"

        # The draft itself is the key: it becomes one ticket, however often or wherever it is pressed.
        form._pairs = [("idempotency_key", f"take-in {draft}"), ("data", json.dumps(data, sort_keys=True))]
        return await act_once(request, form, act)
    except InvalidInput as error:
        return await _finish(request, draft, by, errors=dict(error.fields) or {"form": error.message}, status=422)


async def _keep_last_fields(form: Any, draft: UUID, by: Actor) -> None:
    """Whatever the last form carries is kept too, should its autosave not have run yet."""
    names = ("promise_on", "price_terms", "not_above", "collectors", "note", "signature")
    ticks = ("is_rush", "may_text", "may_market", "is_discreet")

    def change(data: Data) -> None:
        for name in names:
            if name in form.dict():
                set_field(data, name, form.texts(name), None)
        if "price_terms" in form.dict():  # a browser sends no unticked box
            for name in ticks:
                data[name] = "yes" if form.ticked(name) else ""

    await change_draft(draft, change, by=by)


handlers = [
    begin, start, show_who, find_people, choose_customer, save_field, show_piece, show_prices, change_piece, add_piece,
    remove_piece, forget, show_finish, show_totals, finish,
]  # fmt: skip
