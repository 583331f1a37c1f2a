"""Each colleague's days ahead: the minutes planned on them against the minutes they have."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from workshop import clock
from workshop.record.promises.capacity import Person, is_open, left_of_today, open_days, people_of
from workshop.record.promises.load import Line, open_lines
from workshop.record.tables import Shop

DAYS_AHEAD = 5  # open days a plan shows


@dataclass
class DayPlan:
    """Who has how much to do on which day. `lines` is all open work, planned or not."""

    shop: Shop
    today: date
    days: list[date]
    people: list[Person]
    lines: list[Line]
    planned: dict[tuple[int, date], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for line in self.lines:
            if line.jeweler is not None and line.counts(self.today):
                spot = line.jeweler, self.day_of(line)
                self.planned[spot] = self.planned.get(spot, 0) + line.minutes

    def day_of(self, line: Line) -> date:
        """The day a piece is worked on: what is at the bench today; what was not done on its day, today too.
        On a closed day nobody works: then the open day before it, or the next one if there is none.
        """
        if line.stage == "at_bench":
            return self.first_day
        return self.open_day(max(line.plan_on or line.due, self.first_day))

    @property
    def first_day(self) -> date:
        """Today, or the next open day."""
        return self.days[0] if self.days else self.today

    def open_day(self, day: date) -> date:
        """This day if the shop opens, else the last open day before it."""
        if is_open(self.shop, day):
            return day
        return max((one for one in self.days if one <= day), default=self.first_day)

    def person(self, staff: int) -> Person | None:
        """A colleague who does bench work here."""
        return next((one for one in self.people if one.id == staff), None)

    def minutes_of(self, person: Person, day: date) -> int:
        """What somebody can work on a day; of today what is left of it, none on a closed day."""
        if not is_open(self.shop, day):
            return 0
        whole = person.minutes_on(self.shop, day)
        return int(whole * left_of_today(self.shop, clock.now())) if day == self.today else whole

    def used(self, staff: int, day: date) -> int:
        """Minutes planned for somebody on a day."""
        return self.planned.get((staff, day), 0)

    def room(self, person: Person, day: date) -> int:
        """Minutes somebody still has on a day; below none where more is planned than fits."""
        return self.minutes_of(person, day) - self.used(person.id, day)

    def lines_of(self, staff: int) -> list[Line]:
        """The work that is somebody's and takes their time now."""
        return [line for line in self.lines if line.jeweler == staff and line.counts(self.today)]

    def untaken(self) -> list[Line]:
        """The work that nobody has who does bench work here."""
        ids = {one.id for one in self.people if one.id}
        return [line for line in self.lines if line.jeweler not in ids and line.counts(self.today)]

    def minutes_left(self, envelope: int) -> int:
        """What a piece still needs."""
        return sum(line.minutes for line in self.lines if line.envelope == envelope)

    def skills_of(self, envelope: int) -> set[str]:
        """The kinds of work a piece still needs."""
        return {line.skill for line in self.lines if line.envelope == envelope and line.skill}

    def without(self, envelope: int) -> "DayPlan":
        """The same plan as if this piece were not in anybody's day yet."""
        return DayPlan(self.shop, self.today, self.days, self.people, [
            one for one in self.lines if one.envelope != envelope
        ])  # fmt: skip

    def free_day(self, person: Person, minutes: int, due: date) -> date | None:
        """The first day by `due` on which somebody has these minutes. What is due already may be done today."""
        for day in self.days_until(due):
            if self.room(person, day) >= minutes:
                return day
        return None

    def days_until(self, due: date) -> list[date]:
        """The open days from today until a day; at least one."""
        return [day for day in self.days if day <= due] or [self.first_day]

    def total(self, staff: int) -> int:
        """Everything planned for somebody, on any day."""
        return sum(minutes for (whose, _), minutes in self.planned.items() if whose == staff)


def can_do(person: Person, skills: Iterable[str]) -> bool:
    """Whether somebody does all of these kinds of work; whoever names no skill does everything."""
    return not person.skills or set(skills) <= person.skills


async def read_plan(shop: Shop, *, ahead: int = 40) -> DayPlan:
    """The plan as it stands now, read in two looks."""
    today = clock.today(shop.zone)
    return DayPlan(shop, today, open_days(shop, today, ahead), await people_of(shop), await open_lines(shop))
