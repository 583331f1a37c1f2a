"""Lines of work while a price is being worked out: one more, or a price said by a person."""

import json
from typing import Any

from workshop.db import fetch, fetch_one, transaction
from workshop.errors import Conflict, Forbidden, InvalidInput, NotFound
from workshop.money import share
from workshop.record.cards import refuse_card_number
from workshop.record.events import Actor, record
from workshop.record.money.money_owed import rate_of, tax_of, ticket_rates
from workshop.record.prices.prices import quote
from workshop.record.prices.reckoning import RUSH
from workshop.record.prices.taxes import TAX_CLASSES
from workshop.record.prices.work import NewTask, add_task, keep_to_book, price_task
from workshop.record.stages import Stage
from workshop.record.tables import Task
from workshop.record.tickets.estimates import draft_estimate
from workshop.record.tickets.locks import locked

MOST_CENTS = 10_000_000
BY_HAND = "By hand"


async def add_line(code: str, asked: NewTask, *, by: Actor) -> Task:
    """Put one more line of work on an envelope; the next version of the estimate has it.

    Raises InvalidInput naming the driver, Conflict where this work can no longer be changed, Forbidden where
    anybody but a manager says a price that the book says itself.
    """
    async with transaction():
        envelope = await locked(code, shop=by.shop)
        if asked.price_cents is not None:
            _check_price(asked.price_cents)
        priced = keep_to_book(await price_task(asked, shop=by.shop), by)
        if priced.quote.by_quote and asked.price_cents is None:
            raise InvalidInput(priced.quote.by_quote, price=f"{priced.quote.by_quote} Write the price.")
        task = await add_task(priced, envelope=envelope.id)
        await record(
            "task_added", shop=by.shop, by=by, envelope=envelope, task=task.id, work=task.name,
            cents=task.price_cents,
        )  # fmt: skip
        await draft_estimate(envelope.code, by=by)
    return task


async def set_price(task_id: int, cents: int, *, why: str, by: Actor) -> None:
    """Say a line's price by hand, in cents for the whole line, with the reason that stays beside it.

    While the estimate is being worked out only. The book's own price is changed by a manager alone;
    a line the book cannot price is the counter's too.
    """
    _check_price(cents)
    if not why.strip():
        raise InvalidInput("Say what the price is for.", why="Say why: it stays beside the price.")
    refuse_card_number(why, "why")
    async with transaction():
        row = await _line(task_id, by)
        if row["task_code"] == RUSH:
            raise Conflict("The rush follows the work. Let something off it instead.")
        envelope = await locked(row["code"], shop=by.shop)
        if envelope.stage != Stage.ESTIMATING:
            raise Conflict("A price is changed while the estimate is being worked out. Change the estimate first.")
        if not needs_quote(row) and not by.is_one_of("manager", "owner"):
            raise Forbidden("The price book prices this line. Only a manager goes off it.")
        reasons = json.dumps([(f"{BY_HAND}: {why.strip()}", cents)])
        piecework = share(cents, row["piecework_per_mille"] or 0) if needs_quote(row) else row["piecework_cents"]
        await fetch(
            """UPDATE task SET price_cents = $2, book_cents = $2, why = $3, book_why = $3, piecework_cents = $4
               WHERE id = $1""",
            task_id, cents, reasons, piecework,
        )  # fmt: skip
        await record(
            "price_set", shop=by.shop, by=by, envelope=envelope, task=task_id, work=row["name"],
            before=row["price_cents"], cents=cents, reason=why.strip(),
        )  # fmt: skip
        await draft_estimate(envelope.code, by=by)


def _check_price(cents: int) -> None:
    if not 0 <= cents <= MOST_CENTS:
        raise InvalidInput("That is not a price we can use.", price="Write the price, up to 100,000.")


async def _line(task_id: int, by: Actor) -> dict[str, Any]:
    row = await fetch_one(
        """SELECT t.*, t.code AS task_code, v.code, p.rule, p.needs_estimate, p.piecework_per_mille
           FROM task t JOIN envelope v ON v.id = t.envelope LEFT JOIN price_item p ON p.id = t.item
           WHERE t.id = $1 AND v.shop = $2 AND NOT t.is_dropped""",
        task_id, by.shop,
    )  # fmt: skip
    if row is None:
        raise NotFound("There is no such line of work.")
    return row


def needs_quote(line: dict[str, Any]) -> bool:
    """Whether a person, not the book, says what this line costs (`rule` may be missing: no item)."""
    if line["needs_estimate"]:
        return True
    return bool(line["rule"] and quote(json.loads(line["rule"]), json.loads(line["drivers"])).by_quote)


async def lines_of(ticket: int) -> list[dict[str, Any]]:
    """Every line of work of a ticket, with what the price book says of it, and its tax."""
    rates = await ticket_rates(ticket)
    rows = await fetch(
        """SELECT t.*, p.rule, p.needs_estimate, s.name AS done_by_name
           FROM task t JOIN envelope v ON v.id = t.envelope LEFT JOIN staff s ON s.id = t.done_by
           LEFT JOIN price_item p ON p.id = t.item
           WHERE v.ticket = $1 AND NOT t.is_dropped ORDER BY v.place_no, t.id""",
        ticket,
    )
    for row in rows:
        row["is_by_quote"] = needs_quote(row)
        row["why"] = json.loads(row["why"])
        row["tax_words"] = TAX_CLASSES.get(row["tax_class"], row["tax_class"])
        row["tax_rate"] = rate_of(row["tax_class"], rates)
        row["tax_cents"] = tax_of(row["price_cents"], row["tax_class"], rates)
    return rows
