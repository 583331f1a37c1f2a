"""Pages of vendors and packing lists, as the counter and a manager use them."""

from datetime import timedelta

import httpx
import pytest

from tests.bench.rows import Scan, row_of
from tests.factories import World, a_photo_row, an_envelope, sign_in
from tests.out_of_house import a_vendor, sent_out
from workshop import clock
from workshop.db import fetch, fetch_value
from workshop.record.whereabouts.count_signing import sign_count
from workshop.record.whereabouts.counts import begin_count

pytestmark = pytest.mark.anyio
COVER = {"insurer": "Jewelers Mutual", "policy_no": "JM-77", "limit": "20,000", "expires_on": "2040-01-01"}


async def test_a_manager_writes_a_vendor_down_and_files_the_proof(client: httpx.AsyncClient, shop: World) -> None:
    await sign_in(client, shop.staff["manager"])
    refused = await client.post("/vendors", data={"name": "", "trade": "Pearls", "usual_days": "3"})
    assert refused.status_code == 422 and 'value="Pearls"' in refused.text
    made = await client.post("/vendors", data={"name": "Pearl Room", "trade": "Pearls", "usual_days": "3"})
    address = made.headers["location"]
    assert "No valid proof of cover" in (await client.get(address)).text
    wrong = await client.post(f"{address}/covers", data=COVER | {"limit": ""})
    assert wrong.status_code == 422 and 'value="JM-77"' in wrong.text
    paper = {"paper": ("proof.pdf", b"%PDF-1.4 proof", "application/pdf")}
    assert (await client.post(f"{address}/covers", data=COVER, files=paper)).status_code == 303
    page = (await client.get(address)).text
    assert "$20,000.00" in page and "No valid proof of cover" not in page
    shown = await client.get("/vendors/covers/1/paper")
    assert shown.content == b"%PDF-1.4 proof" and shown.headers["content-type"].startswith("application/pdf")
    odd = {"paper": ("proof.html", b"<script>", "text/html")}
    assert (await client.post(f"{address}/covers", data=COVER, files=odd)).status_code == 422
    await client.post(f"{address}/details", data={"name": "Pearl Room 2", "usual_days": "4"})
    assert "Pearl Room 2" in (await client.get("/vendors")).text
    await client.post("/vendors/covers/1/withdrawal")
    assert "No valid proof of cover" in (await client.get(address)).text


async def test_packed_by_scan_sent_and_received_in_part(client: httpx.AsyncClient, shop: World) -> None:
    one, two = await an_envelope(shop), await an_envelope(shop)
    await a_photo_row(one.code, shop)
    vendor, _ = await a_vendor(shop)
    await sign_in(client, shop.staff["counter"])
    address = (await client.post(f"/vendors/{vendor}/lists")).headers["location"]
    for envelope in (one, two):
        answer = await client.post(f"{address}/scans", data={"code": envelope.code})
        assert 'data-sound="ok"' in answer.text and envelope.number in answer.text
    assert (await client.post(f"{address}/scans", data={"code": "HR-9"})).status_code == 404
    refused = await client.post(f"{address}/sending", data={"due_back_on": "", "note": "mind the enamel"})
    assert refused.status_code == 422 and "mind the enamel" in refused.text
    due = clock.today(shop.shop.zone) + timedelta(days=4)
    assert (await client.post(f"{address}/sending", data={"due_back_on": str(due)})).status_code == 303
    paper = (await client.get(f"{address}/paper")).text
    assert "HR-V0001" in paper and one.number in paper and "/large" in paper
    assert (await client.post(f"{address}/prints")).headers["location"] == f"{address}/paper"  # no printer here
    asked = await client.post(f"{address}/scans", data={"code": one.code})
    assert "Back and finished" in asked.text and 'data-sound="attention"' in asked.text
    task = await fetch_value("SELECT id FROM task WHERE envelope = $1", one.id)
    wrong = await client.post(
        f"{address}/returns", data={"code": one.code, "finished": "yes", f"cost-{task}": "lots", "note": "new pin"}
    )
    assert wrong.status_code == 422 and "new pin" in wrong.text
    back = await client.post(
        f"{address}/returns", data={"code": one.code, "finished": "yes", f"cost-{task}": "45.00", "note": "new pin"}
    )
    assert "is back, to quality check" in back.text and "1 still out" in back.text and "$45.00" in back.text
    assert "back already" in (await client.post(f"{address}/scans", data={"code": one.code})).text
    assert (await row_of(one.id))["worked_by"] is None


async def test_without_cover_the_page_says_so_before_it_leaves(client: httpx.AsyncClient, shop: World) -> None:
    envelope = await an_envelope(shop)
    vendor, _ = await a_vendor(shop, limit_cents=0)
    await sign_in(client, shop.staff["counter"])
    address = (await client.post(f"/vendors/{vendor}/lists")).headers["location"]
    assert "Not covered" in (await client.post(f"{address}/scans", data={"code": envelope.code})).text
    sending = {"due_back_on": str(clock.today(shop.shop.zone) + timedelta(days=3))}
    assert "No proof of cover" in (await client.post(f"{address}/sending", data=sending)).text
    await fetch("UPDATE shop SET uncovered_allowed = true")
    asked = await client.post(f"{address}/sending", data=sending)
    assert asked.status_code == 422 and "A manager approves" in asked.text
    assert (await row_of(envelope.id))["stage"] == "received"


async def test_the_vendors_card_scanned_at_the_bench_packs(client: httpx.AsyncClient, shop: World, scan: Scan) -> None:
    envelope = await an_envelope(shop)
    _, card = await a_vendor(shop)
    await sign_in(client, shop.staff["bench"])
    assert "on list HR-V0001 to Enamel House" in (await scan(card, envelope.code)).text
    assert "already" in (await scan(card, envelope.code)).text
    assert (await row_of(envelope.id))["stage"] == "received"  # it leaves with its list
    chosen = await client.get(f"/vendors/for/{envelope.code}")
    assert "Enamel House" in chosen.text
    assert (await client.get("/vendors")).status_code == 403


async def test_the_card_opens_the_vendor_and_the_label_its_place(client: httpx.AsyncClient, shop: World) -> None:
    vendor, card = await a_vendor(shop)
    await sign_in(client, shop.staff["counter"])
    assert (await client.get(f"/go?code={card}")).headers["location"] == f"/vendors/{vendor}"
    place = await fetch_value("SELECT code FROM place WHERE kind = 'safe'")
    assert (await client.get(f"/go?code={place}")).headers["location"].startswith("/places/")
    assert card in (await client.get(f"/vendors/cards?vendor={vendor}")).text


async def test_late_pieces_stand_on_top(client: httpx.AsyncClient, shop: World) -> None:
    envelope = await an_envelope(shop)
    await sent_out(shop, envelope, due_in=50)
    await sign_in(client, shop.staff["counter"])
    page = (await client.get("/vendors")).text
    assert "Not back in time" in page and "at risk" in page and envelope.number in page


async def test_a_missing_piece_scanned_again_is_found(client: httpx.AsyncClient, shop: World, scan: Scan) -> None:
    lost = await an_envelope(shop)
    count, _ = await begin_count(by=shop.counter)
    await sign_count(count, {lost.id: "not seen"}, badge=shop.staff["bench"].badge_code, by=shop.counter)
    await sign_in(client, shop.staff["bench"])
    assert "Found again" in (await scan(lost.code)).text
    assert "Found again" not in (await scan(lost.code)).text
