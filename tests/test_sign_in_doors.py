"""Doors that are tried in a hurry, and links that lead outside."""

import asyncio

import httpx
import pytest

from tests.factories import World
from workshop import clock
from workshop.db import fetch, fetch_value
from workshop.errors import Forbidden
from workshop.record.shop.staff import PIN_MISSES, device_of, enrol_device, switch_by_pin
from workshop.web.pages import inside

pytestmark = pytest.mark.anyio


async def test_pins_tried_all_at_once_get_no_more_tries_than_one_by_one(world: World) -> None:
    device = await device_of(await enrol_device(world.staff["counter"], "till"))
    assert device is not None
    tries = [switch_by_pin(world.staff["bench"].id, f"{pin:06}", device=device) for pin in range(PIN_MISSES + 6)]
    done = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(one, Forbidden) for one in done) == 6
    assert await fetch_value("SELECT pin_misses FROM device") == PIN_MISSES


async def test_passwords_tried_all_at_once_are_all_counted(client: httpx.AsyncClient, shop: World) -> None:
    await client.get("/sign-in")
    client.headers["X-CSRFToken"] = client.cookies["csrf"]
    form = {"name": "counter", "password": "not the one"}
    moment = clock.now()
    clock.run_on(lambda: moment)  # however slow the machine
    await asyncio.gather(*(client.post("/sign-in", data=form) for _ in range(8)))
    assert (await client.post("/sign-in", data=form)).status_code == 429
    assert (await fetch("SELECT count FROM attempt WHERE key LIKE 'sign-in counter%'"))[0]["count"] > 5


@pytest.mark.parametrize("target", ["//evil.example", "/\\evil.example", "/\t/evil.example", "/\n/evil.example",
                                    "https://evil.example", "/\r\nX: y", "evil"])  # fmt: skip
def test_the_way_back_never_leads_outside(target: str) -> None:
    assert inside(target) == ""


def test_the_way_back_leads_on_inside() -> None:
    assert inside("/tickets/HR-10001?x=1#money") == "/tickets/HR-10001?x=1#money"
