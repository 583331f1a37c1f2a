"""Two records of one person put together, and taken apart again. Never by itself: a colleague decides."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value, transaction
from workshop.errors import Conflict, InvalidInput, NotFound
from workshop.record.customers.merge_consent import leave_withdrawals, repeat_withdrawals
from workshop.record.customers.merge_fields import GOES_WITH, label, plain, seen, taken
from workshop.record.customers.merge_rows import Move, give_back_rows, move_rows
from workshop.record.events import Actor, record

Row = dict[str, Any]
LOCK = 7_305_126_003  # one merge at a time in the whole installation: two can neither block each other nor make a ring
PATIENCE = "400ms"  # less than PostgreSQL takes to see a deadlock: who merges gives way to who works on a ticket
BUSY = "Somebody is just working on something of theirs. Nothing was changed; try again in a moment."
# What a record that went into another one has no more. A household must not list a person twice.
LEFT = ("household",)


async def merge_customers(kept: int, gone: int, choices: dict[str, str], *, mark: str = "", by: Actor) -> int:
    """Put the record `gone` into `kept`; everything of both is there, and `undo_merge` takes them apart.

    `choices`: for each fact the two differ in, `kept`, `gone` or `both` (what is not named: as proposed).
    `mark`: of the two records as they were looked at. Gives the merge's id. Raises Conflict when one of them
    was merged or changed meanwhile.
    """
    if kept == gone:
        raise InvalidInput("That is one and the same record.", other="Choose another record.")
    async with _alone():
        mine, theirs = await _held(kept, gone)
        for row in (mine, theirs):
            if row["merged_into"] is not None:
                raise Conflict("One of the two was merged already. Nothing was changed; open the customer again.")
        if mark and mark != seen(mine, theirs):
            raise Conflict("One of the two was changed while you looked. Nothing was merged; compare them again.")
        changes = taken(mine, theirs, choices)
        await repeat_withdrawals(kept, gone, by=by)
        move = await move_rows(kept, gone)
        await _write(kept, changes)
        await _write(gone, dict.fromkeys(LEFT[:1], None) | dict.fromkeys(LEFT[1:], "") | {"merged_into": kept})
        fields = {name: [mine[name], value] for name, value in changes.items()}
        merge = await _note(kept, gone, fields, {name: theirs[name] for name in LEFT}, move, by)
        await record("customers_merged", shop=by.shop, by=by, customer=kept, merge=merge, other=gone)
    return merge


@asynccontextmanager
async def _alone() -> AsyncIterator[None]:
    """A transaction in which nobody else merges, and which gives way to everybody else."""
    try:
        async with transaction():
            await fetch("SELECT pg_advisory_xact_lock($1)", LOCK)
            await fetch(f"SET LOCAL lock_timeout = '{PATIENCE}'")
            yield
    except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError) as error:
        raise Conflict(BUSY) from error


async def _held(kept: int, gone: int) -> tuple[Row, Row]:
    """Both records, held in the order of their numbers. Nothing new can be written for `gone` until we are done."""
    rows: dict[int, Row | None] = {}
    for one in sorted((kept, gone)):
        how = "UPDATE" if one == gone else "NO KEY UPDATE"
        rows[one] = await fetch_one(f"SELECT * FROM customer WHERE id = $1 FOR {how}", one)  # noqa: S608
    mine, theirs = rows[kept], rows[gone]
    if mine is None or theirs is None:
        raise NotFound("There is no such customer.")
    return mine, theirs


async def _write(customer: int, changes: dict[str, Any]) -> None:
    """Facts of a record as chosen. Names are columns of our own table."""
    if changes:
        sets = ", ".join(f"{name} = ${place}" for place, name in enumerate(changes, start=2))
        await fetch(f"UPDATE customer SET {sets} WHERE id = $1", customer, *changes.values())  # noqa: S608


async def _note(kept: int, gone: int, fields: Row, left: Row, move: Move, by: Actor) -> int:
    merge: int = await fetch_value(
        """INSERT INTO customer_merge (kept, gone, shop, staff, at, fields, left_behind, moved, set_aside, had)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id""",
        kept, gone, by.shop, by.id, clock.now(), json.dumps(fields, default=str), json.dumps(left, default=str),
        json.dumps(move.moved), json.dumps(move.set_aside), json.dumps(move.had),
    )  # fmt: skip
    return merge


async def undo_merge(merge_id: int, *, by: Actor) -> list[str]:
    """Take two records apart: what moved and is unchanged since goes back.

    Gives sentences: what went back, and what changed in between and stays. A second time changes nothing.
    """
    async with _alone():
        merge = await merge_by_id(merge_id)
        if merge["undone_at"] is not None:
            return outcome_of(merge, shop=by.shop)
        kept, gone = merge["kept"], merge["gone"]
        mine, theirs = await _held(kept, gone)
        if mine["merged_into"] is not None or theirs["merged_into"] != kept:
            raise Conflict("The record was merged on since. Undo the later merge first; nothing was changed.")
        await _write(gone, {"merged_into": None})
        await leave_withdrawals(kept, gone, since=merge["at"], by=by)
        move = Move(*(json.loads(merge[name]) for name in ("moved", "set_aside", "had")))
        said = await give_back_rows(move, kept, gone, shop=by.shop)
        said += [(words, "") for words in await _fields_back(merge, mine)]
        await _left_back(merge, gone)
        await fetch(
            "UPDATE customer_merge SET undone_at = $2, undone_by = $3, outcome = $4 WHERE id = $1",
            merge_id, clock.now(), by.id, json.dumps(said),
        )  # fmt: skip
        for one in (kept, gone):
            await record("merge_undone", shop=by.shop, by=by, customer=one, merge=merge_id)
    return [_sentence(words, names) for words, names in said]


async def _fields_back(merge: Row, mine: Row) -> list[str]:
    """Facts that were taken over and are still as taken become what they were."""
    said, back = [], []
    for name, (_, after) in json.loads(merge["fields"]).items():
        if _same(plain(name, mine[name]), plain(name, after)):
            back.append(name)
        elif name not in GOES_WITH:
            said.append(f"{label(name)} was changed since, and stays as it is.")
    if back:
        # As text from our own note into the column's own type: a date is a date again.
        sets = ", ".join(f"{name} = f.{name}" for name in back)
        old = {name: before for name, (before, _) in json.loads(merge["fields"]).items()}
        await fetch(
            f"""UPDATE customer c SET {sets} FROM jsonb_populate_record(NULL::customer, $2::jsonb) f
                WHERE c.id = $1""",  # noqa: S608
            merge["kept"], json.dumps({name: plain(name, value) for name, value in old.items()}),
        )  # fmt: skip
        said.insert(0, f"{', '.join(label(name) for name in back)}: as before the merge.")
    return said


def _same(now: Any, then: Any) -> bool:
    return bool(json.loads(json.dumps(now, default=str)) == then)


async def _left_back(merge: Row, gone: int) -> None:
    """The other record belongs to its household again."""
    await fetch(
        """UPDATE customer c SET household = f.household
           FROM jsonb_populate_record(NULL::customer, $2::jsonb) f WHERE c.id = $1""",
        gone, merge["left_behind"],
    )  # fmt: skip


async def merge_by_id(merge_id: int) -> Row:
    """A merge with who did it and the two names, or NotFound."""
    row = await fetch_one(f"{_MERGES} WHERE m.id = $1", merge_id)
    if row is None:
        raise NotFound("There is no such merge.")
    return row


_MERGES = """SELECT m.*, s.name AS staff_name, u.name AS undone_name, u.shop AS undone_shop,
    k.first_name AS kept_first, k.last_name AS kept_last, g.first_name AS gone_first, g.last_name AS gone_last,
    k.merged_into IS NULL AS may_undo
    FROM customer_merge m JOIN customer k ON k.id = m.kept JOIN customer g ON g.id = m.gone
    LEFT JOIN staff s ON s.id = m.staff LEFT JOIN staff u ON u.id = m.undone_by"""


async def merges_of(customer: int) -> list[Row]:
    """Merges that stand, of this record and of those that went into it; newest first."""
    return await fetch(
        f"""{_MERGES} WHERE m.undone_at IS NULL
            AND (m.kept = $1 OR m.kept IN (SELECT id FROM customer WHERE merged_into = $1))
            ORDER BY m.id DESC LIMIT 20""",  # noqa: S608
        customer,
    )


def outcome_of(merge: Row, *, shop: int) -> list[str]:
    """What was said when it was undone; numbers only to the shop where that was."""
    is_ours = merge["undone_shop"] == shop
    return [_sentence(words, names if is_ours else "") for words, names in json.loads(merge["outcome"])]


def _sentence(words: str, names: str) -> str:
    return f"{words}: {names}." if names else words if words.endswith(".") else f"{words}."
