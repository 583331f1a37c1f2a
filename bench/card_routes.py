"""Cards to print and tape to the bench: acts, reasons, places and, for managers, badges."""

from dataclasses import dataclass
from typing import Any

import anyio.to_thread
from litestar import Request, Response, get, post

from bench.card_pictures import draw_codes
from printing.cards import print_cards
from printing.documents import ActionCard
from printing.outcomes import Result
from workshop.db import fetch
from workshop.errors import NotFound
from workshop.record.codes import ACTIONS, FAIL_CARDS, HOLD_CARDS
from workshop.record.events import Actor
from workshop.web.auth import STAFF
from workshop.web.forms import form_of
from workshop.web.pages import page

Req = Request[Any, Any, Any]


@dataclass(frozen=True)
class Sheet:
    """Cards that belong together, and what to do with them."""

    slug: str
    title: str
    words: str
    cards: list[dict[str, Any]]


@get("/bench/cards", opt={"access": STAFF})
async def show_cards(request: Req, by: Actor) -> Response[str]:
    """A sheet of cards. A badge signs its owner in, so only managers print badges."""
    return await _sheets(request, by)


@post("/bench/cards/prints", opt={"access": STAFF}, status_code=200)
async def print_sheet(request: Req, by: Actor) -> Response[str]:
    """The cards of one group on the shop's printer, one strip each."""
    form = await form_of(request)
    sheet = next((one for one in await _all(by) if one.slug == form.text("sheet")), None)
    if sheet is None or not sheet.cards:
        raise NotFound("There are no such cards to print.")
    cards = [ActionCard(card["title"], card["hint"], card["code"]) for card in sheet.cards]
    done, outcome = await print_cards(cards, by=by)
    assert outcome is not None
    if outcome.result is Result.PREVIEWED:
        return await _sheets(request, by, said="No printer is set up here. Print this page instead.")
    if done < len(cards):
        return await _sheets(request, by, said=f"{done} of {len(cards)} cards came out. {outcome.reason}")
    return await _sheets(request, by, said=f"{done} cards sent to the printer. {outcome.reason}".strip())


async def _sheets(request: Req, by: Actor, *, said: str = "") -> Response[str]:
    sheets = await _all(by)
    await anyio.to_thread.run_sync(draw_codes, [card for sheet in sheets for card in sheet.cards])
    return await page(request, "bench/cards.html", sheets=sheets, said=said, back="/bench")


async def _all(by: Actor) -> list[Sheet]:
    acts = [code for code in ACTIONS if code not in HOLD_CARDS and code not in FAIL_CARDS]
    sheets = [
        Sheet("acts", "Acts", "Scan the envelope, then one of these. Without an envelope in hand the card is for "
              "many: every envelope after it, until the card comes again.", _cards(acts)),
        Sheet("holds", "Why it waits", "Scan the envelope, then the reason.", _cards(HOLD_CARDS)),
        Sheet("fails", "Quality check: what is wrong", "Scan the envelope, then the reason.", _cards(FAIL_CARDS)),
        Sheet("places", "Places", "Scan the envelope, then where you put it.", await _places(by)),
        Sheet("vendors", "Vendors", "Scan the envelope, then the vendor: it is on that packing list.",
              await _vendors(by)),
    ]  # fmt: skip
    if by.is_one_of("manager", "owner"):
        words = "A badge signs its owner in at a station. Give it only to them."
        sheets.append(Sheet("badges", "Badges", words, await _badges(by)))
    return [sheet for sheet in sheets if sheet.cards]


def _cards(codes: Any) -> list[dict[str, Any]]:
    return [{"title": ACTIONS[code][0], "hint": ACTIONS[code][1], "code": code} for code in codes]


async def _places(by: Actor) -> list[dict[str, Any]]:
    return await fetch(
        """SELECT upper(left(name, 1)) || substr(name, 2) AS title, 'Put the envelope here' AS hint, code FROM place
           WHERE shop = $1 AND retired_at IS NULL AND kind NOT IN ('vendor', 'other_shop') ORDER BY id""",
        by.shop,
    )


async def _vendors(by: Actor) -> list[dict[str, Any]]:
    return await fetch(
        """SELECT name AS title, 'Onto the list for this vendor' AS hint, code FROM vendor
           WHERE shop = $1 AND retired_at IS NULL ORDER BY name""",
        by.shop,
    )


async def _badges(by: Actor) -> list[dict[str, Any]]:
    """Of those whom a badge alone signs in: a manager uses a PIN."""
    return await fetch(
        """SELECT name AS title, array_to_string(roles, ', ') AS hint, badge_code AS code FROM staff
           WHERE shop = $1 AND is_active AND NOT is_system AND NOT roles && ARRAY['manager', 'owner']::varchar[]
           ORDER BY name""",
        by.shop,
    )


HANDLERS = [show_cards, print_sheet]
