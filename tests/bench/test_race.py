"""Eight people reach for the same envelope in the same moment: one gets it, seven are told who did."""

import asyncio

import httpx
import pytest

from tests.factories import World, an_envelope, api_token
from workshop.db import fetch_value

pytestmark = pytest.mark.anyio


async def start(client: httpx.AsyncClient, code: str, token: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"}
    return await client.post(f"/api/envelopes/{code}/moves", json={"to": "at_bench"}, headers=headers)


async def test_eight_start_at_once_and_one_wins(shop: World, client: httpx.AsyncClient) -> None:
    envelope = await an_envelope(shop)
    tokens = [await api_token(shop, "bench") for _ in range(8)]

    answers = await asyncio.gather(*(start(client, envelope.code, token) for token in tokens))
    winners = [answer for answer in answers if answer.status_code == 200]
    losers = [answer.json() for answer in answers if answer.status_code == 409]
    assert (len(winners), len(losers)) == (1, 7)
    winner = await fetch_value("SELECT s.name FROM envelope v JOIN staff s ON s.id = v.jeweler")
    for refused in losers:
        assert f"{winner.split()[0]} has {envelope.number} since " in refused["detail"]
        assert "quality_check" in refused["allowed"]
    assert await fetch_value("SELECT count(*) FROM event WHERE to_stage = 'at_bench'") == 1


async def test_one_persons_eight_scans_are_one(shop: World, client: httpx.AsyncClient) -> None:
    envelope = await an_envelope(shop)
    token = await api_token(shop, "bench")

    answers = await asyncio.gather(*(start(client, envelope.code, token) for _ in range(8)))
    assert {answer.status_code for answer in answers} == {200}
    assert await fetch_value("SELECT count(*) FROM event WHERE to_stage = 'at_bench'") == 1
