"""The drawer's day: what falls to it, counting blind, a difference explained, and closed once."""

import asyncio
from dataclasses import replace

import asyncpg
import httpx
import pytest

from tests.factories import World, a_ticket, sign_in
from workshop import clock
from workshop.db import fetch, fetch_value
from workshop.errors import Conflict, Forbidden, InvalidInput
from workshop.record.money.drawer_days import comparison_of, day_of, lines_of
from workshop.record.money.drawers import add_drawer, close_day, count_drawer, expected_of, move_cash, use_drawer
from workshop.record.money.payments import NewPayment, take_payment
from workshop.record.shop.approvals import NeedsManager
from workshop.record.shop.staff import device_of, enrol_device
from workshop.record.tables import Ticket

pytestmark = pytest.mark.anyio


async def day_with(world: World, cash: int = 4_000, card: int = 0) -> int:
    """A drawer's open day with money taken on a ticket."""
    ticket = await a_ticket(world)
    await take_payment(ticket, NewPayment(cash, "cash", "deposit"), by=world.counter)
    if card:
        await take_payment(ticket, NewPayment(card, "card", "deposit", last_four="4242"), by=world.counter)
    day: int = await fetch_value("SELECT id FROM drawer_day WHERE closed_at IS NULL")
    return day


async def test_cash_in_and_out_and_a_refund_make_what_should_be_there(world: World) -> None:
    day = await day_with(world, cash=4_000, card=1_500)
    await move_cash("in", 10_000, "change from the bank", by=world.counter)
    await move_cash("out", 2_500, "stamps", by=world.counter)
    await move_cash("no_sale", 0, "change for a customer", by=world.counter)
    ticket = await fetch_value("SELECT ticket FROM payment LIMIT 1")
    refunded = await Ticket.objects().get(Ticket.id == ticket)
    assert refunded is not None
    await take_payment(refunded, NewPayment(1_000, "cash", "refund", reason="too much taken"), by=world.manager)
    assert await expected_of(day) == {"cash": 4_000 + 10_000 - 2_500 - 1_000, "card": 1_500}
    assert len(await lines_of(day)) == 6


async def test_more_than_is_there_cannot_be_taken_out(world: World) -> None:
    await day_with(world, cash=4_000)
    with pytest.raises(Conflict, match="not that much"):
        await move_cash("out", 4_001, "bank", by=world.counter)
    with pytest.raises(InvalidInput, match="what for"):
        await move_cash("out", 1_000, " ", by=world.counter)
    with pytest.raises(Forbidden):
        await move_cash("out", 1_000, "bank", by=world.bench)


async def test_the_next_day_opens_with_what_was_kept(world: World) -> None:
    day = await day_with(world, cash=4_000)
    await count_drawer(day, {2000: 2}, by=world.counter)
    await close_day(day, kept_cents=1_500, by=world.counter)
    other = await day_with(world, cash=500)
    assert other != day
    assert (await expected_of(other))["cash"] == 2_000
    assert (await day_of(day, shop=world.shop.id))["expected_cents"] == 4_000


async def test_money_that_moves_after_the_count_wants_another_count(world: World) -> None:
    day = await day_with(world, cash=4_000)
    await count_drawer(day, {2000: 2}, by=world.counter)
    await move_cash("in", 500, "found under the tray", by=world.counter)
    with pytest.raises(Conflict, match="Count it once more"):
        await close_day(day, kept_cents=0, by=world.counter)
    await count_drawer(day, {2000: 2, 500: 1}, by=world.counter)
    await close_day(day, kept_cents=0, by=world.counter)


async def test_money_that_waited_for_the_count_wants_another_count(world: World, database_ready: str) -> None:
    day = await day_with(world)
    counting = await asyncpg.connect(database_ready)
    try:
        async with counting.transaction():
            await counting.execute("SELECT id FROM drawer FOR UPDATE")
            waiting = asyncio.create_task(take_payment(await a_ticket(world), NewPayment(1_000), by=world.counter))
            async with asyncio.timeout(20):
                while not await counting.fetchval("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"):
                    await asyncio.sleep(0.01)
            await counting.execute("UPDATE drawer_day SET counted_cents = 4000, counted_at = $1", clock.now())
        await waiting
    finally:
        await counting.close()
    with pytest.raises(Conflict, match="Count it once more"):
        await close_day(day, kept_cents=0, by=world.counter)


async def test_a_difference_wants_a_reason_and_a_large_one_a_manager(world: World) -> None:
    day = await day_with(world, cash=4_000)
    await count_drawer(day, {2000: 1, 1000: 1, 500: 1, 100: 2}, by=world.counter)
    with pytest.raises(InvalidInput, match="differ"):
        await close_day(day, kept_cents=0, by=world.counter)
    await fetch("UPDATE shop SET drawer_limit_cents = 299")
    with pytest.raises(NeedsManager) as refused:
        await close_day(day, kept_cents=0, reason="gave too much change", by=world.counter)
    assert refused.value.request.amount_cents == 300
    await close_day(day, kept_cents=0, reason="gave too much change", by=world.manager)
    closed = await day_of(day, shop=world.shop.id)
    assert (closed["approved_by"], closed["reason"]) == (world.manager.id, "gave too much change")


async def test_two_closes_at_once_close_once(world: World) -> None:
    day = await day_with(world, cash=4_000)
    await count_drawer(day, {2000: 2}, by=world.counter)
    tries = [close_day(day, kept_cents=0, by=world.counter) for _ in range(4)]
    done = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(one is None for one in done) == 1
    assert all(one is None or isinstance(one, Conflict) for one in done)
    assert await fetch_value("SELECT count(*) FROM event WHERE name = 'drawer_closed'") == 1


async def test_first_money_of_many_at_once_opens_one_day(world: World) -> None:
    tickets = [await a_ticket(world) for _ in range(6)]
    await asyncio.gather(*(take_payment(one, NewPayment(1_000), by=world.counter) for one in tickets))
    assert await fetch_value("SELECT count(*) FROM drawer_day") == 1
    assert await fetch_value("SELECT count(*) FROM payment WHERE drawer_day IS NOT NULL") == 6


async def test_a_closed_day_cannot_be_rewritten(world: World) -> None:
    day = await day_with(world, cash=4_000)
    await count_drawer(day, {2000: 2}, by=world.counter)
    await close_day(day, kept_cents=0, by=world.counter)
    with pytest.raises(Exception, match="append-only"):
        await fetch("UPDATE drawer_day SET counted_cents = 1 WHERE id = $1", day)
    with pytest.raises(Conflict):
        await count_drawer(day, {2000: 2}, by=world.counter)


async def test_the_terminals_own_total_is_compared(world: World) -> None:
    day = await day_with(world, cash=4_000, card=2_000)
    await count_drawer(day, {2000: 2}, by=world.counter)
    compared = await comparison_of(await day_of(day, shop=world.shop.id))
    assert compared == {"cash": 4_000, "off": 0, "others": {"card": 2_000}}
    await close_day(day, kept_cents=0, told={"card": 2_300}, reason="typed 17 for 20", by=world.counter)
    assert (await day_of(day, shop=world.shop.id))["tenders"]["card"] == {"expected": 2_000, "told": 2_300, "off": 300}


async def test_the_count_does_not_tell_what_should_be_there(client: httpx.AsyncClient, shop: World) -> None:
    day = await day_with(shop, cash=8_123)
    await sign_in(client, shop.staff["counter"])
    assert "$81.23" not in (await client.get(f"/drawer/days/{day}/count")).text
    slip = await client.post(f"/drawer/days/{day}/count", data={"n5000": "17", "n2000": "2 or 3"})
    assert slip.status_code == 422 and 'value="17"' in slip.text and 'value="2 or 3"' in slip.text
    answer = await client.post(f"/drawer/days/{day}/count", data={"n5000": "1", "n2000": "1", "n1000": "1"})
    assert answer.headers["location"] == f"/drawer/days/{day}/close"
    asked = (await client.get(answer.headers["location"])).text
    assert "$81.23" in asked and "$1.23 too little" in asked
    wrong = await client.post(f"/drawer/days/{day}/close", data={"kept": "0"})
    assert wrong.status_code == 422 and "Say why" in wrong.text
    closed = await client.post(f"/drawer/days/{day}/close", data={"kept": "20", "reason": "not known"})
    assert closed.status_code == 303
    report = (await client.get(f"/drawer/days/{day}")).text
    assert "not known" in report and "$60.00" in report
    assert "1 × $50.00" in report
    assert "-$1.23" in (await client.get("/drawer/days")).text


async def test_each_station_has_its_own_drawer(world: World) -> None:
    await add_drawer("Back counter", by=world.manager)
    with pytest.raises(InvalidInput):
        await add_drawer("Back counter", by=world.manager)
    ticket = await a_ticket(world)
    for name in ("Front drawer", "Back counter"):  # one person signed in at both: the stations bear one name
        device = await device_of(await enrol_device(world.staff["counter"], "Station of Noor"))
        assert device is not None
        by = replace(world.counter, station=device.name, device=device.id)
        drawer = await fetch_value("SELECT id FROM drawer WHERE name = $1", name)
        await use_drawer(drawer, device=device.id, by=by)
        await take_payment(ticket, NewPayment(1_000), by=by)
    rows = await fetch("SELECT w.name FROM drawer_day d JOIN drawer w ON w.id = d.drawer ORDER BY d.id")
    assert [row["name"] for row in rows] == ["Front drawer", "Back counter"]


async def test_a_station_is_known_by_its_cookie(client: httpx.AsyncClient, shop: World) -> None:
    await add_drawer("Back counter", by=shop.manager)
    back = await fetch_value("SELECT id FROM drawer WHERE name = 'Back counter'")
    client.cookies.set("station", await enrol_device(shop.staff["counter"], "Station of Noor"))
    await sign_in(client, shop.staff["counter"])
    await client.post("/drawer/station", data={"drawer": str(back)})
    await client.post("/drawer/cash", data={"kind": "in", "amount": "20", "reason": "float"})
    assert await fetch_value("SELECT w.name FROM drawer_day d JOIN drawer w ON w.id = d.drawer") == "Back counter"


async def test_the_bench_has_no_drawer(client: httpx.AsyncClient, shop: World) -> None:
    await day_with(shop)
    await sign_in(client, shop.staff["bench"])
    for path in ("/drawer", "/drawer/days", "/drawer/days/1", "/drawer/days/1/count"):
        assert (await client.get(path)).status_code == 403
    assert (await client.post("/drawer/cash", data={"kind": "no_sale", "reason": "x"})).status_code == 403
