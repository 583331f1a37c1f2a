"""Two records side by side, put together when a colleague says so, taken apart again when that was wrong."""

from datetime import date
from functools import partial
from typing import Any
from uuid import uuid4

from litestar import Request, Response, get, post

from intake.history import moment_words
from workshop import clock
from workshop.db import fetch_one, fetch_value
from workshop.errors import InvalidInput, NotFound, WorkshopError
from workshop.record.customers.customers import customer_by_id, numbers_of
from workshop.record.customers.days import day_in_words
from workshop.record.customers.duplicates import REASONS, likely_same, told_apart
from workshop.record.customers.merge_fields import Difference, differences, seen
from workshop.record.customers.merge_rules import counts
from workshop.record.customers.merging import merge_by_id, merge_customers, merges_of, outcome_of, undo_merge
from workshop.record.customers.profile import CHANNELS, LANGUAGES, ZONES
from workshop.record.customers.search import search
from workshop.record.events import Actor
from workshop.record.shop.shops import shop_of
from workshop.web.auth import COUNTER
from workshop.web.forms import Form, act_once, form_of
from workshop.web.pages import go, page

Req = Request[Any, Any, Any]
WORDS = {"language": LANGUAGES, "preferred_channel": CHANNELS, "zone": ZONES}


@get("/customers/{customer_id:int}/merge", opt={"access": COUNTER})
async def compare_records(request: Req, customer_id: int, by: Actor, other: int = 0) -> Response[Any]:
    """The two records beside each other; without another one, the question which it is."""
    if not other:
        customer = await customer_by_id(customer_id)
        return await page(request, "intake/merge_find.html", customer=customer)
    kept, gone = (await customer_by_id(customer_id)).id, (await customer_by_id(other)).id
    if kept == gone:
        return go(request, f"/customers/{kept}", flash="These are one record already.")
    return await _compared(request, kept, gone, by)


async def _compared(
    request: Req, kept: int, gone: int, by: Actor, *, form: Form | None = None, refused: WorkshopError | None = None
) -> Response[str]:
    mine, theirs = await _row(kept), await _row(gone)
    found = differences(mine, theirs)
    shop = await shop_of(by.shop)
    picks = {one.name: (form.text(f"pick-{one.name}") if form else "") or one.proposed for one in found}
    return await page(
        request, "intake/merge.html", status=refused.status if refused else 200, shop=shop,
        kept=await _side(mine), gone=await _side(theirs), rows=[await _shown(one) for one in found], picks=picks,
        mark=seen(mine, theirs), key=uuid4().hex, apart=await told_apart(kept, gone),
        is_household=mine["household"] is not None and mine["household"] == theirs["household"],
        errors=refused.fields if isinstance(refused, InvalidInput) else {}, trouble=refused.message if refused else "",
        moment=partial(moment_words, zone=shop.zone, today=clock.today(shop.zone)),
    )  # fmt: skip


async def _row(customer: int) -> dict[str, Any]:
    row = await fetch_one("SELECT * FROM customer WHERE id = $1 AND merged_into IS NULL", customer)
    if row is None:
        raise NotFound("There is no such customer.")
    return row


async def _side(row: dict[str, Any]) -> dict[str, Any]:
    """What stands above one of the two columns."""
    return {
        "id": row["id"], "name": f"{row['first_name']} {row['last_name']}".strip(), "since": row["created_at"],
        "numbers": await numbers_of(row["id"]), "has": await counts(row["id"]),
    }  # fmt: skip


async def _shown(one: Difference) -> dict[str, Any]:
    return {
        "name": one.name, "label": one.label, "may_be_both": "both" in one.options,
        "kept": await _in_words(one.name, one.kept), "gone": await _in_words(one.name, one.gone),
    }  # fmt: skip


async def _in_words(name: str, value: Any) -> str:
    if value in (None, ""):
        return "" if name not in WORDS else WORDS[name].get("", "")
    if name == "household":
        return str(await fetch_value("SELECT name FROM household WHERE id = $1", value))
    if isinstance(value, date):
        return day_in_words(value)
    return WORDS.get(name, {}).get(value, str(value))


@get("/customers/{customer_id:int}/merge/people", opt={"access": COUNTER})
async def find_other(request: Req, customer_id: int, by: Actor, person: str = "") -> Response[str]:
    """People who match what is typed: which of them is the same as this one?"""
    found = await search(person, shop=by.shop)
    people = [one for household in found for one in household.people if one["id"] != customer_id][:8]
    return await page(request, "intake/_merge_people.html", people=people, customer_id=customer_id, asked=person)


@post("/customers/{customer_id:int}/merge", opt={"access": COUNTER}, status_code=200)
async def put_together(request: Req, customer_id: int, by: Actor) -> Response[Any]:
    """One record from two, with the facts as chosen."""
    form = await form_of(request)
    other = form.whole("other") or 0
    choices = {name.removeprefix("pick-"): value for name, value in form.dict().items() if name.startswith("pick-")}
    made: list[int] = []

    async def act() -> str:
        made.append(await merge_customers(customer_id, other, choices, mark=form.text("mark"), by=by))
        return f"/customers/{customer_id}"

    try:
        return await act_once(
            request, form, act, flash="One record now. Everything of both is here.",
            undo_url=lambda: f"/customers/merges/{made[0]}/undo" if made else "",
        )  # fmt: skip
    except WorkshopError as error:
        if await fetch_value("SELECT count(*) FROM customer WHERE id = ANY($1) AND merged_into IS NULL",
                             [customer_id, other]) < 2:  # fmt: skip
            raise
        return await _compared(request, customer_id, other, by, form=form, refused=error)


@get("/customers/merges/{merge_id:int}", opt={"access": COUNTER})
async def show_merge(request: Req, merge_id: int, by: Actor) -> Response[str]:
    """Which records were put together, by whom and when; and what came of undoing it."""
    merge = await merge_by_id(merge_id)
    shop = await shop_of(by.shop)
    return await page(
        request, "intake/merge_told.html", shop=shop, merge=merge, key=uuid4().hex,
        said=outcome_of(merge, shop=by.shop),
        moment=partial(moment_words, zone=shop.zone, today=clock.today(shop.zone)),
    )  # fmt: skip


@post("/customers/merges/{merge_id:int}/undo", opt={"access": COUNTER}, status_code=200)
async def take_apart(request: Req, merge_id: int, by: Actor) -> Response[Any]:
    """Two records again."""
    form = await form_of(request)

    async def act() -> str:
        await undo_merge(merge_id, by=by)
        return f"/customers/merges/{merge_id}"

    return await act_once(request, form, act)


async def records_panel(customer: int) -> dict[str, Any]:
    """For the customer's page: who else may be this person, and which records were merged."""
    return {"likely": await likely_same(customer), "merges": await merges_of(customer), "same_words": REASONS}


handlers = [compare_records, find_other, put_together, show_merge, take_apart]
