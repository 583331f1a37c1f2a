"""Custody in JSON: what a till or a shelf with a reader may do, by the same verbs."""

from datetime import timedelta

import httpx
import pytest

from tests.factories import World, an_envelope, api_token
from tests.out_of_house import a_vendor
from tests.test_other_shop import open_other_shop
from workshop import clock
from workshop.db import fetch_value

pytestmark = pytest.mark.anyio


async def test_a_place_a_count_and_the_liability(client: httpx.AsyncClient, shop: World) -> None:
    envelope = await an_envelope(shop)
    client.headers["Authorization"] = f"Bearer {await api_token(shop, 'manager')}"
    places = {row["name"]: row for row in (await client.get("/api/places")).json()}
    assert places["counter"]["pieces"] == 1
    put = await client.post(f"/api/envelopes/{envelope.code}/places", json={"place": places["safe tray"]["code"]})
    assert put.json()["location"] == "safe tray"
    assert (await client.get("/api/liability")).json()["places"][0]["name"] == "safe tray"
    assert (await client.get("/api/liability?day=2020-01-01")).json()["pieces"] == 0
    count = (await client.post("/api/counts")).json()["id"]
    opened = await client.post(f"/api/counts/{count}/scans", json={"code": places["counter"]["code"]})
    seen = {"code": envelope.code, "place": opened.json()["place"]}
    assert (await client.post(f"/api/counts/{count}/scans", json=seen)).json()["sound"] == "attention"
    (row,) = (await client.get(f"/api/counts/{count}")).json()["envelopes"]
    assert (row["verdict"], row["found_in"]) == ("elsewhere", "counter")
    signed = await client.post(f"/api/counts/{count}/signing", json={"badge": shop.staff["bench"].badge_code})
    assert signed.json() == {"id": count, "expected": 1, "seen": 1, "missing": 0}


async def test_a_packing_list_out_and_back(client: httpx.AsyncClient, shop: World) -> None:
    envelope = await an_envelope(shop)
    _, card = await a_vendor(shop)
    client.headers["Authorization"] = f"Bearer {await api_token(shop, 'counter')}"
    packed = await client.post("/api/send-outs/pieces", json={"envelope": envelope.code, "vendor": card})
    address = f"/api/send-outs/{packed.json()['send_out']}"
    due = str(clock.today(shop.shop.zone) + timedelta(days=3))
    assert (await client.post(f"{address}/sending", json={"due_back_on": due})).json()["state"] == "out"
    task = await fetch_value("SELECT id FROM task")
    back = {"envelope": envelope.code, "finished": True, "costs": {str(task): 900}}
    assert (await client.post("/api/send-outs/returns", json=back)).json()["stage"] == "quality_check"
    assert (await client.get(address)).json()["pieces"][0]["cost_cents"] == 900
    assert [row["state"] for row in (await client.get("/api/send-outs")).json()] == ["back"]
    client.headers["Authorization"] = f"Bearer {await api_token(shop, 'bench')}"
    assert (await client.get(address)).status_code == 403


async def test_a_transfer_from_both_ends(client: httpx.AsyncClient, shop: World) -> None:
    envelope, other = await an_envelope(shop), await open_other_shop()
    ours, theirs = await api_token(shop, "counter"), await api_token(other, "counter")
    client.headers["Authorization"] = f"Bearer {ours}"
    assert (await client.post("/api/transfers", json={"to_shop": "HR"})).status_code == 422
    transfer = (await client.post("/api/transfers", json={"to_shop": "bv"})).json()["id"]
    address = f"/api/transfers/{transfer}"
    await client.post(f"{address}/scans", json={"code": envelope.number})
    assert (await client.post(f"{address}/sending")).json()["state"] == "on_way"
    client.headers["Authorization"] = f"Bearer {theirs}"
    assert (await client.post(f"{address}/scans", json={"code": envelope.code})).json()["state"] == "received"
    assert (await client.get(address)).json()["pieces"] == [{"number": envelope.number, "state": "received"}]
