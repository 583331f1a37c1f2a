"""Taking in over JSON as somebody does who has only the schema: what cannot be used is named where it stands."""

import re
from typing import Any

import httpx
import pytest

from tests.factories import World, a_ticket, api_token
from workshop.db import fetch_value

pytestmark = pytest.mark.anyio
FIXED = {  # issue by issue these stay where they are, for tills that were written against them
    ("post", "/api/tickets"), ("get", "/api/tickets/{number}"), ("post", "/api/envelopes/{code}/photos"),
    ("post", "/api/envelopes/{code}/moves"), ("get", "/api/envelopes/{code}/label.png"),
    ("get", "/api/envelopes/{code}/label.escpos"), ("get", "/api/queue"), ("get", "/api/search"),
    ("get", "/api/board"), ("get", "/health"),
}  # fmt: skip


async def till(client: httpx.AsyncClient, shop: World) -> httpx.AsyncClient:
    client.headers["Authorization"] = f"Bearer {await api_token(shop)}"
    return client


def body(**changes: Any) -> dict[str, Any]:
    """One ring to be made larger, with changes by their path: `{"envelopes.0.piece.kind": "spoon"}`."""
    ring = {"kind": "ring", "description": "Band"}
    sent: dict[str, Any] = {
        "customer": {"last_name": "Bennett", "phone": "212 555 0111"},
        "envelopes": [{"piece": dict(ring), "tasks": [{"code": "PL-CLN"}]},
                      {"piece": dict(ring), "tasks": [{"code": "PL-CLN"}, {"code": "RS-UP", "drivers": {"sizes": 1}}]}],
    }  # fmt: skip
    for path, value in changes.items():
        *way, last = path.split("__")
        at: Any = sent
        for step in way:
            at = at[int(step) if step.isdigit() else step]
        at[last] = value
    return sent


async def test_the_schema_has_the_doors_and_nothing_else(client: httpx.AsyncClient, shop: World) -> None:
    schema = (await (await till(client, shop)).get("/api/schema")).json()
    doors = {(method, path) for path, one in schema["paths"].items() for method in one}
    assert doors >= FIXED
    assert all(path.startswith("/api/") or path == "/health" for _, path in doors), "pages are not for tills"
    take_in = schema["paths"]["/api/tickets"]["post"]
    assert "Idempotency-Key" in [one["name"] for one in take_in["parameters"]]
    assert "application/problem+json" in take_in["responses"]["422"]["content"] and "400" not in take_in["responses"]
    said = str(schema["components"]["schemas"])
    assert "in cents" in said and "`earrings`" in said, "units and words are told, not guessed"


@pytest.mark.parametrize(
    ("change", "value", "field"),
    [
        ("customer__phone", "abc", "customer.phone"),
        ("customer__email", "rosa", "customer.email"),
        ("customer__last_name", " ", "customer.last_name"),
        ("envelopes__1__piece__kind", "spoon", "envelopes[1].piece.kind"),
        ("envelopes__1__tasks__1__code", "NO-SUCH", "envelopes[1].tasks[1].code"),
        ("envelopes__1__tasks__1__quantity", 0, "envelopes[1].tasks[1].quantity"),
        ("envelopes__1__tasks__1__drivers", {"sizes": "two"}, "envelopes[1].tasks[1].drivers.sizes"),
        ("envelopes__1__tasks__1__drivers", {"metall": "18k"}, "envelopes[1].tasks[1].drivers.metall"),
        ("envelopes__1__tasks__1__drivers", {"metal": "gold"}, "envelopes[1].tasks[1].drivers.metal"),
        ("envelopes__1__declared_value_cents", 5, "envelopes[1].declared_value_cents"),
        ("envelopes__1__piece", None, "envelopes[1].piece"),
        ("envelopes", [], "envelopes"),
        ("promise_on", "2031-02-30", "promise_on"),
    ],
)  # fmt: skip
async def test_what_cannot_be_used_is_named_where_it_stands(
    client: httpx.AsyncClient, shop: World, change: str, value: Any, field: str
) -> None:
    answer = await (await till(client, shop)).post("/api/tickets", json=body(**{change: value}))
    assert answer.status_code == 422 and answer.headers["content-type"] == "application/problem+json"
    assert list(answer.json()["fields"]) == [field], answer.text
    assert await fetch_value("SELECT count(*) FROM ticket") == 0


async def test_what_is_missing_is_named(client: httpx.AsyncClient, shop: World) -> None:
    door = await till(client, shop)
    assert list((await door.post("/api/tickets", json={"customer": {}})).json()["fields"]) == ["envelopes"]
    without_code = body(envelopes__0__tasks=[{"quantity": 1}])
    assert list((await door.post("/api/tickets", json=without_code)).json()["fields"]) == ["envelopes[0].tasks[0].code"]


async def test_a_metal_is_priced_however_it_is_written(client: httpx.AsyncClient, shop: World) -> None:
    door = await till(client, shop)
    prices = []
    for metal in ("14k", "18K", "18k"):
        sent = body(envelopes__1__tasks__1__drivers={"sizes": 1, "metal": metal})
        made = await door.post("/api/tickets", json=sent)
        assert made.status_code == 201, made.text
        prices.append(made.json()["envelopes"][1]["tasks"][1]["price"])
    assert prices[0] < prices[1] == prices[2]


async def test_a_known_customer_needs_a_number_only(client: httpx.AsyncClient, shop: World) -> None:
    rosa = (await a_ticket(shop)).customer
    made = await (await till(client, shop)).post("/api/tickets", json=body(customer={"id": rosa}))
    assert made.status_code == 201 and made.json()["customer"]["id"] == rosa


async def test_who_has_no_token_is_told_how_to_send_one(client: httpx.AsyncClient, shop: World) -> None:
    answer = await client.get("/api/queue")
    assert answer.status_code == 401 and answer.headers["www-authenticate"] == "Bearer"
    assert re.search(r"Authorization: Bearer .*workshop token create", answer.json()["detail"])


async def test_a_profile_nobody_knows_is_named(client: httpx.AsyncClient, shop: World) -> None:
    door = await till(client, shop)
    code = (await door.post("/api/tickets", json=body())).json()["envelopes"][0]["code"]
    answer = await door.get(f"/api/envelopes/{code}/label.png", params={"profile": "none-such"})
    assert answer.status_code == 422 and "profile" in answer.json()["fields"]
    text = await door.post(f"/api/envelopes/{code}/photos", files={"photo": ("a.jpg", b"not a picture")})
    assert text.status_code == 422 and "photo" in text.json()["fields"]
