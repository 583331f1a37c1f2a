"""Hours against the book: a piece's whole time shared by the book, one task's own time kept, corrections counted."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from tests.factories import World, an_envelope, sign_in
from workshop import clock
from workshop.db import fetch, fetch_value
from workshop.record.bench.time_report import time_report
from workshop.record.bench.work_time import Hours, add_time, work_on
from workshop.record.prices.work import NewTask
from workshop.record.tickets.envelopes import finish_work, start_work

pytestmark = pytest.mark.anyio
NOON = datetime(2031, 3, 3, 17, 0, tzinfo=UTC)
TWO = [NewTask("RS-UP", drivers={"metal": "14k", "sizes": "1"}), NewTask("ST-TGT", drivers={"stones": "13"})]


def at(minutes: int) -> datetime:
    moment = NOON + timedelta(minutes=minutes)
    clock.run_on(lambda: moment)
    return moment


async def test_what_was_worked_stands_beside_the_book(shop: World, client: httpx.AsyncClient) -> None:
    at(0)
    ring, unclocked = await an_envelope(shop, tasks=TWO), await an_envelope(shop, tasks=TWO)
    await fetch("UPDATE task SET minutes = CASE code WHEN 'RS-UP' THEN 30 ELSE 10 END")
    stones = await fetch_value("SELECT id FROM task WHERE envelope = $1 AND code = 'ST-TGT'", ring.id)
    await start_work(ring.code, by=shop.bench)
    at(40)  # on the whole piece: 30 for the sizing, 10 for the stones
    await work_on(ring.code, stones, by=shop.bench)
    at(60)  # and 20 more on the stones alone
    await finish_work(ring.code, by=shop.bench)
    await add_time(ring.code, Hours(NOON, NOON + timedelta(minutes=8), "Helped"), by=shop.bench2, task=stones)
    await fetch("UPDATE task SET done_at = $2 WHERE envelope = $1", unclocked.id, clock.now())
    report = await time_report(shop.shop.id)
    told = {one.code: (one.times, one.book, one.worked, one.percent) for one in report.by_work}
    assert told == {"RS-UP": (1, 30, 30, 100), "ST-TGT": (1, 10, 38, 380)}
    assert [(one.name, one.worked) for one in report.by_person] == [("Kai Lindqvist", 60), ("Ines Duarte", 8)]
    assert (report.unclocked, report.corrected) == (2, 1)
    assert [(row["code"], row["worked"]) for row in report.far_off] == [("ST-TGT", 38)]
    await sign_in(client, shop.staff["manager"])
    page = (await client.get("/desk/time")).text
    assert "380 %" in page and ring.number in page and "2 lines finished without a clock" in page
    assert "ST-TGT" in (await client.get("/desk/time/file")).text


async def test_another_shops_hours_and_old_ones_are_not_counted(shop: World) -> None:
    at(0)
    ring = await an_envelope(shop)
    await start_work(ring.code, by=shop.bench)
    at(10)
    await finish_work(ring.code, by=shop.bench)
    assert len((await time_report(shop.shop.id)).by_work) == 1
    at(60 * 24 * 31)
    assert (await time_report(shop.shop.id)).by_work == []
    at(20)
    assert (await time_report(shop.shop.id + 1)).by_work == []
