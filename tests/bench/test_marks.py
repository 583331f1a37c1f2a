"""The marked picture at the bench and at the gate; what the bench finds is marked beside it."""

import json

import httpx
import pytest

from tests.factories import World, a_new_ticket, a_photo_row, a_ring, an_envelope, sign_in
from workshop.db import fetch, fetch_value
from workshop.record.prices.work import NewTask
from workshop.record.stages import Stage
from workshop.record.tickets.envelopes import finish_work, start_work
from workshop.record.tickets.tickets import NewEnvelope, take_in

pytestmark = pytest.mark.anyio

CRACK = json.dumps({"code": "CRK", "position": "4 o'clock", "picture": "ring-top", "x": 0.4, "y": 0.4})
FINDING = {"note": "The band is cracked through.", "task": "PR-TIP", "PR-TIP.prongs": "4", "idempotency_key": "f1"}


async def a_marked_ring(world: World) -> str:
    """A ring with a mark and thirteen tapped stones, worked on; gives its code."""
    stones = [{"picture": "ring-top", "x": at / 20, "y": 0.5} for at in range(13)]
    one = NewEnvelope([NewTask("PL-CLN")], piece=a_ring(), stone_points=stones)
    ticket = await take_in(a_new_ticket(envelopes=[one]), by=world.counter)
    code: str = await fetch_value("SELECT code FROM envelope WHERE ticket = $1", ticket.id)
    await fetch(
        "UPDATE envelope SET marks = $2 WHERE code = $1", code, json.dumps([{**json.loads(CRACK), "code": "PRW"}])
    )
    await start_work(code, by=world.bench)
    return code


async def test_every_tapped_stone_can_be_ticked_at_the_gate_and_only_there(
    shop: World, client: httpx.AsyncClient
) -> None:
    code = await a_marked_ring(shop)
    await sign_in(client, shop.staff["bench2"])
    at_bench = (await client.get(f"/bench/{code}")).text
    assert at_bench.count('class="stone"') == 13 and "data-stone=" not in at_bench
    assert "prong worn, 4 o&#39;clock" in at_bench
    assert "data-stone=" not in (await client.get(f"/bench/quality/{code}")).text
    await finish_work(code, by=shop.bench)
    check = (await client.get(f"/bench/quality/{code}")).text
    assert check.count('role="checkbox"') == 13 and 'data-stone="13"' in check
    assert "prong worn, 4 o&#39;clock" in check


async def test_a_finding_is_marked_with_its_estimate_or_not_at_all(shop: World, client: httpx.AsyncClient) -> None:
    envelope = await an_envelope(shop, Stage.AT_BENCH)
    await sign_in(client, shop.staff["bench"])
    assert "data-marking=" in (await client.get(f"/bench/{envelope.code}/found")).text
    where = f"/bench/{envelope.code}/found"
    wrong = await client.post(where, data=FINDING | {"point-a1": CRACK.replace("CRK", "NOR")})
    assert wrong.status_code == 422
    assert "does not fit" in wrong.text and 'name="point-a1"' in wrong.text
    assert await fetch_value("SELECT count(*) FROM estimate") == 0
    right = await client.post(where, data=FINDING | {"point-a1": CRACK})
    assert right.status_code == 303
    kept = json.loads(await fetch_value("SELECT found_marks FROM envelope WHERE id = $1", envelope.id))
    assert [(mark["code"], mark["position"]) for mark in kept] == [("CRK", "4 o'clock")]
    assert await fetch_value("SELECT count(*) FROM estimate") == 1
    assert "crack, 4 o&#39;clock" in (await client.get(f"/bench/{envelope.code}")).text


async def test_a_mark_that_cannot_be_read_loses_nothing_typed(shop: World, client: httpx.AsyncClient) -> None:
    envelope = await an_envelope(shop, Stage.AT_BENCH)
    await sign_in(client, shop.staff["bench"])
    answer = await client.post(f"/bench/{envelope.code}/found", data=FINDING | {"point-a1": "{broken"})
    assert answer.status_code == 422
    assert FINDING["note"] in answer.text
    assert await fetch_value("SELECT count(*) FROM estimate") == 0


async def test_the_gate_asks_for_the_angles_of_take_in_until_they_are_taken(
    shop: World, client: httpx.AsyncClient
) -> None:
    envelope = await an_envelope(shop, Stage.QUALITY_CHECK)
    for angle, kind in (("top", "take_in"), ("side", "take_in"), ("top", "after")):
        photo = await a_photo_row(envelope.code, shop, kind=kind)
        await fetch("UPDATE photo SET angle = $2 WHERE id = $1", photo, angle)
    await sign_in(client, shop.staff["bench2"])
    check = (await client.get(f"/bench/quality/{envelope.code}")).text
    assert 'data-shoot="side"' in check and 'data-shoot="top"' not in check
