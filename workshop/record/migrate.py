"""Bring a database up to this version, once, however many processes start together."""

import contextlib
import io
import os

import asyncpg
from piccolo.apps.migrations.commands.forwards import run_forwards
from piccolo.apps.migrations.tables import Migration

from workshop.db import connect, disconnect, fetch

LOCK = 7_305_126_001  # any number, as long as every version uses the same


async def migrate(dsn: str) -> None:
    """Run what has not run yet. The application itself never changes the tables."""
    os.environ["PICCOLO_CONF"] = "workshop.piccolo_conf"
    guard = await asyncpg.connect(dsn)
    try:
        await guard.execute("SELECT pg_advisory_lock($1)", LOCK)
        await connect(dsn, size=2, role=None, seconds=None)
        try:
            await Migration.create_table(if_not_exists=True)
            await _run_quietly()
            await fetch("SELECT keep_following_merged_customers()")  # tables that came later, too
        finally:
            await disconnect()
    finally:
        await guard.close()


async def _run_quietly() -> None:
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        result = await run_forwards(app_name="record")
    if not result.success:
        raise RuntimeError(f"The database could not be brought up to date: {output.getvalue()}")
