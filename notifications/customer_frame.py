"""The customer's page as it is filled and answered, whatever was done on it."""

from typing import Any
from urllib.parse import quote

from litestar import Request, Response

from notifications.care import care_for
from notifications.customer_proofs import waits_for_answer
from notifications.customer_view import envelopes_for, opened_view, steps_for, ticket_step
from notifications.customer_words import closed_soon, hours_lines, words_for
from notifications.links import count_visit, locked_until, opens, ticket_of_link
from notifications.page_notes import notes_shown
from notifications.wording import day_words, spoken
from workshop import clock
from workshop.errors import NotFound
from workshop.record.customers.customers import customer_by_id, first_number
from workshop.record.shop.shops import shop_of
from workshop.record.tables import Shop, Ticket
from workshop.settings import settings
from workshop.web.auth import source_of
from workshop.web.pages import page, shop_for

HEADERS = {"X-Robots-Tag": "noindex, nofollow", "Cache-Control": "no-store"}
Req = Request[Any, Any, Any]


def cookie_name() -> str:
    """What a device that opened the link carries."""
    return "__Secure-opened" if settings().is_https else "opened"


async def enter(request: Req, token: str) -> Ticket:
    """The ticket of a living link, after counting the visit; NotFound and TooMany have pages of their own."""
    await count_visit(source_of(request))
    try:
        return await ticket_of_link(token)
    except NotFound:
        await shop_for(None)  # the page that says so carries the shop's name
        raise


def is_open(request: Req, ticket: Ticket) -> bool:
    """Whether this device gave the four digits."""
    return opens(ticket, request.cookies.get(cookie_name(), ""))


async def show(
    request: Req, token: str, ticket: Ticket, *, status: int = 200, error: str = "", notice: str = "",
    estimate_errors: dict[str, str] | None = None, estimate: int = 0, values: dict[str, str] | None = None,
    proof_errors: dict[str, str] | None = None, proof: int = 0, note_error: str = "",
) -> Response[str]:  # fmt: skip
    """The page as it stands, with what was typed and why it was not taken."""
    shop = await shop_of(ticket.shop)
    language = await language_of(request, ticket, shop)
    envelopes = await envelopes_for(ticket)
    opened = is_open(request, ticket)
    until = locked_until(ticket)
    ready = sum(row["stage"] == "ready_for_pickup" for row in envelopes)
    return await page(
        request, "notifications/customer.html", status=status, headers=HEADERS, shop=shop, lang=language,
        token=token, number=ticket.number, w=words_for(language), hours=hours_lines(shop, language),
        closed=closed_soon(shop, language, clock.today(shop.zone)),
        steps=await steps_for(ticket, shop, envelopes, language), is_collected=ticket.closed_at is not None,
        promise=day_words(ticket.promise_on, language) if ticket_step(envelopes) < 3 else "",
        ready=ready, pieces=len(envelopes), waits=any(row["stage"] == "awaiting_approval" for row in envelopes),
        has_number=bool(await first_number(ticket.customer)), error=error, notice=notice,
        locked=f"{clock.local(until, shop.zone):%H:%M}" if until else "",
        view=await opened_view(ticket, shop, envelopes, token, language) if opened else None,
        estimate_errors=estimate_errors or {}, estimate_id=estimate, values=values or {}, find=map_of(shop),
        proof_errors=proof_errors or {}, proof_id=proof, waits_proof=await waits_for_answer(ticket),
        written=await notes_shown(ticket, shop, language) if opened else [], note_error=note_error,
        was_well=ticket.was_well, care=await care_for(ticket, language) if opened and ticket.closed_at else [],
        told=bool(request.query_params.get("told")) and not note_error,
    )  # fmt: skip


async def language_of(request: Req, ticket: Ticket, shop: Shop | None = None) -> str:
    """As chosen on this device, else as the customer is written to."""
    chosen = request.cookies.get("language", "")
    return spoken(chosen or (await customer_by_id(ticket.customer)).language or (shop.language if shop else ""))


def map_of(shop: Shop) -> str:
    """Where the shop says it is, else its address on the phone's own map."""
    if shop.map_url:
        return shop.map_url
    place = quote(f"{shop.name}, {shop.address}")
    return f"https://www.google.com/maps/search/?api=1&query={place}" if shop.address else ""


def back(token: str, more: str = "") -> Response[str]:
    """Done: the page itself, by a GET."""
    return Response("", status_code=303, headers={"Location": f"/t/{token}{more}", **HEADERS}, media_type="text/html")
