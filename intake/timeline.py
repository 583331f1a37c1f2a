"""The line of time of a person: everything, filtered, a page at a time; for the household when asked."""

from functools import partial
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get
from litestar.params import Parameter

from intake.history import moment_words
from intake.timeline_rows import KINDS, PAGE, Spot, rows_of, spot_of
from intake.timeline_words import Line, line_of
from workshop import clock
from workshop.db import fetch
from workshop.record.customers.customers import customer_by_id
from workshop.record.events import Actor
from workshop.record.shop.shops import shop_of
from workshop.record.tables import Customer
from workshop.web.auth import COUNTER
from workshop.web.pages import page

Req = Request[Any, Any, Any]


@get("/customers/{customer_id:int}/timeline", opt={"access": COUNTER})
async def show_timeline(
    request: Req, customer_id: int, by: Actor, kind: str = "all", household: str = "", before: str = ""
) -> Response[str]:
    """The part of the customer's page that tells everything; earlier rows by themselves; or a page of its own."""
    customer = await customer_by_id(customer_id)
    shop = await shop_of(by.shop)
    kind = kind if kind in KINDS else "all"
    lines, earlier = await lines_of(customer, by=by, kind=kind, household=bool(household), below=spot_of(before))
    is_part = bool(request.headers.get("hx-request"))
    template = ("_timeline_rows" if before else "_timeline") if is_part else "timeline"
    return await page(
        request, f"intake/{template}.html", shop=shop, customer=customer, lines=lines, earlier=earlier, kind=kind,
        kinds_of_row=KINDS, household=bool(household), before=before, has_household=customer.household is not None,
        moment=partial(moment_words, zone=shop.zone, today=clock.today(shop.zone)),
    )  # fmt: skip


async def lines_of(
    customer: Customer, *, by: Actor, kind: str, household: bool, below: Spot | None, limit: int = PAGE
) -> tuple[list[Line], str]:
    """A page of lines, and the spot below which the earlier ones are (empty: there are none)."""
    people = await _household(customer) if household else [customer.id]
    rows, earlier = await rows_of(people, of=customer.id, shop=by.shop, kind=kind, below=below, limit=limit)
    currency = (await shop_of(by.shop)).currency
    return [line_of(row, by=by, currency=currency) for row in rows], str(earlier or "")


async def _household(customer: Customer) -> list[int]:
    if customer.household is None:
        return [customer.id]
    rows = await fetch(
        "SELECT id FROM customer WHERE household = $1 AND merged_into IS NULL ORDER BY id LIMIT 30", customer.household
    )
    return [row["id"] for row in rows]


class TimelineRow(msgspec.Struct):
    """One thing that happened: when, what in a sentence, what was said, to whom, by whom."""

    at: str
    kind: str
    sentence: str
    words: str
    customer_id: int
    staff: str
    href: str


class Timeline(msgspec.Struct):
    """A page; `next` goes into `before`, null where it ends."""

    rows: list[TimelineRow]
    next: str | None


@get(
    "/customers/{customer_id:int}/timeline", opt={"access": COUNTER}, tags=["Customers"],
    summary="Everything done with and said to a customer, newest first",
)  # fmt: skip
async def read_timeline(
    customer_id: int, by: Actor,
    kind: Annotated[str, Parameter(description="One of: " + ", ".join(KINDS))] = "all",
    household: Annotated[bool, Parameter(description="Of the whole household, without its surprises")] = False,
    before: Annotated[str, Parameter(description="`next` of the page before", max_length=80)] = "",
    limit: Annotated[int, Parameter(ge=1, le=100)] = PAGE,
) -> Timeline:  # fmt: skip
    """Visits, texts, calls, purchases, reminders, notes and consent. Of other shops' work only that there was some."""
    customer = await customer_by_id(customer_id)
    kind = kind if kind in KINDS else "all"
    lines, earlier = await lines_of(
        customer, by=by, kind=kind, household=household, below=spot_of(before), limit=limit
    )
    rows = [
        TimelineRow(
            line.at.isoformat(), line.kind, line.sentence, line.quote, line.person, line.staff, line.href
        )
        for line in lines
    ]  # fmt: skip
    return Timeline(rows, earlier or None)


handlers = [show_timeline]
api_handlers = [read_timeline]
