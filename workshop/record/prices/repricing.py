"""Lines of a ticket reckoned again whenever one of them changed: package, rush, discounts, and why.

What was agreed stays: the book's amount of each line is its own copy, a package the version it was chosen
in. Only the envelope being changed is written, so that no two changes of one ticket wait for each other;
a rush or an amount let off the whole visit keeps its share on the others.
"""

import json
from dataclasses import dataclass
from typing import Any

from workshop.db import fetch, fetch_one
from workshop.record.prices.bargains import discount_words
from workshop.record.prices.prices import RushRule
from workshop.record.prices.reckoning import RUSH, Bargain, Line, Package, bundle, discount, reckon, rush_line
from workshop.record.prices.work import package_of
from workshop.record.tables import Envelope, Shop


@dataclass
class Stored:
    """A task and its line of reckoning."""

    task: int | None
    envelope: int
    line: Line
    is_dropped: bool = False


def rush_rule(shop: Shop | dict[str, Any]) -> RushRule:
    """The shop's rush, from its settings."""
    told = shop if isinstance(shop, dict) else shop.to_dict()
    return RushRule(
        told["rush_kind"], told["rush_per_mille"], told["rush_minimum_cents"], told["rush_fee_cents"], told["currency"]
    )


async def price_ticket(ticket: int, shop: Shop, *, is_rush: bool) -> None:
    """Reckon a whole ticket that nobody else sees yet, inside the caller's transaction."""
    stored = await _stored("v.ticket = $1", ticket)
    pieces: dict[int, list[Line]] = {}
    for one in stored:
        pieces.setdefault(one.envelope, []).append(one.line)
    reckon(list(pieces.values()), rush_rule(shop) if is_rush else None, await _on_all(ticket))
    for envelope, lines in pieces.items():
        await _write(envelope, [one for one in stored if one.envelope == envelope], lines)


async def reprice(envelope: Envelope) -> None:
    """Reckon one envelope again, inside the caller's transaction that holds it."""
    stored = await _stored("v.id = $1", envelope.id)
    lines = [one.line for one in stored if one.line.code != RUSH]
    bundle(lines)
    for rush in _as_agreed(await _rush(envelope, lines), stored):
        rush.bargains = [bargain for one in stored if one.line.code == RUSH for bargain in one.line.bargains]
        lines.append(rush)
    discount(lines, [await _share(one, envelope.id) for one in await _on_all(envelope.ticket)])
    await _write(envelope.id, stored, lines)


async def _stored(where: str, value: int) -> list[Stored]:
    """The lines as they were agreed. A dropped rush is read too: it may be wanted again."""
    rows = await fetch(
        f"""SELECT t.*, p.rule FROM task t JOIN envelope v ON v.id = t.envelope
            LEFT JOIN price_item p ON p.id = t.item
            WHERE {where} AND (NOT t.is_dropped OR t.code = '{RUSH}') ORDER BY v.place_no, t.id""",  # noqa: S608
        value,
    )
    packages = await _packages([row["package"] for row in rows if row["package"]])
    bargains = await _bargains([row["id"] for row in rows])
    return [
        Stored(row["id"], row["envelope"], _line(row, packages, bargains.get(row["id"], [])), row["is_dropped"])
        for row in rows
    ]


def _line(row: dict[str, Any], packages: dict[int, Package], bargains: list[Bargain]) -> Line:
    rule = json.loads(row["rule"] or "{}")
    plain = (int(rule.get("base", 0)) + int(rule.get("material", 0))) * row["quantity"]
    if row["code"] == RUSH:
        plain = int(json.loads(row["drivers"]).get("work_cents", -1))
    book = row["price_cents"] if row["book_cents"] is None else row["book_cents"]
    why = json.loads(row["why"] if row["book_cents"] is None else row["book_why"])
    return Line(row["code"], book, [tuple(one) for one in why], plain, packages.get(row["package"] or 0), bargains)


async def _packages(ids: list[int]) -> dict[int, Package]:
    rows = await fetch("SELECT * FROM price_package WHERE id = ANY($1)", ids) if ids else []
    return {row["id"]: package_of(row) for row in rows}


async def _bargains(tasks: list[int]) -> dict[int, list[Bargain]]:
    rows = await fetch(
        "SELECT * FROM discount WHERE task = ANY($1) AND taken_back_at IS NULL ORDER BY id", tasks
    )
    found: dict[int, list[Bargain]] = {}
    for row in rows:
        found.setdefault(row["task"], []).append(bargain_of(row))
    return found


async def _on_all(ticket: int) -> list[Bargain]:
    rows = await fetch(
        "SELECT * FROM discount WHERE ticket = $1 AND task IS NULL AND taken_back_at IS NULL ORDER BY id", ticket
    )
    return [bargain_of(row) for row in rows]


def bargain_of(row: dict[str, Any]) -> Bargain:
    """A discount's row as the reckoning takes it."""
    words = discount_words(row["reason"], row["words"], row["per_mille"])
    return Bargain(words, row["per_mille"], row["cents"], row["id"])


async def _share(bargain: Bargain, envelope: int) -> Bargain:
    """What of an amount let off the whole visit stands on this envelope."""
    if bargain.per_mille is not None:
        return bargain
    row = await fetch_one(
        """SELECT COALESCE(sum(d.cents), 0)::bigint AS cents FROM task_discount d JOIN task t ON t.id = d.task
           WHERE d.discount = $1 AND t.envelope = $2""",
        bargain.id, envelope,
    )  # fmt: skip
    return Bargain(bargain.words, cents=row["cents"] if row else 0, id=bargain.id)


async def _rush(envelope: Envelope, lines: list[Line]) -> list[Line]:
    """This envelope's part of the visit's rush: what the others do not carry."""
    told = await fetch_one(
        """SELECT s.*, k.is_rush,
                  COALESCE(sum(x.book - x.package_cents) FILTER (WHERE x.code <> $2), 0)::bigint AS other_work,
                  COALESCE(sum(x.book) FILTER (WHERE x.code = $2), 0)::bigint AS other_rush
           FROM ticket k JOIN shop s ON s.id = k.shop LEFT JOIN LATERAL (
               SELECT t.code, COALESCE(t.book_cents, t.price_cents) AS book, t.package_cents
               FROM task t JOIN envelope v ON v.id = t.envelope
               WHERE v.ticket = k.id AND v.id <> $1 AND NOT t.is_dropped AND NOT v.is_unrepaired
               AND v.stage NOT IN ('declined', 'cancelled')) x ON true
           WHERE k.id = $3 GROUP BY s.id, k.is_rush""",
        envelope.id, RUSH, envelope.ticket,
    )  # fmt: skip
    if told is None or not told["is_rush"] or not lines:
        return []
    rule, work = rush_rule(told), sum(line.book - line.package_off for line in lines)
    cents = max(0, rule.cents(work + told["other_work"]) - told["other_rush"])
    return [rush_line(rule, cents, work)] if cents else []


def _as_agreed(rush: list[Line], stored: list[Stored]) -> list[Line]:
    """A rush is not raised while its own work costs what it cost: not by a piece called off, nor by a new rule."""
    old = next((one.line for one in stored if one.line.code == RUSH and not one.is_dropped), None)
    if old is None or not rush or rush[0].plain != old.plain or rush[0].book <= old.book:
        return rush
    return [Line(RUSH, old.book, old.why, old.plain)]


async def _write(envelope: int, stored: list[Stored], lines: list[Line]) -> None:
    tasks = {id(one.line): one.task for one in stored}
    old_rush = next((one.task for one in stored if one.line.code == RUSH), None)
    for line in lines:
        if line.code == RUSH:
            tasks[id(line)] = old_rush or await _new_rush(envelope)
    if old_rush and all(line.code != RUSH for line in lines):
        await fetch("UPDATE task SET is_dropped = true WHERE id = $1", old_rush)
    rows = [_row(tasks[id(line)], line) for line in lines]
    await fetch(
        """UPDATE task t SET price_cents = x.price, why = x.why, book_cents = x.book, book_why = x.book_why,
                  package = x.package, package_cents = x.package_cents, discount_cents = x.discount_cents,
                  is_dropped = false, drivers = COALESCE(x.drivers, t.drivers)
           FROM jsonb_to_recordset($1::jsonb) AS x(id bigint, price bigint, why jsonb, book bigint, book_why jsonb,
                package int, package_cents bigint, discount_cents bigint, drivers jsonb) WHERE t.id = x.id""",
        json.dumps(rows),
    )
    taken = [
        {"task": tasks[id(line)], "discount": one.id, "cents": cents}
        for line in lines for one, cents in line.taken if cents
    ]  # fmt: skip
    await fetch("DELETE FROM task_discount d USING task t WHERE t.id = d.task AND t.envelope = $1", envelope)
    await fetch(
        """INSERT INTO task_discount (task, discount, cents)
           SELECT task, discount, cents
           FROM jsonb_to_recordset($1::jsonb) AS x(task bigint, discount bigint, cents bigint)""",
        json.dumps(taken),
    )


def _row(task: int | None, line: Line) -> dict[str, Any]:
    return {
        "id": task, "price": line.cents, "why": line.reasons, "book": line.book, "book_why": line.why,
        "package": line.package.id if line.package else None, "package_cents": line.package_off,
        "discount_cents": line.discount_off,
        "drivers": {"work_cents": line.plain} if line.code == RUSH else None,
    }  # fmt: skip


async def _new_rush(envelope: int) -> int:
    row = await fetch_one(
        "INSERT INTO task (envelope, code, name, tax_class) VALUES ($1, $2, 'Rush', 'repair') RETURNING id",
        envelope, RUSH,
    )  # fmt: skip
    assert row is not None
    return int(row["id"])
