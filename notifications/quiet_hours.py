"""When a text may leave: the customer's clock, the law of their state, the shop's own hours.

Two of our sources differ for service texts, 8 to 21 and 8 to 20. The default is the stricter
one: 20:00 is the limit in several states, and a text held until morning harms nobody.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from workshop.errors import InvalidInput


class Purpose(StrEnum):
    """Why a text is sent. An answer replies to the customer's own text and never waits."""

    SERVICE = "service"
    MARKETING = "marketing"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Hours:
    """From `opens` up to, not including, `closes`, on the customer's clock."""

    opens: time
    closes: time

    def within(self, other: "Hours") -> "Hours":
        """The hours both allow; closed when they never meet."""
        return Hours(max(self.opens, other.opens), min(self.closes, other.closes))


@dataclass(frozen=True, slots=True)
class Week:
    """Hours for Monday to Friday, Saturday and Sunday."""

    weekdays: Hours
    saturday: Hours
    sunday: Hours

    def on(self, weekday: int) -> Hours:
        """The hours of a day, Monday being 0."""
        return {5: self.saturday, 6: self.sunday}.get(weekday, self.weekdays)


def hours(opens: int, closes: int) -> Hours:
    """Whole hours of a day."""
    return Hours(time(opens), time(closes))


def every_day(opens: int, closes: int) -> Week:
    """The same hours all week."""
    same = hours(opens, closes)
    return Week(same, same, same)


# 47 CFR 64.1200(c)(1): the outer limit whatever a shop sets, and for service texts our own rule.
FEDERAL = every_day(8, 21)
SERVICE = every_day(8, 20)
MARKETING = Week(hours(10, 18), hours(10, 17), hours(12, 17))

# Marketing hours by state, from one vendor's list: check it again before relying on it.
STATES = {
    "FL": every_day(8, 20),
    "OK": every_day(8, 20),
    "MD": every_day(8, 20),
    "MS": every_day(8, 20),
    "NJ": every_day(8, 20),
    "CT": every_day(9, 20),
    "TX": Week(hours(9, 21), hours(9, 21), hours(12, 21)),
    "RI": Week(hours(9, 18), hours(10, 17), hours(10, 17)),
}


@dataclass(frozen=True, slots=True)
class Rules:
    """The shop's hours for each purpose, and the customer's state where it is known ("TX")."""

    service: Week = field(default=SERVICE)
    marketing: Week = field(default=MARKETING)
    state: str | None = None

    def on(self, weekday: int, purpose: Purpose) -> Hours:
        """The strictest hours of that day: shop, federal and, for marketing, the state."""
        week = self.marketing if purpose is Purpose.MARKETING else self.service
        allowed = week.on(weekday).within(FEDERAL.on(weekday))
        state = STATES.get((self.state or "").strip().upper())
        if state and purpose is Purpose.MARKETING:
            allowed = allowed.within(state.on(weekday))
        return allowed


DEFAULT_RULES = Rules()


def is_allowed(moment: datetime, zone: str, purpose: Purpose, rules: Rules = DEFAULT_RULES) -> bool:
    """Whether a text may leave at this moment, on the customer's clock."""
    if purpose is Purpose.ANSWER:
        return True
    there = moment.astimezone(ZoneInfo(zone))
    allowed = rules.on(there.weekday(), purpose)
    return allowed.opens <= there.time() < allowed.closes


def next_allowed(
    moment: datetime, zone: str, purpose: Purpose, rules: Rules = DEFAULT_RULES
) -> datetime:
    """This moment if a text may leave now, else the next opening, in UTC.

    `zone` is the customer's IANA zone, else the shop's. Raises InvalidInput when the rules
    leave no hour in the week.
    """
    moment = moment.astimezone(UTC)
    if is_allowed(moment, zone, purpose, rules):
        return moment
    today = moment.astimezone(ZoneInfo(zone)).date()
    for ahead in range(9):
        day = today + timedelta(days=ahead)
        opens = rules.on(day.weekday(), purpose).opens
        opening = datetime.combine(day, opens, ZoneInfo(zone)).astimezone(UTC)
        if opening >= moment and is_allowed(opening, zone, purpose, rules):
            return opening
    raise InvalidInput(
        "These hours leave no time to text anyone. Nothing is lost: texts wait. "
        "Widen the shop's texting hours."
    )
