"""What we know of a person beside their name: how to reach and please them, what they do not bear, their tags."""

import re
from dataclasses import asdict, dataclass
from typing import Any

from workshop import clock
from workshop.db import fetch, transaction
from workshop.errors import InvalidInput
from workshop.record.cards import refuse_card_number
from workshop.record.customers.customers import check_names, locked_customer, words_in
from workshop.record.events import Actor, record
from workshop.record.tables import Customer

# How a person likes to hear from us. Where it is not by text, none goes out: a colleague is asked to tell them.
CHANNELS = {"sms": "Text", "call": "Phone call", "email": "E-mail", "mail": "Letter"}
LANGUAGES = {"en": "English", "es": "Spanish"}
ZONES = {
    "": "Same as the shop", "America/New_York": "Eastern", "America/Chicago": "Central", "America/Denver": "Mountain",
    "America/Phoenix": "Arizona", "America/Los_Angeles": "Pacific", "America/Anchorage": "Alaska",
    "Pacific/Honolulu": "Hawaii",
}  # fmt: skip
# Metals people react to; nickel by far the most.
METALS = ["nickel", "cobalt", "copper", "brass", "silver", "palladium", "chrome"]


@dataclass(frozen=True)
class CustomerChange:
    """What may be corrected about a person at one go; None leaves it as it is.

    Numbers and addresses, sizes, days, notes and relations have verbs of their own; consent is a ledger.
    """

    last_name: str | None = None
    first_name: str | None = None
    address: str | None = None
    state: str | None = None
    zone: str | None = None
    language: str | None = None
    preferred_channel: str | None = None
    texts_a_year: int | None = None
    chain_length: str | None = None
    style_notes: str | None = None
    tags: list[str] | None = None
    allergies: list[str] | None = None


async def change_customer(customer_id: int, change: CustomerChange, *, by: Actor) -> Customer:
    """Correct what we know of a person; history says which fields changed, not what they held."""
    told = {name: _tidy(value) for name, value in asdict(change).items() if value is not None}
    _check_change(told)
    async with transaction():
        customer = await locked_customer(customer_id)
        check_names(told.get("last_name", customer.last_name), told.get("first_name", customer.first_name))
        changed = [name for name, value in told.items() if getattr(customer, name) != value]
        for name in changed:
            setattr(customer, name, told[name])
        if changed:
            await customer.save([getattr(Customer, name) for name in changed])
            await record("customer_changed", shop=by.shop, by=by, customer=customer.id, fields=changed)
        if "tags" in changed:
            await _remember_tags(told["tags"])
    return customer


def _tidy(value: Any) -> Any:
    if isinstance(value, list):
        return words_in(",".join(value))
    return value.strip() if isinstance(value, str) else value


def _check_change(told: dict[str, Any]) -> None:
    for name in ("style_notes", "address"):
        refuse_card_number(told.get(name, ""), name)
    for name, allowed in (("preferred_channel", CHANNELS), ("zone", ZONES), ("language", LANGUAGES)):
        if name in told and told[name] not in allowed:
            raise InvalidInput("Choose one of the list.", **{name: "Choose one of the list."})
    if "state" in told:
        told["state"] = told["state"].upper()
        if not re.fullmatch(r"([A-Z]{2})?", told["state"]):
            raise InvalidInput("Write the state with two letters.", state="Two letters, like NY.")
    if not 0 <= told.get("texts_a_year", 0) <= 52:
        raise InvalidInput("Offers a year: 0 to 52.", texts_a_year="0 to 52.")
    if len(told.get("chain_length", "")) > 10:
        raise InvalidInput("A chain length like 18 in.", chain_length="Ten letters at most, like 18 in.")


async def _remember_tags(words: list[str]) -> None:
    await fetch(
        """INSERT INTO tag (name, used_at) SELECT word, $2 FROM unnest($1::text[]) AS word
           ON CONFLICT (name) DO UPDATE SET used_at = excluded.used_at""",
        words, clock.now(),
    )  # fmt: skip


async def tags_in_use(limit: int = 12) -> list[str]:
    """Words used as tags before, the latest first."""
    return [row["name"] for row in await fetch("SELECT name FROM tag ORDER BY used_at DESC, id LIMIT $1", limit)]
