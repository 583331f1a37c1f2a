"""Records that are merged and taken apart, likely duplicates, and one line of time per person."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshop.db import DB

ID = "2026-11-22T00:00:06:000001"
VERSION = "1.38.0"
DESCRIPTION = "Merging of records, likely duplicates, the line of time"

SQL = Path(__file__).parent.parent / "sql"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="record", description=DESCRIPTION)

    async def run() -> None:
        connection = DB.current_transaction.get().connection  # type: ignore[union-attr]
        await connection.execute((SQL / "0006_merging.sql").read_text())

    manager.add_raw(run)
    return manager
