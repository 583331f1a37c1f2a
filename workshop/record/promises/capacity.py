"""What the shop can do in a day: its open days, its people's minutes and skills, and who is away."""

import json
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice
from typing import Any

from workshop import clock
from workshop.db import fetch
from workshop.record.promises.plan import Hand
from workshop.record.tables import Shop

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NOT_SAID = ["10:00", "18:00"]  # of a shop that has not written down its hours
ALONE = "the bench"


@dataclass(frozen=True)
class Calendar:
    """The shop's week and the days on which it stays closed."""

    week: dict[int, tuple[time, time]]  # by weekday, Monday 0
    closed: frozenset[str]

    def is_open(self, day: date) -> bool:
        """Whether the shop opens on this day."""
        return day.weekday() in self.week and day.isoformat() not in self.closed


def calendar_of(shop: Shop) -> Calendar:
    """The calendar as the shop's settings have it; Monday to Saturday where no hours are written down."""
    return _calendar(shop.hours, shop.closed_days)


@lru_cache(maxsize=64)
def _calendar(hours: str, closed: str) -> Calendar:
    typed = json.loads(hours) or dict.fromkeys(DAYS[:6], NOT_SAID)
    week = {
        number: (time.fromisoformat(typed[name][0]), time.fromisoformat(typed[name][1]))
        for number, name in enumerate(DAYS) if name in typed
    }  # fmt: skip
    return Calendar(week, frozenset(json.loads(closed)))


def is_open(shop: Shop, day: date) -> bool:
    """Whether the shop opens on this day."""
    return calendar_of(shop).is_open(day)


def open_days(shop: Shop, first: date, count: int) -> list[date]:
    """So many open days from a day on; fewer if the shop does not open that often in three years."""
    calendar = calendar_of(shop)
    return list(islice((day for n in range(1100) if calendar.is_open(day := first + timedelta(days=n))), count))


def opening(shop: Shop, day: date) -> tuple[time, time]:
    """When the shop opens and closes on an open day, on its own wall clock."""
    return calendar_of(shop).week[day.weekday()]


def open_minutes(shop: Shop, day: date) -> int:
    """How long the shop is open on an open day."""
    opens, closes = opening(shop, day)
    return _minute(closes) - _minute(opens)


def left_of_today(shop: Shop, now: datetime) -> float:
    """The share of this open day that is still to come: 1 before opening, 0 after closing."""
    here = clock.local(now, shop.zone)
    opens, closes = opening(shop, here.date())
    gone = (_minute(here.time()) - _minute(opens)) / max(1, _minute(closes) - _minute(opens))
    return min(1.0, max(0.0, 1.0 - gone))


def _minute(moment: time) -> int:
    return moment.hour * 60 + moment.minute


@dataclass(frozen=True)
class Away:
    """Days on which a colleague works other minutes than usual."""

    first: date
    last: date
    minutes: int = 0


@dataclass(frozen=True)
class Person:
    """A colleague who does bench work: what they can do, and how long on which day."""

    id: int
    name: str
    skills: frozenset[str] = frozenset()  # none named: everything
    usual: int = 0  # minutes on a usual day; 0: nobody has said
    week: dict[str, int] = field(default_factory=dict)  # by weekday, where days differ
    away: tuple[Away, ...] = ()

    def minutes_on(self, shop: Shop, day: date) -> int:
        """Their minutes on an open day. What is said for one day goes before what is said for a weekday,
        and that before the usual, which is never longer than the shop is open.
        """
        for one in self.away:
            if one.first <= day <= one.last:
                return one.minutes
        if self.week:
            return self.week.get(DAYS[day.weekday()], 0)
        return min(self.usual or shop.bench_minutes, open_minutes(shop, day))


def hands_of(people: list[Person], shop: Shop, days: list[date], now: datetime) -> list[Hand]:
    """Everybody's minutes on these open days; of today only what is left of it."""
    here = clock.local(now, shop.zone).date()
    share = left_of_today(shop, now) if here in days else 1.0
    return [
        Hand(one.skills, tuple(int(one.minutes_on(shop, day) * (share if day == here else 1)) for day in days))
        for one in people
    ]


async def people_of(shop: Shop) -> list[Person]:
    """Who does bench work here: whoever has minutes, and whoever has the bench as a role.

    A shop in which nobody has either yet is one bench at which everything is done.
    """
    rows = await fetch(
        """SELECT s.id, s.name, s.roles, s.skills, s.minutes_a_day, s.week_minutes,
                  COALESCE((SELECT json_agg(json_build_array(d.first_on, d.last_on, d.minutes) ORDER BY d.id DESC)
                            FROM day_off d WHERE d.staff = s.id AND d.last_on >= $2), '[]') AS away
           FROM staff s WHERE s.shop = $1 AND s.is_active AND NOT s.is_system ORDER BY s.name, s.id""",
        shop.id, clock.today(shop.zone),
    )  # fmt: skip
    people = [_person(row) for row in rows if _works_at_bench(row)]
    return people or [Person(0, ALONE)]


def _works_at_bench(row: dict[str, Any]) -> bool:
    week = _week(row)
    return any(week.values()) if week else bool(row["minutes_a_day"]) or "bench" in row["roles"]


def _week(row: dict[str, Any]) -> dict[str, int]:
    week: dict[str, int] = json.loads(row["week_minutes"])
    return week


def _person(row: dict[str, Any]) -> Person:
    away = tuple(
        Away(date.fromisoformat(first), date.fromisoformat(last), minutes)
        for first, last, minutes in json.loads(row["away"])
    )
    return Person(row["id"], row["name"], frozenset(row["skills"]), row["minutes_a_day"], _week(row), away)
