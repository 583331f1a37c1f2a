"""Fill a database with a town: quick (no index while rows go in), with progress, going on where it was cut off."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from tests.load.names import first_name_shares, slots, surname_shares
from tests.load.town import SCAFFOLD, SHOPS, STEPS, Step
from workshop.db import connect, disconnect, transaction
from workshop.embedded import EmbeddedPostgres
from workshop.record.migrate import migrate
from workshop.record.shop.shops import add_shop
from workshop.record.shop.staff import add_staff

CHUNK = 200_000
# A crash while loading costs the load and nothing else; measuring is done with the settings as they ship.
QUICK = {
    "fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "max_wal_size": "'8GB'",
    "autovacuum": "off", "checkpoint_timeout": "'30min'",
}  # fmt: skip


@dataclass
class Town:
    """How big, and the numbers that follow from it."""

    people: int
    visits: int
    open_visits: int
    say: Callable[[str], None] = print
    began: float = field(default_factory=time.perf_counter)

    @property
    def words(self) -> dict[str, str]:
        """What stands in braces in the SQL of `town`."""
        pairs, threes = self.people * 3 // 10 // 6 * 6, self.people * 42 // 100 // 6 * 6
        return {
            "people": str(self.people), "visits": str(self.visits), "open_visits": str(self.open_visits),
            "pairs": str(pairs), "threes": str(threes), "shops": str(len(SHOPS)), "places": str(max(self.people, 1000)),
            "areas": "'{" + ",".join(area for _, area in SHOPS) + "}'",
        }  # fmt: skip

    def count(self, expression: str) -> int:
        """How many rows a step counts to."""
        pairs, threes = int(self.words["pairs"]), int(self.words["threes"])
        return {
            "N": self.people, "T": self.visits, "pieces": self.people + self.people // 2,
            "threes_homes": pairs // 2 + (threes - pairs) // 3,
        }[expression]  # fmt: skip

    def told(self, words: str) -> None:
        """Progress, with the seconds since the beginning."""
        self.say(f"{time.perf_counter() - self.began:7.0f} s  {words}")


def filled(sql: str, words: dict[str, str]) -> str:
    """The SQL with the town's numbers in it; `format` would trip over SQL's own braces."""
    for name, value in words.items():
        sql = sql.replace("{" + name + "}", value)
    return sql


async def fill(server: EmbeddedPostgres, town: Town) -> None:
    """Make the town in this server's database, or go on making it."""
    server.start()
    await migrate(server.dsn)
    owner = await asyncpg.connect(server.dsn, command_timeout=3600)
    try:
        if await _is_done(owner, town):
            town.told("the town stands already")
            return
        await _set(owner, QUICK)
        await owner.execute("SET session_replication_role = replica")
        await owner.execute(filled(SCAFFOLD, town.words))
        await _names(owner, town)
        await _shops(server.dsn, owner)
        await _drop_indexes(owner)
        for step in STEPS:
            await _run(owner, step, town)
        await _look_up(owner, town)
        await _index(owner, town)
        await _finish(owner, town)
    finally:
        await owner.close()
    server.stop()
    server.start()


async def _is_done(owner: Any, town: Town) -> bool:
    if await owner.fetchval("SELECT to_regclass('load.step')") is None:
        return False
    return bool(await owner.fetchval("SELECT upto FROM load.step WHERE name = 'done'") == town.visits)


async def _set(owner: Any, values: dict[str, str]) -> None:
    for name, value in values.items():
        await owner.execute(f"ALTER SYSTEM SET {name} = {value}")
    await owner.execute("SELECT pg_reload_conf()")


async def _names(owner: Any, town: Town) -> None:
    places = int(town.words["places"])
    for table, shares in (("surname", surname_shares()), ("first_name", first_name_shares())):
        if not await owner.fetchval(f"SELECT count(*) FROM load.{table}"):
            await owner.copy_records_to_table(table, schema_name="load", records=list(enumerate(slots(shares, places))))
            await owner.execute(f"ANALYZE load.{table}")
    town.told("names drawn")


async def _shops(dsn: str, owner: Any) -> None:
    if await owner.fetchval("SELECT count(*) FROM shop"):
        return
    await connect(dsn, size=2)
    try:
        for code, area in SHOPS:
            async with transaction():
                shop = await add_shop(
                    name=f"Shop {code}", code=code, zone="America/New_York", phone=f"+1{area}5550100",
                    last_number=10_000_000,
                )  # fmt: skip
                for number, role in enumerate(("counter", "manager", "owner", "bench", "bench", "bench")):
                    await add_staff(
                        shop=shop.id, name=f"{role.title()} {code}{number}", sign_in_name=f"{code.lower()}{number}",
                        roles=[role], minutes_a_day=400 if role == "bench" else 0, skills=["jeweler"],
                    )  # fmt: skip
    finally:
        await disconnect()


async def _drop_indexes(owner: Any) -> None:
    """Row by row into twenty indexes is slow; they are made again afterwards, by their own definitions."""
    names = sorted({"name_key", "known_name"} | {step.table for step in STEPS})
    rows = await owner.fetch(
        """SELECT c.relname AS name, pg_get_indexdef(i.indexrelid) AS definition
           FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
           WHERE i.indrelid = ANY($1::regclass[]) AND NOT i.indisprimary
           AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid)""",
        names,
    )  # fmt: skip
    for row in rows:
        await owner.execute(
            "INSERT INTO load.dropped_index VALUES ($1, $2) ON CONFLICT DO NOTHING", row["name"], row["definition"]
        )
        await owner.execute(f'DROP INDEX "{row["name"]}"')


async def _run(owner: Any, step: Step, town: Town) -> None:
    until = town.count(step.count)
    at = await owner.fetchval("SELECT upto FROM load.step WHERE name = $1", step.name) or 0
    sql = filled(step.sql, town.words)
    while at < until:
        upto = min(at + CHUNK, until)
        async with owner.transaction():
            await owner.execute(sql, at + 1, upto)
            await owner.execute(
                "INSERT INTO load.step VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET upto = $2", step.name, upto
            )
        at = upto
        town.told(f"{step.name:<16} {at:>10,} of {until:,}")
    if step.name == "phone":
        await owner.execute("ANALYZE phone")


async def _look_up(owner: Any, town: Town) -> None:
    """What the triggers keep beside each customer and ticket, which were off: at once, as the migration does it."""
    if await owner.fetchval("SELECT count(*) FROM name_key"):
        return
    async with owner.transaction():
        await owner.execute(
            """INSERT INTO name_key (customer, last, first, shop, seen_at)
               SELECT c.id, l, f, k.shop, k.taken_in_at FROM customer c
               LEFT JOIN (SELECT DISTINCT ON (customer) customer, shop, taken_in_at FROM ticket
                          ORDER BY customer, id DESC) k ON k.customer = c.id,
                   unnest(name_keys(c.last_name)) l, unnest(name_keys(c.first_name)) f;
               INSERT INTO known_name
               SELECT last FROM name_key WHERE last <> '' UNION SELECT first FROM name_key WHERE first <> ''"""
        )
    town.told("names as they are looked up")


async def _index(owner: Any, town: Town) -> None:
    await owner.execute("SET maintenance_work_mem = '1GB'; SET max_parallel_maintenance_workers = 1")
    rows = await owner.fetch("SELECT name, definition FROM load.dropped_index ORDER BY name")
    for place, row in enumerate(rows, start=1):
        async with owner.transaction():
            await owner.execute(row["definition"])
            await owner.execute("DELETE FROM load.dropped_index WHERE name = $1", row["name"])
        town.told(f"index {place} of {len(rows)}: {row['name']}")


async def _finish(owner: Any, town: Town) -> None:
    """Sequences behind the last number, statistics as autovacuum would have them, settings as they ship."""
    for row in await owner.fetch(
        """SELECT t.relname AS name, pg_get_serial_sequence(t.relname, 'id') AS sequence FROM pg_class t
           WHERE t.relkind = 'r' AND t.relnamespace = 'public'::regnamespace AND EXISTS (
               SELECT FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attname = 'id')"""
    ):
        if row["sequence"]:
            await owner.execute(
                f"SELECT setval('{row['sequence']}', COALESCE((SELECT max(id) FROM \"{row['name']}\"), 0) + 1)"
            )
    town.told("VACUUM ANALYZE")
    await owner.execute("VACUUM (ANALYZE, PARALLEL 1)")
    for name in QUICK:
        await owner.execute(f"ALTER SYSTEM RESET {name}")
    await owner.execute("CHECKPOINT")
    await owner.execute("INSERT INTO load.step VALUES ('done', $1)", town.visits)
    sizes = await owner.fetch(
        """SELECT relname, pg_total_relation_size(oid) AS bytes FROM pg_class WHERE relkind = 'r'
           AND relnamespace = 'public'::regnamespace ORDER BY 2 DESC LIMIT 12"""
    )
    town.told(json.dumps({row["relname"]: f"{row['bytes'] / 2**20:.0f} MB" for row in sizes}))
