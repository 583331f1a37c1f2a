"""Hours against the book: what the price book's minutes are worth, as a page and as CSV."""

from typing import Any

from litestar import Request, Response, get

from workshop.desk.csv_files import csv_file
from workshop.record.bench.time_report import time_report
from workshop.record.events import Actor
from workshop.record.promises.promise_words import say_minutes
from workshop.web.auth import MANAGER
from workshop.web.pages import page

PERIODS = (7, 30, 90, 365)


@get("/desk/time", opt={"access": MANAGER})
async def show_time(request: Request[Any, Any, Any], by: Actor, days: int = 30) -> Response[str]:
    """What was finished in the last days, with the minutes worked beside the book's."""
    report = await time_report(by.shop, days if days in PERIODS else 30)
    return await page(request, "desk/time.html", report=report, say_minutes=say_minutes, periods=PERIODS)


@get("/desk/time/file", opt={"access": MANAGER})
async def give_time(by: Actor, days: int = 30) -> Response[bytes]:
    """The same as CSV."""
    report = await time_report(by.shop, days if days in PERIODS else 30)
    lines = [(one.code, one.name, one.times, one.book, one.worked, one.percent) for one in report.by_work]
    return csv_file("hours.csv", [("Code", "Work", "Times", "Book min", "Worked min", "Percent"), *lines])


handlers = [show_time, give_time]
