"""The queue: rush first, then bench due, page by page, and only what the bench may work on."""

from datetime import date, timedelta

import httpx
import pytest

from bench.queue import Spot, next_spot, queue_rows, spot_of
from tests.factories import World, an_envelope, sign_in
from workshop.db import fetch, fetch_value, transaction
from workshop.errors import InvalidInput
from workshop.record.stages import Stage
from workshop.record.tickets.envelopes import move
from workshop.record.tickets.estimates import make_estimate

pytestmark = pytest.mark.anyio
DAY = date(2031, 3, 3)


async def five(world: World) -> list[str]:
    """Five envelopes; the order they should be worked in."""
    plan = [(False, 2), (True, 5), (False, 1), (True, 3), (False, 1)]
    numbers = []
    for is_rush, days in plan:
        envelope = await an_envelope(world)
        await fetch(
            "UPDATE envelope SET is_rush = $2, bench_due = $3 WHERE id = $1",
            envelope.id, is_rush, DAY + timedelta(days),
        )  # fmt: skip
        numbers.append(envelope.number)
    return [numbers[3], numbers[1], numbers[2], numbers[4], numbers[0]]


async def test_rush_first_then_bench_due_then_first_come(world: World) -> None:
    wanted = await five(world)
    assert [row["number"] for row in await queue_rows(world.shop.id)] == wanted


async def test_pages_neither_skip_nor_repeat_while_work_moves(world: World) -> None:
    wanted = await five(world)
    first = await queue_rows(world.shop.id, limit=2)
    await move(first[0]["code"], Stage.ON_HOLD, by=world.bench, reason="part")
    second = await queue_rows(world.shop.id, after=spot_of(next_spot(first, 2)), limit=2)
    third = await queue_rows(world.shop.id, after=spot_of(next_spot(second, 2)), limit=2)
    assert [row["number"] for row in first + second + third] == wanted
    assert next_spot(third, 2) == ""


@pytest.mark.parametrize("cursor", ["x", "1.2031", "1.20310303.", "2.20319999.1", "1.20310303.99999999999999999999x"])
async def test_a_made_up_place_in_the_queue_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidInput):
        spot_of(cursor)


async def test_a_place_reads_back_as_itself() -> None:
    assert spot_of(str(Spot(True, DAY, 12))) == Spot(True, DAY, 12)


async def test_only_open_bench_work_is_in_it(world: World) -> None:
    stages = {stage: (await an_envelope(world)).id for stage in Stage}
    for stage, envelope in stages.items():
        await fetch("UPDATE envelope SET stage = $2 WHERE id = $1", envelope, stage.value)
    shown = {row["stage"] for row in await queue_rows(world.shop.id)}
    assert shown == {"received", "approved", "in_queue", "at_bench"}


async def test_mine_is_what_i_have_and_what_nobody_took(shop: World, client: httpx.AsyncClient) -> None:
    mine, free = await an_envelope(shop, Stage.AT_BENCH), await an_envelope(shop)
    others = await an_envelope(shop, Stage.AT_BENCH)
    await fetch("UPDATE envelope SET jeweler = $2 WHERE id = $1", others.id, shop.bench2.id)
    await sign_in(client, shop.staff["bench"])
    page = (await client.get("/bench")).text
    assert mine.number in page and free.number in page and others.number not in page
    assert others.number in (await client.get("/bench?of=everyone")).text


async def test_another_shops_work_is_not_ours(world: World) -> None:
    envelope = await an_envelope(world)
    other = await fetch_value("INSERT INTO shop (code, name) VALUES ('XX', 'Elsewhere') RETURNING id")
    await fetch("UPDATE envelope SET shop = $2 WHERE id = $1", envelope.id, other)
    assert await queue_rows(world.shop.id) == []


async def test_the_order_comes_from_the_index_and_reads_only_a_page(world: World) -> None:
    await five(world)
    async with transaction():
        for other_way in ("seqscan", "bitmapscan", "sort"):  # a handful of rows may be read in any way
            await fetch(f"SET LOCAL enable_{other_way} = off")
        plan = await fetch(
            """EXPLAIN (COSTS OFF) SELECT * FROM envelope v WHERE v.shop = 1
               AND v.stage IN ('received', 'approved', 'in_queue', 'at_bench')
               AND ((NOT v.is_rush), v.bench_due, v.id) > (false, '2020-01-01'::date, 0)
               ORDER BY (NOT v.is_rush), v.bench_due, v.id LIMIT 40"""
        )
    told = "\n".join(row["QUERY PLAN"] for row in plan)
    assert "envelope_bench" in told
    assert "Sort" not in told


async def skilled(world: World, skill: str) -> str:
    envelope = await an_envelope(world)
    await fetch("UPDATE task SET skill = $2 WHERE envelope = $1", envelope.id, skill)
    return str(envelope.number)


async def test_by_kind_of_work_due_and_rush_with_counts(shop: World, client: httpx.AsyncClient) -> None:
    watch, ring = await skilled(shop, "watchmaker"), await skilled(shop, "jeweler")
    await fetch("UPDATE envelope SET is_rush = number = $1, bench_due = '2031-01-01'", watch)
    await fetch("UPDATE envelope SET bench_due = '2020-01-01' WHERE number = $1", ring)
    await sign_in(client, shop.staff["bench"])
    everything = (await client.get("/bench?of=everyone")).text
    assert "Watch work" in everything and "Jewelry work" in everything
    for query, shown, hidden in (
        ("of=everyone&skill=watchmaker", watch, ring), ("of=everyone&rush=yes", watch, ring),
        ("of=everyone&due=today", ring, watch), ("of=free&skill=jeweler", ring, watch),
    ):  # fmt: skip
        page = (await client.get(f"/bench?{query}")).text
        assert shown in page and hidden not in page, query


async def test_a_tap_takes_a_piece_and_a_full_day_asks_why(shop: World, client: httpx.AsyncClient) -> None:
    ring, big = await an_envelope(shop), await an_envelope(shop)
    await fetch("UPDATE task SET minutes = 5000 WHERE envelope = $1", big.id)
    await sign_in(client, shop.staff["bench"])
    assert f"Take {ring.number}" in (await client.get("/bench?of=free")).text
    answer = await client.post(f"/bench/{ring.code}/take", data={"back": "free"})
    assert answer.status_code == 303
    assert await fetch_value("SELECT jeweler FROM envelope WHERE id = $1", ring.id) == shop.bench.id
    refused = await client.post(f"/bench/{big.code}/take")
    assert refused.status_code == 409 and "is full" in refused.text and "Why take it anyway?" in refused.text
    again = await client.post(f"/bench/{big.code}/take", data={"reason": "Nobody else is here"})
    assert again.status_code == 303
    assert (await client.post(f"/bench/{ring.code}/return")).status_code == 303
    assert await fetch_value("SELECT jeweler FROM envelope WHERE id = $1", ring.id) is None


async def test_what_waits_for_a_word_keeps_its_place(shop: World, client: httpx.AsyncClient) -> None:
    first, found, last = [await an_envelope(shop, Stage.AT_BENCH) for _ in range(3)]
    for place, one in enumerate((first, found, last)):
        await fetch("UPDATE envelope SET bench_due = $2 WHERE id = $1", one.id, DAY + timedelta(place))
    await make_estimate(found.code, by=shop.bench, note="Two prongs are worn through", send=True)
    await sign_in(client, shop.staff["bench"])
    page = (await client.get("/bench?of=waiting")).text
    assert found.number in page and "keeps place 2" in page and last.number not in page
    await sign_in(client, shop.staff["bench2"])
    assert found.number not in (await client.get("/bench?of=waiting")).text
