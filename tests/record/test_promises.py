"""A promise at the counter: honest by default, earlier only with a reason, and the last minutes go once."""

import asyncio
import json
from datetime import UTC, date, datetime, timedelta

import pytest

from intake.history import told
from tests.factories import World, a_new_ticket, a_ring, a_ticket, an_envelope
from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value, transaction
from workshop.errors import InvalidInput
from workshop.record.prices.work import NewTask
from workshop.record.promises.load import OPEN_WORK, open_lines, works_of
from workshop.record.promises.offers import Asked, offer_for
from workshop.record.promises.promise_changes import change_promise, offer_again, why_over
from workshop.record.shop.shops import shop_of
from workshop.record.stages import Stage
from workshop.record.tables import Shop
from workshop.record.tickets.envelopes import move
from workshop.record.tickets.estimates import make_estimate
from workshop.record.tickets.standing import ticket_of
from workshop.record.tickets.tickets import NewEnvelope, take_in

pytestmark = pytest.mark.anyio

MONDAY = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)  # nine in New York, an hour before the shop opens
SOONEST, NEXT = date(2026, 3, 3), date(2026, 3, 4)


@pytest.fixture
async def bench(world: World) -> Shop:
    """One jeweler with an hour a day, on a Monday morning; ordinary work is offered from the next day on."""
    clock.run_on(lambda: MONDAY)
    await fetch("UPDATE shop SET work_days = 1, rush_days = 1, rush_share_per_mille = 0")
    await fetch("UPDATE staff SET minutes_a_day = 60, skills = '{jeweler}' WHERE id = $1", world.bench.id)
    await fetch("UPDATE staff SET is_active = false WHERE id = $1", world.bench2.id)
    return await shop_of(world.shop.id)


def a_visit(minutes: int, **more):  # type: ignore[no-untyped-def]
    """Work of ten minutes a line."""
    tasks = [NewTask("PL-CLN", quantity=minutes // 10)]
    return a_new_ticket(envelopes=[NewEnvelope(tasks, piece=a_ring())], **more)


async def test_the_first_day_offered_is_the_first_by_which_the_bench_can_be_done(world: World, bench: Shop) -> None:
    promised = [(await take_in(a_visit(40), by=world.counter)).promise_on for _ in range(3)]
    # Forty minutes by tonight; the next need tomorrow too; the third the day after: 120 minutes in three days.
    assert promised == [SOONEST, NEXT, NEXT]
    dues = await fetch("SELECT bench_due FROM envelope ORDER BY id")
    assert [row["bench_due"] for row in dues] == [date(2026, 3, 2), SOONEST, SOONEST]
    assert (await offer_for(bench, [Asked("jeweler", 10)])).first == date(2026, 3, 5)


async def test_a_full_day_is_refused_saying_what_is_full_until_when_and_by_how_much(world: World, bench: Shop) -> None:
    await take_in(a_visit(60), by=world.counter)
    with pytest.raises(InvalidInput) as refused:
        await take_in(a_visit(50, promise_on=SOONEST), by=world.counter)
    sentence = refused.value.fields["promise_on"]
    assert "Jewelry work is full until Wed 4 Mar; 50 min over on Mon 2 Mar." in sentence
    assert "The first honest day is Wed 4 Mar." in sentence
    assert await fetch_value("SELECT count(*) FROM ticket") == 1


async def test_an_earlier_day_with_a_reason_is_promised_and_remembered(world: World, bench: Shop) -> None:
    await take_in(a_visit(60), by=world.counter)
    ticket = await take_in(a_visit(50, promise_on=SOONEST, promise_reason="Leaves for Lisbon"), by=world.counter)
    assert ticket.promise_on == SOONEST
    event = await fetch_one("SELECT e.*, '' AS staff_name, '' AS envelope_number FROM event e WHERE name = $1",
                            "promise_overridden")  # fmt: skip
    assert event is not None and event["staff"] == world.counter.id
    said = told(event)["sentence"]
    assert said == "Tue 3 Mar promised although it is full (jewelry work 50 min over): Leaves for Lisbon"
    # What was promised honestly is still kept: the next piece waits for both.
    assert (await take_in(a_visit(20), by=world.counter)).promise_on == date(2026, 3, 5)


async def test_two_take_ins_at_once_cannot_both_have_the_last_minutes(world: World, bench: Shop) -> None:
    visit = a_visit(40, promise_on=SOONEST, promise_offered=SOONEST)
    done = await asyncio.gather(*(take_in(visit, by=world.counter) for _ in range(4)), return_exceptions=True)
    refused = [one for one in done if isinstance(one, InvalidInput)]
    assert len(refused) == 3 and len(done) == 4
    assert all("filled up while you were writing" in one.fields["promise_on"] for one in refused)
    assert await fetch_value("SELECT count(*) FROM ticket") == 1


async def test_two_at_once_without_a_day_get_two_honest_ones(world: World, bench: Shop) -> None:
    visits = [take_in(a_visit(60), by=world.counter) for _ in range(4)]
    promised = sorted(ticket.promise_on for ticket in await asyncio.gather(*visits))
    assert promised == [SOONEST, NEXT, date(2026, 3, 5), date(2026, 3, 6)]


async def test_rush_gets_what_is_kept_free_for_it(world: World, bench: Shop) -> None:
    await fetch("UPDATE shop SET rush_share_per_mille = 500")
    shop = await shop_of(world.shop.id)
    assert (await take_in(a_visit(60), by=world.counter)).promise_on == NEXT  # half an hour a day
    assert (await offer_for(shop, [Asked("jeweler", 30)])).first == date(2026, 3, 5)
    assert (await offer_for(shop, [Asked("jeweler", 30)], rush=True)).first == SOONEST


async def test_time_already_worked_and_work_that_is_done_take_no_more_of_the_day(world: World, bench: Shop) -> None:
    envelope = await an_envelope(world, Stage.AT_BENCH, tasks=[NewTask("PL-CLN", quantity=6)])
    assert [line.minutes for line in await open_lines(bench)] == [60]
    clock.run_on(lambda: MONDAY + timedelta(minutes=45))
    assert [line.minutes for line in await open_lines(bench)] == [15]
    clock.run_on(lambda: MONDAY + timedelta(hours=3))
    assert [line.minutes for line in await open_lines(bench)] == [5]  # it is not done before somebody says so
    await fetch("UPDATE task SET done_at = $1", clock.now())
    assert await open_lines(bench) == [] and envelope.id


async def test_a_piece_on_hold_keeps_its_place_only_while_its_day_can_be_kept(world: World, bench: Shop) -> None:
    envelope = await an_envelope(world, tasks=[NewTask("PL-CLN", quantity=6)])
    await move(envelope.code, Stage.ON_HOLD, by=world.counter, reason="stone")
    assert len(works_of(await open_lines(bench), envelope.bench_due)) == 1
    assert works_of(await open_lines(bench), envelope.bench_due + timedelta(days=1)) == []


async def test_people_away_and_gone_give_no_minutes(world: World, bench: Shop) -> None:
    await fetch("INSERT INTO day_off (staff, first_on, last_on) VALUES ($1, $2, $3)",
                world.bench.id, date(2026, 3, 2), date(2026, 3, 4))  # fmt: skip
    assert (await offer_for(bench, [Asked("jeweler", 30)])).first == date(2026, 3, 6)
    await fetch("UPDATE staff SET is_active = false WHERE id = $1", world.bench.id)
    # Nobody is left: the shop is one bench with the usual minutes, so that it can go on promising.
    assert (await offer_for(bench, [Asked("jeweler", 30)])).first == SOONEST


async def test_a_shop_in_which_nothing_is_set_promises_by_a_bench_of_six_hours(world: World) -> None:
    clock.run_on(lambda: MONDAY)
    await fetch("UPDATE staff SET is_active = false WHERE id <> $1", world.owner.id)
    shop = await shop_of(world.shop.id)
    usual = (await offer_for(shop, [Asked("jeweler", 30), Asked("watchmaker", 30)])).first
    assert usual == date(2026, 3, 10)  # seven open days
    assert (await offer_for(shop, [Asked("jeweler", 8 * 324)])).first == date(2026, 3, 11)


async def test_work_nobody_here_does_is_promised_by_the_usual_time_alone(world: World, bench: Shop) -> None:
    assert (await offer_for(bench, [Asked("watchmaker", 9000)])).first == SOONEST


async def test_those_who_do_it_being_away_for_good_is_said_and_not_guessed(world: World, bench: Shop) -> None:
    await fetch("INSERT INTO day_off (staff, first_on, last_on) VALUES ($1, $2, $3)",
                world.bench.id, date(2026, 3, 2), date(2029, 3, 4))  # fmt: skip
    with pytest.raises(InvalidInput, match="Nobody who does this work has a free minute"):
        await take_in(a_visit(30), by=world.counter)
    ticket = await take_in(a_visit(30, promise_on=NEXT, promise_reason="A friend comes in"), by=world.counter)
    assert ticket.promise_on == NEXT


async def test_an_appraisal_moves_the_bench_forward_and_is_itself_due_later(world: World, bench: Shop) -> None:
    await fetch("UPDATE staff SET skills = '{jeweler,appraiser}', minutes_a_day = 120 WHERE id = $1", world.bench.id)
    tasks = [NewTask("PL-CLN"), NewTask("AP-VAL", drivers={"each": "1"})]
    envelope = await an_envelope(world, envelopes=[NewEnvelope(tasks, piece=a_ring())], promise_on=date(2026, 3, 9))
    assert envelope.bench_due == date(2026, 3, 5)  # three open days: Saturday counts, Sunday does not
    assert {line.skill: line.due for line in await open_lines(await shop_of(world.shop.id))} == {
        "jeweler": date(2026, 3, 5), "appraiser": date(2026, 3, 7)
    }  # fmt: skip


async def test_open_work_is_found_by_an_index_of_open_work_alone(world: World) -> None:
    for _ in range(3):
        await a_ticket(world)
    query = f"SELECT v.id FROM envelope v WHERE v.shop = 1 AND {OPEN_WORK} ORDER BY v.bench_due, v.id"
    async with transaction():
        for other_way in ("seqscan", "bitmapscan", "sort"):  # a handful of rows may be read in any way
            await fetch(f"SET LOCAL enable_{other_way} = off")
        plan = await fetch_value(f"EXPLAIN (FORMAT JSON) {query}")
    assert "envelope_load" in json.dumps(json.loads(plan))


async def test_work_found_at_the_bench_moves_its_due_and_the_promise_is_looked_at_anew(
    world: World, bench: Shop
) -> None:
    await fetch("UPDATE staff SET skills = '{jeweler,appraiser}' WHERE id = $1", world.bench.id)
    envelope = await an_envelope(
        world, Stage.AT_BENCH, tasks=[NewTask("PL-CLN", quantity=6)], promise_on=date(2026, 3, 9)
    )
    ticket = await ticket_of(envelope)
    shop = await shop_of(world.shop.id)
    assert (await offer_again(ticket, shop))[0].on(ticket.promise_on).fits
    found = [NewTask("AP-VAL", drivers={"each": "1"}), NewTask("PL-CLN", quantity=30)]
    await make_estimate(envelope.code, by=world.bench, note="Prongs thin", found=found)
    assert await fetch_value("SELECT bench_due FROM envelope") == date(2026, 3, 5)  # the appraiser comes after
    offer, minutes = await offer_again(ticket, shop)
    assert minutes == 60 + 45 + 300 and offer.on(ticket.promise_on).short
    assert offer.soonest is not None and offer.soonest > ticket.promise_on
    changed = await change_promise(
        ticket.number, offer.soonest, reason="Prongs found thin", answer="unhappy", by=world.counter
    )
    assert (await offer_again(changed, shop))[0].on(changed.promise_on).fits
    event = await fetch_one("SELECT e.*, '' AS staff_name, '' AS envelope_number FROM event e WHERE name = $1",
                            "promise_changed")  # fmt: skip
    assert event is not None
    assert told(event)["sentence"].endswith("Prongs found thin. Customer: takes it, not happily")


async def test_a_promise_moved_to_a_full_day_says_so_in_history(world: World, bench: Shop) -> None:
    await take_in(a_visit(60), by=world.counter)
    ticket = await take_in(a_visit(60), by=world.counter)
    assert await why_over(ticket) == ""
    ticket = await change_promise(ticket.number, SOONEST, reason="Flies tomorrow", by=world.counter)
    assert await why_over(ticket) == "Flies tomorrow"
