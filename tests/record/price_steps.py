"""Tickets whose prices are looked at, and a manager's word for them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.factories import World, a_ring, a_ticket
from workshop import clock
from workshop.db import fetch
from workshop.record.prices.bargains import NewDiscount
from workshop.record.prices.packages import (
    packages,
)
from workshop.record.prices.work import NewTask
from workshop.record.tables import Ticket
from workshop.record.tickets.tickets import NewEnvelope

NOON = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
DAY = timedelta(days=1)
POLISH, PLATE, CLEAN, TIGHTEN = NewTask("PL-REF"), NewTask("RH-PLT"), NewTask("PL-CLN"), NewTask("ST-TGT")
GOODWILL = NewDiscount("goodwill", per_mille=100)


async def lines(ticket: Ticket) -> dict[str, dict[str, Any]]:
    rows = await fetch(
        """SELECT t.* FROM task t JOIN envelope v ON v.id = t.envelope WHERE v.ticket = $1 AND NOT t.is_dropped
           ORDER BY v.place_no, t.id""",
        ticket.id,
    )
    return {row["code"]: row for row in rows}


async def cents(ticket: Ticket) -> dict[str, int]:
    return {code: row["price_cents"] for code, row in (await lines(ticket)).items()}


async def approved(world: World, subject: str, amount: int, by: str = "manager") -> None:
    """A manager's word, as the dialog writes it down."""
    await fetch(
        """INSERT INTO approval (shop, act, subject, amount_cents, reason, how, approved_by, asked_by, station, at)
           VALUES ($1, 'discount', $2, $3, '', 'pin', $4, $5, 'test', $6)""",
        world.shop.id, subject, amount, getattr(world, by).id, world.counter.id, clock.now(),
    )  # fmt: skip


def two_rings() -> list[NewEnvelope]:
    return [NewEnvelope([POLISH], piece=a_ring()), NewEnvelope([PLATE], piece=a_ring())]


async def spa_of(world: World) -> int:
    return int(next(row["id"] for row in await packages(world.shop.id, "ring") if row["code"] == "PK-SPA"))


async def a_spa(world: World, **more: Any) -> Ticket:
    spa = await spa_of(world)
    tasks = [NewTask(code, package=spa) for code in ("PL-CLN", "ST-TGT", "RH-PLT")]
    return await a_ticket(world, tasks=tasks, **more)
