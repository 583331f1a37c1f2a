"""When the shop is open, and on which days it is closed."""

import re
from datetime import date, timedelta
from typing import Any

from workshop import clock
from workshop.db import fetch
from workshop.desk.shop_settings.group import Field, Group, Kind
from workshop.errors import InvalidInput
from workshop.record.promises.capacity import DAYS, is_open
from workshop.record.tables import Shop
from workshop.web.forms import Form

NAMES = dict(zip(DAYS, ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), strict=True))
Week = dict[str, list[str]]


def _typed_week(form: Form, name: str) -> Week:
    return {
        day: [form.text(f"{name}-{day}-from"), form.text(f"{name}-{day}-to")]
        for day in DAYS if form.ticked(f"{name}-{day}-open")
    }  # fmt: skip


def _read_week(form: Form, name: str) -> Week:
    week = _typed_week(form, name)
    for day, (opens, closes) in week.items():
        if not all(re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", one) for one in (opens, closes)) or opens >= closes:
            sentence = f"{NAMES[day]}: write when it opens and when it closes, like 10:00 and 18:00."
            raise InvalidInput(sentence, **{name: sentence})
    if not week:
        raise InvalidInput("Open at least one day.", **{name: "A shop that never opens can promise nothing."})
    return week


def say_week(week: Week) -> str:
    """`Mon–Fri 10:00–18:00, Sat 10:00–17:00`: days with the same hours in one breath."""
    runs: list[tuple[list[str], list[str]]] = []
    for day in DAYS:
        hours = week.get(day)
        if hours is None:
            continue
        if runs and runs[-1][1] == hours and DAYS.index(runs[-1][0][-1]) == DAYS.index(day) - 1:
            runs[-1][0].append(day)
        else:
            runs.append(([day], hours))
    return ", ".join(_say_run(*run) for run in runs) or "Monday to Saturday, hours not set"


def _say_run(days: list[str], hours: list[str]) -> str:
    until = f"–{NAMES[days[-1]][:3]}" if len(days) > 1 else ""
    return f"{NAMES[days[0]][:3]}{until} {hours[0]}–{hours[1]}"


def _days(stored: Any) -> dict[str, str]:
    """Closed days with their reasons, whether they were kept with or without."""
    return dict(stored) if isinstance(stored, dict) else dict.fromkeys(stored, "")


def _typed_days(form: Form, name: str) -> dict[str, str]:
    pairs = zip(form.texts(f"{name}-on"), form.texts(f"{name}-why"), strict=False)
    return {day: why for day, why in pairs if day}


def _read_days(form: Form, name: str) -> dict[str, str] | list[str]:
    days = {}
    for day, why in _typed_days(form, name).items():
        try:
            days[date.fromisoformat(day).isoformat()] = why[:60]
        except ValueError:
            raise InvalidInput(f"“{day}” is not a day.", **{name: f"“{day}” is not a day."}) from None
    return dict(sorted(days.items())) or []  # none at all stays as a new shop has it


def _say_days(stored: Any) -> str:
    days = _days(stored)
    first = [f"{date.fromisoformat(day):%-d %b %Y}{f' ({why})' if why else ''}" for day, why in list(days.items())[-3:]]
    more = f", and {len(days) - 3} more" if len(days) > 3 else ""
    return (", ".join(first) + more) if days else "None"


def usual_holidays(today: date) -> dict[str, str]:
    """The days in the coming year on which most shops of the United States stay closed."""
    found: dict[date, str] = {}
    for year in (today.year, today.year + 1):
        found |= {
            date(year, 1, 1): "New Year's Day", _last_monday_of_may(year): "Memorial Day",
            date(year, 7, 4): "Independence Day", _nth(year, 9, 0, 1): "Labor Day",
            _nth(year, 11, 3, 4): "Thanksgiving", date(year, 12, 25): "Christmas Day",
        }  # fmt: skip
    return {day.isoformat(): why for day, why in sorted(found.items()) if today <= day < today + timedelta(days=365)}


def _nth(year: int, month: int, weekday: int, which: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (which - 1))


def _last_monday_of_may(year: int) -> date:
    return date(year, 5, 31) - timedelta(days=date(year, 5, 31).weekday())


async def promised_while_closed(shop: Shop) -> list[tuple[str, date]]:
    """The tickets promised for a day on which the shop is closed: those customers need another."""
    rows = await fetch(
        """SELECT DISTINCT v.promise_on, k.number FROM envelope v JOIN ticket k ON k.id = v.ticket
           WHERE v.shop = $1 AND v.promise_on >= $2 AND v.stage <> 'picked_up' ORDER BY v.promise_on, k.number""",
        shop.id, clock.today(shop.zone),
    )  # fmt: skip
    return [(row["number"], row["promise_on"]) for row in rows if not is_open(shop, row["promise_on"])]


HOURS = Kind(
    _read_week, box=lambda week: week, say=say_week, typed=_typed_week, template="desk/_setting_hours.html",
    about={"days": NAMES},
)  # fmt: skip
CLOSED = Kind(
    _read_days, box=_days, say=_say_days, typed=_typed_days, template="desk/_setting_days.html"
)

WEEK = Group(
    "hours", "Hours", "Texts say until when; promises are made for open days only.",
    [Field("hours", "Open", HOURS)], icon="clock",
)  # fmt: skip
DAYS_OFF = Group(
    "closed-days", "Closed days and holidays", "Nothing is promised or planned for these days.",
    [Field("closed_days", "Closed on", CLOSED)], icon="calendar",
)  # fmt: skip
