"""Deposits asked and taxes kept, on real tickets."""

from datetime import UTC, datetime

import asyncpg
import pytest

from tests.factories import World, a_ticket, an_envelope
from tests.record.price_steps import DAY, GOODWILL, NOON, PLATE, POLISH, cents
from workshop import clock
from workshop.db import fetch, fetch_one, transaction
from workshop.errors import Forbidden, InvalidInput
from workshop.record.money.money_owed import sum_of
from workshop.record.money.payments import NewPayment, take_payment
from workshop.record.prices.discounts import give_discount
from workshop.record.prices.price_versions import today_of
from workshop.record.prices.taxes import call_off_tax, set_tax_rate, tax_table
from workshop.record.prices.work import NewTask
from workshop.record.tickets.estimates import make_estimate
from workshop.record.tickets.standing import ticket_of
from workshop.record.tickets.tickets import ticket_by_number

pytestmark = pytest.mark.anyio


# ---- deposits
async def test_a_deposit_is_asked_by_the_shops_rule_and_blocks_nothing(world: World) -> None:
    await fetch("UPDATE shop SET deposit_rule = 'share', deposit_per_mille = 500, deposit_above_cents = 10000")
    small = await a_ticket(world, tasks=[POLISH])
    assert small.deposit_cents == 0
    large = await a_ticket(world, tasks=[NewTask("SH-HALF", drivers={"metal": "14k"})])
    assert large.deposit_cents == 13300  # half of 265.66, to the dollar
    kept = await ticket_by_number(large.number, shop=world.shop.id)
    assert kept.deposit_cents == 13300
    open_price = await a_ticket(world, tasks=[NewTask("SH-HALF", drivers={"metal": "14k"})], price_terms="estimate")
    assert open_price.deposit_cents == 0
    await fetch("UPDATE shop SET deposit_rule = 'parts'")
    clasp = await a_ticket(world, tasks=[NewTask("CH-CLS"), PLATE])
    assert clasp.deposit_cents == 3702  # the clasp with its tax


# ---- taxes
async def test_a_ticket_keeps_the_rates_of_the_day_it_was_taken_in(world: World) -> None:
    late = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)  # ten at night on Tuesday in New York
    clock.run_on(lambda: late)
    today = await today_of(world.shop.id)
    assert today.day == 24
    envelope = await an_envelope(world, tasks=[POLISH], price_terms="estimate")
    ticket = await ticket_of(envelope)
    await set_tax_rate("repair", 10_000, start=today + DAY, by=world.manager)
    assert (await sum_of(ticket)).tax == 355
    clock.run_on(lambda: NOON + 3 * DAY)
    await make_estimate(envelope.code, by=world.counter, send=True)
    newest = await fetch_one("SELECT * FROM estimate ORDER BY version DESC LIMIT 1")
    assert newest is not None
    assert newest["tax_cents"] == 355  # what is approved is what is charged
    assert (await sum_of(ticket)).tax == 355
    assert (await sum_of(await a_ticket(world, tasks=[POLISH]))).tax == 400


async def test_rates_have_a_future_and_a_past_and_never_overlap(world: World) -> None:
    clock.run_on(lambda: NOON)
    today = await today_of(world.shop.id)
    await set_tax_rate("appraisal", 8875, start=today + 10 * DAY, by=world.owner)
    await set_tax_rate("appraisal", 4000, start=today + 5 * DAY, by=world.owner)
    await set_tax_rate("shipping", 5000, start=today + 10 * DAY, by=world.owner)
    await set_tax_rate("shipping", 0, start=today, by=world.owner)
    table = {row["tax_class"]: row for row in await tax_table(world.shop.id)}
    assert table["appraisal"]["now"]["rate_per_100k"] == 0
    assert [(row["rate_per_100k"], row["first"], row["last"]) for row in table["appraisal"]["planned"]] == [
        (4000, today + 5 * DAY, today + 9 * DAY), (8875, today + 10 * DAY, None),
    ]  # fmt: skip
    assert table["shipping"]["now"]["last"] == today + 9 * DAY
    await call_off_tax(table["appraisal"]["planned"][0]["id"], by=world.owner)
    table = {row["tax_class"]: row for row in await tax_table(world.shop.id)}
    assert table["appraisal"]["now"]["last"] == today + 9 * DAY
    for rate, start in ((-1, today), (40_000, today), (9000, today - DAY)):
        with pytest.raises(InvalidInput):
            await set_tax_rate("appraisal", rate, start=start, by=world.owner)
    with pytest.raises(InvalidInput):
        await set_tax_rate("luxury", 100, start=today, by=world.owner)
    with pytest.raises(Forbidden):
        await set_tax_rate("repair", 100, start=today, by=world.counter)
    with pytest.raises(asyncpg.ExclusionViolationError):
        await fetch(
            "INSERT INTO tax_rate (shop, tax_class, valid_from) VALUES ($1, 'repair', $2)", world.shop.id, today
        )


async def test_tax_is_summed_by_class(world: World) -> None:
    ticket = await a_ticket(world, tasks=[POLISH, NewTask("AP-VAL"), NewTask("CH-CLS")])
    sums = {one["words"]: (one["taxed"], one["tax"]) for one in (await sum_of(ticket)).by_class()}
    assert sums == {"Repair labour": (4000, 355), "Appraisals": (9500, 0), "Parts and stones": (3400, 302)}


async def test_a_line_written_before_books_were_kept_still_reckons(world: World) -> None:
    envelope = await an_envelope(world, tasks=[POLISH])
    async with transaction():
        await fetch("UPDATE task SET book_cents = NULL, book_why = '[]', item = NULL")
    ticket = await ticket_of(envelope)
    await give_discount(ticket, GOODWILL, by=world.counter)
    assert await cents(ticket) == {"PL-REF": 3600}
    await take_payment(ticket, NewPayment((await sum_of(ticket)).balance, "cash"), by=world.counter)
