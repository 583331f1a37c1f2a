"""Records of one person that were put together, and pairs that may be one person."""

from piccolo.columns import (
    JSONB,
    Array,
    BigInt,
    BigSerial,
    ForeignKey,
    SmallInt,
    Timestamptz,
    Varchar,
)
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table

from workshop.db import DB
from workshop.record.tables.people import Customer
from workshop.record.tables.shop import Shop, Staff


class CustomerMerge(Table, db=DB, tablename="customer_merge"):
    """One record put together with another: what moved, and how to take them apart again."""

    id = BigSerial(primary_key=True)
    kept = ForeignKey(Customer, null=False)
    gone = ForeignKey(Customer, null=False)
    shop = ForeignKey(Shop, null=False)
    staff = ForeignKey(Staff, null=True)
    at = Timestamptz(default=TimestamptzNow())
    fields = JSONB(default="{}", help_text="{field of the kept record: [before, after]}")
    left_behind = JSONB(default="{}", help_text="What the other record stopped having: its household")
    moved = JSONB(default="{}", help_text="{table.column: {row id: what it was, hashed}}")
    set_aside = JSONB(default="{}", help_text="{table: rows the kept record had the same of}")
    had = JSONB(default="{}", help_text="{table.column: ids the kept record had before}")
    undone_at = Timestamptz(null=True, default=None)
    undone_by = ForeignKey(Staff, null=True)
    outcome = JSONB(default="[]", help_text="Sentences: what went back, what stays and why")


class CustomerPair(Table, db=DB, tablename="customer_pair"):
    """Two records that may be one person, or that a colleague says are two. `one` is the older record."""

    id = BigSerial(primary_key=True)
    one = ForeignKey(Customer, null=False)
    other = ForeignKey(Customer, null=False)
    state = Varchar(length=10, default="likely", help_text="likely, different")
    reasons = Array(base_column=Varchar(length=20), default=list)
    staff = ForeignKey(Staff, null=True, help_text="Who says they are two people")
    at = Timestamptz(default=TimestamptzNow())


class DuplicateLook(Table, db=DB, tablename="duplicate_look"):
    """How far the look for duplicates has read history. One row."""

    id = SmallInt(primary_key=True)
    event = BigInt(default=0)
