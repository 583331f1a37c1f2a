"""The printed cards, on the page and on strips of paper, read back as a scanner reads them."""

import base64
import io
import re
from collections.abc import Iterator

import httpx
import pytest
import zxingcpp
from PIL import Image

from tests.factories import World, sign_in
from tests.printing.escpos_decoder import pages
from tests.printing.shop_printers import url_of
from tests.printing.tcp_printer import Fault, TcpPrinter
from workshop.db import fetch
from workshop.record.codes import ACTIONS
from workshop.settings import settings
from workshop.web.pages import STATIC

pytestmark = pytest.mark.anyio


def read_codes(pictures: list[Image.Image]) -> set[str]:
    """What a scanner makes of them."""
    return {zxingcpp.read_barcodes(picture)[0].text for picture in pictures}


async def test_every_card_reads_back_as_its_code(shop: World, client: httpx.AsyncClient) -> None:
    await sign_in(client, shop.staff["manager"])
    page = (await client.get("/bench/cards")).text
    pictures = re.findall(r"data:image/png;base64,([A-Za-z0-9+/=]+)", page)
    places = {row["code"] for row in await fetch("SELECT code FROM place WHERE kind <> 'vendor'")}
    badges = {shop.staff[name].badge_code for name in ("counter", "bench", "bench2")}
    read = read_codes([Image.open(io.BytesIO(base64.b64decode(one))) for one in pictures])
    assert read == set(ACTIONS) | places | badges


async def test_nobody_but_a_manager_is_shown_a_badge(shop: World, client: httpx.AsyncClient) -> None:
    await sign_in(client, shop.staff["bench"])
    page = (await client.get("/bench/cards")).text
    assert shop.staff["bench2"].badge_code not in page and shop.staff["bench"].badge_code not in page
    assert (await client.post("/bench/cards/prints", data={"sheet": "badges"})).status_code == 404


@pytest.fixture
def receipt_printer(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    yield monkeypatch
    monkeypatch.undo()
    settings.cache_clear()


async def test_strips_come_out_of_the_receipt_printer(
    shop: World, client: httpx.AsyncClient, receipt_printer: pytest.MonkeyPatch
) -> None:
    await sign_in(client, shop.staff["manager"])
    async with TcpPrinter() as printer:
        receipt_printer.setenv("WORKSHOP_RECEIPT_PRINTER", url_of(printer))
        settings.cache_clear()
        answer = await client.post("/bench/cards/prints", data={"sheet": "badges"})
        assert "3 cards sent to the printer" in answer.text
        badges = {shop.staff[name].badge_code for name in ("counter", "bench", "bench2")}
        assert read_codes(pages(bytes(printer.received))) == badges
        printer.fault = Fault.COVER_OPEN
        answer = await client.post("/bench/cards/prints", data={"sheet": "holds"})
        assert "0 of 4 cards came out" in answer.text


async def test_without_a_printer_the_page_says_so(shop: World, client: httpx.AsyncClient) -> None:
    await sign_in(client, shop.staff["bench"])
    answer = await client.post("/bench/cards/prints", data={"sheet": "acts"})
    assert "No printer is set up here" in answer.text


def test_every_card_is_known_to_the_tablet() -> None:
    known = re.search(r"const CARD = /(.+)/;", (STATIC / "scan-grammar.js").read_text())
    assert known
    assert all(re.fullmatch(known[1], card) for card in ACTIONS)
    assert not re.fullmatch(known[1], "A-NONSENSE")
