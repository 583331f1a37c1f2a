"""The customer's page: who they are, their people, their pieces, and what we may say to them."""

import httpx
import pytest

from tests.factories import World, a_ticket, an_envelope, sign_in
from tests.reading import without_codes
from workshop.db import fetch_value, transaction
from workshop.record.customers.customers import NewCustomer, add_customer, permission, record_consent
from workshop.record.stages import Stage
from workshop.record.tables import Customer, Household

pytestmark = pytest.mark.anyio
ROSA = {
    "first_name": "Rosa", "last_name": "Bennett", "language": "en", "address": "", "state": "", "zone": "",
    "preferred_channel": "sms", "texts_a_year": "4",
}  # fmt: skip


async def rosa() -> int:
    number: int = await fetch_value("SELECT id FROM customer WHERE first_name = 'Rosa'")
    return number


async def test_it_shows_the_household_and_everything_of_theirs_that_is_here(
    client: httpx.AsyncClient, shop: World
) -> None:
    ticket = await a_ticket(shop)
    household = Household(name="Bennett household")
    await household.save()
    async with transaction():
        james = await add_customer(NewCustomer("Bennett", "James", "212 555 0111"), by=shop.counter)
    await Customer.update({Customer.household: household.id}, force=True)
    await sign_in(client, shop.staff["counter"])
    html = (await client.get(f"/customers/{james.id}")).text
    assert "Bennett household" in html
    assert f"/tickets/{ticket.number}" in html
    assert "Oval halo ring" in html or "stamped 14K" in html
    assert f"/intake/new?customer={james.id}" in html


async def test_a_piece_tells_what_was_done_to_it_when_and_by_whom(client: httpx.AsyncClient, shop: World) -> None:
    await an_envelope(shop, Stage.PICKED_UP)
    await sign_in(client, shop.staff["counter"])
    html = (await client.get(f"/customers/{await rosa()}")).text
    assert "Sized up" in html
    assert "by Kai" in html
    assert "Nothing here at the moment" in html


async def test_the_bench_may_not_open_it(client: httpx.AsyncClient, shop: World) -> None:
    await a_ticket(shop)
    await sign_in(client, shop.staff["bench"])
    answer = await client.get(f"/customers/{await rosa()}")
    assert answer.status_code == 403
    assert "555" not in without_codes(answer.text)


async def test_details_are_corrected_and_history_says_which(client: httpx.AsyncClient, shop: World) -> None:
    await a_ticket(shop)
    await sign_in(client, shop.staff["counter"])
    form = ROSA | {"last_name": "Bennett-Ruiz", "address": "14 Elm Row", "state": "ny", "preferred_channel": "call"}
    assert (await client.post(f"/customers/{await rosa()}", data=form)).status_code == 303
    html = (await client.get(f"/customers/{await rosa()}")).text
    assert "Bennett-Ruiz" in html and "14 Elm Row, NY" in html and "Prefers: phone call" in html
    data = await fetch_value("SELECT data::text FROM event WHERE name = 'customer_changed'")
    assert "address" in data and "last_name" in data
    assert "Elm Row" not in data  # history keeps no personal facts that a deletion could not reach


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"last_name": ""}, "Write the last name"),
        ({"state": "New York"}, "Two letters, like NY"),
        ({"texts_a_year": "many"}, "0 to 52"),
        ({"preferred_channel": "pigeon"}, "Choose one of the list"),
        ({"address": "card 4111 1111 1111 1111"}, "card number"),
    ],
)
async def test_a_refused_correction_keeps_what_was_typed(
    client: httpx.AsyncClient, shop: World, wrong: dict[str, str], words: str
) -> None:
    await a_ticket(shop)
    await sign_in(client, shop.staff["counter"])
    answer = await client.post(f"/customers/{await rosa()}", data=ROSA | {"first_name": "Rosalind"} | wrong)
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="Rosalind"' in answer.text
    assert await fetch_value("SELECT first_name FROM customer") == "Rosa"


async def test_likes_and_days_are_kept_and_a_year_that_was_not_told_is_not_made_up(
    client: httpx.AsyncClient, shop: World
) -> None:
    await a_ticket(shop)
    await sign_in(client, shop.staff["counter"])
    url = f"/customers/{await rosa()}"
    form = {
        "allergies": ["nickel"], "allergies_more": "Cobalt, nickel", "tags_more": "VIP", "chain_length": "18 in",
        "style_notes": "Nothing that catches", "birthday_month": "2", "birthday_day": "29", "birthday_year": "",
        "anniversary_month": "6", "anniversary_day": "14", "anniversary_year": "1998",
    }  # fmt: skip
    assert (await client.post(f"{url}/likes", data=form)).status_code == 303
    html = (await client.get(url)).text
    for words in ("Allergy: nickel, cobalt", "vip", "18 in", "Nothing that catches", "29 February<", "14 June 1998"):
        assert words in html, words
    asked = (await client.get(f"{url}/likes")).text
    assert 'value="vip" checked' in asked  # words used once are offered from then on
    assert "1904" not in without_codes(asked)
    refused = await client.post(f"{url}/likes", data=form | {"birthday_day": "31"})
    assert refused.status_code == 422 and "Choose the month and write its day" in refused.text
    assert 'value="18 in"' in refused.text


async def test_a_spoken_stop_silences_every_number_at_once(client: httpx.AsyncClient, shop: World) -> None:
    await a_ticket(shop)
    await sign_in(client, shop.staff["counter"])
    page = f"/customers/{await rosa()}"
    await client.post(f"{page}/reach/phones", data={"phone": "646 555 0199"})
    assert "STOP: no texts" not in (await client.get(page)).text
    await client.post(f"{page}/stop", data={"idempotency_key": "s"})
    html = (await client.get(page)).text
    assert html.count("STOP: no texts at all") == 2  # on each number, and red beside the name
    assert html.index("STOP: no texts<") < html.index("Here now")
    for number in ("+12125550111", "+16465550199"):
        assert (await permission(number, await rosa())).is_stopped


async def test_consent_is_shown_for_what_it_covers(client: httpx.AsyncClient, shop: World) -> None:
    await a_ticket(shop)
    await sign_in(client, shop.staff["counter"])
    html = (await client.get(f"/customers/{await rosa()}")).text
    assert "Repairs" in html
    assert "No offers" in html
    async with transaction():
        await record_consent("+12125550111", "marketing", given=True, wording="yes", how="page", customer=await rosa())
    assert "No offers" not in (await client.get(f"/customers/{await rosa()}")).text
