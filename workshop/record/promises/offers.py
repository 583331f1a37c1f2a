"""Which day can honestly be promised: the first one by whose bench due new work fits beside all that is promised."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from workshop import clock
from workshop.record.promises.capacity import Person, hands_of, is_open, open_days, people_of
from workshop.record.promises.load import Line, open_lines, works_of
from workshop.record.promises.plan import Plan, Work
from workshop.record.promises.promises import bench_due, usual_day
from workshop.record.tables import Shop

AHEAD = (60, 120, 320)  # open days looked ahead: as few as hold what is promised; the last is more than a year
SHOWN = 21  # days of the calendar a person chooses from: three weeks


@dataclass(frozen=True)
class Asked:
    """Minutes of one kind of work that somebody wants a promise for."""

    skill: str
    minutes: int
    before_appraisal: bool = False  # the bench is done earlier then, for the appraiser to write


@dataclass(frozen=True)
class PromiseDay:
    """What promising one day would mean."""

    day: date
    is_open: bool
    due: date  # when the bench would have to be done
    short: dict[str, int] = field(default_factory=dict)  # minutes that would not fit by then, by kind of work
    booked: int = 0  # minutes of `due` that are promised already, of those who can do this work
    whole: int = 0

    @property
    def fits(self) -> bool:
        """Whether it can be kept without anybody working longer."""
        return self.is_open and not self.short

    @property
    def over(self) -> int:
        """Minutes too many, all kinds of work together."""
        return sum(self.short.values())


@dataclass(frozen=True)
class Offer:
    """The first honest day for some work, and what every other day would mean. `first` is None when those
    who do this work have no free minute within a year.
    """

    first: date | None
    usual: date
    days: dict[date, PromiseDay]
    elsewhere: list[str]  # kinds of work that nobody here does: their minutes are not counted

    @property
    def soonest(self) -> date | None:
        """The first day on which the bench could have it ready, sooner than usual or not."""
        return next((day for day, one in self.days.items() if one.fits), self.first)

    def on(self, day: date) -> PromiseDay:
        """What promising an open day would mean; what fits by the last day looked at fits by every later one."""
        return self.days.get(day) or PromiseDay(day, True, day, {} if self.first else {"": 1})


async def offer_for(
    shop: Shop, work: Sequence[Asked], *, rush: bool = False, without_ticket: int | None = None
) -> Offer:
    """Look at the shop's load as it is now, without one ticket if its own promise is looked at anew."""
    people, lines = await people_of(shop), await open_lines(shop)
    promised = works_of(lines, clock.today(shop.zone), without_ticket=without_ticket)
    return make_offer(shop, people, promised, work, rush=rush)


def make_offer(
    shop: Shop, people: list[Person], promised: list[Work], work: Sequence[Asked], *, rush: bool = False,
    plan: Plan | None = None,
) -> Offer:  # fmt: skip
    """The offer from what is known, reading nothing more. `plan`: the one that holds what is promised, if made."""
    usual = usual_day(shop, rush=rush)
    last = max(clock.today(shop.zone) + timedelta(days=SHOWN), usual)
    for ahead in AHEAD:
        if plan is None or ahead > AHEAD[0] or not plan.days or plan.days[-1] < last:
            plan = plan_of(shop, people, promised, ahead, until=last)
        offer = _look(shop, plan, work, rush, usual, last)
        if offer.first is not None:
            break
    return offer


def plan_of(shop: Shop, people: list[Person], promised: list[Work], ahead: int, until: date) -> Plan:
    """The open days ahead with all promised work in them: at least so many, and as many as the promises reach.
    What is due in more than a year takes nobody's minutes yet.
    """
    end = max([until, *(work.due for work in promised)])
    for count in (count for count in AHEAD if count >= ahead):
        days = open_days(shop, clock.today(shop.zone), count)
        if days and days[-1] >= end:
            break
    plan = Plan(days, hands_of(people, shop, days, clock.now()), shop.rush_share_per_mille)
    plan.lay(work for work in promised if days and work.due <= days[-1])
    return plan


def _look(shop: Shop, plan: Plan, work: Sequence[Asked], rush: bool, usual: date, last: date) -> Offer:
    """Try one day after the other until the work fits."""
    elsewhere = sorted({one.skill for one in work if not plan.can(one.skill)})
    wanted = [one for one in work if one.minutes > 0 and plan.can(one.skill)]
    booked = _booked(plan, sorted({one.skill for one in wanted}), rush, last)
    days: dict[date, PromiseDay] = {}
    first: date | None = None
    day, end = clock.today(shop.zone), plan.days[-1] if plan.days else last
    trial = _Trial(shop, plan.copy(), wanted, rush)
    while day <= end and (first is None or day <= last):
        days[day] = trial.promise(day, booked)
        if first is None and days[day].fits and day >= usual:
            first = day
        day += timedelta(days=1)
    return Offer(first, usual, days, elsewhere)


class _Trial:
    """New work tried on for one day after the other: what it asks for may wait longer with each."""

    def __init__(self, shop: Shop, plan: Plan, work: list[Asked], rush: bool) -> None:
        self._shop, self._plan, self._work, self._rush = shop, plan, work, rush
        self._by = [0] * len(work)  # the open day by which each has to be done
        self._laid = [0] * len(work)

    def promise(self, day: date, booked: dict[date, tuple[int, int]]) -> PromiseDay:
        """What promising this day would mean; days are asked in their order."""
        due = bench_due(self._shop, day)
        if not is_open(self._shop, day):
            return PromiseDay(day, False, due)
        for number, one in enumerate(self._work):
            self._put_off(number, bench_due(self._shop, day, with_appraisal=True) if one.before_appraisal else due)
        short = Counter[str]()
        for number, one in enumerate(self._work):
            missing = one.minutes - self._laid[number]
            laid = self._plan.push(one.skill, missing, self._by[number], rush=self._rush)
            self._laid[number] += laid
            short[one.skill] += missing - laid
        return PromiseDay(day, True, due, dict(+short), *booked.get(due, (0, 0)))

    def _put_off(self, number: int, by: date) -> None:
        """What is laid of it already may make room for the rest, now that it has longer."""
        place, skill = self._plan.place_of(by), self._work[number].skill
        self._plan.put_off(skill, self._laid[number], self._by[number], place, rush=self._rush)
        self._by[number] = place


def _booked(plan: Plan, skills: list[str], rush: bool, last: date) -> dict[date, tuple[int, int]]:
    """How much of each open day is promised, of those who do these kinds of work."""
    upto = plan.place_of(last) + 1 if plan.days else 0
    free = plan.free_by_day(skills, upto, rush=rush)
    whole = [plan.minutes_on(place, skills, rush=rush) for place in range(upto)]
    return {plan.days[place]: (whole[place] - free[place], whole[place]) for place in range(upto)}


def asked_again(lines: Iterable[Line], ticket: int) -> list[Asked]:
    """The minutes a ticket still needs, to look at its promise anew."""
    mine = [line for line in lines if line.ticket == ticket]
    appraised = {line.envelope for line in mine if line.is_appraisal}
    return [
        Asked(line.skill, line.minutes, line.envelope in appraised and not line.is_appraisal) for line in mine
    ]  # fmt: skip
