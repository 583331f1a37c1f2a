"""What was longest not looked at comes first."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshop.db import DB

ID = "2026-11-22T00:00:76:000001"
VERSION = "1.38.0"
DESCRIPTION = "What was longest not looked at comes first"

SQL = Path(__file__).parent.parent / "sql"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="record", description=DESCRIPTION)

    async def run() -> None:
        connection = DB.current_transaction.get().connection  # type: ignore[union-attr]
        await connection.execute((SQL / "0076_looked_at.sql").read_text())

    manager.add_raw(run)
    return manager
