"""A shop that was open before: what lies somewhere gets its place, what is nowhere is said to be nowhere."""

from collections.abc import AsyncIterator
from importlib import import_module
from pathlib import Path

import asyncpg
import pytest

import workshop.record

pytestmark = pytest.mark.anyio
SQL = Path(workshop.record.__file__).parent / "sql"
custody = import_module("workshop.record.migrations.record_0043_custody")

BEFORE = """
INSERT INTO shop (code, name) VALUES ('HR', 'Alder & Finch'), ('BV', 'Brook & Vale');
INSERT INTO staff (shop, name, sign_in_name, badge_code) VALUES (1, 'Kai Lindqvist', 'kai', 'B1'),
    (2, 'Kai Vale', 'k2', 'B2');
INSERT INTO place (shop, name, kind, code) VALUES (1, 'counter', 'counter', 'L1'), (1, 'order box', 'order', 'L2'),
    (2, 'order box', 'order', 'L3');
INSERT INTO customer (last_name) VALUES ('Bennett');
INSERT INTO piece (kind) VALUES ('ring');
INSERT INTO ticket (number, shop, customer, taken_in_by, link_hash) VALUES ('HR-1', 1, 1, 1, 'a'),
    ('BV-1', 2, 1, 2, 'b');
INSERT INTO envelope (code, number, ticket, shop, piece, stage, location, jeweler, declared_value_cents) VALUES
    ('E1', 'HR-1-1', 1, 1, 1, 'in_queue', 'order box', NULL, 5000),
    ('E2', 'HR-1-2', 1, 1, 1, 'at_bench', 'bench of Kai', 1, NULL),
    ('E3', 'HR-1-3', 1, 1, 1, 'quality_check', 'quality check', 1, 700),
    ('E4', 'HR-1-4', 1, 1, 1, 'in_queue', 'behind the clock', NULL, 10),
    ('E5', 'HR-1-5', 1, 1, 1, 'picked_up', 'with the customer', NULL, 90),
    ('E6', 'BV-1-1', 2, 2, 1, 'at_bench', 'bench of Kai', 2, 80);
"""


@pytest.fixture
async def old(postgres: str) -> AsyncIterator[asyncpg.Connection]:
    """A database as it was before, with envelopes in it, brought up."""
    owner = await asyncpg.connect(postgres)
    await owner.execute("DROP DATABASE IF EXISTS custody_before")
    await owner.execute("CREATE DATABASE custody_before")
    connection = await asyncpg.connect(postgres, database="custody_before")
    try:
        for name in ("0001_tables", "0002_rules"):
            await connection.execute((SQL / f"{name}.sql").read_text())
        await connection.execute(BEFORE)
        await connection.execute((SQL / "0043_custody.sql").read_text())
        await custody.fill(connection)
        yield connection
    finally:
        await connection.close()
        await owner.execute("DROP DATABASE custody_before")
        await owner.close()


async def test_everything_open_has_one_stay_where_its_words_say_it_lies(old: asyncpg.Connection) -> None:
    rows = await old.fetch(
        """SELECT v.number, c.shop, p.name, p.shop AS place_shop, p.staff, c.declared_cents FROM custody c
           JOIN envelope v ON v.id = c.envelope LEFT JOIN place p ON p.id = c.place
           WHERE c.until IS NULL ORDER BY v.id"""
    )
    assert [tuple(row) for row in rows] == [
        ("HR-1-1", 1, "order box", 1, None, 5000), ("HR-1-2", 1, "bench of Kai", 1, 1, None),
        ("HR-1-3", 1, "quality check", 1, None, 700), ("HR-1-4", 1, None, None, None, 10),
        ("BV-1-1", 2, "bench of Kai", 2, 2, 80),
    ]  # fmt: skip
    assert await old.fetchval("SELECT count(DISTINCT code) = count(*) FROM place") is True
