"""Colleagues at the desk: who may change whom, what ends whose sessions, and what stays in history."""

import json
from datetime import date, timedelta
from functools import cache

import httpx
import pytest

from tests.factories import World, an_envelope, sign_in
from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value
from workshop.errors import Conflict, InvalidInput
from workshop.record.bench.work_spans import start_clock
from workshop.record.promises.capacity import people_of
from workshop.record.shop.shops import shop_of
from workshop.record.shop.staff import hash_password  # noqa: I001
from workshop.record.shop.staff import sign_in as enter
from workshop.record.shop.staff_changes import let_go
from workshop.record.stages import Stage
from workshop.record.tickets.envelopes import start_work

pytestmark = pytest.mark.anyio

OWN = "loupe and tongs"


@cache
def hashed() -> str:
    return hash_password(OWN)


@pytest.fixture
async def manager(client: httpx.AsyncClient, shop: World) -> httpx.AsyncClient:
    """Maya at the desk, with a password of her own."""
    await fetch("UPDATE staff SET password_hash = $1 WHERE sign_in_name IN ('manager', 'owner')", hashed())
    await sign_in(client, shop.staff["manager"])
    return client


def details(**more: str | list[str]) -> dict[str, str | list[str]]:
    return {"name": "Ada Brandt", "sign_in_name": "ada", "skills": ["watchmaker"], "week-mon": "7:30",
            "week-tue": "450", "roles": ["bench"], "own_password": OWN} | more  # fmt: skip


async def test_a_colleague_is_added_signs_in_and_counts_with_their_minutes(
    manager: httpx.AsyncClient, shop: World
) -> None:
    answer = await manager.post("/desk/staff", data=details(password="amber lamp 9"))
    assert answer.status_code == 303
    page = (await manager.get(answer.headers["location"])).text
    assert "Ada Brandt" in page and "Began to work here" in page
    _, staff = await enter("ada", "amber lamp 9", source="test")
    assert (staff.roles, staff.skills, json.loads(staff.week_minutes)) == (
        ["bench"], ["watchmaker"], {"mon": 450, "tue": 450}
    )  # fmt: skip
    ada = next(one for one in await people_of(await shop_of(shop.shop.id)) if one.name == "Ada Brandt")
    monday = date(2026, 3, 2)
    assert [ada.minutes_on(shop.shop, monday + timedelta(days=n)) for n in range(3)] == [450, 450, 0]


async def test_nobody_is_added_without_ones_own_password_and_nothing_typed_is_lost(
    manager: httpx.AsyncClient, shop: World
) -> None:
    for wrong, sentence in (
        (details(own_password="not it"), "not your own password"),
        (details(sign_in_name="kai lind"), "no spaces"),
        (details(sign_in_name="BENCH"), "signs in as"),
        (details(**{"week-mon": "all day"}), "hours and minutes"),
        (details(pin="12ab"), "six digits"),
        (details(roles=[]), "at least one role"),
    ):
        answer = await manager.post("/desk/staff", data=wrong)
        assert answer.status_code == 422, sentence
        assert sentence.casefold() in answer.text.casefold() and 'value="Ada Brandt"' in answer.text
    assert await fetch_value("SELECT count(*) FROM staff WHERE name = 'Ada Brandt'") == 0


async def test_a_manager_makes_no_owner_and_changes_none(manager: httpx.AsyncClient, shop: World) -> None:
    owner, bench = shop.staff["owner"].id, shop.staff["bench"].id
    assert (await manager.post("/desk/staff", data=details(roles=["owner"]))).status_code == 403
    tries = {
        f"/desk/staff/{bench}/roles": {"roles": ["bench", "owner"], "own_password": OWN},
        f"/desk/staff/{owner}/roles": {"roles": ["counter"], "own_password": OWN},
        f"/desk/staff/{owner}/password": {"password": "a new one 12", "own_password": OWN},
        f"/desk/staff/{owner}/pin": {"pin": "121212", "own_password": OWN},
        f"/desk/staff/{owner}/leave": {}, f"/desk/staff/{owner}/badge": {}, f"/desk/staff/{owner}": details(),
        f"/desk/staff/{owner}/days-off": {"first_on": "2031-03-04"},
    }  # fmt: skip
    before = await fetch("SELECT * FROM staff ORDER BY id")
    for url, form in tries.items():
        assert (await manager.post(url, data=form)).status_code == 403, url
    assert await fetch("SELECT * FROM staff ORDER BY id") == before
    page = (await manager.get(f"/desk/staff/{owner}")).text
    assert "Only an owner changes this" in page and f"/desk/staff/{owner}/pin" not in page


async def test_an_owner_makes_another_and_only_then_may_the_first_step_back(
    manager: httpx.AsyncClient, shop: World
) -> None:
    await sign_in(manager, shop.staff["owner"])
    owner, maya = shop.staff["owner"].id, shop.staff["manager"].id
    step_back = {"roles": ["counter"], "own_password": OWN}
    alone = await manager.post(f"/desk/staff/{owner}/roles", data=step_back)
    assert alone.status_code == 409 and "only owner" in alone.text
    made = await manager.post(f"/desk/staff/{maya}/roles", data={"roles": ["manager", "owner"], "own_password": OWN})
    assert made.status_code == 303
    assert (await manager.post(f"/desk/staff/{owner}/roles", data=step_back)).status_code == 303
    assert (await manager.get("/desk/staff")).status_code == 303  # signed out: the new roles need a new sign-in


@pytest.mark.parametrize(
    ("part", "form"),
    [
        ("roles", {"roles": ["bench", "counter"], "own_password": OWN}),
        ("password", {"password": "a new one 12", "own_password": OWN}),
        ("pin", {"pin": "121212", "own_password": OWN}),
        ("leave", {}),
        ("badge", {}),
    ],
)
async def test_what_changes_how_somebody_signs_in_ends_their_sessions_at_once(
    manager: httpx.AsyncClient, shop: World, part: str, form: dict[str, str]
) -> None:
    kai = shop.staff["bench"]
    theirs = httpx.AsyncClient(transport=manager._transport, base_url="http://127.0.0.1:8000")
    await sign_in(theirs, kai)
    assert (await theirs.get("/bench")).status_code == 200
    before = await fetch_one("SELECT * FROM staff WHERE id = $1", kai.id)
    assert (await manager.post(f"/desk/staff/{kai.id}/{part}", data=form)).status_code == 303
    assert (await theirs.get("/bench")).status_code == 303
    assert await fetch_one("SELECT * FROM staff WHERE id = $1", kai.id) != before
    event = await fetch_one("SELECT name, data::text AS data, staff FROM event ORDER BY id DESC LIMIT 1")
    assert event is not None and event["staff"] == shop.staff["manager"].id
    assert json.loads(event["data"])["person"] == kai.id
    assert "121212" not in event["data"] and "a new one" not in event["data"]


@pytest.mark.parametrize("part", ["roles", "password", "pin", "back"])
async def test_roles_and_secrets_need_ones_own_password_again_and_guessing_is_slowed(
    manager: httpx.AsyncClient, shop: World, part: str
) -> None:
    url = f"/desk/staff/{shop.staff['bench'].id}/{part}"
    form = {"roles": "counter", "password": "a new one 12", "pin": "121212", "own_password": "guess"}
    before = await fetch("SELECT * FROM staff ORDER BY id")
    moment = clock.now()
    clock.run_on(lambda: moment)  # however slow the machine, the tries come one upon the other
    answers = [await manager.post(url, data=form) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [422] * 5 + [429]
    assert "not your own password" in answers[0].text and "Too many tries" in answers[-1].text
    assert await fetch("SELECT * FROM staff ORDER BY id") == before


async def test_who_left_signs_in_no_more_and_can_come_back_with_another_badge(
    manager: httpx.AsyncClient, shop: World
) -> None:
    kai = shop.staff["bench"]
    await fetch("UPDATE staff SET password_hash = $2 WHERE id = $1", kai.id, hashed())
    assert (await manager.post(f"/desk/staff/{kai.id}/leave")).status_code == 303
    with pytest.raises(InvalidInput):
        await enter("bench", OWN, source="test")
    assert "Worked here" in (await manager.get("/desk/staff")).text
    assert kai.id not in {one.id for one in await people_of(await shop_of(shop.shop.id))}
    back = await manager.post(f"/desk/staff/{kai.id}/back", data={"own_password": OWN})
    assert back.status_code == 303
    assert await fetch_value("SELECT badge_code FROM staff WHERE id = $1", kai.id) != kai.badge_code
    assert (await enter("bench", OWN, source="elsewhere"))[1].id == kai.id


async def test_the_work_of_who_leaves_is_nobodys_again_and_not_forgotten(
    manager: httpx.AsyncClient, shop: World
) -> None:
    kai, waiting, begun = shop.staff["bench"], await an_envelope(shop), await an_envelope(shop, Stage.AT_BENCH)
    await fetch("UPDATE envelope SET jeweler = $2, plan_on = '2031-03-04' WHERE id = $1", waiting.id, kai.id)
    helped = await an_envelope(shop)
    await start_work(helped.code, by=shop.bench2)
    await start_clock(helped.id, kai.id)  # he helps Ines with it
    asked = (await manager.get(f"/desk/staff/{kai.id}")).text
    assert "1 planned for them, 1 at their bench" in asked
    assert (await manager.post(f"/desk/staff/{kai.id}/leave")).status_code == 303
    row = await fetch_one("SELECT jeweler, plan_on FROM envelope WHERE id = $1", waiting.id)
    assert row == {"jeweler": None, "plan_on": None}
    running = await fetch("SELECT staff FROM work_span WHERE ended_at IS NULL AND NOT is_struck")
    assert [one["staff"] for one in running] == [shop.bench2.id]
    listed = (await manager.get("/desk/pieces/untaken")).text
    assert waiting.number in listed and begun.number in listed and "the bench of one who left" in listed
    told = await fetch_value("SELECT count(*) FROM event WHERE envelope = $1 AND name = 'unassigned'", waiting.id)
    assert told == 1


async def test_pieces_planned_for_a_day_off_are_told(manager: httpx.AsyncClient, shop: World) -> None:
    kai, ring = shop.staff["bench"].id, await an_envelope(shop)
    await fetch("UPDATE envelope SET jeweler = $2, plan_on = '2031-03-04' WHERE id = $1", ring.id, kai)
    form = {"first_on": "2031-03-03", "last_on": "2031-03-07"}
    assert (await manager.post(f"/desk/staff/{kai}/days-off", data=form)).status_code == 303
    page = (await manager.get(f"/desk/staff/{kai}")).text
    assert "One piece is planned for days on which" in page and "Away Mon 3 Mar to Fri 7 Mar" in page


async def test_nobody_takes_themselves_off(shop: World) -> None:
    with pytest.raises(Conflict, match="yourself"):
        await let_go(shop.staff["manager"].id, by=shop.manager)


async def test_days_off_are_kept_shown_counted_and_taken_off(manager: httpx.AsyncClient, shop: World) -> None:
    kai, monday = shop.staff["bench"].id, date(2031, 3, 3)
    form = {"first_on": "2031-03-03", "last_on": "2031-03-07", "minutes": "2:00", "note": "School in the mornings"}
    assert (await manager.post(f"/desk/staff/{kai}/days-off", data=form)).status_code == 303
    page = (await manager.get(f"/desk/staff/{kai}")).text
    assert "School in the mornings" in page and "works 120 min a day" in page
    person = next(one for one in await people_of(await shop_of(shop.shop.id)) if one.id == kai)
    assert [person.minutes_on(shop.shop, monday + timedelta(days=n)) for n in (0, 4, 7)] == [120, 120, 360]
    backwards = await manager.post(f"/desk/staff/{kai}/days-off", data=form | {"last_on": "2031-03-01"})
    assert backwards.status_code == 422 and 'value="School in the mornings"' in backwards.text
    removed = await fetch_value("SELECT id FROM day_off")
    assert (await manager.post(f"/desk/days-off/{removed}/remove")).status_code == 303
    assert await fetch_value("SELECT count(*) FROM day_off") == 0


async def test_details_saved_untouched_leave_no_trace_and_changed_ones_say_what(
    manager: httpx.AsyncClient, shop: World
) -> None:
    kai = shop.staff["bench"].id
    same = {"name": "Kai Lindqvist", "sign_in_name": "bench"}
    await manager.post(f"/desk/staff/{kai}", data=same)
    assert await fetch_value("SELECT count(*) FROM event WHERE name = 'staff_changed'") == 0
    await manager.post(f"/desk/staff/{kai}", data=same | {"skills": ["jeweler", "setter"], "week-fri": "300"})
    assert "Changed: skills, minutes" in (await manager.get(f"/desk/staff/{kai}")).text
    assert clock.today(shop.shop.zone) and "Setter" in (await manager.get("/desk/staff")).text


@pytest.mark.parametrize("role", ["counter", "bench"])
async def test_colleagues_are_set_up_by_managers(client: httpx.AsyncClient, shop: World, role: str) -> None:
    await sign_in(client, shop.staff[role])
    assert (await client.get("/desk/staff")).status_code == 403
    assert (await client.post(f"/desk/staff/{shop.staff['bench2'].id}/leave")).status_code == 403
