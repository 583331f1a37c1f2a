"""Shops that were open before keep every number, address, size, note and bond when their database is brought up."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import asyncpg
import pytest

import workshop.record

pytestmark = pytest.mark.anyio
SQL = Path(workshop.record.__file__).parent / "sql"
BEFORE = """
INSERT INTO shop (code, name) VALUES ('HR', 'Alder & Finch');
INSERT INTO staff (shop, name) VALUES (1, 'Noor Haddad');
INSERT INTO household (name) VALUES ('Bennett household');
INSERT INTO customer (first_name, last_name, email, household, relation, allergies, ring_sizes, notes, tags, birthday)
VALUES ('Rosa', 'Bennett', ' Rosa@Example.com', 1, '', 'Nickel, cobalt;brass',
        '[{"finger": "left ring", "size": "6", "on": "2019-05-01", "by": "Noor Haddad"},
          {"finger": "right index", "size": "7.5", "on": "2021-02-03"}, {"finger": "left ring", "size": "6.5"}]',
        'Fetches on Saturdays', '{VIP}', '1985-05-05'),
       ('James', 'Bennett', '', 1, 'spouse', '', '[]', '', '{}', NULL),
       ('Ada', 'Bennett', '', 1, 'child', '', '[]', '  ', '{}', NULL);
INSERT INTO phone (customer, number, is_first) VALUES
    (1, '+12125550111', true), (1, '+16465550199', true), (1, '+12125550111', true), (2, '+12125550111', true);
"""


@pytest.fixture
async def old(postgres: str) -> AsyncIterator[asyncpg.Connection]:
    """A database as it was before, with people in it, brought up."""
    owner = await asyncpg.connect(postgres)
    await owner.execute("DROP DATABASE IF EXISTS people_before")
    await owner.execute("CREATE DATABASE people_before")
    connection = await asyncpg.connect(postgres, database="people_before")
    try:
        for name in ("0001_tables", "0002_rules", "0003_notices", "0004_prints"):
            await connection.execute((SQL / f"{name}.sql").read_text())
        await connection.execute(BEFORE)
        await connection.execute((SQL / "0005_people.sql").read_text())
        yield connection
    finally:
        await connection.close()
        await owner.execute("DROP DATABASE people_before")
        await owner.close()


async def test_nothing_anybody_told_us_is_lost(old: asyncpg.Connection) -> None:
    async def rows(sql: str) -> list[tuple[object, ...]]:
        return [tuple(row) for row in await old.fetch(sql)]

    assert await rows("SELECT customer, address, is_first FROM email_address") == [(1, "rosa@example.com", True)]
    assert await rows("SELECT customer, number, is_first FROM phone ORDER BY id") == [
        (1, "+12125550111", True), (1, "+16465550199", False), (2, "+12125550111", True),
    ]  # fmt: skip
    sizes = await rows("SELECT hand, finger, size, measured_on, staff FROM ring_size ORDER BY id")
    assert sizes[:2] == [
        ("left", "ring", "6", date(2019, 5, 1), 1), ("right", "index", "7.5", date(2021, 2, 3), None),
    ]  # fmt: skip
    assert sizes[2][:3] == ("left", "ring", "6.5")
    assert await rows("SELECT customer, text, staff, piece FROM customer_note") == [
        (1, "Fetches on Saturdays", None, None)
    ]
    bonds = await rows("SELECT customer, other, kind FROM relation ORDER BY kind")
    assert bonds == [(3, 1, "parent"), (1, 2, "spouse")]
    assert await rows("SELECT allergies FROM customer ORDER BY id") == [(["nickel", "cobalt", "brass"],), ([],), ([],)]
    assert await rows("SELECT name FROM tag") == [("vip",)]
    assert await rows("SELECT birthday FROM customer WHERE id = 1") == [(date(1985, 5, 5),)]
