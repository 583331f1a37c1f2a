"""The printed cards, read back as a scanner reads them."""

import base64
import io
import re

import httpx
import pytest
import zxingcpp
from PIL import Image

from tests.factories import World, sign_in
from workshop.db import fetch
from workshop.record.codes import ACTIONS

pytestmark = pytest.mark.anyio


async def test_every_card_reads_back_as_its_code(shop: World, client: httpx.AsyncClient) -> None:
    await sign_in(client, shop.staff["manager"])
    page = (await client.get("/bench/cards")).text
    pictures = re.findall(r"data:image/png;base64,([A-Za-z0-9+/=]+)", page)
    read = {zxingcpp.read_barcodes(Image.open(io.BytesIO(base64.b64decode(one))))[0].text for one in pictures}
    places = {row["code"] for row in await fetch("SELECT code FROM place")}
    badges = {shop.staff[name].badge_code for name in ("counter", "bench", "bench2")}
    assert read == set(ACTIONS) | places | badges
