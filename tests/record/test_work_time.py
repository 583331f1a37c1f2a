"""Time on the job: from the scans, for everybody who worked on a piece, and put right with a reason."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.factories import World, a_ticket, an_envelope
from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value
from workshop.errors import Conflict, Forbidden, InvalidInput
from workshop.record.bench.work_spans import seconds_by_task, spans_of
from workshop.record.bench.work_time import Hours, add_time, correct_time, finish_task, pause_work, work_on
from workshop.record.prices.work import NewTask
from workshop.record.stages import Stage
from workshop.record.tickets.envelopes import finish_work, move, start_work
from workshop.record.tickets.standing import envelope_by_code, standing_of

pytestmark = pytest.mark.anyio
NOON = datetime(2031, 3, 3, 17, 0, tzinfo=UTC)


def at(minutes: int) -> datetime:
    moment = NOON + timedelta(minutes=minutes)
    clock.run_on(lambda: moment)
    return moment


async def two_tasks(world: World) -> tuple[str, list[int]]:
    at(0)
    work = [NewTask("RS-UP", drivers={"metal": "14k", "sizes": "1"}), NewTask("ST-TGT", drivers={"stones": "13"})]
    ticket = await a_ticket(world, tasks=work)
    code = await fetch_value("SELECT code FROM envelope WHERE ticket = $1", ticket.id)
    return code, [row["id"] for row in await fetch("SELECT id FROM task WHERE code <> 'XX-RUSH' ORDER BY id")]


async def seconds_on(code: str, world: World) -> int:
    return int((await envelope_by_code(code, shop=world.shop.id)).worked_seconds)


async def test_hold_and_pause_stop_the_clock_and_nothing_is_counted_twice(world: World) -> None:
    code, _ = await two_tasks(world)
    await start_work(code, by=world.bench)
    at(10)
    assert (await pause_work(code, by=world.bench))[1]
    assert not (await pause_work(code, by=world.bench))[1]
    at(40)  # lunch
    await start_work(code, by=world.bench)
    at(45)
    await move(code, Stage.ON_HOLD, reason="part", by=world.bench)
    at(90)
    await start_work(code, by=world.bench)
    at(97)
    envelope, _ = await finish_work(code, by=world.bench)
    assert envelope.worked_seconds == 22 * 60
    assert [span["seconds"] // 60 for span in await spans_of(envelope.id)] == [7, 5, 10]


async def test_two_people_work_on_one_piece_each_on_their_task(world: World) -> None:
    code, (sizing, stones) = await two_tasks(world)
    await start_work(code, by=world.bench)
    at(5)
    await work_on(code, sizing, by=world.bench)
    await work_on(code, stones, by=world.bench2)
    at(25)
    await finish_task(code, stones, by=world.bench2)
    at(35)
    envelope, _ = await finish_work(code, by=world.bench)
    spent = await seconds_by_task(envelope.id)
    assert spent == {None: 5 * 60, sizing: 30 * 60, stones: 20 * 60}
    assert envelope.worked_seconds == 55 * 60
    assert await fetch_value("SELECT done_by FROM task WHERE id = $1", stones) == world.bench2.id
    assert {world.bench.id, world.bench2.id} <= (await standing_of(envelope)).makers  # neither passes their own work


async def test_a_clock_runs_at_the_bench_only_and_on_work_still_to_do(world: World) -> None:
    code, (sizing, _) = await two_tasks(world)
    with pytest.raises(Conflict, match="START it first"):
        await work_on(code, sizing, by=world.bench)
    await start_work(code, by=world.bench)
    await finish_task(code, sizing, by=world.bench)
    with pytest.raises(Conflict, match="done already"):
        await work_on(code, sizing, by=world.bench)
    with pytest.raises(Forbidden):
        await work_on(code, None, by=world.counter)


async def test_time_is_put_right_with_a_reason_and_history_keeps_what_the_clock_said(world: World) -> None:
    code, _ = await two_tasks(world)
    await start_work(code, by=world.bench)
    at(600)
    envelope, _ = await finish_work(code, by=world.bench)
    span = (await spans_of(envelope.id))[0]["id"]
    right = Hours(NOON, NOON + timedelta(minutes=30), "Forgot to scan before going home")
    with pytest.raises(InvalidInput):
        await correct_time(span, Hours(NOON, NOON + timedelta(minutes=30), ""), by=world.bench)
    with pytest.raises(InvalidInput):
        await correct_time(span, Hours(NOON, NOON - timedelta(minutes=1), "the other way"), by=world.bench)
    with pytest.raises(Forbidden):
        await correct_time(span, right, by=world.bench2)
    await correct_time(span, right, by=world.manager)
    assert await seconds_on(code, world) == 30 * 60
    event = await fetch_one("SELECT data::text AS told FROM event WHERE name = 'time_corrected'")
    assert event and "Forgot to scan" in event["told"] and '"before": 600' in event["told"]


async def test_time_nobody_scanned_is_added_and_a_stretch_struck_out_counts_no_more(world: World) -> None:
    code, (sizing, _) = await two_tasks(world)
    at(60)
    hours = Hours(NOON, NOON + timedelta(minutes=12), "Station was off")
    with pytest.raises(Forbidden):
        await add_time(code, hours, by=world.bench, staff=world.bench2.id)
    envelope = await add_time(code, hours, by=world.bench, task=sizing)
    assert envelope.worked_seconds == 12 * 60
    span = (await spans_of(envelope.id))[0]["id"]
    await correct_time(span, Hours(NOON, NOON, "Was another ring", is_struck=True), by=world.bench)
    assert await seconds_on(code, world) == 0
    assert await seconds_by_task(envelope.id) == {}


async def test_correcting_a_running_clock_stops_it(world: World) -> None:
    at(0)
    envelope = await an_envelope(world, Stage.AT_BENCH)
    at(30)
    span = (await spans_of(envelope.id))[0]["id"]
    await correct_time(span, Hours(NOON, NOON + timedelta(minutes=8), "Left it running"), by=world.bench)
    at(50)
    envelope, _ = await finish_work(envelope.code, by=world.bench)
    assert envelope.worked_seconds == 8 * 60
