"""Search and scans: the household with all its open work, and nothing to those who may not see it."""

import httpx
import pytest

from tests.factories import World, a_ticket, sign_in
from tests.reading import without_codes
from workshop.db import fetch, fetch_value
from workshop.record.codes import link_token
from workshop.record.secret import secret_key
from workshop.record.tables import Customer, Household

pytestmark = pytest.mark.anyio


async def test_one_name_shows_the_household_and_all_its_open_tickets(client: httpx.AsyncClient, shop: World) -> None:
    rosa, james = await a_ticket(shop), await a_ticket(shop, pieces=2)
    household = Household(name="Bennett household")
    await household.save()
    await Customer.update({Customer.household: household.id, Customer.first_name: "James"}).where(
        Customer.id == james.customer
    )
    await Customer.update({Customer.household: household.id}).where(Customer.id == rosa.customer)
    await sign_in(client, shop.staff["counter"])
    page = (await client.get("/search", params={"q": "benne"}, headers={"HX-Request": "true"})).text
    assert page.count("Bennett household") == 1
    assert "3 open" in page
    for number in (f"{rosa.number}-1", f"{james.number}-1", f"{james.number}-2"):
        assert number in page


@pytest.mark.parametrize(
    "asked", ["Bennett", "bénnett", "Benet", "Rosa", "0111", "5550111", "212-555-0111", "10001", "HR-10001", "rosa ben"]
)
async def test_it_is_found_by(client: httpx.AsyncClient, shop: World, asked: str) -> None:
    ticket = await a_ticket(shop)
    await sign_in(client, shop.staff["counter"])
    page = (await client.get("/search", params={"q": asked}, headers={"HX-Request": "true"})).text
    assert f"{ticket.number}-1" in page


async def test_a_bench_search_shows_no_name_and_no_phone(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_ticket(shop)
    await sign_in(client, shop.staff["bench"])
    answer = await client.get("/search", params={"q": ticket.number}, headers={"HX-Request": "true"})
    page = without_codes(answer.text)
    assert f"{ticket.number}-1" in page
    assert "Bennett" not in page and "0111" not in page


async def test_a_scan_goes_where_this_person_works(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_ticket(shop)
    code = await fetch_value("SELECT code FROM envelope")
    await sign_in(client, shop.staff["counter"])
    assert (await client.get("/go", params={"code": code})).headers[
        "location"
    ] == f"/tickets/{ticket.number}#{ticket.number}-1"
    link = f"https://shop.example/t/{link_token(secret_key(), ticket.number)}"
    assert (await client.get("/go", params={"code": link})).headers["location"] == f"/tickets/{ticket.number}/pickup"
    await sign_in(client, shop.staff["bench"])
    assert (await client.get("/go", params={"code": code})).headers["location"] == f"/bench/{code}"


async def test_a_slip_in_a_code_is_told_apart_from_nothing_found(client: httpx.AsyncClient, shop: World) -> None:
    await a_ticket(shop)
    code = await fetch_value("SELECT code FROM envelope")
    slipped = code[:5] + ("2" if code[5] != "2" else "3") + code[6:]
    await sign_in(client, shop.staff["counter"])
    answer = await client.get("/go", params={"code": slipped})
    assert answer.status_code == 404
    assert "slip" in answer.text


async def test_closed_tickets_do_not_show_as_open(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_ticket(shop)
    await fetch("UPDATE envelope SET stage = 'picked_up'")
    await fetch("UPDATE ticket SET closed_at = now()")
    await sign_in(client, shop.staff["counter"])
    page = (await client.get("/search", params={"q": "bennett"}, headers={"HX-Request": "true"})).text
    assert f"{ticket.number}-1" not in page and "Nothing of theirs is here now" in page
