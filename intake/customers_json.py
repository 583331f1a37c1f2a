"""A customer as other systems read one."""

from datetime import date, datetime
from typing import Any

import msgspec

from workshop.db import fetch
from workshop.record.customers.contacts import EMAIL, PHONE, contacts_of
from workshop.record.customers.customers import customer_by_id, permission
from workshop.record.customers.days import YEAR_NOT_TOLD
from workshop.record.customers.households import household_of
from workshop.record.customers.notes import notes_of
from workshop.record.customers.relations import relations_of
from workshop.record.customers.search import search
from workshop.record.customers.sizes import sizes_of
from workshop.record.tables import Customer


class Who(msgspec.Struct):
    """Another customer, by number and name."""

    id: int
    name: str


class PhoneOut(msgspec.Struct):
    """A number, first one first, with who else is on it and what the consent log allows there."""

    number: str
    label: str
    is_first: bool
    shared_with: list[Who]
    may_text: bool
    may_market: bool
    is_stopped: bool


class EmailOut(msgspec.Struct):
    """An address, first one first, with who else is on it."""

    address: str
    label: str
    is_first: bool
    shared_with: list[Who]


class DayOut(msgspec.Struct):
    """A day of the year; the year where it was told."""

    month: int
    day: int
    year: int | None


class SizeOut(msgspec.Struct):
    """A finger's size (US), how and when we learned it, and whether it is the newest of that finger."""

    hand: str
    finger: str
    size: str
    basis: str
    measured_on: date
    measured_by: str
    is_now: bool


class RelationOut(msgspec.Struct):
    """Somebody they belong with, and what that person is to them."""

    customer: Who
    relation: str


class HouseholdOut(msgspec.Struct):
    """The household, with its other members."""

    name: str
    others: list[Who]


class NoteOut(msgspec.Struct):
    """A note for colleagues."""

    text: str
    at: datetime
    by: str
    piece: int | None


class Person(msgspec.Struct):
    """Everything known of a person."""

    id: int
    first_name: str
    last_name: str
    phones: list[PhoneOut]
    emails: list[EmailOut]
    address: str
    state: str
    zone: str
    language: str
    preferred_channel: str
    texts_a_year: int
    birthday: DayOut | None
    anniversary: DayOut | None
    chain_length: str
    allergies: list[str]
    tags: list[str]
    style_notes: str
    ring_sizes: list[SizeOut]
    household: HouseholdOut | None
    relations: list[RelationOut]
    notes: list[NoteOut]
    created_at: datetime


class PersonRow(msgspec.Struct):
    """A person in a list."""

    id: int
    name: str
    phone: str
    email: str
    household: str


class Customers(msgspec.Struct):
    """People found, or a page of everybody; `next` goes into `after`, null where it ends."""

    customers: list[PersonRow]
    next: int | None = None


async def read_person(customer_id: int) -> Person:
    """One person with everything, or NotFound."""
    customer = await customer_by_id(customer_id)
    household = await household_of(customer)
    return Person(
        **{name: getattr(customer, name) for name in _AS_THEY_ARE}, **await _reach(customer),
        birthday=_day(customer.birthday), anniversary=_day(customer.anniversary),
        allergies=list(customer.allergies), tags=list(customer.tags),
        ring_sizes=[
            SizeOut(
                row["hand"], row["finger"], row["size"], row["basis"], row["measured_on"], row["staff_name"] or "",
                row["is_now"],
            )
            for row in await sizes_of(customer.id)
        ],
        household=HouseholdOut(household["name"], _people(household["others"])) if household else None,
        relations=[
            RelationOut(Who(row["other"], row["name"]), row["relation"]) for row in await relations_of(customer.id)
        ],
        notes=[
            NoteOut(row["text"], row["at"], row["staff_name"] or "", row["piece"])
            for row in await notes_of(customer.id)
        ],
    )  # fmt: skip


_AS_THEY_ARE = (
    "id", "first_name", "last_name", "address", "state", "zone", "language", "preferred_channel", "texts_a_year",
    "chain_length", "style_notes", "created_at",
)  # fmt: skip


async def _reach(customer: Customer) -> dict[str, Any]:
    phones = []
    for row in await contacts_of(PHONE, customer.id):
        may = await permission(row["value"], customer.id)
        phones.append(
            PhoneOut(
                row["value"], row["label"], row["is_first"], _people(row["shared_with"]), may.service, may.marketing,
                may.is_stopped,
            )
        )  # fmt: skip
    emails = [
        EmailOut(row["value"], row["label"], row["is_first"], _people(row["shared_with"]))
        for row in await contacts_of(EMAIL, customer.id)
    ]
    return {"phones": phones, "emails": emails}


def _people(rows: list[dict[str, Any]]) -> list[Who]:
    return [Who(row["id"], row["name"]) for row in rows]


def _day(at: date | None) -> DayOut | None:
    return DayOut(at.month, at.day, at.year if at.year != YEAR_NOT_TOLD else None) if at else None


async def found_people(asked: str, shop: int) -> Customers:
    """The people of the households that match, likeliest first."""
    found = await search(asked, shop=shop)
    return Customers(await _rows([person["id"] for household in found for person in household.people]))


async def list_people(after: int, limit: int) -> Customers:
    """A page of everybody, by the number of their record."""
    ids = await fetch(
        "SELECT id FROM customer WHERE id > $1 AND merged_into IS NULL ORDER BY id LIMIT $2", after, limit + 1
    )
    page = [row["id"] for row in ids[:limit]]
    return Customers(await _rows(page), page[-1] if len(ids) > limit else None)


async def _rows(ids: list[int]) -> list[PersonRow]:
    rows = await fetch(
        """SELECT c.id, trim(c.first_name || ' ' || c.last_name) AS name, COALESCE(h.name, '') AS household,
                  COALESCE((SELECT number FROM phone WHERE customer = c.id ORDER BY is_first DESC, id LIMIT 1), '')
                      AS phone,
                  COALESCE((SELECT address FROM email_address WHERE customer = c.id
                            ORDER BY is_first DESC, id LIMIT 1), '') AS email
           FROM unnest($1::bigint[]) WITH ORDINALITY asked (id, place) JOIN customer c ON c.id = asked.id
           LEFT JOIN household h ON h.id = c.household ORDER BY asked.place""",
        ids,
    )
    return [PersonRow(row["id"], row["name"], row["phone"], row["email"], row["household"]) for row in rows]
