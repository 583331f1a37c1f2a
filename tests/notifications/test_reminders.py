"""The next visit: one reminder per piece and plan, only to those who want it, never while the piece is here."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from notifications.reminders import months_later, plan_next_visit, send_due_reminders, sweep_visits
from tests.factories import World, a_signature, a_ticket, an_envelope
from tests.notifications.conftest import Hands
from tests.notifications.fake_twilio import FakeTwilio
from tests.notifications.worker import work_through
from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value, transaction
from workshop.record.customers.customers import NewCustomer, record_consent
from workshop.record.prices.work import NewTask
from workshop.record.stages import Stage
from workshop.record.tickets.tickets import NewEnvelope

pytestmark = pytest.mark.anyio
CLEANING = [NewTask("PL-CLN"), NewTask("PR-TIP", drivers={"metal": "14k", "prongs": "2"})]
SIX_MONTHS_ON = datetime(2027, 6, 3, 16, 0, tzinfo=UTC)  # a Thursday noon in New York


async def the_reminder() -> dict[str, Any]:
    row = await fetch_one("SELECT * FROM reminder ORDER BY id DESC LIMIT 1")
    assert row is not None
    return row


@pytest.fixture
async def cleaned(world: World, hands: Hands) -> dict[str, Any]:
    """A ring cleaned and handed back to somebody who agreed to offers; its reminder planned."""
    await an_envelope(world, Stage.PICKED_UP, tasks=CLEANING, may_market=True, signature=a_signature())
    await work_through()
    return await the_reminder()


async def back_again(world: World, piece: int, **more: Any) -> None:
    """The same ring is brought again."""
    customer = await fetch_value("SELECT min(id) FROM customer")
    again = [NewEnvelope(CLEANING, piece_id=piece)]
    await a_ticket(world, customer=None, customer_id=customer, envelopes=again, **more)


async def test_pickup_plans_one_visit_however_often_the_job_runs(cleaned: dict[str, Any]) -> None:
    assert (cleaned["state"], cleaned["due_on"]) == ("due", date(2027, 6, 3))
    for envelope in await fetch("SELECT id FROM envelope"):
        await plan_next_visit(envelope["id"])
    assert await fetch_value("SELECT count(*) FROM reminder") == 1


async def test_a_visit_whose_job_was_lost_is_planned_all_the_same(world: World, hands: Hands) -> None:
    await an_envelope(world, Stage.PICKED_UP, tasks=CLEANING, may_market=True, signature=a_signature())
    await fetch("DELETE FROM procrastinate_jobs")
    await sweep_visits()
    assert await fetch_value("SELECT count(*) FROM reminder") == 0  # its job has its time
    hands.to(clock.now() + timedelta(minutes=10))
    for _ in range(2):
        await sweep_visits()
    assert await fetch_value("SELECT count(*) FROM reminder") == 1
    assert await fetch_value("SELECT count(*) FROM envelope WHERE visit_to_plan") == 0


async def test_work_without_a_plan_makes_no_reminder(world: World) -> None:
    await an_envelope(world, Stage.PICKED_UP, tasks=[NewTask("EN-MCH", drivers={"characters": "4"})])
    await work_through()
    assert await fetch_value("SELECT count(*) FROM reminder") == 0


async def test_a_plan_switched_off_makes_none(world: World) -> None:
    await fetch("UPDATE service_plan SET is_active = false")
    await an_envelope(world, Stage.PICKED_UP, tasks=CLEANING)
    await work_through()
    assert await fetch_value("SELECT count(*) FROM reminder") == 0


async def test_when_due_one_text_goes_out_with_a_way_to_stop(
    cleaned: dict[str, Any], texting: FakeTwilio, hands: Hands
) -> None:
    hands.to(datetime(2027, 6, 3, 3, 0, tzinfo=UTC))  # still the 2nd in New York
    await send_due_reminders()
    assert (await the_reminder())["state"] == "due"
    hands.to(SIX_MONTHS_ON)
    for _ in range(2):
        await send_due_reminders()
        await work_through()
    [form] = texting.posts
    assert form["Body"].startswith("Alder & Finch: your ring is due for a cleaning and check.")
    assert "https://shop.example/visit/HR?" in form["Body"]
    assert "STOP" in form["Body"]
    await send_due_reminders()
    assert (await the_reminder())["state"] == "sent"
    hands.forward(days=30)
    await send_due_reminders()
    await work_through()
    assert len(texting.posts) == 1


async def test_offers_keep_the_hours_of_the_customers_state(
    cleaned: dict[str, Any], texting: FakeTwilio, hands: Hands
) -> None:
    await fetch("UPDATE customer SET state = 'RI'")
    hands.to(datetime(2027, 6, 5, 21, 30, tzinfo=UTC))  # Saturday 17:30
    await send_due_reminders()
    await work_through()
    assert texting.posts == []
    waiting = await fetch_value("SELECT not_before FROM message WHERE template = 'cleaning_reminder'")
    assert waiting == datetime(2027, 6, 6, 16, 0, tzinfo=UTC)  # Sunday 12:00, the shop's own hours
    hands.to(waiting)
    await work_through()
    assert len(texting.posts) == 1


async def test_without_consent_to_offers_it_stays_for_the_counter(
    world: World, hands: Hands, texting: FakeTwilio
) -> None:
    await an_envelope(world, Stage.PICKED_UP, tasks=CLEANING)
    await work_through()
    hands.to(SIX_MONTHS_ON)
    texting.posts.clear()
    await send_due_reminders()
    await work_through()
    reminder = await the_reminder()
    assert reminder["state"] == "due"
    assert "has not agreed to offers" in reminder["state_reason"]
    assert texting.posts == []


async def test_consent_withdrawn_while_it_waits_counts(
    cleaned: dict[str, Any], texting: FakeTwilio, hands: Hands
) -> None:
    hands.to(datetime(2027, 6, 4, 3, 0, tzinfo=UTC))
    await send_due_reminders()
    await work_through()
    async with transaction():
        await record_consent("+12125550111", "all", given=False, wording="stop", how="text")
    hands.forward(hours=14)
    await work_through()
    await send_due_reminders()
    reminder = await the_reminder()
    assert reminder["state"] == "due"
    assert "asked for no texts" in reminder["state_reason"]
    assert texting.posts == []


async def test_those_that_may_not_be_told_keep_no_others_waiting(
    cleaned: dict[str, Any], world: World, texting: FakeTwilio, hands: Hands
) -> None:
    await an_envelope(
        world, Stage.PICKED_UP, tasks=CLEANING, may_market=True, signature=a_signature(),
        customer=NewCustomer("Okafor", "Ada", "212 555 0177"),
    )  # fmt: skip
    await work_through()
    await back_again(world, cleaned["piece"])  # the first in line is in the shop now
    for hours in (0, 7):
        hands.to(SIX_MONTHS_ON + timedelta(hours=hours))
        await send_due_reminders(most=1)
    rows = await fetch("SELECT state FROM reminder ORDER BY id")
    assert [row["state"] for row in rows] == ["due", "queued"]


async def test_none_while_the_piece_is_in_the_shop(
    world: World, cleaned: dict[str, Any], texting: FakeTwilio, hands: Hands
) -> None:
    hands.to(SIX_MONTHS_ON)
    await back_again(world, cleaned["piece"])
    await send_due_reminders()
    await work_through()
    reminder = await the_reminder()
    assert (reminder["state"], reminder["state_reason"]) == ("due", "The piece is in the shop now.")
    assert all("cleaning" not in form["Body"] for form in texting.posts)


async def test_brought_back_between_promise_and_sending_it_is_not_said(
    world: World, cleaned: dict[str, Any], texting: FakeTwilio, hands: Hands
) -> None:
    hands.to(SIX_MONTHS_ON)
    await send_due_reminders()
    await back_again(world, cleaned["piece"], may_text=False)
    await work_through()
    assert await fetch_value("SELECT state FROM message WHERE template = 'cleaning_reminder'") == "superseded"
    assert all("cleaning" not in form["Body"] for form in texting.posts)


async def test_the_next_service_replaces_the_old_reminder(
    world: World, cleaned: dict[str, Any], hands: Hands
) -> None:
    hands.to(datetime(2027, 5, 3, 16, 0, tzinfo=UTC))
    await bring_and_fetch(world, cleaned["piece"])
    rows = await fetch("SELECT state, due_on FROM reminder ORDER BY id")
    assert [(row["state"], row["due_on"]) for row in rows] == [
        ("superseded", date(2027, 6, 3)), ("due", date(2027, 11, 3)),
    ]  # fmt: skip


async def test_a_reminder_that_brought_the_piece_back_gets_the_credit(
    world: World, cleaned: dict[str, Any], hands: Hands
) -> None:
    hands.to(SIX_MONTHS_ON)
    await send_due_reminders()
    await work_through()
    await send_due_reminders()
    assert (await the_reminder())["state"] == "sent"
    hands.forward(days=5)
    await bring_and_fetch(world, cleaned["piece"])
    states = [row["state"] for row in await fetch("SELECT state FROM reminder ORDER BY id")]
    assert states == ["came_back", "due"]


async def bring_and_fetch(world: World, piece: int) -> None:
    customer = await fetch_value("SELECT min(id) FROM customer")
    await an_envelope(
        world, Stage.PICKED_UP, customer=None, customer_id=customer, envelopes=[NewEnvelope(CLEANING, piece_id=piece)]
    )
    await work_through()


async def test_the_yearly_cap_holds(cleaned: dict[str, Any], texting: FakeTwilio, hands: Hands) -> None:
    hands.to(SIX_MONTHS_ON)
    await fetch("UPDATE customer SET texts_a_year = 2")
    await fetch(
        """INSERT INTO message (shop, customer, purpose, recipient, state, created_at)
           SELECT shop, customer, 'marketing', '+12125550111', 'delivered', $1 FROM reminder, generate_series(1, 2)""",
        datetime(2027, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    await send_due_reminders()
    await work_through()
    assert "as many offers this year" in (await the_reminder())["state_reason"]
    assert texting.posts == []


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 12, 3), 6, date(2027, 6, 3)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 31), 24, date(2028, 12, 31)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
    ],
)
def test_months_are_counted_as_people_do(day: date, months: int, then: date) -> None:
    assert months_later(day, months) == then
