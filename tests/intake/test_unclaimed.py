"""Ready and not collected: each rung once, nobody told of what already left, and a letter that says what was agreed."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from tests.factories import World, a_ticket, an_envelope, handed_over, passed, sign_in
from tests.test_other_shop import open_other_shop
from workshop import clock
from workshop.db import fetch, fetch_value
from workshop.errors import Conflict
from workshop.record.stages import Stage
from workshop.record.tables import Ticket
from workshop.record.tickets.envelopes import finish_work, start_work
from workshop.record.tickets.unclaimed import _due, letter_facts, remind_to_collect
from workshop.record.whereabouts.transfer_arrivals import receive_transfer
from workshop.record.whereabouts.transfers import add_to_transfer, begin_transfer, send_transfer

pytestmark = pytest.mark.anyio
NOON = datetime(2027, 3, 3, 17, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    clock.run_on(lambda: NOON)
    yield
    clock.run_on_real_time()


def after(days: float) -> None:
    clock.run_on(lambda: NOON + timedelta(days=days))


async def steps() -> list[int]:
    return [row["step"] for row in await fetch("SELECT step FROM collection_notice ORDER BY id")]


async def texts() -> int:
    return int(await fetch_value("SELECT count(*) FROM message WHERE template = 'not_collected'"))


async def test_each_rung_is_climbed_once(world: World) -> None:
    await an_envelope(world, Stage.READY_FOR_PICKUP)
    for days in (0, 2.9, 3.1, 4, 7.1, 7.2, 14.5):
        after(days)
        await asyncio.gather(remind_to_collect(), remind_to_collect())
    assert await steps() == [3, 7, 14]
    assert await texts() == 3


async def test_a_program_that_slept_says_it_once_not_four_times(world: World) -> None:
    await an_envelope(world, Stage.READY_FOR_PICKUP)
    after(31)
    await remind_to_collect()
    await remind_to_collect()
    assert (await steps(), await texts()) == ([30], 1)


async def test_nobody_is_reminded_of_what_they_have(world: World) -> None:
    envelope = await an_envelope(world, Stage.READY_FOR_PICKUP)
    ticket = await Ticket.objects().get(Ticket.id == envelope.ticket)
    assert ticket is not None
    await handed_over(ticket, [envelope.code], world)
    after(8)
    await remind_to_collect()
    assert await steps() == []


async def test_a_piece_ready_later_has_its_own_ladder_and_holds_up_nobody(world: World) -> None:
    ticket = await a_ticket(world, pieces=2)
    codes = [row["code"] for row in await fetch("SELECT code FROM envelope ORDER BY place_no")]
    await ready(codes[0], world)
    after(3.1)
    await remind_to_collect()
    after(4)
    await handed_over(ticket, codes[:1], world)
    after(5)
    await ready(codes[1], world)
    for days, told in ((7.9, [3]), (8.1, [3, 3]), (8.2, [3, 3]), (12.1, [3, 3, 7]), (12.2, [3, 3, 7])):
        after(days)
        await asyncio.gather(remind_to_collect(), remind_to_collect())
        assert await steps() == told
    assert (await texts(), await _due()) == (3, [])


async def ready(code: str, world: World) -> None:
    await start_work(code, by=world.bench)
    await finish_work(code, by=world.bench)
    await passed(code, world)


async def test_nobody_is_told_to_come_for_what_lies_in_another_shop(shop: World) -> None:
    other = await open_other_shop()
    envelope = await an_envelope(shop)
    await carry(envelope.code, shop, other)
    await start_work(envelope.code, by=other.bench)
    await finish_work(envelope.code, by=other.bench)
    await passed(envelope.code, World(other.shop, other.staff | {"bench2": other.staff["manager"]}))
    after(8)
    await remind_to_collect()
    assert (await steps(), await texts()) == ([], 0)
    ticket = await Ticket.objects().get(Ticket.id == envelope.ticket)
    assert ticket is not None
    with pytest.raises(Conflict):
        await letter_facts(ticket)
    await carry(envelope.code, other, shop)
    await remind_to_collect()
    assert await steps() == []  # told this minute that it is ready
    after(11.1)
    await remind_to_collect()
    assert (await steps(), await texts()) == ([3], 1)


async def carry(code: str, shop: World, to: World) -> None:
    transfer = await begin_transfer(to.shop.id, by=shop.counter)
    await add_to_transfer(transfer, code, by=shop.counter)
    await send_transfer(transfer, by=shop.counter)
    await receive_transfer(transfer, code, by=to.counter)


async def test_a_shop_sets_its_own_ladder_or_none(client: httpx.AsyncClient, shop: World) -> None:
    await an_envelope(shop, Stage.READY_FOR_PICKUP)
    await sign_in(client, shop.staff["manager"])
    wrong = await client.post(
        "/desk/shop/collecting", data={"collect_days": "3, soon", "unclaimed_days": "90", "letter_days": "60"}
    )
    assert wrong.status_code == 422 and "3, soon" in wrong.text
    form = {"collect_days": "5", "unclaimed_days": "90", "letter_days": "60"}
    assert (await client.post("/desk/shop/collecting", data=form)).status_code == 303
    after(6)
    await remind_to_collect()
    assert await steps() == [5]


async def test_the_list_says_how_long_and_what_was_said(client: httpx.AsyncClient, shop: World) -> None:
    envelope = await an_envelope(shop, Stage.READY_FOR_PICKUP)
    await fetch("UPDATE envelope SET declared_value_cents = 7654321")
    after(100)
    await remind_to_collect()
    await sign_in(client, shop.staff["counter"])
    html = (await client.get("/unclaimed")).text
    assert envelope.number in html and "100 days" in html and "reminded 1×" in html and "Unclaimed" in html
    assert "76,543.21" not in html
    assert envelope.number not in (await client.get("/unclaimed?days=180")).text
    await sign_in(client, shop.staff["manager"])
    assert "76,543.21" in (await client.get("/unclaimed?order=value")).text


async def test_the_list_pages_by_key_and_loses_nothing(client: httpx.AsyncClient, shop: World) -> None:
    envelope = await an_envelope(shop, Stage.READY_FOR_PICKUP)
    await fetch(
        """INSERT INTO envelope (code, number, ticket, shop, piece, stage, stage_since)
           SELECT 'E' || n, 'HR-9-' || n, ticket, shop, piece, stage, stage_since
           FROM envelope, generate_series(1, 44) n WHERE id = $1""",
        envelope.id,
    )
    await sign_in(client, shop.staff["counter"])
    first = (await client.get("/unclaimed")).text
    more = first.split('href="/unclaimed?days=0&amp;before=')[1].split('"')[0].replace("&amp;", "&")
    second = (await client.get(f"/unclaimed?days=0&before={more}")).text
    assert first.count('class="piece"') == 40
    assert second.count('class="piece"') == 5
    assert (await client.get("/unclaimed?before=nonsense")).status_code == 422


async def test_a_letter_says_what_was_agreed_and_stands_in_the_history(client: httpx.AsyncClient, shop: World) -> None:
    envelope = await an_envelope(shop, Stage.READY_FOR_PICKUP)
    number = envelope.number.rsplit("-", 1)[0]
    after(95)
    await sign_in(client, shop.staff["counter"])
    letter = (await client.get(f"/unclaimed/{number}/letter")).text
    assert "August 5, 2027" in letter and "Please collect within 90 days" in letter
    form = {"tracking": "RR 123 456 789 US", "idempotency_key": "a"}
    sent = await client.post(f"/unclaimed/{number}/letter", data=form)
    await client.post(f"/unclaimed/{number}/letter", data=form)
    assert sent.status_code == 303
    assert await fetch_value("SELECT count(*) FROM collection_notice WHERE kind = 'letter'") == 1
    assert "sent as RR 123 456 789 US" in (await client.get(f"/tickets/{number}")).text


async def test_a_letter_about_nothing_is_not_written(client: httpx.AsyncClient, shop: World) -> None:
    envelope = await an_envelope(shop, Stage.IN_QUEUE)
    number = envelope.number.rsplit("-", 1)[0]
    await sign_in(client, shop.staff["counter"])
    assert (await client.get(f"/unclaimed/{number}/letter")).status_code == 409


async def test_no_notice_is_rewritten(world: World) -> None:
    await an_envelope(world, Stage.READY_FOR_PICKUP)
    after(4)
    await remind_to_collect()
    with pytest.raises(Exception, match=r"append-only|permission denied"):
        await fetch("DELETE FROM collection_notice")
