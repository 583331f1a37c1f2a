"""A manager's word at a colleague's tablet: whose it is, what it covers, how often it may be guessed."""

import asyncio
from datetime import timedelta

import pytest

from tests.factories import World
from workshop import clock
from workshop.db import fetch, fetch_value, transaction
from workshop.errors import Forbidden, InvalidInput, TooMany
from workshop.record.shop.approvals import (
    LASTS,
    NeedsManager,
    Request,
    approval_for,
    approve_by_badge,
    approve_by_pin,
    require_approval,
)
from workshop.record.shop.staff import PIN_MISSES, device_of, enrol_device, hash_pin, switch_by_pin
from workshop.record.tables import Device

pytestmark = pytest.mark.anyio

ASKED = Request("declared_value", "E-SOME-ENVELOPE", 1_200_000)


async def station(world: World) -> Device:
    """An enrolled tablet at which the counter works; manager, counter and bench have PINs."""
    for role, pin in (("manager", "444444"), ("counter", "111111"), ("bench", "222222")):
        await fetch("UPDATE staff SET pin_hash = $2 WHERE id = $1", world.staff[role].id, hash_pin(pin))
    device = await device_of(await enrol_device(world.staff["counter"], "till"))
    assert device is not None
    return device


async def used(world: World, asked: Request) -> int:
    async with transaction():
        return await require_approval(asked, by=world.counter, field="declared_value")


async def test_a_managers_pin_covers_that_amount_or_less_once(world: World) -> None:
    device, maya = await station(world), world.staff["manager"]
    with pytest.raises(NeedsManager):
        await used(world, ASKED)
    await approve_by_pin(maya.id, "444444", ASKED, by=world.counter, device=device)
    word = await approval_for(ASKED, shop=world.shop.id)
    assert word is not None and word["approver"] == "Maya Finch"
    with pytest.raises(NeedsManager):  # the value rose: the word is void
        await used(world, Request(ASKED.act, ASKED.subject, ASKED.amount_cents + 1))
    with pytest.raises(NeedsManager):  # another piece
        await used(world, Request(ASKED.act, "E-ANOTHER", ASKED.amount_cents))
    with pytest.raises(NeedsManager):  # another act
        await used(world, Request("discount", ASKED.subject, ASKED.amount_cents))
    assert await used(world, Request(ASKED.act, ASKED.subject, ASKED.amount_cents - 1)) == maya.id
    with pytest.raises(NeedsManager):
        await used(world, ASKED)
    events = await fetch("SELECT name, staff, data->>'asked_by' AS asked FROM event WHERE name LIKE 'approval%'")
    assert {(row["name"], row["staff"]) for row in events} == {
        ("approval_given", maya.id), ("approval_used", world.staff["counter"].id)}  # fmt: skip
    assert events[0]["asked"] == "Noor Haddad"


async def test_only_a_manager_of_this_shop_who_still_works_here_approves(world: World) -> None:
    device = await station(world)
    with pytest.raises(Forbidden, match="no manager here"):
        await approve_by_pin(world.staff["bench"].id, "222222", ASKED, by=world.counter, device=device)
    await fetch("UPDATE staff SET is_active = false WHERE id = $1", world.staff["manager"].id)
    with pytest.raises(InvalidInput):
        await approve_by_pin(world.staff["manager"].id, "444444", ASKED, by=world.counter, device=device)
    assert await fetch_value("SELECT count(*) FROM approval") == 0


async def test_a_badge_alone_approves_only_where_the_shop_says_so(world: World) -> None:
    device = await station(world)
    badge = world.staff["manager"].badge_code
    with pytest.raises(Forbidden, match="Type the PIN"):
        await approve_by_badge(badge, ASKED, by=world.counter, device=device)
    await fetch("UPDATE shop SET badge_approves = true")
    with pytest.raises(Forbidden):
        await approve_by_badge(world.staff["counter"].badge_code, ASKED, by=world.counter, device=device)
    await approve_by_badge(badge, ASKED, by=world.counter, device=device)
    assert await fetch_value("SELECT how FROM approval") == "badge"


async def test_guesses_are_counted_all_at_once_and_ones_own_pin_in_between_forgives_none(world: World) -> None:
    device, maya = await station(world), world.staff["manager"]
    tries = [approve_by_pin(maya.id, f"{pin:06}", ASKED, by=world.counter, device=device) for pin in range(9)]
    done = await asyncio.gather(*tries, return_exceptions=True)
    assert all(isinstance(one, InvalidInput) for one in done)
    await switch_by_pin(world.staff["counter"].id, "111111", device=device)
    assert await fetch_value("SELECT pin_misses FROM device") == 0
    with pytest.raises(InvalidInput):
        await approve_by_pin(maya.id, "999999", ASKED, by=world.counter, device=device)
    with pytest.raises(TooMany):  # even the right one waits now
        await approve_by_pin(maya.id, "444444", ASKED, by=world.counter, device=device)
    assert PIN_MISSES == 10


async def test_yesterdays_word_is_asked_for_again(world: World) -> None:
    device = await station(world)
    await approve_by_pin(world.staff["manager"].id, "444444", ASKED, by=world.counter, device=device)
    later = clock.now() + LASTS + timedelta(minutes=1)
    clock.run_on(lambda: later)
    assert await approval_for(ASKED, shop=world.shop.id) is None


async def test_a_word_is_used_once_when_two_take_it_at_once(world: World) -> None:
    device = await station(world)
    await approve_by_pin(world.staff["manager"].id, "444444", ASKED, by=world.counter, device=device)
    done = await asyncio.gather(*(used(world, ASKED) for _ in range(4)), return_exceptions=True)
    assert sum(isinstance(one, int) for one in done) == 1
    assert sum(isinstance(one, NeedsManager) for one in done) == 3


async def test_the_application_cannot_rewrite_a_word(world: World) -> None:
    device = await station(world)
    await approve_by_pin(world.staff["manager"].id, "444444", ASKED, by=world.counter, device=device)
    for wrong in ("UPDATE approval SET amount_cents = 9999999", "DELETE FROM approval"):
        with pytest.raises(Exception, match="permission denied"):
            await fetch(wrong)
