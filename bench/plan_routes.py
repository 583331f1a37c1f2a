"""The plan: a manager gives pieces to colleagues' days, by drag, by tap and keys, by scan, or by the shop's rule."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from litestar import Request, Response, get, post

from bench.plan_read import read_board
from bench.scans import read_number
from workshop.db import fetch_one
from workshop.errors import InvalidInput, WorkshopError
from workshop.record.bench.assignment import NeedsReason, Wish, assign, share_out, unassign
from workshop.record.cards import refuse_cards_in
from workshop.record.codes import BADGE, is_code, tidy
from workshop.record.events import Actor
from workshop.record.promises.promise_words import say_day, say_minutes
from workshop.record.shop.shops import shop_of
from workshop.record.shop.skills import work_words
from workshop.web.auth import MANAGER
from workshop.web.forms import form_of
from workshop.web.pages import page

Req = Request[Any, Any, Any]
MOST = 40  # pieces given at once


@dataclass
class Said:
    """What the plan answers to an act."""

    kind: str = ""  # ok, warn, danger
    text: str = ""
    against: tuple[str, ...] = ()  # what a reason is needed for
    codes: tuple[str, ...] = ()
    cell: str = ""
    reason: str = ""


@get("/bench/plan", opt={"access": MANAGER})
async def show_plan(request: Req, by: Actor) -> Response[str]:
    """Who does what on which of the next days."""
    return await _plan(request, by, "bench/plan.html", Said())


@get("/bench/plan/board", opt={"access": MANAGER})
async def show_board(request: Req, by: Actor) -> Response[str]:
    """The same, read again, as a fragment."""
    return await _plan(request, by, "bench/_plan.html", Said())


async def _plan(
    request: Req, by: Actor, template: str, said: Said, *, status: int = 200, person: dict[str, Any] | None = None
) -> Response[str]:
    shop = await shop_of(by.shop)
    return await page(
        request, template, status=status, board=await read_board(shop), said=said, say_minutes=say_minutes,
        say_day=say_day, work_words=work_words, person=person, shop=shop,
    )  # fmt: skip


@post("/bench/plan/assignments", opt={"access": MANAGER}, status_code=200)
async def give(request: Req, by: Actor) -> Response[str]:
    """The chosen pieces go to one day of one colleague, or to nobody. What does not fit asks for a reason."""
    form = await form_of(request)
    refuse_cards_in(form.texts_by_name())
    codes, cell = form.texts("code")[:MOST], form.text("cell")
    template = "bench/_plan.html" if request.headers.get("hx-request") else "bench/plan.html"
    if not codes:
        return await _plan(request, by, template, Said("warn", "Choose a piece first, then the day."), status=422)
    if cell == "nobody":
        for code in codes:
            await unassign(tidy(code), by=by)
        return await _plan(request, by, template, Said("ok", f"{_pieces(len(codes))} for nobody now."))
    wish = _wish(cell, form.text("reason"))
    said = await _give(codes, wish, cell, by)
    return await _plan(request, by, template, said, status=409 if said.against or said.kind == "danger" else 200)


def _wish(cell: str, reason: str) -> Wish:
    """`12/2031-03-03`: whose day. Without a day the first with room."""
    whose, _, day = cell.partition("/")
    try:
        return Wish(int(whose), date.fromisoformat(day) if day else None, reason)
    except ValueError:
        raise InvalidInput("Choose whose day it goes to.", cell="Choose whose day it goes to.") from None


async def _give(codes: list[str], wish: Wish, cell: str, by: Actor) -> Said:
    """Each piece by itself, the first ones first: what fits is planned, what does not is asked about."""
    done, left, against, refused = [], [], [], []
    for code in codes:
        try:
            done.append((await assign(tidy(code), wish, by=by)).number)
        except NeedsReason as error:
            left.append(code)
            against.append(error.message.removesuffix(" Plan it anyway with a reason."))
        except WorkshopError as error:
            refused.append(error.message)
    if left:
        text = f"{_pieces(len(done))} planned. The rest needs a reason." if done else "Not planned yet."
        return Said("warn", text, tuple(against), tuple(left), cell, wish.reason)
    if refused:
        return Said("danger", " ".join(refused))
    return Said("ok", f"{', '.join(done)} planned.")


def _pieces(count: int) -> str:
    return "1 piece" if count == 1 else f"{count} pieces"


@post("/bench/plan/share", opt={"access": MANAGER}, status_code=200)
async def share(request: Req, by: Actor) -> Response[str]:
    """What nobody has goes to whoever can do it and has least to do."""
    given, left = await share_out(by=by)
    text = f"{_pieces(len(given))} shared out." if given else "Nothing could be shared out."
    if left:
        text += f" For {', '.join(left[:5])}{' and more' if len(left) > 5 else ''} nobody has a day left that fits."
    template = "bench/_plan.html" if request.headers.get("hx-request") else "bench/plan.html"
    return await _plan(request, by, template, Said("warn" if left else "ok", text))


@post("/bench/plan/scans", opt={"access": MANAGER}, status_code=200)
async def scan(request: Req, by: Actor) -> Response[str]:
    """A badge says for whom; every envelope scanned after it is planned for them, on their first day with room."""
    form = await form_of(request)
    code, person = tidy(form.text("code")), await _somebody(form.whole("person") or 0, by)
    template = "bench/_plan.html" if request.headers.get("hx-request") else "bench/plan.html"
    try:
        if is_code(code, BADGE):
            person = await _of_badge(code, by)
            said = Said("ok", f"Scan envelopes for {person['name']} now.")
        elif person is None:
            raise InvalidInput("Scan a colleague's badge first, then the envelopes.", code="Whose are they?")
        else:
            number = await read_number(code, by)
            said = await _give([number], Wish(person["id"], None, how="scan"), f"{person['id']}/", by)
    except WorkshopError as error:
        said = Said("danger", error.message)
    is_refused = bool(said.against) or said.kind == "danger"
    return await _plan(request, by, template, said, person=person, status=409 if is_refused else 200)


async def _somebody(staff: int, by: Actor) -> dict[str, Any] | None:
    return await fetch_one("SELECT id, name FROM staff WHERE id = $1 AND shop = $2 AND is_active", staff, by.shop)


async def _of_badge(code: str, by: Actor) -> dict[str, Any]:
    row = await fetch_one(
        "SELECT id, name FROM staff WHERE badge_code = $1 AND shop = $2 AND is_active", code, by.shop
    )
    if row is None:
        raise InvalidInput("Nobody of this shop has that badge.", code="Nobody has that badge.")
    return row


HANDLERS = [show_plan, show_board, give, share, scan]
