"""A call or a visit in two taps: written down, settling what could not be texted, taken back for a minute."""

import json
import re
import uuid
from datetime import timedelta
from typing import Any

import httpx
import pytest

from notifications.outbox import needing_a_person
from tests.factories import World, a_ticket, api_token, sign_in
from tests.test_other_shop import open_other_shop
from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value
from workshop.record.customers.contact_log import OUTCOMES
from workshop.record.tables import Ticket

pytestmark = pytest.mark.anyio
HX = {"HX-Request": "true"}


async def unsaid(ticket: Ticket, *, state: str = "failed", template: str = "ready_for_pickup") -> uuid.UUID:
    """A text that did not get through."""
    message = uuid.uuid4()
    await fetch(
        """INSERT INTO message (id, shop, ticket, customer, template, recipient, body, state, created_at, state_at)
           VALUES ($1, $2, $3, $4, $5, '+12125550111', 'x', $6, $7, $7)""",
        message, ticket.shop, ticket.id, ticket.customer, template, state, clock.now() - timedelta(hours=1),
    )  # fmt: skip
    return message


async def tasks(world: World) -> set[uuid.UUID]:
    """What stands under “Needs you”."""
    return {row["id"] for row in await needing_a_person(world.shop.id)}


async def noted() -> dict[str, Any]:
    row = await fetch_one("SELECT * FROM message WHERE channel IN ('call', 'visit')")
    assert row
    return row


def flashed(answer: httpx.Response) -> dict[str, str]:
    said: dict[str, str] = json.loads(bytes.fromhex(answer.cookies["flash"]))
    return said


async def test_a_tap_on_the_answer_notes_it_and_offers_to_take_it_back(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_ticket(shop)
    await sign_in(client, shop.staff["counter"])
    asked = (await client.get(f"/customers/{ticket.customer}/contact?ticket={ticket.number}", headers=HX)).text
    assert re.findall(r'name="outcome" value="(\w+)"', asked) == list(OUTCOMES)
    url = f"/customers/{ticket.customer}/contacts"
    form = {"outcome": "left_word", "ticket": ticket.number, "note": "With her son", "idempotency_key": "once"}
    first = await client.post(url, data=form)
    assert first.status_code == 303
    assert first.headers["location"] == f"/tickets/{ticket.number}"
    row = await noted()
    assert flashed(first)["undo_url"] == f"/contacts/{row['id']}/take-back"
    assert (row["channel"], row["direction"], row["ticket"], row["body"], row["recipient"], row["seen_by"]) == (
        "call", "out", ticket.id, "With her son", "+12125550111", shop.counter.id,
    )  # fmt: skip
    assert (await client.post(url, data=form)).status_code == 303
    assert await fetch_value("SELECT count(*) FROM message WHERE channel = 'call'") == 1  # pressed twice, noted once
    page = (await client.get(f"/tickets/{ticket.number}")).text
    assert "Called and left word" in page
    texts = (await client.get(f"/messages/of/{ticket.number}")).text
    assert "With her son" in texts and "Called and left word" in texts
    assert await tasks(shop) == set()  # a visit or call we noted ourselves asks nobody for anything


@pytest.mark.parametrize(("outcome", "settles"), [(name, kind.told) for name, kind in OUTCOMES.items()])
async def test_who_was_told_needs_no_call_any_more(
    client: httpx.AsyncClient, shop: World, outcome: str, settles: bool
) -> None:
    ticket = await a_ticket(shop)
    failed, blocked = await unsaid(ticket), await unsaid(ticket, state="blocked", template="promise_moved")
    assert await tasks(shop) == {failed, blocked}
    await sign_in(client, shop.staff["counter"])
    form = {"outcome": outcome, "ticket": ticket.number, "listed": "yes", "about": [str(failed)]}
    await client.post(f"/customers/{ticket.customer}/contacts", data=form)
    assert await tasks(shop) == ({blocked} if settles else {failed, blocked})
    row = await noted()
    assert (row["channel"], row["direction"]) == (OUTCOMES[outcome].channel, OUTCOMES[outcome].direction)


async def test_taken_back_within_a_minute_all_is_as_before(client: httpx.AsyncClient, shop: World) -> None:
    moment = clock.now()
    clock.run_on(lambda: moment)
    ticket = await a_ticket(shop)
    for state in ("failed", "unknown", "blocked"):
        await unsaid(ticket, state=state)
    before = await fetch("SELECT id, state, seen_at, seen_by FROM message ORDER BY id")
    await sign_in(client, shop.staff["counter"])
    await client.post(f"/customers/{ticket.customer}/contacts", data={"outcome": "reached"})
    assert await tasks(shop) == set()
    row = await noted()
    assert f"/contacts/{row['id']}/take-back" in (await client.get(f"/customers/{ticket.customer}/timeline")).text
    back = await client.post(f"/contacts/{row['id']}/take-back")
    assert back.headers["location"] == f"/customers/{ticket.customer}"
    assert await fetch("SELECT id, state, seen_at, seen_by FROM message ORDER BY id") == before
    assert (await client.post(f"/contacts/{row['id']}/take-back")).status_code == 404


async def test_after_a_minute_or_by_another_colleague_it_stays(client: httpx.AsyncClient, shop: World) -> None:
    moment = clock.now()
    clock.run_on(lambda: moment)
    ticket = await a_ticket(shop)
    await sign_in(client, shop.staff["counter"])
    await client.post(f"/customers/{ticket.customer}/contacts", data={"outcome": "asked"})
    url = f"/contacts/{(await noted())['id']}/take-back"
    await sign_in(client, shop.staff["manager"])
    assert (await client.post(url)).status_code == 404
    await sign_in(client, shop.staff["counter"])
    clock.run_on(lambda: moment + timedelta(seconds=61))
    refused = await client.post(url)
    assert refused.status_code == 409
    assert "the note stays" in refused.text
    assert await noted()


async def test_a_refused_note_is_kept_on_the_screen(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_ticket(shop)
    task = await unsaid(ticket)
    await sign_in(client, shop.staff["counter"])
    form = {"outcome": "reached", "note": "card 4111 1111 1111 1111", "listed": "yes", "ticket": ticket.number}
    answer = await client.post(f"/customers/{ticket.customer}/contacts", data=form, headers=HX)
    assert answer.status_code == 422
    assert "card number" in answer.text
    assert ticket.number in answer.text
    assert await tasks(shop) == {task}


async def test_a_call_about_somebody_elses_ticket_or_of_another_shop_is_refused(
    client: httpx.AsyncClient, shop: World
) -> None:
    ticket, others = await a_ticket(shop), await a_ticket(shop)
    await sign_in(client, shop.staff["counter"])
    url = f"/customers/{ticket.customer}/contacts"
    assert (await client.post(url, data={"outcome": "reached", "ticket": others.number})).status_code == 422
    assert (await client.post(url, data={"outcome": "shouted"})).status_code == 422
    task = await unsaid(ticket)
    other = await open_other_shop()
    await sign_in(client, other.staff["counter"])
    assert (await client.post(url, data={"outcome": "reached", "ticket": ticket.number})).status_code == 404
    assert (await client.post(url, data={"outcome": "reached"})).status_code == 303  # they may know the person
    assert await tasks(shop) == {task}  # but our calls are ours to make


async def test_a_program_logs_it_too(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_ticket(shop)
    task = await unsaid(ticket)
    headers = {"Authorization": f"Bearer {await api_token(shop)}", "Idempotency-Key": "till-1"}
    url = f"/api/customers/{ticket.customer}/contacts"
    body = {"outcome": "they_called", "note": "Will come on Friday", "ticket": ticket.number, "settles": [str(task)]}
    first, again = [await client.post(url, json=body, headers=headers) for _ in range(2)]
    assert first.status_code == again.status_code == 201
    made = str((await noted())["id"])
    assert first.json() == again.json() == {"id": made, "outcome": "they_called", "channel": "call"}
    assert await tasks(shop) == set()
    wrong = await client.post(url, json={"outcome": "shouted"}, headers={"Authorization": headers["Authorization"]})
    assert wrong.status_code == 422
