"""The promise on the pages: offered, warned about, explained, and looked at anew on the ticket."""

import re
from datetime import UTC, date, datetime

import httpx
import pytest

from tests.factories import World, a_photo_row, a_ring, a_signature, a_ticket, sign_in
from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value
from workshop.record.prices.estimate_lines import add_line
from workshop.record.prices.work import NewTask
from workshop.record.stages import Stage
from workshop.record.tickets.envelopes import move
from workshop.record.tickets.tickets import NewEnvelope

pytestmark = pytest.mark.anyio

MONDAY = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
TUESDAY, WEDNESDAY, THURSDAY = (date(2026, 3, day) for day in (3, 4, 5))


@pytest.fixture
async def bench(client: httpx.AsyncClient, shop: World) -> World:
    """One jeweler with an hour a day; the counter is signed in on a Monday morning."""
    clock.run_on(lambda: MONDAY)
    await fetch("UPDATE shop SET work_days = 1, rush_days = 0, rush_share_per_mille = 0, photo_minimum = 0")
    await fetch("UPDATE staff SET minutes_a_day = 60, skills = '{jeweler}' WHERE id = $1", shop.bench.id)
    await fetch("UPDATE staff SET is_active = false WHERE id = $1", shop.bench2.id)
    await sign_in(client, shop.staff["counter"])
    return shop


def work(minutes: int) -> list[NewEnvelope]:
    return [NewEnvelope([NewTask("PL-CLN", quantity=minutes // 10)], piece=a_ring())]


async def typed(client: httpx.AsyncClient, shop: World, minutes: int) -> str:
    """A take-in typed up to the last step; gives its address."""
    draft = (await client.post("/intake", data={})).headers["location"]
    for name, value in (("last_name", "Bennett"), ("phone", "(212) 555-0111")):
        assert (await client.post(f"{draft}/save", data={name: value})).status_code == 200
    change = f"{draft}/piece/1/change"
    assert (await client.post(change, data={"as": "ring"})).status_code == 200
    assert (await client.post(change, data={"add_task": "PL-CLN"})).status_code == 200
    url = f"{draft}/save?piece=1"
    assert (await client.post(url, data={"task-0-quantity": str(minutes // 10)})).status_code == 200
    code = await fetch_value("SELECT data->'pieces'->0->>'code' FROM intake_draft ORDER BY created_at DESC LIMIT 1")
    for _ in range(2):
        await a_photo_row(code, shop)
    return draft


def offered(page: str) -> str:
    """The day that stands in the box."""
    box = re.search(r'<input[^>]*name="promise_on"[^>]*>', page)
    value = re.search(r'value="([^"]*)"', box[0]) if box else None
    assert value
    return value[1]


async def test_the_page_offers_the_first_honest_day_and_tells_every_other_one(
    client: httpx.AsyncClient, bench: World
) -> None:
    await a_ticket(bench, envelopes=work(50))
    draft = await typed(client, bench, 40)
    page = (await client.get(f"{draft}/finish")).text
    assert offered(page) == WEDNESDAY.isoformat()
    assert "First honest day: Wed 4 Mar · 40 min of work" in page
    read_aloud = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "Tuesday 3 March:" in read_aloud and "30 min over" in read_aloud
    assert "Wednesday 4 March: offered, free" in read_aloud
    assert "Sunday 8 March: closed" in read_aloud and "Why promise this day all the same" in page
    # Another tablet takes the minutes while this one writes: the day moves on as the page is read again.
    await a_ticket(bench, envelopes=work(60))
    assert offered((await client.get(f"{draft}/totals")).text) == THURSDAY.isoformat()


async def test_an_early_day_is_warned_about_then_refused_then_promised_with_its_reason(
    client: httpx.AsyncClient, bench: World
) -> None:
    await a_ticket(bench, envelopes=work(50))
    draft = await typed(client, bench, 40)
    assert (await client.post(f"{draft}/save", data={"promise_on": TUESDAY.isoformat()})).status_code == 200
    warned = (await client.get(f"{draft}/totals")).text
    assert "Jewelry work is full until Wed 4 Mar; 30 min over on Mon 2 Mar." in warned and "data-over" in warned
    form = {"signature": a_signature(), "price_terms": "firm", "promise_on": TUESDAY.isoformat()}
    refused = await client.post(f"{draft}/finish", data=form)
    assert refused.status_code == 422 and "say why this day is promised" in refused.text
    assert await fetch_value("SELECT count(*) FROM ticket") == 1
    kept = await client.post(f"{draft}/finish", data=form | {"promise_reason": "Leaves for Lisbon"})
    assert kept.status_code == 303
    page = (await client.get(kept.headers["location"])).text
    assert "Tue 3 Mar promised although it is full (jewelry work 30 min over): Leaves for Lisbon" in page


async def test_whoever_signs_after_the_last_minutes_went_is_told_kindly_and_loses_nothing(
    client: httpx.AsyncClient, bench: World
) -> None:
    draft = await typed(client, bench, 40)
    page = (await client.get(f"{draft}/finish")).text
    assert offered(page) == TUESDAY.isoformat()
    await a_ticket(bench, envelopes=work(60))
    form = {"signature": a_signature(), "price_terms": "firm", "note": "rings the bell twice",
            "promise_on": TUESDAY.isoformat(), "promise_offered": TUESDAY.isoformat()}  # fmt: skip
    late = await client.post(f"{draft}/finish", data=form)
    assert late.status_code == 422
    assert "filled up while you were writing" in late.text and "rings the bell twice" in late.text
    assert "The first honest day is Wed 4 Mar" in late.text
    done = await client.post(f"{draft}/finish", data={"price_terms": "firm", "promise_on": WEDNESDAY.isoformat()})
    assert done.status_code == 303  # the signature was kept


async def test_the_ticket_says_when_added_work_breaks_its_promise_and_offers_another_day(
    client: httpx.AsyncClient, bench: World
) -> None:
    ticket = await a_ticket(bench, envelopes=work(40))
    check = f"/tickets/{ticket.number}/promise/check"
    assert "cannot be kept" not in (await client.get(check)).text
    code = await fetch_value("SELECT code FROM envelope")
    await add_line(code, NewTask("PL-CLN", quantity=6), by=bench.counter)
    said = (await client.get(check)).text
    assert "This promise cannot be kept" in said and "40 min over on Mon 2 Mar" in said
    assert f"/tickets/{ticket.number}/promise?day={WEDNESDAY}" in said and "Promise Wed 4 Mar" in said
    asked = (await client.get(f"/tickets/{ticket.number}/promise?day={WEDNESDAY}")).text
    assert f'value="{WEDNESDAY}"' in asked and "Wed 4 Mar is the first day it can be ready" in asked
    form = {"promise_on": WEDNESDAY.isoformat(), "reason": "Clasp worn too", "answer": "agreed"}
    nonsense = await client.post(f"/tickets/{ticket.number}/promise", data=form | {"answer": "shrugs"})
    assert nonsense.status_code == 422 and 'value="Clasp worn too"' in nonsense.text
    assert (await client.post(f"/tickets/{ticket.number}/promise", data=form)).status_code == 303
    assert "Clasp worn too. Customer: agrees" in (await client.get(f"/tickets/{ticket.number}")).text
    assert "cannot be kept" not in (await client.get(check)).text
    row = await fetch_one("SELECT promise_on, bench_due FROM envelope")
    assert row == {"promise_on": WEDNESDAY, "bench_due": TUESDAY}


async def test_a_promise_gone_by_is_said_and_one_promised_knowingly_says_why(
    client: httpx.AsyncClient, bench: World
) -> None:
    await a_ticket(bench, envelopes=work(60))
    known = await a_ticket(bench, envelopes=work(60), promise_on=TUESDAY, promise_reason="Flies tomorrow")
    page = (await client.get(f"/tickets/{known.number}/promise/check")).text
    assert "Promised although it is full" in page and "Flies tomorrow" in page
    clock.run_on(lambda: datetime(2026, 3, 5, 15, 0, tzinfo=UTC))
    await sign_in(client, bench.staff["counter"])
    page = (await client.get(f"/tickets/{known.number}/promise/check")).text
    assert "The promised day is over, and 1 h of work are still to be done." in page
    code = await fetch_value("SELECT code FROM envelope ORDER BY id DESC LIMIT 1")
    await move(code, Stage.CANCELLED, by=bench.counter, reason="asked for it back")
    page = (await client.get(f"/tickets/{known.number}/promise/check")).text
    assert "over" not in re.sub(r"<[^>]*>", "", page)
