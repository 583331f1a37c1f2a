"""A customer writes on their page, the counter writes back by text, and both stand on the page."""

from uuid import UUID

import httpx
import pytest

from notifications.page_notes import write_back, written
from notifications.sending import send_message
from tests.factories import World, a_ticket, sign_in
from tests.notifications.fake_twilio import FakeTwilio
from tests.notifications.test_customer_page import path_of, post, unlock
from workshop.db import fetch, fetch_value
from workshop.record.customers.customers import NewCustomer, add_customer, permission, record_consent
from workshop.record.tables import Ticket

pytestmark = pytest.mark.anyio
ASKED = "Could I come after six on Friday? 😊"


async def a_note(client: httpx.AsyncClient, house: World, words: str = ASKED) -> tuple[Ticket, str]:
    """A customer who agreed to texts has written from their page; the message's id."""
    ticket = await a_ticket(house, may_text=True)
    path = path_of(ticket.number)
    await client.get(path)
    assert (await post(client, f"{path}/notes", words=words)).status_code == 303
    found = await fetch_value("SELECT id::text FROM message WHERE channel = 'page'")
    return ticket, str(found)


async def test_words_from_the_page_lie_in_the_inbox_once(client: httpx.AsyncClient, house: World) -> None:
    ticket, _ = await a_note(client, house)
    path = path_of(ticket.number)
    told = await post(client, f"{path}/notes", words=ASKED)
    assert told.headers["location"].endswith("?told=1#notes")
    assert "we have your message" in (await client.get(told.headers["location"].partition("#")[0])).text
    assert await fetch_value("SELECT count(*) FROM message WHERE channel = 'page'") == 1
    await sign_in(client, house.staff["counter"])
    inbox = (await client.get("/messages")).text
    assert "after six on Friday" in inbox and f"/tickets/{ticket.number}" in inbox and "Write back" in inbox
    told = await client.get(f"/customers/{ticket.customer}/timeline?kind=texts")
    assert "they wrote" in told.text and "after six on Friday" in told.text


async def test_the_answer_is_one_text_and_stands_on_the_page(
    client: httpx.AsyncClient, house: World, texting: FakeTwilio
) -> None:
    ticket, note = await a_note(client, house)
    await write_back(UUID(note), "Yes,  ring the bell.", by=house.counter)
    [answer] = await fetch("SELECT id::text, state FROM message WHERE template = 'reply'")
    await send_message(answer["id"])
    [text] = [one["Body"] for one in texting.posts if "bell" in one["Body"]]
    assert text.startswith("Alder & Finch: Yes, ring the bell. https://shop.example/t/")
    assert await fetch_value("SELECT seen_by FROM message WHERE id = $1::uuid", note) == house.counter.id
    assert [(one["direction"], one["words"]) for one in await written(ticket)] == [
        ("in", ASKED), ("out", "Yes, ring the bell.")
    ]  # fmt: skip


async def test_what_was_said_stands_on_the_page_for_who_opened_it(client: httpx.AsyncClient, house: World) -> None:
    ticket, note = await a_note(client, house)
    path = path_of(ticket.number)
    await unlock(client, path)
    await sign_in(client, house.staff["counter"])
    assert "after six on Friday" in (await client.get(f"/messages/{note}/answer")).text
    for _ in range(2):
        said = {"words": "Yes, ring the bell.", "idempotency_key": "one"}
        assert (await client.post(f"/messages/{note}/answer", data=said)).status_code == 303
    assert await fetch_value("SELECT count(*) FROM message WHERE template = 'reply'") == 1
    assert "Write back" not in (await client.get("/messages/needs")).text
    page = (await client.get(path)).text
    assert "after six on Friday" in page and "Yes, ring the bell." in page
    client.cookies.clear()
    page = (await client.get(path)).text
    assert "after six on Friday" not in page and "ring the bell" not in page


@pytest.mark.parametrize("words", ["", "x" * 601, "My card is 4111 1111 1111 1111"])
async def test_what_cannot_be_taken_is_said_and_kept_in_the_box(
    client: httpx.AsyncClient, house: World, words: str
) -> None:
    path = path_of((await a_ticket(house)).number)
    await client.get(path)
    answer = await post(client, f"{path}/notes", words=words)
    assert answer.status_code == 422 and words in answer.text
    assert ("card number" in answer.text) is ("4111" in words)
    assert await fetch_value("SELECT count(*) FROM message WHERE channel = 'page'") == 0


async def test_a_sixth_unread_message_is_not_taken(client: httpx.AsyncClient, house: World) -> None:
    path = path_of((await a_ticket(house)).number)
    await client.get(path)
    answers = [await post(client, f"{path}/notes", words=f"Question {number}") for number in range(6)]
    assert [one.status_code for one in answers] == [303] * 5 + [422]
    assert "Call us if it is urgent" in answers[-1].text and "Question 5" in answers[-1].text


async def test_stop_on_the_page_is_obeyed_like_a_text(client: httpx.AsyncClient, house: World) -> None:
    _, note = await a_note(client, house, " Stop ")
    assert (await permission("+12125550111")).is_stopped
    await sign_in(client, house.staff["counter"])
    assert "asked for no texts" in (await client.get(f"/messages/{note}/answer")).text
    refused = await client.post(f"/messages/{note}/answer", data={"words": "Sure?", "idempotency_key": "one"})
    assert refused.status_code == 409
    assert await fetch_value("SELECT count(*) FROM message WHERE template = 'reply'") == 0


async def test_who_did_not_agree_to_texts_is_called(client: httpx.AsyncClient, house: World) -> None:
    _, note = await a_note(client, house)
    await record_consent("+12125550111", "service", given=False, wording="no", how="counter", by=house.counter)
    await sign_in(client, house.staff["counter"])
    page = (await client.get(f"/messages/{note}/answer")).text
    assert "has not agreed to texts" in page and "tel:+12125550111" in page and "<textarea" not in page


async def test_an_answer_about_a_surprise_does_not_go_to_a_family_phone(
    client: httpx.AsyncClient, house: World
) -> None:
    ticket, note = await a_note(client, house)
    await add_customer(NewCustomer("Bennett", "James", "212 555 0111"), by=house.counter)
    await fetch("UPDATE ticket SET is_discreet = true WHERE id = $1", ticket.id)
    await sign_in(client, house.staff["counter"])
    refused = await client.post(f"/messages/{note}/answer", data={"words": "It is ready", "idempotency_key": "one"})
    assert refused.status_code == 409 and "A surprise" in refused.text
