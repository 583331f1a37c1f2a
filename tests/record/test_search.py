"""Finding people as they are said at a counter: begun, turned round, misheard; by digits, by what is on a piece."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import World, a_new_ticket, a_ring, a_ticket
from workshop.db import fetch, fetch_value, transaction
from workshop.record.customers.customers import NewCustomer, add_customer
from workshop.record.customers.people_by_number import pieces_with_number
from workshop.record.customers.search import search
from workshop.record.customers.spelling import distance, heard_as, reach
from workshop.record.money.balances import balances
from workshop.record.money.money_owed import sum_of
from workshop.record.money.payments import NewPayment, take_payment
from workshop.record.prices.work import NewTask
from workshop.record.tickets.tickets import NewEnvelope, take_in

pytestmark = pytest.mark.anyio


async def person(world: World, last: str, first: str = "", phone: str = "", email: str = "") -> int:
    async with transaction():
        return (await add_customer(NewCustomer(last, first, phone, email), by=world.counter)).id


async def names(asked: str, world: World) -> list[str]:
    found = await search(asked, shop=world.shop.id)
    return [f"{one['first_name']} {one['last_name']}" for household in found for one in household.people]


@pytest.mark.parametrize(
    ("last", "first", "asked"),
    [
        ("O'Neil", "Shane", ["O'Neil", "o’neil", "oneil", "O Neil", "neil", "shane oneil", "oneil, shane", "SHANE O"]),
        ("de la Cruz", "María José", ["cruz", "de la cruz", "delacruz", "la cruz", "maria", "jose", "maria de la c"]),
        ("Smith-Jones", "Anne-Marie", ["smith", "jones", "smithjones", "smith jones", "marie", "anne marie"]),
        ("Müller", "Zoë", ["muller", "MÜLLER", "zoe", "zoe mul", "müller zoë"]),
        ("Bennett", "Rosa", ["Benet", "Bennet", "Bnenett", "Bennnett", "Roza Bennett", "Rosa Benet", "bennett, rosa"]),
        ("Schmidt", "Catherine", ["Shmidt", "Schmitt", "Katherine", "Kathrine", "Cathrine Schmit"]),
        ("Nguyen", "Minh", ["Nuyen", "Ngyuen", "minh n", "Nguyễn"]),
        ("李", "伟", ["李", "伟 李"]),
    ],
)  # fmt: skip
async def test_a_name_is_found_however_it_is_said(world: World, last: str, first: str, asked: list[str]) -> None:
    await person(world, last, first)
    await person(world, "Papadaki", "Eleni")
    assert {one: await names(one, world) for one in asked} == {one: [f"{first} {last}"] for one in asked}


@pytest.mark.parametrize(
    "asked",
    ["0111", "5501", "2125", "555 01", "(212) 555-0111", "212.555.0111", "+1 212 555 0111", "12125550111", "5550111"],
)
async def test_any_four_digits_of_a_phone_find_its_people(world: World, asked: str) -> None:
    await person(world, "Bennett", "Rosa", "212 555 0111")
    await person(world, "Moreau", "Luc", "+44 20 7946 0958")
    assert await names(asked, world) == ["Rosa Bennett"]


async def test_a_foreign_number_is_found_as_it_is_said_at_home(world: World) -> None:
    await person(world, "Moreau", "Luc", "+44 20 7946 0958")
    for asked in ("020 7946 0958", "+44 20 7946", "0044 20 7946 0958", "0958"):
        assert await names(asked, world) == ["Luc Moreau"], asked


async def test_who_ends_in_these_digits_comes_before_who_has_them_in_the_middle(world: World) -> None:
    await person(world, "Middle", "Mo", "212 777 7555")
    await person(world, "End", "Ed", "212 555 7777")
    assert await names("7777", world) == ["Ed End", "Mo Middle"]


async def test_who_has_work_here_comes_first_then_who_was_here_lately(world: World) -> None:
    for first in ("Aaron", "Abby"):
        await person(world, "Bennett", first)
    rosa, carla = await a_ticket(world), await a_ticket(world)
    await fetch("UPDATE customer SET first_name = 'Carla' WHERE id = $1", carla.customer)
    await fetch("UPDATE ticket SET closed_at = now() WHERE id = $1", carla.id)
    assert await names("benn", world) == ["Rosa Bennett", "Carla Bennett", "Aaron Bennett", "Abby Bennett"]
    await fetch("UPDATE ticket SET closed_at = now() WHERE id = $1", rosa.id)
    assert await names("benn", world) == ["Carla Bennett", "Rosa Bennett", "Aaron Bennett", "Abby Bennett"]


async def test_an_address_is_found_by_its_beginning(world: World) -> None:
    await person(world, "Bennett", "Rosa", email="Rosebud.B@example.com")
    for asked in ("rosebud.b@example.com", "rosebud.b@", "ROSEBUD", "rosebud."):
        assert await names(asked, world) == ["Rosa Bennett"], asked
    assert await names("rose_ud.b@", world) == []


async def test_a_thousand_of_one_name_do_not_hide_the_other_kind(world: World) -> None:
    for place in range(12):
        await person(world, f"Johnson{'abcdefghijkl'[place]}", "Ann")
    await person(world, "Adams", "John")
    assert "John Adams" in await names("john", world)


async def test_a_changed_name_is_found_and_the_old_one_forgotten(world: World) -> None:
    rosa = await person(world, "Zyxwvutton", "Rosa")
    await fetch("UPDATE customer SET last_name = 'Bennett' WHERE id = $1", rosa)
    assert await names("zyxw", world) == [] and await names("bennett", world) == ["Rosa Bennett"]
    assert await fetch_value("SELECT count(*) FROM known_name WHERE name LIKE 'zyx%'") == 0


async def test_a_merged_record_is_not_found_and_found_again_when_taken_apart(world: World) -> None:
    kept, gone = await person(world, "Bennett", "Rosa"), await person(world, "Bennett", "Rosie", "212 555 0199")
    await fetch("UPDATE customer SET merged_into = $1 WHERE id = $2", kept, gone)
    assert await names("bennett", world) == ["Rosa Bennett"] and await names("0199", world) == []
    await fetch("UPDATE customer SET merged_into = NULL WHERE id = $1", gone)
    assert sorted(await names("bennett", world)) == ["Rosa Bennett", "Rosie Bennett"]


async def test_a_piece_is_found_by_what_is_stamped_on_it(world: World) -> None:
    ring = NewEnvelope([NewTask("RS-UP", drivers={"metal": "14k", "sizes": "1"})], piece=a_ring(serial="7548-700B"))
    await take_in(a_new_ticket(envelopes=[ring]), by=world.counter)
    await fetch("UPDATE stone SET report_no = 'GIA 2141438171' WHERE identity = 'diamond' AND count = 1")
    for asked in ("7548-700B", "7548700b", "7548 7", "GIA2141438171", "gia 21414"):
        found = await pieces_with_number(asked, shop=world.shop.id)
        assert [one["last_name"] for one in found] == ["Bennett"], asked
    assert await pieces_with_number("754", shop=world.shop.id) == []  # three signs fit too many
    assert await pieces_with_number("Bennett", shop=world.shop.id) == []


async def test_owed_of_many_is_the_sum_of_each(world: World) -> None:
    tickets = [await a_ticket(world, pieces=count) for count in (1, 2, 3)]
    await take_payment(tickets[1], NewPayment(2500, "cash", kind="deposit"), by=world.counter)
    await fetch("UPDATE envelope SET is_unrepaired = true WHERE number = $1", f"{tickets[2].number}-2")
    owed = await balances([ticket.id for ticket in tickets])
    assert owed == {ticket.id: (await sum_of(ticket)).balance for ticket in tickets}
    assert len(set(owed.values())) == 3 and 0 not in owed.values()


words = st.text("abcdefghiklmnoprstuvz", min_size=4, max_size=12)


@given(words, st.data())
def test_one_slip_never_makes_another_name(word: str, data: Any) -> None:
    at = data.draw(st.integers(0, len(word) - 2))
    letter = data.draw(st.sampled_from("aeinrst"))
    slips = [word[:at] + word[at + 1 :], word[:at] + letter + word[at:], word[:at] + letter + word[at + 1 :],
             word[:at] + word[at + 1] + word[at] + word[at + 2 :]]  # fmt: skip
    for slip in slips:
        assert distance(slip, word) == distance(word, slip)
        assert distance(slip, word) <= 1 <= reach(word)
        assert slip == word or len(slip) < 4 or heard_as(slip, word, False)
