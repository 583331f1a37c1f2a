"""Distinctive values in every field, so that a page tells by itself which fields it shows.

Text gets a mark of its own for every column and row (`Zqx0042r7xqz`), amounts get numbers of their own. New tables
and columns are planted without being named here; only what the shop's rules read is left as it is.
"""

import re
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from workshop import database

# What rules, scans and addresses read: a mark there would break the shop, not tell a secret.
STRUCTURAL = re.compile(
    r"^(id|code|number|kind|state|stage|zone|key|thumb_key|recipient|language|currency|template|channel|purpose|sha256"
    r"|held_from|hold_reason|how|movement|direction|document|printer|roles?|rule|moment|tender|unit|slug|skills?|reasons"
    r"|(from|to)_stage|(token|link|code|content|request)_hash|.*_key|.*_code|.*_sha256|carrier_id|station|sign_in_name"
    r"|size(_now|_wanted)?|basis|.*_basis|metal|origin|identity|nature|shape|category|tax_class|price_terms|angle"
    r"|envelope_code|finger|hand|occasion|accent|source|last|first|captured_at|theme|icon|actor|act|subject)$"
)
LEFT_ALONE = {"event.name", "service_plan.name", "place.name", "envelope.location", "tag.name", "saved_answer.body"}
NO_TABLE = {"migration", "known_name", "name_key"}  # bookkeeping; names as search keeps them

MARK = re.compile(r"zqx(\d{4})r\d+xqz", re.IGNORECASE)
# 7,110,010 cents as a page shows them, as a box holds them, as JSON tells them.
AMOUNT = re.compile(
    r"(?<![\w.,-])\d{1,3}(?:,\d{3})+\.\d\d(?!\d)|(?<![\w.,-])\d{5,}\.\d\d(?!\d)|(?<![\w.,-])\d{7,9}(?![\w,-]|\.\d)"
)
BORN = {"customer.birthday": "1907-03-29", "customer.anniversary": "1909-05-28"}
BORN_IN_WORDS = {"customer.birthday": r"29 Mar\w* 1907", "customer.anniversary": r"28 May 1909"}


@dataclass
class Planted:
    """Which mark, amount or number stands for which field (`table.column`)."""

    fields: dict[int, str] = field(default_factory=dict)
    amounts: dict[int, str] = field(default_factory=dict)
    phones: set[str] = field(default_factory=set)
    emails: set[str] = field(default_factory=set)

    def in_words(self, words: str) -> set[str]:
        """The fields that these words show."""
        found = {self.fields[int(number)] for number in MARK.findall(words)}
        found |= {self.amounts[cents] for one in AMOUNT.findall(words) if (cents := _cents(one)) in self.amounts}
        digits = re.sub(r"(?<=\d)[().\s-]{1,3}(?=\d)", "", words)
        found |= {"phone.number"} if any(number in digits for number in self.phones) else set()
        found |= {"email_address.address"} if any(one in words.lower() for one in self.emails) else set()
        for name, day in BORN.items():
            found |= {name} if day in words or re.search(BORN_IN_WORDS[name], words) else set()
        return found


def _cents(text: str) -> int:
    return int(re.sub(r"\D", "", text))


async def plant() -> Planted:
    """Plant all rows there are, past every rule that keeps history."""
    owner = await asyncpg.connect(database.dsn())
    planted = Planted()
    try:
        await owner.execute("SET session_replication_role = replica")
        for row in await owner.fetch(_TEXT):
            name = f"{row['table_name']}.{row['column_name']}"
            if row["table_name"] not in NO_TABLE | {"customer"} and _is_free(name):
                await _mark(owner, name, row["is_list"], planted)
        await owner.execute("SET session_replication_role = origin")  # names as search keeps them follow
        for column in ("first_name", "last_name", "address", "style_notes"):
            await _mark(owner, f"customer.{column}", False, planted)
        await _rest_of_customers(owner, planted)
        await owner.execute("SET session_replication_role = replica")
        for row in await owner.fetch(_CENTS):
            await _price(owner, f"{row['table_name']}.{row['column_name']}", planted)
    finally:
        await owner.close()
    return planted


def _is_free(name: str) -> bool:
    return name not in LEFT_ALONE and not STRUCTURAL.match(name.split(".")[1])


# Text long enough for a mark, not part of a key, not under a check.
_TEXT = """
    SELECT t.relname AS table_name, a.attname AS column_name, y.typname = '_varchar' AS is_list FROM pg_attribute a
    JOIN pg_class t ON t.oid = a.attrelid AND t.relkind = 'r' AND t.relnamespace = 'public'::regnamespace
    JOIN pg_type y ON y.oid = a.atttypid AND y.typname IN ('text', 'varchar', '_varchar')
    WHERE a.attnum > 0 AND NOT a.attisdropped AND t.relname NOT LIKE 'procrastinate%'
      AND CASE WHEN a.atttypmod > 0 OR y.typname = '_varchar' THEN a.atttypmod - 4 ELSE 99 END >= 20
      AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = t.oid AND i.indisunique AND a.attnum = ANY (i.indkey))
      AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = t.oid AND k.contype = 'c'
                      AND a.attnum = ANY (k.conkey))
    ORDER BY 1, 2"""
_CENTS = """
    SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = 'public' AND column_name LIKE '%cents' AND data_type IN ('bigint', 'integer')
      AND is_generated = 'NEVER' ORDER BY 1, 2"""


async def _mark(owner: Any, name: str, is_list: bool, planted: Planted) -> None:
    number = len(planted.fields) + 1
    planted.fields[number] = name
    table, column = name.split(".")
    value = f"'Zqx{number:04d}r' || n || 'xqz'"
    await owner.execute(
        f"""UPDATE "{table}" t SET "{column}" = {f"ARRAY[{value}]" if is_list else value}
            FROM (SELECT ctid AS at, row_number() OVER (ORDER BY ctid) AS n FROM "{table}") numbered
            WHERE t.ctid = numbered.at AND "{column}" IS NOT NULL"""
    )


async def _rest_of_customers(owner: Any, planted: Planted) -> None:
    for column in ("tags", "allergies"):
        await _mark(owner, f"customer.{column}", True, planted)
    for name, day in BORN.items():
        await owner.execute(f"UPDATE customer SET {name.split('.')[1]} = '{day}'")
    number = len(planted.fields) + 1
    planted.fields[number] = "ticket.collectors"
    await owner.execute(f"UPDATE ticket SET collectors = jsonb_build_array('Zqx{number:04d}r' || id || 'xqz')")
    planted.phones = {row["number"].removeprefix("+1") for row in await owner.fetch("SELECT number FROM phone")}
    planted.emails = {row["address"] for row in await owner.fetch("SELECT address FROM email_address")}


async def _price(owner: Any, name: str, planted: Planted) -> None:
    cents = 7_100_003 + 10_007 * (len(planted.amounts) + 1)
    planted.amounts[cents] = name
    table, column = name.split(".")
    for condition in (">= 0", "> 0"):  # where nothing may stand beside it, only what is there
        try:
            async with owner.transaction():
                await owner.execute(f'UPDATE "{table}" SET "{column}" = {cents} WHERE "{column}" {condition}')
            return
        except asyncpg.CheckViolationError:
            continue
