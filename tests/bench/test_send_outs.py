"""Packing lists: nothing leaves without proof of cover, what is back is counted piece by piece, and is theirs."""

import asyncio
from datetime import timedelta

import pytest

from tests.factories import World, a_ring, a_ticket, an_envelope, passed
from tests.out_of_house import a_vendor, sent_out
from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value
from workshop.errors import Conflict, Forbidden, InvalidInput, NotAllowed, NotFound
from workshop.record.prices.work import NewTask
from workshop.record.quality.quality import fail_quality
from workshop.record.shop.approvals import NeedsManager
from workshop.record.stages import Stage
from workshop.record.tables import Envelope
from workshop.record.tickets.envelopes import move
from workshop.record.tickets.standing import envelope_by_code
from workshop.record.tickets.tickets import NewEnvelope
from workshop.record.whereabouts.liability import liability_now
from workshop.record.whereabouts.receiving import receive, tasks_to_charge
from workshop.record.whereabouts.send_outs import drop_list, pack, send, send_out_of, take_out, vendor_alarms
from workshop.record.whereabouts.vendors import (
    NewCover,
    NewVendor,
    add_cover,
    add_vendor,
    record_of,
    retire_vendor,
    withdraw_cover,
)

pytestmark = pytest.mark.anyio


def in_days(world: World, days: int) -> object:
    return clock.today(world.shop.zone) + timedelta(days=days)


async def valued(world: World, cents: int) -> Envelope:
    work = [NewTask("RS-UP", drivers={"metal": "14k", "sizes": "1", "stones": "13"})]
    ticket = await a_ticket(world, envelopes=[NewEnvelope(work, piece=a_ring(), declared_value_cents=cents)])
    return await envelope_by_code(f"{ticket.number}-1", shop=world.shop.id)


async def test_a_list_is_packed_by_scan_leaves_and_comes_back_piece_by_piece(world: World) -> None:
    one, two = await valued(world, 50_000), await valued(world, 70_000)
    _, card = await a_vendor(world)
    _, first, is_new = await pack(one.code, card, by=world.counter)
    assert is_new and not (await pack(one.code, card, by=world.counter))[2]
    assert (await pack(two.code, card, by=world.bench))[1]["id"] == first["id"]
    row = await send(first["id"], due_back_on=in_days(world, 5), by=world.counter)  # type: ignore[arg-type]
    assert (row["number"], row["state"], row["insured_cents"]) == ("HR-V0001", "out", 120_000)
    assert await fetch_value("SELECT location FROM envelope WHERE id = $1", one.id) == "Enamel House"
    assert {row["name"]: row["declared"] for row in (await liability_now(world.shop)).places} == {
        "Enamel House": 120_000
    }
    task = (await tasks_to_charge(one.id))[0]["id"]
    back, was_out = await receive(one.code, finished=True, costs={task: 4_500}, by=world.counter)
    assert was_out and back.stage == "quality_check"
    assert not (await receive(one.code, finished=True, by=world.counter))[1]
    assert (await send_out_of(row["id"], shop=world.shop.id))["state"] == "out"
    await receive(two.code, finished=False, by=world.counter)
    assert (await send_out_of(row["id"], shop=world.shop.id))["state"] == "back"
    assert await fetch_value("SELECT stage FROM envelope WHERE id = $1", two.id) == "in_queue"
    assert await fetch_value("SELECT vendor_cents FROM task WHERE id = $1", task) == 4_500


async def test_finished_work_is_the_vendors_and_the_counter_may_pass_it(world: World) -> None:
    envelope = await an_envelope(world)
    await sent_out(world, envelope)
    await receive(envelope.code, finished=True, by=world.counter)
    row = await fetch_one("SELECT worked_by, worked_vendor FROM envelope WHERE id = $1", envelope.id)
    assert row == {"worked_by": None, "worked_vendor": 1}
    assert await fetch("SELECT DISTINCT done_by, vendor FROM task") == [{"done_by": None, "vendor": 1}]
    assert (await passed(envelope.code, world)).stage == "ready_for_pickup"


async def test_back_and_finished_by_any_door_is_never_the_counters_own_work(world: World) -> None:
    envelope = await an_envelope(world)
    await sent_out(world, envelope)
    await move(envelope.code, Stage.QUALITY_CHECK, by=world.counter)
    assert await fetch_value("SELECT worked_vendor FROM envelope WHERE id = $1", envelope.id) == 1
    assert await fetch_value("SELECT state FROM send_out") == "back"


async def test_nothing_leaves_but_on_a_list(world: World) -> None:
    envelope = await an_envelope(world)
    await move(envelope.code, Stage.IN_QUEUE, by=world.counter)
    with pytest.raises(NotAllowed, match="packing list"):
        await move(envelope.code, Stage.AT_VENDOR, by=world.manager)


@pytest.mark.parametrize("case", ["none", "low", "ends", "withdrawn"])
async def test_nothing_leaves_without_proof_that_covers_it_until_it_is_back(world: World, case: str) -> None:
    envelope = await valued(world, 50_000)
    until = in_days(world, 4 if case == "ends" else 90)
    limit = {"none": 0, "low": 49_999}.get(case, 50_000)
    vendor, card = await a_vendor(world, limit_cents=limit, until=until)  # type: ignore[arg-type]
    if case == "withdrawn":
        await withdraw_cover(1, by=world.manager)
    _, row, _ = await pack(envelope.code, card, by=world.counter)
    for by in (world.counter, world.owner):
        with pytest.raises(InvalidInput) as refused:
            await send(row["id"], due_back_on=in_days(world, 5), by=by)  # type: ignore[arg-type]
        assert list(refused.value.fields) == ["cover"]
    assert await fetch_value("SELECT stage FROM envelope WHERE id = $1", envelope.id) == "received"
    good = NewCover("Lloyd's", "L-1", 50_000, in_days(world, 5))  # type: ignore[arg-type]
    await add_cover(vendor, good, by=world.manager)
    await send(row["id"], due_back_on=in_days(world, 5), by=world.counter)  # type: ignore[arg-type]


async def test_what_is_there_already_counts_against_the_proof(world: World) -> None:
    one, two = await valued(world, 60_000), await valued(world, 60_000)
    _, card = await a_vendor(world, limit_cents=100_000)
    await sent_out(world, one, vendor=card)
    with pytest.raises(InvalidInput, match=r"\$600\.00 that is there already"):
        await sent_out(world, two, vendor=card)
    await receive(one.code, finished=False, by=world.counter)
    await drop_list(2, by=world.counter)
    await sent_out(world, two, vendor=card)


async def test_a_manager_answers_for_missing_cover_only_where_the_shop_allows_it(world: World) -> None:
    await fetch("UPDATE shop SET uncovered_allowed = true")
    envelope = await valued(world, 50_000)
    _, card = await a_vendor(world, limit_cents=0)
    _, row, _ = await pack(envelope.code, card, by=world.counter)
    with pytest.raises(NeedsManager) as refused:
        await send(row["id"], due_back_on=in_days(world, 5), by=world.counter)  # type: ignore[arg-type]
    assert (refused.value.request.act, refused.value.request.subject) == ("uncovered", "HR-V0001")
    await send(row["id"], due_back_on=in_days(world, 5), by=world.manager)  # type: ignore[arg-type]
    assert await fetch_value("SELECT approved_by FROM send_out") == world.manager.id


async def test_one_piece_is_on_one_list_and_may_be_taken_off_before_it_leaves(world: World) -> None:
    envelope = await an_envelope(world)
    (_, enamel), (_, pearls) = await a_vendor(world), await a_vendor(world, "Pearl Room")
    _, row, _ = await pack(envelope.code, enamel, by=world.counter)
    with pytest.raises(Conflict, match="HR-V0001 to Enamel House"):
        await pack(envelope.code, pearls, by=world.counter)
    await take_out(row["id"], envelope.code, by=world.counter)
    with pytest.raises(Conflict, match="Nothing is on this list"):
        await send(row["id"], due_back_on=in_days(world, 5), by=world.counter)  # type: ignore[arg-type]
    await pack(envelope.code, pearls, by=world.counter)


async def test_many_scans_at_once_make_one_list_and_one_line(world: World) -> None:
    one, two = await an_envelope(world), await an_envelope(world)
    _, card = await a_vendor(world)
    codes = [one.code, two.code] * 3
    done = await asyncio.gather(*(pack(code, card, by=world.counter) for code in codes))
    assert sum(is_new for _, _, is_new in done) == 2
    assert await fetch_value("SELECT count(*) FROM send_out") == 1


async def test_no_word_of_the_customer_no_vendor(world: World) -> None:
    code = await fetch_value("SELECT code FROM price_item WHERE needs_estimate LIMIT 1")
    ticket = await a_ticket(world, envelopes=[NewEnvelope([NewTask(code, price_cents=50_000)], piece=a_ring())])
    with pytest.raises(NotAllowed):
        await pack(f"{ticket.number}-1", (await a_vendor(world))[1], by=world.counter)


async def test_what_is_late_or_puts_the_promise_at_risk_is_alarmed_in_time(world: World) -> None:
    envelope = await an_envelope(world)
    days = (envelope.bench_due - clock.today(world.shop.zone)).days
    await sent_out(world, envelope, due_in=days - 1)
    assert await vendor_alarms(world.shop) == []
    now = clock.now()
    clock.run_on(lambda: now + timedelta(days=days - 1))  # due back today, and the bench is due tomorrow
    assert await vendor_alarms(world.shop) == []
    clock.run_on(lambda: now + timedelta(days=days))
    (alarm,) = await vendor_alarms(world.shop)
    assert alarm["is_overdue"] and alarm["number"] == envelope.number and alarm["promise_on"] >= alarm["bench_due"]


async def test_a_day_back_after_the_bench_is_due_is_alarmed_at_once(world: World) -> None:
    envelope = await an_envelope(world)
    await sent_out(world, envelope, due_in=60)
    (alarm,) = await vendor_alarms(world.shop)
    assert not alarm["is_overdue"]


async def test_a_vendor_is_known_by_how_it_keeps_its_word(world: World) -> None:
    early, late = await an_envelope(world), await an_envelope(world)
    vendor, card = await a_vendor(world)
    await sent_out(world, early, late, vendor=card, due_in=2)
    await receive(early.code, finished=True, by=world.counter)
    await fail_quality(early.code, "finish", by=world.bench)
    now = clock.now()
    clock.run_on(lambda: now + timedelta(days=4))
    await receive(late.code, finished=True, costs={}, by=world.counter)
    told = await record_of(vendor, world.shop.zone)
    assert (told["back"], told["on_time"], told["finished"], told["redo"]) == (2, 1, 2, 1)


async def test_vendors_are_managers_business_and_another_shops_are_unknown(world: World) -> None:
    with pytest.raises(Forbidden):
        await add_vendor(NewVendor("Pearl Room"), by=world.counter)
    vendor, card = await a_vendor(world)
    with pytest.raises(InvalidInput):
        await add_vendor(NewVendor("enamel house"), by=world.manager)
    envelope = await an_envelope(world)
    _, row, _ = await pack(envelope.code, card, by=world.counter)
    with pytest.raises(Conflict, match="still has a list"):
        await retire_vendor(vendor, by=world.manager)
    await drop_list(row["id"], by=world.counter)
    await retire_vendor(vendor, by=world.manager)
    with pytest.raises(Conflict, match="any more"):
        await pack(envelope.code, card, by=world.counter)
    with pytest.raises(NotFound):
        await send_out_of(row["id"], shop=99)
