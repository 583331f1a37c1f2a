"""Two people on one number: suggested, put together by a colleague, found together from then on."""

import httpx
import pytest

from tests.factories import World, a_ticket, sign_in
from workshop.db import fetch, fetch_value

pytestmark = pytest.mark.anyio


async def test_a_shared_number_is_suggested_and_joined_by_a_colleague(client: httpx.AsyncClient, shop: World) -> None:
    rosa, james = await a_ticket(shop), await a_ticket(shop)
    await fetch("UPDATE customer SET first_name = 'James' WHERE id = $1", james.customer)
    await sign_in(client, shop.staff["counter"])
    url = f"/customers/{rosa.customer}"
    assert "James Bennett has the same number" in (await client.get(url)).text
    form = {"other": str(james.customer), "relation": "spouse", "idempotency_key": "once"}
    for _ in range(2):
        assert (await client.post(f"{url}/household", data=form)).status_code == 303
    assert await fetch_value("SELECT count(*) FROM household") == 1
    page = (await client.get(url)).text
    assert "has the same number" not in page and "Bennett household" in page
    found = (await client.get("/search", params={"q": "rosa"}, headers={"HX-Request": "true"})).text
    assert f"{rosa.number}-1" in found and f"{james.number}-1" in found


async def test_nobody_is_joined_without_saying_how(client: httpx.AsyncClient, shop: World) -> None:
    rosa, james = await a_ticket(shop), await a_ticket(shop)
    await sign_in(client, shop.staff["counter"])
    answer = await client.post(
        f"/customers/{rosa.customer}/household", data={"other": str(james.customer), "relation": "cousin"}
    )
    assert answer.status_code == 422
    assert await fetch_value("SELECT count(*) FROM household") == 0
