"""How full the next days are: by kind of work and by colleague, and what cannot be kept as promised."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from workshop import clock
from workshop.db import fetch
from workshop.record.bench.day_plan import DayPlan
from workshop.record.promises.capacity import Person, open_days, people_of
from workshop.record.promises.load import Line, open_lines, works_of
from workshop.record.promises.offers import AHEAD, plan_of
from workshop.record.promises.plan import Plan
from workshop.record.shop.skills import work_words
from workshop.record.tables import Shop

SHOWN = 10
PLANNED = 40  # open days the plan looks ahead
NOBODY = "Nobody yet"


@dataclass(frozen=True)
class Cell:
    """One day of one kind of work, or of one colleague: minutes spoken for, of how many."""

    day: date
    minutes: int
    whole: int
    late: int  # of these, what cannot be done by then, all earlier days used
    href: str


@dataclass(frozen=True)
class Load:
    """The next open days at a glance."""

    days: list[date]
    kinds: list[tuple[str, list[Cell]]]
    people: list[tuple[str, list[Cell]]]
    late: list[tuple[Line, int]]
    elsewhere: list[Line]


async def read_load(shop: Shop) -> Load:
    """Read the load of a shop: people and open work once, the rest is counted."""
    today = clock.today(shop.zone)
    people, lines = await people_of(shop), await open_lines(shop)
    plan = plan_of(shop, people, works_of(lines, today), AHEAD[0], until=today)
    days = list(plan.days[:SHOWN])
    return Load(
        days,
        [(work_words(skill), _of_kind(plan, skill, len(days))) for skill in _skills(plan, people, lines)],
        _of_people(DayPlan(shop, today, open_days(shop, today, PLANNED), people, lines), days),
        _late(plan, lines),
        [line for line in lines if not plan.can(line.skill)],
    )


def _late(plan: Plan, lines: list[Line]) -> list[tuple[Line, int]]:
    """Each piece that cannot be done by its day once, with all the minutes there is no room for."""
    first = {line.envelope: line for line in reversed(lines)}
    minutes: dict[int, int] = {}
    for work, left in plan.late:
        minutes[work.key] = minutes.get(work.key, 0) + left
    return [(first[envelope], left) for envelope, left in minutes.items()]


def _skills(plan: Plan, people: list[Person], lines: list[Line]) -> list[str]:
    """Every kind of work that somebody here does and anybody names; one row for a shop that names none."""
    named = {skill for person in people for skill in person.skills} | {line.skill for line in lines}
    return sorted(skill for skill in named if skill and plan.can(skill)) or [""]


def _of_kind(plan: Plan, skill: str, upto: int) -> list[Cell]:
    free = plan.free_by_day([skill], upto, rush=True)
    late = [0] * len(plan.days)
    for work, minutes in plan.late:
        if work.skill == skill:
            late[plan.place_of(work.due)] += minutes
    cells = []
    for place in range(upto):
        whole, day = plan.minutes_on(place, [skill], rush=True), plan.days[place]
        href = f"/desk/load?skill={skill}&day={day.isoformat()}"
        cells.append(Cell(day, whole - free[place] + late[place], whole, late[place], href))
    return cells


def _of_people(planned: DayPlan, days: list[date]) -> list[tuple[str, list[Cell]]]:
    """What is planned for each colleague on each day against their minutes; what nobody has on the day it is due."""
    named = [(person.name, _of_person(planned, person, days)) for person in planned.people if person.id]
    used = dict.fromkeys(days, 0)
    for line in planned.untaken():
        day = planned.day_of(line)
        used[day] = used.get(day, 0) + line.minutes
    return [*named, (NOBODY, [Cell(day, used[day], 0, 0, _behind(0, day)) for day in days])]


def _of_person(planned: DayPlan, person: Person, days: list[date]) -> list[Cell]:
    cells = []
    for day in days:
        used, has = planned.used(person.id, day), planned.minutes_of(person, day)
        cells.append(Cell(day, used, has, max(0, used - has), _behind(person.id, day)))
    return cells


def _behind(person: int, day: date) -> str:
    return f"/desk/load?person={person}&day={day.isoformat()}"


@dataclass(frozen=True)
class Rows:
    """The pieces behind one bar."""

    title: str
    minutes: int
    pieces: list[dict[str, Any]]


async def rows_behind(shop: Shop, day: date, *, skill: str | None = None, person: int | None = None) -> Rows:
    """The pieces due on a day whose work is of a kind, or which are planned for a colleague then."""
    today = clock.today(shop.zone)
    people, lines = await people_of(shop), await open_lines(shop)
    plan = plan_of(shop, people, works_of(lines, today), AHEAD[0], until=max(today, day))
    if skill is not None:
        place = plan.place_of(day)
        here = [line for line in lines if line.counts(today) and plan.place_of(line.due) == place]
        here = [line for line in here if line.skill == skill or not skill]
        title = work_words(skill)
    else:
        planned = DayPlan(shop, today, open_days(shop, today, PLANNED), people, lines)
        theirs = planned.lines_of(person) if person else planned.untaken()
        here = [line for line in theirs if planned.day_of(line) == day]
        title = next((one.name for one in people if one.id == person), NOBODY)
    minutes: dict[int, int] = {}
    for line in here:
        minutes[line.envelope] = minutes.get(line.envelope, 0) + line.minutes
    return Rows(title, sum(minutes.values()), await _pieces(shop, minutes))


async def _pieces(shop: Shop, minutes: dict[int, int]) -> list[dict[str, Any]]:
    rows = await fetch(
        """SELECT v.id, v.number, v.code, v.stage, v.promise_on, v.bench_due, v.is_rush, k.number AS ticket_number,
                  p.kind, p.description, j.name AS jeweler_name
           FROM envelope v JOIN ticket k ON k.id = v.ticket JOIN piece p ON p.id = v.piece
           LEFT JOIN staff j ON j.id = v.jeweler WHERE v.id = ANY($1) AND v.shop = $2
           ORDER BY v.is_rush DESC, v.bench_due, v.id""",
        list(minutes), shop.id,
    )  # fmt: skip
    return [row | {"minutes": minutes[row["id"]]} for row in rows]
