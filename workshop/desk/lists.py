"""The lists behind the desk's numbers: each one condition over open work, counted and read by the same words."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from workshop import clock
from workshop.db import fetch
from workshop.record.alarms.stuck import is_stuck, limits_json
from workshop.record.tables import Shop
from workshop.record.tickets.message_words import NOT_THROUGH

PAGE = 100
ALL = 5000  # rows of a file
DAYS = 3  # the due list looks this far
UNANSWERED = timedelta(days=2)
_IN_WORK = "v.stage NOT IN ('ready_for_pickup', 'picked_up', 'cancelled', 'declined')"
_FAILED = """(SELECT f.data->>'reason' FROM event f WHERE f.envelope = v.id AND f.name = 'moved'
    AND f.from_stage = 'quality_check' AND f.to_stage = 'at_bench' ORDER BY f.id DESC LIMIT 1)"""
_VENDOR = """(SELECT w.name || ', due back ' || to_char(s.due_back_on, 'FMDD Mon') FROM send_out_piece o
    JOIN send_out s ON s.id = o.send_out JOIN vendor w ON w.id = s.vendor
    WHERE o.envelope = v.id AND o.state = 'out' LIMIT 1)"""
_ESTIMATE = """(SELECT 'sent ' || to_char(e.sent_at, 'FMDD Mon') || ', ends ' || to_char(e.expires_at, 'FMDD Mon')
    FROM estimate e WHERE e.envelope = v.id AND e.state = 'sent' ORDER BY e.version DESC LIMIT 1)"""

_THAT_WEEK = """r.at >= ($7::date)::timestamp AT TIME ZONE $6::text
    AND r.at < ($7::date + 7)::timestamp AT TIME ZONE $6::text"""
_LEFT_THERE = """(v.stage = 'at_bench'
    AND EXISTS (SELECT FROM staff h WHERE h.id = v.jeweler AND NOT h.is_active))"""


@dataclass(frozen=True)
class DeskList:
    """One list: the pieces for which `condition` holds, and what is said beside each."""

    slug: str
    title: str
    words: str
    icon: str
    condition: str
    note: str = "''"
    tone: str = ""
    empty: str = "Nothing"


_LISTS = [
    DeskList("late", "Late", "Promised for a day that is over, and not ready.", "clock",
             f"{_IN_WORK} AND v.promise_on < $2::date", tone="danger", empty="Nothing is late"),
    DeskList("due", "Due in three days", "Promised until then, late ones included, and not ready.", "calendar-event",
             f"{_IN_WORK} AND v.promise_on <= $2::date + {DAYS}", empty="Nothing is due within three days"),
    DeskList("stuck", "Stuck", "Longer in one stage than the shop allows.", "hourglass",
             f"v.stage <> 'picked_up' AND {is_stuck('v', '$3', '$4')}",
             "(extract(day FROM $4::timestamptz - v.stage_since))::int || ' days so'", "warn", "Nothing is stuck"),
    DeskList("hold", "On hold", "What waits for a part, a stone, the customer or a manager.", "player-pause",
             "v.stage = 'on_hold'", "v.hold_reason", empty="Nothing is on hold"),
    DeskList("redo", "Sent back by quality", "Failed its check, and not ready yet.", "repeat",
             f"{_IN_WORK} AND {_FAILED} IS NOT NULL", _FAILED, empty="Nothing is being done again"),
    DeskList("vendor", "At vendors", "Out of the house, with the day it is due back.", "truck-delivery",
             "v.stage = 'at_vendor'", f"COALESCE({_VENDOR}, 'on no packing list')", empty="Nothing is at a vendor"),
    DeskList("unanswered", "Estimates unanswered", "Sent two days ago or longer, and nobody has answered.", "receipt",
             "v.stage = 'awaiting_approval' AND v.stage_since < $5", _ESTIMATE, empty="Every estimate is answered"),
    DeskList("undelivered", "Notices not delivered", "A text or mail about it did not get through.", "phone-off",
             f"EXISTS (SELECT FROM message m WHERE m.ticket = v.ticket AND m.shop = v.shop AND {NOT_THROUGH})",
             f"(SELECT count(*) || ' not through' FROM message m WHERE m.ticket = v.ticket AND {NOT_THROUGH})",  # noqa: S608
             "warn", "Every notice got through"),
    DeskList("untaken", "Nobody has it yet", "Open work without a colleague, or at the bench of one who has left.",
             "user-x", f"(v.stage IN ('received', 'approved', 'in_queue') AND v.jeweler IS NULL OR {_LEFT_THERE})",
             f"CASE WHEN {_LEFT_THERE} THEN 'lies at the bench of one who left' ELSE '' END",
             empty="Everything has somebody"),
    DeskList("today", "Promised today", "Ready or not.", "calendar",
             "v.promise_on = $2 AND v.stage <> 'cancelled'", empty="Nothing is promised for today"),
    DeskList("open", "Everything open", "All that is here or on its way.", "list", "v.stage <> 'picked_up'"),
    DeskList("ready", "Made ready in 30 days", "Every piece that became ready, and whether in time.", "circle-check",
             """v.id IN (SELECT r.envelope FROM event r WHERE r.shop = $1 AND r.name = 'moved'
                AND r.to_stage = 'ready_for_pickup' AND r.at > $4::timestamptz - interval '30 days')""",
             """(SELECT CASE WHEN (r.at AT TIME ZONE $6::text)::date <= v.promise_on THEN 'on time' ELSE 'late' END
                 FROM event r
                 WHERE r.envelope = v.id AND r.name = 'moved' AND r.to_stage = 'ready_for_pickup'
                 ORDER BY r.id DESC LIMIT 1)"""),
    DeskList("failed", "Sent back in 30 days", "Every piece that failed a check, ready or not.", "repeat",
             """v.id IN (SELECT f.envelope FROM event f WHERE f.shop = $1 AND f.name = 'moved' AND
                f.from_stage = 'quality_check' AND f.to_stage = 'at_bench'
                AND f.at > $4::timestamptz - interval '30 days')""",
             _FAILED),
    DeskList("week-taken", "Taken in", "Every piece that came in that week.", "package-import",
             f"v.ticket IN (SELECT r.ticket FROM event r WHERE r.shop = $1 AND r.name = 'taken_in' AND {_THAT_WEEK})"),  # noqa: S608
    DeskList("week-ready", "Made ready", "Every piece that became ready that week.", "circle-check",
             f"""v.id IN (SELECT r.envelope FROM event r WHERE r.shop = $1 AND r.name = 'moved'
                 AND r.to_stage = 'ready_for_pickup' AND {_THAT_WEEK})"""),  # noqa: S608
    DeskList("week-redo", "Sent back", "Every piece that failed a check that week.", "repeat",
             f"""v.id IN (SELECT r.envelope FROM event r WHERE r.shop = $1 AND r.name = 'moved'
                 AND r.from_stage = 'quality_check' AND r.to_stage = 'at_bench' AND {_THAT_WEEK})""", _FAILED),  # noqa: S608
]  # fmt: skip
LISTS = {one.slug: one for one in _LISTS}
# On the desk in this order; the others are reached from other figures.
SHOWN = ("late", "due", "stuck", "hold", "redo", "vendor", "unanswered", "undelivered", "untaken", "today")


@dataclass(frozen=True)
class Sieve:
    """What of a list is wanted: of one colleague (0: of nobody), due on one day, with one reason, at one place."""

    person: int | None = None
    day: date | None = None
    reason: str = ""
    place: str = ""
    week: date | None = None  # its Monday, for the lists of one week


def _values(shop: Shop, week: date | None = None) -> list[object]:
    now = clock.now()
    today = clock.today(shop.zone)
    monday = week or today - timedelta(days=today.weekday())
    return [shop.id, today, limits_json(shop), now, now - UNANSWERED, shop.zone, monday]


# Every statement is given the same values, so each names them all.
_GIVEN = "($2::date, $3::text, $4::timestamptz, $5::timestamptz, $6::text, $7::date) IS NOT NULL"


async def counts_of(shop: Shop) -> dict[str, int]:
    """How many each list on the desk holds: one statement for all."""
    parts = ", ".join(f"count(*) FILTER (WHERE {LISTS[slug].condition}) AS {slug}" for slug in SHOWN if slug != "today")
    rows = await fetch(
        f"""SELECT {parts}, (SELECT count(*) FROM envelope v WHERE v.shop = $1 AND {LISTS["today"].condition}) AS today
            FROM envelope v WHERE v.shop = $1 AND v.stage <> 'picked_up' AND {_GIVEN}""",  # noqa: S608 - our own words
        *_values(shop),
    )
    return rows[0]


async def rows_of(
    shop: Shop, one: DeskList, sieve: Sieve, *, after: tuple[date, int] | None = None, limit: int = PAGE
) -> list[dict[str, Any]]:
    """The pieces of a list, the earliest promise first, from a place in it on."""
    return await fetch(
        f"""SELECT v.id, v.code, v.number, v.stage, v.stage_since, v.promise_on, v.is_rush, v.location, v.hold_reason,
                   k.number AS ticket_number, p.kind, p.description, j.name AS jeweler_name, {one.note} AS note,
                   (SELECT id FROM photo WHERE envelope_code = v.code AND removed_at IS NULL
                    ORDER BY taken_at LIMIT 1) AS photo
            FROM envelope v JOIN ticket k ON k.id = v.ticket JOIN piece p ON p.id = v.piece
            LEFT JOIN staff j ON j.id = v.jeweler
            WHERE v.shop = $1 AND {one.condition} AND {_GIVEN}
              AND ($8::int IS NULL OR COALESCE(v.jeweler, 0) = $8)
              AND ($9::date IS NULL OR v.promise_on = $9) AND ($10 = '' OR ({one.note}) = $10)
              AND ($11::date IS NULL OR (v.promise_on, v.id) > ($11, $12)) AND ($14 = '' OR v.location = $14)
            ORDER BY v.promise_on, v.id LIMIT $13""",  # noqa: S608 - our own words
        *_values(shop, sieve.week), sieve.person, sieve.day, sieve.reason, *(after or (None, 0)), limit, sieve.place,
    )  # fmt: skip


@dataclass(frozen=True)
class DueRow:
    """What one colleague has to have ready: late, and on each of the next days."""

    person: int
    name: str
    late: int
    days: list[int]


async def due_by_person(shop: Shop) -> tuple[list[date], list[DueRow]]:
    """The due list of the next days, a row for each colleague who has something, nobody's last."""
    today = clock.today(shop.zone)
    days = [today + timedelta(days=n) for n in range(DAYS + 1)]
    rows = await fetch(
        f"""SELECT COALESCE(v.jeweler, 0) AS person, COALESCE(j.name, '') AS name, v.promise_on, count(*) AS n
            FROM envelope v LEFT JOIN staff j ON j.id = v.jeweler
            WHERE v.shop = $1 AND {_IN_WORK} AND v.promise_on <= $2 GROUP BY 1, 2, 3""",  # noqa: S608
        shop.id, days[-1],
    )  # fmt: skip
    names = {row["person"]: row["name"] for row in rows}
    found = {(row["person"], row["promise_on"]): row["n"] for row in rows}
    return days, [
        DueRow(
            person, names[person],
            sum(n for (who, day), n in found.items() if who == person and day < today),
            [found.get((person, day), 0) for day in days],
        )
        for person in sorted(names, key=lambda one: (one == 0, names[one]))
    ]  # fmt: skip


async def reasons_of(shop: Shop, one: DeskList, say: Callable[[str], str]) -> list[tuple[str, str, int]]:
    """What is said beside the pieces of a list, each with how many: `part`, `Waiting for a part`, 3."""
    rows = await fetch(
        f"""SELECT {one.note} AS note, count(*) AS n FROM envelope v
            WHERE v.shop = $1 AND {one.condition} AND {_GIVEN} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 12""",  # noqa: S608
        *_values(shop),
    )
    return [(row["note"], say(row["note"]), row["n"]) for row in rows if row["note"]]
