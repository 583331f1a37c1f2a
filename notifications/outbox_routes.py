"""The texts' page, and the fragments other pages show of it."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from litestar import Request, Response, Router, get, post

from notifications.outbox import (
    FILTERS,
    PAGE,
    mark_read,
    needing_a_person,
    note_call,
    send_again,
    stop_texts,
    texts,
    texts_of,
)
from notifications.page_acts import open_page_again, send_receipt
from workshop.record.events import Actor
from workshop.record.tickets.tickets import ticket_by_number
from workshop.settings import settings
from workshop.web.auth import COUNTER
from workshop.web.forms import act_once, form_of
from workshop.web.pages import page

Req = Request[Any, Any, Any]


@get("/messages", opt={"access": COUNTER}, include_in_schema=False)
async def show_messages(request: Req, by: Actor, kind: str = "all", before: str = "") -> Response[str]:
    """What needs a person first, then everything said, newest first."""
    listed = await _listed(by, kind, before)
    return await page(
        request, "notifications/messages.html", needs=await needing_a_person(by.shop), **listed, **_facts()
    )


@get("/messages/needs", opt={"access": COUNTER}, include_in_schema=False)
async def show_needs(request: Req, by: Actor) -> Response[str]:
    """The part that needs a person, read again when something changed."""
    return await page(request, "notifications/_needs.html", needs=await needing_a_person(by.shop), **_facts())


@get("/messages/list", opt={"access": COUNTER}, include_in_schema=False)
async def show_list(request: Req, by: Actor, kind: str = "all", before: str = "") -> Response[str]:
    """The list, read again when something changed."""
    return await page(request, "notifications/_list.html", **await _listed(by, kind, before), **_facts())


@get("/messages/trouble", opt={"access": COUNTER}, include_in_schema=False)
async def show_trouble(request: Req, by: Actor) -> Response[str]:
    """List items for the counter's “Needs you”; nothing at all when all is well."""
    return await page(request, "notifications/_trouble.html", needs=await needing_a_person(by.shop, limit=5))


@get("/messages/of/{number:str}", opt={"access": COUNTER}, include_in_schema=False)
async def show_texts_of(request: Req, by: Actor, number: str) -> Response[str]:
    """What was said about one ticket, and how each text stands."""
    ticket = await ticket_by_number(number, shop=by.shop)
    rows = await texts_of(ticket.id, by.shop)
    return await page(request, "notifications/_of_ticket.html", is_of_ticket=True, rows=rows)


def _facts() -> dict[str, Any]:
    return {"is_outbox": not settings().sends_texts, "key": lambda: uuid4().hex}


async def _listed(by: Actor, kind: str, before: str) -> dict[str, Any]:
    kind = kind if kind in FILTERS else "all"
    rows = await texts(by.shop, kind=kind, before=_key_of(before))
    older = rows[PAGE - 1] if len(rows) > PAGE else None
    return {
        "is_of_ticket": False, "rows": rows[:PAGE], "kind": kind, "before": before,
        "filters": [(name, label) for name, (label, _) in FILTERS.items()],
        "older": f"{older['created_at'].timestamp():.6f}_{older['id']}" if older else "",
    }  # fmt: skip


def _key_of(before: str) -> tuple[datetime, UUID] | None:
    """The key of the last row of the page before; anything else starts at the newest."""
    seconds, _, last = before.partition("_")
    try:
        return datetime.fromtimestamp(float(seconds), UTC), UUID(last)
    except (ValueError, OverflowError, OSError):
        return None


@post("/messages/{message_id:uuid}/called", opt={"access": COUNTER}, status_code=200, include_in_schema=False)
async def call_done(request: Req, by: Actor, message_id: UUID) -> Response[Any]:
    """Done, I called."""
    form = await form_of(request)

    async def act() -> str:
        await note_call(message_id, form.text("words"), by=by)
        return "/messages"

    return await act_once(request, form, act, flash="Noted: the customer was told by phone.")


@post("/messages/{message_id:uuid}/read", opt={"access": COUNTER}, status_code=200, include_in_schema=False)
async def read_done(request: Req, by: Actor, message_id: UUID) -> Response[Any]:
    """I read this reply."""
    form = await form_of(request)

    async def act() -> str:
        await mark_read(message_id, by=by)
        return "/messages"

    return await act_once(request, form, act)


@post("/messages/{message_id:uuid}/stop", opt={"access": COUNTER}, status_code=200, include_in_schema=False)
async def stop_done(request: Req, by: Actor, message_id: UUID) -> Response[Any]:
    """This reply meant stop."""
    form = await form_of(request)

    async def act() -> str:
        await stop_texts(message_id, by=by)
        return "/messages"

    return await act_once(request, form, act, flash="This number gets no more texts. Call the customer from now on.")


@post("/messages/{message_id:uuid}/again", opt={"access": COUNTER}, status_code=200, include_in_schema=False)
async def again_done(request: Req, by: Actor, message_id: UUID) -> Response[Any]:
    """Send it once more."""
    form = await form_of(request)

    async def act() -> str:
        await send_again(message_id, by=by)
        return "/messages"

    return await act_once(request, form, act, flash="It is sent once more.")


@post("/messages/tickets/{number:str}/receipt", opt={"access": COUNTER}, status_code=200, include_in_schema=False)
async def receipt_done(request: Req, by: Actor, number: str) -> Response[Any]:
    """The receipt by text or mail: the way to it on the customer's page."""
    ticket = await ticket_by_number(number, shop=by.shop)
    form = await form_of(request)

    async def act() -> str:
        await send_receipt(ticket, by=by)
        return f"/tickets/{ticket.number}"

    return await act_once(request, form, act, flash="The receipt is on its way.")


@post("/messages/tickets/{number:str}/page", opt={"access": COUNTER}, status_code=200, include_in_schema=False)
async def page_done(request: Req, by: Actor, number: str) -> Response[Any]:
    """The customer's page opens again."""
    ticket = await ticket_by_number(number, shop=by.shop)
    form = await form_of(request)

    async def act() -> str:
        await open_page_again(ticket, by=by)
        return f"/tickets/{ticket.number}"

    return await act_once(request, form, act, flash="The page opens again. Texts stay off until they want them.")


router = Router(
    "/",
    route_handlers=[
        receipt_done, page_done,
        show_messages, show_needs, show_list, show_trouble, show_texts_of, call_done, read_done, stop_done,
        again_done,
    ],
)  # fmt: skip
