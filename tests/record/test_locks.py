"""Whoever holds several rows takes them in one order; nobody is told of two who waited for each other."""

import asyncio

import asyncpg
import pytest

from tests.factories import World, a_signature, a_ticket, handed_over, passed
from workshop import clock
from workshop.db import fetch
from workshop.record.bench.scans import Reading, carry_out
from workshop.record.keys import Answer, once
from workshop.record.tables import Ticket
from workshop.record.tickets.envelopes import finish_work, start_work
from workshop.record.tickets.locks import envelope_from, lock_ticket
from workshop.record.whereabouts.count_signing import sign_count
from workshop.record.whereabouts.counts import begin_count, scan_in_count

pytestmark = pytest.mark.anyio
HOLD = "SELECT id FROM envelope WHERE id = $1 FOR UPDATE"
_WAITS = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND locktype IN ('transactionid', 'tuple'))"


async def two_ready(world: World) -> tuple[Ticket, list[int], list[str]]:
    """Two pieces of one ticket, ready; the first made has the later code."""
    ticket = await a_ticket(world, pieces=2)
    ids = [row["id"] for row in await fetch("SELECT id FROM envelope WHERE ticket = $1 ORDER BY id", ticket.id)]
    codes = ["EZZZZ0", "EAAAA0"]
    for envelope, code in zip(ids, codes, strict=True):
        await fetch("UPDATE envelope SET code = $2 WHERE id = $1", envelope, code)
        await start_work(code, by=world.bench)
        await finish_work(code, by=world.bench)
        await passed(code, world)
    return ticket, ids, codes


async def until_somebody_waits(beside: asyncpg.Connection) -> None:
    """Until a row is asked for that another transaction holds."""
    async with asyncio.timeout(20):
        while not await beside.fetchval(_WAITS):
            await asyncio.sleep(0.01)


async def test_a_pickup_takes_its_pieces_in_the_order_everybody_does(world: World, database_ready: str) -> None:
    ticket, (first, second), codes = await two_ready(world)
    holder, beside = await asyncpg.connect(database_ready), await asyncpg.connect(database_ready)
    try:
        async with holder.transaction():
            await holder.execute(HOLD, first)
            pickup = asyncio.create_task(handed_over(ticket, codes, world))
            await until_somebody_waits(beside)
            await beside.execute(f"{HOLD} NOWAIT", second)  # the pickup waits for the first and holds no other
        await pickup
    finally:
        await holder.close()
        await beside.close()
    assert {row["stage"] for row in await fetch("SELECT stage FROM envelope")} == {"picked_up"}


async def test_signing_a_count_waits_for_nothing_that_lies_right(world: World, database_ready: str) -> None:
    _, (first, _), _ = await two_ready(world)
    count, _ = await begin_count(by=world.counter)
    for row in await fetch("SELECT v.code, p.code AS box, p.id FROM envelope v JOIN place p ON p.id = v.place"):
        await scan_in_count(count, row["box"], place=None, by=world.counter)
        await scan_in_count(count, row["code"], place=row["id"], by=world.counter)
    holder = await asyncpg.connect(database_ready)
    try:
        async with holder.transaction(), asyncio.timeout(20):
            await holder.execute(HOLD, first)
            state = await sign_count(count, {}, signature=a_signature(), by=world.counter)
    finally:
        await holder.close()
    assert (state.expected, state.seen) == (2, 2)


@pytest.mark.parametrize("door", ["form", "scan"])
async def test_of_two_acts_that_wait_for_each_other_both_are_done(world: World, door: str) -> None:
    one, other = [(await a_ticket(world)).id for _ in range(2)]
    both_hold_one, tries = asyncio.Barrier(2), []

    async def hold(first: int, then: int) -> int:
        await lock_ticket(first)
        tries.append(first)
        if len(tries) <= 2:
            await both_hold_one.wait()
        await lock_ticket(then)
        return first

    async def from_form(first: int, then: int) -> int:
        async def act() -> Answer:
            return Answer(303, str(await hold(first, then)))

        return int((await once(f"key {first}", actor="staff 1", request=b"", act=act)).body)

    async def from_scan(first: int, then: int) -> int:
        async def act() -> dict[str, int]:
            return {"held": await hold(first, then)}

        return int((await carry_out(Reading(f"key {first}", "A-CLEAR", "", clock.now()), act, by=world.bench))["held"])

    through = from_form if door == "form" else from_scan
    assert await asyncio.gather(through(one, other), through(other, one)) == [one, other]
    assert len(tries) > 2  # one was ended, and began anew


async def test_a_column_of_a_newer_version_stops_nobody(world: World) -> None:
    """While a shop is updated, processes of both versions work on one database."""
    ticket = await a_ticket(world)
    row = (await fetch("SELECT * FROM envelope WHERE ticket = $1", ticket.id))[0]
    assert envelope_from({**row, "from_tomorrow": 1}).number == row["number"]
