"""A check is kept tap by tap: a tablet dies and another goes on, nothing that was tapped is lost."""

import json

import httpx
import pytest

from photos.removing import remove_photo, restore_photo
from tests.factories import World, a_new_ticket, a_photo_row, a_ring, an_envelope, passed, sign_in
from workshop.db import fetch, fetch_value
from workshop.errors import Conflict, NotAllowed
from workshop.record.prices.work import NewTask
from workshop.record.quality.quality import Check, fail_quality, pass_quality
from workshop.record.quality.quality_answers import Typing, begin_check, save_answers
from workshop.record.stages import Stage
from workshop.record.tickets.envelopes import finish_work, move, start_work
from workshop.record.tickets.standing import envelope_by_code
from workshop.record.tickets.tickets import NewEnvelope, take_in
from workshop.record.trade import QUALITY

pytestmark = pytest.mark.anyio
RING = QUALITY["ring"]
TICKS = {f"line-{at}": "yes" for at in range(1, len(RING) + 1)}


async def at_the_gate(world: World, *, points: int = 0, size: str = "", weight_mg: int | None = None) -> str:
    """A worked ring waiting for its check; gives its code."""
    stones = [{"picture": "ring-top", "x": at / 20, "y": 0.5} for at in range(points)]
    one = NewEnvelope([NewTask("PL-CLN")], piece=a_ring(), stone_points=stones)
    ticket = await take_in(a_new_ticket(envelopes=[one]), by=world.counter)
    code: str = await fetch_value("SELECT code FROM envelope WHERE ticket = $1", ticket.id)
    await fetch("UPDATE envelope SET size_wanted = $2, weight_in_mg = $3 WHERE code = $1", code, size, weight_mg)
    await start_work(code, by=world.bench)
    await finish_work(code, by=world.bench)
    await a_photo_row(code, world, kind="after")
    return code


async def tap(world: World, code: str, **values: str) -> None:
    await save_answers(code, Typing({name.replace("_", "-"): value for name, value in values.items()}), by=world.bench2)


async def test_another_tablet_goes_on_where_one_died(shop: World, client: httpx.AsyncClient) -> None:
    code = await at_the_gate(shop)
    await sign_in(client, shop.staff["bench2"])
    await client.get(f"/bench/quality/{code}")
    for values in ({"line-1": "yes"}, {"line-2": "yes", "stones": "13"}, {"line-1": ""}, {"note": "Shines"}):
        answer = await client.post(f"/bench/quality/{code}/answers", data=values | {"_base": "0", "_tab": "one"})
        assert answer.status_code == 200 and answer.json()["refused"] == {}
    await sign_in(client, shop.staff["counter"])
    page = (await client.get(f"/bench/quality/{code}")).text
    assert 'name="line-2" value="yes" checked' in page and 'name="line-1" value="yes" checked' not in page
    assert 'name="stones" value="13"' in page and 'value="Shines"' in page
    who = await fetch_value("SELECT staff FROM quality_answer WHERE name = 'line-2'")
    assert who == shop.bench2.id


async def test_two_tablets_at_one_check_see_each_other(shop: World, client: httpx.AsyncClient) -> None:
    code = await at_the_gate(shop)
    await sign_in(client, shop.staff["bench2"])
    url = f"/bench/quality/{code}/answers"
    await client.post(url, data={"stones": "12", "_base": "0", "_tab": "one"})
    answer = (await client.post(url, data={"stones": "13", "_base": "0", "_tab": "two"})).json()
    assert answer["conflicts"]["stones"]["values"] == ["12"] and answer["conflicts"]["stones"]["who"] == "Ines"
    await client.post(url, data={"stones": "13", "_base": "0", "_tab": "two", "_insist": "yes"})
    late = {"stones": "11", "_base": "0", "_tab": "two", "_order": json.dumps({"stones": 1})}
    await client.post(url, data={"stones": "13", "_base": "9", "_tab": "two", "_order": json.dumps({"stones": 2})})
    assert (await client.post(url, data=late)).json()["stale"] == ["stones"]
    assert await fetch_value("SELECT value FROM quality_answer WHERE name = 'stones'") == "13"


async def test_what_is_no_line_or_no_figure_is_refused(shop: World, client: httpx.AsyncClient) -> None:
    code = await at_the_gate(shop, points=2)
    await sign_in(client, shop.staff["bench2"])
    odd = {"line-99": "yes", "stone-3": "tight", "stone-1": "gone", "stones": "many", "made-up": "x"}
    answer = (await client.post(f"/bench/quality/{code}/answers", data=odd)).json()
    assert set(answer["refused"]) == set(odd)
    await fail_quality(code, "finish", by=shop.bench2)
    assert (await client.post(f"/bench/quality/{code}/answers", data={"line-1": "yes"})).status_code == 409


async def test_taps_of_before_the_rework_count_no_more(world: World) -> None:
    code = await at_the_gate(world)
    await tap(world, code, stones="13", **TICKS)
    await fail_quality(code, "finish", by=world.bench2)
    await start_work(code, by=world.bench)
    await finish_work(code, by=world.bench)
    with pytest.raises(NotAllowed, match="Not ticked yet: Work equals"):
        await pass_quality(code, Check(), by=world.bench2)
    await tap(world, code, stones="13", **TICKS)
    await move(code, Stage.ON_HOLD, by=world.manager, reason="manager")
    await move(code, Stage.QUALITY_CHECK, by=world.manager)
    opened = await begin_check(code, by=world.bench2)
    assert opened and opened.answers == {}
    states = await fetch("SELECT state FROM quality_check ORDER BY id")
    assert [row["state"] for row in states] == ["failed", "left", "open"]


async def test_what_was_tapped_before_passes_without_saying_it_again(world: World) -> None:
    code = await at_the_gate(world)
    await tap(world, code, stones="13", **TICKS)
    assert (await pass_quality(code, Check(), by=world.bench2)).stage == Stage.READY_FOR_PICKUP


async def test_every_stone_is_tapped_and_none_moves(world: World) -> None:
    code = await at_the_gate(world, points=13)
    await tap(world, code, stones="13", **TICKS, **{f"stone-{at}": "tight" for at in range(1, 13)})
    with pytest.raises(NotAllowed, match="Stone by stone: 12 of 13 tapped"):
        await pass_quality(code, Check(), by=world.bench2)
    await tap(world, code, **{"stone-13": "moves"})
    with pytest.raises(NotAllowed, match="Stone 13 moves"):
        await pass_quality(code, Check(), by=world.bench2)
    await fail_quality(code, "stone_loose", by=world.bench2)
    assert await fetch_value("SELECT data -> 'moves' FROM event WHERE to_stage = 'at_bench' ORDER BY id DESC") == "[13]"


@pytest.mark.parametrize(
    ("measured", "said"),
    [
        ({}, "Measure the size on the mandrel: 7 is asked for"),
        ({"size": "6.75"}, "Size 6.75 measured, 7 is asked for"),
        ({"size": "7"}, "Weigh it: 4.31 g came in"),
        ({"size": "7,1", "weight": "4.62"}, "4.62 g weighed, 4.31 g expected"),
        ({"size": "7", "weight": "heavy"}, "Weigh it"),
        ({"size": "7", "weight": "4.62", "explanation": "Sizing stock added"}, ""),
        ({"size": "7", "weight": "4.30"}, ""),
    ],
)
async def test_size_and_weight_agree_or_are_explained(world: World, measured: dict[str, str], said: str) -> None:
    code = await at_the_gate(world, size="7", weight_mg=4310)
    await tap(world, code, stones="13", **TICKS)
    check = Check(measured=measured)
    if said:
        with pytest.raises(NotAllowed, match=said):
            await pass_quality(code, check, by=world.bench2)
        return
    await pass_quality(code, check, by=world.bench2)
    kept = json.loads(await fetch_value("SELECT data -> 'measured' FROM event WHERE to_stage = 'ready_for_pickup'"))
    assert kept["size"] == "7" and kept["weight_in_mg"] == 4310
    assert (await envelope_by_code(code, shop=world.shop.id)).weight_out_mg == kept["weight_mg"]


async def test_a_shop_that_wants_every_angle_again_gets_it(world: World) -> None:
    await fetch("UPDATE shop SET after_same_angles = true")
    envelope = await an_envelope(world, Stage.QUALITY_CHECK)
    photo = await a_photo_row(envelope.code, world)
    await fetch("UPDATE photo SET angle = 'above' WHERE id = $1", photo)
    with pytest.raises(NotAllowed, match="from the same angles as at take-in"):
        await passed(envelope.code, world)
    await fetch("UPDATE photo SET angle = 'above' WHERE kind = 'after'")
    await passed(envelope.code, world)


async def test_a_photo_a_check_passed_with_is_not_taken_back(world: World) -> None:
    code = await at_the_gate(world)
    photo = await fetch_value("UPDATE photo SET taken_by = $1 WHERE kind = 'after' RETURNING id", world.bench2.id)
    await tap(world, code, stones="13", **TICKS)
    await remove_photo(photo, world.bench2)
    with pytest.raises(NotAllowed, match="0 of 1"):
        await pass_quality(code, Check(), by=world.bench2)
    await restore_photo(photo, world.bench2)
    await pass_quality(code, Check(), by=world.bench2)
    with pytest.raises(Conflict, match="A quality check passed with this photo"):
        await remove_photo(photo, world.bench2)
