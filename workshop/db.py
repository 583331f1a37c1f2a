"""The one database engine and the one way to open a transaction."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import Context, ContextVar
from typing import Any

from piccolo.engine.postgres import PostgresEngine

APP_ROLE = "workshop_app"
WAIT = 10  # seconds for a connection: whoever waits longer is told, and nobody waits for ever


class _Engine(PostgresEngine):
    """Piccolo's engine, without its look at the server's version before there is an address."""

    async def check_version(self) -> None:
        """The version is checked by the migrations."""


DB = _Engine(config={})

_joinable: ContextVar[bool] = ContextVar("workshop_joinable", default=False)


@asynccontextmanager
async def transaction() -> AsyncIterator[None]:
    """Everything inside happens, or nothing does. Not to be nested.

    Piccolo's own context manager leaks the connection when COMMIT itself fails, and makes a nested
    transaction a silent no-op; this one always gives the connection back (ended, if its state is in
    doubt) and refuses nesting, except under `joined_transaction`.
    """
    if DB.current_transaction.get() is not None:
        if not _joinable.get():
            raise RuntimeError("A transaction is already open: one verb, one transaction.")
        yield
        return
    inner = await _begin()
    try:
        yield
    except BaseException:
        await _give_back(inner, commit=False)
        raise
    await _give_back(inner, commit=True)


@asynccontextmanager
async def joined_transaction() -> AsyncIterator[None]:
    """A transaction that the one verb called inside it joins (an answer saved under its key)."""
    async with transaction():
        mark = _joinable.set(True)
        try:
            yield
        finally:
            _joinable.reset(mark)


async def _begin() -> Any:
    """An open transaction, or the connection given back: a BEGIN that is never answered must not keep it."""
    inner = DB.transaction()
    try:
        async with asyncio.timeout(WAIT):
            await inner.__aenter__()
    except BaseException:
        connection = getattr(inner, "connection", None)
        if connection is not None:
            connection.terminate()
            if DB.pool is not None:
                await DB.pool.release(connection)
        raise
    return inner


async def _give_back(inner: Any, *, commit: bool) -> None:
    connection = inner.connection
    try:
        await asyncio.shield(inner.commit() if commit else inner.rollback())
    except BaseException:
        connection.terminate()
        raise
    finally:
        DB.current_transaction.reset(inner.context)
        if DB.pool is not None:
            await DB.pool.release(connection)
        else:
            await connection.close()


async def fetch(sql: str, *values: object) -> list[dict[str, Any]]:
    """Rows of one parametrised statement (`$1`, `$2`, ...), inside the open transaction if any."""
    current = DB.current_transaction.get()
    if current is not None:
        rows = await current.connection.fetch(sql, *values)
    else:
        assert DB.pool is not None, "The connection pool is not started."
        async with DB.pool.acquire(timeout=WAIT) as connection:
            rows = await connection.fetch(sql, *values)
    return [dict(row) for row in rows]


async def fetch_one(sql: str, *values: object) -> dict[str, Any] | None:
    """The first row of a statement, or None."""
    rows = await fetch(sql, *values)
    return rows[0] if rows else None


async def fetch_value(sql: str, *values: object) -> Any:
    """The first column of the first row, or None."""
    row = await fetch_one(sql, *values)
    return next(iter(row.values())) if row else None


def start_outside_transactions(coroutine: Any) -> "asyncio.Task[Any]":
    """Start a background task that does not inherit the caller's open transaction."""
    return Context().run(asyncio.get_running_loop().create_task, coroutine)


async def connect(
    dsn: str, *, size: int = 10, role: str | None = APP_ROLE, seconds: float | None = 30
) -> None:
    """Open the pool. As the application we act under a role that cannot rewrite history.

    `seconds`: how long one statement may take; None for migrations, which may rewrite years of rows.
    """
    # Compiling a plan takes longer than any question of a counter.
    server_settings = {"application_name": "workshop", "timezone": "UTC", "jit": "off"}
    if role:
        server_settings["role"] = role
    DB.config.clear()
    DB.config.update(dsn=dsn, server_settings=server_settings)
    await DB.start_connection_pool(
        min_size=1, max_size=size, command_timeout=seconds, timeout=WAIT
    )


async def disconnect() -> None:
    """Close the pool."""
    if DB.pool is not None:
        await DB.close_connection_pool()


