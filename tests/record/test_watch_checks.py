"""A watch measured before the work and after it, its serial compared, its running test timed."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.factories import World, an_envelope
from workshop import clock
from workshop.db import fetch, fetch_value
from workshop.errors import Conflict, InvalidInput
from workshop.record.bench.watch_checks import (
    Reading,
    keep_reading,
    readings_of,
    start_test,
    stop_test,
    strike_reading,
    told_to_customer,
)
from workshop.record.pieces.pieces import NewPiece
from workshop.record.prices.work import NewTask
from workshop.record.stages import Stage
from workshop.record.tables import Envelope
from workshop.record.tickets.envelopes import finish_work
from workshop.record.tickets.tickets import NewEnvelope

pytestmark = pytest.mark.anyio


async def a_watch(world: World) -> Envelope:
    piece = NewPiece("watch", "Steel diver", "steel", "stamped", serial="7548-700B")
    return await an_envelope(world, Stage.AT_BENCH, envelopes=[NewEnvelope([NewTask("WB-WR")], piece=piece)])


async def test_before_and_after_as_they_are_told_to_the_customer(world: World) -> None:
    watch = await a_watch(world)
    for reading in (
        Reading("timing", "before", "DU", rate_tenths=-185, amplitude=212, beat_tenths=12),
        Reading("timing", "after", "DU", rate_tenths=40, amplitude=285, beat_tenths=3),
        Reading("timing", "after", "6U", rate_tenths=-15, amplitude=270),
        Reading("water", "after", bar_tenths=50, is_passed=True),
        Reading("battery", "after", current_na=1150, millivolts=1550),
    ):
        await keep_reading(watch.code, reading, by=world.bench)
    wrong = await keep_reading(watch.code, Reading("timing", "after", "DD", rate_tenths=9000), by=world.bench)
    await strike_reading(wrong["id"], by=world.bench)
    assert (await told_to_customer([watch.id]))[watch.id] == [
        "Before the work: dial up -18.5 s/d, 212°, 1.2 ms",
        "After the work: dial up +4 s/d, 285°, 0.3 ms; 6 up -1.5 s/d, 270°; tight at 5 bar; battery 1.15 µA, 1.55 V",
    ]


async def test_the_running_test_counts_its_hours(world: World) -> None:
    watch = await a_watch(world)
    began = datetime(2031, 3, 3, 15, 0, tzinfo=UTC)
    clock.run_on(lambda: began)
    await start_test(watch.code, by=world.bench)
    await start_test(watch.code, by=world.bench2)
    assert await fetch_value("SELECT count(*) FROM watch_check") == 1
    clock.run_on(lambda: began + timedelta(hours=25, minutes=30))
    row = await stop_test(watch.code, passed=True, rate_tenths=20, by=world.bench2)
    assert [one["words"] for one in await readings_of([watch.id])] == ["ran 25.5 h, +2 s/d"]
    assert row["is_passed"]
    with pytest.raises(Conflict, match="No running test"):
        await stop_test(watch.code, passed=True, by=world.bench)


async def test_another_watchs_serial_stops_it_at_the_bench(world: World) -> None:
    watch = await a_watch(world)
    row = await keep_reading(watch.code, Reading("serial", "before", serial="7548-7008"), by=world.bench)
    assert not row["is_passed"]
    with pytest.raises(Conflict, match="not the one taken in"):
        await finish_work(watch.code, by=world.bench)
    await keep_reading(watch.code, Reading("serial", "before", serial="7548 700b"), by=world.bench)
    await finish_work(watch.code, by=world.bench)


@pytest.mark.parametrize(
    ("reading", "field"),
    [(Reading("timing", position="XX", rate_tenths=4), "position"), (Reading("timing", position="DU"), "rate_tenths"),
     (Reading("timing", position="DU", amplitude=4000), "amplitude"), (Reading("water", bar_tenths=50), "bar_tenths"),
     (Reading("serial", serial=""), "serial"), (Reading("battery", current_na=-4), "current_na")],
)  # fmt: skip
async def test_a_figure_that_cannot_be_is_refused_beside_its_field(
    world: World, reading: Reading, field: str
) -> None:
    watch = await a_watch(world)
    with pytest.raises(InvalidInput) as refused:
        await keep_reading(watch.code, reading, by=world.bench)
    assert list(refused.value.fields) == [field]
    assert await fetch("SELECT id FROM watch_check") == []
