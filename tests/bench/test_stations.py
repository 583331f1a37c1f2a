"""One door for every scan: once under its key, both its times kept, late refusals never swallowed."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.bench.rows import events_of, row_of
from tests.factories import World, an_envelope, sign_in
from workshop import clock
from workshop.db import fetch, fetch_value
from workshop.record.codes import link_token, new_code
from workshop.record.secret import secret_key
from workshop.record.shop.staff import enrol_device
from workshop.record.stages import Stage
from workshop.record.tickets.envelopes import finish_work, start_work

pytestmark = pytest.mark.anyio
NOON = datetime.fromisoformat("2026-11-24T17:00:00+00:00")


async def read(client: httpx.AsyncClient, code: str, in_hand: str = "", **more: Any) -> httpx.Response:
    """A scan as a station sends it."""
    body = {"code": code, "in_hand": in_hand, "key": str(uuid4())} | more
    return await client.post("/scans", json=body)


def kept(minutes: int, **more: Any) -> dict[str, Any]:
    """A scan that waited on a tablet whose clock shows any hour it likes."""
    scanned = datetime.fromisoformat("2001-01-01T03:00:00+00:00")
    sent = scanned + timedelta(minutes=minutes)
    return {"kept": True, "scanned_at": scanned.isoformat(), "sent_at": sent.isoformat()} | more  # and whose it is


async def test_the_same_key_is_carried_out_once_and_says_the_same(shop: World, client: httpx.AsyncClient) -> None:
    envelope = await an_envelope(shop)
    await sign_in(client, shop.staff["bench"])
    key = str(uuid4())
    first = (await read(client, "A-START", envelope.code, key=key)).json()
    before = await events_of(envelope.id)
    await finish_work(envelope.code, by=shop.bench)
    again = (await read(client, "A-START", envelope.code, key=key)).json()
    assert first["outcome"] == "done" and again["words"] == first["words"] and again["again"]
    assert (await row_of(envelope.id))["stage"] == "quality_check"
    assert await events_of(envelope.id) == before + 1


async def test_a_scan_that_waited_counts_from_when_it_was_read(shop: World, client: httpx.AsyncClient) -> None:
    clock.run_on(lambda: NOON)
    envelope = await an_envelope(shop)
    await start_work(envelope.code, by=shop.bench)
    clock.run_on(lambda: NOON + timedelta(minutes=50))
    await sign_in(client, shop.staff["bench"])
    answer = await read(client, "A-DONE", envelope.code, **kept(20, person=shop.bench.id))
    assert answer.json()["outcome"] == "done", answer.text
    row = await row_of(envelope.id)
    assert row["worked_seconds"] == 30 * 60  # not the twenty minutes the tablet was alone
    (scan,) = await fetch("SELECT * FROM scan")
    assert (scan["received_at"] - scan["scanned_at"]) == timedelta(minutes=20)
    data = await fetch_value("SELECT data ->> 'late_seconds' FROM event WHERE to_stage = 'quality_check'")
    assert int(data) == 20 * 60


async def test_a_late_refusal_stands_in_the_list_until_somebody_looked(shop: World, client: httpx.AsyncClient) -> None:
    envelope = await an_envelope(shop, Stage.AT_BENCH)
    await sign_in(client, shop.staff["bench2"])
    key = str(uuid4())
    refused = await read(client, "A-START", envelope.code, **kept(5, key=key, person=shop.bench2.id))
    assert refused.status_code == 409
    again = await read(client, "A-START", envelope.code, **kept(6, key=key, person=shop.bench2.id))
    assert again.json()["outcome"] == "refused"
    page = (await client.get("/scans/late")).text
    assert envelope.number in page and "Kai has" in page and page.count("I looked at it") == 1
    scan = await fetch_value("SELECT id FROM scan")
    await client.post("/scans/late", data={"scan": str(scan)})
    assert "No scan came too late" in (await client.get("/scans/late")).text
    assert await fetch_value("SELECT seen_by FROM scan") == shop.bench2.id


async def test_a_scan_now_that_is_refused_is_told_and_not_listed(shop: World, client: httpx.AsyncClient) -> None:
    envelope = await an_envelope(shop, Stage.AT_BENCH)
    await sign_in(client, shop.staff["bench2"])
    answer = await read(client, "A-START", envelope.code)
    assert answer.status_code == 409
    assert answer.json()["offers"] == [{"code": "A-ASK", "words": "Ask for it"}]
    assert "quality_check" in answer.json()["allowed"]
    assert "No scan came too late" in (await client.get("/scans/late")).text


async def test_what_kai_scanned_is_never_done_by_ines(shop: World, client: httpx.AsyncClient) -> None:
    envelope = await an_envelope(shop)
    await sign_in(client, shop.staff["bench2"])
    for person in (shop.bench.id, 0):  # Kai's; and one after a badge that was not accepted
        answer = await read(client, "A-START", envelope.code, **kept(3, person=person))
        assert answer.status_code == 409
    assert (await row_of(envelope.id))["stage"] == "received"
    assert await fetch_value("SELECT count(*) FROM scan WHERE outcome = 'refused'") == 2


async def test_a_badge_kept_on_the_tablet_is_followed_by_its_owners_scans(
    shop: World, client: httpx.AsyncClient
) -> None:
    envelope = await an_envelope(shop)
    await sign_in(client, shop.staff["bench"])
    client.cookies.set("station", await enrol_device(shop.staff["bench"], "Bench 1"))
    switched = (await read(client, shop.staff["bench2"].badge_code, **kept(2))).json()
    assert (switched["outcome"], switched["person"]) == ("switched", shop.bench2.id)
    assert (await read(client, "A-START", envelope.code, **kept(1, person=shop.bench2.id))).status_code == 200
    assert (await row_of(envelope.id))["jeweler"] == shop.bench2.id
    badge = shop.staff["bench2"].badge_code
    assert await fetch_value("SELECT count(*) FROM scan s WHERE to_jsonb(s)::text LIKE '%' || $1 || '%'", badge) == 0


async def test_many_at_once_takes_only_cards_that_need_no_eyes(shop: World, client: httpx.AsyncClient) -> None:
    one, other = await an_envelope(shop), await an_envelope(shop)
    await sign_in(client, shop.staff["bench"])
    for envelope in (one, other):
        assert (await read(client, "A-START", envelope.code, many=True)).json()["outcome"] == "done"
        assert (await read(client, "A-HOLD-PART", envelope.code, many=True)).json()["outcome"] == "done"
        assert (await row_of(envelope.id))["hold_reason"] == "part"
    for card in ("A-HOLD", "A-FOUND", "A-PASS"):
        assert (await read(client, card, one.code, many=True)).status_code == 422


async def test_back_leads_off_hold_and_off_the_bench(shop: World, client: httpx.AsyncClient) -> None:
    envelope = await an_envelope(shop, Stage.AT_BENCH)
    await sign_in(client, shop.staff["bench"])
    await read(client, "A-HOLD-STONE", envelope.code)
    await read(client, "A-BACK", envelope.code)
    assert (await row_of(envelope.id))["stage"] == "at_bench"
    await read(client, "A-BACK", envelope.code)
    assert (await row_of(envelope.id))["stage"] == "in_queue"


@pytest.mark.parametrize("card", ["A-FOUND", "A-PARTS", "A-VENDOR"])
async def test_a_card_that_asks_for_more_opens_the_page_that_has_it(
    shop: World, client: httpx.AsyncClient, card: str
) -> None:
    envelope = await an_envelope(shop, Stage.AT_BENCH)
    await sign_in(client, shop.staff["bench"])
    said = (await read(client, card, envelope.code)).json()
    assert said["outcome"] == "asks"
    assert (await client.get(said["go"])).status_code == 200
    assert (await row_of(envelope.id))["stage"] == "at_bench"


async def test_the_check_is_failed_by_a_card_and_opened_by_another(shop: World, client: httpx.AsyncClient) -> None:
    envelope = await an_envelope(shop, Stage.QUALITY_CHECK)
    await sign_in(client, shop.staff["bench2"])
    assert (await read(client, "A-PASS", envelope.code)).json()["go"] == f"/bench/quality/{envelope.code}"
    asked = (await read(client, "A-FAIL", envelope.code)).json()
    assert {"code": "A-FAIL-PRONG", "words": "Prong catches or uneven"} in asked["offers"]
    assert (await read(client, "A-FAIL-PRONG", envelope.code)).json()["outcome"] == "done"
    assert (await row_of(envelope.id))["stage"] == "at_bench"
    assert (await read(client, "A-PASS", envelope.code)).status_code == 409


async def test_a_claim_check_opens_the_pickup_or_takes_the_piece_in_hand(
    shop: World, client: httpx.AsyncClient
) -> None:
    envelope = await an_envelope(shop)
    number = envelope.number.removesuffix("-1")
    link = f"https://shop.example/t/{link_token(secret_key(), number)}"
    await sign_in(client, shop.staff["counter"])
    assert (await read(client, link)).json()["go"] == f"/tickets/{number}/pickup"
    assert (await read(client, envelope.code)).json()["go"] == f"/go?code={envelope.code}"
    await sign_in(client, shop.staff["bench"])
    assert (await read(client, link.upper(), page="bench")).json()["in_hand"] == envelope.code
    assert (await read(client, "https://shop.example/t/" + "a" * 32)).status_code == 404


async def test_a_slip_is_named_by_its_place_and_a_badge_tells_nothing(shop: World, client: httpx.AsyncClient) -> None:
    envelope = await an_envelope(shop)
    await sign_in(client, shop.staff["bench"])
    code = envelope.code
    other = "2" if code[6] != "2" else "3"
    assert "check the 7th sign" in (await read(client, code[:6] + other + code[7:])).json()["words"]
    at = next(place for place in range(1, 16) if code[place] != code[place + 1])
    swapped = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
    assert "changed places" in (await read(client, swapped)).json()["words"]
    assert "it has 17 signs" in (await read(client, code[:9] + code[10:])).json()["words"]
    badge = shop.staff["bench2"].badge_code
    wrong = badge[:6] + ("2" if badge[6] != "2" else "3") + badge[7:]
    assert "look at each sign again" in (await read(client, wrong)).json()["words"]


async def test_an_unknown_place_leaves_the_envelope_where_it_is(shop: World, client: httpx.AsyncClient) -> None:
    envelope = await an_envelope(shop)
    await sign_in(client, shop.staff["counter"])
    assert (await read(client, new_code("L"), envelope.code)).status_code == 404
    safe = await fetch_value("SELECT code FROM place WHERE kind = 'safe'")
    assert (await read(client, safe, envelope.number)).json()["outcome"] == "done"  # its number typed by hand
    assert (await row_of(envelope.id))["location"] == "safe tray"


async def test_what_follows_a_scan_that_came_too_late_is_not_done_to_a_colleagues_work(
    shop: World, client: httpx.AsyncClient
) -> None:
    envelope, other = await an_envelope(shop), await an_envelope(shop)
    await start_work(envelope.code, by=shop.bench2)
    await sign_in(client, shop.staff["bench"])
    late = await read(client, "A-START", envelope.code, **kept(9, person=shop.bench.id))
    after = await read(client, "A-HOLD-STONE", envelope.code, **kept(8, person=shop.bench.id))
    assert (late.status_code, after.status_code) == (409, 409)
    assert "START before it came too late" in after.json()["words"]
    row = await row_of(envelope.id)
    assert (row["stage"], row["jeweler"]) == ("at_bench", shop.bench2.id)
    assert await fetch_value("SELECT count(*) FROM scan WHERE outcome = 'refused' AND seen_at IS NULL") == 2
    assert (await read(client, "A-START", other.code, **kept(7, person=shop.bench.id))).status_code == 200
    await client.post("/scans/late", data={"scan": [str(one["id"]) for one in await fetch("SELECT id FROM scan")]})
    assert (await read(client, "A-HOLD-STONE", envelope.code)).status_code == 200  # seen, and scanned now


@pytest.mark.parametrize(
    ("stage", "card", "advice"),
    [(Stage.RECEIVED, "A-DONE", "Scan START first"), (Stage.IN_QUEUE, "A-PASS", "Scan START"),
     (Stage.AT_BENCH, "A-FAIL", "Scan DONE"), (Stage.QUALITY_CHECK, "A-BACK", "QC FAIL"),
     (Stage.QUALITY_CHECK, "A-START", "QC FAIL"),
     (Stage.READY_FOR_PICKUP, "A-START", "counter"), (Stage.RECEIVED, "A-ASK", "Try START"),
     (Stage.PICKED_UP, "A-START", "tell a manager now")],
)  # fmt: skip
async def test_a_refused_card_says_what_to_do_instead(
    shop: World, client: httpx.AsyncClient, stage: Stage, card: str, advice: str
) -> None:
    envelope = await an_envelope(shop, stage)
    await sign_in(client, shop.staff["bench2"])
    answer = await read(client, card, envelope.code)
    assert answer.status_code == 409
    assert advice in answer.json()["words"] and "From here" not in answer.json()["words"]
