"""Scans at the bench: each answers once, in words, and does nothing twice."""

import httpx
import pytest

from tests.bench.rows import Scan, events_of, row_of
from tests.factories import World, an_envelope, sign_in
from workshop.db import fetch_value
from workshop.record.codes import ALPHABET, new_code
from workshop.record.promises.promise_changes import change_promise
from workshop.record.quality.quality import fail_quality
from workshop.record.shop.staff import enrol_device
from workshop.record.stages import Stage
from workshop.record.tickets.envelopes import start_work

pytestmark = pytest.mark.anyio


async def test_an_envelope_then_start_puts_it_on_my_bench(shop: World, client: httpx.AsyncClient, scan: Scan) -> None:
    envelope = await an_envelope(shop)
    await sign_in(client, shop.staff["bench"])
    shown = await scan(envelope.code)
    assert shown.headers["hx-push-url"] == f"/bench/{envelope.code}"
    assert "START" in shown.text
    answer = await scan("A-START", envelope.code)
    assert "Started · Kai" in answer.text
    assert 'data-sound="ok"' in answer.text
    row = await row_of(envelope.id)
    assert (row["stage"], row["jeweler"]) == ("at_bench", shop.bench.id)


async def test_the_same_scan_again_does_nothing(shop: World, client: httpx.AsyncClient, scan: Scan) -> None:
    envelope = await an_envelope(shop)
    await sign_in(client, shop.staff["bench"])
    for card, said in (("A-START", "Already with you since"), ("A-DONE", "Already at quality check since")):
        await scan(card, envelope.code)
        before = await events_of(envelope.id)
        again = await scan(card, envelope.code)
        assert again.status_code == 200
        assert said in again.text
        assert await events_of(envelope.id) == before


async def test_the_second_person_is_told_who_has_it_and_since_when(
    shop: World, client: httpx.AsyncClient, scan: Scan
) -> None:
    envelope = await an_envelope(shop, Stage.AT_BENCH)
    await sign_in(client, shop.staff["bench2"])
    before = await events_of(envelope.id)
    answer = await scan("A-START", envelope.code)
    assert answer.status_code == 409
    assert f"Kai has {envelope.number} since " in answer.text
    assert 'data-sound="refused"' in answer.text
    assert await events_of(envelope.id) == before


async def test_done_marks_the_work_done_and_says_how_long_it_took(
    shop: World, client: httpx.AsyncClient, scan: Scan
) -> None:
    envelope = await an_envelope(shop, Stage.AT_BENCH)
    await sign_in(client, shop.staff["bench"])
    answer = await scan("A-DONE", envelope.code)
    assert "Done, to quality check · Kai" in answer.text
    assert await fetch_value("SELECT count(*) FROM task WHERE envelope = $1 AND done_at IS NULL", envelope.id) == 0


async def test_somebody_elses_work_is_not_finished_by_me(shop: World, client: httpx.AsyncClient, scan: Scan) -> None:
    envelope = await an_envelope(shop, Stage.AT_BENCH)
    await sign_in(client, shop.staff["bench2"])
    answer = await scan("A-DONE", envelope.code)
    assert answer.status_code == 409
    assert "Kai Lindqvist" in answer.text
    assert (await row_of(envelope.id))["stage"] == "at_bench"


async def test_an_act_without_an_envelope_asks_for_one(shop: World, client: httpx.AsyncClient, scan: Scan) -> None:
    await sign_in(client, shop.staff["bench"])
    answer = await scan("A-START")
    assert answer.status_code == 422
    assert "Scan an envelope first" in answer.text


async def test_a_slip_of_the_hand_in_a_code_is_caught(shop: World, client: httpx.AsyncClient, scan: Scan) -> None:
    envelope = await an_envelope(shop)
    await sign_in(client, shop.staff["bench"])
    wrong = ALPHABET[(ALPHABET.index(envelope.code[5]) + 1) % len(ALPHABET)]
    answer = await scan(envelope.code[:5] + wrong + envelope.code[6:])
    assert answer.status_code == 422
    assert "check the 6th sign" in answer.text


@pytest.mark.parametrize("unknown", ["E", "B", "L"])
async def test_a_whole_code_of_nobody_is_not_found(
    shop: World, client: httpx.AsyncClient, scan: Scan, unknown: str
) -> None:
    envelope = await an_envelope(shop)
    await sign_in(client, shop.staff["bench"])
    client.cookies.set("station", await enrol_device(shop.staff["bench"], "Bench 1"))
    answer = await scan(new_code(unknown), envelope.code)
    assert answer.status_code == 404
    assert 'data-sound="refused"' in answer.text


async def test_a_printed_number_works_like_its_code(shop: World, client: httpx.AsyncClient, scan: Scan) -> None:
    envelope = await an_envelope(shop)
    await sign_in(client, shop.staff["bench"])
    for typed in (envelope.number, envelope.number.lower(), envelope.number.removeprefix("HR-"), "HR-10001"):
        assert (await scan(typed)).headers["hx-push-url"] == f"/bench/{envelope.code}"


async def test_a_ticket_of_two_pieces_asks_which_one(shop: World, client: httpx.AsyncClient, scan: Scan) -> None:
    await an_envelope(shop, pieces=2)
    await sign_in(client, shop.staff["bench"])
    answer = await scan("HR-10001")
    assert answer.status_code == 409
    assert "holds 2 pieces" in answer.text


async def test_a_place_card_moves_custody_once(shop: World, client: httpx.AsyncClient, scan: Scan) -> None:
    envelope = await an_envelope(shop)
    await sign_in(client, shop.staff["bench"])
    place = await fetch_value("SELECT code FROM place WHERE name = 'safe tray'")
    assert "safe tray" in (await scan(place, envelope.code)).text
    before = await events_of(envelope.id)
    assert "already" in (await scan(place, envelope.code)).text
    assert (await row_of(envelope.id))["location"] == "safe tray"
    assert await events_of(envelope.id) == before
    assert await fetch_value("SELECT staff FROM event WHERE name = 'located'") == shop.bench.id


async def test_a_place_of_another_shop_is_unknown(shop: World, client: httpx.AsyncClient, scan: Scan) -> None:
    envelope = await an_envelope(shop)
    await sign_in(client, shop.staff["bench"])
    place = await fetch_value("SELECT code FROM place WHERE name = 'vendor'")
    await fetch_value("INSERT INTO shop (code, name) VALUES ('XX', 'Elsewhere') RETURNING id")
    await fetch_value("UPDATE place SET shop = (SELECT max(id) FROM shop) WHERE code = $1 RETURNING id", place)
    assert (await scan(place, envelope.code)).status_code == 404


async def test_what_left_the_shop_is_in_no_box(shop: World, client: httpx.AsyncClient, scan: Scan) -> None:
    envelope = await an_envelope(shop, Stage.PICKED_UP)
    await sign_in(client, shop.staff["bench"])
    place = await fetch_value("SELECT code FROM place WHERE name = 'safe tray'")
    answer = await scan(place, envelope.code)
    assert answer.status_code == 409
    assert (await row_of(envelope.id))["location"] == "with the customer"


async def test_a_badge_hands_the_station_over(shop: World, client: httpx.AsyncClient, scan: Scan) -> None:
    envelope = await an_envelope(shop)
    await sign_in(client, shop.staff["bench"])
    client.cookies.set("station", await enrol_device(shop.staff["bench"], "Bench 1"))
    answer = await scan(shop.staff["bench2"].badge_code, envelope.code)
    assert answer.headers["hx-redirect"] == f"/bench/{envelope.code}"
    await scan("A-START", envelope.code)
    assert (await row_of(envelope.id))["jeweler"] == shop.bench2.id


async def test_a_badge_means_nothing_on_a_machine_that_is_no_station(
    shop: World, client: httpx.AsyncClient, scan: Scan
) -> None:
    await sign_in(client, shop.staff["bench"])
    answer = await scan(shop.staff["bench2"].badge_code)
    assert answer.status_code == 403
    assert "station" in answer.text


async def test_a_managers_badge_alone_opens_nothing(shop: World, client: httpx.AsyncClient, scan: Scan) -> None:
    await sign_in(client, shop.staff["bench"])
    client.cookies.set("station", await enrol_device(shop.staff["bench"], "Bench 1"))
    assert (await scan(shop.staff["manager"].badge_code)).status_code == 403


async def test_hold_asks_why_and_says_it(shop: World, client: httpx.AsyncClient, scan: Scan) -> None:
    envelope = await an_envelope(shop, Stage.AT_BENCH)
    await sign_in(client, shop.staff["bench"])
    asked = await scan("A-HOLD", envelope.code)
    assert "Waiting for a stone" in asked.text
    assert (await row_of(envelope.id))["stage"] == "at_bench"
    answer = await client.post(f"/bench/{envelope.code}/moves", data={"to": "on_hold", "reason": "stone"})
    assert "On hold · Waiting for a stone · Kai" in answer.text
    row = await row_of(envelope.id)
    assert (row["stage"], row["hold_reason"], row["held_from"]) == ("on_hold", "stone", "at_bench")
    back = await scan("A-START", envelope.code)
    assert "Started" in back.text


async def test_a_hold_without_a_reason_is_refused(shop: World, client: httpx.AsyncClient) -> None:
    envelope = await an_envelope(shop, Stage.AT_BENCH)
    await sign_in(client, shop.staff["bench"])
    answer = await client.post(f"/bench/{envelope.code}/moves", data={"to": "on_hold"})
    assert answer.status_code == 422
    assert (await row_of(envelope.id))["stage"] == "at_bench"


async def test_a_failed_piece_starts_again_with_the_jewelers_own_scan(
    shop: World, client: httpx.AsyncClient, scan: Scan
) -> None:
    envelope = await an_envelope(shop, Stage.QUALITY_CHECK)
    await fail_quality(envelope.code, "prong", note="Catches on silk", by=shop.bench2)
    await sign_in(client, shop.staff["bench"])
    shown = await scan(envelope.code)
    assert "Prong catches or uneven" in shown.text
    assert "Catches on silk" in shown.text
    assert (await row_of(envelope.id))["started_at"] is None
    assert "Started" in (await scan("A-START", envelope.code)).text
    assert (await row_of(envelope.id))["started_at"] is not None


async def test_work_that_waits_for_the_customers_word_cannot_start(
    shop: World, client: httpx.AsyncClient, scan: Scan
) -> None:
    envelope = await an_envelope(shop, price_terms="estimate")
    await sign_in(client, shop.staff["bench"])
    shown = await scan(envelope.code)
    assert "No work before approval" in shown.text
    assert "START" not in shown.text
    assert (await scan("A-START", envelope.code)).status_code == 409


async def test_the_sheet_shows_what_the_jeweler_needs(shop: World, client: httpx.AsyncClient) -> None:
    envelope = await an_envelope(shop, Stage.AT_BENCH)
    await fetch_value(
        """UPDATE envelope SET size_now = '6', size_wanted = '7.5', customer_says = 'Hears a rattle',
           marks = '[{"code": "PRW", "position": "3 o''clock"}]', is_rush = true WHERE id = $1 RETURNING id""",
        envelope.id,
    )
    await fetch_value("UPDATE customer SET allergies = '{nickel}' RETURNING id")
    await sign_in(client, shop.staff["bench"])
    page = (await client.get(f"/bench/{envelope.code}")).text
    for words in ("six to seven and a half", "13</span> stones", "Hears a rattle", "prong worn, 3 o&#39;clock",
                  "nickel", "Size up", "Rush", "On the job"):  # fmt: skip
        assert words in page


async def test_another_visit_of_the_same_piece_is_remembered(shop: World, client: httpx.AsyncClient) -> None:
    first = await an_envelope(shop, Stage.PICKED_UP)
    again = await an_envelope(shop)
    await fetch_value("UPDATE envelope SET piece = $2 WHERE id = $1 RETURNING id", again.id, first.piece)
    await sign_in(client, shop.staff["bench"])
    page = (await client.get(f"/bench/{again.code}")).text
    assert "This piece was here before" in page
    assert first.number in page


async def test_a_promise_moved_meanwhile_shows_when_the_sheet_is_read_again(
    shop: World, client: httpx.AsyncClient
) -> None:
    envelope = await an_envelope(shop)
    await sign_in(client, shop.staff["bench"])
    from tests.factories import some_day

    await change_promise("HR-10001", some_day(), reason="part late", by=shop.counter)
    assert "Mon 3 Mar" in (await client.get(f"/bench/{envelope.code}/sheet")).text


async def test_starting_over_a_finished_piece_says_where_it_is(
    shop: World, client: httpx.AsyncClient, scan: Scan
) -> None:
    envelope = await an_envelope(shop, Stage.READY_FOR_PICKUP)
    await sign_in(client, shop.staff["bench"])
    answer = await scan("A-START", envelope.code)
    assert answer.status_code == 409
    assert "Ready to collect" in answer.text


async def test_a_manager_may_finish_for_an_absent_jeweler(shop: World, client: httpx.AsyncClient, scan: Scan) -> None:
    envelope = await an_envelope(shop)
    await start_work(envelope.code, by=shop.bench)
    await sign_in(client, shop.staff["manager"])
    assert (await scan("A-DONE", envelope.code)).status_code == 200
