"""Packages, discounts, rush, deposits and taxes on real tickets: what is let off, by whom, and what stays."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from tests.factories import World, a_new_ticket, a_ring, a_ticket, an_envelope, handed_over, passed
from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value, transaction
from workshop.errors import Conflict, Forbidden, InvalidInput, NotFound
from workshop.record.events import Actor
from workshop.record.money.money_owed import sum_of
from workshop.record.money.payments import NewPayment, take_payment
from workshop.record.prices.bargains import NewDiscount
from workshop.record.prices.discounts import discounts_of, give_discount, take_back_discount
from workshop.record.prices.estimate_lines import add_line, set_price
from workshop.record.prices.packages import (
    NewPackage,
    call_off_package,
    end_package,
    package_versions,
    packages,
    set_package,
)
from workshop.record.prices.price_versions import today_of
from workshop.record.prices.taxes import call_off_tax, set_tax_rate, tax_table
from workshop.record.prices.work import NewTask
from workshop.record.shop.approvals import NeedsManager
from workshop.record.stages import Stage
from workshop.record.tables import Ticket
from workshop.record.tickets.envelopes import finish_work, move, start_work
from workshop.record.tickets.estimate_answers import answer_estimate
from workshop.record.tickets.estimates import drop_task, make_estimate, send_estimates
from workshop.record.tickets.standing import ticket_of
from workshop.record.tickets.take_in_prices import line_subject
from workshop.record.tickets.tickets import NewEnvelope, NewTicket, take_in, ticket_by_number

pytestmark = pytest.mark.anyio
NOON = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
DAY = timedelta(days=1)
POLISH, PLATE, CLEAN, TIGHTEN = NewTask("PL-REF"), NewTask("RH-PLT"), NewTask("PL-CLN"), NewTask("ST-TGT")
GOODWILL = NewDiscount("goodwill", per_mille=100)


async def lines(ticket: Ticket) -> dict[str, dict[str, Any]]:
    rows = await fetch(
        """SELECT t.* FROM task t JOIN envelope v ON v.id = t.envelope WHERE v.ticket = $1 AND NOT t.is_dropped
           ORDER BY v.place_no, t.id""",
        ticket.id,
    )
    return {row["code"]: row for row in rows}


async def cents(ticket: Ticket) -> dict[str, int]:
    return {code: row["price_cents"] for code, row in (await lines(ticket)).items()}


async def approved(world: World, subject: str, amount: int, by: str = "manager") -> None:
    """A manager's word, as the dialog writes it down."""
    await fetch(
        """INSERT INTO approval (shop, act, subject, amount_cents, reason, how, approved_by, asked_by, station, at)
           VALUES ($1, 'discount', $2, $3, '', 'pin', $4, $5, 'test', $6)""",
        world.shop.id, subject, amount, getattr(world, by).id, world.counter.id, clock.now(),
    )  # fmt: skip


def two_rings() -> list[NewEnvelope]:
    return [NewEnvelope([POLISH], piece=a_ring()), NewEnvelope([PLATE], piece=a_ring())]


async def spa_of(world: World) -> int:
    return int(next(row["id"] for row in await packages(world.shop.id, "ring") if row["code"] == "PK-SPA"))


async def a_spa(world: World, **more: Any) -> Ticket:
    spa = await spa_of(world)
    tasks = [NewTask(code, package=spa) for code in ("PL-CLN", "ST-TGT", "RH-PLT")]
    return await a_ticket(world, tasks=tasks, **more)


# ---- packages
async def test_a_package_costs_its_price_and_says_so_on_each_line(world: World) -> None:
    ticket = await a_spa(world)
    assert await cents(ticket) == {"PL-CLN": 0, "ST-TGT": 2187, "RH-PLT": 4813}
    plate = (await lines(ticket))["RH-PLT"]
    assert json.loads(plate["why"]) == [["Labour and material", 5500], ["Ring spa package", -687]]
    assert plate["piecework_cents"] == 1430  # of the book's 55.00


async def test_a_package_that_loses_a_line_is_single_prices(world: World) -> None:
    ticket = await a_spa(world)
    await drop_task((await lines(ticket))["PL-CLN"]["id"], by=world.counter)
    assert await cents(ticket) == {"ST-TGT": 2500, "RH-PLT": 5500}


async def test_a_changed_package_changes_no_ticket_that_has_it(world: World) -> None:
    clock.run_on(lambda: NOON)
    ticket, today = await a_spa(world), await today_of(world.shop.id)
    cheaper = NewPackage("PK-SPA", "Ring spa", ["PL-CLN", "ST-TGT", "RH-PLT"], price_cents=5000, kinds=["ring"])
    await set_package(cheaper, start=today, by=world.manager)
    envelope = await fetch_value("SELECT code FROM envelope")
    await add_line(envelope, POLISH, by=world.counter)
    assert sum((await cents(ticket)).values()) == 7000 + 4000
    assert sum((await cents(await a_spa(world))).values()) == 5000
    assert [row["state"] for row in await package_versions("PK-SPA", shop=world.shop.id)] == ["now", "past"]
    await end_package("PK-SPA", last=today - DAY, by=world.manager)
    assert "PK-SPA" not in {row["code"] for row in await packages(world.shop.id)}


async def test_a_package_is_refused_with_a_word_beside_each_field(world: World) -> None:
    clock.run_on(lambda: NOON)
    today = await today_of(world.shop.id)
    with pytest.raises(InvalidInput) as refused:
        await set_package(NewPackage("!", "", ["PL-CLN"]), start=today, by=world.manager)
    assert set(refused.value.fields) == {"code", "name", "codes", "price"}
    taken = NewPackage("PK-SPA", "Another", ["PL-CLN", "PL-REF"], off_per_mille=100)
    with pytest.raises(InvalidInput):
        await set_package(taken, start=today, by=world.manager, is_new=True)
    with pytest.raises(Forbidden):
        await set_package(taken, start=today, by=world.counter)
    await set_package(taken, start=today + DAY, by=world.manager)
    planned = (await package_versions("PK-SPA", shop=world.shop.id))[0]
    assert await call_off_package(planned["id"], by=world.manager) == "PK-SPA"


# ---- discounts
async def test_a_discount_on_a_line_is_taken_off_that_line_with_its_reason(world: World) -> None:
    ticket = await a_ticket(world, tasks=[POLISH, PLATE])
    await give_discount(ticket, GOODWILL, task=(await lines(ticket))["PL-REF"]["id"], by=world.counter)
    polish = (await lines(ticket))["PL-REF"]
    assert (polish["price_cents"], polish["book_cents"], polish["discount_cents"]) == (3600, 4000, 400)
    assert json.loads(polish["why"])[-1] == ["10 % off, goodwill", -400]
    assert polish["piecework_cents"] == 1040
    assert (await cents(ticket))["RH-PLT"] == 5500
    assert (await sum_of(ticket)).discount == 400


async def test_an_amount_off_the_visit_is_shared_and_taxed_line_by_line(world: World) -> None:
    ticket = await a_ticket(world, envelopes=two_rings())
    await give_discount(ticket, NewDiscount("several", cents=950), by=world.counter)
    assert await cents(ticket) == {"PL-REF": 3600, "RH-PLT": 4950}
    owed = await sum_of(ticket)
    assert owed.subtotal == 9500 - 950
    assert owed.tax == 320 + 439  # 8.875 % of each line, rounded each
    assert [one["off"] for one in await discounts_of(ticket.id)] == [950]


async def test_above_the_limit_a_manager_is_asked_and_the_word_holds_once(world: World) -> None:
    ticket = await a_ticket(world, tasks=[POLISH])
    task = (await lines(ticket))["PL-REF"]["id"]
    half = NewDiscount("late", per_mille=500)
    with pytest.raises(NeedsManager) as refused:
        await give_discount(ticket, half, task=task, by=world.counter)
    assert refused.value.request.amount_cents == 2000
    assert (await cents(ticket))["PL-REF"] == 4000
    await approved(world, refused.value.request.subject, 2000)
    await give_discount(ticket, half, task=task, by=world.counter)
    row = (await discounts_of(ticket.id))[0]
    assert (row["given_by_name"], row["approved_by_name"]) == ("Noor Haddad", "Maya Finch")
    with pytest.raises(NeedsManager):  # one tenth more, on top of a half
        await give_discount(ticket, GOODWILL, task=task, by=world.counter)


async def test_many_small_discounts_are_one_large_one(world: World) -> None:
    ticket = await a_ticket(world, tasks=[POLISH])
    await give_discount(ticket, GOODWILL, by=world.counter)
    with pytest.raises(NeedsManager):
        await give_discount(ticket, NewDiscount("regular", cents=100), by=world.counter)


async def test_a_manager_has_a_limit_too_and_the_bench_gives_nothing(world: World) -> None:
    ticket = await a_ticket(world, tasks=[POLISH])
    await give_discount(ticket, NewDiscount("staff", per_mille=500), by=world.manager)
    with pytest.raises(Forbidden, match="owner"):
        await give_discount(ticket, GOODWILL, by=world.manager)
    await give_discount(ticket, GOODWILL, by=world.owner)
    with pytest.raises(Forbidden):
        await give_discount(ticket, GOODWILL, by=world.bench)


@pytest.mark.parametrize(
    ("new", "field"),
    [(NewDiscount("because", per_mille=100), "reason"), (NewDiscount("other", per_mille=100), "words"),
     (NewDiscount("goodwill"), "off"), (NewDiscount("goodwill", per_mille=1001), "off"),
     (NewDiscount("goodwill", cents=0), "off"), (NewDiscount("goodwill", per_mille=10, cents=10), "off"),
     (NewDiscount("other", cents=100, words="card 4111 1111 1111 1111"), "words")],
)  # fmt: skip
async def test_a_discount_says_how_much_and_why(world: World, new: NewDiscount, field: str) -> None:
    ticket = await a_ticket(world, tasks=[POLISH])
    with pytest.raises(InvalidInput) as refused:
        await give_discount(ticket, new, by=world.counter)
    assert field in refused.value.fields


async def test_a_discount_is_taken_back_while_the_work_is_here(world: World) -> None:
    ticket = await a_ticket(world, tasks=[POLISH])
    await give_discount(ticket, GOODWILL, by=world.manager)
    given = (await discounts_of(ticket.id))[0]["id"]
    with pytest.raises(Forbidden):
        await take_back_discount(given, by=world.counter)
    await take_back_discount(given, by=world.manager)
    assert await cents(ticket) == {"PL-REF": 4000}
    assert await discounts_of(ticket.id) == []
    with pytest.raises(NotFound):
        await take_back_discount(given, by=world.manager)


async def test_what_has_been_collected_keeps_its_price(world: World) -> None:
    ticket = await a_ticket(world, envelopes=two_rings())
    first = await fetch_value("SELECT code FROM envelope WHERE place_no = 1")
    await start_work(first, by=world.bench)
    await finish_work(first, by=world.bench)
    await passed(first, world)
    await handed_over(ticket, [first], world)
    await give_discount(ticket, GOODWILL, by=world.manager)
    assert await cents(ticket) == {"PL-REF": 4000, "RH-PLT": 4950}
    with pytest.raises(Conflict):
        await give_discount(ticket, GOODWILL, task=(await lines(ticket))["PL-REF"]["id"], by=world.manager)


async def test_a_discount_on_a_sent_estimate_makes_the_next_version(world: World) -> None:
    envelope = await an_envelope(world, tasks=[POLISH], price_terms="estimate")
    await send_estimates(envelope.ticket, by=world.counter)
    await give_discount(await ticket_of(envelope), GOODWILL, by=world.counter)
    newest = await fetch_one("SELECT * FROM estimate ORDER BY version DESC LIMIT 1")
    assert newest is not None
    assert (newest["version"], newest["state"], newest["subtotal_cents"]) == (2, "draft", 3600)
    assert json.loads(newest["lines"])[0]["why"][-1] == ["10 % off, goodwill", -400]


async def test_a_lower_price_than_approved_asks_nobody_again_and_is_not_raised_behind_the_customers_back(
    world: World,
) -> None:
    envelope = await an_envelope(world, tasks=[POLISH], price_terms="estimate")
    ticket = await ticket_of(envelope)
    await give_discount(ticket, GOODWILL, by=world.manager)
    await send_estimates(envelope.ticket, by=world.counter)
    estimate = await fetch_value("SELECT id FROM estimate ORDER BY version DESC LIMIT 1")
    await answer_estimate(estimate, approve=True, name="Rosa Bennett", how="phone", by=world.counter)
    await give_discount(ticket, NewDiscount("late", cents=200), by=world.manager)
    assert await cents(ticket) == {"PL-REF": 3400}
    assert await fetch_value("SELECT count(*) FROM estimate") == 2
    first = (await discounts_of(ticket.id))[0]["id"]
    with pytest.raises(Conflict):
        await take_back_discount(first, by=world.manager)


async def test_another_shops_ticket_is_not_let_down(world: World) -> None:
    ticket = await a_ticket(world, tasks=[POLISH])
    stranger = Actor(world.manager.id, "Other", world.shop.id + 1, frozenset({"manager"}))
    with pytest.raises(Conflict):
        await give_discount(ticket, GOODWILL, by=stranger)
    await give_discount(ticket, GOODWILL, by=world.manager)
    with pytest.raises(NotFound):
        await take_back_discount((await discounts_of(ticket.id))[0]["id"], by=stranger)


async def test_discounts_of_a_take_in_need_the_same_word(world: World) -> None:
    free = NewDiscount("staff", per_mille=1000)
    new = a_new_ticket(tasks=[NewTask("PL-REF", discount=free), PLATE])
    with pytest.raises(NeedsManager) as refused:
        await take_in(new, by=world.counter)
    assert await fetch_value("SELECT count(*) FROM ticket") == 0
    await approved(world, refused.value.request.subject, 4000)
    with pytest.raises(Forbidden):  # a manager may let off a half, no more
        await take_in(new, by=world.counter)
    await approved(world, line_subject("", "PL-REF"), 4000, by="owner")
    ticket = await take_in(new, by=world.counter)
    assert await cents(ticket) == {"PL-REF": 0, "RH-PLT": 5500}
    tenth = NewTicket(**{**vars(a_new_ticket(tasks=[POLISH, PLATE])), "discount": GOODWILL, "is_rush": True})
    assert sum((await cents(await take_in(tenth, by=world.counter))).values()) == (9500 + 4750) * 9 // 10


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
