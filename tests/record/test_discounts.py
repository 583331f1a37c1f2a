"""Discounts on real tickets: what is let off, by whom, and what stays."""

import json

import pytest

from tests.factories import World, a_new_ticket, a_ticket, an_envelope, handed_over, passed
from tests.record.price_steps import GOODWILL, PLATE, POLISH, approved, cents, lines, two_rings
from workshop.db import fetch_one, fetch_value
from workshop.errors import Conflict, Forbidden, InvalidInput, NotFound
from workshop.record.events import Actor
from workshop.record.money.money_owed import sum_of
from workshop.record.prices.bargains import NewDiscount
from workshop.record.prices.discounts import discounts_of, give_discount, take_back_discount
from workshop.record.prices.work import NewTask
from workshop.record.shop.approvals import NeedsManager
from workshop.record.tickets.envelopes import finish_work, start_work
from workshop.record.tickets.estimate_answers import answer_estimate
from workshop.record.tickets.estimates import send_estimates
from workshop.record.tickets.standing import ticket_of
from workshop.record.tickets.take_in_prices import line_subject
from workshop.record.tickets.tickets import NewTicket, take_in

pytestmark = pytest.mark.anyio


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
