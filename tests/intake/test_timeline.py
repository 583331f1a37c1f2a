"""The line of time: everything in its order, by kind, page by page; no surprise of others; little of other shops."""

import json
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from tests.factories import World, a_ticket, an_envelope, api_token, sign_in
from tests.test_other_shop import open_other_shop
from workshop import clock
from workshop.db import fetch, fetch_value, transaction
from workshop.record.customers.contact_log import log_contact
from workshop.record.customers.customers import NewCustomer, add_customer
from workshop.record.customers.households import join_household
from workshop.record.customers.merging import merge_customers, undo_merge
from workshop.record.customers.notes import add_note
from workshop.record.customers.sales import NewSale, NewSaleLine, record_sale
from workshop.record.stages import Stage

pytestmark = pytest.mark.anyio
HX = {"HX-Request": "true"}


async def a_full_life(world: World) -> int:
    """Rosa with one row of every kind, a minute between them."""
    now = datetime(2026, 3, 4, 15, tzinfo=UTC)

    def tick() -> datetime:
        nonlocal now
        now += timedelta(seconds=1)
        return now

    clock.run_on(tick)
    envelope = await an_envelope(world, Stage.PICKED_UP)
    customer: int = await fetch_value("SELECT customer FROM ticket WHERE id = $1", envelope.ticket)
    await log_contact(customer, "asked", note="When do you open on Sunday?", by=world.counter)
    await log_contact(customer, "left_word", note="Told her machine", by=world.counter)
    await add_note(customer, "Likes satin finishes", by=world.counter)
    sale = NewSale([NewSaleLine("Matching band", 120_000)], customer, occasion="anniversary")
    await record_sale(sale, by=world.counter)
    plan = await fetch_value("SELECT id FROM service_plan WHERE shop = $1 LIMIT 1", world.shop.id)
    await fetch(
        """INSERT INTO reminder (shop, plan, piece, customer, due_on, created_at)
           VALUES ($1, $2, $3, $4, '2026-09-04', $5)""",
        world.shop.id, plan, envelope.piece, customer, clock.now(),
    )  # fmt: skip
    await fetch(
        """INSERT INTO prompt (shop, rule, moment, piece, customer, reason, words, state, answered_by, created_at)
           VALUES ($1, 'matching_band', 'pickup', $2, $3, 'Her ring is old', 'x', 'accepted', $4, $5)""",
        world.shop.id, envelope.piece, customer, world.counter.id, clock.now(),
    )  # fmt: skip
    return customer


SAID = {
    "visits": [": taken in", ": handed to Rosa Bennett", "Came in and asked"],
    "texts": [": text “Taken in”. Waiting", ": text “Ready to collect”"],
    "calls": ["Came in and asked", "Called and left word"],
    "money": [" received, cash"],
    "pieces": ["Bought Matching band for their anniversary, $1,200.00"],
    "next": ["Reminder “", "due Fri 4 Sep 2026", "Suggested “matching band” for Oval halo ring: they said yes"],
    "notes": ["Likes satin finishes"],
    "record": ["Customer written down", "Said yes to texts about repairs (…0111), at take-in"],
}  # fmt: skip


Page = dict[str, list[dict[str, str]]]


async def read(client: httpx.AsyncClient, world: World, customer: int, **asked: object) -> Page:
    bearer = {"Authorization": f"Bearer {await api_token(world)}"}
    answer = await client.get(f"/api/customers/{customer}/timeline", params=asked, headers=bearer)
    assert answer.status_code == 200, answer.text
    return answer.json()


def sentences(page: Page) -> str:
    return "\n".join(f"{row['sentence']} {row['words']}" for row in page["rows"])


async def test_everything_stands_there_once_each_kind_by_itself(client: httpx.AsyncClient, shop: World) -> None:
    customer = await a_full_life(shop)
    everything = await read(client, shop, customer, limit=100)
    moments = [row["at"] for row in everything["rows"]]
    assert moments == sorted(moments, reverse=True)
    told = sentences(everything)
    for kind, words in SAID.items():
        said = sentences(await read(client, shop, customer, kind=kind, limit=100))
        for one in words:
            assert one in said, (kind, said)
            assert told.count(one) == 1, (one, told)
        others = {one for several in SAID.values() for one in several} - set(words)
        assert [one for one in others if one in said] == [], kind


async def test_the_page_shows_who_and_where_to_go_by_kind(client: httpx.AsyncClient, shop: World) -> None:
    customer = await a_full_life(shop)
    number = await fetch_value("SELECT number FROM ticket")
    await sign_in(client, shop.staff["counter"])
    page = (await client.get(f"/customers/{customer}/timeline")).text
    assert f'<a href="/tickets/{number}">{number}: taken in</a>' in page
    assert "Noor Haddad" in page
    part = (await client.get(f"/customers/{customer}/timeline?kind=notes", headers=HX)).text
    assert "<html" not in part
    assert 'aria-current="true">Notes</a>' in part
    assert "Whole household" not in part  # she has none


@pytest.mark.parametrize("limit", [1, 3, 7])
async def test_pages_follow_each_other_without_a_gap_or_a_repeat(
    client: httpx.AsyncClient, shop: World, limit: int
) -> None:
    customer = await a_full_life(shop)
    moment = clock.now()
    clock.run_on(lambda: moment)  # several in one and the same moment
    for _ in range(5):
        await log_contact(customer, "no_answer", by=shop.counter)
    whole = (await read(client, shop, customer, limit=100))["rows"]
    assert len(whole) > 15
    found, before = [], ""
    while True:
        page = await read(client, shop, customer, limit=limit, before=before)
        found += page["rows"]
        if page["next"] is None:
            break
        before = str(page["next"])
    assert found == whole


async def test_a_made_up_spot_begins_at_the_newest(client: httpx.AsyncClient, shop: World) -> None:
    customer = await a_full_life(shop)
    first = await read(client, shop, customer)
    for wrong in ("x", "20260304T150001.000000_e\x00", "20260304T150001.000000_'; --", "0_e1"):
        assert await read(client, shop, customer, before=wrong) == first


async def a_family(world: World, **ticket: object) -> tuple[int, int, str]:
    """James brings a ring; Rosa is of his household."""
    brought = await a_ticket(world, customer=NewCustomer("Bennett", "James", "212 555 0111"), **ticket)
    async with transaction():
        rosa = await add_customer(NewCustomer("Bennett", "Rosa", "212 555 0111"), by=world.counter)
    await join_household(rosa.id, brought.customer, "spouse", by=world.counter)
    return rosa.id, brought.customer, brought.number


@pytest.mark.parametrize("secret", ["ticket", "piece", "nothing"])
async def test_the_household_is_told_without_a_surprise_of_one_for_another(
    client: httpx.AsyncClient, shop: World, secret: str
) -> None:
    rosa, james, number = await a_family(shop)
    await log_contact(james, "reached", note="About the engraving", by=shop.counter)
    ticket = await fetch_value("SELECT id FROM ticket")
    await fetch(
        """INSERT INTO message (id, shop, ticket, customer, direction, purpose, recipient, body, state)
           VALUES (gen_random_uuid(), 1, $1, $2, 'in', 'answer', '+12125550111', 'Is her ring done?', 'received')""",
        ticket, james,
    )  # fmt: skip
    if secret != "nothing":
        await fetch(f"UPDATE {secret} SET is_discreet = true")
    alone = sentences(await read(client, shop, rosa, limit=100))
    assert number not in alone and "engraving" not in alone
    family = sentences(await read(client, shop, rosa, household=True, limit=100))
    assert "About the engraving" in family
    for words in (f"{number}: taken in", "Is her ring done?"):
        assert (words in family) == (secret == "nothing")
    own = sentences(await read(client, shop, james, household=True, limit=100))
    assert f"{number}: taken in" in own and "Is her ring done?" in own


async def test_surprises_left_out_make_no_page_shorter(client: httpx.AsyncClient, shop: World) -> None:
    rosa, _, _ = await a_family(shop)
    await fetch("UPDATE ticket SET is_discreet = true")
    await fetch(
        """INSERT INTO message (id, shop, ticket, customer, recipient, body, state, created_at)
           SELECT gen_random_uuid(), 1, k.id, k.customer, 'x', 'secret', 'delivered',
                  $1::timestamptz + n * interval '1 h' FROM ticket k, generate_series(1, 25) n""",
        clock.now(),
    )
    whole = (await read(client, shop, rosa, household=True, limit=100))["rows"]
    assert len(whole) > 5 and not any("secret" in row["words"] for row in whole)
    first = await read(client, shop, rosa, household=True, limit=4)
    assert first["rows"] == whole[:4]
    second = await read(client, shop, rosa, household=True, limit=4, before=first["next"])
    assert second["rows"] == whole[4:8]


async def test_a_present_and_its_price_are_the_givers_to_tell(client: httpx.AsyncClient, shop: World) -> None:
    rosa, james, _ = await a_family(shop)
    for words, is_discreet in (("Pearl necklace", True), ("Gold band", False)):
        sale = NewSale([NewSaleLine(words, 120_000)], james, recipient=rosa, is_discreet=is_discreet)
        await record_sale(sale, by=shop.counter)
    hers = sentences(await read(client, shop, rosa, household=True, limit=100))
    assert "Was given Gold band" in hers
    assert "Pearl" not in hers and "1,200" not in hers
    his = sentences(await read(client, shop, james, limit=100))
    assert "Bought Pearl necklace, $1,200.00" in his


async def test_theirs_that_somebody_else_brought_is_told_unless_it_is_a_surprise(
    client: httpx.AsyncClient, shop: World
) -> None:
    rosa, _, number = await a_family(shop)
    await fetch("UPDATE ticket SET owner = $1", rosa)
    assert f"{number}: brought for them by James Bennett" in sentences(await read(client, shop, rosa))
    await fetch("UPDATE ticket SET is_discreet = true")
    assert number not in sentences(await read(client, shop, rosa))


async def test_of_another_shop_only_that_there_was_something(client: httpx.AsyncClient, shop: World) -> None:
    customer = await a_full_life(shop)
    ticket = await fetch_value("SELECT number FROM ticket")
    await log_contact(customer, "reached", note="Her sister is Eleni", by=shop.counter)
    other = await open_other_shop()
    page = await read(client, other, customer, limit=100)
    told = json.dumps(page)
    assert ticket not in told and "received" not in told and "1,200" not in told
    assert "Open till" not in told and "/tickets/" not in told
    assert "Brought something to Alder & Finch" in told and "Collected something at Alder & Finch" in told
    assert "Called and reached (Alder & Finch)" in told
    assert "Her sister is Eleni" in told  # what was said of a person is the person's, wherever it was heard


async def test_a_merged_record_brings_its_past_along_and_takes_it_back(client: httpx.AsyncClient, shop: World) -> None:
    customer = await a_full_life(shop)
    async with transaction():
        kept = (await add_customer(NewCustomer("Benett", "Rosa"), by=shop.counter)).id
    before = sentences(await read(client, shop, customer, limit=100))
    merge = await merge_customers(kept, customer, {}, by=shop.counter)
    joined = sentences(await read(client, shop, kept, limit=100))
    for words in before.splitlines():
        assert words in joined
    assert "Two records of this person merged into one" in joined
    await undo_merge(merge, by=shop.counter)
    assert "Matching band" not in sentences(await read(client, shop, kept, limit=100))
    assert before in sentences(await read(client, shop, customer, limit=100))
