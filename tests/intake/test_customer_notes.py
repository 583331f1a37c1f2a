"""Notes with their author and piece; only the author or a manager takes one away, and it can come back."""

import httpx
import pytest

from tests.factories import World, a_ticket, sign_in
from workshop.db import fetch, fetch_value, transaction
from workshop.record.customers.customers import NewCustomer, add_customer
from workshop.record.customers.notes import add_note

pytestmark = pytest.mark.anyio


async def test_a_note_says_who_wrote_it_and_about_which_piece(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_ticket(shop)
    await sign_in(client, shop.staff["counter"])
    url, piece = f"/customers/{ticket.customer}", await fetch_value("SELECT id FROM piece")
    form = {"text": "Wears it while gardening", "piece": str(piece), "idempotency_key": "n"}
    for _ in range(2):
        assert (await client.post(f"{url}/notes", data=form)).status_code == 303
    html = " ".join((await client.get(url)).text.split())
    assert html.count("<p>Wears it while gardening</p>") == 1
    assert 'Noor Haddad · ' in html and f'about <a href="/pieces/{piece}">Oval halo ring</a>' in html
    said = await fetch_value("SELECT string_agg(data::text, '') FROM event WHERE name = 'note_added'")
    assert "gardening" not in said  # history keeps no personal facts that a deletion could not reach


async def test_only_the_author_or_a_manager_removes_a_note_and_it_comes_back(
    client: httpx.AsyncClient, shop: World
) -> None:
    ticket = await a_ticket(shop)
    note = await add_note(ticket.customer, "Pays in cash", by=shop.manager)
    url = f"/customers/{ticket.customer}/notes/{note}"
    await sign_in(client, shop.staff["counter"])
    assert f"{url}/remove" not in (await client.get(f"/customers/{ticket.customer}")).text
    answer = await client.post(f"{url}/remove")
    assert answer.status_code == 403 and "who wrote it, or by a manager" in answer.text
    await sign_in(client, shop.staff["owner"])
    await client.post(f"{url}/remove")
    html = (await client.get(f"/customers/{ticket.customer}")).text
    assert "Pays in cash" not in html and f'action="{url}/restore"' in html
    await client.post(f"{url}/restore")
    assert "Pays in cash" in (await client.get(f"/customers/{ticket.customer}")).text


async def test_a_refused_note_is_not_lost(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_ticket(shop)
    await sign_in(client, shop.staff["counter"])
    url = f"/customers/{ticket.customer}/notes"
    answer = await client.post(url, data={"text": "Card 4111 1111 1111 1111, call first"})
    assert answer.status_code == 422 and "card number" in answer.text and "call first</textarea>" in answer.text
    async with transaction():
        stranger = await add_customer(NewCustomer("Chen", "Jun"), by=shop.counter)
    piece = await fetch_value("SELECT id FROM piece")
    answer = await client.post(f"/customers/{stranger.id}/notes", data={"text": "Nice", "piece": str(piece)})
    assert answer.status_code == 404
    assert await fetch("SELECT FROM customer_note") == []
