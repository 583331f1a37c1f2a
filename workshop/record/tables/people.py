"""Customers, their households and numbers, and what they allowed us to say to them."""

from typing import Any

from piccolo.columns import (
    Array,
    BigInt,
    BigSerial,
    Boolean,
    Date,
    ForeignKey,
    Serial,
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
    address = Text(default="")
    language = Varchar(length=5, default="en")
    zone = Varchar(length=40, default="", help_text="Empty: the shop's zone")
    state = Varchar(length=2, default="")
    preferred_channel = Varchar(length=10, default="sms")
    texts_a_year = BigInt(default=4, help_text="Offers this person tolerates in a year")
    household = ForeignKey(Household, null=True)
    birthday = Date(null=True, default=None, help_text="Year 1904: they did not say which")
    anniversary = Date(null=True, default=None, help_text="As the birthday")
    chain_length = Varchar(length=10, default="", help_text="As said: 18 in, 45 cm")
    allergies = Array(base_column=Varchar(length=30), default=list, help_text="Metals: nickel, cobalt")
    style_notes = Text(default="")
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
    label = Varchar(length=20, default="", help_text="mobile, home, work")
    is_first = Boolean(default=True)


class EmailAddress(Table, db=DB, tablename="email_address"):
    """One address of one person; shared ones are fine, as with phones."""

    id = BigSerial(primary_key=True)
    customer = ForeignKey(Customer, null=False)
    address = Varchar(length=120)
    label = Varchar(length=20, default="")
    is_first = Boolean(default=True)


class RingSize(Table, db=DB, tablename="ring_size"):
    """The size of one finger on one day. Older ones stay: fingers change."""

    id = BigSerial(primary_key=True)
    customer = ForeignKey(Customer, null=False)
    hand = Varchar(length=5, default="left")
    finger = Varchar(length=6, default="ring")
    size = Varchar(length=10)
    basis = Varchar(length=10, default="measured", help_text="measured, told, by a ring")
    measured_on = Date()
    staff = ForeignKey(Staff, null=True)
    removed_at = Timestamptz(null=True, default=None)


class Relation(Table, db=DB, tablename="relation"):
    """How two people belong together: `other` is `customer`'s spouse, parent, friend."""

    id = BigSerial(primary_key=True)
    customer = ForeignKey(Customer, null=False)
    other = ForeignKey(Customer, null=False)
    kind = Varchar(length=20)
    staff = ForeignKey(Staff, null=True)
    at = Timestamptz(default=TimestamptzNow())


class Tag(Table, db=DB, tablename="tag"):
    """A word used as a tag before, to be offered again."""

    id = Serial(primary_key=True)
    name = Varchar(length=30, unique=True)
    used_at = Timestamptz(default=TimestamptzNow())


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
