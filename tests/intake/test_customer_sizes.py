"""Ring sizes by the finger: who measured, when, on what ground; older ones stay."""

import re
from datetime import UTC, date, datetime

import httpx
import pytest

from tests.factories import World, a_ticket, sign_in
from workshop import clock
from workshop.db import fetch
from workshop.record.customers.sizes import NewSize, measure

pytestmark = pytest.mark.anyio
NOON = datetime(2026, 3, 4, 17, tzinfo=UTC)


async def test_the_newest_size_counts_and_the_others_stay_with_who_and_when(
    client: httpx.AsyncClient, shop: World
) -> None:
    clock.run_on(lambda: NOON)
    ticket = await a_ticket(shop)
    await sign_in(client, shop.staff["counter"])
    url = f"/customers/{ticket.customer}"
    told = {"finger": "left ring", "size": "6", "basis": "told", "measured_on": "2019-05-01"}
    assert (await client.post(f"{url}/sizes", data=told)).status_code == 303
    form = {"finger": "left ring", "size": "6.5", "basis": "measured", "measured_on": "2026-03-04"}
    assert (await client.post(f"{url}/sizes", data=form)).status_code == 303
    await measure(ticket.customer, NewSize("left", "ring", "5.5", "told", date(2015, 1, 2)), by=shop.manager)

    html = " ".join((await client.get(url)).text.split())
    assert 'aria-label="Left ring finger: 6½"' in html and 'aria-label="Right ring finger: not measured"' in html
    assert "measured here, Noor, 4 Mar 2026" in html
    before = re.findall(r'<strong class="num">([\d.]+)</strong> left ring', (await client.get(f"{url}/sizes")).text)
    assert before == ["6.5", "6", "5.5"]
    assert "customer says, Maya Finch, 2 Jan 2015" in " ".join((await client.get(f"{url}/sizes")).text.split())


async def test_a_size_by_mistake_goes_and_comes_back(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_ticket(shop)
    await sign_in(client, shop.staff["counter"])
    url = f"/customers/{ticket.customer}"
    size = await measure(ticket.customer, NewSize("right", "middle", "7.25"), by=shop.counter)
    gone = await client.post(f"{url}/sizes/{size}/remove")
    assert gone.status_code == 303
    page = (await client.get(url)).text  # the passing word offers the way back
    assert f'action="{url}/sizes/{size}/restore"' in page and "finger: 7¼" not in page
    await client.post(f"{url}/sizes/{size}/restore")
    assert "Right middle finger: 7¼" in (await client.get(url)).text
    assert len(await fetch("SELECT FROM event WHERE name LIKE 'ring_size_%'")) == 2


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"finger": ""}, "Tap the finger"),
        ({"finger": "left sixth"}, "Tap the finger"),
        ({"size": "6.3"}, "Choose the size"),
        ({"basis": "guessed"}, "Choose one"),
        ({"measured_on": "2041-01-01"}, "Choose today or a day before"),
        ({"measured_on": "soon"}, "Choose the day"),
    ],
)
async def test_what_is_no_size_is_refused_beside_its_field(
    client: httpx.AsyncClient, shop: World, wrong: dict[str, str], words: str
) -> None:
    ticket = await a_ticket(shop)
    await sign_in(client, shop.staff["counter"])
    form = {"finger": "left ring", "size": "6", "basis": "measured", "measured_on": "2020-02-02"}
    answer = await client.post(f"/customers/{ticket.customer}/sizes", data=form | wrong)
    assert answer.status_code == 422 and words in answer.text
    assert await fetch("SELECT FROM ring_size") == []


async def test_take_in_knows_what_was_measured(client: httpx.AsyncClient, shop: World) -> None:
    clock.run_on(lambda: NOON)
    ticket = await a_ticket(shop)
    await sign_in(client, shop.staff["counter"])
    await measure(ticket.customer, NewSize("left", "ring", "6.75"), by=shop.counter)
    draft = (await client.post("/intake", data={"customer": str(ticket.customer)})).headers["location"]
    await client.post(f"{draft}/change", data={"as": "ring"})
    assert "Left ring 6.75" in (await client.get(draft)).text
