"""Custody: every place a thing of its own, every stay kept."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshop.db import DB
from workshop.record.codes import PLACE, new_code

ID = "2026-11-22T00:00:43:000001"
VERSION = "1.38.0"
DESCRIPTION = "Custody: places and stays"

SQL = Path(__file__).parent.parent / "sql"

# The gate of every shop, and a bench for everybody who has something on it.
MISSING = """
    SELECT id AS shop, 'quality check' AS name, 'check' AS kind, NULL::int AS staff FROM shop
    UNION ALL
    SELECT DISTINCT ON (v.shop, v.jeweler) v.shop, v.location, 'bench', v.jeweler FROM envelope v
    WHERE v.stage <> 'picked_up' AND v.jeweler IS NOT NULL AND v.location LIKE 'bench of %'"""
# Put where its words say it is; what no words tell stays unknown.
PLACED = """
    UPDATE envelope v SET place = p.id FROM place p
    WHERE v.stage <> 'picked_up' AND p.shop = v.shop AND p.name = v.location
      AND (p.staff IS NULL OR p.staff = v.jeweler)"""
STAYS = """
    INSERT INTO custody (shop, envelope, place, declared_cents, since)
    SELECT shop, id, place, declared_value_cents, greatest(stage_since, created_at) FROM envelope
    WHERE stage <> 'picked_up'"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="record", description=DESCRIPTION)

    async def run() -> None:
        connection = DB.current_transaction.get().connection  # type: ignore[union-attr]
        await connection.execute((SQL / "0043_custody.sql").read_text())
        await fill(connection)

    manager.add_raw(run)
    return manager


async def fill(connection):
    """Places that were only words until now, and one stay for everything that is here."""
    for row in await connection.fetch(MISSING):
        await connection.execute(
            "INSERT INTO place (shop, name, kind, staff, code) VALUES ($1, $2, $3, $4, $5)",
            row["shop"], row["name"], row["kind"], row["staff"], new_code(PLACE),
        )
    await connection.execute(PLACED)
    await connection.execute(STAYS)
