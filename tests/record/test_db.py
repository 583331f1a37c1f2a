"""One verb, one transaction: nothing nests by mistake, and no failure eats a connection (FT-4, JB-6)."""

import asyncio
import os
import signal

import asyncpg
import pytest

from tests.factories import World
from workshop.db import (
    DB,
    connect,
    disconnect,
    fetch,
    fetch_value,
    joined_transaction,
    start_outside_transactions,
    transaction,
)

pytestmark = pytest.mark.anyio


async def test_a_hundred_failed_commits_leave_the_pool_as_it_was(world: World, migrated: str) -> None:
    owner = await asyncpg.connect(migrated)
    await owner.execute("""CREATE TABLE IF NOT EXISTS late (id int UNIQUE DEFERRABLE INITIALLY DEFERRED);
                           GRANT ALL ON late TO workshop_app; TRUNCATE late; INSERT INTO late VALUES (1)""")
    await owner.close()
    for _ in range(100):
        with pytest.raises(asyncpg.UniqueViolationError):
            async with transaction():
                await fetch("INSERT INTO late VALUES (1)")
    assert DB.pool is not None
    assert DB.pool.get_size() - DB.pool.get_idle_size() == 0
    assert DB.current_transaction.get() is None
    assert await fetch_value("SELECT count(*) FROM late") == 1


async def test_a_verb_inside_a_verb_is_refused(world: World) -> None:
    async with transaction():
        with pytest.raises(RuntimeError, match="one verb"):
            async with transaction():
                pass


async def test_a_keyed_act_joins_its_verb_and_both_roll_back_together(world: World) -> None:
    with pytest.raises(ZeroDivisionError):
        async with joined_transaction():
            async with transaction():
                await fetch("UPDATE shop SET name = 'gone'")
            raise ZeroDivisionError
    assert await fetch_value("SELECT name FROM shop") == "Alder & Finch"


async def test_a_database_that_stalls_takes_no_connection_with_it(database_ready: str) -> None:
    await disconnect()
    await connect(database_ready, size=2, seconds=0.5)
    for _ in range(2):
        server = await fetch_value("SELECT pg_backend_pid()")
        os.kill(server, signal.SIGSTOP)
        try:
            with pytest.raises(TimeoutError):
                async with transaction():
                    pass
        finally:
            os.kill(server, signal.SIGCONT)
    assert [await fetch_value("SELECT 1") for _ in range(3)] == [1, 1, 1]
    async with transaction():
        assert await fetch_value("SELECT 2") == 2


async def test_a_background_task_does_not_inherit_the_transaction(world: World) -> None:
    async def look() -> object:
        return DB.current_transaction.get()

    async with transaction():
        assert await start_outside_transactions(look()) is None


async def test_a_cancelled_request_gives_its_connection_back(world: World) -> None:
    async def slow() -> None:
        async with transaction():
            await fetch("UPDATE shop SET name = 'never'")
            await asyncio.sleep(30)

    for _ in range(20):
        task = start_outside_transactions(slow())
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert DB.pool is not None
    assert DB.pool.get_size() - DB.pool.get_idle_size() == 0
    assert await fetch_value("SELECT name FROM shop") == "Alder & Finch"
