"""Rows on their way from one record to another, and back. Inside the caller's transaction."""

import json
from dataclasses import dataclass, field
from typing import Any

from workshop.db import fetch
from workshop.record.customers.merge_rules import DRAFTS, Pointer, Rule, pointers

# `{table.column: {row id: the row as it stood, where it tells of the person}}`
Moved = dict[str, dict[str, Any]]
# A sentence, and the names of what it is about: those are for the shop that asked.
Said = tuple[str, str]


@dataclass
class Move:
    """What a merge did to the rows: enough to undo it."""

    moved: Moved = field(default_factory=dict)
    set_aside: dict[str, list[Any]] = field(default_factory=dict)
    had: dict[str, list[str]] = field(default_factory=dict)


async def move_rows(kept: int, gone: int) -> Move:
    """Give everything of one record to the other, each table by its rule. Names of tables are the catalogue's."""
    move = Move()
    for pointer in await pointers():
        move.had[pointer.name] = await _ids(pointer, kept)
        aside = [*await _set_aside_pairs(pointer, kept, gone), *await _set_aside_same(pointer, kept, gone)]
        if aside:
            move.set_aside.setdefault(pointer.table, []).extend(aside)
        if first := await _let_the_other_be_first(pointer, kept, gone):
            move.moved[f"{pointer.table}.{pointer.rule.first}"] = dict.fromkeys(first)
        if rows := await _repoint(pointer, kept, gone):
            move.moved[pointer.name] = rows
    if drafts := await _move_drafts(kept, gone):
        move.moved["intake_draft.data"] = dict.fromkeys(drafts)
    return move


async def _ids(pointer: Pointer, customer: int) -> list[str]:
    rows = await fetch(f"SELECT id::text AS id FROM {pointer.table} WHERE {pointer.column} = $1", customer)  # noqa: S608
    return [row["id"] for row in rows]


async def _set_aside_pairs(pointer: Pointer, kept: int, gone: int) -> list[Any]:
    """A row that says how the two records belong together says nothing once they are one."""
    if not pointer.rule.pair:
        return []
    return await _taken_out(
        f"{pointer.table} g WHERE g.{pointer.column} = $1 AND g.{pointer.rule.pair} = $2", gone, kept
    )


async def _set_aside_same(pointer: Pointer, kept: int, gone: int) -> list[Any]:
    rule = pointer.rule
    if not rule.same:
        return []
    same = " AND ".join(f"k.{name} IS NOT DISTINCT FROM g.{name}" for name in rule.same)
    return await _taken_out(
        f"""{pointer.table} g USING {pointer.table} k
            WHERE g.{pointer.column} = $1 AND k.{pointer.column} = $2 AND {same} AND {rule.same_if}""",
        gone, kept,
    )  # fmt: skip


async def _taken_out(where: str, gone: int, kept: int) -> list[Any]:
    rows = await fetch(f"DELETE FROM {where} RETURNING to_jsonb(g)::text AS row", gone, kept)  # noqa: S608
    return [json.loads(row["row"]) for row in rows]


async def _let_the_other_be_first(pointer: Pointer, kept: int, gone: int) -> list[str]:
    """The number to use first stays the kept record's, if it has one."""
    if not (first := pointer.rule.first):
        return []
    rows = await fetch(
        f"""UPDATE {pointer.table} SET {first} = false WHERE {pointer.column} = $1 AND {first}
            AND EXISTS (SELECT FROM {pointer.table} k WHERE k.{pointer.column} = $2 AND k.{first})
            RETURNING id::text AS id""",  # noqa: S608
        gone, kept,
    )  # fmt: skip
    return [row["id"] for row in rows]


async def _repoint(pointer: Pointer, kept: int, gone: int) -> dict[str, Any]:
    as_it_was = "to_jsonb(t)::text" if pointer.rule.facts else "NULL"
    rows = await fetch(
        f"""UPDATE {pointer.table} t SET {pointer.column} = $2 WHERE {pointer.column} = $1
            RETURNING id::text AS id, {as_it_was} AS row""",  # noqa: S608
        gone, kept,
    )  # fmt: skip
    return {row["id"]: json.loads(row["row"]) if row["row"] else None for row in rows}


async def _move_drafts(kept: int, gone: int) -> list[str]:
    """Take-ins under way go on for the record that is kept."""
    rows = await fetch(
        """UPDATE intake_draft SET data = jsonb_set(data, '{customer_id}', to_jsonb($2::bigint)), version = version + 1
           WHERE ticket_number IS NULL AND data ->> 'customer_id' = $1::bigint::text RETURNING id::text AS id""",
        gone, kept,
    )  # fmt: skip
    return [row["id"] for row in rows]


async def give_back_rows(move: Move, kept: int, gone: int, *, shop: int) -> list[Said]:
    """Everything that moved and is unchanged since goes back. Says what went back, and what stays and why."""
    said: list[Said] = []
    for pointer in await pointers():
        rows = move.moved.get(pointer.name, {})
        back = await _point_back(pointer, rows, kept, gone)
        said += [(words, "") for words in _told(pointer.rule, len(rows), len(back), await _gone_missing(pointer, rows))]
        await _be_first_again(pointer, move, back)
        known = [*rows, *move.had.get(pointer.name, [])]
        said += await _since(pointer, known, kept, shop)
    rules = {pointer.table: pointer.rule for pointer in reversed(await pointers())}
    for table, aside in move.set_aside.items():
        for row in aside:
            await _put_back(table, row)
        said.append((f"{rules[table].counted(len(aside))} set aside at the merge came back.", ""))
    drafts = await _drafts_back(list(move.moved.get("intake_draft.data", {})), kept, gone)
    return said + ([(f"{DRAFTS.counted(drafts)} went back.", "")] if drafts else [])


async def _point_back(pointer: Pointer, rows: dict[str, Any], kept: int, gone: int) -> list[str]:
    unchanged = "to_jsonb(t) @> ($4::jsonb -> t.id::text)" if pointer.rule.facts else "$4::jsonb IS NOT NULL"
    found = await fetch(
        f"""UPDATE {pointer.table} t SET {pointer.column} = $2
            WHERE {pointer.column} = $1 AND id::text = ANY($3) AND {unchanged} RETURNING id::text AS id""",  # noqa: S608
        kept, gone, list(rows), json.dumps(rows),
    )  # fmt: skip
    return [row["id"] for row in found]


async def _gone_missing(pointer: Pointer, rows: dict[str, Any]) -> int:
    """How many of them are no longer there at all."""
    found = await fetch(f"SELECT FROM {pointer.table} WHERE id::text = ANY($1)", list(rows)) if rows else []  # noqa: S608
    return len(rows) - len(found)


def _told(rule: Rule, moved: int, back: int, missing: int) -> list[str]:
    said = [f"{rule.counted(back)} went back."] if back else []
    if missing:
        was, stays = ("was", "stays") if missing == 1 else ("were", "stay")
        said.append(f"{rule.counted(missing)} {was} taken out since, and {stays} out.")
    if (changed := moved - back - missing) > 0:
        was, stays = ("was", "stays") if changed == 1 else ("were", "stay")
        said.append(f"{rule.counted(changed)} {was} changed since, and {stays} with the record that was kept.")
    return said


async def _since(pointer: Pointer, known: list[str], kept: int, shop: int) -> list[Said]:
    """What came after the merge belongs to the kept record, whoever it was about: a person has to look."""
    name = pointer.rule.label or "NULL"
    rows = await fetch(
        f"""SELECT {name} AS name FROM {pointer.table}
            WHERE {pointer.column} = $1 AND NOT id::text = ANY($2) AND $3::integer IS NOT NULL ORDER BY 1""",  # noqa: S608
        kept, known, shop,
    )  # fmt: skip
    if not rows:
        return []
    stays = "stays" if len(rows) == 1 else "stay"
    names = ", ".join(row["name"] for row in rows[:5] if row["name"])
    return [(f"{pointer.rule.counted(len(rows))} added since {stays} with the record that was kept", names)]


async def _be_first_again(pointer: Pointer, move: Move, back: list[str]) -> None:
    first = pointer.rule.first
    were = set(move.moved.get(f"{pointer.table}.{first}", {})) & set(back) if first else set[str]()
    if were:
        await fetch(
            f"UPDATE {pointer.table} SET {first} = true WHERE id::text = ANY($1)", list(were)  # noqa: S608
        )


async def _put_back(table: str, row: dict[str, Any]) -> None:
    """A row set aside at the merge, as it was; columns that came since take their defaults."""
    names = ", ".join(f'"{name}"' for name in row)
    await fetch(
        f"""INSERT INTO {table} ({names}) SELECT {names} FROM jsonb_populate_record(NULL::{table}, $1::jsonb)
            ON CONFLICT DO NOTHING""",  # noqa: S608
        json.dumps(row),
    )


async def _drafts_back(drafts: list[str], kept: int, gone: int) -> int:
    rows = await fetch(
        """UPDATE intake_draft SET data = jsonb_set(data, '{customer_id}', to_jsonb($2::bigint)), version = version + 1
           WHERE ticket_number IS NULL AND data ->> 'customer_id' = $1::bigint::text AND id::text = ANY($3)
           RETURNING id""",
        kept, gone, drafts,
    )  # fmt: skip
    return len(rows)
