"""Packages on real tickets: one price for work that belongs together, and what stays of it."""

import json

import pytest

from tests.factories import World
from tests.record.price_steps import DAY, NOON, POLISH, a_spa, cents, lines
from workshop import clock
from workshop.db import fetch_value
from workshop.errors import Forbidden, InvalidInput
from workshop.record.prices.estimate_lines import add_line
from workshop.record.prices.packages import (
    NewPackage,
    call_off_package,
    end_package,
    package_versions,
    packages,
    set_package,
)
from workshop.record.prices.price_versions import today_of
from workshop.record.tickets.estimates import drop_task

pytestmark = pytest.mark.anyio


# ---- packages
async def test_a_package_costs_its_price_and_says_so_on_each_line(world: World) -> None:
    ticket = await a_spa(world)
    assert await cents(ticket) == {"PL-CLN": 0, "ST-TGT": 2187, "RH-PLT": 4813}
    plate = (await lines(ticket))["RH-PLT"]
    assert json.loads(plate["why"]) == [["Labour and material", 5500], ["Ring spa package", -687]]
    assert plate["piecework_cents"] == 1430  # of the book's 55.00


async def test_a_package_that_loses_a_line_is_single_prices(world: World) -> None:
    ticket = await a_spa(world)
    await drop_task((await lines(ticket))["PL-CLN"]["id"], by=world.counter)
    assert await cents(ticket) == {"ST-TGT": 2500, "RH-PLT": 5500}


async def test_a_changed_package_changes_no_ticket_that_has_it(world: World) -> None:
    clock.run_on(lambda: NOON)
    ticket, today = await a_spa(world), await today_of(world.shop.id)
    cheaper = NewPackage("PK-SPA", "Ring spa", ["PL-CLN", "ST-TGT", "RH-PLT"], price_cents=5000, kinds=["ring"])
    await set_package(cheaper, start=today, by=world.manager)
    envelope = await fetch_value("SELECT code FROM envelope")
    await add_line(envelope, POLISH, by=world.counter)
    assert sum((await cents(ticket)).values()) == 7000 + 4000
    assert sum((await cents(await a_spa(world))).values()) == 5000
    assert [row["state"] for row in await package_versions("PK-SPA", shop=world.shop.id)] == ["now", "past"]
    await end_package("PK-SPA", last=today - DAY, by=world.manager)
    assert "PK-SPA" not in {row["code"] for row in await packages(world.shop.id)}


async def test_a_package_is_refused_with_a_word_beside_each_field(world: World) -> None:
    clock.run_on(lambda: NOON)
    today = await today_of(world.shop.id)
    with pytest.raises(InvalidInput) as refused:
        await set_package(NewPackage("!", "", ["PL-CLN"]), start=today, by=world.manager)
    assert set(refused.value.fields) == {"code", "name", "codes", "price"}
    taken = NewPackage("PK-SPA", "Another", ["PL-CLN", "PL-REF"], off_per_mille=100)
    with pytest.raises(InvalidInput):
        await set_package(taken, start=today, by=world.manager, is_new=True)
    with pytest.raises(Forbidden):
        await set_package(taken, start=today, by=world.counter)
    await set_package(taken, start=today + DAY, by=world.manager)
    planned = (await package_versions("PK-SPA", shop=world.shop.id))[0]
    assert await call_off_package(planned["id"], by=world.manager) == "PK-SPA"
