"""What the gate sent back: by whose work, for what reason, on what kind of piece; and each piece behind a number."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from workshop import clock
from workshop.db import fetch
from workshop.record.tables import Shop

PERIODS = {30: "30 days", 90: "90 days", 365: "A year"}
MOST_ROWS = 300


def since(shop: Shop, days: int) -> datetime:
    """The morning so many days ago, on the shop's calendar."""
    first: date = clock.today(shop.zone) - timedelta(days=days)
    return datetime.combine(first, time(), ZoneInfo(shop.zone))


async def redo_by_maker(shop: int, start: datetime) -> list[dict[str, Any]]:
    """Per jeweler: checks of their work, how many were sent back, how many pieces passed the first time."""
    return await fetch(
        """SELECT m.id AS maker, COALESCE(m.name, 'Not noted') AS name, count(*) AS checks,
                  count(*) FILTER (WHERE q.state = 'failed') AS failed, count(DISTINCT q.envelope) AS pieces,
                  count(DISTINCT q.envelope) FILTER (WHERE q.state = 'failed') AS pieces_back
           FROM quality_check q LEFT JOIN staff m ON m.id = q.maker
           WHERE q.shop = $1 AND q.closed_at >= $2 AND q.state IN ('passed', 'failed')
           GROUP BY m.id, m.name ORDER BY failed DESC, checks DESC, name""",
        shop, start,
    )  # fmt: skip


async def redo_by_reason(shop: int, start: datetime) -> list[dict[str, Any]]:
    """How often each reason was given."""
    return await fetch(
        """SELECT reason, count(*) AS failed FROM quality_check
           WHERE shop = $1 AND closed_at >= $2 AND state = 'failed' GROUP BY reason ORDER BY failed DESC, reason""",
        shop, start,
    )  # fmt: skip


async def redo_by_kind(shop: int, start: datetime) -> list[dict[str, Any]]:
    """Per kind of piece: checks, and how many were sent back."""
    return await fetch(
        """SELECT p.kind, count(*) AS checks, count(*) FILTER (WHERE q.state = 'failed') AS failed
           FROM quality_check q JOIN envelope v ON v.id = q.envelope JOIN piece p ON p.id = v.piece
           WHERE q.shop = $1 AND q.closed_at >= $2 AND q.state IN ('passed', 'failed')
           GROUP BY p.kind ORDER BY failed DESC, p.kind""",
        shop, start,
    )  # fmt: skip


async def redo_rows(
    shop: int, start: datetime, *, maker: int | None = None, reason: str = "", kind: str = ""
) -> list[dict[str, Any]]:
    """Each piece that was sent back, newest first; `maker` 0 means nobody was noted."""
    return await fetch(
        """SELECT q.closed_at, q.reason, q.note, v.number, v.code, k.number AS ticket, p.kind, p.description,
                  m.name AS maker, c.name AS checker,
                  (SELECT string_agg(t.name, ', ' ORDER BY t.id) FROM task t
                   WHERE t.envelope = v.id AND NOT t.is_dropped AND t.code <> 'XX-RUSH') AS work
           FROM quality_check q JOIN envelope v ON v.id = q.envelope JOIN ticket k ON k.id = v.ticket
           JOIN piece p ON p.id = v.piece LEFT JOIN staff m ON m.id = q.maker LEFT JOIN staff c ON c.id = q.closed_by
           WHERE q.shop = $1 AND q.closed_at >= $2 AND q.state = 'failed'
             AND ($3::int IS NULL OR COALESCE(q.maker, 0) = $3) AND $4 IN ('', q.reason) AND $5 IN ('', p.kind)
           ORDER BY q.closed_at DESC, q.id DESC LIMIT $6""",
        shop, start, maker, reason, kind, MOST_ROWS,
    )  # fmt: skip


async def sent_back(envelope: int) -> list[dict[str, Any]]:
    """Why earlier checks of this envelope sent it back, the last one first."""
    return await fetch(
        """SELECT q.reason, q.note, q.closed_at, split_part(c.name, ' ', 1) AS checker FROM quality_check q
           LEFT JOIN staff c ON c.id = q.closed_by WHERE q.envelope = $1 AND q.state = 'failed' ORDER BY q.id DESC""",
        envelope,
    )
