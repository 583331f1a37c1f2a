"""The right edge of the wall: what is promised, how full the days are, what ends next, what needs somebody."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bench.views import View, seen_in
from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value
from workshop.record.bench.day_plan import DayPlan, read_plan
from workshop.record.promises.capacity import Person
from workshop.record.promises.load import Line
from workshop.record.promises.promise_words import say_day
from workshop.record.tables import Shop
from workshop.record.tickets.message_words import NOT_THROUGH

Promised = dict[str, int]
AHEAD = 5  # open days the load looks at
# Alarms the wall tells itself, from its own rows, are not told twice.
OWN = ("late", "stuck", "notice", "estimate")


@dataclass(frozen=True)
class Ending:
    """The estimate that lapses first."""

    number: str
    at: datetime
    when: str


async def promised_on(shop: Shop, view: View, day: date) -> Promised:
    """How many pieces are promised for a day, and how many of them are ready or gone."""
    row = await fetch_one(
        f"""SELECT count(*) AS total,
                  count(*) FILTER (WHERE stage IN ('ready_for_pickup', 'picked_up')) AS done
           FROM envelope e WHERE shop = $1 AND promise_on = $2 AND stage <> 'cancelled'
             AND {seen_in("e", "$3", "$4")}""",  # noqa: S608 - our own words
        shop.id, day, view.staff, view.skill,
    )  # fmt: skip
    assert row is not None
    return row


async def load_of(shop: Shop, view: View) -> list[dict[str, Any]]:
    """Minutes planned for each colleague on the next open days, against the minutes they still have on them; and
    last what nobody has that is due by then, against everybody's.
    """
    plan = await read_plan(shop)
    days, people = plan.days[:AHEAD], [one for one in plan.people if _is_in(one, view)]
    most = {one.id: sum(plan.minutes_of(one, day) for day in days) for one in people}
    rows = [
        {"name": one.name.split(" ")[0], "most": most[one.id], "minutes": _minutes(plan, plan.lines_of(one.id), view)}
        for one in people if one.id
    ]  # fmt: skip
    if view.staff:
        return rows
    return [*rows, {"name": "", "most": sum(most.values()), "minutes": _minutes(plan, plan.untaken(), view)}]


def _minutes(plan: DayPlan, lines: list[Line], view: View) -> int:
    """Of these lines, what is of the view's work and on the days shown."""
    last = plan.days[:AHEAD][-1:]
    shown = [line for line in lines if last and plan.day_of(line) <= last[0]]
    return sum(line.minutes for line in shown if not view.skill or line.skill == view.skill)


def _is_in(person: Person, view: View) -> bool:
    if view.staff:
        return person.id == view.staff
    return not view.skill or not person.skills or view.skill in person.skills


async def next_ending(shop: Shop, view: View) -> Ending | None:
    """The open estimate that lapses next."""
    row = await fetch_one(
        f"""SELECT e.number, x.expires_at FROM envelope e JOIN estimate x ON x.envelope = e.id AND x.state = 'sent'
           WHERE e.shop = $1 AND e.stage = 'awaiting_approval' AND x.expires_at > $2
             AND {seen_in("e", "$3", "$4")} ORDER BY x.expires_at LIMIT 1""",  # noqa: S608 - our own words
        shop.id, clock.now(), view.staff, view.skill,
    )  # fmt: skip
    if row is None:
        return None
    here = clock.local(row["expires_at"], shop.zone)
    is_today = here.date() == clock.today(shop.zone)
    when = f"today {here:%H:%M}" if is_today else say_day(here)
    return Ending(row["number"].removeprefix(f"{shop.code}-"), row["expires_at"], when)


async def raised(shop: Shop) -> dict[str, int]:
    """Messages that did not get through, and the open alarms by rule."""
    texts: int = await fetch_value(
        f"SELECT count(*) FROM message m WHERE m.shop = $1 AND {NOT_THROUGH}",  # noqa: S608 - fixed words
        shop.id,
    )
    rows = await fetch(
        """SELECT rule, count(*) AS n FROM alarm WHERE shop = $1 AND cleared_at IS NULL
           AND NOT rule = ANY($2::varchar[]) GROUP BY rule""",
        shop.id, list(OWN),
    )  # fmt: skip
    return {"texts": texts} | {row["rule"]: row["n"] for row in rows}
