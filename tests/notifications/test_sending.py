"""One text per event, whatever breaks: TX-1 to TX-4, TX-10, TX-11 on the real database, over real HTTP."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from notifications.looking import sweep_messages
from notifications.sending import LEASE, send_message
from tests.factories import World, a_ticket, an_envelope
from tests.notifications.conftest import NOON, Hands
from tests.notifications.fake_twilio import FakeTwilio
from tests.notifications.fake_twilio_faults import Fault, Refusal
from tests.notifications.worker import lose_jobs, work_through
from workshop.db import fetch, fetch_one, fetch_value, transaction
from workshop.record.events import record
from workshop.record.stages import Stage
from workshop.record.tables import Ticket
from workshop.record.tickets.envelopes import move
from workshop.record.tickets.notices import queue_text

pytestmark = pytest.mark.anyio
NIGHT = datetime(2026, 12, 4, 3, 0, tzinfo=UTC)  # 22:00 in New York
EVENING = datetime(2026, 12, 4, 2, 30, tzinfo=UTC)


@pytest.fixture
async def ready(world: World, hands: Hands) -> dict[str, Any]:
    """A ring that has just become ready, its text waiting; the text of the take-in is out of the way."""
    await an_envelope(world, Stage.READY_FOR_PICKUP)
    await fetch("UPDATE message SET state = 'shown' WHERE template = 'taken_in'")
    return await the_message()


async def the_message(template: str = "ready_for_pickup") -> dict[str, Any]:
    row = await fetch_one("SELECT * FROM message WHERE template = $1 ORDER BY event DESC LIMIT 1", template)
    assert row is not None
    return row


async def send(message: dict[str, Any]) -> dict[str, Any]:
    await send_message(str(message["id"]))
    return await again(message)


async def again(message: dict[str, Any]) -> dict[str, Any]:
    row = await fetch_one("SELECT * FROM message WHERE id = $1", message["id"])
    assert row is not None
    return row


async def test_a_change_that_is_rolled_back_leaves_no_text(world: World) -> None:
    ticket = await a_ticket(world)
    before = await fetch_value("SELECT count(*) FROM message")
    jobs = await fetch_value("SELECT count(*) FROM procrastinate_jobs")
    with pytest.raises(ZeroDivisionError):
        async with transaction():
            event = await record("approved", shop=world.shop.id, ticket=ticket)
            await queue_text("approved", ticket=ticket, event=event)
            raise ZeroDivisionError
    assert await fetch_value("SELECT count(*) FROM message") == before
    assert await fetch_value("SELECT count(*) FROM procrastinate_jobs") == jobs


async def test_a_hundred_double_submits_leave_a_hundred_texts(world: World) -> None:
    ticket = await a_ticket(world)
    await fetch("DELETE FROM message")

    async def say(event: int) -> None:
        async with transaction():
            await queue_text("approved", ticket=ticket, event=event)

    events = []
    for _ in range(100):
        async with transaction():
            events.append(await record("estimate_approved", shop=world.shop.id, ticket=ticket))
    await asyncio.gather(*(say(event) for event in events for _ in range(2)))
    assert await fetch_value("SELECT count(*) FROM message") == 100


async def test_without_twilio_the_text_stays_on_the_screen(ready: dict[str, Any]) -> None:
    shown = await send(ready)
    assert shown["state"] == "shown"
    assert shown["body"].startswith("Your ring is ready at Alder & Finch. Open till 6. Details: http")


async def test_a_text_leaves_once_however_often_its_job_runs(ready: dict[str, Any], texting: FakeTwilio) -> None:
    await asyncio.gather(*(send_message(str(ready["id"])) for _ in range(5)))
    sent = await again(ready)
    assert (sent["state"], sent["attempts"]) == ("queued", 1)
    assert texting.posts_of(sent["body"]) == 1
    assert sent["carrier_id"] in texting.messages


async def test_every_text_sent_rests_on_a_live_consent(world: World, hands: Hands, texting: FakeTwilio) -> None:
    await a_ticket(world)
    await a_ticket(world, may_text=False, phone="212 555 0199")
    await work_through()
    rows = await fetch(
        """SELECT m.state, (SELECT is_given FROM consent c WHERE c.number = m.recipient AND c.customer = m.customer
           AND c.purpose = 'service' ORDER BY id DESC LIMIT 1) AS given
           FROM message m ORDER BY m.created_at, m.recipient"""
    )
    assert [(row["state"], row["given"]) for row in rows] == [("queued", True), ("blocked", None)]
    assert [form["To"] for form in texting.posts] == ["+12125550111"]


async def test_an_error_after_accepting_is_one_post_until_we_know(
    ready: dict[str, Any], texting: FakeTwilio, hands: Hands
) -> None:
    texting.clock = hands
    texting.script.append(Fault.ERROR_AFTER)
    unsure = await send(ready)
    assert unsure["state"] == "unknown"
    await work_through()
    hands.forward(minutes=3)
    await work_through()
    assert texting.posts_of(unsure["body"]) == 1
    hands.forward(minutes=2)
    await work_through()
    found = await again(ready)
    assert found["state"] == "queued"
    assert found["carrier_id"] in texting.messages
    assert texting.posts_of(unsure["body"]) == 1


async def test_absent_in_three_looks_over_ten_minutes_is_sent_once_more(
    ready: dict[str, Any], texting: FakeTwilio, hands: Hands
) -> None:
    texting.clock = hands
    texting.script.append(Fault.RESET_BEFORE)
    await send(ready)
    for minutes in (5, 4):
        hands.forward(minutes=minutes)
        await work_through()
        assert (await again(ready))["state"] == "unknown"
    hands.forward(minutes=4)
    await work_through()
    sent = await again(ready)
    assert (sent["state"], sent["looks"]) == ("queued", 3)
    assert texting.posts_of(sent["body"]) == 2
    assert len(texting.accepted_of(sent["body"])) == 1


async def test_a_list_that_cannot_be_read_proves_nothing(
    ready: dict[str, Any], texting: FakeTwilio, hands: Hands
) -> None:
    texting.clock = hands
    texting.script.append(Fault.RESET_AFTER)
    await send(ready)
    texting.list_script.extend([Fault.ERROR_BEFORE] * 3)
    for _ in range(3):
        hands.forward(minutes=4, seconds=1)
        await work_through()
    assert (await again(ready))["looks"] == 0
    hands.forward(minutes=4, seconds=1)
    await work_through()
    assert (await again(ready))["state"] == "queued"
    assert len(texting.posts) == 1


async def test_a_second_unknown_goes_to_a_person(ready: dict[str, Any], texting: FakeTwilio, hands: Hands) -> None:
    texting.clock = hands
    texting.script.extend([Fault.RESET_BEFORE, Fault.ERROR_AFTER])
    await send(ready)
    for _ in range(3):
        hands.forward(minutes=4, seconds=1)
        await work_through()
    parked = await again(ready)
    assert parked["state"] == "parked"
    hands.forward(hours=2)
    await sweep_messages()
    await work_through()
    assert texting.posts_of(parked["body"]) == 2


async def test_a_worker_that_dies_while_sending_leaves_an_unknown_never_a_second_text(
    ready: dict[str, Any], texting: FakeTwilio, hands: Hands
) -> None:
    texting.clock = hands
    await fetch(
        "UPDATE message SET state = 'sending', attempts = 1, body = 'x', sent_at = $1, lease_until = $2",
        hands(), hands() + LEASE,
    )  # fmt: skip
    await fetch("DELETE FROM message WHERE template = 'taken_in'")
    await lose_jobs()
    await sweep_messages()
    assert (await again(ready))["state"] == "sending"
    hands.forward(seconds=61)
    await sweep_messages()
    await work_through()
    assert (await again(ready))["state"] == "unknown"
    assert texting.posts == []


async def test_lost_jobs_only_delay(ready: dict[str, Any], texting: FakeTwilio, hands: Hands) -> None:
    await lose_jobs()
    await sweep_messages()
    assert await work_through() == 0
    hands.forward(minutes=1)
    await sweep_messages()
    await sweep_messages()
    assert await work_through() == 1
    assert (await again(ready))["state"] == "queued"


async def test_a_job_that_keeps_failing_goes_to_a_person(ready: dict[str, Any], hands: Hands) -> None:
    await fetch("UPDATE procrastinate_jobs SET status = 'failed' WHERE args->>'message_id' = $1", str(ready["id"]))
    hands.forward(minutes=1)
    await sweep_messages()
    parked = await again(ready)
    assert parked["state"] == "parked"
    assert "fault on our side" in parked["error"]


async def test_429_waits_and_arrives_once(ready: dict[str, Any], texting: FakeTwilio, hands: Hands) -> None:
    texting.script.extend([Fault.TOO_MANY] * 3)
    waits = []
    for _ in range(3):
        row = await send(ready)
        assert row["state"] == "pending"
        waits.append((row["not_before"] - hands()).total_seconds())
        hands.to(row["not_before"])
    assert 2 <= waits[0] <= 3
    assert 4 <= waits[1] <= 6
    assert 8 <= waits[2] <= 12
    assert (await send(ready))["state"] == "queued"
    assert len(texting.accepted_of((await again(ready))["body"])) == 1


async def test_when_twilio_is_away_the_text_waits(ready: dict[str, Any], texting: FakeTwilio, hands: Hands) -> None:
    texting.stop()
    row = await send(ready)
    assert row["state"] == "pending"
    assert row["not_before"] > hands()
    texting.start()
    hands.forward(minutes=1)
    await work_through()
    assert (await again(ready))["state"] == "queued"


async def test_a_bad_number_asks_for_a_call_and_is_not_tried_again(
    ready: dict[str, Any], texting: FakeTwilio, hands: Hands
) -> None:
    texting.script.append(Refusal(21614, "not a mobile number"))
    row = await send(ready)
    assert (row["state"], row["error_code"]) == ("refused", 21614)
    assert "Call the customer" in row["error"]
    hands.forward(hours=1)
    await sweep_messages()
    await work_through()
    assert len(texting.posts) == 1


async def test_21610_is_an_opt_out_of_every_text(ready: dict[str, Any], texting: FakeTwilio) -> None:
    texting.blocked.add("+12125550111")
    assert (await send(ready))["state"] == "refused"
    consent = await fetch_one("SELECT * FROM consent ORDER BY id DESC LIMIT 1")
    assert consent is not None
    assert (consent["purpose"], consent["is_given"], consent["how"]) == ("all", False, "carrier")
    async with transaction():
        event = await record("x", shop=ready["shop"], ticket=ready["ticket"])
        ticket = await Ticket.objects().get(Ticket.id == ready["ticket"])
        assert ticket is not None
        await queue_text("ready_for_pickup", ticket=ticket, event=event, envelope=ready["envelope"], kind="ring")
    later = await send(await the_message())
    assert later["state"] == "opted_out"
    assert len(texting.posts) == 1


async def test_at_night_a_text_waits_for_the_customers_morning(
    ready: dict[str, Any], texting: FakeTwilio, hands: Hands
) -> None:
    await fetch("UPDATE customer SET zone = 'America/Los_Angeles'")
    hands.to(datetime(2026, 12, 4, 5, 0, tzinfo=UTC))  # 21:00 in Los Angeles
    row = await send(ready)
    assert row["state"] == "pending"
    assert row["not_before"] == datetime(2026, 12, 4, 16, 0, tzinfo=UTC)  # 8:00 there
    hands.forward(hours=10, minutes=59)
    await work_through()
    assert texting.posts == []
    hands.to(row["not_before"])
    await work_through()
    assert (await again(ready))["state"] == "queued"


async def test_what_is_no_longer_true_in_the_morning_is_not_said(
    world: World, ready: dict[str, Any], texting: FakeTwilio, hands: Hands
) -> None:
    hands.to(NIGHT)
    await send(ready)
    code = await fetch_value("SELECT code FROM envelope")
    await move(code, Stage.IN_QUEUE, by=world.counter, reason="scratch seen")
    hands.forward(hours=12)
    await work_through()
    assert (await again(ready))["state"] == "superseded"
    assert texting.posts == []


async def test_the_first_words_are_kept_for_a_second_try(
    ready: dict[str, Any], texting: FakeTwilio, hands: Hands
) -> None:
    texting.script.append(Fault.TOO_MANY)
    first = await send(ready)
    await fetch("UPDATE shop SET name = 'Another name'")
    hands.forward(minutes=1)
    assert (await send(ready))["body"] == first["body"]


async def test_two_rings_of_one_ticket_have_texts_that_can_be_told_apart(world: World, hands: Hands) -> None:
    await a_ticket(world, pieces=2)
    ticket = await fetch_value("SELECT id FROM ticket")
    row = await Ticket.objects().get(Ticket.id == ticket)
    assert row is not None
    async with transaction():
        for envelope in await fetch("SELECT id FROM envelope"):
            await fetch("UPDATE envelope SET stage = 'ready_for_pickup'")
            event = await record("moved", shop=world.shop.id, ticket=ticket)
            await queue_text("ready_for_pickup", ticket=row, event=event, envelope=envelope["id"], kind="ring")
    await work_through()
    bodies = [row["body"] for row in await fetch("SELECT body FROM message WHERE template = 'ready_for_pickup'")]
    assert len(set(bodies)) == 2


async def test_one_text_a_second_from_one_number(
    world: World, hands: Hands, texting: FakeTwilio, monkeypatch: pytest.MonkeyPatch
) -> None:
    from notifications.turns import wait_for_turn
    from workshop.settings import settings

    monkeypatch.setenv("WORKSHOP_TWILIO_TEXTS_A_SECOND", "20")
    settings.cache_clear()
    await asyncio.gather(*(wait_for_turn() for _ in range(6)))
    last = await fetch_value("SELECT window_start FROM attempt")
    assert (last - NOON).total_seconds() == pytest.approx(6 / 20)
