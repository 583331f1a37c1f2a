"""What a tablet keeps for the time without a connection: files that are there, and nothing of anybody."""

import json
import re

import httpx
import pytest

from tests.factories import World, an_envelope, sign_in

pytestmark = pytest.mark.anyio


async def test_every_file_the_tablet_keeps_is_there(shop: World, client: httpx.AsyncClient) -> None:
    worker = await client.get("/sw.js")
    assert worker.headers["content-type"].startswith("text/javascript")
    found = re.search(r"const FILES = (\[.*\]);", worker.text)
    assert found
    files = json.loads(found[1])  # one that is missing, and the browser keeps none of them
    assert len(files) > 30
    for file in files:
        assert (await client.get(file)).status_code == 200, file


async def test_the_kept_page_names_nobody(shop: World, client: httpx.AsyncClient) -> None:
    envelope = await an_envelope(shop)
    await sign_in(client, shop.staff["bench"])
    page = (await client.get("/offline")).text
    assert "No connection to the shop" in page
    assert "Lindqvist" not in page and "Bennett" not in page and envelope.number not in page
