"""What was agreed at the counter reaches the bench: the words to cut, the price terms without an amount."""

import html

import httpx
import pytest

from tests.factories import World, a_new_ticket, a_photo_row, a_ring, sign_in
from tests.reading import without_codes
from workshop.db import fetch_value
from workshop.errors import NotAllowed
from workshop.record.pieces.engraving import Engraving
from workshop.record.prices.work import NewTask
from workshop.record.quality.quality import Check, pass_quality
from workshop.record.quality.quality_lists import lines_for
from workshop.record.tickets.envelopes import finish_work, start_work
from workshop.record.tickets.standing import envelope_by_code
from workshop.record.tickets.tickets import NewEnvelope, take_in
from workshop.record.trade import QUALITY

pytestmark = pytest.mark.anyio

WORDS = Engraving("EN-MCH", "Noël & “R”  12.6.26", "script", "inside", "opposite the hallmark")


async def engraved(world: World, **more: object) -> str:
    """A ring whose words are signed for; gives its code."""
    one = NewEnvelope([NewTask("EN-MCH", drivers={"characters": "14"})], piece=a_ring(), engravings=[WORDS])
    ticket = await take_in(a_new_ticket(envelopes=[one], **more), by=world.counter)
    code: str = await fetch_value("SELECT code FROM envelope WHERE ticket = $1", ticket.id)
    return code


async def test_the_engraver_and_the_checker_read_the_signed_words(client: httpx.AsyncClient, shop: World) -> None:
    code = await engraved(shop)
    await sign_in(client, shop.staff["bench"])
    page = html.unescape((await client.get(f"/bench/{code}")).text)
    assert WORDS.text in page and "Script, inside, opposite the hallmark" in page
    await start_work(code, by=shop.bench)
    await finish_work(code, by=shop.bench)
    assert WORDS.text in html.unescape((await client.get(f"/bench/quality/{code}")).text)


async def test_no_check_passes_before_the_engraving_was_read_again(world: World) -> None:
    code = await engraved(world)
    await start_work(code, by=world.bench)
    await finish_work(code, by=world.bench)
    await a_photo_row(code, world, kind="after")
    with pytest.raises(NotAllowed, match="The engraving reads exactly “Noël"):
        await pass_quality(code, Check(QUALITY["ring"], 13), by=world.bench2)
    lines = [line.words for line in await lines_for(await envelope_by_code(code, shop=world.shop.id))]
    passed = await pass_quality(code, Check(lines, 13), by=world.bench2)
    assert passed.stage == "ready_for_pickup"


@pytest.mark.parametrize(
    ("terms", "said"),
    [("firm", "Firm price"), ("call", "Call before starting"), ("not_above", "A limit is agreed"),
     ("estimate", "nothing before the customer approves")],
)  # fmt: skip
async def test_the_price_terms_are_said_at_the_bench_without_an_amount(
    client: httpx.AsyncClient, shop: World, terms: str, said: str
) -> None:
    limit = 7_654_300
    code = await engraved(shop, price_terms=terms, not_above_cents=limit if terms == "not_above" else None)
    await sign_in(client, shop.staff["bench"])
    page = (await client.get(f"/bench/{code}")).text
    assert said in page
    assert "76,543" not in without_codes(page)
