"""Ways around the rules that somebody would find by accident: each is closed, or costs what it should."""

import asyncio

import pytest

from tests.factories import (
    World,
    a_new_ticket,
    a_ring,
    a_signature,
    a_ticket,
    an_envelope,
    handed_over,
    passed,
)
from workshop.db import fetch, fetch_value, transaction
from workshop.errors import Conflict, NotAllowed
from workshop.record.money.money_owed import sum_of
from workshop.record.money.payments import NewPayment, take_payment
from workshop.record.prices.work import NewTask
from workshop.record.promises.promise_changes import change_promise
from workshop.record.stages import Stage, check_move
from workshop.record.tables import Envelope, Ticket
from workshop.record.tickets.envelopes import finish_work, move, start_work
from workshop.record.tickets.estimate_answers import answer_estimate
from workshop.record.tickets.estimates import make_estimate, send_estimates
from workshop.record.tickets.handover import Collection, add_collector, hand_over
from workshop.record.tickets.locks import lock_ticket
from workshop.record.tickets.standing import envelope_by_code, standing_of, ticket_of
from workshop.record.tickets.tickets import NewEnvelope, take_in, ticket_by_number

pytestmark = pytest.mark.anyio


async def newest(envelope: Envelope) -> int:
    found: int = await fetch_value(
        "SELECT id FROM estimate WHERE envelope = $1 ORDER BY version DESC LIMIT 1", envelope.id
    )
    return found


async def say(envelope: Envelope, world: World, *, approve: bool) -> None:
    await answer_estimate(
        await newest(envelope), approve=approve, name="Rosa Bennett", how="phone", by=world.counter
    )


async def codes_of(ticket: Ticket) -> list[str]:
    rows = await fetch("SELECT code FROM envelope WHERE ticket = $1 ORDER BY place_no", ticket.id)
    return [row["code"] for row in rows]


async def ready(world: World, *, pieces: int) -> tuple[Ticket, list[str]]:
    """A ticket with several pieces, all of them through the gate."""
    ticket = await a_ticket(world, pieces=pieces)
    codes = await codes_of(ticket)
    for code in codes:
        await start_work(code, by=world.bench)
        await finish_work(code, by=world.bench)
        await passed(code, world)
    return ticket, codes


async def test_work_approved_after_a_first_refusal_is_charged_and_said_to_be_ready(world: World) -> None:
    envelope = await an_envelope(world, price_terms="estimate")
    await send_estimates(envelope.ticket, by=world.counter)
    await say(envelope, world, approve=False)
    await make_estimate(envelope.code, by=world.counter, send=True)
    await say(envelope, world, approve=True)
    await start_work(envelope.code, by=world.bench)
    await finish_work(envelope.code, by=world.bench)
    await passed(envelope.code, world)

    ticket = await ticket_of(envelope)
    assert (await sum_of(ticket)).balance > 0
    said = await fetch("SELECT template FROM message WHERE template IN ('ready_for_pickup', 'returned_unrepaired')")
    assert [row["template"] for row in said] == ["ready_for_pickup"]


async def test_work_taken_up_again_after_a_return_unrepaired_is_charged(world: World) -> None:
    envelope = await an_envelope(world)
    await move(envelope.code, Stage.CANCELLED, by=world.counter, reason="customer")
    await move(envelope.code, Stage.READY_FOR_PICKUP, by=world.counter)
    ticket = await ticket_of(envelope)
    assert (await sum_of(ticket)).total == 0
    await move(envelope.code, Stage.IN_QUEUE, by=world.counter, reason="wants it after all")
    await start_work(envelope.code, by=world.bench)
    await finish_work(envelope.code, by=world.bench)
    await passed(envelope.code, world)
    assert (await sum_of(ticket)).balance > 0


async def test_work_the_book_cannot_price_waits_for_the_customers_word_though_terms_are_firm(world: World) -> None:
    many = [NewTask("RS-UP", drivers={"metal": "14k", "sizes": "1", "stones": "290"})]
    ticket = await take_in(a_new_ticket(tasks=many), by=world.counter)
    code = (await codes_of(ticket))[0]
    with pytest.raises(NotAllowed):
        await start_work(code, by=world.bench)
    assert (await envelope_by_code(code, shop=world.shop.id)).stage == Stage.ESTIMATING


async def test_called_off_work_is_neither_sent_nor_approved(world: World) -> None:
    ticket = await a_ticket(world, pieces=2, price_terms="estimate")
    drafted, sent = [await envelope_by_code(code, shop=world.shop.id) for code in await codes_of(ticket)]
    await make_estimate(sent.code, by=world.counter, send=True)
    for envelope in (drafted, sent):
        await move(envelope.code, Stage.CANCELLED, by=world.counter, reason="customer")
    with pytest.raises(Conflict):
        await send_estimates(ticket.id, by=world.counter)
    with pytest.raises(Conflict):
        await say(sent, world, approve=True)
    states = await fetch("SELECT state FROM estimate ORDER BY id")
    assert "approved" not in {row["state"] for row in states}


async def test_an_answer_to_an_estimate_looked_at_again_lets_the_work_go_on(world: World) -> None:
    envelope = await an_envelope(world, price_terms="estimate")
    await send_estimates(envelope.ticket, by=world.counter)
    await move(envelope.code, Stage.ESTIMATING, by=world.counter)
    await say(envelope, world, approve=True)
    assert (await start_work(envelope.code, by=world.bench))[0].stage == Stage.AT_BENCH


async def test_two_partial_pickups_at_once_do_not_share_one_payment(world: World) -> None:
    ticket, codes = await ready(world, pieces=2)
    await take_payment(ticket, NewPayment((await sum_of(ticket)).total // 2, "cash"), by=world.counter)

    async def collect(code: str) -> object:
        return await hand_over(ticket, Collection([code], "Rosa Bennett", a_signature()), by=world.counter)

    done = await asyncio.gather(*(collect(code) for code in codes), return_exceptions=True)
    assert sorted(isinstance(one, Conflict) for one in done) == [False, True]


async def test_two_last_pieces_collected_at_once_close_the_ticket(world: World) -> None:
    for _ in range(5):
        ticket, codes = await ready(world, pieces=2)
        await take_payment(ticket, NewPayment((await sum_of(ticket)).balance, "cash"), by=world.counter)
        await asyncio.gather(*(handed_over(ticket, [code], world) for code in codes))
        assert (await ticket_by_number(ticket.number, shop=world.shop.id)).closed_at is not None


async def test_history_of_a_piece_is_written_while_its_ticket_is_held(world: World) -> None:
    envelope = await an_envelope(world)
    async with transaction():
        await lock_ticket(envelope.ticket)
        other = asyncio.create_task(asyncio.wait_for(_apart(envelope.code, world), 10))
        await asyncio.wait({other}, timeout=10)
        assert other.done(), "who scans a piece does not wait for the till"
    await other


async def _apart(code: str, world: World) -> None:
    from workshop.db import start_outside_transactions

    await start_outside_transactions(start_work(code, by=world.bench))


async def test_nothing_waits_for_ever_when_all_happens_to_one_ticket_at_once(world: World) -> None:
    ticket, codes = await ready(world, pieces=4)
    due = (await sum_of(ticket)).total
    day = ticket.promise_on
    acts = [
        take_payment(ticket, NewPayment(due // 4, "cash"), by=world.counter),
        change_promise(ticket.number.lower(), day, reason="asked", by=world.counter),
        add_collector(ticket, "Ada Lane", how="phone", by=world.counter),
        add_collector(ticket, "Bo Lane", how="phone", by=world.counter),
        *(move(code, Stage.IN_QUEUE, by=world.counter, reason="not right") for code in codes),
        *(take_payment(ticket, NewPayment(due, "cash"), by=world.counter) for _ in range(3)),
    ]  # fmt: skip
    done = await asyncio.wait_for(asyncio.gather(*acts, return_exceptions=True), 30)
    assert [one for one in done if isinstance(one, BaseException) and not isinstance(one, Conflict)] == []
    assert (await sum_of(ticket)).balance >= 0
    listed = await fetch_value("SELECT collectors FROM ticket WHERE id = $1", ticket.id)
    assert "Ada Lane" in listed and "Bo Lane" in listed


async def test_a_piece_of_known_kind_keeps_its_firm_price(world: World) -> None:
    work = [NewTask("RS-UP", drivers={"metal": "14k", "sizes": "1"})]
    ticket = await take_in(a_new_ticket(envelopes=[NewEnvelope(work, piece=a_ring())]), by=world.counter)
    assert (await start_work((await codes_of(ticket))[0], by=world.bench))[0].stage == Stage.AT_BENCH


async def test_nobody_who_had_it_at_their_bench_passes_it(world: World) -> None:
    envelope = await an_envelope(world, Stage.AT_BENCH)  # Kai starts it
    await move(envelope.code, Stage.IN_QUEUE, by=world.bench)
    await start_work(envelope.code, by=world.bench2)
    await finish_work(envelope.code, by=world.bench2)
    assert await fetch_value("SELECT maker_may_pass FROM shop") is False
    for maker in (world.bench, world.bench2):
        standing = await standing_of(await envelope_by_code(envelope.code, shop=world.shop.id), is_checked=True)
        with pytest.raises(NotAllowed, match="somebody else checks"):
            check_move(standing, Stage.READY_FOR_PICKUP, by=maker.id, roles=maker.roles, reason="")


async def test_a_price_above_the_customers_limit_waits_for_their_word(world: World) -> None:
    for limit, stage in ((5_000, "estimating"), (500_000, "received")):
        ticket = await take_in(a_new_ticket(price_terms="not_above", not_above_cents=limit), by=world.counter)
        assert await fetch_value("SELECT stage FROM envelope WHERE ticket = $1", ticket.id) == stage
