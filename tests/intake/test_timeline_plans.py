"""A page of the line of time costs the same after thirty years: what is read follows the page, not the history."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from intake.history import SENTENCES
from intake.timeline_rows import KINDS, PAGE, _prepare
from intake.timeline_sql import EVENTS, TOLD_ELSEWHERE, timeline_sql
from tests.factories import World, a_ticket
from workshop import clock
from workshop.db import fetch_value, transaction
from workshop.record.customers.duplicates import _LIKELY

pytestmark = pytest.mark.anyio
ROWS = 2000

# Thirty years of one customer among as much of others; history is written by its owner, past its triggers.
YEARS = f"""
INSERT INTO customer (id, last_name, first_name, birthday)
    SELECT n, 'Name' || n % 300, 'First' || n % 70, date '1950-01-01' + n FROM generate_series(100, 2200) n;
INSERT INTO phone (customer, number) SELECT n, '+1212555' || 1000 + n % 1900 FROM generate_series(100, 2200) n;
INSERT INTO event (name, shop, customer, at)
    SELECT (ARRAY['photo_added', 'paid', 'printed', 'taken_in', 'located', 'wish_noted', 'household_left'])
           [n / 2 % 7 + 1], 1, CASE WHEN n % 2 = 0 THEN 1 ELSE 100 + n END, now() - n * interval '1 hour'
    FROM generate_series(1, {ROWS}) n;
INSERT INTO message (id, shop, customer, recipient, state, created_at)
    SELECT gen_random_uuid(), 1, CASE WHEN n % 2 = 0 THEN 1 ELSE 100 + n END, 'x', 'delivered',
           now() - n * interval '1 hour' FROM generate_series(1, {ROWS}) n;
INSERT INTO consent (customer, number, purpose, is_given, wording, at)
    SELECT CASE WHEN n % 2 = 0 THEN 1 ELSE 100 + n END, 'x', 'service', true, 'x', now() - n * interval '1 hour'
    FROM generate_series(1, {ROWS}) n;
INSERT INTO prompt (shop, rule, moment, customer, piece, reason, words, state, created_at)
    SELECT 1, 'r', 'pickup', CASE WHEN n % 2 = 0 THEN 1 ELSE 100 + n END, 1, 'x', 'x', 'dismissed',
           now() - n * interval '1 hour' FROM generate_series(1, {ROWS}) n;
INSERT INTO customer_note (customer, text, at)
    SELECT CASE WHEN n % 2 = 0 THEN 1 ELSE 100 + n END, 'x', now() - n * interval '1 hour'
    FROM generate_series(1, 200) n;
ANALYZE;
"""


async def thirty_years(dsn: str, world: World) -> None:
    await a_ticket(world)
    owner = await asyncpg.connect(dsn)
    try:
        await owner.execute(YEARS)
    finally:
        await owner.close()


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", []):
        yield from nodes(inner)


async def read_rows(sql: str, *values: object) -> dict[str, int]:
    """How many rows the statement looked at in each table, those thrown away included; by real execution."""
    async with transaction():
        await _prepare()
        said = await fetch_value(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", *values)
    looked: dict[str, int] = {}
    for node in nodes(json.loads(said)[0]["Plan"]):
        if "Relation Name" in node:
            thrown = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
            rows = (node["Actual Rows"] + thrown) * node["Actual Loops"]
            looked[node["Relation Name"]] = looked.get(node["Relation Name"], 0) + round(rows)
    return looked


async def test_a_page_reads_a_page_and_likely_duplicates_are_found_without_reading_everybody(
    database_ready: str, world: World
) -> None:
    await thirty_years(database_ready, world)
    moments = [(clock.now() + timedelta(days=1), "~"), (clock.now() - timedelta(days=30), "e1")]
    for kind in KINDS:
        for at, key in moments:
            looked = await read_rows(timeline_sql(kind), [1], at, key, PAGE + 1, 1, 1)
            past = {table: rows for table, rows in looked.items() if table != "customer"}  # that one only for its name
            assert sum(past.values()) < 14 * PAGE, (kind, past)  # of eight thousand, a thousand of hers in each table
    looked = await read_rows(_LIKELY, [2000])
    assert sum(looked.values()) < 200, looked


async def test_the_index_holds_every_name_that_is_told(world: World) -> None:
    """A name that is told and not in the index would make every page read all of history."""
    index = await fetch_value("SELECT pg_get_indexdef('event_told'::regclass)")
    held = set(re.findall(r"'(\w+)'::character varying", index)) - {"picked_up"}
    assert {name for names in EVENTS.values() for name in names} == held
    assert set(TOLD_ELSEWHERE) <= set(SENTENCES)
