"""Two records side by side: what differs is chosen, one press puts them together, another takes them apart."""

import json
import re

import httpx
import pytest

from tests.factories import World, a_ticket, sign_in
from tests.record.test_duplicates import later
from tests.record.test_merging import person
from tests.test_other_shop import open_other_shop
from workshop.db import fetch, fetch_value
from workshop.record.customers.profile import CustomerChange, change_customer

pytestmark = pytest.mark.anyio
N = "+12125550111"


async def two_records(world: World) -> tuple[int, int]:
    """Rosa, and Rosa misspelt with a ticket of her own."""
    kept = (await a_ticket(world)).customer
    gone = (await a_ticket(world)).customer
    change = CustomerChange("Benett", "Rosa", language="es", allergies=["nickel"], style_notes="Satin")
    await change_customer(gone, change, by=world.counter)
    await change_customer(kept, CustomerChange("Bennett", "Rosa", style_notes="Yellow gold"), by=world.counter)
    return kept, gone


def hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found, name
    return found[1]


async def test_each_difference_is_chosen_and_the_old_address_leads_to_the_record_kept(
    client: httpx.AsyncClient, shop: World
) -> None:
    kept, gone = await two_records(shop)
    await sign_in(client, shop.staff["counter"])
    page = (await client.get(f"/customers/{kept}")).text
    assert "The same person?" in page and f"/customers/{kept}/merge?other={gone}" in page
    newer = (await client.get(f"/customers/{gone}")).text  # from either page the record known longer is the one to stay
    assert f"/customers/{kept}/merge?other={gone}" in newer
    assert "One household?" not in page  # one question at a time
    asked = (await client.get(f"/customers/{kept}/merge?other={gone}")).text
    assert re.findall(r'name="pick-(\w+)" value="kept" checked', asked) == ["last_name", "language"]
    assert re.findall(r'name="pick-(\w+)" value="both" checked', asked) == ["style_notes"]
    assert "Spanish" in asked and "1 ticket" in asked
    form = {
        "other": str(gone), "mark": hidden(asked, "mark"), "idempotency_key": "k", "pick-last_name": "gone",
        "pick-language": "gone", "pick-style_notes": "both",
    }  # fmt: skip
    for _ in range(2):
        answer = await client.post(f"/customers/{kept}/merge", data=form)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/customers/{kept}")
    row = (await fetch("SELECT last_name, language, style_notes, allergies FROM customer WHERE id = $1", kept))[0]
    assert row == {
        "last_name": "Benett", "language": "es", "style_notes": "Yellow gold\nSatin", "allergies": ["nickel"],
    }  # fmt: skip
    moved = await client.get(f"/customers/{gone}")
    assert (moved.status_code, moved.headers["location"]) == (303, f"/customers/{kept}")
    page = (await client.get(f"/customers/{kept}")).text
    assert "Merged with another record, Rosa Benett, by Noor Haddad" in page
    assert "The same person?" not in page
    # A page of the other record that was open before writes nothing over the record kept.
    old_page = await client.post(f"/customers/{gone}", data={"last_name": "Other", "first_name": "Rosa"})
    assert old_page.status_code == 409 and "was merged" in old_page.text


async def test_undoing_tells_what_went_back_and_what_stays(client: httpx.AsyncClient, shop: World) -> None:
    kept, gone = await two_records(shop)
    await sign_in(client, shop.staff["counter"])
    answer = await client.post(f"/customers/{kept}/merge", data={"other": str(gone), "idempotency_key": "m"})
    undo = json.loads(bytes.fromhex(answer.cookies["flash"]))["undo_url"]
    later_ticket = await a_ticket(shop, customer=None, customer_id=kept)
    told = await client.post(undo)
    assert told.status_code == 303
    page = (await client.get(told.headers["location"])).text
    assert "Two records again" in page
    assert "1 ticket went back." in page
    assert f"1 ticket added since stays with the record that was kept: {later_ticket.number}." in page
    assert f'href="/customers/{gone}"' in page and f'href="/customers/{kept}"' in page
    assert (await client.get(f"/customers/{gone}")).status_code == 200
    assert (await client.post(undo)).status_code == 303  # a second press finds it done
    await sign_in(client, (await open_other_shop()).staff["counter"])
    page = (await client.get(told.headers["location"])).text
    assert "1 ticket added since stays with the record that was kept." in page
    assert later_ticket.number not in page  # people are shared, a shop's tickets are not


async def test_what_changed_while_somebody_looked_is_compared_again(client: httpx.AsyncClient, shop: World) -> None:
    kept, gone = await two_records(shop)
    await sign_in(client, shop.staff["counter"])
    asked = (await client.get(f"/customers/{kept}/merge?other={gone}")).text
    await change_customer(gone, CustomerChange("Bennet", "Rosa"), by=shop.manager)
    form = {"other": str(gone), "mark": hidden(asked, "mark"), "pick-language": "gone", "idempotency_key": "a"}
    refused = await client.post(f"/customers/{kept}/merge", data=form)
    assert refused.status_code == 409
    assert "changed while you looked" in refused.text
    assert ">Bennet<" in refused.text
    assert re.findall(r'name="pick-(\w+)" value="gone" checked', refused.text) == ["language"]  # what was picked stays
    form |= {"mark": hidden(refused.text, "mark"), "idempotency_key": hidden(refused.text, "idempotency_key")}
    assert (await client.post(f"/customers/{kept}/merge", data=form)).status_code == 303


async def test_the_other_record_is_found_by_name_and_one_record_is_not_merged_with_itself(
    client: httpx.AsyncClient, shop: World
) -> None:
    kept, gone = await two_records(shop)
    await sign_in(client, shop.staff["counter"])
    assert "Which record is Rosa too?" in (await client.get(f"/customers/{kept}/merge")).text
    found = (await client.get(f"/customers/{kept}/merge/people?person=bene")).text
    assert re.findall(r"merge\?other=(\d+)", found) == [str(gone)]
    assert (await client.get(f"/customers/{kept}/merge?other={kept}")).headers["location"] == f"/customers/{kept}"
    assert (await client.get(f"/customers/{kept}/merge?other=999")).status_code == 404
    assert (await client.post(f"/customers/{kept}/merge", data={"other": str(kept)})).status_code == 422
    assert await fetch_value("SELECT count(*) FROM customer_merge") == 0


async def test_two_people_are_told_apart_once(client: httpx.AsyncClient, shop: World) -> None:
    one, other = await person(shop, phone=N), await person(shop, last="Benett", phone=N)
    await sign_in(client, shop.staff["counter"])
    assert "The same person?" in (await client.get(f"/customers/{other}")).text
    answer = await client.post(f"/customers/{one}/different", data={"other": str(other), "idempotency_key": "d"})
    assert answer.headers["location"] == f"/customers/{one}"
    assert "The same person?" not in (await client.get(f"/customers/{one}")).text
    assert "Noor Haddad said on" in (await client.get(f"/customers/{one}/merge?other={other}")).text


async def test_the_managers_list_shows_pairs_and_remembers_a_no(client: httpx.AsyncClient, shop: World) -> None:
    await sign_in(client, shop.staff["manager"])
    assert "No pairs to look at" in (await client.get("/customers/duplicates")).text
    one, other = await person(shop, phone=N), await person(shop, last="Benett", phone=N)
    await later()
    await sign_in(client, shop.staff["manager"])
    page = (await client.get("/customers/duplicates")).text
    assert "same phone number" in page and f"/customers/{one}/merge?other={other}" in page
    form = {"other": str(other), "back": "/customers/duplicates"}
    back = await client.post(f"/customers/{one}/different", data=form)
    assert back.headers["location"] == "/customers/duplicates"
    assert "No pairs to look at" in (await client.get("/customers/duplicates")).text
    away = await client.post(f"/customers/{one}/different", data=form | {"back": "//evil.example"})
    assert away.headers["location"] == f"/customers/{one}"
