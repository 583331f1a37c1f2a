"""Purchases and wishes as JSON: a till posts what was sold, once however often it is sent."""

from datetime import date
from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, Response, get, post

from workshop.db import fetch
from workshop.errors import InvalidInput
from workshop.record.customers.customers import customer_by_id
from workshop.record.customers.sales import NewSale, NewSaleLine, record_sale
from workshop.record.customers.sales_read import sale_by_id, sales_in
from workshop.record.customers.wishes import NewWish, close_wish, note_wish, wishes_of
from workshop.record.events import Actor
from workshop.record.pieces.pieces import NewPiece
from workshop.web.api import answer_once
from workshop.web.auth import COUNTER

Req = Request[Any, Any, Any]
Row = dict[str, Any]
Text = Annotated[str, msgspec.Meta(max_length=160)]
Cents = Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)]


class KeptAs(msgspec.Struct, forbid_unknown_fields=True):
    """The thing sold is written down as a piece of whoever it is for."""

    kind: Text
    metal: Text = ""
    metal_basis: Text = "stamped"
    serial: Text = ""
    reference: Text = ""
    marks: Text = ""


class LineIn(msgspec.Struct, forbid_unknown_fields=True):
    """One thing sold; `price` in cents for the whole quantity. `piece` names one we know."""

    price: Cents
    description: Text = ""
    style_no: Annotated[str, msgspec.Meta(max_length=60)] = ""
    quantity: Annotated[int, msgspec.Meta(ge=1, le=999)] = 1
    piece: int | None = None
    keep_as: KeptAs | None = None


class AssociateIn(msgspec.Struct, forbid_unknown_fields=True):
    """Who sold it, by sign-in name, with their share in parts of a thousand. The shares make 1000."""

    staff: Annotated[str, msgspec.Meta(max_length=40)]
    per_mille: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 1000


class SaleIn(msgspec.Struct, forbid_unknown_fields=True):
    """A purchase. `external_ref` is the till's own number: the same number with the same content is the same sale."""

    lines: Annotated[list[LineIn], msgspec.Meta(min_length=1, max_length=100)]
    external_ref: Annotated[str, msgspec.Meta(max_length=80)] = ""
    source: Literal["till", "import", "api"] = "api"
    customer: int | None = None
    sold_on: date | None = None
    associates: list[AssociateIn] = []
    occasion: Text = ""
    gifter: int | None = None
    recipient: int | None = None
    discreet: bool = False
    ticket: Text = ""
    prompt: int | None = None
    note: Text = ""
    wishes: list[int] = []


class WishIn(msgspec.Struct, forbid_unknown_fields=True):
    """A wish in words, by style number, or like a piece we know; `price` in cents as it was told."""

    words: Text = ""
    style_no: Annotated[str, msgspec.Meta(max_length=60)] = ""
    piece: int | None = None
    price: Cents | None = None


class WishState(msgspec.Struct, forbid_unknown_fields=True):
    """What became of a wish."""

    state: Literal["open", "bought", "done"]


@post("/api/sales", opt={"access": COUNTER}, status_code=201)
async def create_sale(request: Req, data: SaleIn, by: Actor) -> Response[bytes]:
    """Write a purchase down.

    Idempotent by `external_ref` within the shop, and by `Idempotency-Key`. The same reference with other
    content is refused (409).
    """

    async def act() -> Row:
        sale, is_new = await record_sale(await _sale(data, by), by=by)
        return _shown(await sale_by_id(sale, shop=by.shop)) | {"new": is_new}

    return await answer_once(request, act, status=201)


async def _sale(data: SaleIn, by: Actor) -> NewSale:
    return NewSale(
        [_line(line) for line in data.lines], customer=data.customer, sold_on=data.sold_on,
        associates=await _associates(data.associates, by), occasion=data.occasion, gifter=data.gifter,
        recipient=data.recipient, is_discreet=data.discreet, source=data.source, external_ref=data.external_ref,
        ticket=data.ticket, prompt=data.prompt, note=data.note, wishes=list(data.wishes),
    )  # fmt: skip


def _line(line: LineIn) -> NewSaleLine:
    kept = None
    if line.keep_as is not None:
        one = line.keep_as
        kept = NewPiece(
            one.kind, line.description, one.metal, one.metal_basis, one.marks, one.serial, one.reference,
            origin="bought here", style_no=line.style_no,
        )  # fmt: skip
    return NewSaleLine(line.description, line.price, line.style_no, line.quantity, line.piece, kept)


async def _associates(named: list[AssociateIn], by: Actor) -> dict[int, int]:
    rows = await fetch(
        "SELECT id, sign_in_name FROM staff WHERE sign_in_name = ANY($1) AND shop = $2",
        [one.staff for one in named], by.shop,
    )  # fmt: skip
    ids = {row["sign_in_name"]: row["id"] for row in rows}
    for one in named:
        if one.staff not in ids:
            sentence = f"Nobody of this shop signs in as “{one.staff}”."
            raise InvalidInput(sentence, associates=sentence)
    return {ids[one.staff]: one.per_mille for one in named}


@get("/api/sales", opt={"access": COUNTER})
async def list_sales(by: Actor, before: int | None = None) -> Row:
    """This shop's purchases, newest first, fifty at a time: pass the last `id` as `before` for the next."""
    rows = await sales_in(by.shop, before=before)
    return {"sales": [_shown(row) for row in rows], "next": rows[-1]["id"] if len(rows) == 50 else None}


@get("/api/sales/{sale:int}", opt={"access": COUNTER})
async def read_sale(sale: int, by: Actor) -> Row:
    """One purchase of this shop."""
    return _shown(await sale_by_id(sale, shop=by.shop))


def _shown(row: Row) -> Row:
    return {
        "id": row["id"], "external_ref": row["external_ref"], "source": row["source"], "customer": row["customer"],
        "sold_on": row["sold_on"], "total": row["total_cents"], "occasion": row["occasion"], "gifter": row["gifter"],
        "recipient": row["recipient"], "discreet": row["is_discreet"], "ticket": row["ticket_number"],
        "prompt": row["prompt"], "note": row["note"], "struck": row["voided_at"] is not None,
        "associates": [{"name": one["name"], "per_mille": one["per_mille"]} for one in row["associates"]],
        "lines": [
            {"style_no": line["style_no"], "description": line["description"], "quantity": line["quantity"],
             "price": line["price_cents"], "piece": line["piece"]}
            for line in row["lines"]
        ],
    }  # fmt: skip


@get("/api/customers/{customer_id:int}/wishes", opt={"access": COUNTER})
async def list_wishes(customer_id: int) -> Row:
    """A customer's wish list, open wishes first."""
    customer = await customer_by_id(customer_id)
    return {"wishes": [_wish(row) for row in await wishes_of(customer.id)]}


def _wish(row: Row) -> Row:
    return {
        "id": row["id"], "words": row["words"], "style_no": row["style_no"], "piece": row["piece"],
        "price": row["price_cents"], "state": row["state"], "noted_at": row["noted_at"],
        "noted_by": row["noted_by_name"], "closed_at": row["closed_at"], "sale": row["sale"],
    }  # fmt: skip


@post("/api/customers/{customer_id:int}/wishes", opt={"access": COUNTER}, status_code=201)
async def create_wish(request: Req, customer_id: int, data: WishIn, by: Actor) -> Response[bytes]:
    """Put a wish on a customer's list."""

    async def act() -> Row:
        return {"id": await note_wish(customer_id, NewWish(data.words, data.style_no, data.piece, data.price), by=by)}

    return await answer_once(request, act, status=201)


@post("/api/wishes/{wish:int}", opt={"access": COUNTER}, status_code=200)
async def settle_wish(request: Req, wish: int, data: WishState, by: Actor) -> Response[bytes]:
    """Bought, done (not wanted any more), or open again."""

    async def act() -> Row:
        return {"id": wish, "state": (await close_wish(wish, data.state, by=by))["state"]}

    return await answer_once(request, act)


handlers = [create_sale, list_sales, read_sale, list_wishes, create_wish, settle_wish]
