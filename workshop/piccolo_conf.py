"""Where Piccolo's own commands find the database and the tables."""

from piccolo.conf.apps import AppRegistry

from workshop.db import DB

APP_REGISTRY = AppRegistry(apps=["workshop.record.piccolo_app"])

__all__ = ["APP_REGISTRY", "DB"]
