"""The wall: lanes, counts, promises, load, alarms; and nothing on it that names a customer."""

import asyncio
import html
import re
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
from litestar import Litestar

from bench.board import LANES, read_board
from tests.factories import World, an_envelope, api_token, sign_in
from tests.reading import without_codes
from workshop import clock
from workshop.db import fetch, fetch_value
from workshop.record.customers import NewCustomer
from workshop.record.envelopes import start_work
from workshop.record.staff import make_token
from workshop.record.stages import OPEN, Stage
from workshop.record.tables import Envelope

pytestmark = pytest.mark.anyio

QUILLON = NewCustomer("Zyxwvutsky", "Quillon", "212 555 0987")
SECRETS = ("Zyxwvutsky", "Quillon", "5550987", "555-0987", "555 0987", "7654321", "76,543", "76543", "my aunt's")


async def a_known_secret(world: World) -> Envelope:
    envelope = await an_envelope(world, Stage.AT_BENCH, customer=QUILLON)
    await fetch(
        """UPDATE envelope SET declared_value_cents = 7654321, declared_words = 'my aunt''s: 76,543',
           is_rush = true WHERE id = $1""",
        envelope.id,
    )
    return envelope


def told(text: str, secrets: tuple[str, ...] = SECRETS) -> list[str]:
    plain = without_codes(html.unescape(text))
    return [secret for secret in secrets if secret.casefold() in plain.casefold()]


async def test_nothing_on_the_wall_names_a_customer(shop: World, client: httpx.AsyncClient) -> None:
    await a_known_secret(shop)
    token = await make_token(shop=shop.shop.id, name="TV", kind="display")
    for path in (f"/wall/{token}", f"/wall/{token}/board"):
        page = (await client.get(path)).text
        assert "10001-1" in page and "Q.Z." in page
        assert told(page) == []
    await sign_in(client, shop.staff["bench"])
    assert told((await client.get("/wall")).text) == []
    key = {"Authorization": f"Bearer {await api_token(shop, 'bench')}"}
    for path in ("/api/board", "/api/queue"):
        assert told((await client.get(path, headers=key)).text) == []


async def test_the_bench_reads_no_surname_phone_price_or_value(shop: World, client: httpx.AsyncClient) -> None:
    envelope = await a_known_secret(shop)
    await fetch("UPDATE task SET price_cents = 9876543 WHERE envelope = $1", envelope.id)
    await sign_in(client, shop.staff["bench"])
    code = envelope.code
    for path in ("/bench", "/bench?of=everyone", f"/bench/{code}", f"/bench/{code}/sheet", f"/bench/{code}/found",
                 "/bench/quality", f"/bench/quality/{code}"):  # fmt: skip
        page = (await client.get(path)).text
        assert envelope.number in page or path == "/bench/quality"
        assert told(page, (*SECRETS, "98,765", "98765")) == []
        assert not re.search(r"\$\d", page)


async def test_a_surprise_shows_no_initials(world: World) -> None:
    await an_envelope(world, is_discreet=True)
    board = await read_board(world.shop)
    assert [row["initials"] for lane in board.lanes for row in lane.rows] == [""]


async def test_every_open_stage_has_its_lane() -> None:
    stages = [stage for lane in LANES for stage in lane[4]]
    assert set(stages) == OPEN
    assert len(stages) == len(set(stages))


async def test_rush_and_late_lead_their_lane(world: World) -> None:
    plain, rush, late = [await an_envelope(world) for _ in range(3)]
    today = clock.today(world.shop.zone)
    await fetch("UPDATE envelope SET is_rush = true WHERE id = $1", rush.id)
    await fetch("UPDATE envelope SET promise_on = $2 WHERE id = $1", late.id, today - timedelta(days=1))
    board = await read_board(world.shop)
    received = board.lanes[0]
    assert [row["number"] for row in received.rows] == ["10002-1", "10003-1", "10001-1"]
    assert [row["is_late"] for row in received.rows] == [False, True, False]
    assert (received.count, board.alarms["late"]) == (3, 1)
    assert plain.number.endswith(received.rows[-1]["number"])


async def test_what_is_ready_is_not_late_and_counts_as_kept(world: World) -> None:
    ready, open_one = await an_envelope(world, Stage.READY_FOR_PICKUP), await an_envelope(world)
    gone = await an_envelope(world, Stage.PICKED_UP)
    today = clock.today(world.shop.zone)
    for envelope in (ready, open_one, gone):
        await fetch("UPDATE envelope SET promise_on = $2 WHERE id = $1", envelope.id, today)
    board = await read_board(world.shop)
    assert board.promised == {"total": 3, "done": 2}
    await fetch("UPDATE envelope SET promise_on = $1", today - timedelta(days=2))
    board = await read_board(world.shop)
    assert [row["is_late"] for row in board.lanes[4].rows] == [False]
    assert board.alarms["late"] == 1


async def test_load_is_the_open_minutes_of_each_jeweler(world: World) -> None:
    for colleague in (world.bench, world.bench2):
        await fetch("UPDATE staff SET minutes_a_day = 60 WHERE id = $1", colleague.id)
    await an_envelope(world, Stage.AT_BENCH)
    await an_envelope(world)
    board = await read_board(world.shop)
    assert [(row["name"], row["minutes"], row["most"]) for row in board.load] == [
        ("Ines", 0, 60), ("Kai", 40, 60), ("", 40, 120),
    ]  # fmt: skip


async def test_alarms_count_texts_and_unanswered_estimates(world: World) -> None:
    envelope = await an_envelope(world, price_terms="estimate")
    long_ago = clock.now() - timedelta(days=3)
    await fetch(
        "UPDATE envelope SET stage = 'awaiting_approval', stage_since = $2 WHERE id = $1", envelope.id, long_ago
    )
    await fetch("UPDATE message SET state = 'undelivered'")
    board = await read_board(world.shop)
    assert (board.alarms["texts"], board.alarms["unanswered"]) == (1, 1)
    await fetch("UPDATE message SET seen_at = now()")
    assert (await read_board(world.shop)).alarms["texts"] == 0


async def test_a_display_that_was_switched_off_reads_nothing(shop: World, client: httpx.AsyncClient) -> None:
    await sign_in(client, shop.staff["manager"])
    made = await client.post("/wall/displays", data={"name": "TV above the bench"})
    path = re.search(r"/wall/[\w-]{40,}", made.text)
    assert path is not None
    assert (await client.get(path[0])).status_code == 200
    assert path[0] not in (await client.get("/wall/displays")).text  # shown once
    display = await fetch_value("SELECT id FROM access_token WHERE kind = 'display'")
    await client.post(f"/wall/displays/{display}/revocations")
    assert (await client.get(path[0])).status_code == 404
    assert (await client.get(f"{path[0]}/board")).status_code == 404
    assert (await client.get(path[0].replace("/wall/", "/live/wall/"))).status_code == 403
    assert await fetch_value("SELECT count(*) FROM event WHERE name IN ('display_added', 'display_revoked')") == 2


async def test_an_api_token_is_no_display(shop: World, client: httpx.AsyncClient) -> None:
    assert (await client.get(f"/wall/{await api_token(shop)}")).status_code == 404


async def test_the_wall_hears_of_a_scan(app: Litestar, shop: World) -> None:
    envelope = await an_envelope(shop)
    heard: AsyncIterator[str] = app.state.live.changes(shop.shop.id, "board")
    assert (await anext(heard)).startswith("retry")
    waiting = asyncio.ensure_future(first(heard, "event: board"))
    await asyncio.sleep(0)
    await start_work(envelope.code, by=shop.bench)
    assert "event: board" in await asyncio.wait_for(waiting, 10)


async def first(said: AsyncIterator[str], wanted: str) -> str:
    async for one in said:
        if wanted in one:
            return one
    raise AssertionError("the line ended")


async def test_a_long_lane_counts_everything_and_shows_the_first_sixty(world: World) -> None:
    await an_envelope(world)
    await fetch(
        """INSERT INTO envelope (code, number, ticket, shop, piece, promise_on)
           SELECT 'X' || n, 'HR-1-' || n, ticket, shop, piece, promise_on FROM envelope, generate_series(2, 80) n"""
    )
    lane = (await read_board(world.shop)).lanes[0]
    assert (lane.count, len(lane.rows)) == (80, 60)
