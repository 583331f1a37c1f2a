"""Who stands there: a document, a code to the number on file, two proofs without the claim check; refusals are kept."""

import re

import httpx
import pytest

from tests.factories import World, sign_in
from tests.intake.test_pickup import a_form, a_ready_ticket, nothing_happened
from workshop.db import fetch, fetch_value
from workshop.record.tickets.identity import MOST_CODES, MOST_TRIES, check_code, send_code

pytestmark = pytest.mark.anyio


async def code_in_the_text() -> str:
    facts: str = await fetch_value(
        "SELECT facts::text FROM message WHERE template = 'pickup_code' ORDER BY created_at DESC LIMIT 1"
    )
    found = re.search(r"\d{6}", facts)
    assert found
    return found[0]


async def collected() -> int:
    return int(await fetch_value("SELECT count(*) FROM envelope WHERE stage = 'picked_up'"))


async def test_a_code_read_back_proves_the_person_once(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_ready_ticket(shop, pieces=2)
    await sign_in(client, shop.staff["counter"])
    url = f"/tickets/{ticket.number}/pickup"
    early = await client.post(url, data=a_form(ticket, 1, id_kind="code"))
    assert early.status_code == 422 and "Send a code" in early.text
    asked = await client.post(f"{url}/code", data={"id_kind": "code"})
    assert "…0111" in asked.text
    code = await code_in_the_text()
    assert code not in asked.text
    other = f"{(int(code) + 1) % 1_000_000:06}"
    wrong = await client.post(f"{url}/code/check", data={"id_kind": "code", "code": other})
    assert wrong.status_code == 422 and "not the code" in wrong.text
    right = await client.post(f"{url}/code/check", data={"id_kind": "code", "code": f"{code[:3]} {code[3:]}"})
    assert "was right" in right.text
    assert (await client.post(url, data=a_form(ticket, 1, id_kind="code"))).status_code == 303
    again = await client.post(url, data=a_form(ticket, 2, id_kind="code"))
    assert again.status_code == 422, "a code opens one hand-over"
    assert await collected() == 1
    assert "by the code we sent" in (await client.get(f"/tickets/{ticket.number}")).text


async def test_five_wrong_tries_end_a_code_and_three_codes_are_enough(world: World) -> None:
    ticket = await a_ready_ticket(world)
    await send_code(ticket, by=world.counter)
    code = await code_in_the_text()
    for _ in range(MOST_TRIES):
        assert not await check_code(ticket, "0000000", by=world.counter)
    assert not await check_code(ticket, code, by=world.counter)
    for _ in range(MOST_CODES - 1):
        await send_code(ticket, by=world.counter)
    with pytest.raises(Exception, match="Three codes"):
        await send_code(ticket, by=world.counter)
    assert await check_code(ticket, await code_in_the_text(), by=world.counter)
    assert code not in str(await fetch("SELECT * FROM pickup_code"))


async def test_a_listed_person_is_not_simply_known(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_ready_ticket(shop, collectors=["James Bennett"])
    await sign_in(client, shop.staff["counter"])
    part = await client.post(f"/tickets/{ticket.number}/pickup/who", data={"collector": "James Bennett"})
    assert 'value="known"' not in part.text and 'value="licence"' in part.text
    part = await client.post(f"/tickets/{ticket.number}/pickup/who", data={"collector": "Rosa Bennett"})
    assert 'value="known"' in part.text


async def test_without_the_claim_check_one_proof_is_not_enough(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_ready_ticket(shop)
    await sign_in(client, shop.staff["counter"])
    url = f"/tickets/{ticket.number}/pickup"
    for weak in ({}, {"told": "yes"}, {"id_kind": "licence", "id_last_four": "12A4"}):
        answer = await client.post(url, data=a_form(ticket, lost="yes", **weak))
        assert answer.status_code == 422 and "Hand over without the usual proof".lower() in answer.text.lower()
    await nothing_happened()
    strong = a_form(ticket, lost="yes", told="yes", id_kind="licence", id_last_four="12A4")
    assert (await client.post(url, data=strong)).status_code == 303
    page = (await client.get(f"/tickets/{ticket.number}")).text
    assert "without the claim check" in page


async def test_a_managers_pin_lets_it_go_unpaid_once(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_ready_ticket(shop)
    await sign_in(client, shop.staff["counter"])
    form = a_form(ticket, amount="0", tender="", last_four="", unpaid_reason="pays on Friday")
    url = f"/tickets/{ticket.number}/pickup"
    refused = await client.post(url, data=form)
    assert refused.status_code == 422 and "/approvals/ask?act=unpaid" in refused.text
    assert "pays on Friday" in refused.text
    await fetch(
        """INSERT INTO approval (shop, act, subject, amount_cents, reason, how, approved_by, asked_by, station, at)
           VALUES ($1, 'unpaid', $2, 9037, 'pays on Friday', 'pin', $3, $4, 'test', now())""",
        shop.shop.id, ticket.number, shop.staff["manager"].id, shop.staff["counter"].id,
    )  # fmt: skip
    assert (await client.post(url, data=form)).status_code == 303
    assert await fetch_value("SELECT used_at IS NOT NULL FROM approval")


async def test_a_refusal_stands_in_the_history_and_nothing_leaves(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_ready_ticket(shop)
    await sign_in(client, shop.staff["counter"])
    url = f"/tickets/{ticket.number}/pickup/refused"
    empty = await client.post(url, data={"asked_by": "", "why": "no_proof"})
    assert empty.status_code == 422
    form = {"asked_by": "Gus Orlov", "why": "no_proof", "note": "said he was the husband", "idempotency_key": "r"}
    for _ in range(2):
        assert (await client.post(url, data=form)).status_code == 303
    html = (await client.get(f"/tickets/{ticket.number}")).text
    assert "Not handed over to Gus Orlov. Could not show who they are: said he was the husband" in html
    assert await fetch_value("SELECT count(*) FROM event WHERE name = 'pickup_refused'") == 1
    await nothing_happened()
