"""Collecting: what was said about pieces that wait, and codes that prove who came."""

from piccolo.columns import BigSerial, Date, ForeignKey, SmallInt, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table

from workshop.db import DB
from workshop.record.tables.shop import Shop, Staff
from workshop.record.tables.tickets import Ticket


class CollectionNotice(Table, db=DB, tablename="collection_notice"):
    """Append-only: one rung of the ladder of notices, or a letter."""

    id = BigSerial(primary_key=True)
    shop = ForeignKey(Shop, null=False)
    ticket = ForeignKey(Ticket, null=False)
    kind = Varchar(length=10, default="text", help_text="text (the ladder), letter")
    step = SmallInt(default=0, help_text="Days after it was ready")
    since = Timestamptz(null=True, default=None, help_text="Of a text: from when what it is about was ready")
    staff = ForeignKey(Staff, null=True)
    tracking = Varchar(length=40, default="")
    collect_by = Date(null=True, default=None, help_text="The day named in the letter")
    at = Timestamptz(default=TimestamptzNow())


class PickupCode(Table, db=DB, tablename="pickup_code"):
    """A code sent to the number on file, read back at the counter. Only its hash is kept."""

    id = BigSerial(primary_key=True)
    ticket = ForeignKey(Ticket, null=False)
    code_hash = Varchar(length=64, secret=True)
    sent_to = Varchar(length=120, help_text="The end of the number or address")
    tries = SmallInt(default=0)
    asked_by = ForeignKey(Staff, null=False)
    asked_at = Timestamptz(default=TimestamptzNow())
    proved_at = Timestamptz(null=True, default=None)
    used_at = Timestamptz(null=True, default=None)
