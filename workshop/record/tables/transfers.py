"""Envelopes on their way from one shop to another."""

from piccolo.columns import BigInt, BigSerial, ForeignKey, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table

from workshop.db import DB
from workshop.record.tables.shop import Shop, Staff
from workshop.record.tables.tickets import Envelope


class Transfer(Table, db=DB, tablename="transfer"):
    """One list from shop to shop."""

    id = BigSerial(primary_key=True)
    from_shop = ForeignKey(Shop, null=False)
    to_shop = ForeignKey(Shop, null=False)
    number = Varchar(length=20, unique=True, help_text="`HR-T0003`")
    state = Varchar(length=10, default="packing", help_text="packing, on_way, received, dropped")
    carrier = Varchar(length=60, default="")
    note = Varchar(length=400, default="")
    made_by = ForeignKey(Staff, null=True)
    made_at = Timestamptz(default=TimestamptzNow())
    sent_by = ForeignKey(Staff, null=True)
    sent_at = Timestamptz(null=True, default=None)
    closed_by = ForeignKey(Staff, null=True)
    closed_at = Timestamptz(null=True, default=None)


class TransferPiece(Table, db=DB, tablename="transfer_piece"):
    """One envelope on it."""

    id = BigSerial(primary_key=True)
    transfer = ForeignKey(Transfer, null=False)
    envelope = ForeignKey(Envelope, null=False)
    state = Varchar(length=10, default="packed", help_text="packed, on_way, received, missing, taken_out")
    declared_cents = BigInt(null=True, default=None)
    packed_by = ForeignKey(Staff, null=True)
    packed_at = Timestamptz(default=TimestamptzNow())
    received_by = ForeignKey(Staff, null=True)
    received_at = Timestamptz(null=True, default=None)
    explanation = Varchar(length=300, default="", help_text="Why it did not arrive")
