"""The price book through time: a change holds from a day on, and what was agreed stays as it was agreed."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from tests.factories import World, a_new_ticket, an_envelope
from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value
from workshop.errors import Conflict, Forbidden, InvalidInput, NotFound
from workshop.record.money.money_owed import sum_of
from workshop.record.prices.price_fields import fields_of
from workshop.record.prices.price_rules import BookItem, read_item
from workshop.record.prices.price_versions import (
    add_item,
    book,
    call_off_change,
    change_item,
    end_item,
    item_of,
    mark_favourite,
    not_in_book,
    raise_prices,
    raised,
    today_of,
    versions_of,
)
from workshop.record.prices.pricebook import STARTER
from workshop.record.prices.work import NewTask, price_items, price_task
from workshop.record.tickets.estimates import make_estimate
from workshop.record.tickets.standing import standing_of, ticket_of
from workshop.record.tickets.tickets import take_in

pytestmark = pytest.mark.anyio
NOON = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)  # a Tuesday, noon in New York
DAY = timedelta(days=1)


def at(moment: datetime) -> None:
    clock.run_on(lambda: moment)


async def line_of(world: World, code: str = "PL-REF") -> dict[str, Any]:
    return next(row for row in await book(world.shop.id) if row["code"] == code)


async def dearer(world: World, cents: int, start: date, code: str = "PL-REF") -> None:
    row = await line_of(world, code)
    await change_item(item_of(row | {"rule": {**row["rule"], "base": cents}}), start=start, by=world.manager)


async def price(world: World, code: str = "PL-REF") -> int:
    return (await price_task(NewTask(code), shop=world.shop.id)).cents


async def test_a_change_begins_on_its_day_in_the_shops_own_zone(world: World) -> None:
    at(NOON)
    today = await today_of(world.shop.id)
    await dearer(world, 4500, today + DAY)
    assert await price(world) == 4000
    at(datetime(2026, 11, 25, 4, 30, tzinfo=UTC))  # tomorrow in Greenwich, half past eleven at night in New York
    assert await price(world) == 4000
    at(datetime(2026, 11, 25, 5, 30, tzinfo=UTC))
    assert await price(world) == 4500


async def test_open_tickets_keep_their_price_whatever_becomes_of_the_book(world: World) -> None:
    at(NOON)
    envelope = await an_envelope(world, tasks=[NewTask("PL-REF"), NewTask("HD-NEW", drivers={"mm": "5"})])
    ticket = await ticket_of(envelope)
    before = (await sum_of(ticket)).total
    today = await today_of(world.shop.id)
    await dearer(world, 9900, today)
    await dearer(world, 9900, today, "HD-NEW")
    await end_item("HD-NEW", last=today - DAY, by=world.manager)
    assert (await sum_of(ticket)).total == before
    again = await make_estimate(envelope.code, by=world.counter)
    assert again.total_cents == before
    assert (await standing_of(envelope)).approval == "draft"
    assert await price(world) == 9900


async def test_old_versions_are_kept_with_who_and_when(world: World) -> None:
    at(NOON)
    today = await today_of(world.shop.id)
    await dearer(world, 4500, today)
    await dearer(world, 4700, today)  # thought better of it, the same morning
    await dearer(world, 5000, today + 30 * DAY)
    versions = await versions_of("pl-ref", shop=world.shop.id)
    assert [(row["rule"]["base"], row["state"]) for row in versions] == [
        (5000, "planned"), (4700, "now"), (4500, "void"), (4000, "past"),
    ]  # fmt: skip
    assert versions[1]["made_by_name"] == "Maya Finch"
    assert versions[1]["made_at"] == NOON
    assert versions[3]["made_by_name"] is None


async def test_a_planned_change_stays_when_another_comes_before_it(world: World) -> None:
    at(NOON)
    today = await today_of(world.shop.id)
    await dearer(world, 5000, today + 30 * DAY)
    await dearer(world, 4500, today + 10 * DAY)
    days = {row["rule"]["base"]: (row["active_from"], row["active_to"])
            for row in await versions_of("PL-REF", shop=world.shop.id)}  # fmt: skip
    assert days[4500] == (today + 10 * DAY, today + 29 * DAY)
    assert days[5000] == (today + 30 * DAY, None)
    planned = (await versions_of("PL-REF", shop=world.shop.id))[1]
    assert await call_off_change(planned["id"], by=world.manager) == "PL-REF"
    then = {row["code"]: row["rule"]["base"] for row in await book(world.shop.id, today + 20 * DAY)}
    assert then["PL-REF"] == 4000
    with pytest.raises(Conflict):
        await call_off_change(planned["id"], by=world.manager)


async def test_what_has_begun_is_not_called_off(world: World) -> None:
    at(NOON)
    today = await today_of(world.shop.id)
    await dearer(world, 4500, today)
    now = (await versions_of("PL-REF", shop=world.shop.id))[0]
    with pytest.raises(Conflict):
        await call_off_change(now["id"], by=world.manager)


async def test_an_ended_line_is_not_sold_and_may_come_back(world: World) -> None:
    at(NOON)
    today = await today_of(world.shop.id)
    row = await line_of(world)
    await dearer(world, 5000, today + 30 * DAY)
    await end_item("PL-REF", last=today, by=world.manager)
    assert await price(world) == 4000
    at(NOON + DAY)
    with pytest.raises(InvalidInput):
        await price(world)
    assert "PL-REF" not in {item["code"] for item in await price_items(world.shop.id)}
    assert [one["code"] for one in await not_in_book(world.shop.id, today + DAY)] == ["PL-REF"]
    assert await not_in_book(world.shop.id, today + 40 * DAY) != []  # what was planned went with it
    with pytest.raises(InvalidInput):
        await add_item(item_of(row), start=today + DAY, by=world.manager)
    await change_item(item_of(row | {"rule": {"base": 4800, "asks": []}}), start=today + DAY, by=world.manager)
    assert await price(world) == 4800


async def test_the_past_is_not_changed_nor_by_the_counter(world: World) -> None:
    at(NOON)
    today, row = await today_of(world.shop.id), await line_of(world)
    item = item_of(row | {"minutes": 26})
    with pytest.raises(InvalidInput) as refused:
        await change_item(item, start=today - DAY, by=world.manager)
    assert "from" in refused.value.fields
    for act in (
        change_item(item, start=today, by=world.counter), end_item("PL-REF", last=today, by=world.counter),
        raise_prices("Finish", 50, to=1, start=today, by=world.bench),
    ):  # fmt: skip
        with pytest.raises(Forbidden):
            await act
    with pytest.raises(InvalidInput, match="different"):
        await change_item(item_of(row), start=today, by=world.manager)
    with pytest.raises(NotFound):
        await change_item(item_of(row | {"code": "NO-SUCH"}), start=today, by=world.manager)


async def test_two_changes_at_once_leave_one_price_a_day(world: World) -> None:
    at(NOON)
    today = await today_of(world.shop.id)
    done = await asyncio.gather(
        *(dearer(world, cents, today) for cents in (4100, 4200, 4300, 4400)), return_exceptions=True
    )
    assert [one for one in done if isinstance(one, BaseException)] == []
    held = [row for row in await book(world.shop.id) if row["code"] == "PL-REF"]
    assert len(held) == 1
    with pytest.raises(asyncpg.ExclusionViolationError):
        await fetch(
            """INSERT INTO price_item (shop, code, active_from) SELECT shop, code, active_from + 1 FROM price_item
               WHERE id = $1""",
            held[0]["id"],
        )


async def test_a_category_is_raised_as_one_act(world: World) -> None:
    at(NOON)
    today = await today_of(world.shop.id)
    before = {row["code"]: row for row in await book(world.shop.id)}
    envelope = await an_envelope(world)
    total = (await sum_of(await ticket_of(envelope))).total
    changed = await raise_prices("Sizing", 50, to=100, start=today, by=world.manager, note="Gold went up")
    assert changed == len([row for row in before.values() if row["category"] == "Sizing"])
    after = {row["code"]: row for row in await book(world.shop.id)}
    assert after["RS-UP"]["rule"]["base"] == 6100  # 58.00 + 5 % = 60.90
    assert after["RS-UP"]["rule"]["per"] == [{"driver": "sizes", "included": 1, "further": 2900}]
    assert after["PL-REF"]["rule"] == before["PL-REF"]["rule"]
    assert (await sum_of(await ticket_of(envelope))).total == total
    with pytest.raises(InvalidInput):
        await raise_prices("Nothing of ours", 50, to=100, start=today, by=world.manager)


def test_a_raise_changes_every_amount_and_leaves_what_is_free_free() -> None:
    rule = {"base": 5800, "material": 0, "per": [{"driver": "sizes", "included": 1, "further": 2800}],
            "width": {"from": 3, "each": 1500}, "stones": {"included": 4, "up_to": 40, "surcharge": 2500}}  # fmt: skip
    new = raised(rule, 100, 50)
    assert (new["base"], new["per"][0]["further"], new["width"]["each"], new["stones"]["surcharge"]) == (
        6400, 3100, 1650, 2750,
    )  # fmt: skip
    assert raised({"base": 0}, 100, 1) == {"base": 0}
    assert raised({"base": 30}, -900, 100) == {"base": 100}  # never to nothing


async def test_a_favourite_is_a_mark_and_no_new_price(world: World) -> None:
    await mark_favourite("PE-STR", on=True, by=world.manager)
    assert "PE-STR" in {row["code"] for row in await price_items(world.shop.id) if row["is_favourite"]}
    assert len(await versions_of("PE-STR", shop=world.shop.id)) == 1


async def test_every_line_of_the_starter_book_reads_back_as_it_was_written(world: World) -> None:
    rows = await book(world.shop.id)
    assert len(rows) == len(STARTER)
    for row in rows:
        again = read_item(fields_of(row))
        assert _in_order(again) == _in_order(item_of(row)), row["code"]


def _in_order(item: BookItem) -> dict[str, Any]:
    per = item.rule.get("per") or []
    rule = {**item.rule, "per": [per] if isinstance(per, dict) else per, "asks": sorted(item.rule["asks"])}
    return {**vars(item), "rule": rule, "kinds": sorted(item.kinds)}


def test_everything_wrong_with_a_line_is_said_at_once_beside_its_field() -> None:
    typed = {
        "code": "!", "name": "", "category": "Finish", "unit": "ring", "base": "forty", "piecework": "120",
        "minutes": "a while", "warranty_days": "-1", "tax_class": "luxury", "ask-stones": "yes",
        "included-stones": "9", "up_to-stones": "4", "metal": "own", "metal-18k": "0",
    }  # fmt: skip
    with pytest.raises(InvalidInput) as refused:
        read_item(typed)
    assert set(refused.value.fields) == {
        "code", "name", "base", "piecework", "minutes", "warranty_days", "tax_class", "up_to-stones", "metal-18k",
    }  # fmt: skip


async def test_a_line_with_words_of_its_own_for_its_drivers(world: World) -> None:
    at(NOON)
    typed = {
        "code": "WX-SAP", "name": "Sapphire crystal", "category": "Watch", "unit": "watch", "base": "95",
        "ask-mm": "yes", "label-mm": "Crystal diameter", "unit-mm": "mm", "included-mm": "30", "further-mm": "2.50",
        "minutes": "40", "warranty_days": "365", "piecework": "26", "metal": "own", "metal-platinum": "250",
    }  # fmt: skip
    await add_item(read_item(typed), start=await today_of(world.shop.id), by=world.manager)
    priced = await price_task(NewTask("WX-SAP", drivers={"mm": "34", "metal": "platinum"}), shop=world.shop.id)
    assert priced.cents == 9500 + 14250 + 1000
    with pytest.raises(InvalidInput, match="Crystal diameter"):
        await price_task(NewTask("WX-SAP", drivers={"mm": "wide"}), shop=world.shop.id)


async def test_a_jeweler_is_paid_of_the_books_labour(world: World) -> None:
    shank = [NewTask("SH-HALF", drivers={"metal": "14k"}), NewTask("PR-TIP", drivers={"prongs": "3"}, price_cents=1000)]
    await take_in(a_new_ticket(tasks=shank), by=world.manager)
    rows = {row["code"]: row for row in await fetch("SELECT code, price_cents, piecework_cents FROM task")}
    assert rows["SH-HALF"] == {"code": "SH-HALF", "price_cents": 24400, "piecework_cents": 2730}  # 26 % of 105.00
    assert rows["PR-TIP"]["piecework_cents"] == 1274  # of the book's 49.00, not of the 10.00 asked


async def test_a_version_is_what_a_line_was_taken_from(world: World) -> None:
    at(NOON)
    await an_envelope(world)
    row = await fetch_one("SELECT t.item, p.code FROM task t JOIN price_item p ON p.id = t.item")
    assert row is not None
    assert row["code"] == "RS-UP"
    assert await fetch_value("SELECT book_cents = price_cents FROM task")
