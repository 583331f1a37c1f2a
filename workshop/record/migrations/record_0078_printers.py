"""A shop and a drawer have printers of their own."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshop.db import DB

ID = "2026-11-22T00:00:78:000001"
VERSION = "1.38.0"
DESCRIPTION = "A shop and a drawer have printers of their own"

SQL = Path(__file__).parent.parent / "sql"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="record", description=DESCRIPTION)

    async def run() -> None:
        connection = DB.current_transaction.get().connection  # type: ignore[union-attr]
        await connection.execute((SQL / "0078_printers.sql").read_text())

    manager.add_raw(run)
    return manager
