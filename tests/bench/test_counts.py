"""The evening's count: what is missing, unexpected or in the wrong box is said as it is scanned, and kept."""

import asyncio

import httpx
import pytest

from tests.factories import World, a_signature, an_envelope, sign_in
from tests.test_other_shop import open_other_shop
from workshop.db import fetch, fetch_one, fetch_value
from workshop.errors import Conflict, Forbidden, InvalidInput, NotFound
from workshop.record.stages import Stage
from workshop.record.tables import Envelope
from workshop.record.tickets.envelopes import start_work
from workshop.record.whereabouts.count_signing import drop_count, lines_of, sign_count
from workshop.record.whereabouts.counts import begin_count, read_count, scan_in_count
from workshop.record.whereabouts.missing import missing_pieces
from workshop.record.whereabouts.placing import put_in_place

pytestmark = pytest.mark.anyio


async def place(kind: str, shop: World) -> dict[str, object]:
    row = await fetch_one("SELECT * FROM place WHERE kind = $1 AND shop = $2 ORDER BY id LIMIT 1", kind, shop.shop.id)
    assert row is not None
    return row


async def seen(count: int, envelope: Envelope, kind: str, shop: World) -> str:
    box = await place(kind, shop)
    return (await scan_in_count(count, envelope.code, place=box["id"], by=shop.counter)).words  # type: ignore[arg-type]


async def verdicts(count: int, shop: World) -> dict[str, str]:
    return {one.number: one.verdict for one in (await read_count(count, shop=shop.shop.id)).sights}


async def test_each_scan_says_at_once_what_is_wrong(shop: World, app: object) -> None:
    right, elsewhere, waiting, gone = [await an_envelope(shop) for _ in range(3)] + [
        await an_envelope(shop, Stage.PICKED_UP)
    ]
    count, is_new = await begin_count(by=shop.counter)
    assert is_new and await begin_count(by=shop.bench) == (count, False)
    box = await place("counter", shop)
    assert "3 to scan" in (await scan_in_count(count, str(box["code"]), place=None, by=shop.counter)).words
    assert "right" in await seen(count, right, "counter", shop)
    assert "already" in await seen(count, right, "counter", shop)
    assert "wrong box: it belongs in counter" in await seen(count, elsewhere, "safe", shop)
    assert "was handed over" in await seen(count, gone, "counter", shop)
    assert await verdicts(count, shop) == {
        right.number: "right", elsewhere.number: "elsewhere", waiting.number: "missing", gone.number: "unexpected",
    }  # fmt: skip
    assert await fetch_value("SELECT count(*) FROM night_scan") == 4  # the same scan twice is one


async def test_what_is_in_no_box_yet_opened_only_waits(shop: World, app: object) -> None:
    envelope = await an_envelope(shop)
    count, _ = await begin_count(by=shop.counter)
    assert await verdicts(count, shop) == {envelope.number: "waiting"}
    with pytest.raises(InvalidInput, match="Scan the box first"):
        await scan_in_count(count, envelope.code, place=None, by=shop.counter)
    with pytest.raises(NotFound):
        await scan_in_count(count, "HR-99999", place=(await place("safe", shop))["id"], by=shop.counter)  # type: ignore[arg-type]


async def test_signing_wants_every_difference_explained_then_puts_right_and_raises_the_alarm(
    shop: World, app: object
) -> None:
    lost, moved = await an_envelope(shop), await an_envelope(shop)
    count, _ = await begin_count(by=shop.counter)
    await seen(count, moved, "safe", shop)
    with pytest.raises(InvalidInput) as refused:
        await sign_count(count, {}, signature=a_signature(), by=shop.counter)
    assert list(refused.value.fields) == [f"why-{lost.id}"]
    with pytest.raises(InvalidInput, match="signature"):
        await sign_count(count, {lost.id: "Kai may have it"}, by=shop.counter)
    await sign_count(count, {lost.id: "Kai may have it"}, signature=a_signature(), by=shop.counter)
    row = await fetch_one("SELECT * FROM night_count")
    assert row and (row["state"], row["expected"], row["counted"], row["missing"], row["elsewhere"]) == (
        "signed", 2, 1, 1, 1,
    )  # fmt: skip
    assert [one["number"] for one in await missing_pieces(shop.shop.id)] == [lost.number]
    assert await fetch_value("SELECT subject FROM alarm WHERE rule = 'missing' AND cleared_at IS NULL") == lost.number
    assert await fetch_value("SELECT location FROM envelope WHERE id = $1", moved.id) == "safe tray"
    with pytest.raises(Conflict):
        await sign_count(count, {}, signature=a_signature(), by=shop.counter)
    with pytest.raises(Conflict):
        await scan_in_count(count, lost.code, place=None, by=shop.counter)


@pytest.mark.parametrize("how", ["place", "start"])
async def test_a_missing_piece_is_found_by_any_scan(shop: World, app: object, how: str) -> None:
    lost = await an_envelope(shop)
    count, _ = await begin_count(by=shop.counter)
    await sign_count(count, {lost.id: "not seen"}, badge=shop.staff["bench"].badge_code, by=shop.counter)
    assert await fetch_value("SELECT signed_by FROM night_count") == shop.bench.id
    if how == "place":  # even in the box where it should have been
        await put_in_place(lost.code, str((await place("counter", shop))["code"]), by=shop.bench)
    else:
        await start_work(lost.code, by=shop.bench)
    assert await missing_pieces(shop.shop.id) == []
    assert await fetch_value("SELECT count(*) FROM alarm WHERE rule = 'missing' AND cleared_at IS NULL") == 0
    (line,) = await lines_of(count)
    assert line["found_at"] is not None and line["finder"] == "Kai Lindqvist"
    assert await fetch_value("SELECT count(*) FROM event WHERE name = 'found_again'") == 1


async def test_a_strangers_badge_signs_nothing_and_only_managers_let_go(shop: World, app: object) -> None:
    other = await open_other_shop()
    count, _ = await begin_count(by=shop.counter)
    with pytest.raises(Forbidden):
        await sign_count(count, {}, badge=other.staff["bench"].badge_code, by=shop.counter)
    with pytest.raises(NotFound):
        await read_count(count, shop=other.shop.id)
    with pytest.raises(Forbidden):
        await drop_count(count, by=shop.counter)
    await drop_count(count, by=shop.manager)
    assert (await begin_count(by=shop.counter))[1]


async def test_two_people_begin_one_count_and_see_each_others_scans(
    shop: World, client: httpx.AsyncClient
) -> None:
    one, two = await an_envelope(shop), await an_envelope(shop)
    counts = await asyncio.gather(*(begin_count(by=who) for who in (shop.counter, shop.bench, shop.manager)))
    assert len({count for count, _ in counts}) == 1 and sum(is_new for _, is_new in counts) == 1
    count = counts[0][0]
    await seen(count, one, "counter", shop)
    await sign_in(client, shop.staff["bench"])
    box = await place("counter", shop)
    answer = await client.post(f"/counts/{count}/scans", data={"code": two.code, "place": str(box["id"])})
    assert 'data-sound="ok"' in answer.text and "2 of 2" in answer.text
    assert "Everything that belongs here was seen" in answer.text
    refused = await client.post(f"/counts/{count}/scans", data={"code": "HR-5", "place": str(box["id"])})
    assert refused.status_code == 404 and 'data-sound="refused"' in refused.text


async def test_the_pages_of_a_count_from_begin_to_sign(shop: World, client: httpx.AsyncClient) -> None:
    lost = await an_envelope(shop)
    await sign_in(client, shop.staff["counter"])
    address = (await client.post("/counts")).headers["location"]
    assert "not opened yet" in (await client.get(address)).text
    refused = await client.post(f"{address}/signing", data={"note": "quiet evening", "signature": a_signature()})
    assert refused.status_code == 422 and "quiet evening" in refused.text and lost.number in refused.text
    wrong = await client.post(f"{address}/signing", data={f"why-{lost.id}": "at the window?", "code": "B123"})
    assert wrong.status_code == 403 and "at the window?" in wrong.text
    signed = await client.post(
        f"{address}/signing", data={f"why-{lost.id}": "at the window?", "signature": a_signature()}
    )
    assert signed.status_code == 303
    assert "at the window?" in (await client.get(address)).text
    assert "1 piece is missing" in (await client.get("/counts")).text
    state = await client.get(f"{address}/state", headers={"HX-Request": "true"})
    assert state.headers["hx-redirect"] == address
    rows = await fetch("SELECT name FROM event WHERE name IN ('count_begun', 'count_signed', 'missing') ORDER BY id")
    assert [row["name"] for row in rows] == ["count_begun", "missing", "count_signed"]


async def test_a_scan_that_waited_lies_in_the_box_it_was_read_in(shop: World, client: httpx.AsyncClient) -> None:
    envelope = await an_envelope(shop)
    count, _ = await begin_count(by=shop.counter)
    counter, safe = await place("counter", shop), await place("safe", shop)
    await sign_in(client, shop.staff["counter"])
    heard = await client.post(
        f"/counts/{count}/scans", data={"code": envelope.code, "box": counter["code"], "place": safe["id"]}
    )
    assert heard.status_code == 200 and "right, counter" in heard.text
    wrong = await client.post(f"/counts/{count}/scans", data={"code": envelope.code, "box": envelope.code})
    assert wrong.status_code == 404
    assert await fetch_value("SELECT count(*) FROM night_scan") == 1


async def test_what_is_known_of_a_missing_piece_is_not_typed_again(shop: World, client: httpx.AsyncClient) -> None:
    envelope = await an_envelope(shop)
    first, _ = await begin_count(by=shop.counter)
    known = {envelope.id: "Lent to the photographer"}
    await sign_count(first, known, signature=a_signature(), by=shop.counter)
    second, _ = await begin_count(by=shop.counter)
    await sign_in(client, shop.staff["counter"])
    page = (await client.get(f"/counts/{second}/signing")).text
    assert 'value="Lent to the photographer"' in page
