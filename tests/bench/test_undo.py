"""One's own last scan is taken back within a minute, and only while nothing has happened since."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.bench.rows import row_of
from tests.bench.test_stations import NOON, read
from tests.factories import World, an_envelope, sign_in
from tests.out_of_house import a_vendor, sent_out
from workshop import clock
from workshop.db import fetch, fetch_value
from workshop.record.stages import Stage
from workshop.record.tables import Envelope
from workshop.record.tickets.standing import standing_of
from workshop.record.whereabouts.send_outs import pack, take_out

pytestmark = pytest.mark.anyio
STATE = (
    "stage", "jeweler", "worked_by", "worked_seconds", "started_at", "stage_since", "location", "place", "hold_reason"
)


async def state_of(envelope: Envelope) -> dict[str, Any]:
    """Everything a move changes, and whose clock runs."""
    row = await row_of(envelope.id)
    spans = await fetch(
        "SELECT staff, began_at FROM work_span WHERE envelope = $1 AND ended_at IS NULL AND NOT is_struck", envelope.id
    )
    done = await fetch("SELECT id, done_by, done_at FROM task WHERE envelope = $1 ORDER BY id", envelope.id)
    stay = await fetch_value("SELECT place FROM custody WHERE envelope = $1 AND until IS NULL", envelope.id)
    return {name: row[name] for name in STATE} | {"spans": spans, "tasks": done, "stay": stay}


@pytest.mark.parametrize(
    ("stage", "card"),
    [(Stage.RECEIVED, "A-START"), (Stage.AT_BENCH, "A-DONE"), (Stage.AT_BENCH, "A-HOLD-PART"),
     (Stage.AT_BENCH, "A-BACK"), (Stage.QUALITY_CHECK, "A-FAIL-PRONG"), (Stage.RECEIVED, "place")],
)  # fmt: skip
async def test_every_card_is_taken_back_whole(
    shop: World, client: httpx.AsyncClient, stage: Stage, card: str
) -> None:
    envelope = await an_envelope(shop, stage)
    await sign_in(client, shop.staff["bench"])
    code = await fetch_value("SELECT code FROM place WHERE kind = 'safe'") if card == "place" else card
    before = await state_of(envelope)
    assert (await read(client, code, envelope.code)).json()["outcome"] == "done"
    assert await state_of(envelope) != before
    await read(client, "A-PARTS", envelope.code)  # a card that only asks is no act
    undone = await read(client, "A-UNDO")
    assert undone.json()["outcome"] == "done", undone.text
    assert await state_of(envelope) == before
    (event,) = await fetch("SELECT * FROM event WHERE name = 'scan_undone'")
    assert (event["staff"], event["envelope"]) == (shop.bench.id, envelope.id)
    assert (await read(client, "A-UNDO")).status_code == 409  # only one


async def test_whoever_took_a_start_back_may_still_check_the_piece(shop: World, client: httpx.AsyncClient) -> None:
    envelope = await an_envelope(shop)
    await sign_in(client, shop.staff["bench"])
    await read(client, "A-START", envelope.code)
    await read(client, "A-UNDO")
    assert (await standing_of(envelope)).makers == frozenset()


async def test_after_a_minute_or_another_act_nothing_is_taken_back(shop: World, client: httpx.AsyncClient) -> None:
    clock.run_on(lambda: NOON)
    one, other = await an_envelope(shop), await an_envelope(shop)
    await sign_in(client, shop.staff["bench"])
    await read(client, "A-START", one.code)
    clock.run_on(lambda: NOON + timedelta(seconds=61))
    assert "within a minute" in (await read(client, "A-UNDO")).json()["words"]
    await read(client, "A-START", other.code)
    await sign_in(client, shop.staff["manager"])
    assert (await read(client, "A-UNDO")).status_code == 409  # not theirs
    await read(client, "A-DONE", other.code)
    await sign_in(client, shop.staff["bench"])
    assert "since" in (await read(client, "A-UNDO")).json()["words"]
    assert (await row_of(other.id))["stage"] == "quality_check"


async def test_a_scan_that_changed_nothing_leaves_nothing_to_take_back(shop: World, client: httpx.AsyncClient) -> None:
    envelope = await an_envelope(shop, Stage.AT_BENCH)
    await sign_in(client, shop.staff["bench"])
    await read(client, "A-START", envelope.code)
    assert "changed nothing" in (await read(client, "A-UNDO", key=str(uuid4()))).json()["words"]
    assert (await row_of(envelope.id))["stage"] == "at_bench"


async def test_a_hand_over_given_by_mistake_is_taken_back_whole(shop: World, client: httpx.AsyncClient) -> None:
    envelope = await an_envelope(shop, Stage.AT_BENCH)
    before = await state_of(envelope)
    await sign_in(client, shop.staff["bench2"])
    await read(client, "A-ASK", envelope.code)
    await sign_in(client, shop.staff["bench"])
    assert (await read(client, "A-GIVE", envelope.code)).json()["undo"] is True
    assert (await read(client, "A-UNDO")).json()["outcome"] == "done"
    assert await state_of(envelope) == before
    assert "Hand it over" in (await client.get("/bench/asks")).text  # who asked still asks


async def test_asking_and_packing_are_taken_back_too(shop: World, client: httpx.AsyncClient) -> None:
    taken, other = await an_envelope(shop, Stage.AT_BENCH), await an_envelope(shop)
    _, code = await a_vendor(shop)
    await sign_in(client, shop.staff["bench2"])
    await read(client, "A-ASK", taken.code)
    assert (await read(client, "A-UNDO")).json()["outcome"] == "done"
    await sign_in(client, shop.staff["bench"])
    assert "Hand it over" not in (await client.get("/bench/asks")).text
    assert (await read(client, code, other.code)).json()["undo"] is True
    undone = await read(client, "A-UNDO")
    assert undone.json()["words"].startswith("Packing taken back"), undone.text
    assert await fetch_value("SELECT state FROM send_out_piece") == "taken_out"
    assert (await read(client, code, other.code)).json()["outcome"] == "done"  # and it can be packed again
    assert (await read(client, code, other.code)).json()["undo"] is False  # it was on it already


@pytest.mark.parametrize("card", ["A-DONE", "A-BACK"])
async def test_what_came_back_from_a_vendor_is_not_sent_out_again_by_a_scan(
    shop: World, client: httpx.AsyncClient, card: str
) -> None:
    envelope = await an_envelope(shop)
    await sent_out(shop, envelope)
    await sign_in(client, shop.staff["manager"])
    assert (await read(client, card, envelope.code)).json()["undo"] is False
    refused = await read(client, "A-UNDO")
    assert refused.status_code == 409 and "received from the vendor" in refused.json()["words"]
    assert (await row_of(envelope.id))["stage"] != "at_vendor"


async def test_a_colleagues_packing_is_not_taken_back(shop: World, client: httpx.AsyncClient) -> None:
    envelope, (_, card) = await an_envelope(shop), await a_vendor(shop)
    for role in ("manager", "bench"):  # who scans it second packs nothing
        await sign_in(client, shop.staff[role])
        assert (await read(client, card, envelope.code)).status_code == 200
    refused = await read(client, "A-UNDO")
    assert refused.status_code == 409 and "changed nothing" in refused.json()["words"]
    assert await fetch_value("SELECT state FROM send_out_piece") == "packed"
    await sign_in(client, shop.staff["manager"])
    assert (await read(client, "A-UNDO")).json()["outcome"] == "done"
    assert await fetch_value("SELECT state FROM send_out_piece") == "taken_out"


async def test_a_packing_that_somebody_did_anew_is_theirs(shop: World, client: httpx.AsyncClient) -> None:
    envelope, (_, card) = await an_envelope(shop), await a_vendor(shop)
    await sign_in(client, shop.staff["bench"])
    await read(client, card, envelope.code)
    await take_out(await fetch_value("SELECT id FROM send_out"), envelope.code, by=shop.manager)
    await pack(envelope.code, card, by=shop.manager)
    refused = await read(client, "A-UNDO")
    assert refused.status_code == 409 and "since" in refused.json()["words"]
    assert await fetch_value("SELECT count(*) FROM send_out_piece WHERE state = 'packed'") == 1


async def test_a_card_pressed_twice_is_taken_back_once(shop: World, client: httpx.AsyncClient) -> None:
    envelope, other = await an_envelope(shop, Stage.AT_BENCH), await an_envelope(shop, Stage.AT_BENCH)
    before = await state_of(envelope)
    await sign_in(client, shop.staff["bench"])
    for _ in range(2):
        assert (await read(client, "A-DONE", envelope.code)).json()["outcome"] == "done"
    assert (await read(client, "A-UNDO")).json()["outcome"] == "done"
    assert await state_of(envelope) == before
    assert "already" in (await read(client, "A-UNDO")).json()["words"]
    await read(client, "A-DONE", envelope.code)
    await read(client, "A-START", other.code)  # it was with them: another card changed nothing
    assert (await read(client, "A-UNDO")).status_code == 409
    assert (await row_of(envelope.id))["stage"] == "quality_check"
