"""Customers over JSON: whole or in part, once, and nothing at all when something is wrong."""

import httpx
import pytest

from tests.factories import World, api_token
from workshop.db import fetch_value
from workshop.record.customers.relations import relate

pytestmark = pytest.mark.anyio
ROSA = {
    "last_name": "Bennett", "first_name": "Rosa", "language": "es", "allergies": ["Nickel"], "tags": ["VIP"],
    "phones": [
        {"number": "(646) 555-0199", "label": "Mobile", "may_text": True}, {"number": "212 555 0111", "label": "Home"},
    ],
    "emails": [{"address": "Rosa@Example.com"}], "birthday": {"month": 2, "day": 29},
    "anniversary": {"month": 12, "day": 18, "year": 2009},
    "ring_sizes": [{"hand": "left", "finger": "ring", "size": "6.25", "measured_on": "2023-03-07"}],
    "note": "Fetches on Saturdays",
}  # fmt: skip


async def door(client: httpx.AsyncClient, shop: World, role: str = "counter") -> httpx.AsyncClient:
    client.headers["Authorization"] = f"Bearer {await api_token(shop, role)}"
    return client


async def test_a_customer_is_written_down_once_and_read_whole(client: httpx.AsyncClient, shop: World) -> None:
    till = await door(client, shop)
    for _ in range(2):
        made = await till.post("/api/customers", json=ROSA, headers={"Idempotency-Key": "rosa-1"})
        assert made.status_code == 201, made.text
    assert await fetch_value("SELECT count(*) FROM customer") == 1
    rosa = (await till.get(f"/api/customers/{made.json()['id']}")).json()
    assert rosa == made.json()
    assert [(one["number"], one["is_first"], one["may_text"]) for one in rosa["phones"]] == [
        ("+16465550199", True, True), ("+12125550111", False, False),
    ]  # fmt: skip
    assert rosa["emails"][0]["address"] == "rosa@example.com"
    assert (rosa["birthday"], rosa["anniversary"]["year"]) == ({"month": 2, "day": 29, "year": None}, 2009)
    assert (rosa["allergies"], rosa["tags"], rosa["language"]) == (["nickel"], ["vip"], "es")
    (size,) = rosa["ring_sizes"]
    assert (size["size"], size["measured_on"], size["is_now"]) == ("6.25", "2023-03-07", True)
    assert [note["text"] for note in rosa["notes"]] == ["Fetches on Saturdays"]


async def test_a_correction_changes_what_it_names_and_nothing_else(client: httpx.AsyncClient, shop: World) -> None:
    till = await door(client, shop)
    rosa = (await till.post("/api/customers", json=ROSA)).json()
    url = f"/api/customers/{rosa['id']}"
    james = (await till.post("/api/customers", json={"last_name": "Bennett", "phones": ROSA["phones"][1:]})).json()
    await relate(rosa["id"], james["id"], "spouse", by=shop.counter)
    change = {
        "phones": [{"number": "+12125550111", "label": "Landline"}], "birthday": None, "texts_a_year": 0,
        "ring_sizes": ROSA["ring_sizes"],
    }  # fmt: skip
    after = (await till.patch(url, json=change)).json()
    assert [(one["number"], one["label"], one["is_first"]) for one in after["phones"]] == [
        ("+12125550111", "Landline", True)
    ]
    assert after["phones"][0]["shared_with"] == [{"id": james["id"], "name": "Bennett"}]
    assert (after["birthday"], after["texts_a_year"]) == (None, 0)
    assert after["relations"] == [{"customer": {"id": james["id"], "name": "Bennett"}, "relation": "spouse"}]
    for name in ("first_name", "emails", "anniversary", "allergies", "ring_sizes", "notes"):
        assert after[name] == rosa[name], name


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"phones": [{"number": "12"}]}, 422),
        ({"ring_sizes": [{"hand": "left", "finger": "sixth", "size": "6"}]}, 422),
        ({"birthday": {"month": 2, "day": 30}}, 422),
        ({"note": "card 4111 1111 1111 1111"}, 422),
        ({"shoe_size": 38}, 422),
    ],
)
async def test_one_wrong_part_and_nothing_of_it_is_kept(
    client: httpx.AsyncClient, shop: World, wrong: dict[str, object], status: int
) -> None:
    till = await door(client, shop)
    rosa = (await till.post("/api/customers", json=ROSA)).json()
    answer = await till.patch(f"/api/customers/{rosa['id']}", json={"first_name": "Rosalind", "tags": [], **wrong})
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert (await till.get(f"/api/customers/{rosa['id']}")).json() == rosa
    assert (await till.post("/api/customers", json={"last_name": "Zyx", **wrong})).status_code == status
    assert await fetch_value("SELECT count(*) FROM customer") == 1


async def test_people_are_found_and_listed_a_page_at_a_time(client: httpx.AsyncClient, shop: World) -> None:
    till = await door(client, shop)
    for name in ("Ada", "Bea", "Cleo"):
        await till.post("/api/customers", json={"last_name": "Moreau", "first_name": name})
    page = (await till.get("/api/customers", params={"limit": 2})).json()
    rest = (await till.get("/api/customers", params={"limit": 2, "after": page["next"]})).json()
    names = [one["name"] for one in page["customers"] + rest["customers"]]
    assert (names, rest["next"]) == (["Ada Moreau", "Bea Moreau", "Cleo Moreau"], None)
    found = (await till.get("/api/customers", params={"q": "Cleo"})).json()
    assert [one["name"] for one in found["customers"]] == ["Cleo Moreau"]


async def test_the_bench_gets_nothing_of_it(client: httpx.AsyncClient, shop: World) -> None:
    till = await door(client, shop)
    rosa = (await till.post("/api/customers", json=ROSA)).json()
    bench = await door(client, shop, "bench")
    for answer in (
        await bench.get("/api/customers"), await bench.get(f"/api/customers/{rosa['id']}"),
        await bench.patch(f"/api/customers/{rosa['id']}", json={}), await bench.post("/api/customers", json=ROSA),
    ):  # fmt: skip
        assert answer.status_code == 403 and "Bennett" not in answer.text


async def test_the_schema_tells_what_a_customer_holds(client: httpx.AsyncClient, shop: World) -> None:
    schema = (await (await door(client, shop)).get("/api/schema/openapi.json")).json()
    assert {"get", "patch"} <= set(schema["paths"]["/api/customers/{customer_id}"])
    person = next(one for name, one in schema["components"]["schemas"].items() if name.endswith("PersonIn"))
    assert {"phones", "emails", "ring_sizes", "allergies", "birthday"} <= set(person["properties"])
