"""The work as JSON: planned, weighed, measured; a full day answers 409; the cost is the manager's."""

from typing import Any

import httpx
import pytest

from tests.factories import World, an_envelope, api_token
from workshop.db import fetch, fetch_value
from workshop.record.stages import Stage

pytestmark = pytest.mark.anyio


async def test_a_piece_is_planned_worked_weighed_and_read(shop: World, client: httpx.AsyncClient) -> None:
    free, ring = await an_envelope(shop), await an_envelope(shop, Stage.AT_BENCH)
    boss = {"Authorization": f"Bearer {await api_token(shop, 'manager')}"}
    bench = {"Authorization": f"Bearer {await api_token(shop, 'bench')}"}

    async def post(code: str, door: str, who: dict[str, str], **body: Any) -> httpx.Response:
        return await client.post(f"/api/envelopes/{code}/{door}", json=body, headers=who)

    await fetch("UPDATE task SET minutes = 9000 WHERE envelope = $1", free.id)
    full = await post(free.code, "assignment", boss, jeweler=shop.bench.id)
    assert full.status_code == 409 and "is full" in full.json()["detail"]
    planned = await post(free.code, "assignment", boss, jeweler=shop.bench.id, reason="All week")
    assert planned.json()["jeweler"] == shop.bench.id
    assert (await post(free.code, "assignment", bench, jeweler=shop.bench2.id)).status_code == 403
    assert (await post(free.code, "assignment", boss)).json()["jeweler"] is None

    key = bench | {"Idempotency-Key": "one"}
    for _ in range(2):
        part = {"kind": "metal", "what": "Sizing stock", "metal": "14k", "weight_mg": 400, "cost_cents": 98765}
        assert (await post(ring.code, "parts", key, **part)).status_code == 201
    assert await fetch_value("SELECT count(*) FROM used_part") == 1
    await post(ring.code, "weights", bench, moment="in", weight_mg=4350)
    weighed = await post(ring.code, "weights", bench, weight_mg=5900)
    assert weighed.json() == {"expected_mg": 4750, "difference_mg": 1150, "is_right": False}
    assert (await post(ring.code, "bags", bench, kind="stone", what="Loose diamond", count=2)).status_code == 201
    reading = await post(ring.code, "readings", bench, kind="timing", position="DU", rate_tenths=40)
    assert reading.status_code == 201
    wrong = await post(ring.code, "readings", bench, kind="timing", position="UP", rate_tenths=40)
    assert wrong.status_code == 422

    seen = (await client.get(f"/api/envelopes/{ring.code}/work", headers=bench)).json()
    assert "cost_cents" not in seen["parts"][0] and seen["bags"][0]["count"] == 2
    assert seen["readings"][0]["words"] == "dial up +4 s/d" and seen["spans"][0]["staff_name"] == "Kai Lindqvist"
    full_view = (await client.get(f"/api/envelopes/{ring.code}/work", headers=boss)).json()
    assert full_view["parts"][0]["cost_cents"] == 98765
