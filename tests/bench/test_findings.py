"""What the bench finds becomes a new version of the estimate, and work waits for the customer."""

import httpx
import pytest

from tests.bench.rows import row_of
from tests.factories import World, an_envelope, sign_in
from workshop.db import fetch, fetch_value
from workshop.record.stages import Stage

pytestmark = pytest.mark.anyio
NOTE = "Two prongs are worn through; the stone can fall out."


async def report(client: httpx.AsyncClient, code: str, **more: object) -> httpx.Response:
    form = {"note": NOTE, "task": ["PR-TIP"], "PR-TIP.prongs": "4", "idempotency_key": "f1"} | more
    return await client.post(f"/bench/{code}/found", data=form)


async def test_found_proposes_work_without_prices(shop: World, client: httpx.AsyncClient) -> None:
    envelope = await an_envelope(shop, Stage.AT_BENCH)
    await sign_in(client, shop.staff["bench"])
    page = (await client.get(f"/bench/{envelope.code}/found")).text
    assert "Retip prongs" in page
    assert "Battery" not in page  # a ring has none
    assert "23.00" not in page and "$2" not in page
    assert f"/photos/of/{envelope.code}" in page


async def test_a_finding_is_priced_from_the_book_and_stops_the_work(shop: World, client: httpx.AsyncClient) -> None:
    envelope = await an_envelope(shop, Stage.AT_BENCH)
    await sign_in(client, shop.staff["bench"])
    assert (await report(client, envelope.code)).headers["location"] == f"/bench/{envelope.code}"
    assert (await row_of(envelope.id))["stage"] == "estimating"
    found = (await fetch("SELECT * FROM task WHERE found_at_bench"))[0]
    assert (found["code"], found["price_cents"]) == ("PR-TIP", 2300 + 3 * 1300)
    assert await fetch_value("SELECT state FROM estimate") == "draft"
    assert await fetch_value("SELECT note FROM estimate") == NOTE


async def test_pressed_twice_it_is_one_finding(shop: World, client: httpx.AsyncClient) -> None:
    envelope = await an_envelope(shop, Stage.AT_BENCH)
    await sign_in(client, shop.staff["bench"])
    await report(client, envelope.code)
    await report(client, envelope.code)
    assert await fetch_value("SELECT count(*) FROM estimate") == 1
    assert await fetch_value("SELECT count(*) FROM task WHERE found_at_bench") == 1


@pytest.mark.parametrize(
    ("what", "said"), [({"note": ""}, "Say in a sentence"), ({"PR-TIP.prongs": "many"}, "not a number")]
)
async def test_a_refused_finding_keeps_what_was_typed(
    shop: World, client: httpx.AsyncClient, what: dict[str, str], said: str
) -> None:
    envelope = await an_envelope(shop, Stage.AT_BENCH)
    await sign_in(client, shop.staff["bench"])
    answer = await report(client, envelope.code, **what)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="PR-TIP" checked' in answer.text
    assert (await row_of(envelope.id))["stage"] == "at_bench"
    assert await fetch_value("SELECT count(*) FROM task WHERE found_at_bench") == 0


async def test_the_bench_does_not_send_prices_to_customers(shop: World, client: httpx.AsyncClient) -> None:
    envelope = await an_envelope(shop, Stage.AT_BENCH)
    await sign_in(client, shop.staff["bench"])
    assert "Send to the customer now" not in (await client.get(f"/bench/{envelope.code}/found")).text
    assert (await report(client, envelope.code, send="yes")).status_code == 403
    assert await fetch_value("SELECT count(*) FROM estimate") == 0


async def test_a_manager_may_send_it_at_once(shop: World, client: httpx.AsyncClient) -> None:
    envelope = await an_envelope(shop, Stage.AT_BENCH)
    await sign_in(client, shop.staff["manager"])
    await report(client, envelope.code, send="yes")
    assert (await row_of(envelope.id))["stage"] == "awaiting_approval"


async def test_nothing_is_found_on_what_is_ready(shop: World, client: httpx.AsyncClient) -> None:
    envelope = await an_envelope(shop, Stage.READY_FOR_PICKUP)
    await sign_in(client, shop.staff["bench"])
    answer = await report(client, envelope.code)
    assert answer.status_code == 409
    assert "ready to collect" in answer.text
    assert NOTE.split(";")[0] in answer.text
