"""Who may be one person: suggested with a reason, not a whole family, and not again once somebody said no."""

import re
from datetime import timedelta

import httpx
import pytest

from intake.drafts import open_draft
from tests.factories import World, sign_in
from tests.record.test_merging import person
from workshop import clock
from workshop.db import fetch, fetch_value
from workshop.record.customers.duplicates import (
    known_already,
    likely_pairs,
    likely_same,
    look_for_duplicates,
    tell_apart,
)
from workshop.record.customers.households import join_household
from workshop.record.customers.merging import merge_customers, undo_merge
from workshop.record.customers.profile import CustomerChange, change_customer

pytestmark = pytest.mark.anyio
N, M = "+12125550111", "+16465550199"
ROSA = ("Rosa", "Bennett", N)


async def suggested(customer: int) -> list[tuple[int, list[str]]]:
    return [(row["id"], row["reasons"]) for row in await likely_same(customer)]


@pytest.mark.parametrize(
    ("one", "other", "reasons"),
    [
        (ROSA, ("Rosa", "Benett", N), ["phone"]),
        (ROSA, ("R.", "Bennett", N), ["phone"]),
        (ROSA, ("", "Bennett", N), ["phone"]),
        (ROSA, ("Róza", "Bennett", N), ["phone"]),
        (ROSA, ("Rosa", "Moreau", N), ["phone"]),  # married since
        (ROSA, ("Rosa", "Bennett", ""), ["name"]),
        (ROSA, ("Rosa", "Bennett", M), None),  # a common name is no reason
        (ROSA, ("James", "Bennett", N), None),  # a family on one number
        (("Al", "Papadopoulos", N), ("Jo", "Papadopoulos", N), None),
        (ROSA, ("", "Okafor", N), None),
    ],
)
async def test_a_number_or_name_suggests_one_person_but_not_a_family(
    world: World, one: tuple[str, str, str], other: tuple[str, str, str], reasons: list[str] | None
) -> None:
    first, second = await person(world, *one), await person(world, *other)
    assert await suggested(first) == ([(second, reasons)] if reasons else [])
    assert await suggested(second) == ([(first, reasons)] if reasons else [])


@pytest.mark.parametrize(
    ("set_both", "reason"),
    [
        ("INSERT INTO email_address (customer, address) SELECT id, 'rosa@example.com' FROM customer", "email"),
        ("UPDATE customer SET birthday = '1985-05-05'", "birthday"),
        ("UPDATE customer SET address = (ARRAY['14 Mulberry Row', '14  mulberry row.'])[id % 2 + 1]", "address"),
    ],
)
async def test_the_same_mail_birthday_or_address_with_a_like_name_suggests_one_person(
    world: World, set_both: str, reason: str
) -> None:
    one, two, james = [await person(world, *who) for who in (ROSA, ("Rosa", "Benett", M), ("James", "Bennett", ""))]
    await fetch(set_both)
    assert await suggested(one) == [(two, [reason])]
    assert await suggested(james) == []


async def test_a_colleagues_no_is_remembered_for_both_and_through_merges(world: World) -> None:
    one, two, three = [await person(world, *ROSA) for _ in range(3)]
    for _ in range(2):
        await tell_apart(two, one, by=world.counter)
    assert [customer for customer, _ in await suggested(one)] == [three]
    assert await fetch_value("SELECT count(*) FROM event WHERE name = 'not_same_person'") == 2
    merge = await merge_customers(three, two, {}, by=world.counter)
    assert await suggested(one) == []  # who is part of three now was told apart from one
    assert await suggested(three) == []
    await undo_merge(merge, by=world.counter)
    assert [customer for customer, _ in await suggested(one)] == [three]


async def test_people_of_one_household_are_two_people(world: World) -> None:
    father, son = await person(world, "John", "Bennett", N), await person(world, "John", "Bennett", N)
    assert await suggested(father)
    await join_household(father, son, "child", by=world.counter)
    assert await suggested(father) == []


async def test_who_is_being_written_down_may_be_known(world: World) -> None:
    rosa, james = await person(world, *ROSA), await person(world, "James", "Bennett", N)
    luc = await person(world, "Luc", "Moreau", M, "luc@example.com")
    found = await known_already("Rosa", "Benett", number=N, shop=world.shop.id)
    assert [row["id"] for row in found] == [rosa, james]  # the like name first, then who shares the number
    assert found[0]["phone"] == N
    (by_mail,) = await known_already("Lucien", "", email="LUC@example.com", shop=world.shop.id)
    assert by_mail["id"] == luc
    assert await known_already("Eleni", "Papadaki", number="+17185550155", shop=world.shop.id) == []


async def later() -> None:
    """A minute on, and the look that comes every minute."""
    moment = clock.now() + timedelta(minutes=1)
    clock.run_on(lambda: moment)
    await look_for_duplicates()


async def test_the_managers_list_follows_what_changes(world: World) -> None:
    one, two = await person(world, *ROSA), await person(world, "Rosa", "Benett", N)
    other = await person(world, "Eleni", "Papadaki", "+17185550155")
    await later()
    (pair,) = await likely_pairs()
    assert (pair["one"], pair["other"], pair["reasons"]) == (one, two, ["phone"])
    assert await likely_pairs(before=pair["id"]) == []
    await change_customer(two, CustomerChange("Smith", "Walter"), by=world.counter)
    await change_customer(other, CustomerChange("Bennett", "Rosa"), by=world.counter)
    await fetch("UPDATE phone SET number = $2 WHERE customer = $1", other, N)
    await later()
    (pair,) = await likely_pairs()
    assert (pair["one"], pair["other"]) == (one, other)
    await tell_apart(one, other, by=world.manager)
    assert await likely_pairs() == []
    await change_customer(other, CustomerChange("Bennett", "Rosie"), by=world.counter)
    await later()
    assert await likely_pairs() == []


async def test_a_merged_pair_leaves_the_list_and_returns_when_undone(world: World) -> None:
    one, two = await person(world, *ROSA), await person(world, *ROSA)
    await later()
    merge = await merge_customers(one, two, {}, by=world.counter)
    assert await likely_pairs() == []
    await later()
    await undo_merge(merge, by=world.counter)
    await later()
    assert len(await likely_pairs()) == 1


async def test_the_take_in_offers_whom_we_know_before_a_second_record_is_written(
    client: httpx.AsyncClient, shop: World
) -> None:
    rosa, james = await person(shop, *ROSA), await person(shop, "James", "Bennett", N)
    await sign_in(client, shop.staff["counter"])
    draft = await open_draft(by=shop.counter, customer=None, typed={})
    typed = {"draft": str(draft), "last_name": "Benett", "first_name": "Rosa", "phone": "212 555 0111", "email": ""}
    asked = (await client.get("/intake/people", params=typed)).text
    assert "Already known?" in asked and f"/intake/{draft}/customer" in asked
    assert re.findall(r'name="customer" value="(\d+)"', asked) == [str(rosa), str(james)]
    assert "similar name, same phone number" in asked
    half = (await client.get("/intake/people", params=typed | {"last_name": "Papadaki", "phone": "21"})).text
    assert "Already known?" not in half
