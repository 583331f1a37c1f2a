"""A real database for every test: migrated once, emptied between tests; the app over its own ASGI door."""

import atexit
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import httpx
import pytest
from litestar import Litestar

_DATA = Path(tempfile.mkdtemp(prefix="workshop-tests-"))
atexit.register(shutil.rmtree, _DATA, ignore_errors=True)  # also where no test needed a database
os.environ["WORKSHOP_DATA_DIR"] = str(_DATA)
os.environ["WORKSHOP_SECRET_KEY"] = "a secret for tests only"
for _name in [name for name in os.environ if name.startswith("WORKSHOP_")]:
    if _name not in ("WORKSHOP_DATA_DIR", "WORKSHOP_SECRET_KEY"):
        del os.environ[_name]

from tests.factories import World, open_world  # noqa: E402
from workshop import clock, database, db  # noqa: E402
from workshop.app import create_app  # noqa: E402
from workshop.record.migrate import migrate  # noqa: E402
from workshop.record.tables import ALL  # noqa: E402


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Journeys come last: Playwright keeps an event loop running in this thread from its first page on."""
    items.sort(key=lambda item: "tests/journeys" in item.nodeid)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A real PostgreSQL for this run; gives its address."""
    server = database.embedded()
    assert server is not None
    server.start()
    try:
        yield server.dsn
    finally:
        server.stop("immediate")
        shutil.rmtree(server.folder.parent if server.folder.parent != _DATA else _DATA, ignore_errors=True)
        shutil.rmtree(_DATA, ignore_errors=True)


@pytest.fixture(scope="session")
async def migrated(postgres: str, anyio_backend: str) -> str:
    await migrate(postgres)
    return postgres


# A hundred empty tables take a fifth of a second to truncate and none to look into: only what has rows is emptied.
_EMPTYING = """
CREATE OR REPLACE FUNCTION pg_temp.empty_all(names text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE name text; has_rows boolean; has_many boolean;
BEGIN
    FOREACH name IN ARRAY names LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I), EXISTS (SELECT FROM %I OFFSET 500)', name, name)
            INTO has_rows, has_many;
        IF has_many THEN EXECUTE format('TRUNCATE %I CASCADE', name);
        ELSIF has_rows THEN EXECUTE format('DELETE FROM %I', name);
        END IF;
    END LOOP;
    PERFORM setval(s.seqrelid, s.seqstart, false) FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid
    WHERE c.relnamespace = 'public'::regnamespace AND pg_sequence_last_value(s.seqrelid) IS NOT NULL;
END $$"""
_QUEUE = ["procrastinate_jobs", "procrastinate_events", "procrastinate_workers"]


async def empty(dsn: str) -> None:
    """Every row goes; as the owner, past the triggers that keep history."""
    owner = await asyncpg.connect(dsn)
    try:
        await owner.execute("SET session_replication_role = replica")
        await owner.execute(_EMPTYING)
        await owner.execute("SELECT pg_temp.empty_all($1)", [table._meta.tablename for table in ALL] + _QUEUE)
    finally:
        await owner.close()


@pytest.fixture
async def database_ready(migrated: str) -> AsyncIterator[str]:
    """An empty, connected database."""
    await empty(migrated)
    await db.connect(migrated, size=8)
    try:
        yield migrated
    finally:
        clock.run_on_real_time()
        await db.disconnect()


@pytest.fixture
async def world(database_ready: str) -> World:
    """A shop with one person per role."""
    return await open_world()


@pytest.fixture(scope="session")
def routes_joined() -> Litestar:
    """The application with all its routes: joining them takes longer than most tests."""
    return create_app()


@pytest.fixture
async def app(migrated: str, routes_joined: Litestar) -> AsyncIterator[Litestar]:
    """The web application, started, on an empty database; it remembers nothing of earlier tests."""
    await empty(migrated)
    routes_joined.state.clear()
    async with routes_joined.lifespan():
        yield routes_joined
    clock.run_on_real_time()


@pytest.fixture
async def shop(app: Litestar) -> World:
    """The same world, behind the running application."""
    return await open_world()


@pytest.fixture
async def client(app: Litestar) -> AsyncIterator[httpx.AsyncClient]:
    """A browser without anybody signed in."""
    transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(
        transport=transport, base_url="http://127.0.0.1:8000", follow_redirects=False
    ) as browser:
        yield browser
