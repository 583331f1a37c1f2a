"""The liability report: all customers' goods by place against the insured limit, now and at any past midnight."""

import csv
import io
from datetime import date
from typing import Any

from litestar import Request, Response, get

from workshop import clock
from workshop.desk.csv_files import harmless
from workshop.errors import InvalidInput
from workshop.record.events import Actor
from workshop.record.shop.shops import shop_of
from workshop.record.tables import Shop
from workshop.record.whereabouts.liability import (
    Liability,
    liability_at,
    liability_now,
    midnight_after,
    midnights,
    pieces_held,
)
from workshop.web.auth import MANAGER
from workshop.web.pages import page

Req = Request[Any, Any, Any]
DAYS = 30  # of the chart


async def _read(shop: Shop, day: date | None) -> Liability:
    """The goods now, or at the end of a day that is over."""
    if day is None:
        return await liability_now(shop)
    if day >= clock.today(shop.zone):
        raise InvalidInput("That midnight has not come yet.", day="Choose a day before today.")
    return await liability_at(shop, midnight_after(day, shop.zone))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InvalidInput("Choose a day.", day="Choose a day.") from None


@get("/desk/liability", opt={"access": MANAGER})
async def show_liability(request: Req, by: Actor, day: str = "") -> Response[str]:
    """Table and chart; it prints as it stands."""
    shop, errors = await shop_of(by.shop), {}
    chosen: date | None = None
    try:
        chosen = _day(day)
        report = await _read(shop, chosen)
    except InvalidInput as error:
        errors, chosen, report = error.fields, None, await _read(shop, None)
    today = clock.today(shop.zone)
    last = chosen or date.fromordinal(today.toordinal() - 1)
    days = await midnights(shop, last, DAYS)
    top = max([shop.insured_limit_cents, report.declared_cents, *(row["declared"] for row in days), 1])
    return await page(
        request, "desk/liability.html", status=422 if errors else 200, shop=shop, report=report, chosen=chosen,
        days=days, top=top, errors=errors, typed=day, held=await pieces_held(shop, report.at if chosen else None),
    )  # fmt: skip


@get("/desk/liability.csv", opt={"access": MANAGER})
async def send_liability(by: Actor, day: str = "") -> Response[str]:
    """Every piece with its place and declared value, for a spreadsheet or the insurer."""
    shop = await shop_of(by.shop)
    chosen = _day(day)
    report = await _read(shop, chosen)
    told = io.StringIO()
    lines = csv.writer(told)
    lines.writerow(["place", "envelope", "ticket", "piece", "declared", "there since"])
    for row in await pieces_held(shop, report.at if chosen else None):
        declared = "" if row["declared_cents"] is None else f"{row['declared_cents'] / 100:.2f}"
        since = f"{clock.local(row['since'], shop.zone):%Y-%m-%d %H:%M}"
        words = [row["place"], row["number"], row["ticket_number"], row["description"] or row["kind"]]
        lines.writerow([harmless(one) for one in words] + [declared, since])
    name = f"liability-{shop.code}-{chosen or clock.today(shop.zone)}.csv"
    return Response(
        told.getvalue(), media_type="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )  # fmt: skip


handlers = [show_liability, send_liability]
