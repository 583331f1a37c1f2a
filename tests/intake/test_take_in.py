"""The take-in flow through its real pages: nothing typed is lost, no number is spent twice."""

import re

import httpx
import pytest

from tests.factories import World, a_photo_row, a_signature, a_ticket, sign_in
from tests.reading import without_codes
from workshop.db import fetch, fetch_value

pytestmark = pytest.mark.anyio


async def begun(client: httpx.AsyncClient, shop: World) -> str:
    """A draft opened by the counter; gives its address."""
    await sign_in(client, shop.staff["counter"])
    answer = await client.post("/intake", data={})
    assert answer.status_code == 303
    return answer.headers["location"]


async def typed(client: httpx.AsyncClient, draft: str, piece: int | None = None, **fields: str) -> None:
    """Fields as the page saves them, one after another."""
    for name, value in fields.items():
        url = f"{draft}/save" + (f"?piece={piece}" if piece else "")
        answer = await client.post(url, data={name.replace("__", "-"): value})
        assert answer.status_code == 200, answer.text


async def filled(client: httpx.AsyncClient, shop: World, draft: str) -> None:
    """A whole take-in typed, up to the signature."""
    await typed(client, draft, last_name="Bennett", first_name="Rosa", phone="(212) 555-0111")
    change = f"{draft}/piece/1/change"
    assert (await client.post(change, data={"as": "ring"})).status_code == 200
    await typed(client, draft, 1, metal="14k", metal_basis="stamped", size_now="6", size_wanted="7",
                declared_value="6,400", declared_words="about six and a half thousand", marks="PRW")  # fmt: skip
    assert (await client.post(change, data={"add_stone": "1"})).status_code == 200
    await typed(client, draft, 1, stone__0__count="13")
    assert (await client.post(change, data={"add_task": "RS-UP"})).status_code == 200
    page = await client.get(f"{draft}/piece/1")
    code = re.search(r'/photos/of/([^"/?]+)', page.text)
    assert code
    for _ in range(4):  # a ring of that value: four of its angles
        await a_photo_row(code[1], shop)


async def test_a_ring_is_taken_in_and_prints_and_texts_once(client: httpx.AsyncClient, shop: World) -> None:
    draft = await begun(client, shop)
    await filled(client, shop, draft)
    form = {"signature": a_signature(), "price_terms": "firm", "may_text": "yes"}
    first = await client.post(f"{draft}/finish", data=form)
    again = await client.post(f"{draft}/finish", data=form)
    assert first.status_code == again.status_code == 303
    assert first.headers["location"].split("?")[0] == again.headers["location"].split("?")[0]
    assert await fetch_value("SELECT count(*) FROM ticket") == 1
    envelope = (await fetch("SELECT * FROM envelope"))[0]
    assert (envelope["declared_value_cents"], envelope["stone_count"], envelope["size_wanted"]) == (640_000, 13, "7")
    assert await fetch_value("SELECT number FROM phone") == "+12125550111"
    assert await fetch_value("SELECT count(*) FROM message WHERE template = 'taken_in'") == 1
    documents = await fetch("SELECT document FROM print_job ORDER BY document")
    assert [row["document"] for row in documents] == ["claim_check", "label"]


async def test_everything_typed_is_there_on_another_tablet(client: httpx.AsyncClient, shop: World) -> None:
    draft = await begun(client, shop)
    await filled(client, shop, draft)
    client.cookies.clear()
    await sign_in(client, shop.staff["manager"])
    page = await client.get(f"{draft}/piece/1")
    for seen in ('value="6,400"', "about six and a half thousand", 'value="13"', "Size up"):
        assert seen in page.text
    assert "Bennett" in (await client.get("/")).text


async def test_without_photos_or_signature_nothing_is_saved_and_nothing_is_lost(
    client: httpx.AsyncClient, shop: World
) -> None:
    draft = await begun(client, shop)
    await filled(client, shop, draft)
    unsigned = await client.post(f"{draft}/finish", data={"price_terms": "firm", "note": "leave at the desk"})
    assert unsigned.status_code == 422
    assert "signs in the box" in unsigned.text and "leave at the desk" in unsigned.text
    await fetch("DELETE FROM photo")
    bare = await client.post(f"{draft}/finish", data={"price_terms": "firm", "signature": a_signature()})
    assert bare.status_code == 422
    assert "Needs 4 photos. Still to take: top, side with hallmark, inside of the band" in bare.text
    assert await fetch_value("SELECT count(*) FROM ticket") == 0
    assert await fetch_value("SELECT last_number FROM shop") == 10_000


async def test_a_wrong_phone_is_told_beside_its_field_and_the_rest_kept(client: httpx.AsyncClient, shop: World) -> None:
    draft = await begun(client, shop)
    await typed(client, draft, last_name="Moreau")
    answer = await client.post(f"{draft}/save", data={"phone": "12"}, headers={"Accept": "application/json"})
    assert answer.status_code == 200 and "not a phone number" in answer.json()["errors"]["phone"]
    page = (await client.get(draft)).text  # half a number is what was typed: it is there on the next tablet too
    assert 'value="Moreau"' in page and 'value="12"' in page
    refused = await client.post(f"{draft}/finish", data={"signature": a_signature(), "price_terms": "firm"})
    assert refused.status_code == 422 and "not a phone number" in refused.text


async def test_a_card_number_is_refused_wherever_it_is_typed(client: httpx.AsyncClient, shop: World) -> None:
    draft = await begun(client, shop)
    answer = await client.post(
        f"{draft}/save", data={"note": "card 4111 1111 1111 1111"}, headers={"Accept": "application/json"}
    )
    assert answer.status_code == 422
    assert "4111" not in without_codes((await client.get(f"{draft}/finish")).text)


async def test_two_tablets_on_one_draft_lose_nothing(client: httpx.AsyncClient, shop: World) -> None:
    import anyio

    draft = await begun(client, shop)
    async with anyio.create_task_group() as tasks:
        for number in range(12):
            tasks.start_soon(_add_stone, client, draft, number)
    page = await client.get(f"{draft}/piece/1")
    assert page.status_code == 200
    pieces = await fetch_value("SELECT jsonb_array_length(data->'pieces'->0->'stones') FROM intake_draft")
    assert pieces == 12


async def _add_stone(client: httpx.AsyncClient, draft: str, _: int) -> None:
    assert (await client.post(f"{draft}/piece/1/change", data={"as": "ring", "add_stone": "1"})).status_code == 200


async def test_a_known_piece_comes_with_its_stones(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_ticket(shop)
    await sign_in(client, shop.staff["counter"])
    started = await client.post("/intake", data={"customer": str(ticket.customer)})
    where = started.headers["location"]
    piece = await fetch_value("SELECT id FROM piece")
    answer = await client.post(f"{where}/change", data={"piece_id": str(piece)})
    assert answer.status_code == 200
    assert "Oval halo ring" in answer.text and "13 in all" in answer.text


async def test_the_bench_does_not_take_in(client: httpx.AsyncClient, shop: World) -> None:
    await sign_in(client, shop.staff["bench"])
    assert (await client.post("/intake", data={})).status_code == 403
