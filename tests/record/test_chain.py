"""History that somebody changed behind the program's back is found, and the very event is named."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from tests.factories import World, a_ticket, an_envelope
from tests.test_other_shop import open_other_shop
from workshop import clock
from workshop.db import fetch, fetch_value, transaction
from workshop.record.events import record
from workshop.record.proof import proof
from workshop.record.proof.chain import Start, link_from, link_new, walk
from workshop.record.proof.proof import last_proof, prove_tonight
from workshop.record.stages import Stage

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def superuser(dsn: str) -> AsyncIterator[asyncpg.Connection]:
    """Whoever owns the database, past the triggers."""
    owner = await asyncpg.connect(dsn)
    try:
        await owner.execute("SET session_replication_role = replica")
        yield owner
    finally:
        await owner.close()


async def a_story(world: World) -> int:
    """A shop with some history, linked. Gives how many events."""
    await an_envelope(world, Stage.READY_FOR_PICKUP)
    await link_new()
    return int(await fetch_value("SELECT count(*) FROM event"))


async def test_history_that_nobody_touched_is_whole(world: World) -> None:
    count = await a_story(world)
    await a_ticket(world, phone="212 555 0177")
    found = await walk(world.shop.id)
    assert found.faults == []
    assert found.links > count > 5
    assert found.links == await fetch_value("SELECT count(*) FROM event")
    assert (await walk(world.shop.id)).head == found.head


@pytest.mark.parametrize(
    ("sql", "what", "said"),
    [
        ("UPDATE event SET station = 'elsewhere' WHERE id = 4", "altered", "Event 4 "),
        ("UPDATE event SET at = at + interval '1 microsecond' WHERE id = 4", "altered", "was altered after"),
        ("""UPDATE event SET data = data || '{"note": "x"}' WHERE id = 4""", "altered", "Event 4 "),
        ("UPDATE event SET staff = NULL WHERE id = 4 AND staff IS NOT NULL", "altered", "Event 4 "),
        ("DELETE FROM event WHERE id = 4", "deleted", "Event 4 (link 4) was deleted"),
        ("DELETE FROM event WHERE id = 4; DELETE FROM event_link WHERE event = 4", "missing", "Link 4 is missing"),
        ("INSERT INTO event (name, shop) VALUES ('paid', 1)", "inserted", "was not written by the program"),
        ("INSERT INTO event (name, shop) VALUES ('paid', 1); SELECT link_events(0, 9)", "inserted", "somebody put it"),
        ("UPDATE event_link SET place = 999 WHERE place = 4; UPDATE event_link SET place = 4 WHERE place = 5; "
         "UPDATE event_link SET place = 5 WHERE place = 999", "moved", "in another place"),
        ("UPDATE event SET id = 999 WHERE id = 4; UPDATE event SET id = 4 WHERE id = 5; "
         "UPDATE event SET id = 5 WHERE id = 999", "altered", "Event 4 "),
        ("DELETE FROM event WHERE id >= 6; DELETE FROM event_link WHERE event >= 6; "
         "DELETE FROM event_seal WHERE event >= 6", "end", "the last ones are gone"),
        ("DELETE FROM event WHERE id >= 6; DELETE FROM event_link WHERE event >= 6; "
         "UPDATE event_chain SET place = 5, hash = (SELECT hash FROM event_link WHERE place = 5)", "end",
         "not sealed with this installation's key"),
        ("DELETE FROM event_chain", "end", "not written down any more"),
        ("UPDATE event_chain SET sealed_after = 1000", "end", "not sealed with this"),
    ],
)  # fmt: skip
async def test_what_a_superuser_changes_is_found_and_named(
    world: World, database_ready: str, sql: str, what: str, said: str
) -> None:
    await a_story(world)
    async with superuser(database_ready) as owner:
        await owner.execute(sql)
    faults = (await walk(world.shop.id)).faults
    assert what in {fault.what for fault in faults}
    assert any(said in fault.words for fault in faults), [fault.words for fault in faults]


async def test_an_end_that_was_tampered_with_is_not_blessed_by_what_comes_after(
    world: World, database_ready: str
) -> None:
    await a_story(world)
    async with superuser(database_ready) as owner:
        await owner.execute("DELETE FROM event WHERE id >= 6; DELETE FROM event_link WHERE event >= 6")
    await a_ticket(world, phone="212 555 0177")
    assert await link_from(0) > 0
    assert "end" in {fault.what for fault in (await walk(world.shop.id)).faults}


async def test_the_night_proves_once_and_raises_the_alarm(world: World, database_ready: str) -> None:
    noon = datetime(2031, 3, 4, 17, tzinfo=UTC)
    clock.run_on(lambda: noon)
    await a_story(world)
    await prove_tonight()
    await prove_tonight()
    assert await fetch_value("SELECT count(*) FROM chain_check WHERE is_whole") == 1
    async with superuser(database_ready) as owner:
        await owner.execute("DELETE FROM event WHERE id = 4")
    clock.run_on(lambda: noon + timedelta(days=1))
    await prove_tonight()
    last = await last_proof(world.shop.id)
    assert last and not last["is_whole"] and last["faults"][0]["event"] == 4
    said = await fetch_value("SELECT data ->> 'first' FROM event WHERE name = 'history_broken'")
    assert "Event 4 (link 4) was deleted" in said


async def test_what_an_outage_left_unlinked_is_linked_a_few_at_a_time_in_every_shop(world: World) -> None:
    other = await open_other_shop()
    for _ in range(4):
        async with transaction():
            await record("signed_in", shop=world.shop.id, by=world.counter)
        async with transaction():
            await record("signed_in", shop=other.shop.id, by=other.counter)
    waiting = await fetch_value("SELECT count(*) FROM event")
    assert await link_from(0, at_once=3) == waiting
    for shop in (world.shop.id, other.shop.id):
        found = await walk(shop)
        assert found.faults == []
        assert found.links == await fetch_value("SELECT count(*) FROM event WHERE shop = $1", shop)


async def test_a_long_history_is_walked_from_the_last_proof_and_whole_once_a_week(
    world: World, database_ready: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proof, "SHORT", 0)
    noon = datetime(2031, 3, 4, 17, tzinfo=UTC)
    clock.run_on(lambda: noon)
    count = await a_story(world)
    await prove_tonight()
    async with superuser(database_ready) as owner:
        await owner.execute("UPDATE event SET station = 'elsewhere' WHERE id = 4")
    await a_ticket(world, phone="212 555 0177")
    clock.run_on(lambda: noon + timedelta(days=1))
    await prove_tonight()
    second = await last_proof(world.shop.id)
    assert second and second["is_whole"] and second["walked_from"] == count  # the old was not walked
    assert second["links"] == await fetch_value("SELECT count(*) FROM event")
    clock.run_on(lambda: noon + timedelta(days=7))
    await prove_tonight()
    last = await last_proof(world.shop.id)
    assert last and last["walked_from"] == 0 and last["faults"][0]["event"] == 4


async def test_a_walk_goes_back_to_the_beginning_where_the_proved_link_is_another(
    world: World, database_ready: str
) -> None:
    count = await a_story(world)
    start = Start(count, (await walk(world.shop.id)).head)
    await a_ticket(world, phone="212 555 0177")
    assert ((onward := await walk(world.shop.id, start)).faults, onward.walked_from) == ([], count)
    async with superuser(database_ready) as owner:
        await owner.execute("DELETE FROM event_link WHERE place >= $1", count)
    found = await walk(world.shop.id, start)
    assert found.walked_from == 0 and found.faults[0].words == f"Link {count} is not the one that was proved before."


async def test_writers_never_wait_for_the_linker_and_every_event_is_linked_once(world: World) -> None:
    async def write(number: int) -> None:
        for _ in range(5):
            async with transaction():
                await record("signed_in", shop=world.shop.id, by=world.counter, number=number)

    async def keep_linking() -> None:
        for _ in range(10):
            await link_new()

    await asyncio.gather(*(write(number) for number in range(6)), keep_linking(), keep_linking())
    found = await walk(world.shop.id)
    assert found.faults == []
    assert found.links == await fetch_value("SELECT count(*) FROM event")


async def test_what_was_written_before_there_were_seals_is_linked_and_kept_too(
    world: World, database_ready: str
) -> None:
    await an_envelope(world, Stage.AT_BENCH)
    async with superuser(database_ready) as owner:  # as an older version left it, then the migration
        await owner.execute("DELETE FROM event_seal; SELECT link_events(0, 1000)")
    await a_ticket(world, phone="212 555 0177")
    assert (await walk(world.shop.id)).faults == []
    async with superuser(database_ready) as owner:
        await owner.execute("UPDATE event SET station = 'elsewhere' WHERE id = 2")
    assert [(fault.event, fault.what) for fault in (await walk(world.shop.id)).faults] == [(2, "altered")]


async def verify(dsn: str) -> tuple[int, str]:
    """The command as it is typed in a terminal."""
    command = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "workshop.cli", "verify", stdout=asyncio.subprocess.PIPE,
        env=os.environ | {"WORKSHOP_DATABASE_URL": dsn},
    )  # fmt: skip
    said, _ = await command.communicate()
    return command.returncode or 0, said.decode()


async def test_the_command_says_whole_or_names_the_broken_link(world: World, database_ready: str) -> None:
    count = await a_story(world)
    code, said = await verify(database_ready)
    assert code == 0
    assert f"Alder & Finch (HR): {count} events and 1 passed checks, whole. Head: " in said
    async with superuser(database_ready) as owner:
        await owner.execute("UPDATE event SET station = 'elsewhere' WHERE id = 5")
    code, said = await verify(database_ready)
    assert code == 1
    assert "BROKEN in 1 place" in said and "Event 5 (link 5, " in said and "was altered after it was written." in said


async def test_every_column_of_an_event_is_under_its_seal(world: World, database_ready: str) -> None:
    await a_story(world)
    changes = {
        "bigint": "COALESCE({0}, 0) + 1", "integer": "COALESCE({0}, 0) + 1", "character varying": "{0} || 'x'",
        "jsonb": """{0} || '{{"x": 1}}'""", "timestamp with time zone": "{0} - interval '1 second'",
    }  # fmt: skip
    columns = await fetch(
        "SELECT column_name AS name, data_type FROM information_schema.columns WHERE table_name = 'event'"
    )
    assert len(columns) >= 13
    async with superuser(database_ready) as owner:
        for name, data_type in ((column["name"], column["data_type"]) for column in columns if column["name"] != "id"):
            before = await owner.fetchval(f"SELECT {name} FROM event WHERE id = 4")
            await owner.execute(f"UPDATE event SET {name} = {changes[data_type].format(name)} WHERE id = 4")
            assert (await walk(world.shop.id)).faults, name
            await owner.execute(f"UPDATE event SET {name} = $1 WHERE id = 4", before)
            assert not (await walk(world.shop.id)).faults, name
