"""The counter's home: what needs somebody, what is ready, what is due."""

from typing import Any

from litestar import Request, Response, get

from intake.drafts import open_drafts
from workshop import clock
from workshop.db import fetch, fetch_one
from workshop.record.envelopes import shop_of
from workshop.record.events import Actor
from workshop.web.auth import COUNTER
from workshop.web.pages import page

_ROW = """SELECT v.code, v.number, v.stage, v.stage_since, v.promise_on, v.is_rush, v.is_unrepaired,
                 k.number AS ticket_number,
                 p.kind, p.description, c.first_name, c.last_name, j.name AS jeweler_name,
                 (SELECT id FROM photo WHERE envelope_code = v.code AND removed_at IS NULL
                  ORDER BY taken_at LIMIT 1) AS photo
          FROM envelope v JOIN ticket k ON k.id = v.ticket JOIN piece p ON p.id = v.piece
          JOIN customer c ON c.id = k.customer LEFT JOIN staff j ON j.id = v.jeweler """


@get("/", opt={"access": COUNTER})
async def show_home(request: Request[Any, Any, Any], by: Actor) -> Response[str]:
    """Counter home."""
    return await page(request, "intake/home.html", drafts=await open_drafts(by.shop), **await _board(by))


@get("/counter/board", opt={"access": COUNTER})
async def show_board(request: Request[Any, Any, Any], by: Actor) -> Response[str]:
    """The living part of the home, read again when something changes."""
    return await page(request, "intake/_home.html", drafts=await open_drafts(by.shop), **await _board(by))


async def _board(by: Actor) -> dict[str, Any]:
    today = clock.today((await shop_of(by.shop)).zone)
    counts = await fetch_one(
        """SELECT count(*) FILTER (WHERE promise_on = $2) AS promised,
                  count(*) FILTER (WHERE stage = 'ready_for_pickup') AS ready,
                  count(*) FILTER (WHERE promise_on < $2 AND stage <> 'ready_for_pickup') AS late
           FROM envelope WHERE shop = $1 AND stage <> 'picked_up'""",
        by.shop, today,
    )  # fmt: skip
    ready = await fetch(
        _ROW + "WHERE v.shop = $1 AND v.stage = 'ready_for_pickup' ORDER BY v.stage_since DESC LIMIT 12", by.shop
    )
    due = await fetch(
        _ROW
        + """WHERE v.shop = $1 AND v.stage <> 'picked_up' AND v.stage <> 'ready_for_pickup'
                  ORDER BY v.is_rush DESC, v.promise_on, v.id LIMIT 12""",
        by.shop,
    )
    waiting = await fetch(
        """SELECT e.sent_at, e.expires_at, v.number, k.number AS ticket_number, c.first_name, c.last_name
           FROM estimate e JOIN envelope v ON v.id = e.envelope JOIN ticket k ON k.id = v.ticket
           JOIN customer c ON c.id = k.customer
           WHERE e.state = 'sent' AND v.shop = $1 AND e.sent_at < $2::timestamptz - interval '2 days'
           ORDER BY e.sent_at LIMIT 6""",
        by.shop, clock.now(),
    )  # fmt: skip
    to_send = await fetch(
        """SELECT v.number, k.number AS ticket_number, c.first_name, c.last_name, v.stage_since
           FROM envelope v JOIN ticket k ON k.id = v.ticket JOIN customer c ON c.id = k.customer
           WHERE v.shop = $1 AND v.stage IN ('estimating', 'declined') ORDER BY v.stage_since LIMIT 8""",
        by.shop,
    )
    return {"counts": counts, "ready": ready, "due": due, "waiting": waiting, "to_send": to_send}


handlers = [show_home, show_board]
