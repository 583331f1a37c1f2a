"""Two records of one person: put together without losing anything, taken apart again, whatever races."""

import asyncio
import json
from datetime import UTC, date, datetime

import pytest

from tests.factories import World, a_ticket
from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value, transaction
from workshop.errors import Conflict, InvalidInput
from workshop.record.customers.contacts import PHONE, add_contact
from workshop.record.customers.customers import (
    NewCustomer,
    add_customer,
    customer_by_id,
    numbers_of,
    permission,
    record_consent,
)
from workshop.record.customers.merge_fields import names, seen
from workshop.record.customers.merge_rules import RULES, all_pointers
from workshop.record.customers.merging import merge_customers, merges_of, undo_merge
from workshop.record.customers.profile import CustomerChange, change_customer
from workshop.record.pieces.pieces import pieces_of

pytestmark = pytest.mark.anyio
N = "+12125550111"


async def person(world: World, first: str = "Rosa", last: str = "Bennett", phone: str = "", email: str = "") -> int:
    async with transaction():
        customer = await add_customer(NewCustomer(last, first, phone, email), by=world.counter)
    number: int = customer.id
    return number


async def word(customer: int, *, given: bool, number: str = N, purpose: str = "marketing") -> None:
    async with transaction():
        await record_consent(number, purpose, given=given, wording="as said", how="spoken", customer=customer)


async def row(customer: int) -> dict[str, object]:
    found = await fetch_one("SELECT * FROM customer WHERE id = $1", customer)
    assert found
    return found


async def picture() -> dict[str, list[dict[str, object]]]:
    """Every row that says whose it is, history and the merges themselves left out."""
    tables = {name.split(".")[0] for name, rule in RULES.items() if not rule.stays} | {"customer"}
    return {table: await fetch(f"SELECT * FROM {table} ORDER BY id::text") for table in sorted(tables)}


async def test_every_table_that_names_a_customer_has_a_rule_follows_merges_and_is_found_by_it(world: World) -> None:
    """A new table: write its rule in workshop/record/customers/merge_rules.py; moved, or why it stays."""
    pointers = set(await all_pointers())
    assert pointers - set(RULES) == set(), "The merge of two customers does not know what to do with these."
    assert set(RULES) - pointers == set(), "These are no more."
    followed = await fetch(
        """SELECT c.relname || '.' || replace(t.tgname, 'follow_merged_', '') AS name FROM pg_trigger t
           JOIN pg_class c ON c.oid = t.tgrelid WHERE t.tgname LIKE 'follow\\_merged\\_%'"""
    )
    about_records = [one for one in RULES if one.startswith(("customer.", "customer_merge.", "customer_pair."))]
    assert {one["name"] for one in followed} == pointers - set(about_records)


async def test_what_can_be_there_once_is_not_moved_onto_its_like(world: World) -> None:
    """A unique index with a customer in it would stop a merge halfway: its rule says what is the same thing."""
    rows = await fetch(
        """SELECT t.relname || '.' || a.attname AS name FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
           JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = ANY(i.indkey) WHERE i.indisunique"""
    )
    moved = {name: rule for name, rule in RULES.items() if not rule.stays}
    assert [one["name"] for one in rows if one["name"] in moved and not moved[one["name"]].same] == []


async def test_everything_of_both_is_there_and_undoing_gives_each_its_own_back(world: World) -> None:
    kept_ticket, gone_ticket = await a_ticket(world), await a_ticket(world)
    kept, gone = kept_ticket.customer, gone_ticket.customer
    await add_contact(PHONE, gone, "646 555 0199", first=True, by=world.counter)
    await change_customer(gone, CustomerChange("Benett", "Rosa", allergies=["nickel"]), by=world.counter)
    await fetch("UPDATE customer SET allergies = '{silver}', tags = '{trade}' WHERE id = $1", kept)
    await fetch("UPDATE customer SET tags = '{early}', birthday = '1985-05-05' WHERE id = $1", gone)
    before = await picture()

    merge = await merge_customers(kept, gone, {}, by=world.counter)

    assert {one["id"] for one in await fetch("SELECT id FROM ticket WHERE customer = $1", kept)} == {
        kept_ticket.id, gone_ticket.id,
    }  # fmt: skip
    assert await fetch("SELECT FROM name_key WHERE customer = $1", gone) == []  # nobody finds the other record any more
    assert await numbers_of(kept) == [N, "+16465550199"]  # the number to text first stays; the shared one stands once
    assert len(await pieces_of(kept)) == 2
    person_now = await customer_by_id(gone)
    assert person_now.id == kept
    assert person_now.allergies == ["silver", "nickel"]
    assert set(person_now.tags) == {"trade", "early"}
    assert person_now.birthday == date(1985, 5, 5)
    assert person_now.last_name == "Bennett"
    (standing,) = await merges_of(kept)
    assert (standing["id"], standing["staff_name"], standing["may_undo"]) == (merge, "Noor Haddad", True)

    said = await undo_merge(merge, by=world.manager)

    assert await picture() == before
    assert "1 ticket went back." in said
    assert "1 phone number went back." in said
    assert "1 phone number set aside at the merge came back." in said
    assert not any("since" in sentence for sentence in said)
    assert await merges_of(kept) == []
    assert await undo_merge(merge, by=world.counter) == said  # pressed twice


# One row of everything that may name a customer, for $1 with $2 as the other record and $3 a third person.
ONE_OF_EACH = """
INSERT INTO phone (customer, number, is_first) VALUES ($1, '+12125550111', false), ($1, '+16465550199', false);
INSERT INTO email_address (customer, address, is_first) VALUES ($1, 'rosa@example.com', true);
INSERT INTO email_address (customer, address, is_first) VALUES ($1, 'r$1@example.com', false);
INSERT INTO ring_size (customer, size) VALUES ($1, '6');
INSERT INTO customer_note (customer, text) VALUES ($1, 'Likes satin');
INSERT INTO relation (customer, other, kind) VALUES ($1, $3, 'spouse'), ($3, $1, 'parent');
INSERT INTO ticket (number, shop, customer, owner, taken_in_by, link_hash) VALUES ('X-$1', 1, $1, $1, 1, 'x$1');
INSERT INTO piece (kind, wearer) VALUES ('ring', $1);
INSERT INTO ownership (piece, customer, given_by) SELECT max(id), $1, $1 FROM piece;
INSERT INTO piece_collector (piece, customer, said_by) SELECT max(id), $1, $1 FROM piece;
INSERT INTO sale (shop, customer, gifter, recipient) VALUES (1, $1, $1, $1);
INSERT INTO wish (customer, shop, words) VALUES ($1, 1, 'studs');
INSERT INTO message (id, shop, customer, recipient) VALUES (gen_random_uuid(), 1, $1, 'x');
INSERT INTO reminder (shop, plan, piece, customer) SELECT 1, min(l.id), max(p.id), $1 FROM service_plan l, piece p;
INSERT INTO prompt (shop, rule, moment, customer, reason, words) VALUES (1, 'referral', 'pickup', $1, 'x', 'x');
INSERT INTO prompt (shop, rule, moment, customer, reason, words, state) SELECT 1, 'old', 'x', $1, 'x', 'x', 'accepted';
"""


async def test_a_row_of_every_table_moves_is_told_once_and_comes_back(world: World) -> None:
    kept, gone, third, earlier = [await person(world) for _ in range(4)]
    for one in (gone, kept):
        for line in ONE_OF_EACH.replace("$1", str(one)).replace("$3", str(third)).strip().splitlines():
            await fetch(line)
    await fetch("INSERT INTO relation (customer, other, kind) VALUES ($1, $2, 'friend')", kept, gone)
    await merge_customers(gone, earlier, {}, by=world.counter)
    moved = [name.split(".") for name, rule in RULES.items() if not rule.stays]
    for table, column in moved:
        assert await fetch(f"SELECT FROM {table} WHERE {column} = $1", gone), f"Add a row of {table}.{column} above."
    before = await picture()

    merge = await merge_customers(kept, gone, {}, by=world.counter)

    for table, column in moved:
        assert table == "customer" or await fetch(f"SELECT FROM {table} WHERE {column} = $1", gone) == []
    for what, once in (("number", "phone"), ("address", "email_address"), ("rule", "prompt")):
        rows = await fetch(f"SELECT {what} FROM {once} WHERE customer = $1 AND {what} <> 'old'", kept)
        assert len(rows) == len({row[what] for row in rows}), once
    assert await fetch_value("SELECT count(*) FROM email_address WHERE customer = $1 AND is_first", kept) == 1
    assert await fetch("SELECT kind FROM relation WHERE customer = $1 ORDER BY kind", kept) == [{"kind": "spouse"}]

    await undo_merge(merge, by=world.counter)

    assert await picture() == before


async def test_no_two_people_are_confused_by_what_came_after(world: World) -> None:
    kept, gone = (await a_ticket(world)).customer, await person(world, last="Benett", phone="646 555 0199")
    await add_contact(PHONE, gone, "646 555 0177", by=world.counter)
    merge = await merge_customers(kept, gone, {"last_name": "gone"}, by=world.counter)
    later = await a_ticket(world, customer=None, customer_id=kept)
    await fetch("DELETE FROM phone WHERE number = '+16465550199'")
    await fetch("UPDATE phone SET number = '+16465550178' WHERE number = '+16465550177'")
    await change_customer(kept, CustomerChange("Bennett-Ruiz", "Rosa"), by=world.counter)
    said = " ".join(await undo_merge(merge, by=world.counter))
    assert await numbers_of(gone) == []
    assert "1 phone number was taken out since, and stays out." in said
    assert "1 phone number was changed since, and stays with the record that was kept." in said
    assert f"1 ticket added since stays with the record that was kept: {later.number}." in said
    assert "Last name was changed since, and stays as it is." in said
    assert (await row(kept))["last_name"] == "Bennett-Ruiz"


async def test_old_pages_and_take_ins_under_way_write_to_the_record_kept(world: World) -> None:
    kept, gone = await person(world, phone=N), await person(world, last="Benett")
    draft = await fetch_value(
        "INSERT INTO intake_draft (shop, staff, data) VALUES ($1, $2, $3) RETURNING id",
        world.shop.id, world.counter.id, json.dumps({"customer_id": gone, "pieces": []}),
    )  # fmt: skip
    merge = await merge_customers(kept, gone, {}, by=world.counter)
    data = "SELECT (data ->> 'customer_id')::bigint FROM intake_draft WHERE id = $1"
    assert await fetch_value(data, draft) == kept
    ticket = await a_ticket(world, customer=None, customer_id=gone)
    assert ticket.customer == kept
    stray = await fetch_value(
        "INSERT INTO wish (customer, shop, words) VALUES ($1, $2, 'x') RETURNING customer", gone, world.shop.id
    )
    assert stray == kept
    with pytest.raises(Conflict, match="was merged with another"):
        await change_customer(gone, CustomerChange("Benett", "Old page"), by=world.counter)
    assert (await row(kept))["first_name"] == "Rosa"
    await undo_merge(merge, by=world.counter)
    assert await fetch_value(data, draft) == gone


@pytest.mark.parametrize("withdrawn_on", ["kept", "gone"])
@pytest.mark.parametrize("numbers", [(N, N), (N, "+16465550199")], ids=["one number", "two numbers"])
async def test_who_withdrew_on_either_record_has_withdrawn(
    world: World, withdrawn_on: str, numbers: tuple[str, str]
) -> None:
    kept, gone = await person(world, phone=numbers[0]), await person(world, phone=numbers[1])
    no, yes = (kept, gone) if withdrawn_on == "kept" else (gone, kept)
    on = {kept: numbers[0], gone: numbers[1]}
    await word(no, given=False, number=on[no])
    await word(yes, given=True, number=on[yes])  # later: the newest word alone would let offers through
    merge = await merge_customers(kept, gone, {}, by=world.counter)
    for number in numbers:
        assert not (await permission(number, kept)).marketing
    ledger = await fetch("SELECT * FROM consent ORDER BY id")

    await undo_merge(merge, by=world.counter)

    assert (await permission(on[yes], yes)).marketing  # each record reads as before
    assert not (await permission(on[no], no)).marketing
    assert (await fetch("SELECT * FROM consent ORDER BY id"))[: len(ledger)] == ledger


async def test_a_new_yes_counts_again_and_a_no_said_meanwhile_stays_with_both(world: World) -> None:
    kept, gone = await person(world, phone=N), await person(world, phone=N)
    await word(gone, given=True)
    await word(kept, given=False)
    merge = await merge_customers(kept, gone, {}, by=world.counter)
    await word(kept, given=True)
    assert (await permission(N, kept)).marketing
    await word(kept, given=False)
    await undo_merge(merge, by=world.counter)
    assert not (await permission(N, gone)).marketing
    assert not (await permission(N, kept)).marketing


async def test_merges_pile_up_without_chains_and_come_apart_in_order(world: World) -> None:
    one, two, three = [await person(world, phone=N) for _ in range(3)]
    first = await merge_customers(two, one, {}, by=world.counter)
    second = await merge_customers(three, two, {}, by=world.counter)
    assert (await customer_by_id(one)).id == three
    assert {merge["id"]: merge["may_undo"] for merge in await merges_of(three)} == {second: True, first: False}
    with pytest.raises(Conflict, match="Undo the later merge first"):
        await undo_merge(first, by=world.counter)
    await undo_merge(second, by=world.counter)
    assert (await customer_by_id(one)).id == two
    await undo_merge(first, by=world.counter)
    assert [(await row(customer))["merged_into"] for customer in (one, two, three)] == [None, None, None]


async def test_a_record_is_not_merged_with_itself_nor_twice_nor_on_an_old_look(world: World) -> None:
    kept, gone = await person(world), await person(world, last="Benett")
    mark = seen(await row(kept), await row(gone))
    with pytest.raises(InvalidInput, match="one and the same"):
        await merge_customers(kept, kept, {}, by=world.counter)
    with pytest.raises(InvalidInput, match="Choose which last name"):
        await merge_customers(kept, gone, {"last_name": "neither"}, by=world.counter)
    await change_customer(gone, CustomerChange("Benet", "Rosa"), by=world.counter)
    with pytest.raises(Conflict, match="changed while you looked"):
        await merge_customers(kept, gone, {}, mark=mark, by=world.counter)
    await merge_customers(kept, gone, {}, by=world.counter)
    with pytest.raises(Conflict, match="merged already"):
        await merge_customers(kept, gone, {}, by=world.counter)
    assert await fetch_value("SELECT count(*) FROM customer_merge") == 1


async def test_merges_at_the_same_moment_end_in_one_of_them_never_in_a_ring(world: World) -> None:
    for _ in range(4):
        one, two, three = [await person(world, phone=N) for _ in range(3)]
        await asyncio.gather(
            merge_customers(one, two, {}, by=world.counter), merge_customers(two, one, {}, by=world.manager),
            merge_customers(three, one, {}, by=world.counter), merge_customers(two, three, {}, by=world.owner),
            return_exceptions=True,
        )  # fmt: skip
        left = [customer for customer in (one, two, three) if (await row(customer))["merged_into"] is None]
        assert left
        for customer in (one, two, three):  # nobody points at a record that is gone
            into = (await row(customer))["merged_into"]
            assert into is None or into in left
    stray = "SELECT count(*) FROM phone p JOIN customer c ON c.id = p.customer WHERE c.merged_into IS NOT NULL"
    assert await fetch_value(stray) == 0


async def test_work_on_a_ticket_at_that_moment_goes_on_and_loses_nothing(world: World) -> None:
    """Ten rounds of a take-in, a new number and a merge at once: nothing is left on a record that is gone."""
    for turn in range(10):
        kept, gone = await person(world, phone=N), await person(world, last="Benett", phone=N)
        done = await asyncio.gather(
            a_ticket(world, customer=None, customer_id=gone), a_ticket(world, customer=None, customer_id=kept),
            merge_customers(kept, gone, {}, by=world.counter),
            add_contact(PHONE, gone, f"646 555 01{turn:02}", by=world.manager), return_exceptions=True,
        )  # fmt: skip
        assert not [one for one in done if isinstance(one, Exception) and not isinstance(one, Conflict)], done
        assert not any(isinstance(one, Conflict) for one in done[:2]), done
        if (await row(gone))["merged_into"]:
            for name, rule in RULES.items():
                table, column = name.split(".")
                if not rule.stays:
                    assert await fetch(f"SELECT * FROM {table} WHERE {column} = $1", gone) == [], name


async def test_history_says_who_and_when_and_holds_no_name(world: World) -> None:
    clock.run_on(lambda: datetime(2026, 3, 4, 15, tzinfo=UTC))
    kept, gone = await person(world), await person(world, last="Zyxwvutton")
    merge = await merge_customers(kept, gone, {}, by=world.counter)
    await undo_merge(merge, by=world.manager)
    events = await fetch("SELECT *, data::text AS said FROM event WHERE name LIKE '%merge%' ORDER BY id")
    assert [(one["name"], one["customer"], one["staff"]) for one in events] == [
        ("customers_merged", kept, world.counter.id), ("merge_undone", kept, world.manager.id),
        ("merge_undone", gone, world.manager.id),
    ]  # fmt: skip
    assert not any("Zyxwvutton" in one["said"] for one in events)


async def test_every_fact_of_a_customer_is_compared(world: World) -> None:
    columns = await fetch("SELECT column_name FROM information_schema.columns WHERE table_name = 'customer'")
    assert {one["column_name"] for one in columns} - set(names()) == {"id", "created_at", "merged_into"}
