"""Laying work into days: exactly full and never over, whoever shares whose minutes."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.record.filling import fits
from workshop.record.promises.plan import Hand, Plan, Work

FIRST = date(2026, 3, 2)
LONG = 6
DAYS = [FIRST + timedelta(days=n) for n in range(LONG)]
SKILLS = ["jeweler", "setter", "watchmaker"]

hands = st.lists(
    st.builds(
        Hand,
        st.frozensets(st.sampled_from(SKILLS), max_size=3),
        st.lists(st.sampled_from([0, 30, 60, 90]), min_size=LONG, max_size=LONG).map(tuple),
    ),
    min_size=1, max_size=4,
)  # fmt: skip
works = st.lists(
    st.builds(
        Work, st.sampled_from([*SKILLS, "", "engraver"]), st.integers(1, 120), st.sampled_from(DAYS), st.booleans()
    ),
    max_size=12,
)
shares = st.sampled_from([0, 100, 250, 1000])


@settings(max_examples=300, deadline=None, derandomize=True)
@given(hands, shares, works)
def test_a_plan_is_full_exactly_when_no_sharing_out_would_do(
    hands: list[Hand], share: int, works: list[Work]
) -> None:
    plan = Plan(DAYS, hands, share)
    done = sum(plan.push(work.skill, work.minutes, plan.place_of(work.due), rush=work.is_rush)
               for work in works if plan.can(work.skill))  # fmt: skip
    asked = sum(work.minutes for work in works if plan.can(work.skill))
    assert (done == asked) == fits(DAYS, hands, share, works)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(hands, shares, works, st.sampled_from(SKILLS), st.booleans())
def test_what_is_free_by_a_day_is_what_still_fits_and_not_a_minute_more(
    hands: list[Hand], share: int, works: list[Work], skill: str, rush: bool
) -> None:
    plan = Plan(DAYS, hands, share)
    plan.lay(works)
    if plan.late or not plan.can(skill):
        return
    free = plan.free_by_day([skill], LONG, rush=rush)
    for place in range(LONG):
        room = sum(free[: place + 1])
        in_time = [work for work in works if plan.can(work.skill)]
        if not fits(DAYS, hands, share, in_time):
            continue  # some of it is in the minutes kept for rush
        assert not room or fits(DAYS, hands, share, [*in_time, Work(skill, room, DAYS[place], rush)])
        assert not fits(DAYS, hands, share, [*in_time, Work(skill, room + 1, DAYS[place], rush)])
        assert 0 <= free[place] <= plan.minutes_on(place, [skill], rush=rush)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(hands, shares, works, works)
def test_trying_something_on_changes_nothing(
    hands: list[Hand], share: int, works: list[Work], more: list[Work]
) -> None:
    plan = Plan(DAYS, hands, share)
    plan.lay(works)
    before = plan.free_by_day(SKILLS, LONG, rush=True), list(plan.late)
    plan.copy().lay(more)
    assert before == (plan.free_by_day(SKILLS, LONG, rush=True), list(plan.late))


def test_a_minute_of_somebody_with_two_skills_is_given_once() -> None:
    both = Hand(frozenset({"jeweler", "watchmaker"}), (60,) * LONG)
    plan = Plan(DAYS, [both])
    plan.lay([Work("jeweler", 40, DAYS[0])])
    assert plan.push("watchmaker", 60, 0, rush=False) == 20


def test_whoever_does_only_one_thing_is_left_to_it() -> None:
    """The jeweler who also appraises gives way to appraisals; rings go to the one who does rings alone."""
    minutes = (60,) * LONG
    plan = Plan(DAYS, [Hand(frozenset({"jeweler", "appraiser"}), minutes), Hand(frozenset({"jeweler"}), minutes)])
    plan.lay([Work("jeweler", 60, DAYS[0])])
    assert plan.push("appraiser", 60, 0, rush=False) == 60
    assert plan.push("jeweler", 1, 0, rush=False) == 0


def test_late_work_takes_the_first_minutes_after_its_day_and_is_told() -> None:
    plan = Plan(DAYS, [Hand(frozenset(), (60,) * LONG)], 500)
    plan.lay([Work("jeweler", 80, DAYS[0], key=7)])
    assert [(work.key, minutes) for work, minutes in plan.late] == [(7, 20)]
    assert plan.free_by_day(["jeweler"], 3, rush=True) == [0, 40, 60]
    assert plan.free_by_day(["jeweler"], 3, rush=False) == [0, 30, 30]


def test_work_that_nobody_here_does_takes_nobodys_day() -> None:
    plan = Plan(DAYS, [Hand(frozenset({"jeweler"}), (60,) * LONG)])
    plan.lay([Work("watchmaker", 500, DAYS[0])])
    assert plan.late == [] and plan.push("jeweler", 60, 0, rush=False) == 60
