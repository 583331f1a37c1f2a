"""What is written down about the work: time, material, watch, by few fields; shown where it matters later."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from printing.content import claim_check_of
from printing.receipts import receipt_of
from tests.bench.test_stations import read
from tests.factories import World, a_signature, an_envelope, passed, sign_in
from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value
from workshop.record.pieces.pieces import NewPiece
from workshop.record.prices.work import NewTask
from workshop.record.stages import Stage
from workshop.record.tickets.envelopes import finish_work, start_work
from workshop.record.tickets.standing import ticket_of
from workshop.record.tickets.tickets import NewEnvelope

pytestmark = pytest.mark.anyio
TWO = [NewTask("RS-UP", drivers={"metal": "14k", "sizes": "1"}), NewTask("ST-TGT", drivers={"stones": "13"})]


async def test_a_clock_on_a_task_pause_and_a_task_done(shop: World, client: httpx.AsyncClient) -> None:
    ring = await an_envelope(shop, Stage.AT_BENCH, tasks=TWO)
    sizing, stones = [row["id"] for row in await fetch("SELECT id FROM task ORDER BY id")]
    await sign_in(client, shop.staff["bench"])
    here = f"/bench/{ring.code}"
    sheet = (await client.get(here)).text
    assert "Pause my clock" in sheet and "Work on it" in sheet and "Material and weight" in sheet
    await client.post(f"{here}/clock", data={"act": "work", "task": sizing})
    assert "your clock" in (await client.get(here)).text
    await client.post(f"{here}/clock", data={"act": "done", "task": stones})
    assert await fetch_value("SELECT done_by FROM task WHERE id = $1", stones) == shop.bench.id
    await client.post(f"{here}/clock", data={"act": "pause"})
    assert "Pause my clock" not in (await client.get(here)).text
    answer = await client.post(f"{here}/clock", data={"act": "work", "task": stones})
    assert "done already" in (await client.get(answer.headers["location"])).text


async def test_two_clocks_of_one_person_are_said(shop: World, client: httpx.AsyncClient) -> None:
    first, second = await an_envelope(shop, Stage.AT_BENCH), await an_envelope(shop, Stage.AT_BENCH)
    await sign_in(client, shop.staff["bench"])
    page = (await client.get(f"/bench/{second.code}")).text
    assert "Two clocks" in page and first.number in page


async def test_time_is_put_right_on_the_page_and_nothing_typed_is_lost(
    shop: World, client: httpx.AsyncClient
) -> None:
    noon = datetime(2031, 3, 3, 17, 0, tzinfo=UTC)
    clock.run_on(lambda: noon)
    ring = await an_envelope(shop, Stage.AT_BENCH)
    clock.run_on(lambda: noon + timedelta(hours=5))
    await finish_work(ring.code, by=shop.bench)
    await sign_in(client, shop.staff["bench"])
    page = (await client.get(f"/bench/{ring.code}/time")).text
    assert "Kai Lindqvist" in page and "5:00" in page and "2031-03-03T12:00" in page
    span = await fetch_value("SELECT id FROM work_span")
    right = {"span": span, "began_at": "2031-03-03T12:00", "ended_at": "2031-03-03T12:40", "idempotency_key": "one"}
    refused = await client.post(f"/bench/{ring.code}/time", data=right | {"idempotency_key": "none", "reason": ""})
    assert refused.status_code == 422 and "2031-03-03T12:40" in refused.text and "Say why" in refused.text
    for _ in range(2):  # a second press of the same form does nothing twice
        assert (await client.post(f"/bench/{ring.code}/time", data=right | {"reason": "Lunch"})).status_code == 303
    assert await fetch_value("SELECT worked_seconds FROM envelope") == 40 * 60
    page = (await client.get(f"/bench/{ring.code}/time")).text
    assert "corrected by Kai Lindqvist: Lunch" in page
    missing = {"began_at": "2031-03-03T13:00", "ended_at": "2031-03-03T13:10", "reason": "Torch station was off"}
    await client.post(f"/bench/{ring.code}/time", data=missing)
    assert await fetch_value("SELECT worked_seconds FROM envelope") == 50 * 60
    await sign_in(client, shop.staff["bench2"])
    answer = await client.post(f"/bench/{ring.code}/time", data=right | {"reason": "Not mine", "idempotency_key": "x"})
    assert answer.status_code == 403


async def test_material_weights_and_bags(shop: World, client: httpx.AsyncClient) -> None:
    ring = await an_envelope(shop, Stage.AT_BENCH)
    await sign_in(client, shop.staff["bench"])
    here = f"/bench/{ring.code}"

    async def post(where: str, **data: Any) -> httpx.Response:
        return await client.post(f"{here}/{where}", data=data)

    assert (await post("weights", moment="in", weight="4,35")).status_code == 303
    wrong = await post("parts", kind="metal", usual="Sizing stock", metal="14k", weight="")
    assert wrong.status_code == 422 and "the balance needs it" in wrong.text
    stock = {"kind": "metal", "usual": "Sizing stock", "metal": "14k", "weight": "0.40", "cost": "987.65"}
    assert (await post("parts", **stock)).status_code == 303
    assert (await post("weights", moment="out", weight="5.9")).status_code == 303
    page = (await client.get(f"{here}/material")).text
    assert "4.75 g" in page and "Not what it should weigh" in page and "+1.15 g" in page
    assert "$987.65" not in page  # what it cost the shop is the manager's
    refused = await client.post("/bench/scans", data={"code": "A-DONE", "in_hand": ring.code})
    assert refused.status_code == 409 and "1.15 g heavier than it should be" in refused.text
    assert (await post("bags", kind="stone", what="Loose diamond", count="2")).status_code == 303
    assert "2 × Loose diamond" in (await client.get(f"{here}/material")).text
    part = await fetch_value("SELECT id FROM used_part")
    await client.post(f"{here}/parts/{part}/strike")
    assert "Nothing yet." in (await client.get(f"{here}/material")).text
    await sign_in(client, shop.staff["manager"])
    await post("parts", **stock)
    assert "$987.65" in (await client.get(f"{here}/material")).text


async def test_the_counter_ticks_what_goes_home_in_bags(shop: World, client: httpx.AsyncClient) -> None:
    ring = await an_envelope(shop, Stage.AT_BENCH)
    await sign_in(client, shop.staff["bench"])
    await client.post(f"/bench/{ring.code}/bags", data={"kind": "part", "what": "Old head", "count": "1"})
    await finish_work(ring.code, by=shop.bench)
    await passed(ring.code, shop)
    ticket = await ticket_of(ring)
    await sign_in(client, shop.staff["counter"])
    page = (await client.get(f"/tickets/{ticket.number}/pickup")).text
    assert "Give back with it" in page and "1 × Old head" in page
    form = {
        "envelope": ring.number, "collector": "Rosa Bennett", "id_kind": "known", "signature": a_signature(),
        "amount": "90.37", "tender": "cash",
    }  # fmt: skip
    refused = await client.post(f"/tickets/{ticket.number}/pickup", data=form)
    assert refused.status_code == 422 and "Give back and tick: 1 × Old head" in refused.text
    assert await fetch_value("SELECT count(*) FROM payment") == 0
    bag = await fetch_value("SELECT id FROM return_bag")
    assert (await client.post(f"/tickets/{ticket.number}/pickup", data=form | {"bag": bag})).status_code == 303
    assert "Given back with the piece: 1 × Old head" in (await client.get(f"/tickets/{ticket.number}")).text


async def test_a_watchs_figures_are_on_the_papers_and_in_its_life(shop: World, client: httpx.AsyncClient) -> None:
    piece = NewPiece("watch", "Steel diver", "steel", "stamped", serial="7548-700B")
    watch = await an_envelope(shop, envelopes=[NewEnvelope([NewTask("WB-WR")], piece=piece)])
    await start_work(watch.code, by=shop.bench)
    await sign_in(client, shop.staff["bench"])
    here = f"/bench/{watch.code}/watch"

    async def post(**data: Any) -> httpx.Response:
        return await client.post(here, data={"idempotency_key": uuid4().hex} | data)

    wrong = await post(kind="timing", moment="before", position="DU", rate_tenths="four")
    assert wrong.status_code == 422 and "A figure like 4 or -3.5." in wrong.text
    await post(kind="timing", moment="before", position="DU", rate_tenths="-18.5", amplitude="212", beat_tenths="1.2")
    await post(kind="timing", moment="after", position="DU", rate_tenths="+4", amplitude="285", beat_tenths="0,3")
    await post(kind="water", moment="after", bar_tenths="5", result="yes")
    await post(kind="serial", moment="before", serial="7548700b")
    await post(kind="begin", moment="after")
    assert "Keeps time" in (await client.get(here)).text
    await post(kind="end", moment="after", rate_tenths="2", result="yes")
    page = (await client.get(here)).text
    assert "-18.5 s/d, 212°, 1.2 ms" in page and "tight at 5 bar" in page
    before, after = "Before the work: dial up -18.5 s/d, 212°, 1.2 ms", "After the work: dial up +4 s/d, 285°, 0.3 ms"
    lines = (await claim_check_of(watch.ticket)).measured
    assert lines[0] == before and lines[1].startswith(after) and "tight at 5 bar" in lines[1]
    assert (await receipt_of(watch.ticket)).measured == lines
    assert before in (await client.get(f"/pieces/{watch.piece}")).text
    await sign_in(client, shop.staff["counter"])
    ticket = await ticket_of(watch)
    assert before in (await client.get(f"/prints/claim-check/{ticket.number}")).text
    wrong_one = await fetch_one("SELECT id FROM watch_check WHERE kind = 'water'")
    await sign_in(client, shop.staff["bench"])
    assert wrong_one
    await client.post(f"{here}/{wrong_one['id']}/strike")
    assert "tight at 5 bar" not in (await client.get(here)).text


async def test_another_shop_writes_nothing_down_on_our_pieces(shop: World, client: httpx.AsyncClient) -> None:
    ring = await an_envelope(shop, Stage.AT_BENCH)
    other = await fetch_value("INSERT INTO shop (code, name) VALUES ('XX', 'Elsewhere') RETURNING id")
    await sign_in(client, shop.staff["bench"])
    await client.post(f"/bench/{ring.code}/bags", data={"kind": "part", "what": "Old head", "count": "1"})
    bag, span = await fetch_value("SELECT id FROM return_bag"), await fetch_value("SELECT id FROM work_span")
    await fetch("UPDATE staff SET shop = $1 WHERE id = $2", other, shop.bench.id)
    for page in ("time", "material", "watch", "proof"):
        assert (await client.get(f"/bench/{ring.code}/{page}")).status_code == 404, page
    assert (await client.post(f"/bench/{ring.code}/bags/{bag}/strike")).status_code == 404
    when = {"began_at": "2026-01-01T10:00", "ended_at": "2026-01-01T10:05", "reason": "because", "span": span}
    assert (await client.post(f"/bench/{ring.code}/time", data=when)).status_code == 404
    assert await fetch_value("SELECT count(*) FROM return_bag WHERE struck_at IS NOT NULL") == 0


async def test_what_is_on_hold_shows_how_to_take_it_off(shop: World, client: httpx.AsyncClient) -> None:
    envelope = await an_envelope(shop)
    await sign_in(client, shop.staff["bench"])
    await read(client, "A-HOLD-PART", envelope.code)
    sheet = (await client.get(f"/bench/{envelope.code}/sheet")).text
    assert "BACK: off hold" in sheet
    assert (await read(client, "A-BACK", envelope.code)).json()["outcome"] == "done"
    assert "BACK: off hold" not in (await client.get(f"/bench/{envelope.code}/sheet")).text
