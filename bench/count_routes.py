"""Pages of the evening's count: several people, each with a scanner or a phone, one list."""

from typing import Any

from litestar import Request, Response, get, post

from bench.names import names_here
from workshop.errors import Conflict, InvalidInput, WorkshopError
from workshop.record.cards import refuse_cards_in
from workshop.record.codes import tidy
from workshop.record.events import Actor
from workshop.record.whereabouts.count_signing import drop_count, lines_of, said_before, sign_count
from workshop.record.whereabouts.counts import (
    ELSEWHERE,
    UNEXPECTED,
    Count,
    Heard,
    begin_count,
    count_row,
    past_counts,
    read_count,
    scan_in_count,
)
from workshop.record.whereabouts.missing import missing_pieces
from workshop.record.whereabouts.placing import place_by_code
from workshop.web.auth import MANAGER, STAFF
from workshop.web.forms import Form, form_of
from workshop.web.pages import go, page

Req = Request[Any, Any, Any]


@get("/counts", opt={"access": STAFF})
async def show_counts(request: Req, by: Actor) -> Response[str]:
    """Past counts, what is still missing, and the way to begin."""
    rows = await past_counts(by.shop)
    return await page(
        request, "bench/counts.html", counts=rows, going=next((row for row in rows if row["state"] == "open"), None),
        missing=await missing_pieces(by.shop),
    )  # fmt: skip


@post("/counts", opt={"access": STAFF}, status_code=200)
async def start_count(request: Req, by: Actor) -> Response[Any]:
    """Begin, or join the one that is going on."""
    count, is_new = await begin_count(by=by)
    return go(request, f"/counts/{count}", flash="" if is_new else "This count is going on already. Join in.")


@get("/counts/{count:int}", opt={"access": STAFF})
async def show_count(request: Req, count: int, by: Actor) -> Response[str]:
    """The count as it stands, to scan into; or what a signed one found."""
    row = await count_row(count, shop=by.shop)
    if row["state"] != "open":
        return await page(request, "bench/count_signed.html", count=row, lines=await lines_of(count))
    state = await read_count(count, shop=by.shop)
    names = await names_here(by.shop) | {one.code: one.number for one in state.sights}
    return await page(request, "bench/count.html", **_state(state, None), by=by, names=names)


@get("/counts/{count:int}/state", opt={"access": STAFF})
async def show_state(request: Req, count: int, by: Actor, place: int | None = None) -> Response[Any]:
    """The same read again, as a fragment; once it is signed, every screen goes to what it found."""
    state = await read_count(count, shop=by.shop)
    if state.row["state"] != "open":
        return go(request, f"/counts/{count}")
    return await page(request, "bench/_count_state.html", **_state(state, place))


def _state(state: Count, place: int | None) -> dict[str, Any]:
    box = next((one for one in state.boxes if one.id == place), None)
    return {
        "state": state, "count": state.row, "box": box, "strangers": [*state.of(ELSEWHERE), *state.of(UNEXPECTED)],
        "unopened": [one for one in state.boxes if one.lacking and not one.is_open],
    }  # fmt: skip


@post("/counts/{count:int}/scans", opt={"access": STAFF}, status_code=200)
async def scan_count(request: Req, count: int, by: Actor) -> Response[Any]:
    """One scan of a box or of what lies in it."""
    form = await form_of(request)
    place, status = form.whole("place"), 200
    try:
        if box := form.text("box"):  # in hand when the scan was read, whatever was answered since
            place = (await place_by_code(tidy(box), shop=by.shop))["id"]
        heard = await scan_in_count(count, form.text("code"), place=place, by=by)
    except WorkshopError as error:
        heard, status = Heard(error.message, "danger", "refused", "alert-circle", place), error.status
    state = await read_count(count, shop=by.shop)  # also NotFound for another shop's count
    return await page(
        request, "bench/_count_answer.html", status=status, answer=heard, **_state(state, heard.place)
    )


@get("/counts/{count:int}/signing", opt={"access": STAFF})
async def show_signing(request: Req, count: int, by: Actor) -> Response[Any]:
    """What does not agree, to explain and sign."""
    return await _signing(request, count, by)


async def _signing(
    request: Req, count: int, by: Actor, *, form: Form | None = None, errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response[Any]:  # fmt: skip
    state = await read_count(count, shop=by.shop)
    if state.row["state"] != "open":
        return go(request, f"/counts/{count}")
    return await page(
        request, "bench/count_signing.html", status=status, **_state(state, None), errors=errors or {},
        values=form.dict() if form else {f"why-{one}": words for one, words in (await said_before(state)).items()},
    )  # fmt: skip


@post("/counts/{count:int}/signing", opt={"access": STAFF}, status_code=200)
async def close_count(request: Req, count: int, by: Actor) -> Response[Any]:
    """Sign it, with a drawn signature or a badge. Nothing typed is lost when something lacks."""
    form = await form_of(request)
    why = {
        int(name.removeprefix("why-")): words for name, words in form.texts_by_name()
        if name.startswith("why-") and name.removeprefix("why-").isdigit()
    }  # fmt: skip
    try:
        refuse_cards_in(form.texts_by_name())
        state = await sign_count(
            count, why, signature=form.text("signature"), badge=form.text("code"), note=form.text("note"), by=by
        )
    except (InvalidInput, Conflict) as error:
        errors = error.fields if isinstance(error, InvalidInput) else {"form": error.message}
        return await _signing(request, count, by, form=form, errors=errors, status=error.status)
    except WorkshopError as error:
        if error.status != 403:
            raise
        return await _signing(request, count, by, form=form, errors={"code": error.message}, status=403)
    missing = len(state.lacking)
    words = "Signed. Nothing is missing." if not missing else f"Signed. {missing} missing: the alarm is raised."
    return go(request, f"/counts/{count}", flash=words, kind="danger" if missing else "ok")


@post("/counts/{count:int}/drop", opt={"access": MANAGER}, status_code=200)
async def let_go(request: Req, count: int, by: Actor) -> Response[Any]:
    """A count begun by mistake."""
    await drop_count(count, by=by)
    return go(request, "/counts", flash="Let go. Its scans are kept.")


HANDLERS = [
    show_counts, start_count, show_count, show_state, scan_count, show_signing, close_count, let_go,
]  # fmt: skip
