"""The desk tells a manager what we hold and what is due, and tells nobody else."""

import httpx
import pytest

from tests.factories import World, a_new_ticket, a_ring, sign_in
from workshop import clock
from workshop.record.prices.work import NewTask
from workshop.record.tickets.tickets import NewEnvelope, take_in

pytestmark = pytest.mark.anyio


async def test_customers_goods_are_summed_in_the_customers_own_figures(client: httpx.AsyncClient, shop: World) -> None:
    work = [NewTask("PL-CLN")]
    envelopes = [NewEnvelope(work, piece=a_ring(), declared_value_cents=cents) for cents in (640_000, 123_456)]
    await take_in(a_new_ticket(envelopes=envelopes), by=shop.counter)
    await sign_in(client, shop.staff["manager"])
    page = (await client.get("/desk")).text
    assert "$7,634.56" in page


async def test_a_place_without_declared_values_says_so(client: httpx.AsyncClient, shop: World) -> None:
    await take_in(a_new_ticket(), by=shop.counter)
    await sign_in(client, shop.staff["owner"])
    assert "1 undeclared" in (await client.get("/desk")).text


async def test_a_new_shop_is_told_what_to_set_up_and_that_its_tax_is_somebody_elses(
    client: httpx.AsyncClient, shop: World
) -> None:
    await sign_in(client, shop.staff["owner"])
    desk = (await client.get("/desk")).text
    assert "Before the first customer" in desk and "New York City’s, as the program comes" in desk
    assert "These are New York City’s rates" in (await client.get("/desk/taxes")).text
    today = clock.today(shop.shop.zone).isoformat()
    saved = await client.post("/desk/taxes", data={"tax_class": "repair", "rate": "7.25", "from": today})
    assert saved.status_code == 303
    assert "These are New York City’s rates" not in (await client.get("/desk/taxes")).text
    assert "New York City’s" not in (await client.get("/desk")).text
    await take_in(a_new_ticket(), by=shop.counter)
    desk = (await client.get("/desk")).text
    assert "Before the first customer" not in desk and "First of all" in desk


@pytest.mark.parametrize("role", ["counter", "bench"])
async def test_the_desk_is_the_managers(client: httpx.AsyncClient, shop: World, role: str) -> None:
    await sign_in(client, shop.staff[role])
    assert (await client.get("/desk")).status_code == 403
    assert (await client.get("/desk/prices")).status_code == 403


async def test_the_price_book_shows_every_line(client: httpx.AsyncClient, shop: World) -> None:
    await sign_in(client, shop.staff["manager"])
    page = (await client.get("/desk/prices")).text
    assert "RS-UP" in page and "WS-OVH" in page
