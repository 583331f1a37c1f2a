"""PR-5 through the door other systems use: what they fetch is what a scanner reads."""

import io
from urllib.parse import urlsplit

import httpx
import pytest
import zxingcpp
from PIL import Image

from tests.factories import World, a_ticket, api_token
from tests.printing.escpos_decoder import pages
from workshop.db import fetch_value
from workshop.settings import settings

pytestmark = pytest.mark.anyio


async def as_role(shop: World, role: str) -> dict[str, str]:
    """The header of a token of this role."""
    return {"Authorization": f"Bearer {await api_token(shop, role)}"}


def read(page: Image.Image) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(page.convert("L"))]


@pytest.mark.parametrize("role", ["counter", "bench", "manager"])
async def test_the_bytes_of_a_label_print_a_code_that_reads_as_the_envelopes(
    client: httpx.AsyncClient, shop: World, role: str
) -> None:
    ticket = await a_ticket(shop)
    code = await fetch_value("SELECT code FROM envelope")
    who = await as_role(shop, role)
    for name in (code, code.lower(), f"{ticket.number}-1"):
        answer = await client.get(f"/api/envelopes/{name}/label.escpos", headers=who)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/octet-stream")
        [paper] = pages(answer.content)
        assert read(paper) == [code]
    answer = await client.get(f"/api/envelopes/{code}/label.escpos?profile=TM-T20II", headers=who)
    assert pages(answer.content)[0].width == 576


async def test_the_picture_of_a_label_reads_the_same(client: httpx.AsyncClient, shop: World) -> None:
    await a_ticket(shop)
    code = await fetch_value("SELECT code FROM envelope")
    answer = await client.get(f"/api/envelopes/{code}/label.png", headers=await as_role(shop, "bench"))
    assert answer.headers["content-type"] == "image/png"
    assert read(Image.open(io.BytesIO(answer.content))) == [code]


async def test_a_claim_checks_code_opens_the_customers_page(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_ticket(shop)
    who = await as_role(shop, "counter")
    answer = await client.get(f"/api/tickets/{ticket.number}/claim-check.png", headers=who)
    [address] = read(Image.open(io.BytesIO(answer.content)))
    assert address.startswith(f"{settings().base_url}/t/")
    page = await client.get(urlsplit(address).path)
    assert page.status_code == 200
    assert ticket.number in page.text


async def test_what_is_not_there_or_not_allowed_is_a_problem_document(
    client: httpx.AsyncClient, shop: World
) -> None:
    ticket = await a_ticket(shop)
    code = await fetch_value("SELECT code FROM envelope")
    counter, bench = await as_role(shop, "counter"), await as_role(shop, "bench")
    for path, who, status in [
        ("/api/envelopes/E0000000000000000A/label.escpos", counter, 404),
        ("/api/envelopes/HR-1-1/label.png", counter, 404),
        ("/api/tickets/HR-1/claim-check.png", counter, 404),
        (f"/api/envelopes/{code}/label.png?profile=NoSuchPrinter", counter, 422),
        (f"/api/tickets/{ticket.number}/claim-check.png", bench, 403),
        (f"/api/envelopes/{code}/label.png", {}, 401),
    ]:
        answer = await client.get(path, headers=who)
        assert answer.status_code == status, path
        assert answer.headers["content-type"].startswith("application/problem+json")
        assert answer.json()["detail"]
