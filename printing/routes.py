"""Prints on the screen: the list, what needs somebody at the printer, asking again, and print pages."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from anyio import to_thread
from litestar import Request, Response, Router, get, post

from printing import sheets
from printing.addresses import address_at, address_of
from printing.asking import answer, let_go, print_again
from printing.bitmap import render, to_png
from printing.escpos_bytes import width_dots
from printing.printers import printer_from
from printing.prints import NAMES, print_of, prints_of, trouble_of
from printing.queue import document_of
from workshop.record.events import Actor
from workshop.record.tickets.standing import envelope_by_code
from workshop.record.tickets.tickets import ticket_by_number
from workshop.web.auth import COUNTER, STAFF
from workshop.web.forms import Form, act_once, form_of
from workshop.web.pages import inside, page

Asked = Request[Any, Any, Any]


@get("/prints", opt={"access": COUNTER})
async def show_prints(request: Asked, by: Actor, before: str = "") -> Response[str]:
    """The whole page: trouble first, then the prints, newest first."""
    return await page(request, "printing/prints.html", **await _list(by, before), **await _trouble(by))


@get("/prints/rows", opt={"access": COUNTER})
async def show_rows(request: Asked, by: Actor, before: str = "") -> Response[str]:
    """The list alone, read again when something changes."""
    return await page(request, "printing/_rows.html", **await _list(by, before))


@get("/prints/trouble", opt={"access": COUNTER})
async def show_trouble(request: Asked, by: Actor, on_page: bool = False) -> Response[str]:
    """What needs somebody at a printer; nothing at all when all is well."""
    return await page(request, "printing/_trouble.html", **await _trouble(by, on_page=on_page))


@post("/prints/{job_id:uuid}/answer", opt={"access": COUNTER})
async def answer_print(request: Asked, job_id: UUID, by: Actor) -> Response[Any]:
    """ "Did it print?" Yes, or no and it is printed again as a copy."""
    form = await form_of(request)
    has_printed = form.text("printed") == "yes"
    return await _act(request, form, by, lambda: answer(job_id, printed=has_printed, by=by))


@post("/prints/{job_id:uuid}/let-go", opt={"access": COUNTER})
async def let_print_go(request: Asked, job_id: UUID, by: Actor) -> Response[Any]:
    """Not needed any more."""
    return await _act(request, await form_of(request), by, lambda: let_go(job_id, by=by))


@post("/prints/again/label/{code:str}", opt={"access": STAFF})
async def print_label_again(request: Asked, code: str, by: Actor) -> Response[Any]:
    """The label of an envelope once more: for anybody, because it shows no value."""
    envelope = await envelope_by_code(code, shop=by.shop)
    act = partial(print_again, "label", ticket=envelope.ticket, envelope=envelope, by=by)
    return await _act(request, await form_of(request), by, act, await _said(by, "label", envelope.number))


@post("/prints/again/claim-check/{number:str}", opt={"access": COUNTER})
async def print_claim_check_again(request: Asked, number: str, by: Actor) -> Response[Any]:
    """The claim check of a ticket once more."""
    ticket = await ticket_by_number(number, shop=by.shop)
    act = partial(print_again, "claim_check", ticket=ticket, by=by)
    return await _act(request, await form_of(request), by, act, await _said(by, "claim_check", ticket.number))


@post("/prints/again/receipt/{number:str}", opt={"access": COUNTER})
async def print_receipt_again(request: Asked, number: str, by: Actor) -> Response[Any]:
    """The receipt of a ticket, for the first time or once more."""
    ticket = await ticket_by_number(number, shop=by.shop)
    act = partial(print_again, "receipt", ticket=ticket, by=by)
    return await _act(request, await form_of(request), by, act, await _said(by, "receipt", ticket.number))


@get("/prints/{job_id:uuid}/preview.png", opt={"access": COUNTER})
async def show_preview(job_id: UUID, by: Actor) -> Response[bytes]:
    """A print as its printer would put it on paper, dot for dot."""
    job = await print_of(job_id, shop=by.shop)
    width = width_dots(printer_from(await address_of(by.shop, job["printer"], job["drawer"])).profile)
    document = await document_of(job)
    png = await to_thread.run_sync(lambda: to_png(render(document, width)))
    return Response(png, media_type="image/png")


async def _said(by: Actor, document: str, number: str) -> str:
    printer = "label" if document == "label" else "receipt"
    if not await address_at(by, printer):
        return f"No {printer} printer is set up: print the {NAMES[document]} of {number} from this page."
    return f"The {NAMES[document]} of {number} is on its way to the printer."


async def _act(
    request: Asked, form: Form, by: Actor, act: Callable[[], Awaitable[Any]], said: str = ""
) -> Response[Any]:
    """Do it once; then the fragment that asked for it, or on to where the form says."""

    async def act_and_go() -> str:
        await act()
        return await _way_back(request, form, by)

    response = await act_once(request, form, act_and_go, flash=said)
    if request.headers.get("hx-request") and form.text("fragment") == "trouble":
        return await page(request, "printing/_trouble.html", **await _trouble(by, on_page=form.ticked("on_page")))
    return response


async def _way_back(request: Asked, form: Form, by: Actor) -> str:
    """Where the form says, if that is here; for a paper without a printer, its print page."""
    path = request.url.path
    if path.startswith("/prints/again/"):
        printer = "label" if path.startswith("/prints/again/label/") else "receipt"
        if not await address_at(by, printer):
            return path.replace("/prints/again/", "/prints/", 1)
    home = "/prints" if by.is_one_of("counter", "manager", "owner") else "/bench"
    return inside(form.text("back")) or home


async def _list(by: Actor, before: str) -> dict[str, Any]:
    rows, older = await prints_of(by.shop, before)
    return {"rows": rows, "older": older, "before": before}


async def _trouble(by: Actor, *, on_page: bool = True) -> dict[str, Any]:
    return {**await trouble_of(by.shop), "key": uuid4().hex, "on_page": on_page}


router = Router(
    "/",
    route_handlers=[
        show_prints, show_rows, show_trouble, answer_print, let_print_go, print_label_again,
        print_claim_check_again, print_receipt_again, show_preview, *sheets.handlers,
    ],
)  # fmt: skip
