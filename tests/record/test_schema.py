"""The tables in the database are the tables in the code: no migration is missing."""

import pytest

from tests.factories import World
from workshop.db import fetch
from workshop.record.tables import ALL

pytestmark = pytest.mark.anyio


async def test_every_column_of_the_code_is_in_the_database_and_no_other(world: World) -> None:
    rows = await fetch("SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'")
    stored: dict[str, set[str]] = {}
    for row in rows:
        stored.setdefault(row["table_name"], set()).add(row["column_name"])
    for table in ALL:
        declared = {column._meta.db_column_name for column in table._meta.columns}
        assert stored[table._meta.tablename] == declared, table._meta.tablename
