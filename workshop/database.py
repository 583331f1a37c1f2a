"""Which database: the one set, or the embedded one of the data folder."""

from workshop.embedded import EmbeddedPostgres
from workshop.settings import settings


def embedded() -> EmbeddedPostgres | None:
    """The embedded database, unless another is set."""
    return None if settings().database_url else EmbeddedPostgres(settings().data_dir)


def dsn() -> str:
    """The address of the database of this installation."""
    ours = embedded()
    return ours.dsn if ours is not None else settings().database_url
