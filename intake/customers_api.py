"""Customers as JSON: found, read, written down, corrected; by the same verbs as the page."""

from dataclasses import fields
from datetime import date
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, patch, post
from litestar.params import Parameter
from msgspec import UNSET, UnsetType

from intake.customers_json import Customers, Person, found_people, list_people, read_person
from workshop.db import joined_transaction
from workshop.errors import InvalidInput
from workshop.record.customers.contacts import EMAIL, PHONE, Wanted, set_contacts
from workshop.record.customers.customers import NewCustomer, add_customer, customer_by_id
from workshop.record.customers.days import set_day
from workshop.record.customers.notes import add_note
from workshop.record.customers.profile import CustomerChange, change_customer
from workshop.record.customers.sizes import NewSize, measure, sizes_of
from workshop.record.events import Actor
from workshop.web.api import answer_once
from workshop.web.auth import COUNTER

Req = Request[Any, Any, Any]
Short = Annotated[str, msgspec.Meta(max_length=60)]
Word = Annotated[str, msgspec.Meta(max_length=30)]
Long = Annotated[str, msgspec.Meta(max_length=1000)]


class PhoneIn(msgspec.Struct, forbid_unknown_fields=True):
    """A number. `may_text`: the customer agreed to texts about repairs there, with the shop's wording before them."""

    number: Short
    label: Annotated[str, msgspec.Meta(max_length=20)] = ""
    may_text: bool = False


class EmailIn(msgspec.Struct, forbid_unknown_fields=True):
    """An e-mail address."""

    address: Annotated[str, msgspec.Meta(max_length=120)]
    label: Annotated[str, msgspec.Meta(max_length=20)] = ""


class DayIn(msgspec.Struct, forbid_unknown_fields=True):
    """A day to remember every year; the year only where it was told."""

    month: Annotated[int, msgspec.Meta(ge=1, le=12)]
    day: Annotated[int, msgspec.Meta(ge=1, le=31)]
    year: int | None = None


class SizeIn(msgspec.Struct, forbid_unknown_fields=True):
    """A finger's size (US, by quarters). `basis`: measured, ring (from a ring that fits), told."""

    hand: Word
    finger: Word
    size: Word
    basis: Word = "measured"
    measured_on: date | None = None


class PersonIn(msgspec.Struct, forbid_unknown_fields=True):
    """What is known of a person. In a correction, what is left out stays as it is.

    `phones` and `emails` are the whole list, the one to use first at its head: what is not in it is taken off.
    `ring_sizes` are added to the history; `note` adds a note.
    """

    last_name: Short | UnsetType = UNSET
    first_name: Short | UnsetType = UNSET
    phones: Annotated[list[PhoneIn], msgspec.Meta(max_length=12)] | UnsetType = UNSET
    emails: Annotated[list[EmailIn], msgspec.Meta(max_length=12)] | UnsetType = UNSET
    address: Annotated[str, msgspec.Meta(max_length=200)] | UnsetType = UNSET
    state: Word | UnsetType = UNSET
    zone: Short | UnsetType = UNSET
    language: Word | UnsetType = UNSET
    preferred_channel: Word | UnsetType = UNSET
    texts_a_year: int | UnsetType = UNSET
    chain_length: Word | UnsetType = UNSET
    style_notes: Annotated[str, msgspec.Meta(max_length=500)] | UnsetType = UNSET
    tags: Annotated[list[Word], msgspec.Meta(max_length=20)] | UnsetType = UNSET
    allergies: Annotated[list[Word], msgspec.Meta(max_length=20)] | UnsetType = UNSET
    birthday: DayIn | UnsetType | None = UNSET
    anniversary: DayIn | UnsetType | None = UNSET
    ring_sizes: Annotated[list[SizeIn], msgspec.Meta(max_length=20)] = []
    note: Long = ""

    def change(self) -> CustomerChange:
        """What of the person itself was sent."""
        names = [one.name for one in fields(CustomerChange)]
        return CustomerChange(**{name: value for name in names if (value := getattr(self, name)) is not UNSET})


@get("/customers", opt={"access": COUNTER}, tags=["Customers"], summary="Find or list customers")
async def list_customers(
    by: Actor,
    q: Annotated[str, Parameter(description="A name, four digits of a phone, an e-mail, a ticket", max_length=60)] = "",
    after: Annotated[int, Parameter(ge=0, description="`next` of the page before; without `q`")] = 0,
    limit: Annotated[int, Parameter(ge=1, le=100)] = 50,
) -> Customers:
    """With `q` the likeliest households' people; without it everybody, a page at a time, oldest record first."""
    return await found_people(q, by.shop) if q.strip() else await list_people(after, limit)


@get("/customers/{customer_id:int}", opt={"access": COUNTER}, tags=["Customers"], summary="Read a customer")
async def read_customer(customer_id: int) -> Person:
    """Everything known of a person. A record that was merged answers as the one it was merged into."""
    return await read_person(customer_id)


@post("/customers", opt={"access": COUNTER}, status_code=201, tags=["Customers"], summary="Write a customer down")
async def create_customer(request: Req, data: PersonIn, by: Actor) -> Response[bytes]:
    """Send an `Idempotency-Key`: the same key and body answer the same customer."""

    async def act() -> Person:
        if data.last_name is UNSET:
            raise InvalidInput("Who is it? Write the last name.", last_name="Write the last name.")
        async with joined_transaction():
            customer = await add_customer(NewCustomer(data.last_name), by=by)
            await _write(customer.id, data, by)
        return await read_person(customer.id)

    return await answer_once(request, act, status=201)


@patch("/customers/{customer_id:int}", opt={"access": COUNTER}, tags=["Customers"], summary="Correct a customer")
async def correct_customer(request: Req, customer_id: int, data: PersonIn, by: Actor) -> Response[bytes]:
    """All of it or, if anything cannot be, nothing."""

    async def act() -> Person:
        async with joined_transaction():
            await _write((await customer_by_id(customer_id)).id, data, by)
        return await read_person(customer_id)

    return await answer_once(request, act)


async def _write(customer: int, data: PersonIn, by: Actor) -> None:
    await change_customer(customer, data.change(), by=by)
    if data.phones is not UNSET:
        wanted = [Wanted(one.number, one.label, one.may_text) for one in data.phones]
        await set_contacts(PHONE, customer, wanted, by=by)
    if data.emails is not UNSET:
        await set_contacts(EMAIL, customer, [Wanted(one.address, one.label) for one in data.emails], by=by)
    for name in ("birthday", "anniversary"):
        told: DayIn | UnsetType | None = getattr(data, name)
        if told is None:
            await set_day(customer, name, None, None, by=by)
        elif told is not UNSET:
            await set_day(customer, name, told.month, told.day, told.year, by=by)
    await _measure(customer, data.ring_sizes, by)
    if data.note.strip():
        await add_note(customer, data.note, by=by)


async def _measure(customer: int, sizes: list[SizeIn], by: Actor) -> None:
    """Added to the history, but what is there already is not there twice."""
    known = {(row["hand"], row["finger"], row["size"], row["measured_on"]) for row in await sizes_of(customer)}
    for one in sizes:
        if (one.hand, one.finger, one.size, one.measured_on) not in known:
            await measure(customer, NewSize(one.hand, one.finger, one.size, one.basis, one.measured_on), by=by)


api_handlers = [list_customers, read_customer, create_customer, correct_customer]
