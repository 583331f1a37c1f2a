"""A photo taken by mistake can be taken back; evidence cannot."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from tests.factories import World, a_jpeg, a_photo_row, an_envelope, sign_in
from tests.photos.conftest import Keeping
from tests.photos.uploads import a_draft, photo_rows, send
from workshop import clock
from workshop.db import fetch, fetch_value
from workshop.record.stages import Stage

pytestmark = pytest.mark.anyio


@pytest.fixture
async def counter(client: httpx.AsyncClient, shop: World, folder: Keeping) -> httpx.AsyncClient:
    await sign_in(client, shop.staff["counter"])
    return client


async def test_a_photo_of_an_open_take_in_is_removed_and_brought_back(
    counter: httpx.AsyncClient, shop: World, folder: Keeping
) -> None:
    _, code = await a_draft(shop)
    said = (await send(counter, code, a_jpeg())).json()
    clock.run_on(lambda: datetime.now(UTC) + timedelta(hours=2))
    await sign_in(counter, shop.staff["manager"])  # a colleague goes on with the take-in
    album = await counter.post(f"/photos/{said['id']}/remove?kind=take_in")
    assert album.status_code == 200
    assert "Photo removed" in album.text
    assert said["url"] not in album.text
    assert f"/photos/{said['id']}/restore" in album.text
    assert said["url"] not in (await counter.get(f"/photos/of/{code}")).text
    assert (await counter.get(said["url"])).status_code == 404
    [row] = await photo_rows()
    assert await folder.storage.exists(row["key"])  # the picture stays
    album = await counter.post(f"/photos/{said['id']}/restore?kind=take_in")
    assert said["url"] in album.text
    assert (await counter.get(said["url"])).status_code == 200
    names = [row["name"] for row in await fetch("SELECT name FROM event WHERE name LIKE 'photo%' ORDER BY id")]
    assert names == ["photo_added", "photo_removed", "photo_restored"]


async def test_after_the_signature_only_its_taker_takes_a_photo_back_and_soon(
    counter: httpx.AsyncClient, shop: World
) -> None:
    code = (await an_envelope(shop, Stage.AT_BENCH)).code
    said = (await send(counter, code, a_jpeg(), "after")).json()
    await sign_in(counter, shop.staff["bench"])
    assert "Remove" not in (await counter.get(f"/photos/of/{code}")).text
    refused = await counter.post(f"/photos/{said['id']}/remove", headers={"Accept": "application/json"})
    assert refused.status_code == 409
    assert "evidence" in refused.json()["detail"]
    await sign_in(counter, shop.staff["counter"])
    assert "Remove" in (await counter.get(f"/photos/of/{code}")).text
    clock.run_on(lambda: datetime.now(UTC) + timedelta(minutes=11))
    assert "Remove" not in (await counter.get(f"/photos/of/{code}")).text
    assert (await counter.post(f"/photos/{said['id']}/remove")).status_code == 409
    clock.run_on(lambda: datetime.now(UTC) + timedelta(minutes=9))
    assert (await counter.post(f"/photos/{said['id']}/remove")).status_code == 200


async def test_what_the_customer_signed_with_stays(counter: httpx.AsyncClient, shop: World) -> None:
    envelope = await an_envelope(shop)
    said = (await send(counter, envelope.code, a_jpeg())).json()
    await fetch("UPDATE photo SET taken_at = $1", envelope.created_at - timedelta(minutes=1))
    assert (await counter.post(f"/photos/{said['id']}/remove")).status_code == 409
    assert (await counter.get(said["url"])).status_code == 200


async def test_the_bench_does_not_remove_the_counters_photos(counter: httpx.AsyncClient, shop: World) -> None:
    _, code = await a_draft(shop)
    said = (await send(counter, code, a_jpeg())).json()
    await sign_in(counter, shop.staff["bench"])
    assert (await counter.post(f"/photos/{said['id']}/remove")).status_code == 403


async def test_a_removed_photo_makes_room_and_comes_back_only_where_there_is_room(
    counter: httpx.AsyncClient, shop: World
) -> None:
    _, code = await a_draft(shop)
    for _ in range(11):
        await a_photo_row(code, shop)
    said = (await send(counter, code, a_jpeg())).json()
    assert (await counter.post(f"/photos/{said['id']}/remove")).status_code == 200
    again = (await send(counter, code, a_jpeg())).json()  # the same picture, on second thoughts
    assert again["id"] != said["id"]
    assert (await counter.post(f"/photos/{said['id']}/restore")).status_code == 409
    assert await fetch_value("SELECT count(*) FROM photo WHERE removed_at IS NULL") == 12
