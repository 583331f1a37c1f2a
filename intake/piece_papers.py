"""Appraisals on the page of a piece: written down with their value, their scans beside them."""

from datetime import date
from typing import Any

from litestar import Request, Response, get, post

from intake.piece_ask import ask_about, back_to
from workshop import money
from workshop.errors import InvalidInput, NotFound, WorkshopError
from workshop.record.events import Actor
from workshop.record.pieces.appraisals import PURPOSES, NewAppraisal, add_appraisal, album_of, appraisal_on
from workshop.record.pieces.piece_lock import piece_by_id
from workshop.record.pieces.piece_measures import read_day
from workshop.record.pieces.pieces import in_words
from workshop.web.auth import COUNTER
from workshop.web.forms import Form, act_once, form_of
from workshop.web.pages import page


@get("/pieces/{piece_id:int}/appraisals/new", opt={"access": COUNTER})
async def ask_appraisal(request: Request[Any, Any, Any], piece_id: int) -> Response[str]:
    """When, by whom, for how much, for what."""
    return await _ask(request, piece_id)


async def _ask(
    request: Request[Any, Any, Any], piece_id: int, form: Form | None = None, refused: WorkshopError | None = None
) -> Response[str]:
    piece = await piece_by_id(piece_id)
    return await ask_about(
        request, "appraisal", back=f"/pieces/{piece_id}", title=in_words(piece), form=form, refused=refused,
        piece=piece, purposes=list(PURPOSES.items()),
    )  # fmt: skip


@post("/pieces/{piece_id:int}/appraisals", opt={"access": COUNTER}, status_code=200)
async def save_appraisal(request: Request[Any, Any, Any], piece_id: int, by: Actor) -> Response[Any]:
    """Write an appraisal down; then its paper can be photographed."""
    form = await form_of(request)

    async def act() -> str:
        new = NewAppraisal(
            _day(form), form.text("appraiser"), money.parse(form.text("value"), "value"),
            form.text("purpose") or "insurance", form.text("note"),
        )  # fmt: skip
        appraisal = await add_appraisal(piece_id, new, by=by)
        return f"/pieces/{piece_id}/appraisals/{appraisal}"

    try:
        return await act_once(request, form, act)
    except NotFound:
        raise
    except WorkshopError as error:
        return await _ask(request, piece_id, form, error)


def _day(form: Form) -> date:
    day = read_day(form.text("appraised_on"), "appraised_on")
    if day is None:
        raise InvalidInput("When was it appraised?", appraised_on="Choose the day on the paper.")
    return day


@get("/pieces/{piece_id:int}/appraisals/{appraisal:int}", opt={"access": COUNTER})
async def show_appraisal(
    request: Request[Any, Any, Any], piece_id: int, appraisal: int, by: Actor
) -> Response[str]:
    """One appraisal with the scans of its paper."""
    row = await appraisal_on(piece_id, appraisal, shop=by.shop)
    return await page(
        request, "intake/piece_page_appraisal.html", piece=await piece_by_id(piece_id), appraisal=row,
        purposes=PURPOSES, album=album_of(appraisal), done=back_to(piece_id, "papers"),
    )  # fmt: skip


handlers = [ask_appraisal, save_appraisal, show_appraisal]
