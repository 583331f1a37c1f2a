"""Customers, their households and numbers, and what they allowed us to say to them."""

from typing import Any

from piccolo.columns import (
    JSONB,
    Array,
    BigInt,
    BigSerial,
    Boolean,
    Date,
    ForeignKey,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table

from workshop.db import DB
from workshop.record.tables.shop import Staff


class Household(Table, db=DB, tablename="household"):
    """People who belong together."""

    id = BigSerial(primary_key=True)
    name = Varchar(length=80)


class Customer(Table, db=DB, tablename="customer"):
    """A person who brings, owns or wears pieces."""

    id = BigSerial(primary_key=True)
    first_name = Varchar(length=60, default="")
    last_name = Varchar(length=60)
    email = Varchar(length=120, default="")
    address = Text(default="")
    language = Varchar(length=5, default="en")
    zone = Varchar(length=40, default="", help_text="Empty: the shop's zone")
    state = Varchar(length=2, default="")
    preferred_channel = Varchar(length=10, default="sms")
    texts_a_year = BigInt(default=4, help_text="Offers this person tolerates in a year")
    household = ForeignKey(Household, null=True)
    relation = Varchar(length=20, default="", help_text="spouse, parent, child, friend, ...")
    birthday = Date(null=True, default=None)
    anniversary = Date(null=True, default=None)
    allergies = Varchar(length=120, default="")
    ring_sizes = JSONB(default="[]", help_text="[{finger, size, on, by}], newest last")
    notes = Text(default="")
    tags = Array(base_column=Varchar(length=30), default=list)
    created_at = Timestamptz(default=TimestamptzNow())
    merged_into: Any = ForeignKey("self", null=True, help_text="The record that this one became a part of")

    @property
    def full_name(self) -> str:
        """First and last name as said."""
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def initials(self) -> str:
        """All that a shared screen may show of a person."""
        letters = [part[0].upper() for part in (self.first_name, self.last_name) if part]
        return "".join(f"{letter}." for letter in letters)


class Phone(Table, db=DB, tablename="phone"):
    """One number of one person. Families share numbers, so a number is never unique."""

    id = BigSerial(primary_key=True)
    customer = ForeignKey(Customer, null=False)
    number = Varchar(length=20, help_text="E.164")
    is_first = Boolean(default=True)


class Consent(Table, db=DB, tablename="consent"):
    """Append-only: who allowed or withdrew what, in which words, when and how.

    Kept at least four years (47 CFR 64.1200; limitation of 28 USC 1658).
    """

    id = BigSerial(primary_key=True)
    customer = ForeignKey(Customer, null=True)
    number = Varchar(length=120, help_text="The phone number or address it is about")
    channel = Varchar(length=10, default="sms")
    purpose = Varchar(length=10, help_text="service, marketing, or all (a STOP)")
    is_given = Boolean()
    wording = Text()
    how = Varchar(length=20, help_text="intake, text, page, spoken, carrier")
    staff = ForeignKey(Staff, null=True)
    at = Timestamptz(default=TimestamptzNow())
