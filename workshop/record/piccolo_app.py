"""The record as Piccolo's migrations see it."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from workshop.record.tables import ALL

APP_CONFIG = AppConfig(
    app_name="record",
    migrations_folder_path=str(Path(__file__).parent / "migrations"),
    table_classes=list(ALL),
    migration_dependencies=[],
    commands=[],
)
