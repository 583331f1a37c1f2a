"""The plan as a page shows it: what nobody has, and each colleague's days with the pieces on them."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from workshop.db import fetch
from workshop.record.bench.day_plan import DAYS_AHEAD, DayPlan, read_plan
from workshop.record.promises.capacity import Person
from workshop.record.promises.load import AWAY
from workshop.record.tables import Shop

MOST_FREE = 60


@dataclass
class Day:
    """One colleague's day: minutes there are, minutes planned, the pieces."""

    day: date
    has: int
    used: int
    cards: list[dict[str, Any]] = field(default_factory=list)

    @property
    def over(self) -> int:
        """Minutes planned beyond those there are."""
        return max(0, self.used - self.has)


@dataclass
class Row:
    """One colleague's days."""

    person: Person
    days: list[Day]
    later: int = 0  # pieces planned after the days shown


@dataclass
class Board:
    """The whole plan."""

    today: date
    days: list[date]
    free: list[dict[str, Any]]
    free_count: int
    rows: list[Row]


async def read_board(shop: Shop) -> Board:
    """Everything that still needs bench minutes, by whose day it is on."""
    plan = await read_plan(shop)
    cards = await _cards(plan)
    days = plan.days[:DAYS_AHEAD]
    free = [card for card in cards if card["jeweler"] is None and card["stage"] in ("received", "approved", "in_queue")]
    rows = [_row(person, plan, days, cards) for person in plan.people if person.id]
    return Board(plan.today, days, free[:MOST_FREE], len(free), rows)


def _row(person: Person, plan: DayPlan, days: list[date], cards: list[dict[str, Any]]) -> Row:
    mine = [card for card in cards if card["jeweler"] == person.id]
    shown = [
        Day(day, plan.minutes_of(person, day), plan.used(person.id, day), [one for one in mine if one["day"] == day])
        for day in days
    ]
    return Row(person, shown, sum(bool(days) and card["day"] > days[-1] for card in mine))


async def _cards(plan: DayPlan) -> list[dict[str, Any]]:
    """A card for each open piece, the most urgent first."""
    minutes: dict[int, int] = {}
    skills: dict[int, set[str]] = {}
    days: dict[int, date] = {}
    for line in plan.lines:
        minutes[line.envelope] = minutes.get(line.envelope, 0) + line.minutes
        skills.setdefault(line.envelope, set()).add(line.skill)
        days[line.envelope] = plan.day_of(line)
    rows = await fetch(
        """SELECT v.id, v.code, v.number, v.stage, v.jeweler, v.is_rush, v.bench_due, p.kind, p.description, p.metal,
                  p.metal_basis, p.serial
           FROM envelope v JOIN piece p ON p.id = v.piece WHERE v.id = ANY($1)
           ORDER BY (NOT v.is_rush), v.bench_due, v.id""",
        list(minutes),
    )
    for row in rows:
        row |= {"minutes": minutes[row["id"]], "skills": sorted(skills[row["id"]] - {""}), "day": days[row["id"]]}
        row["is_late"], row["is_away"] = row["bench_due"] < plan.today, row["stage"] in AWAY
        row["can_move"] = row["stage"] != "at_bench" and not row["is_away"]
    return rows
