"""What was sent stays as it was sent; answers lead on; reminders go once; a declined estimate may cost its fee."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import asyncpg
import httpx
import pytest

from tests.factories import World, a_photo_row, a_signature, a_ticket, an_envelope, sign_in
from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value
from workshop.errors import Conflict, InvalidInput
from workshop.record.money.money_owed import sum_of
from workshop.record.prices.estimate_lines import add_line
from workshop.record.prices.work import NewTask
from workshop.record.shop.approvals import NeedsManager
from workshop.record.stages import Stage
from workshop.record.tables import Envelope, Estimate, Ticket
from workshop.record.tickets.envelopes import move
from workshop.record.tickets.estimate_answers import Spoken, answer_estimate, waive_fee
from workshop.record.tickets.estimate_reminders import remind_of_estimates
from workshop.record.tickets.estimates import make_estimate, send_estimates

pytestmark = pytest.mark.anyio
NOON = datetime(2027, 3, 3, 17, 0, tzinfo=UTC)
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype IN ('transactionid', 'tuple')"


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    clock.run_on(lambda: NOON)
    yield
    clock.run_on_real_time()


def after(days: float) -> None:
    clock.run_on(lambda: NOON + timedelta(days=days))


async def sent(world: World) -> tuple[Envelope, Estimate]:
    envelope = await an_envelope(world)
    return envelope, await make_estimate(envelope.code, by=world.counter, send=True)


async def stage_of(envelope: Envelope) -> str:
    return str(await fetch_value("SELECT stage FROM envelope WHERE id = $1", envelope.id))


async def owed(envelope: Envelope) -> int:
    ticket = await Ticket.objects().get(Ticket.id == envelope.ticket)
    assert ticket is not None
    return (await sum_of(ticket)).total


async def test_what_was_sent_cannot_be_changed_by_anybody(world: World) -> None:
    envelope = await an_envelope(world)
    photo = await a_photo_row(envelope.code, world)
    estimate = await make_estimate(envelope.code, by=world.counter, send=True)
    await a_photo_row(envelope.code, world)
    row = await fetch_one("SELECT photos, total_cents FROM estimate WHERE id = $1", estimate.id)
    assert row is not None and str(photo) in row["photos"] and row["photos"].count("-") == 4
    with pytest.raises(Exception, match="append-only"):
        await fetch("UPDATE estimate SET total_cents = total_cents - 1 WHERE id = $1", estimate.id)
    with pytest.raises(Exception, match=r"append-only|permission"):
        await fetch("DELETE FROM estimate WHERE id = $1", estimate.id)


async def test_of_two_who_send_at_once_one_does(world: World, database_ready: str) -> None:
    envelope = await an_envelope(world)
    await make_estimate(envelope.code, by=world.counter)
    holder = await asyncpg.connect(database_ready)
    try:
        async with holder.transaction():
            await holder.execute("SELECT id FROM envelope FOR UPDATE")
            both = [
                asyncio.create_task(send_estimates(envelope.ticket, by=one)) for one in (world.counter, world.manager)
            ]
            async with asyncio.timeout(20):
                while await holder.fetchval(WAITING) < 2:
                    await asyncio.sleep(0.01)
        said = await asyncio.gather(*both, return_exceptions=True)
    finally:
        await holder.close()
    assert sorted(type(one).__name__ for one in said) == ["Conflict", "int"]
    assert await fetch_value("SELECT count(*) FROM message WHERE template = 'estimate_ready'") == 1
    assert await fetch_value("SELECT count(*) FROM event WHERE name = 'estimate_sent'") == 1


async def test_a_piece_on_hold_goes_on_as_approved_when_the_hold_ends(world: World) -> None:
    envelope, estimate = await sent(world)
    await move(envelope.code, Stage.ON_HOLD, by=world.counter, reason="customer")
    await answer_estimate(estimate.id, approve=True, name="Rosa Bennett", how="phone", by=world.counter)
    assert await stage_of(envelope) == "on_hold"
    await move(envelope.code, Stage.APPROVED, by=world.counter)
    await move(envelope.code, Stage.IN_QUEUE, by=world.counter)
    assert await stage_of(envelope) == "in_queue"


async def test_a_declined_piece_waits_for_nothing(world: World) -> None:
    envelope, estimate = await sent(world)
    await move(envelope.code, Stage.ON_HOLD, by=world.counter, reason="customer")
    await answer_estimate(estimate.id, approve=False, name="Rosa Bennett", how="phone", by=world.counter)
    assert await stage_of(envelope) == "declined"


async def test_an_approval_at_the_counter_is_signed_and_one_by_phone_says_which_number(world: World) -> None:
    _, estimate = await sent(world)
    with pytest.raises(InvalidInput, match="signature"):
        await answer_estimate(estimate.id, approve=True, name="Rosa Bennett", how="counter", by=world.counter)
    await answer_estimate(
        estimate.id, approve=True, name="Rosa Bennett", how="counter", by=world.counter, signature=a_signature()
    )
    _, other = await sent(world)
    spoken = Spoken("+12125550111", "Yes, but not before Friday")
    await answer_estimate(other.id, approve=True, name="Rosa Bennett", how="phone", by=world.counter, spoken=spoken)
    rows = await fetch("SELECT signature IS NOT NULL AS signed, spoken_number, said, staff FROM estimate ORDER BY id")
    assert [row["signed"] for row in rows] == [True, False]
    assert (rows[1]["spoken_number"], rows[1]["said"], rows[1]["staff"]) == (
        "+12125550111", "Yes, but not before Friday", world.counter.id,
    )  # fmt: skip


async def test_a_refused_estimate_costs_its_fee_until_it_is_approved_after_all(world: World) -> None:
    await fetch("UPDATE shop SET decline_fee_cents = 2500")
    envelope, estimate = await sent(world)
    await answer_estimate(estimate.id, approve=False, name="Rosa Bennett", how="phone", by=world.counter)
    fee = await owed(envelope)
    assert 2500 <= fee < 2800  # the fee and its tax, and none of the work
    again = await make_estimate(envelope.code, by=world.counter, send=True)
    await answer_estimate(again.id, approve=True, name="Rosa Bennett", how="phone", by=world.counter)
    assert await fetch_value("SELECT count(*) FROM task WHERE code = 'XX-DIAG' AND NOT is_dropped") == 0
    assert await owed(envelope) == again.total_cents


async def test_a_fee_is_waived_at_a_managers_word_only(world: World) -> None:
    await fetch("UPDATE shop SET decline_fee_cents = 2500")
    envelope, estimate = await sent(world)
    await answer_estimate(estimate.id, approve=False, name="Rosa Bennett", how="phone", by=world.counter)
    with pytest.raises(NeedsManager):
        await waive_fee(envelope.code, reason="old customer", by=world.counter)
    await waive_fee(envelope.code, reason="old customer", by=world.manager)
    assert await owed(envelope) == 0
    with pytest.raises(Conflict):
        await waive_fee(envelope.code, reason="old customer", by=world.manager)


async def test_reminders_go_on_the_shops_days_once_and_end_with_the_answer(world: World) -> None:
    _, estimate = await sent(world)
    for days in (1.9, 2.1, 2.2, 5.9, 6.1, 7):
        after(days)
        await asyncio.gather(remind_of_estimates(), remind_of_estimates())
    reminders = "SELECT count(*) FROM message WHERE template = 'estimate_reminder'"
    assert await fetch_value(reminders) == 2
    _, other = await sent(world)
    await answer_estimate(other.id, approve=True, name="Rosa Bennett", how="phone", by=world.counter)
    after(13.9)
    await remind_of_estimates()
    assert await fetch_value(reminders) == 2
    assert await fetch_value("SELECT reminded FROM estimate WHERE id = $1", estimate.id) == 2


async def test_two_pieces_of_a_visit_are_one_reminder(world: World) -> None:
    ticket = await a_ticket(world, pieces=2)
    for place in (1, 2):
        await make_estimate(f"{ticket.number}-{place}", by=world.counter, send=True)
    after(3)
    await remind_of_estimates()
    assert await fetch_value("SELECT count(*) FROM message WHERE template = 'estimate_reminder'") == 1


async def test_the_next_version_says_what_changed(client: httpx.AsyncClient, shop: World) -> None:
    envelope, _ = await sent(shop)
    await add_line(envelope.code, NewTask("PL-CLN"), by=shop.counter)
    await sign_in(client, shop.staff["counter"])
    number = envelope.number.rsplit("-", 1)[0]
    page = (await client.get(f"/tickets/{number}/estimate")).text
    assert "New: Clean, inspect and steam" in page


async def test_an_expired_estimate_takes_no_answer_until_it_is_sent_again(world: World) -> None:
    await fetch("UPDATE shop SET estimate_days = 3")
    _, estimate = await sent(world)
    after(3.1)
    with pytest.raises(Conflict, match="run out"):
        await answer_estimate(estimate.id, approve=True, name="Rosa Bennett", how="phone", by=world.counter)
