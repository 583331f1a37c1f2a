"""The manager's desk: what is due, who is loaded, what we hold, and the price book."""

from typing import Any

from litestar import Request, Response, Router, get

from workshop import clock
from workshop.desk import (
    alarm_routes,
    bulk_pages,
    liability_pages,
    load_routes,
    package_pages,
    piece_lists,
    price_pages,
    price_sheet_pages,
    quality_pages,
    shop_logo,
    shop_routes,
    staff_person_routes,
    staff_routes,
    tax_pages,
    time_pages,
)
from workshop.desk.csv_files import csv_file
from workshop.desk.doors import DOORS, FIRST
from workshop.desk.first_steps import first_steps
from workshop.desk.lists import LISTS, SHOWN, Sieve, counts_of, due_by_person, rows_of
from workshop.desk.load_read import read_load
from workshop.desk.reports import customers_goods, last_weeks, redo_reasons
from workshop.desk.weeks import weeks_of
from workshop.record.events import Actor
from workshop.record.promises.promise_words import say_minutes
from workshop.record.shop.shops import shop_of
from workshop.record.trade import FAIL_REASONS
from workshop.web.auth import MANAGER
from workshop.web.pages import page

MOST_URGENT = 5  # pieces named on the desk itself


@get("/desk", opt={"access": MANAGER})
async def show_desk(request: Request[Any, Any, Any], by: Actor) -> Response[str]:
    """The desk as it stands now."""
    goods, shop = await customers_goods(by.shop), await shop_of(by.shop)
    days, due = await due_by_person(shop)
    return await page(
        request, "desk/desk.html", goods=goods, declared=sum(row["declared"] for row in goods),
        limit=shop.insured_limit_cents, load=await read_load(shop), say_minutes=say_minutes,
        days=days, due=due, urgent=await rows_of(shop, LISTS["due"], Sieve(), limit=MOST_URGENT),
        first_doors=FIRST, doors=DOORS, steps=await first_steps(shop), now=clock.now(), counts=await counts_of(shop),
        lists=LISTS, shown=SHOWN, by_week=await weeks_of(shop),
        weeks=await last_weeks(shop), redo=await redo_reasons(by.shop),
        reasons=FAIL_REASONS,
    )  # fmt: skip


@get("/desk/weeks/file", opt={"access": MANAGER})
async def give_weeks(by: Actor) -> Response[bytes]:
    """The weeks as CSV."""
    lines = [
        (week.first.isoformat(), week.taken_in, week.ready, week.on_time, week.redo)
        for week in await weeks_of(await shop_of(by.shop))
    ]
    return csv_file("weeks.csv", [("Week of", "Taken in", "Ready", "In time", "Sent back"), *lines])


router = Router("/", route_handlers=[
    show_desk, give_weeks, *piece_lists.handlers, *bulk_pages.handlers,
    *price_pages.handlers, *price_sheet_pages.handlers, *package_pages.handlers, *tax_pages.handlers,
    *shop_routes.handlers, *shop_logo.handlers, *load_routes.handlers, *staff_routes.handlers,
    *alarm_routes.handlers, *staff_person_routes.handlers, *liability_pages.handlers,
    *quality_pages.handlers, *time_pages.handlers,
])  # fmt: skip
