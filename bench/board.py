"""The wall: everything open in five lanes, in initials and numbers only. One query per section."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value
from workshop.record.stages import Stage
from workshop.record.tables import Shop
from workshop.record.trade import KINDS

S = Stage
SHOWN = 60  # rows of a stage that are read; the count beside the lane is always the whole
UNANSWERED = timedelta(days=2)

# slug, name, colour, icon, the stages in it
LANES: list[tuple[str, str, str, str, tuple[Stage, ...]]] = [
    ("received", "Received", "slate", "package-import",
     (S.RECEIVED, S.ESTIMATING, S.APPROVED, S.IN_QUEUE, S.DECLINED, S.CANCELLED)),
    ("waiting", "Waiting", "violet", "hourglass", (S.AWAITING_APPROVAL, S.ON_HOLD, S.AT_VENDOR)),
    ("bench", "At bench", "amber", "hammer", (S.AT_BENCH,)),
    ("quality", "Quality check", "teal", "checklist", (S.QUALITY_CHECK,)),
    ("ready", "Ready", "green", "shopping-bag-check", (S.READY_FOR_PICKUP,)),
]  # fmt: skip
_LANE_OF = {stage: lane[0] for lane in LANES for stage in lane[4]}


@dataclass(frozen=True)
class Lane:
    """One column of the wall."""

    slug: str
    name: str
    colour: str
    icon: str
    count: int
    rows: list[dict[str, Any]]


@dataclass(frozen=True)
class Board:
    """The whole wall at one moment."""

    as_of: datetime
    lanes: list[Lane]
    promised: dict[str, int]
    load: list[dict[str, Any]]
    alarms: dict[str, int]

    @property
    def promised_percent(self) -> int:
        """How much of today's promises is done."""
        return round(100 * self.promised["done"] / self.promised["total"]) if self.promised["total"] else 0


async def read_board(shop: Shop) -> Board:
    """Read the wall of a shop. Its cost follows what is open, not what ever was."""
    today, now = clock.today(shop.zone), clock.now()
    counts = await _counts(shop, today, now)
    rows = await _rows(shop, today)
    lanes = [
        Lane(
            slug, name, colour, icon, sum(counts.get(stage, {"all": 0})["all"] for stage in stages),
            [row for row in rows if row["lane"] == slug][:SHOWN],
        )
        for slug, name, colour, icon, stages in LANES
    ]  # fmt: skip
    alarms = {
        "texts": await _texts_in_trouble(shop),
        "late": sum(count["late"] for count in counts.values()),
        "unanswered": sum(count["unanswered"] for count in counts.values()),
    }
    return Board(now, lanes, await _promised(shop, today), await _load(shop), alarms)


async def _counts(shop: Shop, today: date, now: datetime) -> dict[str, dict[str, int]]:
    rows = await fetch(
        """SELECT stage, count(*) AS all,
                  count(*) FILTER (WHERE promise_on < $2 AND stage <> 'ready_for_pickup') AS late,
                  count(*) FILTER (WHERE stage = 'awaiting_approval' AND stage_since < $3) AS unanswered
           FROM envelope WHERE shop = $1 AND stage <> 'picked_up' GROUP BY stage""",
        shop.id, today, now - UNANSWERED,
    )  # fmt: skip
    return {row["stage"]: row for row in rows}


async def _rows(shop: Shop, today: date) -> list[dict[str, Any]]:
    """The first rows of each stage: rush, then the promises that fall first (so late ones lead)."""
    rows = await fetch(
        """SELECT v.number, v.stage, v.is_rush, v.promise_on, v.stage_since, p.kind,
                  CASE WHEN k.is_discreet OR p.is_discreet THEN '' ELSE
                  concat_ws('.', NULLIF(upper(left(c.first_name, 1)), ''), upper(left(c.last_name, 1)), '') END
                  AS initials
           FROM unnest($2::text[]) AS wanted(stage)
           CROSS JOIN LATERAL (SELECT * FROM envelope e WHERE e.shop = $1 AND e.stage = wanted.stage
                               AND e.stage <> 'picked_up'
                               ORDER BY e.is_rush DESC, e.promise_on, e.id LIMIT $3) v
           JOIN piece p ON p.id = v.piece JOIN ticket k ON k.id = v.ticket JOIN customer c ON c.id = k.customer
           ORDER BY v.is_rush DESC, v.promise_on, v.id""",
        shop.id, [stage.value for stage in _LANE_OF], SHOWN,
    )  # fmt: skip
    return [_shown(row, shop, today) for row in rows]


def _shown(row: dict[str, Any], shop: Shop, today: date) -> dict[str, Any]:
    """What the wall says of one piece; nothing in it names a customer."""
    ready = row["stage"] == S.READY_FOR_PICKUP
    number = row["number"].removeprefix(f"{shop.code}-")
    return {
        "number": number, "stage": row["stage"], "lane": _LANE_OF[Stage(row["stage"])], "kind": row["kind"],
        "icon": KINDS.get(row["kind"], KINDS["other"])[1], "initials": row["initials"],
        "is_rush": row["is_rush"], "promise_on": row["promise_on"],
        "is_late": row["promise_on"] < today and not ready,
        "when": _since(row["stage_since"], shop, today) if ready else f"{row['promise_on']:%a %-d}",
    }  # fmt: skip


def _since(moment: datetime, shop: Shop, today: date) -> str:
    days = (today - clock.local(moment, shop.zone).date()).days
    return "today" if days < 1 else f"{days} d"


async def _promised(shop: Shop, today: date) -> dict[str, int]:
    row = await fetch_one(
        """SELECT count(*) AS total,
                  count(*) FILTER (WHERE stage IN ('ready_for_pickup', 'picked_up')) AS done
           FROM envelope WHERE shop = $1 AND promise_on = $2 AND stage <> 'cancelled'""",
        shop.id, today,
    )
    assert row is not None
    return row


async def _load(shop: Shop) -> list[dict[str, Any]]:
    """Open minutes of the work each jeweler has taken, and of what nobody has taken yet."""
    return await fetch(
        """SELECT * FROM (
           SELECT split_part(s.name, ' ', 1) AS name, s.minutes_a_day AS most,
                  COALESCE(sum(t.minutes), 0)::int AS minutes
           FROM staff s
           LEFT JOIN envelope v ON v.jeweler = s.id AND v.stage IN ('approved', 'in_queue', 'at_bench')
           LEFT JOIN task t ON t.envelope = v.id AND t.done_at IS NULL AND NOT t.is_dropped
           WHERE s.shop = $1 AND s.is_active AND NOT s.is_system AND s.minutes_a_day > 0
           GROUP BY s.id
           UNION ALL
           SELECT '', (SELECT COALESCE(sum(minutes_a_day), 0)::int FROM staff
                       WHERE shop = $1 AND is_active AND NOT is_system), COALESCE(sum(t.minutes), 0)::int
           FROM envelope v JOIN task t ON t.envelope = v.id AND t.done_at IS NULL AND NOT t.is_dropped
           WHERE v.shop = $1 AND v.jeweler IS NULL
             AND v.stage IN ('received', 'approved', 'in_queue', 'at_bench')
           ) one ORDER BY name = '', name""",
        shop.id,
    )


async def _texts_in_trouble(shop: Shop) -> int:
    count: int = await fetch_value(
        """SELECT count(*) FROM message WHERE shop = $1 AND seen_at IS NULL
           AND state IN ('unknown', 'failed', 'undelivered', 'refused', 'parked')""",
        shop.id,
    )
    return count
