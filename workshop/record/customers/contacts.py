"""A person's numbers and e-mail addresses: several, shared ones too, each with its label; one comes first."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from workshop.db import fetch, fetch_value, transaction
from workshop.errors import Conflict, InvalidInput, NotFound
from workshop.record.customers.customers import (
    SERVICE_WORDING,
    locked_customer,
    normalise_email,
    normalise_phone,
    record_consent,
)
from workshop.record.events import Actor, record

LABELS = ["Mobile", "Home", "Work"]
MOST = 12


@dataclass(frozen=True)
class Kind:
    """Numbers and addresses live by the same rules; this is all in which they differ."""

    name: str  # of the form's field and of the events
    table: str
    column: str
    word: str
    read: Callable[[str], str]


PHONE = Kind("phone", "phone", "number", "number", normalise_phone)
EMAIL = Kind("email", "email_address", "address", "e-mail address", normalise_email)
KINDS = {"phones": PHONE, "emails": EMAIL}


async def contacts_of(kind: Kind, customer: int) -> list[dict[str, Any]]:
    """All of a person's numbers (or addresses), first one first, each with the others who are on it too."""
    rows = await fetch(
        f"""SELECT t.id, t.{kind.column} AS value, t.label, t.is_first FROM {kind.table} t
            WHERE t.customer = $1 ORDER BY t.is_first DESC, t.id""",  # noqa: S608 - our own two tables
        customer,
    )
    sharers = await fetch(
        f"""SELECT mine.id AS contact, c.id, trim(c.first_name || ' ' || c.last_name) AS name
            FROM {kind.table} mine CROSS JOIN LATERAL (
                SELECT t.customer FROM {kind.table} t
                WHERE t.{kind.column} = mine.{kind.column} AND t.customer <> mine.customer ORDER BY t.id LIMIT 4) others
            JOIN customer c ON c.id = others.customer WHERE mine.customer = $1 ORDER BY c.id""",  # noqa: S608
        customer,
    )
    for row in rows:
        row["shared_with"] = [one for one in sharers if one["contact"] == row["id"]]
    return rows


async def add_contact(
    kind: Kind, customer: int, text: str, *, label: str | None = None, first: bool = False, may_text: bool = False,
    by: Actor,
) -> str:  # fmt: skip
    """Add a number or an address; the one a person has already only changes its label and place.

    `may_text`: the customer said, with the wording before them, that we may text about repairs there.
    Gives it as kept. Raises InvalidInput on `phone` or `email`.
    """
    value = _read(kind, text)
    async with transaction():
        await locked_customer(customer)
        have = await contacts_of(kind, customer)
        if len(have) >= MOST:
            sentence = f"Twelve are enough. Remove a {kind.word} nobody uses any more."
            raise InvalidInput(sentence, **{kind.name: sentence})
        known = next((row for row in have if row["value"] == value), None)
        first = first or not have or bool(known and known["is_first"])
        if first:
            await _none_first(kind, customer)
        if known:
            await _write(kind, known["id"], value, known["label"] if label is None else label, first)
        else:
            await fetch(
                f"INSERT INTO {kind.table} (customer, {kind.column}, label, is_first) VALUES ($1, $2, $3, $4)",  # noqa: S608
                customer, value, (label or "").strip()[:20], first,
            )  # fmt: skip
        await _allow(kind, customer, value, may_text, by)
        await _note(kind, "added", customer, value, by)
    return value


async def change_contact(
    kind: Kind, customer: int, contact: int, text: str, *, label: str = "", first: bool = False, may_text: bool = False,
    by: Actor,
) -> str:  # fmt: skip
    """Correct a number or address, its label, or its place. A text that still waits goes to the corrected number."""
    value = _read(kind, text)
    async with transaction():
        await locked_customer(customer)
        old = await _one(kind, customer, contact)
        others = [row for row in await contacts_of(kind, customer) if row["id"] != contact]
        if any(row["value"] == value for row in others):
            sentence = f"They have this {kind.word} already. Remove one of the two."
            raise InvalidInput(sentence, **{kind.name: sentence})
        if first:
            await _none_first(kind, customer)
        await _write(kind, contact, value, label, first or old["is_first"])
        await _allow(kind, customer, value, may_text, by)
        if kind is PHONE and value != old["value"]:
            await _send_elsewhere(customer, old["value"], value)
        await _note(kind, "changed", customer, value, by)
    return value


async def make_first(kind: Kind, customer: int, contact: int, *, by: Actor) -> None:
    """From now on this one is written to first."""
    async with transaction():
        await locked_customer(customer)
        row = await _one(kind, customer, contact)
        if not row["is_first"]:
            await _none_first(kind, customer)
            await _write(kind, contact, row["value"], row["label"], True)
            await _note(kind, "made_first", customer, row["value"], by)


async def remove_contact(kind: Kind, customer: int, contact: int, *, by: Actor) -> None:
    """Take a number or address off a person. What was allowed or stopped on it stays in the ledger for good.

    A second press finds nothing to do. Texts that wait go to the next number, if there is one.
    """
    async with transaction():
        await locked_customer(customer)
        left = await contacts_of(kind, customer)
        gone = next((row for row in left if row["id"] == contact), None)
        if gone is None:
            return
        left.remove(gone)
        await fetch(f"DELETE FROM {kind.table} WHERE id = $1", contact)  # noqa: S608
        if gone["is_first"] and left:
            await _write(kind, left[0]["id"], left[0]["value"], left[0]["label"], True)
        if kind is PHONE and left:
            await _send_elsewhere(customer, gone["value"], left[0]["value"])
        await _note(kind, "removed", customer, gone["value"], by)


@dataclass(frozen=True)
class Wanted:
    """A number or address that a person shall have."""

    value: str
    label: str = ""
    may_text: bool = False


async def set_contacts(kind: Kind, customer: int, wanted: list[Wanted], *, by: Actor) -> None:
    """Give a person exactly these, the first one to be used first; inside a transaction that verbs may join."""
    values = [_read(kind, one.value) for one in wanted]
    for row in await contacts_of(kind, customer):
        if row["value"] not in values:
            await remove_contact(kind, customer, row["id"], by=by)
    kept = {row["value"]: row for row in await contacts_of(kind, customer)}
    for place, (value, one) in enumerate(zip(values, wanted, strict=True)):
        is_so = value in kept and kept[value]["label"] == one.label and kept[value]["is_first"] == (place == 0)
        if not is_so or one.may_text:
            await add_contact(
                kind, customer, value, label=one.label, first=place == 0, may_text=one.may_text, by=by
            )


async def allow_texts(customer: int, number: str, *, by: Actor) -> None:
    """They say we may text about their repairs at this number (prior express consent, 47 CFR 64.1200(a)(1))."""
    async with transaction():
        await locked_customer(customer)
        if not await fetch_value("SELECT id FROM phone WHERE customer = $1 AND number = $2", customer, number):
            raise Conflict("This number was taken off in the meantime. Look at the page again.")
        await _allow(PHONE, customer, number, True, by)
        await record("texts_allowed", shop=by.shop, by=by, customer=customer, last_four=number[-4:])


def _read(kind: Kind, text: str) -> str:
    value = kind.read(text)
    if not value:
        sentence = f"Write the {kind.word}."
        raise InvalidInput(sentence, **{kind.name: sentence})
    return value


async def _one(kind: Kind, customer: int, contact: int) -> dict[str, Any]:
    for row in await contacts_of(kind, customer):
        if row["id"] == contact:
            return row
    raise NotFound(f"This {kind.word} was taken off in the meantime.")


async def _none_first(kind: Kind, customer: int) -> None:
    await fetch(f"UPDATE {kind.table} SET is_first = false WHERE customer = $1 AND is_first", customer)  # noqa: S608


async def _write(kind: Kind, contact: int, value: str, label: str, first: bool) -> None:
    await fetch(
        f"UPDATE {kind.table} SET {kind.column} = $2, label = $3, is_first = $4 WHERE id = $1",  # noqa: S608
        contact, value, label.strip()[:20], first,
    )  # fmt: skip


async def _allow(kind: Kind, customer: int, number: str, may_text: bool, by: Actor) -> None:
    if kind is PHONE and may_text:
        await record_consent(
            number, "service", given=True, wording=SERVICE_WORDING, how="counter", customer=customer, by=by
        )


async def _send_elsewhere(customer: int, old: str, new: str) -> None:
    """Texts of this person that have not left yet, to the number that holds now; one that is there is enough."""
    await fetch(
        """UPDATE message m SET recipient = $3 WHERE m.customer = $1 AND m.recipient = $2 AND m.state = 'pending'
           AND m.direction = 'out' AND m.purpose <> 'answer' AND NOT EXISTS (SELECT FROM message n
               WHERE n.ticket = m.ticket AND n.event = m.event AND n.channel = m.channel AND n.recipient = $3)""",
        customer, old, new,
    )  # fmt: skip


async def _note(kind: Kind, what: str, customer: int, value: str, by: Actor) -> None:
    """History tells that something changed and, of a number, its end: a deletion must be able to forget the rest."""
    more: dict[str, Any] = {"last_four": value[-4:]} if kind is PHONE else {}
    await record(f"{kind.name}_{what}", shop=by.shop, by=by, customer=customer, **more)
