"""A shop in which every table has rows: pieces at every stage by the real verbs, and one row of all that is rarer."""

from typing import Any

import asyncpg

from intake.drafts import open_draft
from tests.factories import World, a_photo_row, a_ring, a_ticket, an_envelope
from workshop import database
from workshop.db import fetch, fetch_value, transaction
from workshop.record.customers.customers import NewCustomer, add_customer
from workshop.record.customers.households import join_household
from workshop.record.customers.relations import relate
from workshop.record.money.payments import NewPayment, take_payment
from workshop.record.prices.work import NewTask
from workshop.record.shop.staff import make_token
from workshop.record.stages import Stage
from workshop.record.tickets.tickets import NewEnvelope

ESTIMATED = 7_654_321  # cents of the line in the estimate that is out
STAGES = (Stage.RECEIVED, Stage.AT_BENCH, Stage.QUALITY_CHECK, Stage.READY_FOR_PICKUP, Stage.PICKED_UP)


async def fill_every_table(world: World) -> None:
    """One customer's pieces at every stage, an estimate out, a take-in begun, and a row in each table left."""
    async with transaction():
        customer = await add_customer(
            NewCustomer("Bennett", "Rosa", "646 555 0188", "rosebud@example.com"), by=world.counter
        )
        spouse = await add_customer(NewCustomer("Finch", "Otto", "646 555 0177"), by=world.counter)
    await relate(customer.id, spouse.id, "spouse", by=world.counter)
    await join_household(customer.id, spouse.id, "spouse", by=world.counter)
    for stage in STAGES:
        work = [NewTask("RS-UP", drivers={"metal": "14k", "sizes": "1"}, price_cents=98765)]
        piece = NewEnvelope(
            work, piece=a_ring(serial="7548-700B"), declared_value_cents=76543, declared_words="worth", size_now="6",
            customer_says="rattles",
        )  # fmt: skip
        envelope = await an_envelope(
            world, stage, by=world.manager, envelopes=[piece], collectors=["Otto"], note="pays late", customer=None,
            customer_id=customer.id,
        )  # fmt: skip
        await a_photo_row(envelope.code, world)
    code = await fetch_value("SELECT code FROM price_item WHERE shop = $1 AND needs_estimate LIMIT 1", world.shop.id)
    waiting = NewEnvelope([NewTask(code, price_cents=ESTIMATED)], piece=a_ring())
    ticket = await a_ticket(world, envelopes=[waiting], customer=None, customer_id=customer.id)
    await take_payment(ticket, NewPayment(2500, "cash", kind="deposit"), by=world.counter)
    await open_draft(by=world.counter, customer=customer.id)
    await make_token(shop=world.shop.id, name="TV", kind="display")
    await _the_rest()


async def _the_rest() -> None:
    """A row in every table that is still empty, belonging to the first of everything."""
    owner = await asyncpg.connect(database.dsn())
    try:
        for _ in range(2):  # some rows hang on others made here
            for row in await owner.fetch(_TABLES):
                if not await owner.fetchval(f'SELECT EXISTS (SELECT FROM "{row["name"]}")'):
                    await _one_row(owner, row["name"])
    finally:
        await owner.close()


_TABLES = """
    SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
    AND relname NOT LIKE 'procrastinate%' AND relname NOT IN ('migration', 'customer_merge') ORDER BY relname"""
_POINTERS = """
    SELECT a.attname AS name, c.confrelid::regclass::text AS whose, a.attnotnull AS is_needed
    FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
    WHERE c.contype = 'f' AND c.conrelid = $1::regclass"""


async def _one_row(owner: Any, table: str) -> None:
    columns, values = [], []
    for place, pointer in enumerate(await owner.fetch(_POINTERS, table)):
        value = await owner.fetchval(f"SELECT id FROM {pointer['whose']} ORDER BY id OFFSET {place % 2} LIMIT 1")
        value = value or await owner.fetchval(f"SELECT id FROM {pointer['whose']} LIMIT 1")
        columns.append(f'"{pointer["name"]}"')
        values.append(value)
    places = ", ".join(f"${n}" for n in range(1, len(values) + 1))
    given = f"({', '.join(columns)}) VALUES ({places})" if columns else "DEFAULT VALUES"
    try:
        async with owner.transaction():
            await owner.execute(f'INSERT INTO "{table}" {given}', *values)
    except asyncpg.PostgresError:
        return  # a table with rules of its own; its rows come from its verbs, or not at all


async def empty_tables() -> list[str]:
    """Tables that have no row after all."""
    names = [row["name"] for row in await fetch(_TABLES)]
    return [name for name in names if not await fetch_value(f'SELECT EXISTS (SELECT FROM "{name}")')]
