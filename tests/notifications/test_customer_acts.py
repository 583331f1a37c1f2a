"""On their page: the language they read, “this is not me”, the receipt; and what a family phone may not open."""

import json
import re

import httpx
import pytest

from notifications.customer_words import words_for
from tests.factories import World, a_ticket, an_envelope, sign_in
from tests.notifications.test_customer_page import path_of, post, unlock
from workshop.db import fetch, fetch_value
from workshop.record.customers.customers import NewCustomer, add_customer, permission
from workshop.record.stages import Stage
from workshop.record.tables import Ticket
from workshop.record.tickets.estimates import make_estimate

pytestmark = pytest.mark.anyio


async def ticket_of(number: str) -> Ticket:
    ticket = await Ticket.objects().get(Ticket.number == number)
    assert ticket is not None
    return ticket


async def test_the_other_language_is_one_press_and_kept_for_who_opened(client: httpx.AsyncClient, house: World) -> None:
    envelope = await an_envelope(house)
    await make_estimate(envelope.code, by=house.counter, send=True)
    number = envelope.number.rsplit("-", 1)[0]
    path = path_of(number)
    await client.get(path)
    answer = await post(client, f"{path}/language", language="es")
    assert answer.status_code == 303
    assert "Prometido para el" in (await client.get(path)).text
    assert await fetch_value("SELECT language FROM customer") == "en", "a link alone changes nobody's record"
    await unlock(client, path)
    opened = (await client.get(path)).text
    assert "Aumentar talla" in opened and "Size up" not in opened
    await post(client, f"{path}/language", language="es")
    assert await fetch_value("SELECT language FROM customer") == "es"


async def test_not_me_ends_texts_closes_the_page_and_tells_the_counter(client: httpx.AsyncClient, house: World) -> None:
    ticket = await a_ticket(house)
    path = path_of(ticket.number)
    await client.get(path)
    for _ in range(2):
        said = await post(client, f"{path}/not-me")
        assert said.status_code in (200, 404)
    assert (await permission("+12125550111")).is_stopped
    assert (await client.get(path)).status_code == 404
    assert await fetch_value("SELECT count(*) FROM message WHERE template = 'not_me'") == 1
    await sign_in(client, house.staff["counter"])
    assert "This is not me" in (await client.get("/messages")).text
    page = f"/tickets/{ticket.number}"
    assert "Open the page again" in (await client.get(page)).text
    assert (await client.post(f"/messages{page}/page")).status_code == 303
    client.cookies.clear()
    assert (await client.get(path)).status_code == 200
    assert (await permission("+12125550111")).is_stopped, "texts stay off until the customer wants them"


async def test_reading_the_page_says_nothing_for_anybody(client: httpx.AsyncClient, house: World) -> None:
    ticket = await a_ticket(house)
    path = path_of(ticket.number)
    for address in (path, f"{path}/not-me", f"{path}/language"):
        await client.get(address, headers={"User-Agent": "WhatsApp/2.0", "Purpose": "prefetch"})
        await client.head(address)
    assert not (await permission("+12125550111")).is_stopped
    assert (await ticket_of(ticket.number)).link_closed_at is None


async def test_a_family_number_does_not_open_a_surprise(client: httpx.AsyncClient, house: World) -> None:
    ticket = await a_ticket(house, is_discreet=True)
    await add_customer(NewCustomer("Bennett", "James", "212 555 0111"), by=house.counter)
    path = path_of(ticket.number)
    assert (await unlock(client, path)).status_code == 422
    await fetch("INSERT INTO phone (customer, number, is_first) VALUES ($1, '+12125550777', false)", ticket.customer)
    assert (await unlock(client, path, "0777")).status_code == 303


async def test_the_receipt_stands_on_the_page_with_its_warranty(client: httpx.AsyncClient, house: World) -> None:
    envelope = await an_envelope(house, Stage.PICKED_UP)
    number = envelope.number.rsplit("-", 1)[0]
    path = path_of(number)
    await unlock(client, path)
    page = (await client.get(path)).text
    assert "cash" in page and "We stand by the work" in page and "until" in page
    await sign_in(client, house.staff["counter"])
    assert (await client.post(f"/messages/tickets/{number}/receipt")).status_code == 303
    assert await fetch_value("SELECT count(*) FROM message WHERE template = 'receipt'") == 1


async def test_the_shops_own_colour_and_map(client: httpx.AsyncClient, house: World) -> None:
    await fetch("UPDATE shop SET accent = '#7a1f3d', map_url = 'https://maps.example/alder'")
    ticket = await a_ticket(house)
    page = (await client.get(path_of(ticket.number))).text
    assert "https://maps.example/alder" in page
    sheet = page.split('href="/shop/colours/')[1].split('"')[0]
    answer = await client.get(f"/shop/colours/{sheet}")
    assert "#7a1f3d" in answer.text and answer.headers["content-type"].startswith("text/css")
    assert (await client.get("/shop/colours/1-red;}.css")).status_code == 404


async def test_a_day_the_shop_stays_closed_is_told_before_somebody_drives(
    client: httpx.AsyncClient, house: World
) -> None:
    closed = {"2026-12-25": "Christmas Day", "2026-12-10": "", "2026-12-06": ""}
    await fetch("UPDATE shop SET closed_days = $1::jsonb", json.dumps(closed))
    path = path_of((await a_ticket(house)).number)
    page = (await client.get(path)).text
    assert "Closed on</strong> Thu 10 Dec<" in page, "not a Sunday, closed as ever; nothing three weeks off"
    await post(client, f"{path}/language", language="es")
    assert "Cerrado el</strong> jue 10 dic<" in (await client.get(path)).text
    assert "Closed on</strong> Thu 10 Dec<" in (await client.get("/visit/HR")).text


def test_no_word_of_the_page_is_called_like_what_a_dict_can_do() -> None:
    assert not set(words_for("en")) & set(dir(dict)), "the template would show the method instead of the word"


async def test_the_spanish_estimate_has_no_english_word_of_ours(client: httpx.AsyncClient, house: World) -> None:
    envelope = await an_envelope(house)
    await make_estimate(envelope.code, by=house.counter, send=True)
    path = path_of(envelope.number.rsplit("-", 1)[0])
    await unlock(client, path)
    await post(client, f"{path}/language", language="es")
    page = (await client.get(path)).text
    assert re.search(r"</svg>Borrar</button>", page)
    assert not re.search(r"built-in|Clear<|draw with", page)


async def test_who_declined_everything_reads_of_no_price(client: httpx.AsyncClient, house: World) -> None:
    envelope = await an_envelope(house)
    made = await make_estimate(envelope.code, by=house.counter, send=True)
    path = path_of(envelope.number.rsplit("-", 1)[0])
    await unlock(client, path)
    assert (await post(client, f"{path}/estimates/{made.id}", answer="decline", name="Rosa")).status_code == 303
    page = (await client.get(path)).text
    assert "You declined on" in page and "Paid in full" not in page


async def test_everything_a_yes_lacks_is_said_at_once(client: httpx.AsyncClient, house: World) -> None:
    envelope = await an_envelope(house)
    made = await make_estimate(envelope.code, by=house.counter, send=True)
    path = path_of(envelope.number.rsplit("-", 1)[0])
    await unlock(client, path)
    empty = await post(client, f"{path}/estimates/{made.id}", answer="approve", name=" ", signature="")
    assert empty.status_code == 422
    assert "Please write your name." in empty.text and "Please sign in the box" in empty.text
    no = await post(client, f"{path}/estimates/{made.id}", answer="decline", name="")
    assert "Please write your name." in no.text and "Please sign in the box" not in no.text
