"""Doors that are tried in a hurry, and links that lead outside."""

import asyncio

import httpx
import pytest

from tests.factories import World
from workshop import clock
from workshop.db import fetch, fetch_value
from workshop.errors import Forbidden
from workshop.record.shop.staff import PIN_MISSES, count_miss, device_of, enrol_device, switch_by_pin
from workshop.web.pages import inside
from workshop.worker import forget_old

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


async def test_tries_of_strangers_are_not_kept_for_ever(world: World) -> None:
    await count_miss("sign-in nobody 203.0.113.7")
    await fetch("UPDATE attempt SET window_start = window_start - interval '3 days'")
    await count_miss("sign-in noor 203.0.113.8")
    await forget_old()
    assert [row["key"] for row in await fetch("SELECT key FROM attempt")] == ["sign-in noor 203.0.113.8"]
