"""Cards to print and tape to the bench: acts, places and, for managers, badges."""

import base64
import io
from typing import Any

import anyio.to_thread
from litestar import Request, Response, get

from printing.qr import qr_code
from workshop.db import fetch
from workshop.record.codes import ACTIONS
from workshop.record.events import Actor
from workshop.web.auth import STAFF
from workshop.web.pages import page

ROOM = 320  # dots of the picture; paper makes it 30 mm


@get("/bench/cards", opt={"access": STAFF})
async def show_cards(request: Request[Any, Any, Any], by: Actor) -> Response[str]:
    """A sheet of cards. A badge signs its owner in, so only managers print badges."""
    acts = [{"title": title, "hint": hint, "code": code} for code, (title, hint) in ACTIONS.items()]
    places = await _places(by)
    badges = await _badges(by) if by.is_one_of("manager", "owner") else []
    await anyio.to_thread.run_sync(_draw, [*acts, *places, *badges])
    return await page(request, "bench/cards.html", acts=acts, places=places, badges=badges, back="/bench")


async def _places(by: Actor) -> list[dict[str, Any]]:
    return await fetch(
        "SELECT initcap(name) AS title, 'Put the envelope here' AS hint, code FROM place WHERE shop = $1 ORDER BY id",
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


def _draw(cards: list[dict[str, Any]]) -> None:
    for card in cards:
        buffer = io.BytesIO()
        qr_code(card["code"], ROOM).save(buffer, "PNG")
        card["picture"] = "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


HANDLERS = [show_cards]
