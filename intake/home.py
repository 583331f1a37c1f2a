"""The counter's home: what needs somebody, what is ready, what is due; every count opens its rows."""

from datetime import date, timedelta
from typing import Any

from litestar import Request, Response, get

from intake.drafts import open_drafts
from workshop import clock
from workshop.db import fetch, fetch_one
from workshop.errors import NotFound
from workshop.record.customers.discreet import is_secret_visit
from workshop.record.events import Actor
from workshop.record.money.balances import balances
from workshop.record.shop.shops import shop_of
from workshop.web.auth import COUNTER
from workshop.web.pages import page

PAGE = 40


def _rows(chosen: str) -> str:
    """The SQL of the rows of these envelopes, in their order: chosen first, so that only they are looked up.

    Initials, as the screen is seen across the counter too; of a surprise not even those.
    """
    return f"""WITH v AS (SELECT *, row_number() OVER () AS nth FROM ({chosen}) x)
           SELECT v.id, v.code, v.number, v.stage, v.stage_since, v.promise_on, v.is_rush, v.is_unrepaired,
                  k.id AS ticket, k.number AS ticket_number, p.kind, p.description, j.name AS jeweler_name,
                  CASE WHEN {is_secret_visit()} THEN '' ELSE concat(left(c.first_name, 1) || '.',
                       left(c.last_name, 1) || '.') END AS initials,
                  (SELECT id FROM photo WHERE envelope_code = v.code AND removed_at IS NULL
                   ORDER BY taken_at LIMIT 1) AS photo
           FROM v JOIN ticket k ON k.id = v.ticket JOIN piece p ON p.id = v.piece
           JOIN customer c ON c.id = k.customer LEFT JOIN staff j ON j.id = v.jeweler ORDER BY v.nth"""  # noqa: S608

# What each count counts, in SQL ($1 the shop, $2 today), with its words.
COUNTS = {
    "promised": ("promised today", "v.stage <> 'picked_up' AND v.promise_on = $2"),
    "ready": ("ready", "v.stage = 'ready_for_pickup'"),
    "late": ("late", "v.stage NOT IN ('picked_up', 'ready_for_pickup') AND v.promise_on < $2"),
}


@get("/", opt={"access": COUNTER})
async def show_home(request: Request[Any, Any, Any], by: Actor) -> Response[str]:
    """Counter home."""
    return await page(request, "intake/home.html", drafts=await open_drafts(by.shop), **await _board(by))


@get("/counter/board", opt={"access": COUNTER})
async def show_board(request: Request[Any, Any, Any], by: Actor) -> Response[str]:
    """The living part of the home, read again when something changes."""
    return await page(request, "intake/_home.html", drafts=await open_drafts(by.shop), **await _board(by))


@get("/counter/rows/{count:str}", opt={"access": COUNTER})
async def show_rows(
    request: Request[Any, Any, Any], count: str, by: Actor, after: str = "", past: int = 0
) -> Response[str]:
    """The pieces behind a count, earliest promise first."""
    if count not in COUNTS:
        raise NotFound("There is no such list.")
    words, condition = COUNTS[count]
    today = clock.today((await shop_of(by.shop)).zone)
    rows = await fetch(
        _rows(f"""SELECT v.* FROM envelope v
                  WHERE v.shop = $1 AND $2::date IS NOT NULL AND {condition} AND (v.promise_on, v.id) > ($3, $4)
                  ORDER BY v.promise_on, v.id LIMIT {PAGE + 1}"""),  # noqa: S608 - one of three conditions
        by.shop, today, _day(after), past,
    )  # fmt: skip
    more = rows[PAGE - 1] if len(rows) > PAGE else None
    return await page(request, "intake/rows.html", rows=rows[:PAGE], words=words, count=count, more=more)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return date.min


async def _board(by: Actor) -> dict[str, Any]:
    today = clock.today((await shop_of(by.shop)).zone)
    sums = ", ".join(f"count(*) FILTER (WHERE {condition}) AS {name}" for name, (_, condition) in COUNTS.items())
    counts = await fetch_one(
        f"SELECT {sums} FROM envelope v WHERE v.shop = $1 AND v.stage <> 'picked_up'",  # noqa: S608 - fixed words
        by.shop, today,
    )  # fmt: skip
    ready = await fetch(
        _rows("""SELECT * FROM envelope WHERE shop = $1 AND stage = 'ready_for_pickup'
                 ORDER BY stage_since DESC, id LIMIT 12"""),
        by.shop,
    )
    owed = await balances(list({row["ticket"] for row in ready}))
    for row in ready:  # once for a ticket, at the first of its pieces
        row["owed_cents"] = owed.pop(row["ticket"], 0)
    due = await fetch(
        _rows("""SELECT * FROM envelope WHERE shop = $1 AND stage <> 'picked_up' AND stage <> 'ready_for_pickup'
                 ORDER BY is_rush DESC, promise_on, id LIMIT 12"""),
        by.shop,
    )
    return {"counts": counts, "ready": ready, "due": due, **await _needs(by)}


async def _needs(by: Actor) -> dict[str, Any]:
    """Estimates that wait: for us to send them, or for the customer to answer."""
    waiting = await fetch(
        """SELECT e.sent_at, e.expires_at, v.number, k.number AS ticket_number, c.first_name, c.last_name
           FROM envelope v JOIN estimate e ON e.envelope = v.id AND e.state = 'sent' AND e.sent_at < $2
           JOIN ticket k ON k.id = v.ticket JOIN customer c ON c.id = k.customer
           WHERE v.shop = $1 AND v.stage = 'awaiting_approval' ORDER BY e.sent_at LIMIT 6""",
        by.shop, clock.now() - timedelta(days=2),
    )  # fmt: skip
    to_send = await fetch(
        """SELECT v.number, k.number AS ticket_number, c.first_name, c.last_name, v.stage_since
           FROM envelope v JOIN ticket k ON k.id = v.ticket JOIN customer c ON c.id = k.customer
           WHERE v.shop = $1 AND v.stage IN ('estimating', 'declined') ORDER BY v.stage_since LIMIT 8""",
        by.shop,
    )
    return {"waiting": waiting, "to_send": to_send}


handlers = [show_home, show_board, show_rows]
