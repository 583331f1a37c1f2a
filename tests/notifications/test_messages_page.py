"""The texts' page: what needs a person first, said plainly, and what the person did."""

import re
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from notifications.sending import send_message
from tests.factories import World, a_ticket, an_envelope, sign_in
from tests.notifications.conftest import Hands
from tests.notifications.worker import work_through
from workshop.db import fetch, fetch_one, fetch_value
from workshop.record.customers.customers import NewCustomer
from workshop.record.stages import Stage

pytestmark = pytest.mark.anyio


@pytest.fixture
async def counter(client: httpx.AsyncClient, house: World) -> httpx.AsyncClient:
    """Noor at the counter."""
    await sign_in(client, house.staff["counter"])
    return client


async def a_failed_text(house: World, state: str = "undelivered", code: int | None = 30003) -> dict[str, Any]:
    await an_envelope(house, Stage.READY_FOR_PICKUP)
    await work_through()
    await fetch(
        "UPDATE message SET state = $1, error_code = $2 WHERE template = 'ready_for_pickup'", state, code
    )
    row = await fetch_one("SELECT * FROM message WHERE template = 'ready_for_pickup'")
    assert row is not None
    return row


async def test_with_nothing_set_up_the_page_says_that_texts_stay_here(
    counter: httpx.AsyncClient, house: World
) -> None:
    await a_ticket(house)
    await work_through()
    text = (await counter.get("/messages")).text
    assert "Texts stay on this screen: Twilio is not set up" in text
    assert "we have your ring" in text
    assert "On the screen only" in text
    assert "Needs you" not in text


async def test_a_text_that_did_not_arrive_asks_for_a_call(counter: httpx.AsyncClient, house: World) -> None:
    row = await a_failed_text(house)
    text = " ".join((await counter.get("/messages")).text.split())
    assert "We could not text Rosa B. about" in text
    assert "Call Rosa?" in text
    assert 'href="tel:+12125550111"' in text
    assert "Could not text Rosa B.: ready to collect" in (await counter.get("/messages/trouble")).text
    for _ in range(2):
        answer = await counter.post(f"/messages/{row['id']}/called", data={"words": "Comes on Friday"})
        assert answer.status_code == 303
    assert (await counter.get("/messages/trouble")).text.strip() == ""
    calls = await fetch("SELECT * FROM message WHERE channel = 'call'")
    assert [(one["body"], one["seen_by"]) for one in calls] == [("Comes on Friday", house.counter.id)]
    assert await fetch_value("SELECT count(*) FROM event WHERE name = 'customer_called'") == 1
    assert await fetch_value("SELECT state FROM message WHERE id = $1", row["id"]) == "handled"


async def test_what_we_do_not_know_gets_five_minutes_to_settle(
    counter: httpx.AsyncClient, house: World, hands: Hands
) -> None:
    await a_failed_text(house, "unknown", None)
    assert (await counter.get("/messages/trouble")).text.strip() == ""
    hands.forward(minutes=5)
    assert "Could not text" in (await counter.get("/messages/trouble")).text


async def test_without_consent_only_real_news_asks_for_a_call(counter: httpx.AsyncClient, house: World) -> None:
    await an_envelope(house, Stage.READY_FOR_PICKUP, may_text=False)
    await work_through()
    states = await fetch("SELECT template, state FROM message")
    assert {row["state"] for row in states} == {"blocked"}
    trouble = (await counter.get("/messages/trouble")).text
    assert trouble.count('class="need"') == 1
    assert "ready to collect" in trouble
    assert "has not agreed to texts" in (await counter.get("/messages")).text


async def test_a_person_may_send_once_more(counter: httpx.AsyncClient, house: World) -> None:
    row = await a_failed_text(house)
    assert "Send once more" in (await counter.get("/messages")).text
    for _ in range(2):
        await counter.post(f"/messages/{row['id']}/again")
    await work_through()
    states = await fetch("SELECT state FROM message WHERE template = 'ready_for_pickup' ORDER BY event")
    assert [one["state"] for one in states] == ["handled", "shown"]


async def test_a_bad_number_is_not_offered_a_second_text(counter: httpx.AsyncClient, house: World) -> None:
    row = await a_failed_text(house, "refused", 21614)
    assert "Send once more" not in (await counter.get("/messages")).text
    assert (await counter.post(f"/messages/{row['id']}/again")).status_code == 409


async def a_reply(house: World, words: str, flag: str = "") -> Any:
    ticket = await a_ticket(house)
    return await fetch_value(
        """INSERT INTO message (shop, ticket, customer, direction, purpose, template, facts, recipient, body, state)
           VALUES ($1, $2, $3, 'in', 'answer', $4, $5, '+12125550111', $6, 'received') RETURNING id""",
        house.shop.id, ticket.id, ticket.customer, flag, '{"candidates": ["HR-10001", "HR-9"]}', words,
    )  # fmt: skip


async def test_a_reply_waits_for_a_reader_and_shows_all_tickets_it_may_be_about(
    counter: httpx.AsyncClient, house: World
) -> None:
    reply = await a_reply(house, "<b>Sunday?</b>")
    text = (await counter.get("/messages")).text
    assert "&lt;b&gt;Sunday?&lt;/b&gt;" in text
    assert "/tickets/HR-9" in text
    assert "Rosa B. wrote" in (await counter.get("/messages/trouble")).text
    await counter.post(f"/messages/{reply}/read")
    assert (await counter.get("/messages/trouble")).text.strip() == ""


async def test_a_reader_who_sees_a_stop_stops_at_once(counter: httpx.AsyncClient, house: World) -> None:
    reply = await a_reply(house, "please stop texting me", "stop_like")
    assert "Stop texts to this number" in (await counter.get("/messages")).text
    await counter.post(f"/messages/{reply}/stop")
    consent = await fetch_one("SELECT * FROM consent ORDER BY id DESC LIMIT 1")
    assert consent is not None
    assert (consent["is_given"], consent["wording"], consent["staff"]) == (
        False, "please stop texting me", house.counter.id,
    )  # fmt: skip
    assert await fetch_value("SELECT state FROM message WHERE template = 'taken_in'") == "opted_out"
    await work_through()
    assert await fetch_value("SELECT state FROM message WHERE template = 'stop_confirmation'") == "shown"


async def test_the_ticket_shows_its_own_texts_and_no_others(counter: httpx.AsyncClient, house: World) -> None:
    ticket = await a_ticket(house)
    await a_ticket(house, customer=NewCustomer("Chen", "Jun", "212 555 0133"))
    await work_through()
    text = (await counter.get(f"/messages/of/{ticket.number}")).text
    assert text.count("<li") == 1
    assert "we have your ring" in text


async def test_older_texts_are_found_page_by_page(counter: httpx.AsyncClient, house: World) -> None:
    await fetch(
        """INSERT INTO message (shop, direction, recipient, body, state, created_at)
           SELECT $1, 'out', '+12125550111', 'text no. ' || n || '.', 'shown',
                  $2::timestamptz - n * interval '1 minute' / 7
           FROM generate_series(1, 95) n""",
        house.shop.id, datetime(2026, 12, 3, 17, 0, tzinfo=UTC),
    )  # fmt: skip
    seen: list[str] = []
    address = "/messages?kind=all"
    while address:
        text = (await counter.get(address)).text
        seen += re.findall(r"text no\. (\d+)\.", text)
        older = re.search(r'href="(/messages\?kind=all&(?:amp;)?before=[^"]+)"', text)
        address = older.group(1).replace("&amp;", "&") if older else ""
    assert seen == [str(n) for n in range(1, 96)]


async def test_another_shops_texts_are_not_ours(counter: httpx.AsyncClient, house: World) -> None:
    row = await a_failed_text(house)
    await fetch("INSERT INTO shop (id, code, name, zone) VALUES (77, 'ZZ', 'Other', 'UTC')")
    await fetch("UPDATE message SET shop = 77")
    assert "ready at" not in (await counter.get("/messages")).text
    assert (await counter.post(f"/messages/{row['id']}/called")).status_code == 404


async def test_the_bench_reads_no_texts(client: httpx.AsyncClient, house: World) -> None:
    await sign_in(client, house.staff["bench"])
    for path in ("/messages", "/messages/trouble", "/messages/needs"):
        assert (await client.get(path)).status_code == 403


async def test_a_text_told_by_phone_while_it_waits_does_not_leave(
    counter: httpx.AsyncClient, house: World, hands: Hands
) -> None:
    await an_envelope(house, Stage.READY_FOR_PICKUP)
    await fetch("UPDATE message SET attempts = 3, error = 'Twilio asked us to slow down.'")
    hands.forward(minutes=16)
    row = await fetch_one("SELECT * FROM message WHERE template = 'ready_for_pickup'")
    assert row is not None
    assert "Could not text" in (await counter.get("/messages/trouble")).text
    await counter.post(f"/messages/{row['id']}/called")
    await send_message(str(row["id"]))
    assert await fetch_value("SELECT state FROM message WHERE id = $1", row["id"]) == "superseded"


@pytest.mark.parametrize("state", ["blocked", "opted_out", "canceled", "undelivered", "unknown", "delivered"])
async def test_the_desk_and_the_texts_call_the_same_thing_not_through(
    client: httpx.AsyncClient, house: World, state: str
) -> None:
    await a_failed_text(house, state=state)
    await fetch("UPDATE message SET state_at = state_at - interval '10 minutes'")
    await sign_in(client, house.staff["manager"])
    number = await fetch_value("SELECT number FROM ticket")
    at_desk = number in (await client.get("/desk/pieces/undelivered")).text
    assert at_desk is (number in (await client.get("/messages/needs")).text) is (state != "delivered")
