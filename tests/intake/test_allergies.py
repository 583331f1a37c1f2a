"""A metal somebody does not bear is red wherever work is planned, also for the bench, which learns no name."""

import httpx
import pytest

from tests.factories import World, a_ring, a_ticket, an_envelope, sign_in
from tests.reading import without_codes
from workshop.db import fetch, fetch_value, transaction
from workshop.record.customers.customers import NewCustomer, add_customer
from workshop.record.customers.profile import CustomerChange, change_customer
from workshop.record.prices.work import NewTask
from workshop.record.stages import Stage
from workshop.record.tickets.tickets import NewEnvelope

pytestmark = pytest.mark.anyio


async def with_allergies(world: World, customer: int, *words: str) -> None:
    await change_customer(customer, CustomerChange(allergies=list(words)), by=world.counter)


async def test_take_in_ticket_and_estimate_show_it_in_red(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_ticket(shop, price_terms="estimate")
    await with_allergies(shop, ticket.customer, "Nickel", "cobalt", "nickel ")
    await sign_in(client, shop.staff["counter"])
    draft = (await client.post("/intake", data={"customer": str(ticket.customer)})).headers["location"]
    for url in (draft, f"/intake/new?customer={ticket.customer}", f"/tickets/{ticket.number}",
                f"/tickets/{ticket.number}/estimate", f"/customers/{ticket.customer}"):  # fmt: skip
        page = (await client.get(url)).text
        assert "Allergy: nickel, cobalt" in page, url
        assert 'class="chip tone-danger"' in page, url


async def test_a_new_customers_words_count_from_the_moment_they_are_typed(
    client: httpx.AsyncClient, shop: World
) -> None:
    await sign_in(client, shop.staff["counter"])
    draft = (await client.post("/intake", data={})).headers["location"]
    for name, value in (("last_name", "Okafor"), ("allergies", "Copper; brass")):
        await client.post(f"{draft}/save", data={name: value})
    assert "copper, brass" in (await client.get(f"{draft}/piece/1")).text


@pytest.mark.parametrize("stage", [Stage.RECEIVED, Stage.AT_BENCH, Stage.QUALITY_CHECK])
async def test_the_bench_and_the_check_see_the_metal_but_not_whose_it_is(
    client: httpx.AsyncClient, shop: World, stage: Stage
) -> None:
    envelope = await an_envelope(shop, stage)
    customer = await fetch_value("SELECT customer FROM ticket")
    await with_allergies(shop, customer, "nickel")
    await sign_in(client, shop.staff["bench2"])
    where = "quality/" if stage is Stage.QUALITY_CHECK else ""
    page = without_codes((await client.get(f"/bench/{where}{envelope.code}")).text)
    assert "Allergic to" in page and "nickel" in page
    assert "Bennett" not in page


async def test_who_wears_and_who_owns_it_count_as_well(client: httpx.AsyncClient, shop: World) -> None:
    async with transaction():
        ada = await add_customer(NewCustomer("Moreau", "Ada", allergies="palladium"), by=shop.counter)
    ticket = await a_ticket(shop, envelopes=[NewEnvelope([NewTask("PL-CLN")], piece=a_ring())])
    await fetch("UPDATE piece SET wearer = $1", ada.id)
    await sign_in(client, shop.staff["counter"])
    assert "Allergy of Ada Moreau: palladium" in (await client.get(f"/tickets/{ticket.number}")).text
    await sign_in(client, shop.staff["bench"])
    code = await fetch_value("SELECT code FROM envelope")
    page = (await client.get(f"/bench/{code}")).text
    assert "palladium" in page and "Moreau" not in page
