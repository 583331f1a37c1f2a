"""The load on the desk: the bars say what the promises are made by, and each leads to its pieces."""

from datetime import UTC, date, datetime

import httpx
import pytest

from tests.factories import World, a_new_ticket, a_ring, sign_in
from workshop import clock
from workshop.db import fetch, fetch_value
from workshop.desk.load_read import read_load, rows_behind
from workshop.record.prices.work import NewTask
from workshop.record.shop.shops import shop_of
from workshop.record.tables import Shop
from workshop.record.tickets.envelopes import start_work
from workshop.record.tickets.tickets import NewEnvelope, take_in

pytestmark = pytest.mark.anyio

MONDAY = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)  # nine in New York, before the shop opens
TUESDAY, WEDNESDAY = date(2026, 3, 3), date(2026, 3, 4)


async def two_hands(world: World) -> Shop:
    """A jeweler with an hour a day, and one who mends watches too with another."""
    await fetch("UPDATE shop SET work_days = 0, rush_share_per_mille = 0")
    for colleague, skills in ((world.bench, ["jeweler"]), (world.bench2, ["jeweler", "watchmaker"])):
        await fetch("UPDATE staff SET minutes_a_day = 60, skills = $2 WHERE id = $1", colleague.id, skills)
    return await shop_of(world.shop.id)


async def promised(world: World, code: str, minutes: int, day: date, **more: str) -> str:
    """Work of ten minutes a line, promised for a day; gives the piece's number."""
    visit = a_new_ticket(envelopes=[NewEnvelope([NewTask(code, quantity=minutes // 10)], piece=a_ring())],
                         promise_on=day, **more)  # fmt: skip
    ticket = await take_in(visit, by=world.counter)
    return f"{ticket.number}-1"


async def test_bars_are_what_is_booked_and_a_shared_hand_is_counted_once(world: World) -> None:
    clock.run_on(lambda: MONDAY)
    shop = await two_hands(world)
    await promised(world, "WB-STD", 50, TUESDAY)  # due tonight
    await promised(world, "PL-CLN", 90, WEDNESDAY)  # due tomorrow night
    load = await read_load(shop)
    shown = {name: [(cell.minutes, cell.whole) for cell in cells[:3]] for name, cells in load.kinds}
    # Watches may still have ten minutes of Ines today and all of tomorrow: the cleaning can be Kai's alone.
    assert shown["Watch work"] == [(50, 60), (0, 60), (0, 60)]
    # Of both hands' two hours: today 70 are free, tomorrow 30.
    assert shown["Jewelry work"] == [(50, 120), (90, 120), (0, 120)]
    assert load.late == [] and len(load.days) == 10
    assert [cell.minutes for cell in dict(load.people)["Nobody yet"][:3]] == [50, 90, 0]


async def test_what_cannot_be_kept_is_named_and_each_bar_leads_to_its_pieces(
    client: httpx.AsyncClient, shop: World
) -> None:
    clock.run_on(lambda: MONDAY)
    here = await two_hands(shop)
    first = await promised(shop, "WB-STD", 60, TUESDAY)
    over = await promised(shop, "WB-STD", 40, TUESDAY, promise_reason="Leaves for Lisbon")
    ring = await promised(shop, "PL-CLN", 30, WEDNESDAY)
    await start_work(await fetch_value("SELECT code FROM envelope WHERE number = $1", ring), by=shop.bench)
    load = await read_load(here)
    assert [(line.number, minutes) for line, minutes in load.late] == [(over, 40)]
    today = dict(load.kinds)["Watch work"][0]
    assert (today.minutes, today.whole, today.late) == (100, 60, 40)
    watches = (await rows_behind(here, date(2026, 3, 2), skill="watchmaker")).pieces
    assert [(piece["number"], piece["minutes"]) for piece in watches] == [(first, 60), (over, 40)]
    taken = await rows_behind(here, date(2026, 3, 2), person=shop.bench.id)
    assert (taken.title, [piece["number"] for piece in taken.pieces]) == ("Kai Lindqvist", [ring])
    assert [piece["number"] for piece in (await rows_behind(here, TUESDAY, person=0)).pieces] == []

    await sign_in(client, shop.staff["manager"])
    page = (await client.get("/desk")).text
    assert "Cannot be done by their day" in page and f"{over}</a> · 40 min too much by Mon 2 Mar" in page
    assert f"/desk/load?skill=watchmaker&amp;day={date(2026, 3, 2)}" in page
    rows = (await client.get(f"/desk/load?person={shop.bench.id}&day={date(2026, 3, 2)}")).text
    assert ring in rows and "Kai Lindqvist" in rows and "30 min of work" in rows
    assert (await client.get("/desk/load")).status_code == 200
    assert (await client.get("/desk/load?day=yesterday")).status_code in (400, 422)


async def test_overdue_work_is_due_today_and_people_away_have_no_minutes(world: World) -> None:
    clock.run_on(lambda: MONDAY)
    shop = await two_hands(world)
    number = await promised(world, "PL-CLN", 30, TUESDAY)
    await fetch("UPDATE envelope SET bench_due = '2026-02-20'")
    away = "INSERT INTO day_off (staff, first_on, last_on) VALUES ($1, '2026-03-02', '2026-03-03')"
    await fetch(away, world.bench.id)
    load = await read_load(shop)
    assert [cell.whole for cell in dict(load.people)["Kai Lindqvist"][:3]] == [0, 0, 60]
    assert [(cell.minutes, cell.whole) for cell in dict(load.kinds)["Jewelry work"][:2]] == [(30, 60), (0, 60)]
    assert [piece["number"] for piece in (await rows_behind(shop, date(2026, 3, 2), skill="")).pieces] == [number]


async def test_work_nobody_here_does_is_said_apart(client: httpx.AsyncClient, shop: World) -> None:
    await fetch("UPDATE staff SET skills = '{jeweler}'")
    number = f"{(await take_in(a_new_ticket(tasks=[NewTask('WB-STD')]), by=shop.counter)).number}-1"
    await sign_in(client, shop.staff["manager"])
    page = (await client.get("/desk")).text
    assert f"{number}: nobody here does this work" in page and "Watch work" not in page


@pytest.mark.parametrize("role", ["counter", "bench"])
async def test_the_load_is_the_managers(client: httpx.AsyncClient, shop: World, role: str) -> None:
    await sign_in(client, shop.staff[role])
    assert (await client.get("/desk/load?skill=jeweler")).status_code == 403
