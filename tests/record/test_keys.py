"""Idempotency: the same key answers the same, whatever the network does (FT-12)."""

import asyncio

import httpx
import pytest

from tests.factories import World, api_token
from workshop.db import fetch_value

pytestmark = pytest.mark.anyio

BODY = {
    "customer": {"last_name": "Moreau", "phone": "212 555 0122"},
    "envelopes": [{"piece": {"kind": "necklace"}, "tasks": [{"code": "CH-SLD", "drivers": {"metal": "18k"}}]}],
}


async def test_a_hundred_take_ins_sent_three_times_each_make_a_hundred_tickets(
    client: httpx.AsyncClient, shop: World
) -> None:
    headers = {"Authorization": f"Bearer {await api_token(shop)}"}

    async def send(number: int) -> tuple[int, str]:
        answer = await client.post("/api/tickets", json=BODY, headers={**headers, "Idempotency-Key": f"k{number}"})
        return answer.status_code, answer.text

    for start in range(0, 100, 10):
        answers = await asyncio.gather(*(send(n) for n in range(start, start + 10) for _ in range(3)))
        assert {status for status, _ in answers} == {201}
        assert len({body for _, body in answers}) == 10
    assert await fetch_value("SELECT count(*) FROM ticket") == 100
    assert await fetch_value("SELECT count(*) FROM event WHERE name = 'taken_in'") == 100


async def test_the_same_key_with_another_body_is_refused(client: httpx.AsyncClient, shop: World) -> None:
    headers = {"Authorization": f"Bearer {await api_token(shop)}", "Idempotency-Key": "one"}
    assert (await client.post("/api/tickets", json=BODY, headers=headers)).status_code == 201
    other = {**BODY, "note": "something else"}
    answer = await client.post("/api/tickets", json=other, headers=headers)
    assert answer.status_code == 422
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert await fetch_value("SELECT count(*) FROM ticket") == 1


async def test_a_refused_act_leaves_its_key_free(client: httpx.AsyncClient, shop: World) -> None:
    headers = {"Authorization": f"Bearer {await api_token(shop)}", "Idempotency-Key": "two"}
    bad = {**BODY, "price_terms": "cheap"}
    assert (await client.post("/api/tickets", json=bad, headers=headers)).status_code == 422
    assert (await client.post("/api/tickets", json=BODY, headers=headers)).status_code == 201


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"customer": {"last_name": ""}}, "customer.last_name"),
        ({"customer": {"last_name": "X", "phone": "12"}}, "phone"),
        ({"envelopes": []}, "envelopes"),
        ({"envelopes": [{"piece": {"kind": "spoon"}, "tasks": [{"code": "CH-SLD"}]}]}, "kind"),
        ({"envelopes": [{"piece": {"kind": "ring"}, "tasks": [{"code": "NOPE"}]}]}, "code"),
        ({"promise_on": "yesterday"}, "promise_on"),
        ({"colour": "blue"}, "colour"),
    ],
)
async def test_bad_input_names_the_field(
    client: httpx.AsyncClient, shop: World, change: dict[str, object], field: str
) -> None:
    headers = {"Authorization": f"Bearer {await api_token(shop)}"}
    answer = await client.post("/api/tickets", json={**BODY, **change}, headers=headers)
    assert answer.status_code == 422, answer.text
    assert field in answer.text
    assert await fetch_value("SELECT count(*) FROM ticket") == 0


async def test_a_bench_token_takes_nothing_in(client: httpx.AsyncClient, shop: World) -> None:
    headers = {"Authorization": f"Bearer {await api_token(shop, 'bench')}"}
    assert (await client.post("/api/tickets", json=BODY, headers=headers)).status_code == 403
    assert (await client.post("/api/tickets", json=BODY)).status_code == 401
