"""What went on and came off a piece, the weights between, and bags that go home with it."""

import pytest

from tests.factories import World, an_envelope, handed_over, passed
from workshop.db import fetch, fetch_value
from workshop.errors import Conflict, Forbidden, InvalidInput
from workshop.record.bench.bench_gate import balance_of
from workshop.record.bench.materials import NewBag, NewPart, bag, bags_of, parts_of, strike_part, use_part, weigh
from workshop.record.stages import Stage
from workshop.record.tables import Envelope
from workshop.record.tickets.envelopes import finish_work
from workshop.record.tickets.standing import envelope_by_code, ticket_of

pytestmark = pytest.mark.anyio
STOCK = NewPart("metal", "Sizing stock", metal="14k", weight_mg=400, cost_cents=2400)
CUT = NewPart("removed", "Cut-out of the shank", metal="14k", weight_mg=150)


async def weighed(world: World) -> Envelope:
    envelope = await an_envelope(world, Stage.AT_BENCH)
    await weigh(envelope.code, "in", 4350, by=world.bench)
    return envelope


async def test_metal_put_on_and_taken_off_is_what_the_scale_should_show(world: World) -> None:
    ring = await weighed(world)
    await use_part(ring.code, STOCK, by=world.bench)
    await use_part(ring.code, CUT, by=world.bench)
    balance = await balance_of(ring.id)
    assert (balance.expected, balance.tolerance) == (4600, 150)  # the shop's 50 and 100 for a sizing
    await weigh(ring.code, "out", 4480, by=world.bench)
    assert (await balance_of(ring.id)).is_right
    await finish_work(ring.code, by=world.bench)


async def test_a_difference_is_explained_before_the_check(world: World) -> None:
    ring = await weighed(world)
    await weigh(ring.code, "out", 4000, by=world.bench)
    with pytest.raises(Conflict, match=r"0\.35 g lighter than it should be"):
        await finish_work(ring.code, by=world.bench)
    lost = await use_part(ring.code, NewPart("removed", "Old head", metal="14k", weight_mg=200), by=world.bench)
    await weigh(ring.code, "out", 4000, by=world.bench)
    assert (await balance_of(ring.id)).is_right  # 150 is within the tolerance
    await strike_part(lost, by=world.bench)
    with pytest.raises(Conflict, match="lighter"):
        await finish_work(ring.code, by=world.bench)
    await weigh(ring.code, "out", 4000, explanation="Cleaned out years of soap", by=world.bench)
    await finish_work(ring.code, by=world.bench)
    assert await fetch_value("SELECT count(*) FROM weighing WHERE envelope = $1", ring.id) == 4


async def test_a_shop_that_weighs_out_lets_nothing_through_unweighed(world: World) -> None:
    ring = await weighed(world)
    await fetch("UPDATE shop SET weigh_out = true")
    with pytest.raises(Conflict, match="weigh it again"):
        await finish_work(ring.code, by=world.bench)
    await weigh(ring.code, "out", 4350, by=world.bench)
    await finish_work(ring.code, by=world.bench)


@pytest.mark.parametrize(
    ("part", "field"),
    [(NewPart("solder", "Hard solder"), "metal"), (NewPart("metal", "Wire", metal="14k"), "weight"),
     (NewPart("part", ""), "what"), (NewPart("gold bar", "Gold", metal="14k"), "kind"),
     (NewPart("part", "Crown", count=0), "count"), (NewPart("part", "Crown", weight_mg=-5), "weight")],
)  # fmt: skip
async def test_what_is_missing_is_said_beside_its_field(world: World, part: NewPart, field: str) -> None:
    ring = await an_envelope(world, Stage.AT_BENCH)
    with pytest.raises(InvalidInput) as refused:
        await use_part(ring.code, part, by=world.bench)
    assert list(refused.value.fields) == [field]
    assert await parts_of(ring.id) == []


async def test_the_counter_writes_no_material_down_and_the_contract_weight_stays(world: World) -> None:
    ring = await weighed(world)
    with pytest.raises(Forbidden):
        await use_part(ring.code, STOCK, by=world.counter)
    with pytest.raises(Conflict, match="weighed in already"):
        await weigh(ring.code, "in", 5000, by=world.bench)


async def test_bags_go_home_ticked_or_it_is_said_why_not(world: World) -> None:
    ring = await an_envelope(world, Stage.AT_BENCH)
    await bag(ring.code, NewBag("stone", "Loose diamonds", 3), by=world.bench)
    await bag(ring.code, NewBag("part", "Old head"), by=world.bench)
    await finish_work(ring.code, by=world.bench)
    await passed(ring.code, world)
    ticket = await ticket_of(await envelope_by_code(ring.code, shop=world.shop.id))
    with pytest.raises(InvalidInput, match="3 × Loose diamonds, 1 × Old head") as refused:
        await handed_over(ticket, [ring.code], world)
    assert "bags" in refused.value.fields
    assert await fetch_value("SELECT stage FROM envelope WHERE id = $1", ring.id) == "ready_for_pickup"
    stones = (await bags_of([ring.id]))[0]["id"]
    await handed_over(ticket, [ring.code], world, bags=[stones], bags_left="The customer leaves the old head for scrap")
    rows = await bags_of([ring.id])
    assert [row["left_reason"] for row in rows] == ["", "The customer leaves the old head for scrap"]
    assert all(row["returned_at"] for row in rows)
