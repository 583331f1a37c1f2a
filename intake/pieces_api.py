"""Pieces as JSON: what they are and how we know, whose they were, their papers; by the same verbs as the pages."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, delete, get, patch, post, put
from msgspec import UNSET, UnsetType

from workshop.db import transaction
from workshop.record.customers.customers import customer_by_id
from workshop.record.events import Actor
from workshop.record.pieces.appraisals import NewAppraisal, add_appraisal, appraisals_of
from workshop.record.pieces.ownership import Handing, give_piece, owners_of
from workshop.record.pieces.piece_before import here_now
from workshop.record.pieces.piece_collectors import standing_collectors
from workshop.record.pieces.piece_lock import piece_by_id
from workshop.record.pieces.piece_words import mark_in_words, stone_in_words
from workshop.record.pieces.pieces import FACTS, NewPiece, add_piece, change_piece, in_words, pieces_of
from workshop.record.pieces.stamps import NewMark, add_mark, marks_of, take_off_mark
from workshop.record.pieces.stones import NewStone, add_stone, change_stone, stones_of, take_off_stone
from workshop.web.api import answer_once
from workshop.web.auth import COUNTER

Req = Request[Any, Any, Any]
Text = Annotated[str, msgspec.Meta(max_length=160)]
Count = Annotated[int, msgspec.Meta(ge=1, le=500)]
Cents = Annotated[int, msgspec.Meta(ge=0, le=100_000_000_000)]
Small = Annotated[int, msgspec.Meta(ge=1, le=10_000_000)]


class StoneIn(msgspec.Struct, forbid_unknown_fields=True):
    """A stone or a group of like ones. `carat` is of one stone; `basis` is the ground for saying what it is."""

    identity: Text
    count: Count = 1
    nature: Text = "not tested"
    shape: Text = ""
    position: Text = ""
    basis: Text = "appears"
    report_no: Text = ""
    laboratory: Text = ""
    size_mm: Decimal | None = None
    width_mm: Decimal | None = None
    carat: Decimal | None = None
    colour: Text = ""
    clarity: Text = ""
    inscription: Text = "not looked"

    def stone(self) -> NewStone:
        """As the record takes it."""
        return NewStone(**msgspec.structs.asdict(self))


class MarkIn(msgspec.Struct, forbid_unknown_fields=True):
    """A stamp, maker's mark or hallmark as it reads."""

    words: Text
    kind: Text = "other"
    position: Text = ""
    basis: Text = "stamped"


class FactsIn(msgspec.Struct, forbid_unknown_fields=True):
    """Facts of a piece; what is left out stays as it is. Weights in milligrams, lengths in millimetres."""

    kind: Text | UnsetType = UNSET
    description: Text | UnsetType = UNSET
    metal: Text | UnsetType = UNSET
    metal_basis: Text | UnsetType = UNSET
    metal_colour: Text | UnsetType = UNSET
    fineness: Text | UnsetType = UNSET
    fineness_basis: Text | UnsetType = UNSET
    serial: Text | UnsetType = UNSET
    reference: Text | UnsetType = UNSET
    engraving: Text | UnsetType = UNSET
    origin: Text | UnsetType = UNSET
    made_about: Annotated[int, msgspec.Meta(ge=1000, le=2200)] | UnsetType | None = UNSET
    maker: Text | UnsetType = UNSET
    style_no: Text | UnsetType = UNSET
    movement_no: Text | UnsetType = UNSET
    calibre: Text | UnsetType = UNSET
    water_bar: Annotated[int, msgspec.Meta(ge=1, le=2000)] | UnsetType | None = UNSET
    warranty_until: date | UnsetType | None = UNSET
    serviced_on: date | UnsetType | None = UNSET
    ring_size: Text | UnsetType = UNSET
    length_mm: Small | UnsetType | None = UNSET
    weight_mg: Small | UnsetType | None = UNSET
    bought_on: date | UnsetType | None = UNSET

    def given(self) -> dict[str, Any]:
        """What was sent."""
        return {name: value for name in FACTS if (value := getattr(self, name)) is not UNSET}


class NewPieceIn(FactsIn, forbid_unknown_fields=True, kw_only=True):
    """A new piece of a customer. `marks` is one line: `14K, AF`."""

    owner: int
    marks: Text = ""
    stones: list[StoneIn] = []


class HandingIn(msgspec.Struct, forbid_unknown_fields=True):
    """A piece passing to its next owner."""

    to: int
    how: Text
    on: date | None = None
    given_by: int | None = None
    note: Text = ""


class AppraisalIn(msgspec.Struct, forbid_unknown_fields=True):
    """An appraisal as its paper says; `value` in cents."""

    appraised_on: date
    appraiser: Text
    value: Cents
    purpose: Text = "insurance"
    note: Text = ""


@get("/api/customers/{customer_id:int}/pieces", opt={"access": COUNTER})
async def list_pieces(customer_id: int, by: Actor) -> dict[str, Any]:
    """Pieces of a customer and their household, those seen last first."""
    customer = await customer_by_id(customer_id)
    return {
        "pieces": [
            {"id": row["id"], "words": in_words(row), "kind": row["kind"], "owner": row["owner_id"],
             "last_visit": row["last_at"]}
            for row in await pieces_of(customer.id)
        ]
    }  # fmt: skip


@get("/api/pieces/{piece_id:int}", opt={"access": COUNTER})
async def read_piece(piece_id: int, by: Actor) -> dict[str, Any]:
    """A piece with its stones, marks, owners, collectors and appraisals; every statement also in words."""
    return await _shown(piece_id, by)


async def _shown(piece_id: int, by: Actor) -> dict[str, Any]:
    piece = await piece_by_id(piece_id)
    here = await here_now(piece_id, shop=by.shop)
    told = ("id", "count", *(name for name in StoneIn.__struct_fields__ if name != "count"))
    return {
        "id": piece["id"], "words": in_words(piece), **{name: piece[name] for name in FACTS},
        "discreet": piece["is_discreet"], "wearer": piece["wearer"], "appraised_on": piece["appraised_on"],
        "stones": [
            {name: row[name] for name in told} | {"words": stone_in_words(row)} for row in await stones_of(piece_id)
        ],
        "marks": [
            {name: row[name] for name in ("id", "kind", "words", "position", "basis")} | {"said": mark_in_words(row)}
            for row in await marks_of(piece_id)
        ],
        "owners": [
            {name: row[name] for name in ("customer", "since", "until", "how", "given_by")}
            for row in await owners_of(piece_id)
        ],
        "collectors": [row["name"] for row in await standing_collectors(piece_id)],
        "appraisals": [
            {"id": row["id"], "appraised_on": row["appraised_on"], "appraiser": row["appraiser"],
             "value": row["value_cents"], "purpose": row["purpose"]}
            for row in await appraisals_of(piece_id, shop=by.shop) if row["is_ours"]
        ],
        "here": here.number if here and here.is_ours else None,
    }  # fmt: skip


@post("/api/pieces", opt={"access": COUNTER}, status_code=201)
async def create_piece(request: Req, data: NewPieceIn, by: Actor) -> Response[bytes]:
    """Write down a piece and whose it is. Send an `Idempotency-Key`."""

    async def act() -> dict[str, Any]:
        async with transaction():
            await customer_by_id(data.owner)
            new = NewPiece(
                **({"kind": ""} | data.given()), marks=data.marks, stones=[one.stone() for one in data.stones]
            )
            piece = await add_piece(new, owner=data.owner, by=by)
        return await _shown(int(piece.id), by)

    return await answer_once(request, act, status=201)


@patch("/api/pieces/{piece_id:int}", opt={"access": COUNTER})
async def correct_piece(request: Req, piece_id: int, data: FactsIn, by: Actor) -> Response[bytes]:
    """Correct facts of a piece; what was said before stays in its history."""

    async def act() -> dict[str, Any]:
        await change_piece(piece_id, data.given(), by=by)
        return await _shown(piece_id, by)

    return await answer_once(request, act)


@post("/api/pieces/{piece_id:int}/stones", opt={"access": COUNTER}, status_code=201)
async def create_stone(request: Req, piece_id: int, data: StoneIn, by: Actor) -> Response[bytes]:
    """Write a stone, or a group of like ones, on a piece."""

    async def act() -> dict[str, Any]:
        return {"id": await add_stone(piece_id, data.stone(), by=by)}

    return await answer_once(request, act, status=201)


@put("/api/pieces/{piece_id:int}/stones/{stone:int}", opt={"access": COUNTER})
async def correct_stone(request: Req, piece_id: int, stone: int, data: StoneIn, by: Actor) -> Response[bytes]:
    """Say anew what a stone is."""

    async def act() -> dict[str, Any]:
        await change_stone(piece_id, stone, data.stone(), by=by)
        return {"id": stone}

    return await answer_once(request, act)


@delete("/api/pieces/{piece_id:int}/stones/{stone:int}", opt={"access": COUNTER})
async def drop_stone(piece_id: int, stone: int, by: Actor) -> None:
    """Take a stone off the list; history keeps it."""
    await take_off_stone(piece_id, stone, by=by)


@post("/api/pieces/{piece_id:int}/marks", opt={"access": COUNTER}, status_code=201)
async def create_mark(request: Req, piece_id: int, data: MarkIn, by: Actor) -> Response[bytes]:
    """Write a stamp or mark on a piece."""

    async def act() -> dict[str, Any]:
        return {"id": await add_mark(piece_id, NewMark(**msgspec.structs.asdict(data)), by=by)}

    return await answer_once(request, act, status=201)


@delete("/api/pieces/{piece_id:int}/marks/{mark:int}", opt={"access": COUNTER})
async def drop_mark(piece_id: int, mark: int, by: Actor) -> None:
    """Take a mark off the list; history keeps it."""
    await take_off_mark(piece_id, mark, by=by)


@post("/api/pieces/{piece_id:int}/owners", opt={"access": COUNTER}, status_code=201)
async def pass_on(request: Req, piece_id: int, data: HandingIn, by: Actor) -> Response[bytes]:
    """Pass a piece to its next owner: bought, gift, inherited, elsewhere, returned, other."""

    async def act() -> dict[str, Any]:
        await give_piece(piece_id, Handing(data.to, data.how, data.on, data.given_by, data.note), by=by)
        return await _shown(piece_id, by)

    return await answer_once(request, act, status=201)


@post("/api/pieces/{piece_id:int}/appraisals", opt={"access": COUNTER}, status_code=201)
async def create_appraisal(request: Req, piece_id: int, data: AppraisalIn, by: Actor) -> Response[bytes]:
    """Write an appraisal down. Its scans go to `/photos/of/appraisal-<id>` by a person."""

    async def act() -> dict[str, Any]:
        new = NewAppraisal(data.appraised_on, data.appraiser, data.value, data.purpose, data.note)
        return {"id": await add_appraisal(piece_id, new, by=by)}

    return await answer_once(request, act, status=201)


handlers = [
    list_pieces, read_piece, create_piece, correct_piece, create_stone, correct_stone, drop_stone, create_mark,
    drop_mark, pass_on, create_appraisal,
]  # fmt: skip
