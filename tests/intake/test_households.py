"""Who belongs with whom: in the right word from either side; a household joined, named, left."""

import httpx
import pytest

from tests.factories import World, a_ticket, sign_in
from workshop.db import fetch, fetch_value, transaction
from workshop.errors import Conflict
from workshop.record.customers.customers import NewCustomer, add_customer
from workshop.record.customers.relations import RELATIONS, relate, relations_of

pytestmark = pytest.mark.anyio


async def people(shop: World, *names: str) -> list[int]:
    async with transaction():
        made = [await add_customer(NewCustomer("Bennett", name), by=shop.counter) for name in names]
    return [one.id for one in made]


async def test_a_shared_number_is_suggested_and_joined_by_a_colleague(client: httpx.AsyncClient, shop: World) -> None:
    rosa, james = await a_ticket(shop), await a_ticket(shop)
    await fetch("UPDATE customer SET first_name = 'James' WHERE id = $1", james.customer)
    await sign_in(client, shop.staff["counter"])
    url = f"/customers/{rosa.customer}"
    assert "James Bennett has the same number" in (await client.get(url)).text
    form = {"other": str(james.customer), "relation": "spouse", "idempotency_key": "once"}
    for _ in range(2):
        assert (await client.post(f"{url}/household", data=form)).status_code == 303
    assert await fetch_value("SELECT count(*) FROM household") == 1
    page = (await client.get(url)).text
    assert "has the same number" not in page and "Bennett household" in page
    found = (await client.get("/search", params={"q": "rosa"}, headers={"HX-Request": "true"})).text
    assert f"{rosa.number}-1" in found and f"{james.number}-1" in found


async def test_nobody_is_joined_without_saying_how(client: httpx.AsyncClient, shop: World) -> None:
    rosa, james = await a_ticket(shop), await a_ticket(shop)
    await sign_in(client, shop.staff["counter"])
    answer = await client.post(
        f"/customers/{rosa.customer}/household", data={"other": str(james.customer), "relation": "cousin"}
    )
    assert answer.status_code == 422
    assert await fetch_value("SELECT count(*) FROM household") == 0


@pytest.mark.parametrize(
    ("relation", "here", "there"),
    [
        ("spouse", "Spouse or partner", "Spouse or partner"),
        ("parent", "Parent", "Child"),
        ("child", "Child", "Parent"),
        ("friend", "Friend", "Friend"),
        ("referred by", "Referred Rosa to us", "Referred by Ada"),
        ("referred", "Referred by Rosa", "Referred Ada to us"),
        ("bridal party", "Bridal party", "Bridal party"),
    ],
)
async def test_a_relation_has_the_right_word_on_both_pages(
    client: httpx.AsyncClient, shop: World, relation: str, here: str, there: str
) -> None:
    rosa, ada = await people(shop, "Rosa", "Ada")
    await sign_in(client, shop.staff["counter"])
    form = {"other": str(ada), "relation": relation}
    for _ in range(2):  # said twice is once
        assert (await client.post(f"/customers/{rosa}/bonds", data=form)).status_code == 303
    assert [row["words"] for row in await relations_of(rosa)] == [here]
    assert [row["words"] for row in await relations_of(ada)] == [there]
    page = (await client.get(f"/customers/{ada}")).text
    assert there in page and f'href="/customers/{rosa}"' in page
    assert len(RELATIONS) == 7


async def test_a_mutual_relation_is_one_whoever_says_it_and_a_parent_is_not_ones_child(shop: World) -> None:
    rosa, ada = await people(shop, "Rosa", "Ada")
    await relate(rosa, ada, "spouse", by=shop.counter)
    await relate(ada, rosa, "spouse", by=shop.counter)
    await relate(rosa, ada, "parent", by=shop.counter)
    await relate(ada, rosa, "child", by=shop.counter)
    with pytest.raises(Conflict):
        await relate(ada, rosa, "parent", by=shop.counter)
    assert [row["relation"] for row in await relations_of(rosa)] == ["spouse", "parent"]


async def test_somebody_is_found_added_corrected_and_removed(client: httpx.AsyncClient, shop: World) -> None:
    rosa, ada = await people(shop, "Rosa", "Ada")
    await sign_in(client, shop.staff["counter"])
    url = f"/customers/{rosa}"
    found = (await client.get(f"{url}/bonds/find", params={"person": "Bennett"})).text
    assert f'name="other" value="{ada}"' in found and f'value="{rosa}"' not in found
    refused = await client.post(f"{url}/bonds", data={"person": "Bennett", "relation": "child"})
    assert refused.status_code == 422 and "tap the name" in refused.text and f'value="{ada}"' in refused.text

    await client.post(f"{url}/bonds", data={"other": str(ada), "relation": "child", "household": "yes"})
    assert "Bennett household" in (await client.get(f"/customers/{ada}")).text
    bond = await fetch_value("SELECT id FROM relation")
    await client.post(f"/customers/{ada}/bonds/{bond}", data={"relation": "friend"})
    (row,) = await relations_of(rosa)
    assert row["words"] == "Friend"
    for _ in range(2):
        assert (await client.post(f"{url}/bonds/{row['id']}/remove")).status_code == 303
    page = (await client.get(url)).text  # the household they share stays
    assert await relations_of(ada) == [] and "same household" in page


async def test_a_household_is_named_left_and_closed_with_the_last_but_one(
    client: httpx.AsyncClient, shop: World
) -> None:
    rosa, ada, zoe = await people(shop, "Rosa", "Ada", "Zoe")
    await sign_in(client, shop.staff["counter"])
    for child in (ada, zoe):
        form = {"other": str(child), "relation": "child", "household": "yes"}
        await client.post(f"/customers/{rosa}/bonds", data=form)
    refused = await client.post(f"/customers/{zoe}/household/name", data={"name": " "})
    assert refused.status_code == 422
    await client.post(f"/customers/{zoe}/household/name", data={"name": "The Elm Row three"})
    assert "The Elm Row three" in (await client.get(f"/customers/{rosa}")).text
    await client.post(f"/customers/{zoe}/household/leave")
    assert "The Elm Row three" not in (await client.get(f"/customers/{zoe}")).text
    assert "The Elm Row three" in (await client.get(f"/customers/{ada}")).text
    await client.post(f"/customers/{ada}/household/leave")
    assert await fetch_value("SELECT count(*) FROM customer WHERE household IS NOT NULL") == 0
    assert len(await relations_of(rosa)) == 2  # whom they belong with stays


async def test_who_has_no_household_joins_the_others(client: httpx.AsyncClient, shop: World) -> None:
    rosa, ada, zoe = await people(shop, "Rosa", "Ada", "Zoe")
    await sign_in(client, shop.staff["counter"])
    await client.post(f"/customers/{rosa}/bonds", data={"other": str(ada), "relation": "spouse", "household": "yes"})
    await client.post(f"/customers/{zoe}/bonds", data={"other": str(ada), "relation": "parent", "household": "yes"})
    assert await fetch_value("SELECT count(DISTINCT household) FROM customer") == 1
    assert await fetch_value("SELECT count(*) FROM customer WHERE household IS NOT NULL") == 3
