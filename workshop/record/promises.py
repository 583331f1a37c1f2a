"""When we can honestly say a piece is done: the shop's open days, counted from today."""

import json
from datetime import date, timedelta

from workshop import clock
from workshop.errors import InvalidInput
from workshop.record.tables import Shop

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def is_open(shop: Shop, day: date) -> bool:
    """Whether the shop opens on this day."""
    hours = json.loads(shop.hours)
    if not hours:
        return day.weekday() < 6
    return DAYS[day.weekday()] in hours and day.isoformat() not in json.loads(shop.closed_days)


def first_promise(shop: Shop, *, rush: bool = False) -> date:
    """The default promise date: so many open days from today."""
    day, left = clock.today(shop.zone), shop.rush_days if rush else shop.work_days
    for _ in range(400):
        day += timedelta(days=1)
        if is_open(shop, day):
            left -= 1
        if left <= 0 and is_open(shop, day):
            return day
    raise InvalidInput("The shop has no open day in the next year. Check its hours.")


def check_promise(shop: Shop, day: date) -> date:
    """Refuse a promise in the past or on a closed day, saying the next open one."""
    if day < clock.today(shop.zone):
        sentence = "The promise date is in the past."
        raise InvalidInput(sentence, promise_on=sentence)
    if not is_open(shop, day):
        following = next(day + timedelta(days=n) for n in range(1, 400) if is_open(shop, day + timedelta(days=n)))
        sentence = f"The shop is closed that day. The next open day is {following:%a %-d %b}."
        raise InvalidInput(sentence, promise_on=sentence)
    return day


def closes_at(shop: Shop, day: date) -> str:
    """Closing time of a day as `18:00`, empty when closed."""
    hours: dict[str, list[str]] = json.loads(shop.hours)
    return hours.get(DAYS[day.weekday()], ["", ""])[1] if is_open(shop, day) else ""


# Whether the work on envelope `v` has an appraisal in it, which is written when the bench is done.
APPRAISAL = """EXISTS (SELECT FROM task t WHERE t.envelope = v.id AND NOT t.is_dropped
               AND (t.tax_class = 'appraisal' OR t.code = 'AP-VAL'))"""


def bench_due(shop: Shop, promise_on: date, *, with_appraisal: bool = False) -> date:
    """By when the bench is done: open days before the promise by the shop's rule, but not before today."""
    day, left = promise_on, shop.due_days_appraisal if with_appraisal else shop.due_days
    first = min(promise_on, clock.today(shop.zone))
    while left > 0 and day > first:
        day -= timedelta(days=1)
        left -= is_open(shop, day)
    return day
