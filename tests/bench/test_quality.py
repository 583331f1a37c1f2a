"""The gate: list, stones, photos, and a second pair of eyes."""

import httpx
import pytest

from tests.bench.rows import events_of, row_of
from tests.factories import World, a_photo_row, an_envelope, api_token, sign_in
from workshop.db import fetch, fetch_value
from workshop.errors import NotAllowed
from workshop.record.quality.quality import Check, fail_quality, pass_quality
from workshop.record.shop.staff import enrol_device
from workshop.record.stages import Stage
from workshop.record.tables import Envelope
from workshop.record.tickets.envelopes import finish_work, move, start_work
from workshop.record.trade import QUALITY

pytestmark = pytest.mark.anyio
RING = QUALITY["ring"]


async def at_the_gate(world: World, *, photo: bool = True) -> Envelope:
    envelope = await an_envelope(world, Stage.QUALITY_CHECK)
    if photo:
        await a_photo_row(envelope.code, world, kind="after")
    return envelope


TICKS = {f"line-{at}": "yes" for at in range(1, len(RING) + 1)}


async def press_pass(client: httpx.AsyncClient, code: str, **more: object) -> httpx.Response:
    form = TICKS | {"stones": "13", "note": "", "idempotency_key": "k1"} | more
    return await client.post(f"/bench/quality/{code}/passes", data=form)


async def test_a_whole_check_passes_and_the_evidence_stays(shop: World, client: httpx.AsyncClient) -> None:
    envelope = await at_the_gate(shop)
    await sign_in(client, shop.staff["bench2"])
    answer = await press_pass(client, envelope.code)
    assert answer.headers["location"] == "/bench/quality"
    assert (await row_of(envelope.id))["stage"] == "ready_for_pickup"
    kept = await fetch_value("SELECT data FROM event WHERE to_stage = 'ready_for_pickup'")
    assert '"stones": 13' in kept and RING[3] in kept


async def test_pressed_twice_it_passes_once(shop: World, client: httpx.AsyncClient) -> None:
    envelope = await at_the_gate(shop)
    await sign_in(client, shop.staff["bench2"])
    await press_pass(client, envelope.code)
    before = await events_of(envelope.id)
    assert (await press_pass(client, envelope.code)).status_code == 303
    assert await events_of(envelope.id) == before
    assert await fetch_value("SELECT count(*) FROM message WHERE template = 'ready_for_pickup'") == 1


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ({"line-1": ""}, "Not ticked yet: Work equals"),
        ({"stones": "12"}, "12 stones counted, 13 came in"),
        ({"stones": ""}, "Count the stones: 13 came in"),
    ],
)
async def test_what_is_missing_is_said_and_nothing_typed_is_lost(
    shop: World, client: httpx.AsyncClient, what: dict[str, object], said: str
) -> None:
    envelope = await at_the_gate(shop)
    await sign_in(client, shop.staff["bench2"])
    answer = await press_pass(client, envelope.code, note="polished twice", **what)
    assert answer.status_code == 409
    assert said in answer.text
    assert 'value="polished twice"' in answer.text
    assert answer.text.count('name="line-') == len(RING)
    assert answer.text.count('value="yes" checked') >= len(RING) - 1
    assert (await row_of(envelope.id))["stage"] == "quality_check"


async def test_no_photo_no_pass(shop: World, client: httpx.AsyncClient) -> None:
    envelope = await at_the_gate(shop, photo=False)
    await sign_in(client, shop.staff["bench2"])
    answer = await press_pass(client, envelope.code)
    assert answer.status_code == 409
    assert "after photos: 0 of 1" in answer.text


async def test_the_maker_is_told_to_fetch_a_colleague(shop: World, client: httpx.AsyncClient) -> None:
    envelope = await at_the_gate(shop)
    await sign_in(client, shop.staff["bench"])
    page = (await client.get(f"/bench/quality/{envelope.code}")).text
    assert "You did this work, so somebody else checks it" in page
    assert f'href="/switch?next=/bench/quality/{envelope.code}"' in page
    answer = await press_pass(client, envelope.code)
    assert answer.status_code == 409
    assert "somebody else checks it" in answer.text
    assert (await row_of(envelope.id))["stage"] == "quality_check"


async def test_in_a_one_person_shop_the_maker_passes(shop: World, client: httpx.AsyncClient) -> None:
    await fetch("UPDATE shop SET maker_may_pass = true")
    envelope = await at_the_gate(shop)
    await sign_in(client, shop.staff["bench"])
    assert "somebody else" not in (await client.get(f"/bench/quality/{envelope.code}")).text
    assert (await press_pass(client, envelope.code)).status_code == 303


async def test_a_colleagues_badge_on_the_check_lets_them_check_it(shop: World, client: httpx.AsyncClient) -> None:
    envelope = await at_the_gate(shop)
    await sign_in(client, shop.staff["bench"])
    client.cookies.set("station", await enrol_device(shop.staff["bench"], "Bench 1"))
    form = {"code": shop.staff["bench2"].badge_code, "here": envelope.code}
    answer = await client.post("/bench/quality/scans", data=form)
    assert answer.headers["location"] == f"/bench/quality/{envelope.code}"
    assert (await press_pass(client, envelope.code)).status_code == 303


async def test_a_failure_goes_back_to_the_same_jeweler_with_the_reason(shop: World, client: httpx.AsyncClient) -> None:
    envelope = await at_the_gate(shop)
    await sign_in(client, shop.staff["counter"])
    answer = await client.post(
        f"/bench/quality/{envelope.code}/fails", data={"reason": "finish", "fail_note": "Tool mark inside"}
    )
    assert answer.status_code == 303
    row = await row_of(envelope.id)
    assert (row["stage"], row["jeweler"]) == ("at_bench", shop.bench.id)
    assert await fetch_value("SELECT count(*) FROM task WHERE envelope = $1 AND done_at IS NULL", envelope.id) == 1
    await start_work(envelope.code, by=shop.bench)
    await finish_work(envelope.code, by=shop.bench)
    page = (await client.get(f"/bench/quality/{envelope.code}")).text
    assert "Sent back by Noor: finish or tool marks" in page and "Tool mark inside" in page


async def test_a_failure_needs_its_reason(shop: World, client: httpx.AsyncClient) -> None:
    envelope = await at_the_gate(shop)
    await sign_in(client, shop.staff["counter"])
    answer = await client.post(f"/bench/quality/{envelope.code}/fails", data={"fail_note": "hm"})
    assert answer.status_code == 422
    assert "Choose what is wrong" in answer.text
    assert (await row_of(envelope.id))["stage"] == "quality_check"


async def test_only_what_lies_at_the_gate_passes_or_fails_it(world: World) -> None:
    waiting = await an_envelope(world)
    with pytest.raises(NotAllowed, match="not at quality check"):
        await fail_quality(waiting.code, "finish", by=world.bench)
    await move(waiting.code, Stage.CANCELLED, by=world.counter, reason="customer changed their mind")
    with pytest.raises(NotAllowed, match="not at quality check"):
        await pass_quality(waiting.code, Check(RING, 13), by=world.counter)


async def test_a_scan_opens_the_check(shop: World, client: httpx.AsyncClient) -> None:
    envelope = await at_the_gate(shop)
    await sign_in(client, shop.staff["counter"])
    assert envelope.number in (await client.get("/bench/quality")).text
    answer = await client.post("/bench/quality/scans", data={"code": envelope.number})
    assert answer.headers["location"] == f"/bench/quality/{envelope.code}"
    assert (await client.post("/bench/quality/scans", data={"code": "HR-1-1"})).status_code == 404


async def test_another_system_reads_the_list_taps_it_and_passes(shop: World, client: httpx.AsyncClient) -> None:
    envelope = await at_the_gate(shop)
    client.headers["Authorization"] = f"Bearer {await api_token(shop, 'counter')}"
    url = f"/api/envelopes/{envelope.code}/check"
    lines = (await client.get(url)).json()["lines"]
    assert [line["words"] for line in lines] == RING
    odd = await client.post(url, json={"answers": {"line-1": "yes", "line-99": "yes"}})
    assert odd.status_code == 422 and "line-99" in odd.text
    assert (await client.get(url)).json()["answers"] == {}
    answers = {line["name"]: "yes" for line in lines} | {"stones": "13"}
    assert (await client.post(url, json={"answers": answers})).status_code == 200
    assert all(line["is_ticked"] for line in (await client.get(url)).json()["lines"])
    moved = await client.post(
        f"/api/envelopes/{envelope.code}/moves", json={"to": "ready_for_pickup", "quality": {}}
    )
    assert moved.json()["stage"] == "ready_for_pickup"
    assert (await client.get(url)).status_code == 409
