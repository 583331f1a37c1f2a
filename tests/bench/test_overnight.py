"""A clock forgotten in the evening: the night does not count, and in the morning somebody is asked."""

from datetime import datetime, timedelta

import httpx
import pytest

from tests.bench.rows import row_of
from tests.bench.test_stations import kept, read
from tests.factories import World, an_envelope, sign_in
from tests.test_other_shop import open_other_shop
from workshop import clock
from workshop.db import fetch, fetch_value
from workshop.errors import NotFound
from workshop.record.bench.overnight import confirm_stop, stop_forgotten
from workshop.record.bench.scans import KEPT_FOR, forget_old_scans
from workshop.record.bench.work_time import work_on
from workshop.record.tickets.envelopes import finish_work, start_work

pytestmark = pytest.mark.anyio
TUESDAY = datetime.fromisoformat("2026-11-24T20:00:00+00:00")  # 15:00 in New York, where the shop closes at 18:00


async def spans() -> list[dict[str, object]]:
    return await fetch("SELECT * FROM work_span ORDER BY id")


async def a_forgotten_clock(shop: World, began: datetime = TUESDAY) -> tuple[str, int]:
    """Kai's, on an envelope; it is the next morning."""
    clock.run_on(lambda: began)
    envelope = await an_envelope(shop)
    await start_work(envelope.code, by=shop.bench)
    clock.run_on(lambda: TUESDAY + timedelta(hours=17))
    await stop_forgotten()
    return envelope.code, envelope.id


async def test_the_night_does_not_count(shop: World, app: object) -> None:
    code, envelope = await a_forgotten_clock(shop)
    (span,) = await spans()
    assert span["ended_at"] == TUESDAY + timedelta(hours=3) and span["is_guessed"]
    row = await row_of(envelope)
    assert (row["stage"], row["started_at"], row["worked_seconds"]) == ("at_bench", None, 3 * 3600)
    assert await fetch_value("SELECT data ->> 'at' FROM event WHERE name = 'clock_stopped'") == "18:00"
    await start_work(code, by=shop.bench)  # the day's work begins
    clock.run_on(lambda: TUESDAY + timedelta(hours=18))
    await stop_forgotten()  # today's clock is not forgotten
    await finish_work(code, by=shop.bench)
    assert (await row_of(envelope))["worked_seconds"] == 4 * 3600


async def test_work_after_closing_counts_to_the_last_thing_done(shop: World, app: object) -> None:
    late = TUESDAY + timedelta(hours=4)  # 19:00
    clock.run_on(lambda: late + timedelta(hours=1))
    other = await an_envelope(shop)
    clock.run_on(lambda: late)
    envelope = await an_envelope(shop)
    await start_work(envelope.code, by=shop.bench)
    clock.run_on(lambda: late + timedelta(hours=1))
    await work_on(envelope.code, None, by=shop.bench)  # nothing new: the clock runs already
    await start_work(other.code, by=shop.bench)
    await finish_work(other.code, by=shop.bench)
    clock.run_on(lambda: TUESDAY + timedelta(hours=17))
    await stop_forgotten()
    ended = await fetch_value("SELECT ended_at FROM work_span WHERE envelope = $1", envelope.id)
    assert ended == late + timedelta(hours=1)


async def test_whoever_forgot_is_asked_and_a_manager_too(shop: World, client: httpx.AsyncClient) -> None:
    _, envelope = await a_forgotten_clock(shop)
    (span,) = await spans()
    await sign_in(client, shop.staff["bench2"])
    assert "ran on at night" not in (await client.get("/bench/clocks")).text
    assert (await client.post(f"/bench/clocks/{span['id']}", data={"at": "16:00"})).status_code == 403
    await sign_in(client, shop.staff["manager"])
    assert "Kai’s clock" in (await client.get("/bench/clocks")).text
    await sign_in(client, shop.staff["bench"])
    asked = (await client.get("/bench/clocks")).text
    assert "Your clock" in asked and 'value="18:00"' in asked
    refused = await client.post(f"/bench/clocks/{span['id']}", data={"at": "soon"})
    assert refused.status_code == 422 and "17:40" in refused.text
    assert "ran on at night" not in (await client.post(f"/bench/clocks/{span['id']}", data={"at": "16:40"})).text
    (said,) = await spans()
    assert said["ended_at"] == TUESDAY + timedelta(minutes=100) and not said["is_guessed"]
    assert (await row_of(envelope))["worked_seconds"] == 100 * 60
    assert (await client.post(f"/bench/clocks/{span['id']}", data={"at": "16:00"})).status_code == 409


async def test_another_shops_clock_is_nobodys_here(shop: World, client: httpx.AsyncClient) -> None:
    _, envelope = await a_forgotten_clock(shop)
    span = int(str((await spans())[0]["id"]))
    other = await open_other_shop()
    with pytest.raises(NotFound):
        await confirm_stop(span, "16:00", by=other.manager)
    assert (await row_of(envelope))["worked_seconds"] == 3 * 3600


async def test_scans_go_after_a_while_but_not_what_nobody_looked_at(shop: World, client: httpx.AsyncClient) -> None:
    clock.run_on(lambda: TUESDAY - KEPT_FOR - timedelta(days=1))
    envelope = await an_envelope(shop)
    await start_work(envelope.code, by=shop.bench2)
    await sign_in(client, shop.staff["bench"])
    late = await read(client, "A-START", envelope.code, **kept(9, person=shop.bench.id))
    assert late.status_code == 409
    assert (await read(client, "A-ASK", envelope.code)).status_code == 200
    clock.run_on(lambda: TUESDAY)
    await sign_in(client, shop.staff["bench"])
    fresh = await an_envelope(shop)
    assert (await read(client, "A-START", fresh.code)).status_code == 200
    await forget_old_scans()
    assert [(row["code"], row["outcome"]) for row in await fetch("SELECT code, outcome FROM scan ORDER BY id")] == [
        ("A-START", "refused"), ("A-START", "done"),
    ]  # fmt: skip
