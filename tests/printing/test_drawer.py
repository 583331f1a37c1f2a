"""The cash drawer opens once, soon, or not at all; and never because a paper was printed twice."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from printing.drawer import open_drawer
from tests.factories import World, a_ticket
from tests.printing.shop_printers import url_of
from tests.printing.tcp_printer import Fault, TcpPrinter
from workshop import clock
from workshop.db import fetch, fetch_value
from workshop.record.money.payments import NewPayment, take_payment

pytestmark = pytest.mark.anyio
PULSE = b"\x1bp"


async def kicks() -> list[int]:
    """The orders a worker finds."""
    rows = await fetch(
        """DELETE FROM procrastinate_jobs WHERE task_name = 'kick_drawer' RETURNING (args->>'kick_id')::int AS kick"""
    )
    return [row["kick"] for row in rows]


async def pay(world: World, tender: str = "cash") -> None:
    await take_payment(await a_ticket(world), NewPayment(1_000, tender), by=world.counter)


async def test_cash_opens_the_drawer_once_however_often_the_job_runs(
    world: World, set_printer: Callable[..., None]
) -> None:
    async with TcpPrinter() as printer:
        set_printer(receipt=url_of(printer))
        await pay(world)
        [kick] = await kicks()
        for _ in range(3):
            await open_drawer(kick)
        assert bytes(printer.received).count(PULSE) == 1
    assert await fetch_value("SELECT state FROM drawer_kick") == "sent"


async def test_a_card_opens_nothing(world: World) -> None:
    await pay(world, "card")
    assert await kicks() == []


async def test_a_late_order_opens_nothing(world: World, set_printer: Callable[..., None]) -> None:
    async with TcpPrinter() as printer:
        set_printer(receipt=url_of(printer))
        await pay(world)
        later = clock.now() + timedelta(minutes=5)
        clock.run_on(lambda: later)
        [kick] = await kicks()
        await open_drawer(kick)
        assert PULSE not in printer.received
    assert await fetch_value("SELECT state FROM drawer_kick") == "late"


async def test_a_printer_that_is_not_there_is_not_tried_again(world: World, set_printer: Callable[..., None]) -> None:
    async with TcpPrinter(Fault.COVER_OPEN) as printer:
        set_printer(receipt=url_of(printer))
        await pay(world)
        [kick] = await kicks()
        await open_drawer(kick)
        printer.fault = Fault.NONE
        await open_drawer(kick)
        assert PULSE not in printer.received
    assert await kicks() == []
    assert await fetch_value("SELECT state FROM drawer_kick") == "failed"


async def test_without_a_printer_nothing_is_said(world: World) -> None:
    await pay(world)
    [kick] = await kicks()
    await open_drawer(kick)
    assert await fetch_value("SELECT state FROM drawer_kick") == "none"
