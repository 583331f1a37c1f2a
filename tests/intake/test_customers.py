"""The customer's page: their people, their pieces, and what we may say to them."""

import httpx
import pytest

from tests.factories import World, a_ticket, an_envelope, sign_in
from tests.reading import without_codes
from workshop.db import fetch, fetch_value, transaction
from workshop.record.customers import NewCustomer, add_customer, permission, record_consent
from workshop.record.stages import Stage
from workshop.record.tables import Customer, Household

pytestmark = pytest.mark.anyio
ROSA = {"first_name": "Rosa", "last_name": "Bennett", "language": "en", "allergies": ""}


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
    form = ROSA | {"last_name": "Bennett-Ruiz", "allergies": "nickel", "language": "es"}
    assert (await client.post(f"/customers/{await rosa()}", data=form)).status_code == 303
    html = (await client.get(f"/customers/{await rosa()}")).text
    assert "Bennett-Ruiz" in html
    assert "Allergy: nickel" in html
    data = await fetch_value("SELECT data::text FROM event WHERE name = 'customer_changed'")
    assert "allergies" in data
    assert "nickel" not in data  # history keeps no personal facts that a deletion could not reach


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"last_name": ""}, "Write the last name"),
        ({"first_name": "Rosalind " * 9}, "At most 60 letters"),
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
    assert 'value="Rosalind' in answer.text
    assert await fetch_value("SELECT first_name FROM customer") == "Rosa"


async def test_a_second_number_becomes_the_one_to_text(client: httpx.AsyncClient, shop: World) -> None:
    await a_ticket(shop)
    await sign_in(client, shop.staff["counter"])
    url = f"/customers/{await rosa()}/phones"
    refused = await client.post(url, data={"phone": "12"})
    assert refused.status_code == 422
    assert 'value="12"' in refused.text
    for _ in range(2):
        await client.post(url, data={"phone": "646 555 0199", "first": "yes"})
    rows = await fetch("SELECT number, is_first FROM phone ORDER BY id")
    assert rows == [
        {"number": "+12125550111", "is_first": False}, {"number": "+16465550199", "is_first": True},
    ]  # fmt: skip


async def test_a_spoken_stop_silences_every_number_at_once(client: httpx.AsyncClient, shop: World) -> None:
    await a_ticket(shop)
    await sign_in(client, shop.staff["counter"])
    await client.post(f"/customers/{await rosa()}/phones", data={"phone": "646 555 0199"})
    page = f"/customers/{await rosa()}"
    assert "STOP: no texts at all" not in (await client.get(page)).text
    await client.post(f"{page}/stop", data={"idempotency_key": "s"})
    assert (await client.get(page)).text.count("STOP: no texts at all") == 2
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
