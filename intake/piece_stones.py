"""Stones and marks of a piece on its page: written down, corrected, taken off."""

from typing import Any

from litestar import Request, Response, get, post

from intake.piece_ask import ask_about, back_to
from intake.piece_frame import STONES
from workshop.errors import NotFound, WorkshopError
from workshop.record.events import Actor
from workshop.record.pieces.piece_lock import piece_by_id
from workshop.record.pieces.piece_measures import read_carat, read_millimetres
from workshop.record.pieces.piece_words import INSCRIPTIONS, MARK_BASES, MARK_KINDS, NATURES, plain
from workshop.record.pieces.pieces import in_words
from workshop.record.pieces.stamps import NewMark, add_mark, change_mark, mark_on, take_off_mark
from workshop.record.pieces.stones import NewStone, add_stone, change_stone, stone_on, take_off_stone
from workshop.record.trade import BASES
from workshop.web.auth import COUNTER
from workshop.web.forms import Form, act_once, form_of

SHAPES = ["round", "oval", "princess", "emerald cut", "cushion", "pear", "marquise", "radiant", "asscher", "heart",
          "baguette", "trillion", "old cut", "rose cut", "cabochon", "bead"]  # fmt: skip
LABORATORIES = ["GIA", "AGS", "IGI", "GCAL", "HRD", "EGL", "SSEF", "Gübelin", "AGL"]


@get(["/pieces/{piece_id:int}/stones/new", "/pieces/{piece_id:int}/stones/{stone:int}"], opt={"access": COUNTER})
async def ask_stone(request: Request[Any, Any, Any], piece_id: int, stone: int | None = None) -> Response[str]:
    """One stone, or group of like stones: a new one, or one to correct."""
    return await _ask_stone(request, piece_id, stone)


async def _ask_stone(
    request: Request[Any, Any, Any], piece_id: int, stone: int | None, form: Form | None = None,
    refused: WorkshopError | None = None,
) -> Response[str]:  # fmt: skip
    piece = await piece_by_id(piece_id)
    known = await stone_on(piece_id, stone) if stone is not None else None
    return await ask_about(
        request, "stone", back=f"/pieces/{piece_id}", title=in_words(piece), form=form, refused=refused, piece=piece,
        stone=stone, shown=form.dict() if form else _shown_stone(known), stone_names=STONES, shapes=SHAPES,
        laboratories=LABORATORIES, natures=list(NATURES.items()), inscriptions=list(INSCRIPTIONS.items()),
        bases_list=list(BASES.items()),
    )  # fmt: skip


def _shown_stone(row: dict[str, Any] | None) -> dict[str, str]:
    if row is None:
        return {"count": "1", "basis": "appears", "nature": "not tested", "inscription": "not looked"}
    shown = {name: "" if value is None else str(value) for name, value in row.items()}
    shown["carat"] = plain(row["carat"])
    shown["size_mm"] = " × ".join(plain(row[name]) for name in ("size_mm", "width_mm") if row[name] is not None)
    return shown


def _stone_in(form: Form) -> NewStone:
    size, width = read_millimetres(form.text("size_mm"))
    return NewStone(
        form.text("identity"), form.whole("count") or 0, form.text("nature"), form.text("shape"),
        form.text("position"), form.text("basis") or "appears", form.text("report_no"), form.text("laboratory"),
        size, width, read_carat(form.text("carat")), form.text("colour"), form.text("clarity"),
        form.text("inscription"),
    )  # fmt: skip


@post(
    ["/pieces/{piece_id:int}/stones", "/pieces/{piece_id:int}/stones/{stone:int}"], opt={"access": COUNTER},
    status_code=200,
)  # fmt: skip
async def save_stone(
    request: Request[Any, Any, Any], piece_id: int, by: Actor, stone: int | None = None
) -> Response[Any]:
    """Write a stone down, or correct it."""
    form = await form_of(request)

    async def act() -> str:
        if stone is None:
            await add_stone(piece_id, _stone_in(form), by=by)
        else:
            await change_stone(piece_id, stone, _stone_in(form), by=by)
        return back_to(piece_id, "stones")

    try:
        return await act_once(request, form, act)
    except NotFound:
        raise
    except WorkshopError as error:
        return await _ask_stone(request, piece_id, stone, form, error)


@post("/pieces/{piece_id:int}/stones/{stone:int}/off", opt={"access": COUNTER}, status_code=200)
async def drop_stone(request: Request[Any, Any, Any], piece_id: int, stone: int, by: Actor) -> Response[Any]:
    """Take a stone off the list."""
    form = await form_of(request)

    async def act() -> str:
        await take_off_stone(piece_id, stone, by=by)
        return back_to(piece_id, "stones")

    return await act_once(request, form, act)


@get(["/pieces/{piece_id:int}/marks/new", "/pieces/{piece_id:int}/marks/{mark:int}"], opt={"access": COUNTER})
async def ask_mark(request: Request[Any, Any, Any], piece_id: int, mark: int | None = None) -> Response[str]:
    """One stamp, maker's mark or hallmark: a new one, or one to correct."""
    return await _ask_mark(request, piece_id, mark)


async def _ask_mark(
    request: Request[Any, Any, Any], piece_id: int, mark: int | None, form: Form | None = None,
    refused: WorkshopError | None = None,
) -> Response[str]:  # fmt: skip
    piece = await piece_by_id(piece_id)
    known = await mark_on(piece_id, mark) if mark is not None else {"kind": "fineness", "basis": "stamped"}
    return await ask_about(
        request, "mark", back=f"/pieces/{piece_id}", title=in_words(piece), form=form, refused=refused, piece=piece,
        mark=mark, shown=form.dict() if form else known, mark_kinds=list(MARK_KINDS.items()),
        mark_bases=list(MARK_BASES.items()),
    )  # fmt: skip


@post(
    ["/pieces/{piece_id:int}/marks", "/pieces/{piece_id:int}/marks/{mark:int}"], opt={"access": COUNTER},
    status_code=200,
)  # fmt: skip
async def save_mark(
    request: Request[Any, Any, Any], piece_id: int, by: Actor, mark: int | None = None
) -> Response[Any]:
    """Write a mark down, or correct how it reads."""
    form = await form_of(request)

    async def act() -> str:
        new = NewMark(form.text("words"), form.text("kind"), form.text("position"), form.text("basis"))
        if mark is None:
            await add_mark(piece_id, new, by=by)
        else:
            await change_mark(piece_id, mark, new, by=by)
        return back_to(piece_id, "marks")

    try:
        return await act_once(request, form, act)
    except NotFound:
        raise
    except WorkshopError as error:
        return await _ask_mark(request, piece_id, mark, form, error)


@post("/pieces/{piece_id:int}/marks/{mark:int}/off", opt={"access": COUNTER}, status_code=200)
async def drop_mark(request: Request[Any, Any, Any], piece_id: int, mark: int, by: Actor) -> Response[Any]:
    """Take a mark off the list."""
    form = await form_of(request)

    async def act() -> str:
        await take_off_mark(piece_id, mark, by=by)
        return back_to(piece_id, "marks")

    return await act_once(request, form, act)


handlers = [ask_stone, save_stone, drop_stone, ask_mark, save_mark, drop_mark]
