"""The page of a piece: for life, across owners; its facts corrected part by part."""

from typing import Any

from litestar import Request, Response, get, post

from intake.drafts import fill_from_known, new_piece, open_draft
from intake.piece_ask import ask_about, back_to
from intake.piece_view import piece_context
from workshop import clock
from workshop.errors import NotFound, WorkshopError
from workshop.record.events import Actor
from workshop.record.pieces.ownership import owner_of
from workshop.record.pieces.piece_before import piece_before
from workshop.record.pieces.piece_lock import piece_by_id
from workshop.record.pieces.piece_measures import read_bar, read_day, read_length, read_weight, read_year
from workshop.record.pieces.piece_words import COLOURS, plain
from workshop.record.pieces.pieces import ORIGINS, change_piece, in_words
from workshop.record.prices.prices import METALS
from workshop.record.shop.shops import shop_of
from workshop.record.trade import BASES, KINDS, SIZES
from workshop.web.auth import COUNTER, STAFF
from workshop.web.forms import Form, act_once, form_of
from workshop.web.pages import page

# The parts of a piece that are corrected together: title, and the fields of the form.
PARTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "what": ("What it is", ("kind", "description", "metal", "metal_basis", "metal_colour", "fineness", "fineness_basis",
                            "maker", "style_no", "serial", "engraving")),
    "measures": ("Measures", ("ring_size", "length_mm", "weight_mg")),
    "watch": ("Watch", ("reference", "movement_no", "calibre", "water_bar", "warranty_until", "serviced_on")),
    "story": ("Where it comes from", ("origin", "bought_on", "made_about")),
}  # fmt: skip


@get("/pieces/{piece_id:int}", opt={"access": STAFF})
async def show_piece_page(request: Request[Any, Any, Any], piece_id: int, by: Actor) -> Response[str]:
    """One piece and its whole life. With `?for=` a customer: as that customer may see it."""
    asked = request.query_params.get("for", "")
    viewer = int(asked) if asked.isdigit() and len(asked) < 18 else None
    template = "intake/piece_page_body.html" if request.headers.get("hx-request") else "intake/piece_page.html"
    return await page(request, template, asked_for=viewer, **await piece_context(piece_id, by=by, viewer=viewer))


@get("/pieces/{piece_id:int}/before", opt={"access": COUNTER})
async def show_before(request: Request[Any, Any, Any], piece_id: int, by: Actor) -> Response[str]:
    """What take-in shows of a known piece: what it is, earlier work, last condition and photos."""
    before = await piece_before(piece_id, shop=by.shop)
    return await page(request, "intake/piece_page_before.html", before=before)


@get("/pieces/{piece_id:int}/edit/{part:str}", opt={"access": COUNTER})
async def ask_facts(request: Request[Any, Any, Any], piece_id: int, part: str) -> Response[str]:
    """One part of a piece's facts, to correct."""
    return await _ask(request, piece_id, part)


async def _ask(
    request: Request[Any, Any, Any], piece_id: int, part: str, form: Form | None = None,
    refused: WorkshopError | None = None,
) -> Response[str]:  # fmt: skip
    if part not in PARTS:
        raise NotFound("A piece has no such part.")
    piece = await piece_by_id(piece_id)
    return await ask_about(
        request, "facts", back=f"/pieces/{piece_id}", title=in_words(piece), form=form, refused=refused,
        piece=piece, part=part, part_title=PARTS[part][0], shown=form.dict() if form else _shown(piece),
        metals=[(key, word) for key, (word, _) in METALS.items()], bases_list=list(BASES.items()),
        colours=list(COLOURS.items()), origins=list(ORIGINS.items()), sizes=[(size, size or "–") for size in SIZES],
        kind_list=[(key, word) for key, (word, _) in KINDS.items()],
    )  # fmt: skip


def _shown(piece: dict[str, Any]) -> dict[str, str]:
    """Facts as they stand in the boxes."""
    shown = {name: "" if value is None else str(value) for name, value in piece.items()}
    shown["weight_mg"] = f"{piece['weight_mg'] / 1000:.2f}" if piece["weight_mg"] else ""
    shown["length_mm"] = plain(round(piece["length_mm"] / 25.4, 1)) if piece["length_mm"] else ""
    return shown


@post("/pieces/{piece_id:int}/edit/{part:str}", opt={"access": COUNTER}, status_code=200)
async def correct_facts(request: Request[Any, Any, Any], piece_id: int, part: str, by: Actor) -> Response[Any]:
    """Correct one part; what was said before stays in the history."""
    form = await form_of(request)

    async def act() -> str:
        today = clock.today((await shop_of(by.shop)).zone)
        named = [name for name in PARTS[part][1] if name in form.dict()]
        facts = {name: _READ[name](form.text(name), today) if name in _READ else form.text(name) for name in named}
        await change_piece(piece_id, facts, by=by)
        return back_to(piece_id, "what")

    try:
        if part not in PARTS:
            raise NotFound("A piece has no such part.")
        return await act_once(request, form, act)
    except NotFound:
        raise
    except WorkshopError as error:
        return await _ask(request, piece_id, part, form, error)


_READ: dict[str, Any] = {
    "weight_mg": lambda text, today: read_weight(text, "weight_mg"),
    "length_mm": lambda text, today: read_length(text, "length_mm"),
    "water_bar": lambda text, today: read_bar(text),
    "made_about": read_year,
    "bought_on": lambda text, today: read_day(text, "bought_on"),
    "warranty_until": lambda text, today: read_day(text, "warranty_until"),
    "serviced_on": lambda text, today: read_day(text, "serviced_on"),
}


@post("/pieces/{piece_id:int}/take-in", opt={"access": COUNTER}, status_code=200)
async def begin_with_piece(request: Request[Any, Any, Any], piece_id: int, by: Actor) -> Response[Any]:
    """Begin a take-in with a known piece and its owner: nothing we know is asked or typed again."""
    form = await form_of(request)

    async def act() -> str:
        owner = await owner_of(piece_id)
        piece = new_piece()
        await fill_from_known(piece, await piece_by_id(piece_id))
        draft = await open_draft(by=by, customer=owner["customer"], typed={"pieces": [piece]})
        return f"/intake/{draft}/piece/1"

    return await act_once(request, form, act)


handlers = [show_piece_page, show_before, ask_facts, correct_facts, begin_with_piece]
