"""The counter's home: the piece beside its number, what is owed, no name across the counter; counts open their rows."""

import httpx
import pytest

from tests.factories import World, a_new_ticket, a_photo_row, a_ticket, an_envelope, sign_in
from workshop import clock
from workshop.db import fetch, fetch_value
from workshop.record.stages import Stage
from workshop.record.tickets.tickets import take_in

pytestmark = pytest.mark.anyio


async def test_home_shows_the_piece_its_initials_and_what_is_owed(client: httpx.AsyncClient, shop: World) -> None:
    envelope = await an_envelope(shop, Stage.READY_FOR_PICKUP)
    photo = await fetch_value("SELECT id FROM photo WHERE envelope_code = $1 LIMIT 1", envelope.code)
    if photo is None:
        photo = await a_photo_row(envelope.code, shop)
    await fetch("UPDATE task SET price_cents = 123456, tax_class = 'none'")
    await fetch("UPDATE ticket SET tax_rates = '{}'")
    await sign_in(client, shop.staff["counter"])
    page = (await client.get("/")).text
    assert envelope.number in page and f"/photos/{photo}/thumb" in page
    assert "R.B." in page and "Bennett" not in page
    assert "$1,234.56" in page


async def test_a_surprise_shows_not_even_initials(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await take_in(a_new_ticket(is_discreet=True), by=shop.counter)
    await sign_in(client, shop.staff["counter"])
    page = (await client.get("/counter/board")).text
    assert f"{ticket.number}-1" in page and "R.B." not in page


async def test_every_count_opens_as_many_rows(client: httpx.AsyncClient, shop: World) -> None:
    await an_envelope(shop, Stage.READY_FOR_PICKUP)
    tickets = [await a_ticket(shop, pieces=2) for _ in range(3)]
    today = clock.today(shop.shop.zone)
    await fetch("UPDATE envelope SET promise_on = $2 WHERE ticket = $1", tickets[0].id, today)
    await fetch("UPDATE envelope SET promise_on = $2::date - 1 WHERE ticket = $1", tickets[1].id, today)
    await sign_in(client, shop.staff["counter"])
    home = "".join((await client.get("/")).text.split())
    for count, words, rows in (("promised", "promised today", 2), ("ready", "ready", 1), ("late", "late", 2)):
        assert f'href="/counter/rows/{count}"' in home
        assert f'{rows}</span><spanclass="label">{words.replace(" ", "")}<' in home
        assert (await client.get(f"/counter/rows/{count}")).text.count('class="piece"') == rows, count
    assert (await client.get("/counter/rows/everything")).status_code == 404


async def test_more_rows_than_a_page_go_on_where_it_ends(client: httpx.AsyncClient, shop: World) -> None:
    for _ in range(3):
        await a_ticket(shop, pieces=15)
    await fetch("UPDATE envelope SET promise_on = '2020-03-04'")
    await sign_in(client, shop.staff["counter"])
    first = (await client.get("/counter/rows/late")).text
    past = await fetch_value("SELECT id FROM envelope ORDER BY id OFFSET 39 LIMIT 1")
    assert first.count('class="piece"') == 40 and f"past={past}" in first
    rest = (await client.get(f"/counter/rows/late?after=2020-03-04&past={past}")).text
    assert rest.count('class="piece"') == 5 and "past=" not in rest
    assert (await client.get("/counter/rows/late?after=nonsense")).status_code == 200
