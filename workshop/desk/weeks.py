"""Week by week: what came in, what became ready and in time, and what quality sent back."""

from dataclasses import dataclass
from datetime import date, timedelta

from workshop import clock
from workshop.db import fetch
from workshop.record.tables import Shop

WEEKS = 8


@dataclass(frozen=True)
class Week:
    """One week from Monday on."""

    first: date
    taken_in: int
    ready: int
    on_time: int
    redo: int

    @property
    def percent(self) -> int | None:
        """The share that was ready in time; none where nothing became ready."""
        return round(100 * self.on_time / self.ready) if self.ready else None


async def weeks_of(shop: Shop) -> list[Week]:
    """The last weeks in the shop's own days, the present one last; each piece once a week."""
    today = clock.today(shop.zone)
    monday = today - timedelta(days=today.weekday())
    first = monday - timedelta(weeks=WEEKS - 1)
    rows = await fetch(
        """SELECT date_trunc('week', e.at AT TIME ZONE $3)::date AS week,
                  count(DISTINCT e.envelope) FILTER (WHERE e.to_stage = 'ready_for_pickup') AS ready,
                  count(DISTINCT e.envelope) FILTER (WHERE e.to_stage = 'ready_for_pickup'
                                   AND (e.at AT TIME ZONE $3)::date <= v.promise_on) AS on_time,
                  count(DISTINCT e.envelope) FILTER (
                      WHERE e.from_stage = 'quality_check' AND e.to_stage = 'at_bench') AS redo
           FROM event e JOIN envelope v ON v.id = e.envelope
           WHERE e.shop = $1 AND e.name = 'moved' AND e.at >= ($2::date)::timestamp AT TIME ZONE $3 GROUP BY 1""",
        shop.id, first, shop.zone,
    )  # fmt: skip
    came = await fetch(
        """SELECT date_trunc('week', e.at AT TIME ZONE $3)::date AS week, count(*) AS n
           FROM event e JOIN envelope v ON v.ticket = e.ticket
           WHERE e.shop = $1 AND e.name = 'taken_in' AND e.at >= ($2::date)::timestamp AT TIME ZONE $3 GROUP BY 1""",
        shop.id, first, shop.zone,
    )  # fmt: skip
    moved, taken = {row["week"]: row for row in rows}, {row["week"]: row["n"] for row in came}
    nothing = {"ready": 0, "on_time": 0, "redo": 0}
    return [
        Week(week, taken.get(week, 0), **{name: moved.get(week, nothing)[name] for name in nothing})
        for week in (first + timedelta(weeks=n) for n in range(WEEKS))
    ]
