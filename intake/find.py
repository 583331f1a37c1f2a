"""One box on every page: a name, a phone, a number, or a scan."""

import re
from typing import Any
from urllib.parse import quote, urlsplit

from litestar import Request, Response, get

from workshop.db import fetch_one, fetch_value
from workshop.record.codes import ACTIONS, BADGE, ENVELOPE, PLACE, VENDOR, hashed, is_code, tidy
from workshop.record.customers.people_by_number import pieces_with_number, ticket_asked
from workshop.record.customers.search import search
from workshop.record.events import Actor
from workshop.web.auth import STAFF
from workshop.web.pages import go, page


@get("/search", opt={"access": STAFF})
async def find(request: Request[Any, Any, Any], by: Actor, q: str = "") -> Response[Any]:
    """Households that match, with all their open work; answered as one types, or as a page."""
    text = q.strip()
    if is_code(tidy(text)) or "/t/" in text:
        return go(request, f"/go?code={quote(text)}")
    if request.headers.get("hx-request"):
        return await page(request, "intake/_found.html", **await _answer(text, by))
    if by.is_one_of("counter", "manager", "owner") and (ticket := await ticket_asked(text, shop=by.shop)):
        return go(request, f"/tickets/{ticket['number']}")  # Enter was quicker than the answer
    return await page(request, "intake/found.html", **await _answer(text, by))


async def _answer(text: str, by: Actor) -> dict[str, Any]:
    """What is known by these words. Who is told no names asks by number, and is shown pieces that are here."""
    is_bench = not by.is_one_of("counter", "manager", "owner")
    found = await search(text, shop=by.shop, only_numbers=is_bench)
    pieces = await pieces_with_number(text, shop=by.shop)
    if is_bench:
        found = [one for one in found if one.envelopes]
        pieces = [piece for piece in pieces if piece["envelope"] and piece["stage"] != "picked_up"]
    return {"found": found, "numbered": pieces, "asked": text, "is_bench": is_bench}


@get("/go", opt={"access": STAFF})
async def follow_scan(request: Request[Any, Any, Any], by: Actor, code: str = "") -> Response[Any]:
    """Wherever a scan leads this person: the envelope, the pickup of a claim check, the switch of a badge."""
    scan = tidy(code)
    is_counter = by.is_one_of("counter", "manager", "owner")
    if number := await _claim_check(code, by):
        return go(request, f"/tickets/{number}/pickup" if is_counter else "/bench")
    if envelope := await _envelope(scan, by):
        ticket = f"/tickets/{envelope['ticket_number']}#{envelope['number']}"
        return go(request, ticket if is_counter else f"/bench/{envelope['code']}")
    if scan in ACTIONS:
        return go(request, "/bench", flash="Scan the envelope first, then the action card.")
    if is_code(scan, BADGE):
        return go(request, "/switch")
    if is_code(scan, PLACE):
        place = await fetch_value("SELECT id FROM place WHERE code = $1 AND shop = $2", scan, by.shop)
        return go(request, f"/places/{place}" if place else "/places")
    if is_code(scan, VENDOR):
        vendor = await fetch_value("SELECT id FROM vendor WHERE code = $1 AND shop = $2", scan, by.shop)
        return go(request, f"/vendors/{vendor}" if vendor and is_counter else "/places")
    is_slip = len(scan) == 18 and scan[:1] in (ENVELOPE, BADGE, PLACE)
    answer = await _answer(code, by)
    is_known = bool(answer["found"] or answer["numbered"])
    return await page(
        request, "intake/found.html", status=200 if is_known else 404, is_slip=is_slip and not is_known, **answer
    )


async def _claim_check(code: str, by: Actor) -> str:
    """The ticket of a claim check's address (`…/t/token`), as the printed code holds it."""
    found = re.search(r"/t/([0-9a-z]{20,})$", urlsplit(code.strip()).path.lower())
    if not found:
        return ""
    row = await fetch_one("SELECT number FROM ticket WHERE link_hash = $1 AND shop = $2", hashed(found[1]), by.shop)
    return row["number"] if row else ""


async def _envelope(scan: str, by: Actor) -> dict[str, Any] | None:
    return await fetch_one(
        """SELECT v.code, v.number, k.number AS ticket_number FROM envelope v JOIN ticket k ON k.id = v.ticket
           WHERE (v.code = $1 OR v.number = $1) AND v.shop = $2""",
        scan, by.shop,
    )  # fmt: skip


handlers = [find, follow_scan]
