"""History cannot be rewritten, not even by the application's own database user."""

import asyncpg
import pytest

from tests.factories import World, a_ticket
from workshop.db import APP_ROLE, fetch, fetch_value, transaction
from workshop.record.customers.customers import record_consent
from workshop.record.events import record

pytestmark = pytest.mark.anyio
APPEND_ONLY = ["event", "consent", "payment", "signature"]


async def test_the_application_acts_under_its_own_role(world: World) -> None:
    assert await fetch_value("SELECT current_user") == APP_ROLE


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
async def test_no_row_of_history_can_be_changed_by_the_application(world: World, table: str, statement: str) -> None:
    await a_ticket(world)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await fetch(statement.format(table))


@pytest.mark.parametrize("table", ["event", "consent"])
async def test_not_even_the_owner_rewrites_by_an_ordinary_statement(world: World, migrated: str, table: str) -> None:
    await a_ticket(world)
    owner = await asyncpg.connect(migrated)
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="append-only"):
            await owner.execute(f"DELETE FROM {table}")
    finally:
        await owner.close()


async def test_an_act_that_fails_leaves_no_event_and_no_job(world: World) -> None:
    before = (
        await fetch_value("SELECT count(*) FROM event"),
        await fetch_value("SELECT count(*) FROM procrastinate_jobs"),
    )
    with pytest.raises(ZeroDivisionError):
        async with transaction():
            await record("moved", shop=world.shop.id)
            await record_consent("+12125550111", "service", given=True, wording="x", how="intake")
            raise ZeroDivisionError
    assert before == (
        await fetch_value("SELECT count(*) FROM event"),
        await fetch_value("SELECT count(*) FROM procrastinate_jobs"),
    )
