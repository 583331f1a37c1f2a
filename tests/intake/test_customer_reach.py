"""Several numbers and addresses of one person: shared ones are said to be, one comes first, none forgets a STOP."""

from datetime import UTC, datetime

import httpx
import pytest

from notifications.sending import send_message
from tests.factories import World, a_ticket, sign_in
from workshop import clock
from workshop.db import fetch, fetch_value, transaction
from workshop.record.customers.contacts import EMAIL, PHONE, add_contact, contacts_of
from workshop.record.customers.customers import NewCustomer, add_customer, permission

pytestmark = pytest.mark.anyio


async def phones() -> list[tuple[str, str, bool]]:
    rows = await fetch("SELECT number, label, is_first FROM phone ORDER BY is_first DESC, id")
    return [(row["number"], row["label"], row["is_first"]) for row in rows]


async def test_numbers_are_added_corrected_put_first_and_taken_off(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_ticket(shop)
    await sign_in(client, shop.staff["counter"])
    url = f"/customers/{ticket.customer}/reach/phones"
    refused = await client.post(url, data={"phone": "12", "label": "Work"})
    assert refused.status_code == 422 and 'value="12"' in refused.text and 'value="Work"' in refused.text
    for _ in range(2):  # the same number again is the same number
        await client.post(url, data={"phone": "646 555 0199", "label": "Work", "first": "yes"})
    assert await phones() == [("+16465550199", "Work", True), ("+12125550111", "", False)]

    old = await fetch_value("SELECT id FROM phone WHERE number = '+12125550111'")
    await client.post(f"{url}/{old}", data={"phone": "212 555 0122", "label": "Home"})
    taken = await client.post(f"{url}/{old}", data={"phone": "646 555 0199"})
    assert taken.status_code == 422 and "have this number already" in taken.text
    await client.post(f"{url}/{old}/first")
    assert await phones() == [("+12125550122", "Home", True), ("+16465550199", "Work", False)]

    for _ in range(2):
        assert (await client.post(f"{url}/{old}/remove")).status_code == 303
    assert await phones() == [("+16465550199", "Work", True)]  # somebody has to be first
    assert "(212) 555-0122" not in (await client.get(f"/customers/{ticket.customer}")).text


async def test_taking_a_number_off_forgets_no_stop(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_ticket(shop)
    await sign_in(client, shop.staff["counter"])
    url = f"/customers/{ticket.customer}"
    await client.post(f"{url}/stop")
    kept = await fetch_value("SELECT count(*) FROM consent")
    phone = await fetch_value("SELECT id FROM phone")
    await client.post(f"{url}/reach/phones/{phone}/remove")
    assert await fetch_value("SELECT count(*) FROM consent") == kept
    await client.post(f"{url}/reach/phones", data={"phone": "212 555 0111"})
    assert (await permission("+12125550111", ticket.customer)).is_stopped
    assert "STOP: no texts at all" in (await client.get(url)).text


async def test_a_text_that_waits_goes_to_the_corrected_number_and_only_with_their_yes(
    client: httpx.AsyncClient, shop: World
) -> None:
    ticket = await a_ticket(shop)
    await sign_in(client, shop.staff["counter"])
    phone = await fetch_value("SELECT id FROM phone")
    url = f"/customers/{ticket.customer}/reach/phones/{phone}"
    await client.post(url, data={"phone": "646 555 0144"})
    assert await fetch_value("SELECT recipient FROM message WHERE template = 'taken_in'") == "+16465550144"
    assert not (await permission("+16465550144", ticket.customer)).service
    assert "They say we may text about repairs" in (await client.get(f"/customers/{ticket.customer}")).text
    await client.post(f"{url}/allow")
    assert (await permission("+16465550144", ticket.customer)).service
    told = await fetch("SELECT wording, how, staff FROM consent WHERE number = '+16465550144'")
    assert [(row["how"], row["staff"]) for row in told] == [("counter", shop.counter.id)]
    assert "Reply STOP to end" in told[0]["wording"]


async def test_a_shared_number_or_address_is_said_to_be_on_both_pages(client: httpx.AsyncClient, shop: World) -> None:
    async with transaction():
        rosa = await add_customer(NewCustomer("Bennett", "Rosa", "212 555 0111", "Home@Example.com "), by=shop.counter)
        james = await add_customer(NewCustomer("Bennett", "James", "+1 212-555-0111"), by=shop.counter)
    await add_contact(EMAIL, james.id, "home@example.com", label="Home", by=shop.counter)
    await sign_in(client, shop.staff["counter"])
    for one, other in ((rosa, james), (james, rosa)):
        html = " ".join((await client.get(f"/customers/{one.id}")).text.split())
        assert html.count(f'also <a href="/customers/{other.id}">{other.full_name}</a>') == 2
        assert "mailto:home@example.com" in html
    (row,) = await contacts_of(PHONE, rosa.id)
    assert [who["name"] for who in row["shared_with"]] == ["James Bennett"]


async def test_what_is_no_address_is_refused_and_kept(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_ticket(shop)
    await sign_in(client, shop.staff["counter"])
    answer = await client.post(f"/customers/{ticket.customer}/reach/emails", data={"email": "rosa at home"})
    assert answer.status_code == 422
    assert "is not an e-mail address" in answer.text and 'value="rosa at home"' in answer.text
    assert (await client.get(f"/customers/{ticket.customer}/reach/pigeons/new")).status_code == 404


async def test_a_text_never_goes_to_a_number_that_was_taken_off(client: httpx.AsyncClient, shop: World) -> None:
    clock.run_on(lambda: datetime(2026, 3, 4, 17, tzinfo=UTC))
    ticket = await a_ticket(shop)
    await sign_in(client, shop.staff["counter"])
    phone = await fetch_value("SELECT id FROM phone")
    await client.post(f"/customers/{ticket.customer}/reach/phones/{phone}/remove")
    message = await fetch_value("SELECT id FROM message WHERE template = 'taken_in'")
    await send_message(str(message))
    (row,) = await fetch("SELECT state, error FROM message WHERE id = $1", message)
    assert row["state"] == "blocked" and "was taken off the customer" in row["error"]
