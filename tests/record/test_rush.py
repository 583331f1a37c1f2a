"""The rush of a visit: it follows the work it was asked for, and nothing else."""

import json

import pytest

from tests.factories import World, a_ring, a_ticket, an_envelope
from tests.record.price_steps import CLEAN, PLATE, POLISH, cents, lines
from workshop.db import fetch, fetch_one, fetch_value
from workshop.record.money.money_owed import sum_of
from workshop.record.prices.bargains import NewDiscount
from workshop.record.prices.discounts import give_discount
from workshop.record.prices.estimate_lines import add_line, set_price
from workshop.record.prices.work import NewTask
from workshop.record.stages import Stage
from workshop.record.tickets.envelopes import move
from workshop.record.tickets.estimates import drop_task, make_estimate
from workshop.record.tickets.standing import ticket_of
from workshop.record.tickets.tickets import NewEnvelope

pytestmark = pytest.mark.anyio


# ---- rush
async def test_the_rush_follows_the_lines_while_the_estimate_is_worked_out(world: World) -> None:
    envelope = await an_envelope(world, tasks=[POLISH], price_terms="estimate", is_rush=True)
    ticket = await ticket_of(envelope)
    assert await cents(ticket) == {"PL-REF": 4000, "XX-RUSH": 2000}
    await add_line(envelope.code, PLATE, by=world.counter)
    assert await cents(ticket) == {"PL-REF": 4000, "XX-RUSH": 4750, "RH-PLT": 5500}
    await set_price((await lines(ticket))["RH-PLT"]["id"], 1000, why="masking only", by=world.manager)
    assert (await cents(ticket))["XX-RUSH"] == 2500
    await drop_task((await lines(ticket))["RH-PLT"]["id"], by=world.counter)
    await drop_task((await lines(ticket))["PL-REF"]["id"], by=world.counter)
    assert await cents(ticket) == {}
    await add_line(envelope.code, POLISH, by=world.counter)
    assert await cents(ticket) == {"PL-REF": 4000, "XX-RUSH": 2000}
    newest = await fetch_one("SELECT * FROM estimate ORDER BY version DESC LIMIT 1")
    assert newest is not None
    assert newest["subtotal_cents"] == 6000


async def test_a_change_on_one_piece_leaves_the_rush_of_another_as_agreed(world: World) -> None:
    ticket = await a_ticket(
        world, is_rush=True,
        envelopes=[NewEnvelope([NewTask("CH-JR")], piece=a_ring()), NewEnvelope([NewTask("WL-SB")], piece=a_ring())],
    )  # fmt: skip
    codes = [row["code"] for row in await fetch("SELECT code FROM envelope ORDER BY place_no")]
    before = await fetch("SELECT price_cents FROM task WHERE code = 'XX-RUSH' ORDER BY envelope")
    assert [row["price_cents"] for row in before] == [900, 600]  # half of 30.00 is the least fee
    await make_estimate(codes[1], by=world.counter, found=[CLEAN])
    after = await fetch("SELECT price_cents FROM task WHERE code = 'XX-RUSH' ORDER BY envelope")
    assert [row["price_cents"] for row in after] == [900, 600]  # free work: still the one least fee for the visit
    await make_estimate(codes[1], by=world.counter, found=[PLATE])
    after = await fetch("SELECT price_cents FROM task WHERE code = 'XX-RUSH' ORDER BY envelope")
    assert [row["price_cents"] for row in after] == [900, 3350]
    assert sum(row["price_cents"] for row in after) == (1800 + 1200 + 5500) // 2
    assert (await sum_of(ticket)).subtotal == 1800 + 1200 + 5500 + 4250


async def test_a_discount_never_raises_the_price_by_the_rush_of_a_piece_called_off(world: World) -> None:
    ticket = await a_ticket(
        world, is_rush=True,
        envelopes=[NewEnvelope([NewTask("CH-JR")], piece=a_ring()), NewEnvelope([NewTask("WL-SB")], piece=a_ring())],
    )  # fmt: skip
    first, second = [row["code"] for row in await fetch("SELECT code FROM envelope ORDER BY place_no")]
    await move(second, Stage.CANCELLED, by=world.counter, reason="changed her mind")
    before = (await sum_of(ticket)).subtotal
    assert before == 1800 + 900
    await give_discount(ticket, NewDiscount("goodwill", per_mille=10), by=world.manager)
    assert (await sum_of(ticket)).subtotal == before - 18 - 9
    await fetch("UPDATE shop SET rush_per_mille = 900")
    await make_estimate(first, by=world.counter)  # looked at again, and nothing changed
    assert (await sum_of(ticket)).subtotal == before - 27
    await add_line(first, PLATE, by=world.counter)  # more work: its rush is reckoned for the visit as it is now
    assert (await cents(ticket))["RH-PLT"] == 5445
    rush = await fetch_value("SELECT book_cents FROM task WHERE code = 'XX-RUSH' ORDER BY envelope LIMIT 1")
    assert rush == (1800 + 5500) * 9 // 10


async def test_a_rush_may_be_one_fee(world: World) -> None:
    await fetch("UPDATE shop SET rush_kind = 'fee', rush_fee_cents = 3000")
    ticket = await a_ticket(world, tasks=[POLISH, PLATE], is_rush=True)
    assert (await cents(ticket))["XX-RUSH"] == 3000
    assert json.loads((await lines(ticket))["XX-RUSH"]["why"]) == [["Rush fee", 3000]]
