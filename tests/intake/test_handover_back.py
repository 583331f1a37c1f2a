"""A hand-over that was none is taken back: the piece is here again, the history honest, the money untouched."""

from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from tests.factories import World, a_new_ticket, handed_over, sign_in
from tests.intake.test_pickup import a_form, a_ready_ticket
from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value
from workshop.errors import Conflict, NotFound
from workshop.record.bench.materials import bags_of
from workshop.record.shop.approvals import NeedsManager, Request, approve_by_pin
from workshop.record.shop.staff import device_of, enrol_device, hash_pin
from workshop.record.tables import Ticket
from workshop.record.tickets.handover_back import WITHIN, take_handover_back
from workshop.record.tickets.new_tickets import NewEnvelope, NewTicket
from workshop.record.tickets.tickets import take_in

pytestmark = pytest.mark.anyio
WHY = {"reason": "Scanned the wrong envelope"}


async def a_ticket_gone_home(shop: World, pieces: int = 1) -> Ticket:
    ticket = await a_ready_ticket(shop, pieces=pieces)
    await handed_over(ticket, [f"{ticket.number}-{place}" for place in range(1, pieces + 1)], shop)
    return ticket


async def texts() -> int:
    return int(await fetch_value("SELECT count(*) FROM message"))


async def test_the_wrong_envelope_is_ready_again_and_leaves_later(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_ticket_gone_home(shop, pieces=2)
    said, paid = await texts(), await fetch_value("SELECT sum(amount_cents) FROM payment")
    await sign_in(client, shop.staff["manager"])
    page = (await client.get(f"/tickets/{ticket.number}")).text
    assert "Not handed over after all" in page
    here = f"/tickets/{ticket.number}/handover/2/back"
    assert "piece in your hand" in (await client.get(here)).text
    without = await client.post(here, data={"reason": " "})
    assert without.status_code == 422 and "Say why" in without.text
    for _ in range(2):
        answer = await client.post(here, data=WHY | {"idempotency_key": "pressed twice"})
        assert answer.headers["location"] == f"/tickets/{ticket.number}"

    rows = await fetch("SELECT stage, location FROM envelope ORDER BY place_no")
    assert [row["stage"] for row in rows] == ["picked_up", "ready_for_pickup"]
    assert rows[1]["location"] == "finished box"
    assert await fetch_value("SELECT closed_at FROM ticket") is None
    warranties = await fetch(
        "SELECT t.warranty_until FROM task t JOIN envelope v ON v.id = t.envelope ORDER BY v.place_no"
    )
    assert [row["warranty_until"] is None for row in warranties] == [False, True]
    assert await fetch_value("SELECT count(*) FROM custody WHERE until IS NULL") == 1
    assert await fetch_value("SELECT sum(amount_cents) FROM payment") == paid
    assert await texts() == said

    page = (await client.get(f"/tickets/{ticket.number}")).text
    assert "Handed to Rosa Bennett" in page
    assert "Not handed over to Rosa Bennett after all, ready to collect: Scanned the wrong envelope" in page
    done = (await client.get(f"/tickets/{ticket.number}/pickup/done")).text
    assert f"#{ticket.number}-1" in done and "Stays here" in done
    timeline = (await client.get(f"/customers/{ticket.customer}/timeline")).text
    assert "after all, ready to collect" in timeline

    answer = await client.post(f"/tickets/{ticket.number}/pickup", data=a_form(ticket, 2, amount=""))
    assert answer.headers["location"].endswith("/pickup/done")
    assert await fetch_value("SELECT bool_and(warranty_until IS NOT NULL) FROM task")
    assert await fetch_value("SELECT closed_at IS NOT NULL FROM ticket")


async def test_the_counter_needs_a_managers_word(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_ticket_gone_home(shop)
    await sign_in(client, shop.staff["counter"])
    asked = await client.post(f"/tickets/{ticket.number}/handover/1/back", data=WHY)
    assert asked.status_code == 422
    assert "take a hand-over back" in asked.text and "act=take_back" in asked.text and WHY["reason"] in asked.text
    assert await fetch_value("SELECT stage FROM envelope") == "picked_up"
    with pytest.raises(NeedsManager):
        await take_handover_back(f"{ticket.number}-1", reason="Still here", by=shop.counter)
    await fetch("UPDATE staff SET pin_hash = $2 WHERE id = $1", shop.manager.id, hash_pin("444444"))
    device = await device_of(await enrol_device(shop.staff["counter"], "till"))
    assert device is not None
    word = Request("take_back", f"{ticket.number}-1", reason=WHY["reason"])
    await approve_by_pin(shop.manager.id, "444444", word, by=shop.counter, device=device)
    assert (await client.post(f"/tickets/{ticket.number}/handover/1/back", data=WHY)).status_code == 303
    event = await fetch_one("SELECT staff, data ->> 'collector' AS who FROM event WHERE name = 'handover_taken_back'")
    assert event == {"staff": shop.counter.id, "who": "Rosa Bennett"}


async def test_what_did_not_leave_or_is_here_anew_is_not_taken_back(world: World) -> None:
    ticket = await a_ready_ticket(world, pieces=2)
    with pytest.raises(Conflict, match="was not handed over"):
        await take_handover_back(f"{ticket.number}-1", reason="Still here", by=world.manager)
    await handed_over(ticket, [f"{ticket.number}-1"], world)
    with pytest.raises(NotFound):
        await take_handover_back(f"{ticket.number}-1", reason="Still here", by=replace(world.manager, shop=999_999))
    piece = await fetch_value("SELECT piece FROM envelope WHERE number = $1", f"{ticket.number}-1")
    work = a_new_ticket().envelopes[0].tasks
    new = NewTicket([NewEnvelope(work, piece_id=piece)], customer_id=ticket.customer)
    again = await take_in(new, by=world.counter)
    with pytest.raises(Conflict, match=f"here again as {again.number}-1"):
        await take_handover_back(f"{ticket.number}-1", reason="Still here", by=world.manager)


async def test_after_a_month_it_is_taken_in_anew(world: World) -> None:
    ticket = await a_ticket_gone_home(world)
    late = clock.now() + WITHIN + timedelta(hours=1)
    clock.run_on(lambda: late)
    with pytest.raises(Conflict, match="Take the piece in anew"):
        await take_handover_back(f"{ticket.number}-1", reason="Still here", by=world.manager)


async def test_bags_given_back_with_it_are_ticked_again(world: World) -> None:
    ticket = await a_ready_ticket(world)
    envelope = await fetch_one("SELECT id, code FROM envelope")
    assert envelope is not None
    await fetch(
        "INSERT INTO return_bag (envelope, what, staff) VALUES ($1, 'old prong', $2)", envelope["id"], world.bench.id
    )
    bags = [row["id"] for row in await bags_of([envelope["id"]])]
    await handed_over(ticket, [envelope["code"]], world, bags=bags)
    await take_handover_back(envelope["code"], reason="Wrong person", by=world.manager)
    assert [row["returned_at"] for row in await bags_of([envelope["id"]])] == [None]
