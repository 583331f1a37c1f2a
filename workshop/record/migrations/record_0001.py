"""The record from nothing: tables, rules, and the job queue's own tables."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from procrastinate.schema import SchemaManager

from workshop.db import DB

ID = "2026-11-22T00:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "The record: tables, rules and the job queue"

SQL = Path(__file__).parent.parent / "sql"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="record", description=DESCRIPTION)

    async def run() -> None:
        # The whole script at once, on the migration's own transaction.
        connection = DB.current_transaction.get().connection  # type: ignore[union-attr]
        await connection.execute((SQL / "0001_tables.sql").read_text())
        await connection.execute(SchemaManager.get_schema())
        await connection.execute((SQL / "0002_rules.sql").read_text())

    manager.add_raw(run)
    return manager
