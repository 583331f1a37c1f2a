"""Every number on the desk opens its rows, the rows are the number, and they can be acted on at once."""

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest

from tests.factories import World, an_envelope, sign_in
from workshop import clock
from workshop.db import fetch, fetch_value
from workshop.desk.csv_files import csv_file
from workshop.desk.lists import LISTS, SHOWN, Sieve, counts_of, due_by_person, rows_of
from workshop.desk.reports import last_weeks
from workshop.desk.weeks import weeks_of
from workshop.record.alarms.bulk import do_bulk
from workshop.record.quality.quality import fail_quality
from workshop.record.shop.shops import shop_of
from workshop.record.stages import Stage
from workshop.record.tables import Envelope

pytestmark = pytest.mark.anyio


async def numbers(world: World, slug: str, sieve: Sieve | None = None) -> list[str]:
    return [row["number"] for row in await rows_of(await shop_of(world.shop.id), LISTS[slug], sieve or Sieve())]


async def one_of_each(world: World) -> dict[str, Envelope]:
    """A shop in which every list holds one piece, and one piece is on none but that nobody has it."""
    made = {slug: await an_envelope(world) for slug in ("plain", "late", "hold", "vendor", "unanswered", "undelivered")}
    made["stuck"] = await an_envelope(world, Stage.AT_BENCH)
    made["redo"] = await an_envelope(world, Stage.QUALITY_CHECK)
    await fail_quality(made["redo"].code, "not_done", by=world.bench2)
    made["today"] = await an_envelope(world, Stage.READY_FOR_PICKUP)
    today, now = clock.today(world.shop.zone), clock.now()
    await fetch("UPDATE envelope SET promise_on = $1", today + timedelta(days=20))
    for slug, column, value in [
        ("late", "promise_on", today - timedelta(days=2)), ("today", "promise_on", today),
        ("hold", "stage", "on_hold"), ("vendor", "stage", "at_vendor"), ("unanswered", "stage", "awaiting_approval"),
        ("unanswered", "stage_since", now - timedelta(days=3)), ("stuck", "stage_since", now - timedelta(days=9)),
        ("hold", "hold_reason", "part"),
    ]:  # fmt: skip
        await fetch(f"UPDATE envelope SET {column} = $2 WHERE id = $1", made[slug].id, value)  # noqa: S608
    await fetch("UPDATE message SET state = 'sent'")
    await fetch("UPDATE message SET state = 'undelivered' WHERE ticket = $1", made["undelivered"].ticket)
    return made


async def test_each_list_holds_its_piece_and_each_number_is_its_rows(world: World) -> None:
    made = await one_of_each(world)
    counts = await counts_of(await shop_of(world.shop.id))
    for slug in SHOWN:
        assert counts[slug] == len(await numbers(world, slug)), slug
    for slug in ("late", "hold", "vendor", "unanswered", "undelivered", "stuck", "redo", "today"):
        assert await numbers(world, slug) == [made[slug].number], slug
    assert made["plain"].number in await numbers(world, "untaken")
    assert await numbers(world, "hold", Sieve(reason="part")) == [made["hold"].number]
    assert await numbers(world, "hold", Sieve(reason="stone")) == []
    assert await numbers(world, "failed") == [made["redo"].number]
    assert await numbers(world, "ready", Sieve(reason="on time")) == [made["today"].number]


async def test_the_due_list_counts_for_each_colleague_what_its_rows_show(world: World) -> None:
    mine, nobodys = await an_envelope(world, Stage.AT_BENCH), await an_envelope(world)
    today = clock.today(world.shop.zone)
    await fetch("UPDATE envelope SET promise_on = $2 WHERE id = $1", mine.id, today - timedelta(days=1))
    await fetch("UPDATE envelope SET promise_on = $2 WHERE id = $1", nobodys.id, today + timedelta(days=2))
    days, rows = await due_by_person(await shop_of(world.shop.id))
    assert [(row.name, row.late, row.days) for row in rows] == [
        ("Kai Lindqvist", 1, [0, 0, 0, 0]), ("", 0, [0, 0, 1, 0]),
    ]  # fmt: skip
    assert await numbers(world, "due", Sieve(person=0, day=days[2])) == [nobodys.number]
    assert await numbers(world, "late", Sieve(person=world.bench.id)) == [mine.number]


async def test_weeks_are_the_shops_own_and_empty_ones_stand_there_too(world: World) -> None:
    clock.run_on(lambda: datetime(2031, 3, 3, 4, tzinfo=UTC))  # Sunday evening in New York
    await an_envelope(world, Stage.READY_FOR_PICKUP)
    shop = await shop_of(world.shop.id)
    last = (await weeks_of(shop))[-1]
    assert (last.first, last.taken_in, last.ready, last.percent) == (date(2031, 2, 24), 1, 1, 100)
    clock.run_on(lambda: datetime(2031, 3, 3, 20, tzinfo=UTC))
    weeks = await weeks_of(shop)
    assert [week.taken_in for week in weeks] == [0] * 6 + [1, 0]
    assert weeks[-1].percent is None


async def test_every_figure_of_a_week_and_of_a_place_is_its_rows(shop: World, client: httpx.AsyncClient) -> None:
    clock.run_on(lambda: datetime(2031, 3, 5, 15, tzinfo=UTC))  # a Wednesday
    one = await an_envelope(shop, Stage.QUALITY_CHECK)
    await fail_quality(one.code, "not_done", by=shop.bench2)
    two = await an_envelope(shop, Stage.READY_FOR_PICKUP)
    week = (await weeks_of(await shop_of(shop.shop.id)))[-1]
    for slug, figure, expected in (
        ("week-taken", week.taken_in, [one.number, two.number]), ("week-ready", week.ready, [two.number]),
        ("week-redo", week.redo, [one.number]),
    ):  # fmt: skip
        rows = await numbers(shop, slug, Sieve(week=week.first))
        assert (figure, sorted(rows)) == (len(expected), sorted(expected)), slug
        assert await numbers(shop, slug, Sieve(week=week.first - timedelta(days=7))) == []
    place = await fetch_value("SELECT location FROM envelope WHERE id = $1", two.id)
    assert await numbers(shop, "open", Sieve(place=place)) == [two.number]
    await sign_in(client, shop.staff["manager"])
    desk = (await client.get("/desk")).text
    assert f"/desk/pieces/week-ready?week={week.first}" in desk and "/desk/pieces/open?place=" in desk
    page = (await client.get(f"/desk/pieces/week-ready?week={week.first}")).text
    assert two.number in page and f'name="of_week" value="{week.first}"' in page


async def test_what_was_ready_in_the_evening_of_its_day_is_in_time_and_each_piece_counts_once(world: World) -> None:
    clock.run_on(lambda: datetime(2031, 3, 5, 1, 30, tzinfo=UTC))  # Tuesday, 20:30 in New York
    ring = await an_envelope(world, Stage.READY_FOR_PICKUP)
    await fetch("UPDATE envelope SET promise_on = $1", date(2031, 3, 4))
    await fetch(
        """INSERT INTO event (shop, envelope, ticket, name, from_stage, to_stage, data, at)
           SELECT shop, envelope, ticket, name, from_stage, to_stage, data, at - interval '1 day' FROM event
           WHERE envelope = $1 AND to_stage = 'ready_for_pickup'""",
        ring.id,
    )
    figures = await last_weeks(await shop_of(world.shop.id))
    assert (figures["ready"], figures["on_time"]) == (1, 1) == (len(await numbers(world, "ready")),) * 2
    assert await numbers(world, "ready", Sieve(reason="on time")) == [ring.number]


async def test_a_file_holds_the_whole_list_and_no_formula(shop: World, client: httpx.AsyncClient) -> None:
    made = await one_of_each(shop)
    await fetch("UPDATE piece SET description = '=HYPERLINK(1)' WHERE id = $1", made["hold"].piece)
    await sign_in(client, shop.staff["manager"])
    answer = await client.get("/desk/pieces/hold/file")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert rows[1][0] == made["hold"].number and rows[1][1] == "'=HYPERLINK(1)"
    assert rows[1][-1] == "Waiting for a part"
    assert (await client.get("/desk/weeks/file")).text.count("\n") == 9
    assert csv_file("x.csv", [("-1",)]).content.endswith(b"'-1\r\n")


async def test_every_number_on_the_desk_opens_a_page(shop: World, client: httpx.AsyncClient) -> None:
    await one_of_each(shop)
    await sign_in(client, shop.staff["manager"])
    desk = (await client.get("/desk")).text
    links = set(re.findall(r'href="(/desk/pieces/[^"]+)"', desk))
    assert {f"/desk/pieces/{slug}" for slug in SHOWN} <= links
    for link in sorted(links):
        assert (await client.get(link.replace("&amp;", "&"))).status_code == 200, link


async def test_ticked_pieces_are_acted_on_and_a_refused_act_loses_no_tick(
    shop: World, client: httpx.AsyncClient
) -> None:
    one, two = await an_envelope(shop), await an_envelope(shop)
    await sign_in(client, shop.staff["manager"])
    form = {"piece": [one.code, two.code], "list": "untaken", "came_from": "/desk/pieces/untaken?person=0"}
    refused = await client.post("/desk/bulk", data=form | {"act": "move_date", "day": "2031-03-04", "reason": ""})
    assert refused.status_code == 422
    assert len(re.findall(r'name="piece" value="[^"]+" checked', refused.text)) == 2 and "2031-03-04" in refused.text
    assert '<dialog id="move" aria-labelledby="move-title" data-refused>' in refused.text
    begun = await client.post("/desk/bulk", data=form | {"act": "assign", "jeweler": str(shop.bench.id)})
    where = begun.headers["location"]
    assert "every 1s" in (await client.get(where)).text
    await do_bulk(where.rpartition("/")[2])
    page = (await client.get(where)).text
    assert 'href="/desk/pieces/untaken?person=0"' in page
    assert "2 done" in page and "Take it back" in page and "every 1s" not in page
    back = await client.post(f"{where}/undo")
    await do_bulk(back.headers["location"].rpartition("/")[2])
    assert await fetch_value("SELECT count(*) FROM envelope WHERE jeweler IS NOT NULL") == 0


@pytest.mark.parametrize("role", ["counter", "bench"])
async def test_lists_and_acts_are_the_managers(client: httpx.AsyncClient, shop: World, role: str) -> None:
    await sign_in(client, shop.staff[role])
    assert (await client.get("/desk/pieces/late")).status_code == 403
    assert (await client.post("/desk/bulk", data={"act": "reprint"})).status_code == 403
