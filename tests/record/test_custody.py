"""The line of stays: at every moment it says what the envelopes themselves said then."""

import random
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta

import asyncpg
import pytest

from tests.factories import World, a_ring, a_ticket, an_envelope
from workshop import clock
from workshop.db import fetch, fetch_value
from workshop.errors import Conflict, Forbidden, InvalidInput, NotFound, WorkshopError
from workshop.record.prices.work import NewTask
from workshop.record.quality.quality import fail_quality
from workshop.record.stages import Stage
from workshop.record.tickets.envelopes import finish_work, move, start_work
from workshop.record.tickets.tickets import NewEnvelope
from workshop.record.whereabouts.liability import liability_at, liability_now, midnight_after, midnights, pieces_held
from workshop.record.whereabouts.places import add_place, places_of, rename_place, retire_place
from workshop.record.whereabouts.placing import put_in_place

pytestmark = pytest.mark.anyio

START = datetime(2031, 3, 3, 15, 0, tzinfo=UTC)
By_place = dict[str, tuple[int, int]]


class Hands:
    """A clock that people turn by hand."""

    def __init__(self) -> None:
        self.at = START
        clock.run_on(lambda: self.at)

    def wait(self, **much: float) -> datetime:
        self.at += timedelta(**much)
        return self.at


@pytest.fixture
def hands(world: World) -> Hands:
    return Hands()


async def envelopes_say(shop: int) -> By_place:
    """By place, pieces and declared value, from the envelopes themselves."""
    rows = await fetch(
        """SELECT p.name, count(*) AS pieces, COALESCE(sum(v.declared_value_cents), 0)::bigint AS declared
           FROM envelope v LEFT JOIN place p ON p.id = v.place
           WHERE v.shop = $1 AND v.stage <> 'picked_up' GROUP BY p.name""",
        shop,
    )
    return {row["name"] or "nobody knows where": (row["pieces"], row["declared"]) for row in rows}


def said(liability: object) -> By_place:
    return {row["name"]: (row["pieces"], row["declared"]) for row in liability.places}  # type: ignore[attr-defined]


async def a_piece(world: World, cents: int | None) -> None:
    work = [NewTask("RS-UP", drivers={"metal": "14k", "sizes": "1", "stones": "13"})]
    await a_ticket(world, envelopes=[NewEnvelope(work, piece=a_ring(), declared_value_cents=cents)])


def acts(world: World, chance: random.Random) -> list[Callable[[], Awaitable[object]]]:
    """What may happen next in a shop, also what is refused."""

    async def one() -> str:
        return str(chance.choice(await fetch("SELECT code FROM envelope ORDER BY id"))["code"])

    async def place() -> str:
        return str(chance.choice(await fetch("SELECT code FROM place ORDER BY id"))["code"])

    hand = chance.choice([world.bench, world.bench2])
    return [
        lambda: a_piece(world, chance.choice([None, 10_000, 250_000])),
        lambda: _then(one, lambda code: start_work(code, by=hand)),
        lambda: _then(one, lambda code: finish_work(code, by=hand)),
        lambda: _then(one, lambda code: fail_quality(code, "finish", by=world.counter)),
        lambda: _then(one, lambda code: move(code, Stage.ON_HOLD, reason="part", by=world.counter)),
        lambda: _then(one, lambda code: move(code, Stage.IN_QUEUE, by=world.counter)),
        lambda: _put(one, place, world),
    ]


async def _then(one: Callable[[], Awaitable[str]], act: Callable[[str], Awaitable[object]]) -> None:
    await act(await one())


async def _put(one: Callable[[], Awaitable[str]], place: Callable[[], Awaitable[str]], world: World) -> None:
    await put_in_place(await one(), await place(), by=world.counter)


@pytest.mark.parametrize("seed", [3, 1931, 60_421])
async def test_what_was_here_at_any_moment_is_what_the_envelopes_said_then(
    world: World, hands: Hands, seed: int
) -> None:
    chance, done = random.Random(seed), 0
    pictures: list[tuple[datetime, By_place]] = []
    await a_piece(world, 125_000)
    for _ in range(45):
        try:
            await chance.choice(acts(world, chance))()
            done += 1
        except WorkshopError:
            pass  # refused: then nothing may have moved
        pictures.append((hands.at, await envelopes_say(world.shop.id)))
        hands.wait(minutes=chance.choice([1, 47, 600]))
        assert said(await liability_now(world.shop)) == pictures[-1][1]
    assert done > 15
    for at, picture in pictures:
        assert said(await liability_at(world.shop, at)) == picture, at
    assert await fetch_value("SELECT count(*) FROM (SELECT envelope FROM custody WHERE until IS NULL "
                             "GROUP BY envelope HAVING count(*) > 1) x") == 0  # fmt: skip


async def test_midnight_is_the_shops_own_and_what_left_is_no_more_answered_for(world: World, hands: Hands) -> None:
    hands.at = datetime(2031, 3, 4, 2, 0, tzinfo=UTC)  # still the third in New York
    await a_piece(world, 90_000)
    third, second = midnight_after(hands.at.date() - timedelta(days=1), world.shop.zone), hands.at.date()
    assert (await liability_at(world.shop, third)).declared_cents == 90_000
    assert (await liability_at(world.shop, midnight_after(second - timedelta(days=2), world.shop.zone))).pieces == 0
    hands.wait(days=2)
    envelope = await an_envelope(world, Stage.PICKED_UP)
    assert [row["number"] for row in await pieces_held(world.shop) if row["number"] == envelope.number] == []
    days = await midnights(world.shop, date(2031, 3, 5), 4)
    assert [(f"{row['day']:%d}", row["declared"]) for row in days] == [
        ("02", 0), ("03", 90_000), ("04", 90_000), ("05", 90_000),
    ]  # fmt: skip


async def test_a_stay_is_only_ever_ended(world: World) -> None:
    await an_envelope(world, Stage.AT_BENCH)
    for sql in (
        "UPDATE custody SET place = NULL WHERE until IS NULL",
        "UPDATE custody SET until = now() + interval '1 day' WHERE until IS NOT NULL",
        "UPDATE custody SET declared_cents = 5",
        "DELETE FROM custody",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await fetch(sql)


async def test_the_history_says_where_somebody_put_it_and_a_bench_is_ones_own(world: World) -> None:
    envelope = await an_envelope(world, Stage.AT_BENCH)
    rows = await fetch("SELECT p.name, p.staff FROM custody c JOIN place p ON p.id = c.place WHERE c.envelope = $1 "
                       "ORDER BY c.id", envelope.id)  # fmt: skip
    assert [row["name"] for row in rows] == ["counter", "order box", "bench of Kai"]
    assert rows[-1]["staff"] == world.bench.id
    assert envelope.location == "bench of Kai"


async def test_places_are_named_by_managers_and_never_lost_with_something_in_them(world: World) -> None:
    with pytest.raises(Forbidden):
        await add_place("tray 2", "safe", by=world.counter)
    tray = await add_place("tray 2", "safe", by=world.manager)
    with pytest.raises(InvalidInput):
        await add_place("Tray 2", "order", by=world.manager)
    with pytest.raises(InvalidInput):
        await add_place("Moon", "vendor", by=world.manager)
    envelope = await an_envelope(world)
    await put_in_place(envelope.code, tray["code"], by=world.bench)
    await rename_place(tray["id"], "night tray", by=world.manager)
    assert await fetch_value("SELECT location FROM envelope WHERE id = $1", envelope.id) == "night tray"
    with pytest.raises(Conflict, match="1 piece lies there"):
        await retire_place(tray["id"], by=world.manager)
    counter = next(row for row in await places_of(world.shop.id) if row["kind"] == "counter")
    await put_in_place(envelope.code, counter["code"], by=world.bench)
    await retire_place(tray["id"], by=world.manager)
    with pytest.raises(Conflict, match="not used any more"):
        await put_in_place(envelope.code, tray["code"], by=world.bench)


async def test_nothing_is_put_where_only_a_packing_list_leads(world: World) -> None:
    envelope = await an_envelope(world)
    away = await fetch_value("SELECT code FROM place WHERE kind = 'vendor'")
    with pytest.raises(Conflict, match="packing list"):
        await put_in_place(envelope.code, away, by=world.counter)
    with pytest.raises(NotFound):
        await put_in_place(envelope.code, "L" + "0" * 17, by=world.counter)
