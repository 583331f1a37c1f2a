"""People: finding or making them, their numbers, and what they allowed us to say."""

import re
from dataclasses import dataclass
from typing import Any

import phonenumbers

from workshop import clock
from workshop.db import fetch, fetch_one, transaction
from workshop.errors import Conflict, InvalidInput, NotFound
from workshop.record.events import Actor, record
from workshop.record.tables import Customer, EmailAddress, Phone

SERVICE_WORDING = (
    "You may text me about this repair at this number. Message and data rates may apply. "
    "Reply STOP to end, HELP for help."
)
MARKETING_WORDING = (
    "Yes, {shop} may also text me care reminders and offers, about 4 a year, at this number. This is not "
    "a condition of service. Message and data rates may apply. Reply STOP to end, HELP for help."
)


@dataclass(frozen=True)
class NewCustomer:
    """What the counter types about a person."""

    last_name: str
    first_name: str = ""
    phone: str = ""
    email: str = ""
    language: str = "en"
    allergies: str = ""


def normalise_phone(text: str, region: str = "US") -> str:
    """A number as typed, in E.164; empty stays empty. Raises InvalidInput on `phone`."""
    if not text.strip():
        return ""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        sentence = f"“{text}” is not a phone number. Write it with its area code, like 212 555 0123."
        raise InvalidInput(sentence, phone=sentence)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def normalise_email(text: str) -> str:
    """An address in small letters, without blanks around it; empty stays empty. Raises InvalidInput on `email`."""
    address = text.strip().lower()
    if address and not (re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", address) and len(address) <= 120):
        sentence = f"“{address[:60]}” is not an e-mail address."
        raise InvalidInput(sentence, email=sentence)
    return address


def show_phone(number: str) -> str:
    """`+12125550123` as `(212) 555-0123`; a foreign number with its country code."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    style = phonenumbers.PhoneNumberFormat.NATIONAL
    if parsed.country_code != 1:
        style = phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, style)


def check_names(last_name: str, first_name: str = "") -> None:
    """Refuse what cannot be a person's name, saying beside which field."""
    if not last_name.strip():
        raise InvalidInput("Who is it? Write the last name.", last_name="Write the last name.")
    for name, value in (("last_name", last_name), ("first_name", first_name)):
        if len(value.strip()) > 60:
            raise InvalidInput("At most 60 letters.", **{name: "At most 60 letters."})


async def add_customer(new: NewCustomer, *, by: Actor) -> Customer:
    """Write down a new person, inside the caller's transaction. A shared number is fine."""
    check_names(new.last_name, new.first_name)
    number, address = normalise_phone(new.phone), normalise_email(new.email)
    customer = Customer(
        last_name=new.last_name.strip(), first_name=new.first_name.strip(), language=new.language or "en",
        allergies=words_in(new.allergies), created_at=clock.now(),
    )  # fmt: skip
    await customer.save()
    if number:
        await Phone(customer=customer.id, number=number).save()
    if address:
        await EmailAddress(customer=customer.id, address=address).save()
    await record("customer_added", shop=by.shop, by=by, customer=customer.id)
    return customer


def words_in(text: str) -> list[str]:
    """`Nickel, cobalt` as single words for tags and allergies: small letters, each once, 30 letters at most."""
    words = (" ".join(part.split())[:30].strip() for part in re.split(r"[,;/\n]", text.lower()))
    return list(dict.fromkeys(word for word in words if word))[:20]


async def customer_by_id(customer_id: int) -> Customer:
    """The person, or NotFound. A record that was merged leads to the one it was merged into."""
    customer = await Customer.objects().get(Customer.id == customer_id)
    if customer is None:
        raise NotFound("There is no such customer.")
    return customer if customer.merged_into is None else await customer_by_id(customer.merged_into)


async def locked_customer(customer_id: int) -> Customer:
    """The person, held until the transaction ends, to be changed. Conflict if the record was merged meanwhile:
    what was typed beside its old facts is not written over the facts of the record kept.
    """
    await fetch("SELECT id FROM customer WHERE id = $1 FOR UPDATE", customer_id)
    customer = await customer_by_id(customer_id)
    if customer.id != customer_id:
        raise Conflict(
            f"This record was merged with another one of {customer.full_name}. Nothing was changed. "
            "Open the customer again and write it there."
        )
    return customer


async def stop_texts(customer_id: int, *, by: Actor) -> None:
    """The customer told us to stop texting: obeyed at once, on every number of theirs (47 CFR 64.1200(a)(10))."""
    async with transaction():
        customer_id = (await customer_by_id(customer_id)).id
        for number in await numbers_of(customer_id):
            await record_consent(
                number, "all", given=False, wording="Asked us in person or by phone to stop.", how="spoken",
                customer=customer_id, by=by,
            )  # fmt: skip
        await record("texts_stopped", shop=by.shop, by=by, customer=customer_id)


async def first_number(customer_id: int) -> str:
    """The number to text first, or empty."""
    row = await fetch_one(
        "SELECT number FROM phone WHERE customer = $1 ORDER BY is_first DESC, id LIMIT 1", customer_id
    )
    return row["number"] if row else ""


async def numbers_of(customer_id: int) -> list[str]:
    """Every number on file, first one first."""
    rows = await fetch(
        "SELECT number FROM phone WHERE customer = $1 ORDER BY is_first DESC, id", customer_id
    )
    return [row["number"] for row in rows]


async def record_consent(
    number: str, purpose: str, *, given: bool, wording: str, how: str,
    customer: int | None = None, by: Actor | None = None,
) -> None:  # fmt: skip
    """Append to the ledger of consent, inside the caller's transaction.

    Two consents, not one: a number given for a job allows texts about that job (prior express
    consent); offers need the signed written one (47 CFR 64.1200(f)(9)). `purpose`: service,
    marketing, or all (STOP and START).
    """
    await fetch(
        """INSERT INTO consent (customer, number, purpose, is_given, wording, how, staff, at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8)""",
        customer, number, purpose, given, wording, how, by.id if by else None, clock.now(),
    )  # fmt: skip


@dataclass(frozen=True)
class Permission:
    """What the ledger allows for one number today."""

    service: bool
    marketing: bool
    is_stopped: bool


async def permission(number: str, customer: int | None = None) -> Permission:
    """Read the ledger: the newest word counts, and a STOP on the number silences everybody on it.

    START ends the silence and brings back what was given before it, no more. What was said to a record
    that was merged into this one counts as said to this person.
    """
    rows = await fetch(
        """SELECT DISTINCT ON (purpose) purpose, is_given FROM consent
           WHERE number = $1 AND (purpose = 'all' OR $2::bigint IS NULL OR customer IS NULL
               OR customer IN (SELECT id FROM customer WHERE id = $2 OR merged_into = $2))
           ORDER BY purpose, id DESC""",
        number, customer,
    )  # fmt: skip
    latest: dict[str, Any] = {row["purpose"]: row["is_given"] for row in rows}
    stopped = latest.get("all") is False
    return Permission(
        service=bool(latest.get("service")) and not stopped,
        marketing=bool(latest.get("marketing")) and not stopped,
        is_stopped=stopped,
    )
