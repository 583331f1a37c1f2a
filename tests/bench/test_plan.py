"""The plan: pieces given to a colleague's day by tap, by scan and by the rule; a full day asks for a reason."""

from datetime import UTC, datetime

import httpx
import pytest

from tests.factories import World, an_envelope, sign_in
from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value
from workshop.record.tables import Envelope

pytestmark = pytest.mark.anyio
MONDAY = datetime(2031, 3, 3, 13, 0, tzinfo=UTC)  # 08:00 in New York


async def planner(shop: World, client: httpx.AsyncClient, *minutes: int) -> list[Envelope]:
    """Pieces of so many minutes, and the manager signed in on a Monday morning."""
    clock.run_on(lambda: MONDAY)
    made = [await an_envelope(shop) for _ in minutes]
    for one, number in zip(made, minutes, strict=True):
        await fetch("UPDATE task SET minutes = $2 WHERE envelope = $1", one.id, number)
        await fetch("UPDATE envelope SET bench_due = '2031-03-05' WHERE id = $1", one.id)
    await sign_in(client, shop.staff["manager"])
    return made


async def spot(envelope: Envelope) -> tuple[int | None, str]:
    row = await fetch_one("SELECT jeweler, plan_on::text AS day FROM envelope WHERE id = $1", envelope.id)
    assert row
    return row["jeweler"], row["day"] or ""


async def test_pieces_are_given_to_a_day_and_a_full_day_asks_why(shop: World, client: httpx.AsyncClient) -> None:
    first, second, third = await planner(shop, client, 200, 100, 100)
    page = (await client.get("/bench/plan")).text
    assert first.number in page and "Kai Lindqvist" in page and "0 min of 6 h" in page
    cell = f"{shop.bench.id}/2031-03-04"
    answer = await client.post("/bench/plan/assignments", data={"cell": cell, "code": [first.code, second.code]})
    assert answer.status_code == 200 and "5 h of 6 h" in answer.text
    refused = await client.post("/bench/plan/assignments", data={"cell": cell, "code": third.code})
    assert refused.status_code == 409 and "40 min over 6 h" in refused.text
    assert await spot(third) == (None, "")
    anyway = {"cell": cell, "code": third.code, "reason": "He comes early"}
    assert "40 min over" in (await client.post("/bench/plan/assignments", data=anyway)).text
    assert await spot(third) == (shop.bench.id, "2031-03-04")
    await client.post("/bench/plan/assignments", data={"cell": "nobody", "code": third.code})
    assert await spot(third) == (None, "")


async def test_a_badge_and_then_envelopes(shop: World, client: httpx.AsyncClient) -> None:
    ring, chain = await planner(shop, client, 30, 30)
    lost = await client.post("/bench/plan/scans", data={"code": ring.code})
    assert lost.status_code == 409 and "badge first" in lost.text
    badge = await fetch_value("SELECT badge_code FROM staff WHERE id = $1", shop.bench2.id)
    assert "Scan envelopes for Ines Duarte" in (await client.post("/bench/plan/scans", data={"code": badge})).text
    for one in (ring, chain):
        await client.post("/bench/plan/scans", data={"code": one.code, "person": str(shop.bench2.id)})
    assert await spot(ring) == await spot(chain) == (shop.bench2.id, "2031-03-03")


async def test_the_rule_by_a_press_and_whoever_may_not_plan(shop: World, client: httpx.AsyncClient) -> None:
    ring, long = await planner(shop, client, 30, 4000)
    answer = (await client.post("/bench/plan/share")).text
    assert "1 piece shared out" in answer and f"For {long.number} nobody has a day left" in answer
    assert (await spot(ring))[0] in (shop.bench.id, shop.bench2.id)
    assert (await client.post("/bench/plan/assignments", data={"cell": "x/y", "code": ring.code})).status_code == 422
    await sign_in(client, shop.staff["bench"])
    cell = {"cell": f"{shop.bench.id}/2031-03-04", "code": ring.code}
    assert (await client.post("/bench/plan/assignments", data=cell)).status_code == 403
