"""Acts on many pieces: each piece for itself, told piece by piece, done once, taken back where nobody acted since."""

import uuid
from datetime import date, timedelta
from typing import Any

import asyncpg
import pytest

from tests.factories import World, an_envelope
from workshop import clock
from workshop.db import fetch, fetch_value
from workshop.errors import Conflict, Forbidden, InvalidInput, NotFound
from workshop.record.alarms.bulk import Progress, do_bulk, progress_of, start_bulk, sweep_bulk, undo_bulk
from workshop.record.bench.assignment import Wish, assign
from workshop.record.promises.capacity import open_days
from workshop.record.stages import Stage

pytestmark = pytest.mark.anyio


async def done(world: World, act: str, wanted: dict[str, Any], codes: list[str]) -> Progress:
    bulk = await start_bulk(act, wanted, codes, by=world.manager)
    await do_bulk(str(bulk))
    return await progress_of(bulk, shop=world.shop.id)


def states(progress: Progress) -> list[str]:
    return [item["state"] for item in progress.items]


async def undone(world: World, progress: Progress) -> Progress:
    back = await undo_bulk(progress.id, by=world.manager)
    await do_bulk(str(back))
    return await progress_of(back, shop=world.shop.id)


async def test_pieces_are_given_to_a_colleague_and_what_cannot_be_is_told(world: World) -> None:
    free, busy = await an_envelope(world), await an_envelope(world, Stage.AT_BENCH)
    progress = await done(world, "assign", {"jeweler": world.bench2.id}, [free.code, busy.code])
    assert sorted(states(progress)) == ["done", "refused"]
    (refused,) = [item for item in progress.items if item["state"] == "refused"]
    assert refused["number"] == busy.number and "Kai" in refused["said"]
    assert await fetch_value("SELECT jeweler FROM envelope WHERE id = $1", free.id) == world.bench2.id
    assert progress.finished_at is not None
    assert await fetch_value("SELECT count(*) FROM event WHERE name = 'assigned'") == 1


async def test_taking_back_leaves_what_somebody_changed_since(world: World) -> None:
    one, two = await an_envelope(world), await an_envelope(world)
    progress = await done(world, "assign", {"jeweler": world.bench.id}, [one.code, two.code])
    await assign(two.code, Wish(world.bench2.id), by=world.manager)
    back = await undone(world, progress)
    assert sorted(states(back)) == ["done", "refused"]
    assert await fetch_value("SELECT jeweler FROM envelope WHERE id = $1", one.id) is None
    assert await fetch_value("SELECT jeweler FROM envelope WHERE id = $1", two.id) == world.bench2.id
    with pytest.raises(Conflict):
        await undo_bulk(progress.id, by=world.manager)


async def test_a_promise_is_moved_once_for_each_ticket_and_told_once(world: World) -> None:
    envelope = await an_envelope(world, pieces=2)
    codes = [row["code"] for row in await fetch("SELECT code FROM envelope WHERE ticket = $1", envelope.ticket)]
    before: date = envelope.promise_on
    day = open_days(world.shop, before + timedelta(days=1), 1)[0]
    wanted = {"day": day.isoformat(), "reason": "The stone is late"}
    progress = await done(world, "move_date", wanted, codes)
    assert sorted(states(progress)) == ["done", "same"]
    assert await fetch_value("SELECT count(*) FROM event WHERE name = 'promise_changed'") == 1
    assert await fetch_value("SELECT count(*) FROM message WHERE template = 'promise_moved'") == 1
    await undone(world, progress)
    assert await fetch_value("SELECT promise_on FROM ticket WHERE id = $1", envelope.ticket) == before


async def test_asked_for_twice_each_piece_is_done_once(world: World) -> None:
    envelope = await an_envelope(world)
    prints = await fetch_value("SELECT count(*) FROM print_job WHERE document = 'label'")
    progress = await done(world, "reprint", {}, [envelope.code])
    await do_bulk(str(progress.id))
    assert await fetch_value("SELECT count(*) FROM print_job WHERE document = 'label'") == prints + 1
    assert not progress.may_undo


@pytest.mark.parametrize(
    ("act", "wanted", "field"),
    [
        ("assign", {"jeweler": 999}, "jeweler"), ("move_date", {"day": "2020-01-01", "reason": "x"}, "day"),
        ("move_date", {"day": "2031-03-04", "reason": " "}, "reason"), ("burn", {}, "act"),
    ],
)  # fmt: skip
async def test_what_can_hold_for_no_piece_is_refused_before_any_is_touched(
    world: World, act: str, wanted: dict[str, Any], field: str
) -> None:
    envelope = await an_envelope(world)
    with pytest.raises(InvalidInput) as refused:
        await start_bulk(act, wanted, [envelope.code], by=world.manager)
    assert field in refused.value.fields or field == "day"
    assert await fetch_value("SELECT count(*) FROM bulk_act") == 0


async def test_it_is_the_managers_and_of_the_own_shop(world: World) -> None:
    envelope = await an_envelope(world)
    with pytest.raises(Forbidden):
        await start_bulk("reprint", {}, [envelope.code], by=world.counter)
    await fetch("UPDATE envelope SET code = 'ELSEWHERE' WHERE id = $1", envelope.id)
    with pytest.raises(NotFound):
        await start_bulk("reprint", {}, ["NOSUCH"], by=world.manager)
    with pytest.raises(NotFound):
        await progress_of(uuid.uuid4(), shop=world.shop.id)


async def test_a_piece_that_breaks_the_act_does_not_hold_up_the_others(world: World, database_ready: str) -> None:
    bad, good = await an_envelope(world), await an_envelope(world)
    bulk = await start_bulk("assign", {"jeweler": world.bench.id}, [bad.code, good.code], by=world.manager)
    owner = await asyncpg.connect(database_ready)
    try:  # the database refuses this one piece, whatever the reason
        await owner.execute(f"ALTER TABLE envelope ADD CONSTRAINT no_jeweler CHECK (id <> {bad.id} OR jeweler IS NULL)")
        await do_bulk(str(bulk))
    finally:
        await owner.execute("ALTER TABLE envelope DROP CONSTRAINT no_jeweler")
        await owner.close()
    progress = await progress_of(bulk, shop=world.shop.id)
    said = {item["number"]: item["state"] for item in progress.items}
    assert said == {bad.number: "refused", good.number: "done"}
    assert progress.finished_at is not None and progress.may_undo


async def test_an_act_whose_job_was_lost_is_done_all_the_same(world: World) -> None:
    envelope = await an_envelope(world)
    bulk = await start_bulk("assign", {"jeweler": world.bench.id}, [envelope.code], by=world.manager)
    begun = clock.now()
    clock.run_on(lambda: begun + timedelta(minutes=2))
    await sweep_bulk()
    assert (await progress_of(bulk, shop=world.shop.id)).finished_at is not None
    assert await fetch_value("SELECT jeweler FROM envelope WHERE id = $1", envelope.id) == world.bench.id
