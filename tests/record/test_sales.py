"""Purchases and wishes: once however often sent, credit that makes a whole, and a giver's secret kept."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.belongings import a_household, a_person, a_piece
from tests.factories import World, a_ring, a_ticket
from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value
from workshop.errors import Conflict, Forbidden, InvalidInput, NotFound
from workshop.record.customers.sales import NewSale, NewSaleLine, record_sale, void_sale
from workshop.record.customers.sales_read import sales_in, sales_to
from workshop.record.customers.wishes import NewWish, close_wish, note_wish, wishes_of
from workshop.record.pieces.pieces import pieces_of

pytestmark = pytest.mark.anyio
BAND = NewSaleLine("Matching band", 180_000, "MB-1")


async def test_a_till_that_sends_a_sale_again_means_the_same_sale(world: World) -> None:
    rosa = await a_person(world, "Bennett")
    sale = NewSale([BAND], customer=rosa, source="till", external_ref="T-100")
    answers = await asyncio.gather(*(record_sale(sale, by=world.counter) for _ in range(4)))
    assert len({one for one, _ in answers}) == 1
    assert sorted(is_new for _, is_new in answers) == [False, False, False, True]
    with pytest.raises(Conflict, match="T-100"):
        await record_sale(replace(sale, lines=[replace(BAND, price_cents=1)]), by=world.counter)
    assert await fetch_value("SELECT count(*) FROM sale") == 1
    assert await fetch_value("SELECT count(*) FROM sale_associate") == 0  # a till that names nobody credits nobody


async def test_credit_is_shared_in_parts_that_make_a_whole(world: World) -> None:
    sale = NewSale([BAND], associates={world.counter.id: 600, world.manager.id: 400})
    known, _ = await record_sale(sale, by=world.counter)
    rows = await fetch("SELECT staff, per_mille FROM sale_associate WHERE sale = $1 ORDER BY per_mille", known)
    assert [(row["staff"], row["per_mille"]) for row in rows] == [(world.manager.id, 400), (world.counter.id, 600)]
    by_hand, _ = await record_sale(NewSale([BAND]), by=world.counter)
    assert await fetch_value("SELECT staff FROM sale_associate WHERE sale = $1", by_hand) == world.counter.id
    for shares in ({world.counter.id: 999}, {world.counter.id: 1500, world.manager.id: -500}, {99_999: 1000}):
        with pytest.raises(InvalidInput) as refused:
            await record_sale(NewSale([BAND], associates=shares), by=world.counter)
        assert set(refused.value.fields) == {"associates"}


@pytest.mark.parametrize(
    ("more", "field"),
    [({"lines": []}, "lines"), ({"lines": [replace(BAND, price_cents=-1)]}, "price"),
     ({"lines": [NewSaleLine(" ", 100)]}, "description"), ({"occasion": "Tuesday"}, "occasion"),
     ({"ticket": "HR-1"}, "ticket"), ({"prompt": 7}, "prompt"), ({"wishes": [7]}, "wish"),
     ({"note": "4111 1111 1111 1111"}, "note")],
)  # fmt: skip
async def test_a_purchase_that_cannot_be_is_refused_and_nothing_is_kept(
    world: World, more: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        await record_sale(replace(NewSale([BAND]), **more), by=world.counter)  # type: ignore[arg-type]
    assert set(refused.value.fields) == {field}
    assert await fetch_value("SELECT count(*) FROM sale") == 0


async def test_a_purchase_of_tomorrow_or_by_nobody_is_refused(world: World) -> None:
    tomorrow = clock.today("America/New_York") + timedelta(days=1)
    with pytest.raises(InvalidInput):
        await record_sale(NewSale([BAND], sold_on=tomorrow), by=world.counter)
    with pytest.raises(NotFound):
        await record_sale(NewSale([BAND], customer=99_999), by=world.counter)


async def test_what_is_kept_as_a_piece_is_theirs_for_whom_it_was_bought(world: World) -> None:
    james, rosa = await a_person(world, "Bennett", "James"), await a_person(world, "Bennett", "Rosa")
    ticket = await a_ticket(world)
    line = replace(BAND, keep_as=a_ring())
    gift = NewSale([line], customer=james, recipient=rosa, ticket=ticket.number, occasion="anniversary")
    sale, _ = await record_sale(gift, by=world.counter)
    row = await fetch_one(
        "SELECT o.customer, o.how, o.given_by FROM sale_line l JOIN ownership o ON o.piece = l.piece WHERE l.sale = $1",
        sale,
    )
    assert row == {"customer": rosa, "how": "gift", "given_by": james}
    assert await fetch_value("SELECT ticket FROM sale WHERE id = $1", sale) == ticket.id


async def test_a_surprise_is_on_nobody_elses_page_until_it_is_given(world: World) -> None:
    james, rosa = await a_person(world, "Bennett", "James"), await a_person(world, "Bennett", "Rosa")
    await a_household(james, rosa)
    surprise = NewSale([replace(BAND, keep_as=a_ring())], customer=james, recipient=rosa, is_discreet=True)
    await record_sale(surprise, by=world.counter)
    assert await sales_to(rosa, shop=world.shop.id) == []
    assert await pieces_of(rosa) == []
    assert len(await sales_to(james, shop=world.shop.id)) == 1
    assert len(await pieces_of(james)) == 1


async def test_who_is_given_something_is_not_told_its_price(world: World) -> None:
    james, rosa = await a_person(world, "Bennett", "James"), await a_person(world, "Bennett", "Rosa")
    await record_sale(NewSale([BAND], customer=james, recipient=rosa), by=world.counter)
    (hers,), (his,) = await sales_to(rosa, shop=world.shop.id), await sales_to(james, shop=world.shop.id)
    assert (hers["shows_price"], his["shows_price"]) == (False, True)
    assert [row["shows_price"] for row in await sales_to(james, shop=world.shop.id + 1)] == [False]


async def test_a_wish_is_noted_bought_with_a_sale_and_open_again_when_that_is_struck(world: World) -> None:
    rosa = await a_person(world, "Bennett")
    wish = await note_wish(rosa, NewWish("Oval studs", "OS-1", await a_piece(world, rosa), 95_000), by=world.counter)
    sale, _ = await record_sale(NewSale([BAND], customer=rosa, wishes=[wish]), by=world.counter)
    assert [(one["state"], one["sale"]) for one in await wishes_of(rosa)] == [("bought", sale)]
    with pytest.raises(Forbidden):
        await void_sale(sale, "taken back", by=world.counter)
    with pytest.raises(InvalidInput):
        await void_sale(sale, " ", by=world.manager)
    await void_sale(sale, "taken back", by=world.manager)
    await void_sale(sale, "taken back", by=world.manager)
    assert [one["state"] for one in await wishes_of(rosa)] == ["open"]
    assert await fetch_value("SELECT count(*) FROM event WHERE name = 'sale_struck'") == 1
    assert (await sales_in(world.shop.id))[0]["void_reason"] == "taken back"


async def test_a_wish_of_somebody_else_is_not_closed_and_an_empty_one_not_noted(world: World) -> None:
    rosa, luc = await a_person(world, "Bennett"), await a_person(world, "Moreau")
    wish = await note_wish(rosa, NewWish("Oval studs"), by=world.counter)
    with pytest.raises(NotFound):
        await close_wish(wish, "done", by=world.counter, customer=luc)
    with pytest.raises(InvalidInput):
        await record_sale(NewSale([BAND], customer=luc, wishes=[wish]), by=world.counter)
    with pytest.raises(InvalidInput):
        await note_wish(rosa, NewWish("  "), by=world.counter)
    assert [one["state"] for one in await wishes_of(rosa)] == ["open"]
