"""The shop's rules for a promise: which days can be promised at all, and by when the bench is done."""

from datetime import date, timedelta

from workshop import clock
from workshop.db import fetch_value
from workshop.errors import InvalidInput
from workshop.record.promises.capacity import is_open, open_days, opening
from workshop.record.shop.shops import shop_of
from workshop.record.tables import Envelope, Shop

# Whether the work on envelope `v` has an appraisal in it, which is written when the bench is done.
APPRAISAL = """EXISTS (SELECT FROM task t WHERE t.envelope = v.id AND NOT t.is_dropped
               AND (t.tax_class = 'appraisal' OR t.code = 'AP-VAL'))"""


def usual_day(shop: Shop, *, rush: bool = False) -> date:
    """The earliest day the shop offers of itself: so many open days after today."""
    today, ahead = clock.today(shop.zone), shop.rush_days if rush else shop.work_days
    days = open_days(shop, today, ahead + 1) if is_open(shop, today) else open_days(shop, today, max(1, ahead))
    if not days:
        raise InvalidInput("The shop has no open day in the next years. A manager looks at its hours and closed days.")
    return days[-1]


def check_promise(shop: Shop, day: date) -> date:
    """Refuse a promise in the past or on a closed day, saying the next open one."""
    if day < clock.today(shop.zone):
        sentence = "The promise date is in the past."
        raise InvalidInput(sentence, promise_on=sentence)
    if not is_open(shop, day):
        following = open_days(shop, day, 1)
        instead = f" The next open day is {following[0]:%a %-d %b}." if following else ""
        sentence = f"The shop is closed that day.{instead}"
        raise InvalidInput(sentence, promise_on=sentence)
    return day


def bench_due(shop: Shop, promise_on: date, *, with_appraisal: bool = False) -> date:
    """By when the bench is done: open days before the promise by the shop's rule (TRADE 1a), not before today."""
    day, left = promise_on, shop.due_days_appraisal if with_appraisal else shop.due_days
    first = min(promise_on, clock.today(shop.zone))
    while left > 0 and day > first:
        day -= timedelta(days=1)
        left -= is_open(shop, day)
    while day < promise_on and not is_open(shop, day):
        day += timedelta(days=1)
    return day


async def follow_lines(envelope: Envelope) -> None:
    """Lines of work were added or taken off: with an appraisal among them the bench is done earlier, without one
    it has its days again. Never later than it was for any other reason. Inside the caller's transaction.
    """
    shop = await shop_of(envelope.shop)
    early = bench_due(shop, envelope.promise_on, with_appraisal=True)
    plain, due = bench_due(shop, envelope.promise_on), envelope.bench_due
    if await fetch_value(f"SELECT {APPRAISAL} FROM envelope v WHERE v.id = $1", envelope.id):  # noqa: S608 - a constant
        due = min(due, early)
    elif due == early:
        due = plain
    if due != envelope.bench_due:
        envelope.bench_due = due
        await envelope.save([Envelope.bench_due])


def closes_at(shop: Shop, day: date) -> str:
    """Closing time of a day as `18:00`, empty when closed."""
    return f"{opening(shop, day)[1]:%H:%M}" if is_open(shop, day) else ""
