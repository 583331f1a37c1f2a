"""The wall: lanes, counts, promises, load, alarms; and nothing on it that names a customer."""

import asyncio
import html
import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest
from litestar import Litestar

from bench.board import LANES, read_board
from bench.boards import Boards, boards_of
from bench.pairing import pairing_code
from bench.views import View
from tests.factories import World, an_envelope, api_token, sign_in
from tests.reading import without_codes
from workshop import clock
from workshop.db import fetch, fetch_value
from workshop.live import LiveLine
from workshop.record.customers.customers import NewCustomer
from workshop.record.shop.shops import shop_of
from workshop.record.shop.staff import make_token
from workshop.record.stages import OPEN, Stage
from workshop.record.tables import Envelope
from workshop.record.tickets.envelopes import start_work

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


async def test_load_is_what_the_plan_has_for_each_jeweler(world: World) -> None:
    clock.run_on(lambda: datetime(2031, 3, 3, 13, 0, tzinfo=UTC))  # Monday, 08:00 in New York
    for colleague in (world.bench, world.bench2):
        await fetch("UPDATE staff SET minutes_a_day = 60 WHERE id = $1", colleague.id)
    await an_envelope(world, Stage.AT_BENCH)  # counts today, whenever it is due
    waits = await an_envelope(world)
    assert [row["minutes"] for row in (await read_board(world.shop)).load] == [0, 40, 0]
    await fetch("UPDATE envelope SET bench_due = '2031-03-04'")
    board = await read_board(world.shop)
    assert [(row["name"], row["minutes"], row["most"]) for row in board.load] == [
        ("Ines", 0, 300), ("Kai", 40, 300), ("", 40, 600),
    ]  # fmt: skip
    planned = "UPDATE envelope SET jeweler = $2, plan_on = $3 WHERE id = $1"
    await fetch(planned, waits.id, world.bench2.id, date(2031, 3, 5))
    assert [row["minutes"] for row in (await read_board(world.shop)).load] == [40, 40, 0]
    await fetch(planned, waits.id, world.bench2.id, date(2031, 3, 20))  # due soon, planned for later: that day's work
    assert [row["minutes"] for row in (await read_board(world.shop)).load] == [0, 40, 0]


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


async def test_a_wall_of_one_person_and_of_one_skill_shows_only_theirs(world: World) -> None:
    mine, other = await an_envelope(world, Stage.AT_BENCH), await an_envelope(world)
    await fetch("UPDATE task SET skill = 'engraver' WHERE envelope = $1", other.id)
    await fetch("UPDATE staff SET skills = '{engraver}' WHERE id = $1", world.bench2.id)
    await fetch("UPDATE envelope SET promise_on = $1", clock.today(world.shop.zone))
    kais = await read_board(world.shop, View(world.bench.id, name="Kai"))
    assert [row["number"] for lane in kais.lanes for row in lane.rows] == [mine.number.removeprefix("HR-")]
    assert ([row["name"] for row in kais.load], kais.promised["total"], kais.title) == (["Kai"], 1, "Kai")
    engraving = await read_board(world.shop, View(skill="engraver"))
    assert [row["number"] for lane in engraving.lanes for row in lane.rows] == [other.number.removeprefix("HR-")]
    assert [row["name"] for row in engraving.load] == ["Ines", "Kai", ""]  # Kai names no skill: he does everything


async def test_tomorrow_is_the_next_open_day_and_the_first_estimate_to_lapse_is_named(world: World) -> None:
    clock.run_on(lambda: datetime(2031, 3, 1, 15, tzinfo=UTC))  # a Saturday; closed on Sunday
    await fetch("""UPDATE shop SET hours = '{"mon": ["10:00", "18:00"], "sat": ["10:00", "18:00"]}'""")
    shop = await shop_of(world.shop.id)
    one, two = await an_envelope(world), await an_envelope(world)
    await fetch("UPDATE envelope SET stage = 'awaiting_approval', promise_on = '2031-03-03'")
    for envelope, days in ((one, 5), (two, 2)):
        await fetch(
            "INSERT INTO estimate (envelope, version, state, expires_at) VALUES ($1, 7, 'sent', $2)",
            envelope.id, clock.now() + timedelta(days=days),
        )  # fmt: skip
    board = await read_board(shop)
    assert (f"{board.next_day:%A}", board.tomorrow) == ("Monday", {"total": 2, "done": 0})
    assert board.ending is not None and two.number.endswith(board.ending.number)


async def test_a_piece_too_long_in_its_stage_is_marked_stuck(world: World) -> None:
    envelope = await an_envelope(world, Stage.AT_BENCH)
    await an_envelope(world)
    await fetch("UPDATE envelope SET stage_since = $2 WHERE id = $1", envelope.id, clock.now() - timedelta(days=4))
    board = await read_board(world.shop)
    assert [row["is_stuck"] for lane in board.lanes for row in lane.rows] == [False, True]
    assert board.alarms["stuck"] == 1


async def test_fifty_displays_read_the_shop_once_after_each_change(app: Litestar, shop: World) -> None:
    envelope = await an_envelope(shop)
    tokens = [await make_token(shop=shop.shop.id, name=f"TV {n}", kind="display") for n in range(50)]
    transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
    heard: AsyncIterator[str] = app.state.live.changes(shop.shop.id, "board")
    await first(heard, "retry")
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as screens:

        async def all_screens() -> set[str]:
            pages = await asyncio.gather(*(screens.get(f"/wall/{token}/board") for token in tokens))
            return {page.text for page in pages}

        (before,) = await all_screens()
        boards = boards_of(app.state)
        reads = boards.reads
        assert await all_screens() == {before} and boards.reads == reads
        changed = asyncio.ensure_future(first(heard, "event: board"))
        await start_work(envelope.code, by=shop.bench)
        await asyncio.wait_for(changed, 10)
        (after,) = await all_screens()
        assert after != before and boards.reads == reads + 1


async def test_without_the_live_line_nothing_old_is_shown() -> None:
    boards, drawn = Boards(LiveLine(lambda: "")), iter("12")

    async def draw() -> str:
        return next(drawn)

    assert [(await boards.of(1, View(), draw)).html for _ in range(2)] == ["1", "2"]


async def test_a_display_shows_what_it_was_made_for(shop: World, client: httpx.AsyncClient) -> None:
    mine, other = await an_envelope(shop, Stage.AT_BENCH), await an_envelope(shop)
    await sign_in(client, shop.staff["manager"])
    typed = {"name": "Kai's bench", "view": f"person-{shop.bench.id}", "theme": "light"}
    made = await client.post("/wall/displays", data=typed)
    path = re.search(r"/wall/[\w-]{40,}", made.text)
    assert path is not None
    client.cookies.clear()
    wall = (await client.get(path[0])).text
    assert f'id="row-{mine.number[3:]}"' in wall and f'id="row-{other.number[3:]}"' not in wall
    assert 'data-bs-theme="light"' in wall and "<strong>Kai</strong>" in wall
    await sign_in(client, shop.staff["manager"])
    wrong = await client.post("/wall/displays", data=typed | {"view": "person-99999"})
    assert wrong.status_code == 422 and "Kai&#39;s bench" in wrong.text


async def test_a_tv_is_paired_by_a_short_code_once_and_for_a_quarter_of_an_hour(
    shop: World, client: httpx.AsyncClient
) -> None:
    await sign_in(client, shop.staff["manager"])
    made = (await client.post("/wall/displays", data={"name": "Above the bench"})).text
    (code,) = re.findall(r"pairing-code num\"[^>]*>([0-9A-Z-]{9})<", made)
    (link,) = re.findall(r"/wall/([\w-]{43})\"", made)
    client.cookies.clear()
    assert "Eight signs" in (await client.get("/tv")).text
    client.headers["X-CSRFToken"] = client.cookies["csrf"]
    opened = await client.post("/tv", data={"code": f" {code.lower()} "})
    where = opened.headers["location"]
    assert where.startswith("/wall/") and (await client.get(where)).status_code == 200
    assert (await client.get(f"/wall/{link}")).status_code == 404
    again = await client.post("/tv", data={"code": code})
    assert again.status_code == 422 and "is not known" in again.text and f'value="{code}"' in again.text
    assert await fetch_value("SELECT count(*) FROM event WHERE name = 'display_paired'") == 1

    late = await pairing_code(where.removeprefix("/wall/"))
    now = clock.now()
    clock.run_on(lambda: now + timedelta(minutes=16))
    assert (await client.post("/tv", data={"code": late})).status_code == 422
    for _ in range(25):
        last = await client.post("/tv", data={"code": "ZZZZ-ZZZZ"})
    assert last.status_code == 429 and "Too many tries" in last.text
