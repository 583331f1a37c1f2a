"""The customer's page: no sign-in, no JavaScript needed, nothing told that the link does not carry."""

from typing import Any
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.datastructures import Cookie

from notifications import customer_says
from notifications.customer_frame import HEADERS, Req, back, cookie_name, enter, is_open, language_of, map_of, show
from notifications.customer_proofs import is_proof_of, take_answer
from notifications.customer_view import has_photo
from notifications.customer_words import closed_soon, hours_lines, words_for
from notifications.links import REMEMBERED, count_visit, pass_for, ticket_of_link, try_digits
from notifications.page_acts import keep_language, say_not_me
from notifications.wording import spoken
from photos.keeping import read_photo
from workshop import clock
from workshop.db import fetch_value
from workshop.errors import Conflict, InvalidInput, NotFound, TooMany
from workshop.record.events import Actor
from workshop.record.tables import Shop, Ticket
from workshop.record.tickets.estimate_answers import answer_estimate
from workshop.settings import settings
from workshop.web.auth import ANYONE, source_of
from workshop.web.forms import Form, form_of
from workshop.web.pages import fill, page, shop_for, shop_seen


@get("/t/{token:str}", opt={"access": ANYONE}, include_in_schema=False)
async def show_status(request: Req, token: str) -> Response[str]:
    """Where the pieces are. Reading changes nothing: link previews read it too."""
    return await show(request, token, await enter(request, token))


@post("/t/{token:str}/open", opt={"access": ANYONE}, status_code=200, include_in_schema=False)
async def open_link(request: Req, token: str) -> Response[Any]:
    """The last four digits open photos, prices and estimate on this device."""
    ticket = await enter(request, token)
    digits = "".join(char for char in (await form_of(request)).text("digits") if char in "0123456789")
    tried = await try_digits(ticket, digits)
    if not tried.is_open:
        words = words_for(await language_of(request, ticket))
        fresh = await ticket_of_link(token)
        error = "" if tried.locked_until else words["wrong_last" if tried.left == 1 else "wrong"]
        return await show(request, token, fresh, status=422, error=error.format(left=tried.left))
    response = back(token)
    response.set_cookie(
        Cookie(
            cookie_name(), value=pass_for(ticket), path=f"/t/{token}", max_age=int(REMEMBERED.total_seconds()),
            httponly=True, samesite="lax", secure=settings().is_https,
        )
    )  # fmt: skip
    return response


@post("/t/{token:str}/estimates/{estimate_id:int}", opt={"access": ANYONE}, status_code=200, include_in_schema=False)
async def answer(request: Req, token: str, estimate_id: int) -> Response[str]:
    """The customer's word on an estimate. The same word twice is one."""
    ticket = await enter(request, token)
    if not is_open(request, ticket):
        return back(token)
    if not await _is_of(ticket, estimate_id):
        await shop_for(None)
        raise NotFound("This link does not lead anywhere any more.")
    form = await form_of(request)
    words = words_for(await language_of(request, ticket))
    try:
        await _answer(request, ticket, estimate_id, form)
    except InvalidInput as error:
        says = {"name": words["write_name"], "signature": words["sign_please"]}
        errors = {name: says.get(name, words["not_yet"]) for name in {*error.fields, *_left_out(form)}}
        return await show(
            request, token, ticket, status=422, notice=words["not_yet"], estimate_errors=errors,
            estimate=estimate_id, values=form.dict(),
        )  # fmt: skip
    except Conflict:
        newer = await fetch_value("SELECT state FROM estimate WHERE id = $1", estimate_id) == "superseded"
        return await show(request, token, ticket, status=409, notice=words["moved_on" if newer else "answered"])
    return back(token)


def _left_out(form: Form) -> list[str]:
    """What is missing for a yes, all at once: on a phone every round is a scroll."""
    is_signed = form.text("signature") or form.ticked("typed_signs")
    missing = {"name": not form.text("name"), "signature": form.text("answer") == "approve" and not is_signed}
    return [name for name, is_missing in missing.items() if is_missing]


async def _answer(request: Req, ticket: Ticket, estimate_id: int, form: Form) -> None:
    approve = form.text("answer") == "approve"
    if not approve and form.text("answer") != "decline":
        raise InvalidInput("Approve or decline.", answer="Choose one.")
    by = Actor(0, "Customer", ticket.shop, frozenset({"counter"}), "customer's page")
    await answer_estimate(
        estimate_id, approve=approve, name=form.text("name")[:120], how="link", by=by,
        signature=form.text("signature") if approve else "",
        typed_name_signs=approve and form.ticked("typed_signs"), address=source_of(request)[:60],
    )  # fmt: skip


@post("/t/{token:str}/proofs/{proof_id:int}", opt={"access": ANYONE}, status_code=200, include_in_schema=False)
async def answer_engraving(request: Req, token: str, proof_id: int) -> Response[str]:
    """The customer's word on what will be engraved. The same word twice is one."""
    ticket = await enter(request, token)
    if not is_open(request, ticket):
        return back(token)
    if not await is_proof_of(ticket, proof_id):
        await shop_for(None)
        raise NotFound("This link does not lead anywhere any more.")
    form = await form_of(request)
    words = words_for(await language_of(request, ticket))
    try:
        await take_answer(ticket, proof_id, form)
    except InvalidInput as error:
        says = {"name": words["write_name"], "answer": words["say_change"]}
        errors = {name: says.get(name, words["not_yet"]) for name in error.fields}
        return await show(
            request, token, ticket, status=422, notice=words["not_yet"], proof_errors=errors, proof=proof_id,
            values=form.dict(),
        )  # fmt: skip
    except Conflict:
        return await show(request, token, ticket, status=409, notice=words["proof_moved_on"])
    return back(token)


async def _is_of(ticket: Ticket, estimate_id: int) -> bool:
    found: bool = await fetch_value(
        """SELECT EXISTS (SELECT FROM estimate e JOIN envelope v ON v.id = e.envelope
           WHERE e.id = $1 AND v.ticket = $2 AND e.state <> 'draft')""",
        estimate_id, ticket.id,
    )  # fmt: skip
    return found


@post("/t/{token:str}/language", opt={"access": ANYONE}, status_code=200, include_in_schema=False)
async def choose_language(request: Req, token: str) -> Response[Any]:
    """The page in the other language, on this device; whoever opened it is written to in it from now on."""
    ticket = await enter(request, token)
    language = spoken((await form_of(request)).text("language"))
    if is_open(request, ticket):
        await keep_language(ticket, language)
    response = back(token)
    response.set_cookie(
        Cookie("language", value=language, path=f"/t/{token}", max_age=int(REMEMBERED.total_seconds()), samesite="lax",
               httponly=True, secure=settings().is_https)
    )  # fmt: skip
    return response


@post("/t/{token:str}/not-me", opt={"access": ANYONE}, status_code=200, include_in_schema=False)
async def not_me(request: Req, token: str) -> Response[Any]:
    """Not theirs: texts end, the page closes, the counter looks into it."""
    ticket = await enter(request, token)
    await say_not_me(ticket)
    return _plainly(request, "notifications/not_me.html", 200)


@get("/t/{token:str}/photos/{photo_id:uuid}", opt={"access": ANYONE}, include_in_schema=False)
async def show_photo(request: Req, token: str, photo_id: UUID, size: str = "") -> Response[bytes]:
    """One photo of this ticket, to a device that opened the link."""
    ticket = await ticket_of_link(token)
    if not is_open(request, ticket) or not await has_photo(ticket, photo_id):
        await count_visit(source_of(request))
        await shop_for(None)
        raise NotFound("This link does not lead anywhere any more.")
    content, media = await read_photo(photo_id, thumb=size == "thumb")
    headers = {
        **HEADERS, "Cache-Control": "private, max-age=300", "Content-Disposition": "inline",
        "X-Content-Type-Options": "nosniff",
    }  # fmt: skip
    return Response(content, media_type=media, headers=headers)


@get("/visit/{code:str}", opt={"access": ANYONE}, include_in_schema=False)
async def show_shop(request: Req, code: str) -> Response[str]:
    """Where the shop is and when it is open: what a reminder links to. Nothing about anybody."""
    await count_visit(source_of(request))
    shop = await Shop.objects().get(Shop.code == code.upper())
    if shop is None:
        await shop_for(None)
        raise NotFound("This link does not lead anywhere any more.")
    language = spoken(request.headers.get("accept-language") or shop.language)
    return await page(
        request, "notifications/visit.html", headers=HEADERS, shop=shop, lang=language, w=words_for(language),
        hours=hours_lines(shop, language), closed=closed_soon(shop, language, clock.today(shop.zone)),
        find=map_of(shop),
    )  # fmt: skip


def _gone(request: Req, _: NotFound) -> Response[str]:
    """Unknown and expired look the same, to people and to those who try addresses."""
    return _plainly(request, "notifications/gone.html", 404)


def _wait(request: Req, error: TooMany) -> Response[str]:
    response = _plainly(request, "notifications/wait.html", 429)
    response.headers["Retry-After"] = str(error.retry_after)
    return response


def _plainly(request: Req, template: str, status: int) -> Response[str]:
    return fill(request, template, shop_seen(None), status=status, headers=HEADERS, lang="en")


router = Router(
    "/",
    route_handlers=[show_status, open_link, answer, answer_engraving, choose_language, not_me, show_photo, show_shop,
                    *customer_says.handlers],
    exception_handlers={NotFound: _gone, TooMany: _wait},
)
