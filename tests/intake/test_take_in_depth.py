"""What must be done before the customer signs: photos by side, risks explained, words agreed, a manager's word."""

import html
import json
import re

import httpx
import pytest

from intake.size_step import size_trouble
from tests.factories import World, a_signature, a_ticket, sign_in
from tests.intake.take_in_steps import at_a_station, begun, code_of, photographed, saved, signed, tapped, tickets
from workshop.db import fetch, fetch_one, fetch_value

pytestmark = pytest.mark.anyio


async def ready(client: httpx.AsyncClient, shop: World, *taps: dict[str, str]) -> str:
    """A ring with its two photos and a line of work; gives the draft."""
    draft = await begun(client, shop)
    await tapped(client, draft, *(taps or ({"add_task": "RS-UP"},)))
    await photographed(client, shop, draft, "top", "hallmark")
    return draft


# ---- photos -------------------------------------------------------------------------------------


async def test_signing_names_the_side_that_was_not_photographed(client: httpx.AsyncClient, shop: World) -> None:
    draft = await begun(client, shop)
    await tapped(client, draft, {"add_task": "RS-UP"})
    await photographed(client, shop, draft, "top", "closeup", "closeup")
    refused = await signed(client, draft)
    assert refused.status_code == 422 and "Still to take: side with hallmark." in refused.text
    assert f'href="{draft}/piece/1#photos"' in refused.text  # and leads to where it is taken
    assert await tickets() == 0
    await photographed(client, shop, draft, "hallmark")
    assert (await signed(client, draft)).status_code == 303


async def test_a_dear_piece_needs_more_sides_unless_the_shop_asks_for_less(
    client: httpx.AsyncClient, shop: World
) -> None:
    draft = await ready(client, shop)
    await saved(client, draft, {"declared_value": "5,001"})
    assert "Still to take: inside of the band, setting from the side." in (await signed(client, draft)).text
    await fetch("UPDATE shop SET photo_guide = $1", json.dumps({"ring": {"valuable": 2}}))
    assert (await signed(client, draft)).status_code == 303


async def test_the_next_side_is_offered_first_and_a_photo_can_be_named_until_it_is_signed_for(
    client: httpx.AsyncClient, shop: World
) -> None:
    draft = await begun(client, shop)
    assert 'data-next="top"' in (await client.get(f"{draft}/piece/1")).text
    code = await photographed(client, shop, draft, "closeup")
    photo = await fetch_value("SELECT id FROM photo")
    named = await client.post(f"/photos/{photo}/angle", data={"angle": "top"})
    assert named.json() == {"angle": "top", "words": "Top"}
    strip = (await client.get(f"{draft}/piece/1/photos")).text
    assert 'data-next="hallmark"' in strip and f"/photos/{photo}/thumb" in strip
    await photographed(client, shop, draft, "hallmark")
    await tapped(client, draft, {"add_task": "RS-UP"})
    assert (await signed(client, draft)).status_code == 303
    late = await client.post(f"/photos/{photo}/angle", data={"angle": "inside"})
    assert late.status_code == 409
    assert await fetch_value("SELECT angle FROM photo WHERE id = $1", photo) == "top"
    assert await fetch_value("SELECT count(*) FROM photo WHERE envelope_code = $1", code) == 2


# ---- a manager's word ---------------------------------------------------------------------------


async def test_above_the_limit_a_manager_approves_at_the_same_tablet(client: httpx.AsyncClient, shop: World) -> None:
    await at_a_station(client, shop)
    draft = await ready(client, shop)
    await photographed(client, shop, draft, "inside", "setting")
    await saved(client, draft, {"declared_value": "12,000"})
    code = await code_of(client, draft)
    assert "A manager approves the value" in (await signed(client, draft)).text
    asked = {"act": "declared_value", "subject": code, "amount": "1200000"}
    dialog = await client.get("/approvals/ask", params=asked)
    assert "Take in a piece declared at $12,000.00" in dialog.text and "Maya Finch" in dialog.text
    maya = {"person": str(shop.staff["manager"].id)}
    wrong = await client.post("/approvals", data=asked | maya | {"pin": "444445"})
    assert wrong.status_code == 422 and "That PIN is not right" in wrong.text
    given = await client.post("/approvals", data=asked | maya | {"pin": "444444"})
    assert given.status_code == 200 and "approved" in json.loads(given.headers["hx-trigger"])
    assert "Noor Haddad" in (await client.get("/")).text  # she is still the one signed in
    assert "Approved by Maya Finch" in (await client.get(f"{draft}/piece/1")).text

    await saved(client, draft, {"declared_value": "12,000.01"})  # the value rises: the word is void
    assert "A manager approves the value" in (await signed(client, draft)).text
    assert await tickets() == 0
    await saved(client, draft, {"declared_value": "11,500"})
    done = await signed(client, draft)
    assert done.status_code == 303
    ticket = (await client.get(done.headers["location"].split("?")[0])).text
    assert "Maya Finch approved with a PIN: take in a piece declared at $11,500.00" in html.unescape(ticket)
    assert await fetch_value("SELECT used_at IS NOT NULL FROM approval")


async def test_a_manager_takes_in_without_asking_anybody(client: httpx.AsyncClient, shop: World) -> None:
    draft = await begun(client, shop, "manager")
    await tapped(client, draft, {"add_task": "RS-UP"})
    await photographed(client, shop, draft, "top", "hallmark", "inside", "setting")
    await saved(client, draft, {"declared_value": "90,000"})
    assert (await signed(client, draft)).status_code == 303


async def test_the_dialog_asks_for_nothing_it_does_not_know(client: httpx.AsyncClient, shop: World) -> None:
    await at_a_station(client, shop)
    await sign_in(client, shop.staff["counter"])
    assert (await client.get("/approvals/ask", params={"act": "everything"})).status_code == 422
    badge = shop.staff["manager"].badge_code
    asked = {"act": "discount", "subject": "HR-1", "amount": "500", "badge": badge}
    named = await client.post("/approvals", data=asked)  # the badge says who, the PIN proves it
    assert "hx-trigger" not in named.headers
    assert re.search(rf'value="{shop.staff["manager"].id}" checked', named.text)
    assert await fetch_value("SELECT count(*) FROM approval") == 0
    await fetch("UPDATE shop SET badge_approves = true")
    assert "hx-trigger" in (await client.post("/approvals", data=asked)).headers


# ---- words to engrave ---------------------------------------------------------------------------


async def test_an_engraving_is_signed_for_only_when_both_typings_agree(client: httpx.AsyncClient, shop: World) -> None:
    draft = await ready(client, shop, {"add_task": "EN-MCH"})
    assert "Write what is to be engraved" in html.unescape((await signed(client, draft)).text)
    words = {"engraving-0-text": "A & B  12.6.26", "engraving-0-again": "A & b  12.6.26", "engraving-0-side": "inside"}
    await saved(client, draft, words | {"engraving-0-font": "script"})
    refused = html.unescape((await signed(client, draft)).text)
    assert "Sign 5 differs: capital “B” the first time, “b” the second." in refused
    shown = html.unescape((await client.get(f"{draft}/piece/1/prices")).text)
    assert "<mark>B</mark>" in shown and "<mark>b</mark>" in shown
    await saved(client, draft, {"engraving-0-again": "A & B  12.6.26"})
    read_back = html.unescape((await client.get(f"{draft}/finish")).text)
    assert '<p class="cut">A & B  12.6.26</p>' in read_back and "Script, inside" in read_back
    assert (await signed(client, draft)).status_code == 303
    kept = json.loads(await fetch_value("SELECT engravings FROM envelope"))
    assert kept == [{"task": "EN-MCH", "text": "A & B  12.6.26", "font": "script", "side": "inside", "place": "",
                     "is_sample": False}]  # fmt: skip
    drivers = json.loads(await fetch_value("SELECT drivers FROM task WHERE code = 'EN-MCH'"))
    assert drivers["characters"] == "10"  # what is cut is what is charged


async def test_a_crest_is_engraved_from_its_drawing_without_letters(client: httpx.AsyncClient, shop: World) -> None:
    draft = await ready(client, shop, {"add_task": "EN-HND"})
    await saved(client, draft, {"engraving-0-sample": "yes"})
    assert "Say which drawing" in (await signed(client, draft)).text
    await saved(client, draft, {"engraving-0-place": "crest on the card, on the shield"})
    assert (await signed(client, draft)).status_code == 303


# ---- risks --------------------------------------------------------------------------------------


async def test_risks_of_this_very_work_are_explained_before_signing_and_kept(
    client: httpx.AsyncClient, shop: World
) -> None:
    draft = await ready(client, shop, {"add_task": "RS-UP"}, {"add_stone": "1"})
    await saved(client, draft, {"stone-0-identity": "opal"})
    page = html.unescape((await client.get(f"{draft}/finish")).text)
    assert "it can craze or crack from heat" in page
    assert (await signed(client, draft)).status_code == 422
    seal = re.search(r'name="risks_explained" value="(\w+)"', page)
    assert seal
    await saved(client, draft, {"stone-0-identity": "emerald"})  # another stone: the old tick explains nothing
    assert (await signed(client, draft, risks_explained=seal[1])).status_code == 422
    now = re.search(r'name="risks_explained" value="(\w+)"', (await client.get(f"{draft}/finish")).text)
    assert now and now[1] != seal[1]
    done = await signed(client, draft, risks_explained=now[1])
    assert done.status_code == 303
    row = await fetch_one("SELECT number, risks, risks_explained FROM ticket")
    assert row and row["risks_explained"] and "filled with oil" in json.loads(row["risks"])[0]
    paper = html.unescape((await client.get(f"/prints/claim-check/{row['number']}")).text)
    assert "Explained before you signed" in paper and "filled with oil" in paper


async def test_plain_work_asks_for_no_tick(client: httpx.AsyncClient, shop: World) -> None:
    draft = await ready(client, shop)
    assert "risks_explained" not in (await client.get(f"{draft}/finish")).text
    assert (await signed(client, draft)).status_code == 303
    assert await fetch_value("SELECT risks_explained FROM ticket") is False


# ---- what was agreed about the price --------------------------------------------------------------


@pytest.mark.parametrize(
    ("terms", "limit", "stage", "said"),
    [
        ("firm", "", "received", "The price is firm."),
        ("call", "", "estimating", "We call you with the price before we start."),
        ("estimate", "", "estimating", "We send you an estimate first."),
        ("not_above", "500", "received", "We do not go above $500.00 without asking you."),
        ("not_above", "20", "estimating", "We do not go above $20.00 without asking you."),
    ],
)
async def test_each_price_term_leads_where_it_says(
    client: httpx.AsyncClient, shop: World, terms: str, limit: str, stage: str, said: str
) -> None:
    draft = await ready(client, shop)
    await saved(client, draft, {"price_terms": terms, "not_above": limit}, piece=None)
    page = (await client.get(f"{draft}/finish")).text
    read_back = page[page.index('id="agreed-price"'):]  # what is signed for stands right above the signature
    agreed = {"firm": "with tax, firm", "call": "We call with the price first", "estimate": "We send an estimate first"}
    assert agreed.get(terms, f"never above ${limit} without asking") in read_back and "Ready by" in read_back
    told = "above what they want to pay" in (await client.get(f"{draft}/totals")).text
    assert told == (limit == "20") == ("above what they want to pay" in (await client.get(f"{draft}/finish")).text)
    done = await signed(client, draft, price_terms=terms, not_above=limit)
    assert done.status_code == 303, done.text
    assert await fetch_value("SELECT stage FROM envelope") == stage
    assert await fetch_value("SELECT count(*) FROM estimate WHERE state = 'draft'") == (stage == "estimating")
    number = await fetch_value("SELECT number FROM ticket")
    assert said in html.unescape((await client.get(f"/prints/claim-check/{number}")).text)


# ---- finding one's way -----------------------------------------------------------------------------


async def test_the_steps_of_the_second_piece_lead_to_the_second_piece(client: httpx.AsyncClient, shop: World) -> None:
    draft = await ready(client, shop)
    second = (await client.post(f"{draft}/pieces", data={})).headers["location"]
    assert second == f"{draft}/piece/2"
    page = (await client.get(second)).text
    assert f'href="{draft}/piece/2#photos"' in page and f'href="{draft}/piece/1#photos"' not in page
    at_the_end = (await client.get(f"{draft}/finish")).text
    assert f'href="{draft}/piece/2#photos"' in at_the_end  # the first one that is still open
    assert "Piece 2: say what it is." in at_the_end


async def test_a_piece_that_is_here_now_leads_to_its_ticket_instead(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_ticket(shop)
    await sign_in(client, shop.staff["counter"])
    draft = (await client.post("/intake", data={"customer": str(ticket.customer)})).headers["location"]
    page = (await client.get(draft)).text
    assert "here now as HR-10001-1" in page and 'href="/tickets/HR-10001"' in page
    assert '{&#34;piece_id&#34;' not in page and '"piece_id"' not in page


async def test_a_size_measured_on_the_finger_is_one_tap(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_ticket(shop)
    await fetch(
        """INSERT INTO ring_size (customer, hand, finger, size, basis, measured_on)
           VALUES ($1, 'left', 'ring', '6.75', 'measured', CURRENT_DATE)""",
        ticket.customer,
    )
    await sign_in(client, shop.staff["counter"])
    where = (await client.post("/intake", data={"customer": str(ticket.customer)})).headers["location"]
    draft = where.rsplit("/piece", 1)[0]
    assert "Left ring 6.75" in await tapped(client, draft, {"as": "ring"})
    chosen = await tapped(client, draft, {"size_wanted_tap": "6.75"})
    assert "six and three quarters" in chosen


@pytest.mark.parametrize(
    ("work", "now", "wanted", "said"),
    [
        ("RS-UP", "6", "7", ""),
        ("RS-UP", "6", "", "to which size?"),
        ("RS-UP", "7", "6", "7 to 6 is smaller"),
        ("RS-DN", "6", "7.25", "6 to 7.25 is larger"),
        ("PL-CLN", "6", "7", "no sizing is among the work"),
        ("PL-CLN", "6", "6", ""),
        ("SH-FULL", "6", "7", ""),
        ("OUR-OWN", "6", "7", ""),
        ("PL-CLN", "", "7", ""),
    ],
)
def test_the_size_that_is_signed_for_is_one_that_the_work_makes(work: str, now: str, wanted: str, said: str) -> None:
    piece = {"size_now": now, "size_wanted": wanted, "tasks": [{"code": work}]}
    assert said in size_trouble(piece) if said else size_trouble(piece) == ""


async def test_a_size_without_its_work_is_said_before_anybody_signs(client: httpx.AsyncClient, shop: World) -> None:
    draft = await ready(client, shop, {"add_task": "PL-CLN"})
    await saved(client, draft, {"size_now": "6", "size_wanted": "7"})
    answer = await signed(client, draft)
    assert answer.status_code == 422 and "no sizing is among the work" in answer.text
    assert await tickets() == 0
    await tapped(client, draft, {"add_task": "RS-UP"})
    assert (await signed(client, draft)).status_code == 303


async def test_what_was_looked_for_goes_along_however_fast_the_button_is_pressed(
    client: httpx.AsyncClient, shop: World
) -> None:
    await sign_in(client, shop.staff["counter"])
    page = (await client.get("/intake/new")).text
    box = re.search(r'<input[^>]*name="person"[^>]*>', page)
    assert box and 'form="new-customer"' in box[0] and 'id="new-customer"' in page
    draft = (await client.post("/intake", data={"person": "ada quill"})).headers["location"]
    assert 'value="Quill"' in (await client.get(draft)).text


async def test_two_colleagues_who_save_at_once_make_one_ticket(client: httpx.AsyncClient, shop: World) -> None:
    import asyncio

    draft = await ready(client, shop)
    other = httpx.AsyncClient(transport=client._transport, base_url="http://127.0.0.1:8000")
    await sign_in(other, shop.staff["manager"])
    form = {"signature": a_signature(), "price_terms": "firm"}
    answers = await asyncio.gather(*(one.post(f"{draft}/finish", data=form) for one in (client, other, client, other)))
    places = {answer.headers.get("location", "").split("?")[0] for answer in answers}
    assert places == {"/tickets/HR-10001"}, [answer.status_code for answer in answers]
    assert await tickets() == 1 and await fetch_value("SELECT last_number FROM shop") == 10_001
