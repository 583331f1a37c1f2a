"""Checklists in versions, what was sent back, and the proof of history at the desk."""

import httpx
import pytest

from tests.factories import World, a_photo_row, an_envelope, sign_in
from workshop.db import fetch_value
from workshop.errors import Conflict, InvalidInput, NotAllowed
from workshop.record.quality.quality import Check, fail_quality, pass_quality
from workshop.record.quality.quality_answers import begin_check
from workshop.record.quality.quality_lists import change_list, list_of
from workshop.record.stages import Stage
from workshop.record.tickets.envelopes import finish_work, start_work
from workshop.record.trade import QUALITY

pytestmark = pytest.mark.anyio
RING = QUALITY["ring"]


async def test_a_manager_changes_a_list_and_the_next_check_uses_it(shop: World, client: httpx.AsyncClient) -> None:
    await sign_in(client, shop.staff["manager"])
    assert "Size up" in (await client.get("/desk/quality/list?task=rs-up")).text
    answer = await client.post(
        "/desk/quality/list", data={"kind": "", "task": "RS-UP", "lines": "Laser marks gone\n\n  Round on the mandrel "}
    )
    assert answer.headers["location"] == "/desk/quality"
    assert "2 lines · version 1" in (await client.get("/desk/quality")).text
    envelope = await an_envelope(shop, Stage.QUALITY_CHECK)
    opened = await begin_check(envelope.code, by=shop.bench2)
    assert opened and [line.words for line in opened.lines] == [*RING, "Laser marks gone", "Round on the mandrel"]
    assert opened.lines[-1].list == "RS-UP 1"


async def test_a_check_under_way_keeps_its_list_and_the_pass_names_the_version(world: World) -> None:
    await change_list(["Looks right"], kind="ring", by=world.manager)
    envelope = await an_envelope(world, Stage.QUALITY_CHECK)
    await a_photo_row(envelope.code, world, kind="after")
    await begin_check(envelope.code, by=world.bench2)
    await change_list(["Looks right", "And shines"], kind="ring", by=world.manager)
    await pass_quality(envelope.code, Check(["Looks right"], 13), by=world.bench2)
    assert await fetch_value("SELECT data -> 'lists' ->> 0 FROM event WHERE to_stage = 'ready_for_pickup'") == "ring 1"
    assert (await list_of(world.shop.id, kind="ring")).name == "ring 2"
    another = await an_envelope(world, Stage.QUALITY_CHECK, phone="212 555 0177")
    with pytest.raises(NotAllowed, match="Not ticked yet: And shines"):
        await pass_quality(another.code, Check(["Looks right"], 13), by=world.bench2)


async def test_two_managers_at_one_list_do_not_overwrite_each_other(world: World) -> None:
    await change_list(["Mine"], kind="watch", base=0, by=world.manager)
    with pytest.raises(Conflict, match="A colleague changed this list"):
        await change_list(["Theirs"], kind="watch", base=0, by=world.owner)
    assert (await list_of(world.shop.id, kind="watch")).lines == ["Mine"]
    with pytest.raises(InvalidInput):
        await change_list(["x" * 121], kind="watch", by=world.manager)


async def test_what_was_sent_back_is_counted_by_maker_and_every_number_opens(
    shop: World, client: httpx.AsyncClient
) -> None:
    envelope = await an_envelope(shop, Stage.QUALITY_CHECK)
    await fail_quality(envelope.code, "finish", note="=Tool mark", by=shop.bench2)
    await start_work(envelope.code, by=shop.bench)
    await finish_work(envelope.code, by=shop.bench)
    await a_photo_row(envelope.code, shop, kind="after")
    await pass_quality(envelope.code, Check(RING, 13), by=shop.bench2)
    await sign_in(client, shop.staff["manager"])
    page = (await client.get("/desk/redo")).text
    assert "Kai Lindqvist" in page and "50 %" in page and "Finish or tool marks" in page
    assert envelope.number in (await client.get(f"/desk/redo?maker={shop.bench.id}")).text
    assert envelope.number not in (await client.get("/desk/redo?reason=size")).text
    table = (await client.get("/desk/redo.csv?days=30")).content.decode("utf-8-sig").splitlines()
    assert len(table) == 2 and envelope.number in table[1] and "'=Tool mark" in table[1]


async def test_history_is_proved_on_demand_and_by_managers_only(shop: World, client: httpx.AsyncClient) -> None:
    await an_envelope(shop, Stage.READY_FOR_PICKUP)
    await sign_in(client, shop.staff["manager"])
    assert "Not proved yet" in (await client.get("/desk/proof")).text
    assert (await client.post("/desk/proof")).status_code == 303
    page = (await client.get("/desk/proof")).text
    assert "whole" in page and "Maya Finch" in page
