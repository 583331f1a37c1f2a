"""Nobody's phone rings at night, on either night the clocks change."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.quiet_hours import (
    STATES,
    Purpose,
    Rules,
    Week,
    every_day,
    hours,
    is_allowed,
    next_allowed,
)
from workshop.errors import InvalidInput

NEW_YORK, LOS_ANGELES, MADRID = "America/New_York", "America/Los_Angeles", "Europe/Madrid"
ZONES = (NEW_YORK, LOS_ANGELES, MADRID)
SPRING = {NEW_YORK: "2026-03-08", LOS_ANGELES: "2026-03-08", MADRID: "2026-03-29"}
AUTUMN = {NEW_YORK: "2026-11-01", LOS_ANGELES: "2026-11-01", MADRID: "2026-10-25"}
SERVICE, MARKETING, ANSWER = Purpose.SERVICE, Purpose.MARKETING, Purpose.ANSWER
ALL_DAY = every_day(0, 23)


def at(words: str, zone: str = NEW_YORK) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("purpose", "asked", "leaves"),
    [
        # 2026-12-03 is a Thursday.
        (SERVICE, "2026-12-03 07:59:59", "2026-12-03 08:00"),
        (SERVICE, "2026-12-03 08:00", "2026-12-03 08:00"),
        (SERVICE, "2026-12-03 19:59:59", "2026-12-03 19:59:59"),
        (SERVICE, "2026-12-03 20:00", "2026-12-04 08:00"),
        (SERVICE, "2026-12-06 09:00", "2026-12-06 09:00"),
        (SERVICE, "2026-12-31 23:59", "2027-01-01 08:00"),
        (MARKETING, "2026-12-03 09:59", "2026-12-03 10:00"),
        (MARKETING, "2026-12-03 17:59", "2026-12-03 17:59"),
        (MARKETING, "2026-12-03 18:00", "2026-12-04 10:00"),
        (MARKETING, "2026-12-05 17:00", "2026-12-06 12:00"),
        (MARKETING, "2026-12-06 11:59", "2026-12-06 12:00"),
        (MARKETING, "2026-12-06 17:00", "2026-12-07 10:00"),
        (ANSWER, "2026-12-03 03:00", "2026-12-03 03:00"),
    ],
)
@pytest.mark.parametrize("zone", ZONES)
def test_texts_leave_in_their_hours(purpose: Purpose, asked: str, leaves: str, zone: str) -> None:
    assert next_allowed(at(asked, zone), zone, purpose) == at(leaves, zone)


@pytest.mark.parametrize("night", [SPRING, AUTUMN])
@pytest.mark.parametrize("zone", ZONES)
def test_every_quarter_hour_around_a_clock_change(zone: str, night: dict[str, str]) -> None:
    start = at(f"{night[zone]} 00:00", zone) - timedelta(hours=12)
    opening = at(f"{night[zone]} 08:00", zone)
    for quarter in range(4 * 48):
        moment = start + timedelta(minutes=15 * quarter)
        leaves = next_allowed(moment, zone, SERVICE)
        there = leaves.astimezone(ZoneInfo(zone)).time()
        assert time(8) <= there < time(20)
        if opening - timedelta(hours=11) <= moment <= opening:
            assert leaves == opening


@pytest.mark.parametrize("zone", ZONES)
def test_a_night_is_an_hour_shorter_in_spring_and_longer_in_autumn(zone: str) -> None:
    lengths = []
    for night in (SPRING, AUTUMN):
        evening = at(f"{night[zone]} 20:00", zone) - timedelta(days=1)
        evening = evening.astimezone(ZoneInfo(zone)).replace(hour=20).astimezone(UTC)
        lengths.append(next_allowed(evening, zone, SERVICE) - evening)
    assert lengths == [timedelta(hours=11), timedelta(hours=13)]


@given(
    moment=st.datetimes(datetime(2025, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    zone=st.sampled_from(ZONES),
    purpose=st.sampled_from([SERVICE, MARKETING]),
    state=st.sampled_from([None, "CA", *STATES]),
    wide=st.booleans(),
)
def test_never_in_quiet_hours_never_early_never_later_than_need_be(
    moment: datetime, zone: str, purpose: Purpose, state: str | None, wide: bool
) -> None:
    rules = Rules(ALL_DAY, ALL_DAY, state) if wide else Rules(state=state)
    leaves = next_allowed(moment, zone, purpose, rules)
    assert is_allowed(leaves, zone, purpose, rules)
    assert leaves >= moment
    assert (leaves == moment) == is_allowed(moment, zone, purpose, rules)
    assert time(8) <= leaves.astimezone(ZoneInfo(zone)).time() < time(21)
    waiting = (moment + timedelta(hours=step) for step in range(100))
    before = (there for there in waiting if there < leaves)
    assert not any(is_allowed(there, zone, purpose, rules) for there in before)


@pytest.mark.parametrize(
    ("state", "asked", "leaves"),
    [
        # A shop that texts offers all day is held to the law of the customer's state.
        (None, "2026-12-03 20:59", "2026-12-03 20:59"),
        (None, "2026-12-03 21:00", "2026-12-04 08:00"),
        ("CA", "2026-12-03 20:30", "2026-12-03 20:30"),
        ("FL", "2026-12-03 20:00", "2026-12-04 08:00"),
        ("fl ", "2026-12-03 20:00", "2026-12-04 08:00"),
        ("OK", "2026-12-03 20:00", "2026-12-04 08:00"),
        ("MD", "2026-12-03 20:00", "2026-12-04 08:00"),
        ("MS", "2026-12-03 20:00", "2026-12-04 08:00"),
        ("NJ", "2026-12-03 20:00", "2026-12-04 08:00"),
        ("CT", "2026-12-03 08:30", "2026-12-03 09:00"),
        ("CT", "2026-12-03 20:00", "2026-12-04 09:00"),
        ("TX", "2026-12-03 08:59", "2026-12-03 09:00"),
        ("TX", "2026-12-05 21:00", "2026-12-06 12:00"),
        ("RI", "2026-12-03 18:00", "2026-12-04 09:00"),
        ("RI", "2026-12-05 09:00", "2026-12-05 10:00"),
        ("RI", "2026-12-06 17:00", "2026-12-07 09:00"),
    ],
)
def test_the_stricter_of_shop_and_state_counts(state: str | None, asked: str, leaves: str) -> None:
    rules = Rules(marketing=ALL_DAY, state=state)
    assert next_allowed(at(asked), NEW_YORK, MARKETING, rules) == at(leaves)


def test_a_state_does_not_widen_the_shops_own_hours() -> None:
    rules = Rules(state="RI")
    assert next_allowed(at("2026-12-06 10:30"), NEW_YORK, MARKETING, rules) == at(
        "2026-12-06 12:00"
    )


def test_state_rules_are_about_offers_not_about_a_finished_ring() -> None:
    sunday = at("2026-12-06 09:00", "America/Chicago")
    assert next_allowed(sunday, "America/Chicago", SERVICE, Rules(state="TX")) == sunday


def test_a_closed_day_waits_for_the_next_open_one() -> None:
    closed = hours(12, 12)
    rules = Rules(marketing=Week(closed, closed, hours(12, 17)))
    assert next_allowed(at("2026-12-06 17:00"), NEW_YORK, MARKETING, rules) == at(
        "2026-12-13 12:00"
    )


def test_hours_that_never_open_are_said_aloud() -> None:
    rules = Rules(marketing=every_day(22, 23))
    with pytest.raises(InvalidInput, match="Widen"):
        next_allowed(at("2026-12-03 10:00"), NEW_YORK, MARKETING, rules)
