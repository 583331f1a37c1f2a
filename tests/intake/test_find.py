"""Search and scans: the household with all its open work, and nothing to those who may not see it."""

import httpx
import pytest

from tests.factories import World, a_new_ticket, a_ring, a_ticket, an_envelope, api_token, sign_in
from tests.reading import without_codes
from workshop.db import fetch, fetch_value
from workshop.record.codes import link_token
from workshop.record.prices.work import NewTask
from workshop.record.secret import secret_key
from workshop.record.stages import Stage
from workshop.record.tables import Customer, Household
from workshop.record.tickets.tickets import NewEnvelope, take_in

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


async def in_one_household(*customers: int) -> None:
    household = Household(name="Bennett household")
    await household.save()
    await Customer.update({Customer.household: household.id}).where(Customer.id.is_in(list(customers)))


async def looked_up(client: httpx.AsyncClient, asked: str) -> str:
    return (await client.get("/search", params={"q": asked}, headers={"HX-Request": "true"})).text


async def test_a_household_says_what_is_open_ready_owed_and_serviced(client: httpx.AsyncClient, shop: World) -> None:
    done, ready = await an_envelope(shop, Stage.PICKED_UP), await an_envelope(shop, Stage.READY_FOR_PICKUP)
    people = [row["customer"] for row in await fetch("SELECT customer FROM ticket ORDER BY id")]
    await fetch("UPDATE customer SET first_name = 'James' WHERE id = $1", people[1])
    await fetch("INSERT INTO relation (customer, other, kind) VALUES ($1, $2, 'spouse')", *people)
    await in_one_household(*people)
    await fetch("UPDATE task SET price_cents = 10000, tax_class = 'none'")
    await fetch("UPDATE ticket SET tax_rates = '{}'")
    await sign_in(client, shop.staff["counter"])
    page = " ".join((await looked_up(client, "rosa benn")).split())
    assert "1 open · 1 ready · owes" in page and "$100.00" in page and "1 piece serviced here" in page
    assert "James Bennett <span class=\"quiet\">· spouse" in page
    assert ready.number in page and f"{done.number}" not in page


async def test_a_surprise_shows_under_its_bringer_or_by_its_number(client: httpx.AsyncClient, shop: World) -> None:
    rosa = await a_ticket(shop)
    james = await take_in(a_new_ticket(is_discreet=True), by=shop.counter)
    await fetch("UPDATE customer SET first_name = 'James' WHERE id = $1", james.customer)
    secret = f"{james.number}-1"
    await sign_in(client, shop.staff["counter"])
    assert secret not in await looked_up(client, "0111")  # whoever answers this number, it is not told
    await in_one_household(rosa.customer, james.customer)
    for asked in ("bennett", "0111", "rosa bennett", rosa.number):
        page = await looked_up(client, asked)
        assert f"{rosa.number}-1" in page and secret not in page and "2 open" not in page, asked
    for asked in ("james bennett", james.number):
        assert secret in await looked_up(client, asked), asked


async def test_a_piece_is_found_by_its_serial_wherever_it_is(client: httpx.AsyncClient, shop: World) -> None:
    work = [NewTask("RS-UP", drivers={"metal": "14k", "sizes": "1"})]
    here = NewEnvelope(work, piece=a_ring(serial="7548-700B"))
    gone = NewEnvelope(work, piece=a_ring(serial="7548-900C"))
    await take_in(a_new_ticket(envelopes=[here, gone]), by=shop.counter)
    await fetch("UPDATE envelope SET stage = 'picked_up' WHERE place_no = 2")
    pieces = {row["serial"]: row["id"] for row in await fetch("SELECT id, serial FROM piece")}
    await sign_in(client, shop.staff["counter"])
    page = await looked_up(client, "7548 7")
    assert f"/pieces/{pieces['7548-700B']}" in page and "Rosa Bennett" in page and "Not here now" not in page
    assert "Not here now" in await looked_up(client, "7548900c")
    code = await fetch_value("SELECT code FROM envelope WHERE place_no = 1")
    await sign_in(client, shop.staff["bench"])
    page = await looked_up(client, "7548")
    assert f"/bench/{code}" in page and "7548-900C" not in page and "Bennett" not in page


async def test_the_bench_finds_numbers_and_learns_nobodys_name(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_ticket(shop)
    await sign_in(client, shop.staff["bench"])
    assert f"{ticket.number}-1" in await looked_up(client, ticket.number)
    for asked in ("Bennett", "2125550111", "Rosa"):  # else the box would tell whose number it is
        assert "Nothing found" in await looked_up(client, asked), asked


async def test_a_ticket_gone_home_is_still_found_by_its_number(client: httpx.AsyncClient, shop: World) -> None:
    envelope = await an_envelope(shop, Stage.PICKED_UP)
    number = envelope.number.removesuffix("-1")
    await sign_in(client, shop.staff["counter"])
    page = await looked_up(client, number.split("-")[1])
    assert f'/tickets/{number}"' in page and "went home" in page


async def test_a_till_looks_up_by_json_and_a_bench_token_learns_no_name(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_ticket(shop)
    counter = {"Authorization": f"Bearer {await api_token(shop)}"}
    (found,) = (await client.get("/api/search?q=benet", headers=counter)).json()["households"]
    assert found["people"][0]["phone"] == "+12125550111" and found["owed"] > 0 and found["serviced"] == 0
    bench = {"Authorization": f"Bearer {await api_token(shop, 'bench')}"}
    assert (await client.get("/api/search?q=bennett", headers=bench)).json() == {"households": [], "pieces": []}
    (found,) = (await client.get(f"/api/search?q={ticket.number}", headers=bench)).json()["households"]
    assert list(found) == ["open"] and found["open"][0]["number"] == f"{ticket.number}-1"
