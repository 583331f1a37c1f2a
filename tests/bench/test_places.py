"""Pages of the places: what lies where, who sets them up, what has no ticket; and the liability report."""

from datetime import timedelta

import httpx
import pytest

from intake.drafts import open_draft
from tests.factories import World, a_photo_row, a_ring, a_ticket, an_envelope, sign_in
from workshop import clock
from workshop.db import fetch_value
from workshop.record.prices.work import NewTask
from workshop.record.stages import Stage
from workshop.record.tickets.tickets import NewEnvelope

pytestmark = pytest.mark.anyio


async def test_every_place_says_what_lies_there(client: httpx.AsyncClient, shop: World) -> None:
    envelope = await an_envelope(shop, Stage.AT_BENCH)
    await sign_in(client, shop.staff["bench"])
    page = await client.get("/places")
    assert "bench of Kai" in page.text and "safe tray" in page.text
    assert "One more place" not in page.text
    bench = await fetch_value("SELECT place FROM envelope WHERE id = $1", envelope.id)
    assert envelope.number in (await client.get(f"/places/{bench}")).text
    assert "Bench of Kai" in (await client.get(f"/places/labels?place={bench}")).text


async def test_a_manager_adds_renames_and_retires_a_place(client: httpx.AsyncClient, shop: World) -> None:
    await sign_in(client, shop.staff["manager"])
    refused = await client.post("/places", data={"name": "Safe Tray", "kind": "safe"})
    assert refused.status_code == 422 and 'value="Safe Tray"' in refused.text
    made = await client.post("/places", data={"name": "safe tray 2", "kind": "safe"})
    address = made.headers["location"]
    assert (await client.post(address, data={"name": "night safe"})).status_code == 303
    assert "night safe" in (await client.get("/places")).text
    assert (await client.post(f"{address}/retirement")).status_code == 303
    assert "<strong>night safe</strong>" not in (await client.get("/places")).text


async def test_what_was_begun_and_not_signed_and_what_has_no_place_is_listed(
    client: httpx.AsyncClient, shop: World
) -> None:
    begun = await open_draft(by=shop.counter, typed={"pieces": [{"code": "", "kind": "ring", "description": "signet"}]})
    empty = await open_draft(by=shop.counter)
    lost = await an_envelope(shop)
    await fetch_value("UPDATE envelope SET place = NULL WHERE id = $1", lost.id)
    await fetch_value("UPDATE custody SET until = now() WHERE envelope = $1", lost.id)
    await fetch_value("INSERT INTO custody (shop, envelope) VALUES ($1, $2)", shop.shop.id, lost.id)
    await sign_in(client, shop.staff["counter"])
    page = (await client.get("/places/unticketed")).text
    assert f"/intake/{begun}" in page and "Signet" in page and str(empty) not in page
    assert lost.number in page
    assert "Nobody knows where" in (await client.get("/places")).text


async def test_a_photo_alone_already_needs_a_ticket(client: httpx.AsyncClient, shop: World) -> None:
    draft = await open_draft(by=shop.counter)
    code = await fetch_value("SELECT data->'pieces'->0->>'code' FROM intake_draft WHERE id = $1", draft)
    await a_photo_row(code, shop)
    await sign_in(client, shop.staff["counter"])
    assert "Photographed, not described yet" in (await client.get("/places/unticketed")).text


async def test_the_liability_report_adds_up_and_warns_above_the_limit(client: httpx.AsyncClient, shop: World) -> None:
    work = [NewTask("RS-UP", drivers={"metal": "14k", "sizes": "1", "stones": "13"})]
    for cents in (640_000, None):
        await a_ticket(shop, envelopes=[NewEnvelope(work, piece=a_ring(), declared_value_cents=cents)])
    await fetch_value("UPDATE shop SET insured_limit_cents = 500000")
    await sign_in(client, shop.staff["manager"])
    page = (await client.get("/desk/liability")).text
    assert "Above the insured limit by $1,400.00" in page and "1 without a value" in page
    table = (await client.get("/desk/liability.csv")).text.splitlines()
    assert [line.split(",")[4] for line in table] == ["declared", "6400.00", ""]
    tomorrow = clock.now().date() + timedelta(days=1)
    assert (await client.get(f"/desk/liability?day={tomorrow}")).status_code == 422
    assert "Nothing of customers was here" in (await client.get("/desk/liability?day=2020-02-03")).text
    assert (await client.get("/desk/liability.csv?day=nonsense")).status_code == 422
