"""Promises as they come in, one after another: kept to the shop's days, never over, and never later than honest."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.record.filling import fits
from workshop import clock
from workshop.record.promises.capacity import DAYS, Away, Person, hands_of, is_open, open_days
from workshop.record.promises.offers import Asked, make_offer
from workshop.record.promises.plan import Hand, Plan, Work
from workshop.record.promises.promises import bench_due, usual_day
from workshop.record.tables import Shop

ZONES = ["America/New_York", "Pacific/Auckland", "America/Phoenix", "Atlantic/Azores"]
SKILLS = ["jeweler", "watchmaker", "appraiser"]
# Around both nights on which clocks change, in both halves of the world, and around New Year.
MOMENTS = st.sampled_from([
    datetime(2026, month, day, hour, 30, tzinfo=UTC)
    for month, day in [(3, 7), (3, 8), (4, 4), (9, 26), (10, 31), (11, 1), (12, 31)] for hour in (0, 6, 12, 20, 23)
])  # fmt: skip

shops = st.builds(
    lambda zone, week, closed, work_days, due, appraisal, share: Shop(
        zone=zone, hours=_hours(week), closed_days=_closed(closed), work_days=work_days, rush_days=min(work_days, 2),
        due_days=due, due_days_appraisal=due + appraisal, rush_share_per_mille=share, bench_minutes=120,
    ),
    st.sampled_from(ZONES), st.sets(st.sampled_from(DAYS), min_size=1), st.sets(st.integers(0, 20), max_size=5),
    st.integers(0, 5), st.integers(0, 3), st.integers(0, 2), st.sampled_from([0, 100, 400]),
)  # fmt: skip
people = st.lists(
    st.builds(
        Person, st.integers(1, 9), st.just("Kai"), st.frozensets(st.sampled_from(SKILLS), max_size=3),
        st.sampled_from([0, 45, 90]),
        st.dictionaries(st.sampled_from(DAYS), st.sampled_from([0, 30, 60]), max_size=3),
        st.just(()),
    ),
    min_size=1, max_size=3,
)  # fmt: skip
visits = st.lists(
    st.tuples(
        st.lists(
            st.builds(Asked, st.sampled_from([*SKILLS, ""]), st.sampled_from([0, 10, 40, 75, 130]), st.booleans()),
            min_size=1, max_size=2,
        ),
        st.booleans(),
    ),
    max_size=6,
)  # fmt: skip


def _hours(week: set[str]) -> str:
    return json.dumps({day: ["09:00", "17:00"] for day in week})


def _closed(ahead: set[int]) -> str:
    return json.dumps([(date(2026, 3, 7) + timedelta(days=n)).isoformat() for n in ahead])


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    clock.run_on(lambda: moment)
    try:
        yield
    finally:
        clock.run_on_real_time()


def works_for(shop: Shop, work: list[Asked], promise: date, rush: bool, key: int) -> list[Work]:
    """New work as it stands in the record once it is promised."""
    return [
        Work(one.skill, one.minutes, bench_due(shop, promise, with_appraisal=one.before_appraisal), rush, key)
        for one in work
    ]


@settings(max_examples=80, deadline=None, derandomize=True)
@given(shops, people, visits, MOMENTS)
def test_promises_one_after_another_are_open_days_that_can_all_be_kept_and_the_first_such(
    shop: Shop, people: list[Person], visits: list[tuple[list[Asked], bool]], moment: datetime
) -> None:
    with at(moment):
        days = open_days(shop, clock.today(shop.zone), 320)
        hands = hands_of(people, shop, days, clock.now())
        promised: list[Work] = []
        for number, (work, rush) in enumerate(visits):
            first = make_offer(shop, people, promised, work, rush=rush).first
            if first is None:
                never = works_for(shop, work, days[-1], rush, number)
                assert not fits(days, hands, shop.rush_share_per_mille, [*promised, *never])
                continue
            assert is_open(shop, first) and first >= usual_day(shop, rush=rush)
            new = works_for(shop, work, first, rush, number)
            assert all(is_open(shop, one.due) and clock.today(shop.zone) <= one.due <= first for one in new)
            assert fits(days, hands, shop.rush_share_per_mille, [*promised, *new]), "over capacity"
            for earlier in days:
                if usual_day(shop, rush=rush) <= earlier < first:
                    sooner = works_for(shop, work, earlier, rush, number)
                    assert not fits(days, hands, shop.rush_share_per_mille, [*promised, *sooner]), "later than honest"
            promised += new
        plan = Plan(days, hands, shop.rush_share_per_mille)
        plan.lay(promised)
        assert plan.late == []


@settings(max_examples=40, deadline=None, derandomize=True)
@given(shops, people, visits, MOMENTS)
def test_ordinary_promises_leave_the_minutes_kept_for_rush(
    shop: Shop, people: list[Person], visits: list[tuple[list[Asked], bool]], moment: datetime
) -> None:
    with at(moment):
        days = open_days(shop, clock.today(shop.zone), 320)
        hands = hands_of(people, shop, days, clock.now())
        promised: list[Work] = []
        for number, (work, _) in enumerate(visits):
            if first := make_offer(shop, people, promised, work).first:
                promised += works_for(shop, work, first, False, number)
        share = shop.rush_share_per_mille
        less = [Hand(skills, _without(share, [hand for hand in hands if hand.skills == skills]))
                for skills in {hand.skills for hand in hands}]  # fmt: skip
        assert fits(days, less, 0, promised)


def _without(share: int, alike: list[Hand]) -> tuple[int, ...]:
    """What people with the same skills may be promised of each day, once the share for rush is taken off."""
    together = (sum(minutes) for minutes in zip(*(hand.minutes for hand in alike), strict=True))
    return tuple(whole * (1000 - share) // 1000 for whole in together)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(shops, people, visits, MOMENTS, st.integers(0, 25))
def test_a_day_is_called_full_exactly_when_it_is_and_every_later_one_is_free(
    shop: Shop, people: list[Person], visits: list[tuple[list[Asked], bool]], moment: datetime, late: int
) -> None:
    assume(visits)
    with at(moment):
        days = open_days(shop, clock.today(shop.zone), 320)
        hands = hands_of(people, shop, days, clock.now())
        promised: list[Work] = []
        for number, (work, rush) in enumerate(visits[:-1]):
            if first := make_offer(shop, people, promised, work, rush=rush).first:
                promised += works_for(shop, work, first, rush, number)
        work, rush = visits[-1]
        offer = make_offer(shop, people, promised, work, rush=rush)
        seen = [one for one in offer.days.values() if one.is_open]
        for one in seen:
            new = works_for(shop, work, one.day, rush, 99)
            assert one.fits == fits(days, hands, shop.rush_share_per_mille, [*promised, *new])
            assert 0 <= one.booked <= one.whole
        assert sorted(one.fits for one in seen) == [one.fits for one in seen]
        if offer.first:
            assert offer.on(max(offer.days) + timedelta(days=late + 1)).fits
            assert offer.soonest is not None and offer.soonest <= offer.first


def test_today_counts_by_the_shops_own_clock_even_on_the_night_it_changes() -> None:
    shop = Shop(zone="America/New_York", hours=_hours(set(DAYS)), closed_days="[]")
    kai = Person(1, "Kai", usual=480)
    morning = datetime(2026, 3, 8, 13, 0, tzinfo=UTC)  # nine o'clock, an hour after the clocks went forward
    noon = datetime(2026, 11, 1, 18, 0, tzinfo=UTC)  # one o'clock, an hour after they went back
    for moment, left in ((morning, 480), (noon, 240), (noon + timedelta(hours=9), 0)):
        today = moment.astimezone(ZoneInfo(shop.zone)).date()
        assert hands_of([kai], shop, [today], moment)[0].minutes == (left,)


def test_a_day_off_goes_before_the_week_and_the_week_before_the_usual() -> None:
    shop = Shop(hours=_hours(set(DAYS)), bench_minutes=300)
    monday = date(2026, 3, 2)
    plain, usual = Person(1, "Kai"), Person(1, "Kai", usual=600)
    assert (plain.minutes_on(shop, monday), usual.minutes_on(shop, monday)) == (300, 480)  # not longer than it is open
    weekly = replace(usual, week={"mon": 200})
    assert (weekly.minutes_on(shop, monday), weekly.minutes_on(shop, monday + timedelta(days=1))) == (200, 0)
    away = replace(weekly, away=(Away(monday, monday + timedelta(days=6), 30),))
    assert (away.minutes_on(shop, monday), away.minutes_on(shop, monday + timedelta(days=7))) == (30, 200)


def test_an_appraisal_asks_the_bench_to_be_done_earlier() -> None:
    shop = Shop(hours=_hours(set(DAYS[:5])), closed_days='["2026-03-11"]', zone="America/New_York")
    with at(datetime(2026, 3, 2, 15, tzinfo=UTC)):
        assert bench_due(shop, date(2026, 3, 12)) == date(2026, 3, 10)  # Thursday; Wednesday is closed
        assert bench_due(shop, date(2026, 3, 12), with_appraisal=True) == date(2026, 3, 6)  # over the weekend
        assert bench_due(shop, date(2026, 3, 3), with_appraisal=True) == date(2026, 3, 2)  # never before today
