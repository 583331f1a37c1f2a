"""A bench with a scanner."""

import httpx
import pytest

from tests.bench.rows import Scan


@pytest.fixture
def scan(client: httpx.AsyncClient) -> Scan:
    """Scan a code with an envelope in hand, as the page does."""

    async def post(code: str, in_hand: str = "") -> httpx.Response:
        return await client.post(
            "/bench/scans", data={"code": code, "in_hand": in_hand}, headers={"HX-Request": "true"}
        )

    return post
