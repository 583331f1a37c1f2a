"""What Twilio reports and customers write back: signed or nothing, once each, and STOP at once."""

from itertools import permutations
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from notifications.sending import send_message
from tests.factories import World, a_ticket, an_envelope
from tests.notifications.conftest import Hands
from tests.notifications.fake_twilio import FakeTwilio, SignedPost
from tests.notifications.fake_twilio_faults import Fault
from tests.notifications.worker import work_through
from workshop.db import fetch, fetch_one, fetch_value
from workshop.record.customers.customers import NewCustomer
from workshop.record.stages import Stage

pytestmark = pytest.mark.anyio
INBOUND = "https://shop.example/twilio/inbound"
ROSA, SHOP = "+12125550111", "+12025550100"
COUNTS = """SELECT (SELECT count(*) FROM message), (SELECT count(*) FROM delivery_report),
            (SELECT count(*) FROM consent), (SELECT count(*) FROM event), (SELECT max(state_at) FROM message)"""


@pytest.fixture
async def sent(house: World, texting: FakeTwilio) -> dict[str, Any]:
    """A text of a take-in that Twilio has accepted."""
    await a_ticket(house)
    await work_through()
    return await message()


async def message(where: str = "template = 'taken_in'") -> dict[str, Any]:
    row = await fetch_one(f"SELECT * FROM message WHERE {where} ORDER BY created_at DESC LIMIT 1")
    assert row is not None
    return row


async def deliver(client: httpx.AsyncClient, post: SignedPost, **changed: str) -> int:
    path = urlsplit(post.url).path
    answer = await client.post(path, data=post.form | changed, headers=post.headers)
    return answer.status_code


async def write(
    client: httpx.AsyncClient, twilio: FakeTwilio, body: str, sender: str = ROSA, **more: str
) -> SignedPost:
    post = twilio.receive(INBOUND, sender, body, SHOP, **more)
    assert await deliver(client, post) == 200
    return post


async def test_a_delivery_is_shown_as_arrived(
    client: httpx.AsyncClient, sent: dict[str, Any], texting: FakeTwilio
) -> None:
    for post in texting.callbacks(sent["carrier_id"], ["queued", "sent", "delivered"], shuffle=3, duplicates=2):
        assert await deliver(client, post) == 204
    assert (await message())["state"] == "delivered"
    assert await fetch_value("SELECT count(*) FROM delivery_report") == 3


async def test_reports_in_any_order_end_in_the_same_row(
    client: httpx.AsyncClient, sent: dict[str, Any], texting: FakeTwilio
) -> None:
    ends = set()
    for order in list(permutations(["queued", "sent", "delivered", "read"]))[::4]:
        await fetch("DELETE FROM delivery_report")
        await fetch("UPDATE message SET state = 'accepted'")
        for status in order:
            for post in texting.callbacks(sent["carrier_id"], [status], duplicates=2):
                await deliver(client, post)
        ends.add((await message())["state"])
    assert ends == {"read"}


async def test_what_twilio_did_not_sign_writes_nothing(
    client: httpx.AsyncClient, sent: dict[str, Any], texting: FakeTwilio
) -> None:
    before = await fetch(COUNTS)
    [good] = texting.callbacks(sent["carrier_id"], ["delivered"])
    assert await deliver(client, good, MessageStatus="failed") == 403
    assert await deliver(client, SignedPost(good.url, good.form, {})) == 403
    assert await deliver(client, texting.signed(good.url, good.form, token="a stranger's")) == 403
    stop = texting.signed(INBOUND, {"MessageSid": "SM1", "From": ROSA, "Body": "STOP"}, token="guessed")
    assert await deliver(client, stop) == 403
    assert await fetch(COUNTS) == before


async def test_without_twilio_set_up_nobody_may_report(client: httpx.AsyncClient, house: World) -> None:
    assert (await client.post("/twilio/inbound", data={"From": ROSA, "Body": "STOP"})).status_code == 403
    assert await fetch_value("SELECT count(*) FROM consent") == 0


async def test_a_report_alone_settles_what_we_did_not_know(
    client: httpx.AsyncClient, house: World, texting: FakeTwilio, hands: Hands
) -> None:
    texting.script.append(Fault.ERROR_AFTER)
    await a_ticket(house)
    await work_through()
    assert (await message())["state"] == "unknown"
    [sid] = texting.messages
    for post in texting.callbacks(sid, ["delivered"]):
        await deliver(client, post)
    settled = await message()
    assert (settled["state"], settled["carrier_id"], settled["error"]) == ("delivered", sid, "")
    hands.forward(hours=1)
    await work_through()
    assert len(texting.posts) == 1


async def test_a_report_about_no_text_of_ours_is_taken_without_a_fuss(
    client: httpx.AsyncClient, house: World, texting: FakeTwilio
) -> None:
    url = "https://shop.example/twilio/status/6f0e9c1e-2d5b-4c57-9a7f-3a3f2f1d8f10"
    assert await deliver(client, texting.signed(url, {"MessageSid": "SM9", "MessageStatus": "sent"})) == 204


async def test_a_lost_text_tells_staff_what_to_do(
    client: httpx.AsyncClient, sent: dict[str, Any], texting: FakeTwilio
) -> None:
    for post in texting.callbacks(sent["carrier_id"], ["sent", "undelivered"], error_code=30006):
        await deliver(client, post)
    lost = await message()
    assert (lost["state"], lost["error_code"]) == ("undelivered", 30006)
    assert "ask for a mobile number" in lost["error"]


@pytest.mark.parametrize("body", ["STOP", " stop. ", "Unsubscribe", "opt-out", "CANCEL"])
async def test_stop_silences_the_number_at_once(
    client: httpx.AsyncClient, house: World, texting: FakeTwilio, body: str
) -> None:
    await an_envelope(house, Stage.READY_FOR_PICKUP)
    await write(client, texting, body)
    states = await fetch("SELECT template, state FROM message WHERE purpose = 'service' ORDER BY template")
    assert {row["state"] for row in states} == {"opted_out"}
    consent = await fetch_one("SELECT * FROM consent ORDER BY id DESC LIMIT 1")
    assert consent is not None
    assert (consent["number"], consent["purpose"], consent["is_given"], consent["how"]) == (ROSA, "all", False, "text")
    assert consent["wording"] == body
    await work_through()
    assert all("no more texts" in form["Body"] for form in texting.posts)
    await a_ticket(house, customer=NewCustomer("Bennett", "James", "212 555 0111"))
    await work_through()
    rows = await fetch("SELECT DISTINCT state FROM message WHERE purpose = 'service'")
    assert [row["state"] for row in rows] == ["opted_out"]


async def test_start_ends_the_silence_and_help_is_answered(
    client: httpx.AsyncClient, house: World, texting: FakeTwilio
) -> None:
    await a_ticket(house)
    await work_through()
    await write(client, texting, "STOP")
    await write(client, texting, "Start")
    await write(client, texting, "HELP")
    await work_through()
    bodies = [form["Body"] for form in texting.posts]
    assert any("are on again" in body for body in bodies)
    assert any("Reply STOP to end" in body and "rates may apply" in body for body in bodies)
    await a_ticket(house)
    await work_through()
    assert (await message("template = 'taken_in' AND state = 'queued'"))["recipient"] == ROSA


async def test_when_twilio_answers_a_stop_itself_we_do_not(
    client: httpx.AsyncClient, house: World, texting: FakeTwilio
) -> None:
    await a_ticket(house)
    await write(client, texting, "basta", OptOutType="STOP")
    assert await fetch_value("SELECT count(*) FROM message WHERE template = 'stop_confirmation'") == 0
    assert await fetch_value("SELECT is_given FROM consent WHERE purpose = 'all'") is False


async def test_the_same_reply_twice_is_one(client: httpx.AsyncClient, house: World, texting: FakeTwilio) -> None:
    await a_ticket(house)
    post = await write(client, texting, "On my way")
    assert await deliver(client, post) == 200
    assert await fetch_value("SELECT count(*) FROM message WHERE direction = 'in'") == 1


async def test_a_reply_lands_in_the_newest_open_ticket_with_all_candidates(
    client: httpx.AsyncClient, house: World, texting: FakeTwilio
) -> None:
    first = await a_ticket(house)
    second = await a_ticket(house, customer=NewCustomer("Bennett", "James", "212 555 0111"))
    await an_envelope(house, Stage.PICKED_UP)
    await write(client, texting, "Can I come on Sunday? 💍")
    reply = await message("direction = 'in'")
    assert reply["ticket"] == second.id
    assert reply["body"] == "Can I come on Sunday? 💍"
    assert reply["seen_at"] is None
    for number in (first.number, second.number):
        assert number in reply["facts"]


async def test_words_that_may_mean_stop_go_to_a_person_at_once(
    client: httpx.AsyncClient, house: World, texting: FakeTwilio
) -> None:
    await a_ticket(house)
    await write(client, texting, "please stop texting me")
    reply = await message("direction = 'in'")
    assert (reply["template"], reply["seen_at"]) == ("stop_like", None)
    assert await fetch_value("SELECT count(*) FROM consent WHERE purpose = 'all'") == 0


async def test_a_stranger_writing_in_is_kept_too(client: httpx.AsyncClient, house: World, texting: FakeTwilio) -> None:
    await write(client, texting, "Do you repair clocks?", sender="+13105550199")
    reply = await message("direction = 'in'")
    assert (reply["ticket"], reply["customer"], reply["recipient"]) == (None, None, "+13105550199")


async def test_a_stop_while_a_text_is_being_sent_stops_the_next_try(
    client: httpx.AsyncClient, house: World, texting: FakeTwilio, hands: Hands
) -> None:
    texting.script.append(Fault.TOO_MANY)
    await a_ticket(house)
    await work_through()
    await write(client, texting, "STOP")
    hands.forward(minutes=5)
    await send_message(str((await message())["id"]))
    assert (await message())["state"] == "opted_out"
