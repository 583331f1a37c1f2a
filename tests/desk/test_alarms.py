"""Alarms: raised once, on the right lists, by mail where wanted, taken by somebody, over by themselves."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest
from litestar import Litestar

from notifications.alarm_mails import mail_alarms, sweep_alarm_mails
from tests.factories import World, an_envelope, sign_in
from tests.notifications.mail_server import Fault, MailServer
from workshop import clock
from workshop.db import fetch, fetch_value, transaction
from workshop.record.alarms.alarms import Finding, acknowledge, alarms_of, clear_alarm, count_for, raise_alarm
from workshop.record.alarms.look_around import Watch, look_for_alarms
from workshop.record.promises.capacity import open_days
from workshop.record.shop.shops import add_shop, shop_of
from workshop.record.shop.staff import add_staff
from workshop.record.stages import Stage
from workshop.record.tables import Envelope
from workshop.settings import settings

pytestmark = pytest.mark.anyio


async def a_late_one(world: World, stage: Stage = Stage.AT_BENCH) -> Envelope:
    envelope = await an_envelope(world, stage)
    yesterday = clock.today(world.shop.zone) - timedelta(days=1)
    await fetch("UPDATE envelope SET promise_on = $2, bench_due = $2 WHERE id = $1", envelope.id, yesterday)
    return envelope


async def open_rules() -> list[str]:
    rows = await fetch("SELECT rule FROM alarm WHERE cleared_at IS NULL ORDER BY rule")
    return [row["rule"] for row in rows]


async def test_what_is_late_is_told_once_to_the_desk_and_to_whoever_has_it(world: World) -> None:
    envelope = await a_late_one(world)
    await look_for_alarms()
    await look_for_alarms()
    (alarm,) = await alarms_of(world.manager, rule="late")
    assert envelope.number in alarm["words"] and alarm["href"].endswith(envelope.code)
    assert [await count_for(one) for one in (world.bench, world.bench2, world.counter)] == [1, 0, 0]
    assert "Bennett" not in alarm["words"]


async def test_an_alarm_is_over_by_itself_and_comes_again_as_a_new_one(world: World) -> None:
    envelope = await a_late_one(world)
    await look_for_alarms()
    tomorrow = clock.today(world.shop.zone) + timedelta(days=9)
    await fetch("UPDATE envelope SET promise_on = $2, bench_due = $2 WHERE id = $1", envelope.id, tomorrow)
    await look_for_alarms()
    assert await open_rules() == []
    assert len(await alarms_of(world.manager, past=True)) == 1
    await fetch("UPDATE envelope SET promise_on = $2 WHERE id = $1", envelope.id, tomorrow - timedelta(days=30))
    await look_for_alarms()
    assert await open_rules() == ["late"]
    assert len(await fetch("SELECT 1 FROM alarm")) == 2


async def test_who_took_an_alarm_stands_on_every_list_and_only_the_first_takes_it(world: World) -> None:
    await a_late_one(world)
    await look_for_alarms()
    (alarm,) = await alarms_of(world.owner, rule="late")
    assert await acknowledge([alarm["id"]], by=world.counter) == 0  # not on the counter's list
    assert await acknowledge([alarm["id"]], by=world.manager) == 1
    assert await acknowledge([alarm["id"]], by=world.owner) == 0
    (seen,) = await alarms_of(world.owner, rule="late")
    assert seen["taken_by"] == "Maya Finch"
    assert await count_for(world.owner) == 0
    assert await fetch_value("SELECT count(*) FROM event WHERE name = 'alarm_acknowledged'") == 1


async def test_stuck_follows_the_days_of_each_stage_and_the_shops_own(world: World) -> None:
    envelope = await an_envelope(world, Stage.AT_BENCH)
    days_ago = clock.now() - timedelta(days=4)
    await fetch("UPDATE envelope SET stage_since = $2 WHERE id = $1", envelope.id, days_ago)
    await look_for_alarms()
    assert "stuck" in await open_rules()
    await fetch("UPDATE shop SET stuck_days = '{\"at_bench\": 5}'")
    await look_for_alarms()
    assert "stuck" not in await open_rules()
    await fetch("UPDATE shop SET stuck_days = '{\"at_bench\": 0}'")
    await fetch("UPDATE envelope SET stage_since = $2 WHERE id = $1", envelope.id, days_ago - timedelta(days=400))
    await look_for_alarms()
    assert "stuck" not in await open_rules()


async def test_vendor_notice_estimate_and_insurance_each_raise_their_own(world: World) -> None:
    away = await a_late_one(world)
    later = clock.today(world.shop.zone) + timedelta(days=5)
    await fetch("UPDATE envelope SET stage = 'at_vendor', promise_on = $2 WHERE id = $1", away.id, later)
    waiting = await an_envelope(world, price_terms="estimate")
    now = clock.now()
    await fetch("UPDATE envelope SET stage = 'awaiting_approval', declared_value_cents = 500 WHERE id = $1", waiting.id)
    await fetch(
        "INSERT INTO estimate (envelope, version, state, sent_at, expires_at) VALUES ($1, 9, 'sent', $2, $3)",
        waiting.id, now, now + timedelta(hours=20),
    )  # fmt: skip
    await fetch("UPDATE message SET state = 'blocked' WHERE ticket = $1", waiting.ticket)  # may not be texted: call
    await fetch("UPDATE shop SET insured_limit_cents = 499")
    await look_for_alarms()
    assert {"vendor", "notice", "estimate", "insured"} <= set(await open_rules())
    assert {row["rule"] for row in await alarms_of(world.counter)} == {"vendor", "notice", "estimate"}


async def test_a_rule_that_is_off_clears_what_there_was_and_raises_nothing(world: World) -> None:
    await a_late_one(world)
    await look_for_alarms()
    await fetch("UPDATE shop SET alarm_rules = '{\"late\": {\"on\": false}}'")
    await look_for_alarms()
    assert await open_rules() == []
    async with transaction():
        assert not await raise_alarm(await shop_of(world.shop.id), "late", Finding("x", "x"))


async def test_other_parts_raise_and_clear_their_own(world: World) -> None:
    shop = await shop_of(world.shop.id)
    for is_new in (True, False):
        async with transaction():
            assert await raise_alarm(shop, "elsewhere", Finding("T-1", "T-1 has not arrived")) is is_new
    await look_for_alarms()
    assert await open_rules() == ["elsewhere"]  # the look around leaves what it does not know alone
    async with transaction():
        assert await clear_alarm(shop.id, "elsewhere", "T-1")
    assert await open_rules() == []


@pytest.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[MailServer]:
    async with MailServer() as one:
        monkeypatch.setenv("WORKSHOP_MAIL_SERVER", one.url)
        monkeypatch.setenv("WORKSHOP_MAIL_FROM", "hello@shop.example")
        settings.cache_clear()
        yield one
        monkeypatch.undo()
        settings.cache_clear()


async def test_one_mail_for_all_that_is_new_and_never_a_second(world: World, server: MailServer) -> None:
    await fetch("UPDATE staff SET alarm_email = 'maya@example.com' WHERE id = $1", world.manager.id)
    one, two = await a_late_one(world), await a_late_one(world)
    await look_for_alarms()
    asked = await fetch_value("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'mail_alarms'")
    assert asked >= 1
    for _ in range(2):
        await mail_alarms(world.manager.id)
    (mail,) = server.taken
    assert "maya@example.com" in mail and one.number in mail and two.number in mail
    assert "Bennett" not in mail


async def test_a_mail_server_that_is_away_is_asked_again(world: World, server: MailServer) -> None:
    await fetch("UPDATE staff SET alarm_email = 'maya@example.com' WHERE id = $1", world.manager.id)
    await a_late_one(world)
    await look_for_alarms()
    server.fault = Fault.LATER
    await mail_alarms(world.manager.id)
    assert server.taken == []
    server.fault = Fault.NONE
    await mail_alarms(world.manager.id)
    assert len(server.taken) == 1


async def test_a_mail_whose_job_was_lost_goes_out_once(world: World, server: MailServer) -> None:
    await fetch("UPDATE staff SET alarm_email = sign_in_name || '@example.com' WHERE id = ANY($1)",
                [world.manager.id, world.owner.id])  # fmt: skip
    await a_late_one(world)
    await look_for_alarms()
    await fetch("UPDATE alarm_mail SET state = 'sending' WHERE staff = $1", world.owner.id)  # its worker died
    await sweep_alarm_mails()
    assert server.taken == []  # the job has its time
    now = clock.now()
    clock.run_on(lambda: now + timedelta(minutes=20))
    for _ in range(2):
        await sweep_alarm_mails()
    (mail,) = server.taken
    assert "manager@example.com" in mail
    states = await fetch("SELECT state FROM alarm_mail WHERE staff = $1", world.owner.id)
    assert {row["state"] for row in states} == {"failed"}


async def test_the_page_takes_gives_back_and_keeps_the_bell(shop: World, client: httpx.AsyncClient) -> None:
    await a_late_one(shop)
    await look_for_alarms()
    alarm = await fetch_value("SELECT id FROM alarm WHERE rule = 'late'")
    await sign_in(client, shop.staff["manager"])
    assert 'class="count">1<' in (await client.get("/alarms/bell")).text
    await client.post("/alarms/taken", data={"alarm": [str(alarm), "999999", "x"]})
    assert 'class="count"' not in (await client.get("/alarms/bell")).text
    assert "yours since" in (await client.get("/alarms")).text
    await sign_in(client, shop.staff["owner"])
    assert "Maya Finch since" in (await client.get("/alarms")).text
    await client.post("/alarms/given-back", data={"alarm": [str(alarm)]})
    assert await fetch_value("SELECT acknowledged_by FROM alarm WHERE id = $1", alarm) is None
    wrong = await client.post("/alarms/mail", data={"address": "nowhere"})
    assert wrong.status_code == 422 and 'value="nowhere"' in wrong.text
    await client.post("/alarms/mail", data={"address": "theo@example.com"})
    assert await fetch_value("SELECT alarm_email FROM staff WHERE id = $1", shop.owner.id) == "theo@example.com"


async def test_the_shop_sets_its_rules_and_days(shop: World, client: httpx.AsyncClient) -> None:
    await sign_in(client, shop.staff["manager"])
    page = (await client.get("/desk/shop/alarms")).text
    assert "Promise at risk" in page
    typed = {"alarm_rules-late-on": "yes", "alarm_rules-late-who": ["counter", "manager"]}
    assert (await client.post("/desk/shop/alarms", data=typed)).status_code == 303
    own = json.loads((await shop_of(shop.shop.id)).alarm_rules)
    assert own["late"] == {"mail": False, "who": ["counter", "manager"]}
    assert own["risk"]["on"] is False
    nobody = await client.post("/desk/shop/alarms", data={"alarm_rules-late-on": "yes"})
    assert nobody.status_code == 422 and "tick whose list" in nobody.text
    assert (await client.post("/desk/shop/stuck", data={"stuck_days-at_bench": "x"})).status_code == 422
    await client.post("/desk/shop/stuck", data={"stuck_days-at_bench": "1", "stuck_days-in_queue": "7"})
    assert await fetch_value("SELECT stuck_days FROM shop") == '{"at_bench": 1}'


async def test_the_bell_hears_of_alarms_only(app: Litestar, shop: World) -> None:
    heard = app.state.live.changes(shop.shop.id, "alarm", only="alarm_")
    assert (await anext(heard)).startswith("retry")
    await a_late_one(shop)
    await look_for_alarms()
    async for said in heard:
        if "event: alarm" in said and "missed" not in said:
            assert "data: alarm_raised" in said
            break
    await heard.aclose()


async def test_work_that_does_not_fit_before_its_day_puts_a_promise_at_risk(world: World) -> None:
    envelope = await an_envelope(world)
    day = open_days(world.shop, clock.today(world.shop.zone) + timedelta(days=1), 1)[0]
    await fetch("UPDATE envelope SET bench_due = $2, promise_on = $2 WHERE id = $1", envelope.id, day)
    await fetch("UPDATE task SET minutes = 9000")
    await look_for_alarms()
    (alarm,) = await alarms_of(world.manager, rule="risk")
    assert alarm["subject"] == envelope.number
    await fetch("UPDATE task SET minutes = 10")
    await look_for_alarms()
    assert await alarms_of(world.manager, rule="risk") == []


async def test_a_missing_piece_a_missing_count_and_broken_history_are_told(world: World) -> None:
    envelope = await an_envelope(world)
    long_ago = clock.now() - timedelta(days=20)
    await fetch("UPDATE envelope SET missing_since = $2 WHERE id = $1", envelope.id, long_ago)
    await fetch(
        "INSERT INTO night_count (shop, state, started_at, signed_at) VALUES ($1, 'signed', $2, $2)",
        world.shop.id, long_ago,
    )  # fmt: skip
    await fetch("INSERT INTO chain_check (shop, head, is_whole) VALUES ($1, '', false)", world.shop.id)
    await look_for_alarms()
    assert {"missing", "count", "chain"} <= set(await open_rules())
    await fetch("UPDATE envelope SET missing_since = NULL")
    await fetch("INSERT INTO chain_check (shop, head, is_whole) VALUES ($1, '', true)", world.shop.id)
    await fetch(
        "INSERT INTO night_count (shop, state, started_at, signed_at) VALUES ($1, 'signed', $2, $2)",
        world.shop.id, clock.now(),
    )  # fmt: skip
    await look_for_alarms()
    assert not {"missing", "count", "chain"} & set(await open_rules())


async def test_a_shop_that_never_counted_is_told_of_no_missing_count(world: World) -> None:
    await look_for_alarms()
    assert "count" not in await open_rules()


async def another_shop(zone: str) -> World:
    async with transaction():
        row = await add_shop(name="Brook & Vale", code="BV", zone=zone)
        staff = {
            role: await add_staff(shop=row.id, name=f"Other {role}", sign_in_name=f"other-{role}", roles=[role])
            for role in ("counter", "bench", "manager")
        }
    return World(row, staff)


async def test_each_of_many_shops_is_told_of_its_own_in_its_own_day(world: World) -> None:
    clock.run_on(lambda: datetime(2031, 3, 5, 12, 0, tzinfo=UTC))  # Wednesday here, Thursday already in Kiritimati
    here = await a_late_one(world)
    there = await another_shop("Pacific/Kiritimati")
    one, other = await an_envelope(there), await an_envelope(world)
    for number in (one.id, other.id):
        await fetch("UPDATE envelope SET promise_on = $2, bench_due = $2 WHERE id = $1", number, date(2031, 3, 5))
    await look_for_alarms()
    assert [row["subject"] for row in await alarms_of(world.manager, rule="late")] == [here.number]
    assert [row["subject"] for row in await alarms_of(there.manager, rule="late")] == [one.number]


async def test_a_plan_is_laid_again_only_where_something_happened(world: World) -> None:
    there = await another_shop("America/New_York")
    watch = Watch()
    assert [await watch.look(), await watch.look()] == [2, 0]
    await an_envelope(there)
    assert [await watch.look(), await watch.look()] == [1, 0]
    await a_late_one(world, Stage.RECEIVED)
    assert await watch.look() == 1
    assert len(await alarms_of(world.manager, rule="late")) == 1
