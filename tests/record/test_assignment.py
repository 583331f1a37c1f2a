"""Who does what on which day: nobody's day is planned beyond their minutes, except with a reason."""

import asyncio
import json
from datetime import UTC, date, datetime

import pytest

from tests.factories import World, an_envelope
from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value
from workshop.errors import Conflict, Forbidden, NotFound
from workshop.record.bench.assignment import NeedsReason, Wish, assign, share_by_rule, share_out, unassign
from workshop.record.bench.day_plan import read_plan
from workshop.record.shop.shops import shop_of
from workshop.record.stages import Stage
from workshop.record.tables import Envelope
from workshop.record.tickets.envelopes import start_work
from workshop.record.tickets.estimates import make_estimate

pytestmark = pytest.mark.anyio
MONDAY = datetime(2031, 3, 3, 13, 0, tzinfo=UTC)  # 08:00 in New York, before opening
DAY = date(2031, 3, 3)


async def pieces(world: World, minutes: list[int], *, skill: str = "jeweler", due: date = DAY) -> list[Envelope]:
    """Envelopes that need so many minutes each, all due on one day."""
    clock.run_on(lambda: MONDAY)
    made = []
    for number in minutes:
        envelope = await an_envelope(world)
        await fetch("UPDATE task SET minutes = $2, skill = $3 WHERE envelope = $1", envelope.id, number, skill)
        await fetch("UPDATE envelope SET bench_due = $2 WHERE id = $1", envelope.id, due)
        made.append(envelope)
    return made


async def whose(envelope: Envelope) -> tuple[int | None, date | None]:
    row = await fetch_one("SELECT jeweler, plan_on FROM envelope WHERE id = $1", envelope.id)
    assert row
    return row["jeweler"], row["plan_on"]


async def test_a_day_is_never_planned_beyond_its_minutes_without_a_reason(world: World) -> None:
    first, second, third = await pieces(world, [300, 60, 30])
    kai = world.bench.id
    await assign(first.code, Wish(kai), by=world.manager)
    await assign(second.code, Wish(kai), by=world.manager)  # 360 of 360
    with pytest.raises(NeedsReason, match="Kai's Mon 3 Mar is full: 30 min over 6 h") as refused:
        await assign(third.code, Wish(kai), by=world.manager)
    assert refused.value.against and await whose(third) == (None, None)
    await assign(third.code, Wish(kai, reason="He stays longer today"), by=world.manager)
    assert await whose(third) == (kai, DAY)
    told = json.loads(await fetch_value("SELECT data FROM event WHERE name = 'assigned' ORDER BY id DESC LIMIT 1"))
    assert told["reason"] == "He stays longer today" and told["against"]
    plan = await read_plan(await shop_of(world.shop.id))
    assert plan.used(kai, DAY) == 390


async def test_it_goes_to_the_first_day_with_room_before_it_is_due(world: World) -> None:
    first, second = await pieces(world, [300, 90], due=date(2031, 3, 5))
    for one in (first, second):
        await assign(one.code, Wish(world.bench.id), by=world.manager)
    assert await whose(first) == (world.bench.id, DAY)
    assert await whose(second) == (world.bench.id, date(2031, 3, 4))


async def test_a_day_after_it_is_due_needs_a_reason_unless_it_is_late_already(world: World) -> None:
    soon, late = await pieces(world, [30, 30], due=date(2031, 3, 4))
    await fetch("UPDATE envelope SET bench_due = '2031-02-27' WHERE id = $1", late.id)
    with pytest.raises(NeedsReason, match="it is due on Tue 4 Mar"):
        await assign(soon.code, Wish(world.bench.id, date(2031, 3, 5)), by=world.manager)
    await assign(late.code, Wish(world.bench.id, date(2031, 3, 5)), by=world.manager)


async def test_work_somebody_does_not_do_and_days_off_need_a_reason_too(world: World) -> None:
    (watch,) = await pieces(world, [20], skill="watchmaker", due=date(2031, 3, 4))
    await fetch("UPDATE staff SET skills = '{jeweler}' WHERE id = $1", world.bench.id)
    await fetch(
        "INSERT INTO day_off (staff, first_on, last_on) VALUES ($1, $2, $2)", world.bench2.id, date(2031, 3, 4)
    )
    with pytest.raises(NeedsReason, match="Kai does not do watch work"):
        await assign(watch.code, Wish(world.bench.id), by=world.manager)
    with pytest.raises(NeedsReason, match="Ines is not at the bench on Tue 4 Mar"):
        await assign(watch.code, Wish(world.bench2.id, date(2031, 3, 4)), by=world.manager)


async def test_a_jeweler_takes_free_work_and_gives_it_back_but_not_a_colleagues(world: World) -> None:
    (ring,) = await pieces(world, [30])
    with pytest.raises(Forbidden):
        await assign(ring.code, Wish(world.bench2.id), by=world.bench)
    with pytest.raises(Forbidden):
        await assign(ring.code, Wish(world.counter.id), by=world.counter)
    await assign(ring.code, Wish(world.bench.id, how="self"), by=world.bench)
    with pytest.raises(Conflict, match="planned for Kai"):
        await assign(ring.code, Wish(world.bench2.id, how="self"), by=world.bench2)
    with pytest.raises(Conflict, match="planned for Kai"):
        await unassign(ring.code, by=world.bench2)
    await unassign(ring.code, by=world.bench)
    assert await whose(ring) == (None, None)
    await start_work(ring.code, by=world.bench2)
    with pytest.raises(Conflict, match="at the bench with Ines"):
        await assign(ring.code, Wish(world.bench.id), by=world.manager)


async def test_the_rule_gives_work_to_whoever_can_do_it_and_has_least(world: World) -> None:
    await fetch("UPDATE staff SET skills = '{jeweler}' WHERE id = $1", world.bench.id)
    await fetch("UPDATE staff SET skills = '{jeweler,watchmaker}' WHERE id = $1", world.bench2.id)
    (watch,) = await pieces(world, [100], skill="watchmaker")
    rings = await pieces(world, [100, 100, 100, 100, 300])
    given, left = await share_out(by=world.manager)
    assert len(given) == 5
    assert left == [rings[-1].number]  # 260 minutes are left of Monday, in two days: nobody has 300
    kai, ines = world.bench.id, world.bench2.id
    assert (await whose(watch))[0] == ines
    plan = await read_plan(await shop_of(world.shop.id))
    assert {plan.used(kai, DAY), plan.used(ines, DAY)} == {200, 300}
    assert max(plan.used(kai, DAY), plan.used(ines, DAY)) <= 360


async def test_the_rule_runs_by_itself_only_where_the_shop_wants_it(world: World) -> None:
    await pieces(world, [30])
    later = datetime(2031, 3, 3, 14, 0, tzinfo=UTC)
    clock.run_on(lambda: later)
    await share_by_rule()
    assert await fetch_value("SELECT jeweler FROM envelope") is None
    await fetch("UPDATE shop SET share_out = 'least_loaded'")
    await share_by_rule()
    assert await fetch_value("SELECT jeweler FROM envelope") in (world.bench.id, world.bench2.id)


async def test_work_nobody_can_do_keeps_no_other_waiting(world: World) -> None:
    await fetch("UPDATE shop SET share_out = 'least_loaded'")
    await fetch("UPDATE staff SET skills = '{jeweler}' WHERE 'bench' = ANY(roles)")
    (watch,) = await pieces(world, [30], skill="watchmaker")
    await fetch("UPDATE envelope SET is_rush = true WHERE id = $1", watch.id)  # the first in hurry
    (ring,) = await pieces(world, [30])
    for minute in (0, 10):
        later = datetime(2031, 3, 3, 14, minute, tzinfo=UTC)
        clock.run_on(lambda later=later: later)  # type: ignore[misc]
        await share_by_rule(most=1)
    assert (await whose(watch))[0] is None
    assert (await whose(ring))[0] in (world.bench.id, world.bench2.id)


async def test_two_managers_at_once_cannot_both_give_away_the_same_minutes(world: World) -> None:
    envelopes = await pieces(world, [200, 200, 200, 200])
    for _ in range(5):
        acts = [assign(one.code, Wish(world.bench.id, DAY), by=world.manager) for one in envelopes]
        answers = await asyncio.gather(*acts, return_exceptions=True)
        assert sum(isinstance(one, NeedsReason) for one in answers) == 3, answers
        plan = await read_plan(await shop_of(world.shop.id))
        assert plan.used(world.bench.id, DAY) == 200
        for one in envelopes:
            await unassign(one.code, by=world.manager)


async def test_another_shops_people_are_not_planned_for(world: World) -> None:
    (ring,) = await pieces(world, [30])
    other = await fetch_value("INSERT INTO shop (code, name) VALUES ('XX', 'Elsewhere') RETURNING id")
    stranger = await fetch_value(
        """INSERT INTO staff (shop, name, sign_in_name, roles, badge_code)
           VALUES ($1, 'Stranger', 'stranger', '{bench}', 'BX') RETURNING id""",
        other,
    )
    with pytest.raises(NotFound, match="Nobody of that name"):
        await assign(ring.code, Wish(stranger), by=world.manager)


async def test_a_found_piece_keeps_its_jeweler_and_its_place(world: World) -> None:
    clock.run_on(lambda: MONDAY)
    ring = await an_envelope(world, Stage.AT_BENCH)
    row = await fetch_one("SELECT jeweler, bench_due FROM envelope WHERE id = $1", ring.id)
    await make_estimate(ring.code, by=world.bench, note="Two prongs are worn through", send=True)
    after = await fetch_one("SELECT jeweler, bench_due, stage FROM envelope WHERE id = $1", ring.id)
    assert row and after and after["stage"] == "awaiting_approval"
    assert (after["jeweler"], after["bench_due"]) == (row["jeweler"], row["bench_due"])


async def test_on_a_closed_day_the_next_open_day_is_planned(world: World) -> None:
    sunday = datetime(2031, 3, 2, 15, 0, tzinfo=UTC)
    clock.run_on(lambda: sunday)
    ring, late = await an_envelope(world, Stage.AT_BENCH), await an_envelope(world)
    await fetch("UPDATE task SET minutes = 90")
    await fetch("UPDATE envelope SET bench_due = '2031-02-20' WHERE id = $1", late.id)
    await assign(late.code, Wish(world.bench.id), by=world.manager)
    assert await whose(late) == (world.bench.id, DAY)
    plan = await read_plan(await shop_of(world.shop.id))
    assert plan.used(world.bench.id, DAY) == 180
    assert ring.jeweler == world.bench.id
