"""The wall: everything open in five lanes, in initials and numbers only. One query per section."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from bench.views import WHOLE, View, seen_in
from bench.wall_rail import Ending, Promised, load_of, next_ending, promised_on, raised
from workshop import clock
from workshop.db import fetch
from workshop.record.alarms.stuck import is_stuck, limits_json
from workshop.record.promises.capacity import open_days
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
    promised: Promised
    tomorrow: Promised
    next_day: date  # the next open day: what `tomorrow` is about
    load: list[dict[str, Any]]
    alarms: dict[str, int]
    ending: Ending | None = None
    title: str = ""

    @property
    def promised_percent(self) -> int:
        """How much of today's promises is done."""
        return round(100 * self.promised["done"] / self.promised["total"]) if self.promised["total"] else 0


async def read_board(shop: Shop, view: View = WHOLE) -> Board:
    """Read the wall of a shop. Its cost follows what is open, not what ever was."""
    today, now = clock.today(shop.zone), clock.now()
    counts = await _counts(shop, view, today, now)
    rows = await _rows(shop, view, today, now)
    lanes = [
        Lane(
            slug, name, colour, icon, sum(counts.get(stage, {"all": 0})["all"] for stage in stages),
            [row for row in rows if row["lane"] == slug][:SHOWN],
        )
        for slug, name, colour, icon, stages in LANES
    ]  # fmt: skip
    alarms = {
        name: sum(count[name] for count in counts.values()) for name in ("late", "stuck", "unanswered")
    } | await raised(shop)  # fmt: skip
    next_day = next(iter(open_days(shop, today + timedelta(days=1), 1)), today + timedelta(days=1))
    return Board(
        now, lanes, await promised_on(shop, view, today), await promised_on(shop, view, next_day), next_day,
        await load_of(shop, view), alarms, await next_ending(shop, view), view.title,
    )  # fmt: skip


async def _counts(shop: Shop, view: View, today: date, now: datetime) -> dict[str, dict[str, int]]:
    rows = await fetch(
        f"""SELECT stage, count(*) AS all,
                  count(*) FILTER (WHERE promise_on < $2 AND stage <> 'ready_for_pickup') AS late,
                  count(*) FILTER (WHERE {is_stuck("e", "$6", "$7")}) AS stuck,
                  count(*) FILTER (WHERE stage = 'awaiting_approval' AND stage_since < $3) AS unanswered
           FROM envelope e WHERE shop = $1 AND stage <> 'picked_up' AND {seen_in("e", "$4", "$5")}
           GROUP BY stage""",  # noqa: S608 - our own words
        shop.id, today, now - UNANSWERED, view.staff, view.skill, limits_json(shop), now,
    )  # fmt: skip
    return {row["stage"]: row for row in rows}


async def _rows(shop: Shop, view: View, today: date, now: datetime) -> list[dict[str, Any]]:
    """The first rows of each stage: rush, then the promises that fall first (so late ones lead)."""
    rows = await fetch(
        f"""SELECT v.number, v.stage, v.is_rush, v.promise_on, v.stage_since, v.hold_reason, p.kind,
                  {is_stuck("v", "$6", "$7")} AS is_stuck,
                  CASE WHEN k.is_discreet OR p.is_discreet THEN '' ELSE
                  concat_ws('.', NULLIF(upper(left(c.first_name, 1)), ''), upper(left(c.last_name, 1)), '') END
                  AS initials
           FROM unnest($2::text[]) AS wanted(stage)
           CROSS JOIN LATERAL (SELECT * FROM envelope e WHERE e.shop = $1 AND e.stage = wanted.stage
                               AND e.stage <> 'picked_up' AND {seen_in("e", "$4", "$5")}
                               ORDER BY e.is_rush DESC, e.promise_on, e.id LIMIT $3) v
           JOIN piece p ON p.id = v.piece JOIN ticket k ON k.id = v.ticket JOIN customer c ON c.id = k.customer
           ORDER BY v.is_rush DESC, v.promise_on, v.id""",  # noqa: S608 - our own words
        shop.id, [stage.value for stage in _LANE_OF], SHOWN, view.staff, view.skill, limits_json(shop), now,
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
        "is_stuck": row["is_stuck"], "in_stage": _since(row["stage_since"], shop, today),
        "when": _since(row["stage_since"], shop, today) if ready else _day(row["promise_on"], today),
    }  # fmt: skip


def _day(day: date, today: date) -> str:
    """`today`, `Tue 24`; what is further than a month off with its month."""
    if day == today:
        return "today"
    return f"{day:%a %-d}" if abs((day - today).days) < 28 else f"{day:%-d %b}"


def _since(moment: datetime, shop: Shop, today: date) -> str:
    days = (today - clock.local(moment, shop.zone).date()).days
    return "today" if days < 1 else f"{days} d"
