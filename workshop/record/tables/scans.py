"""What scanners did, and who asks for a piece that somebody else has."""

from piccolo.columns import JSONB, BigInt, BigSerial, Boolean, ForeignKey, Integer, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table

from workshop.db import DB
from workshop.record.tables.shop import Shop, Staff
from workshop.record.tables.tickets import Envelope


class Scan(Table, db=DB, tablename="scan"):
    """One act of a scanner, carried out once under its key; or refused when it came late."""

    id = BigSerial(primary_key=True)
    shop = ForeignKey(Shop, null=False)
    staff = ForeignKey(Staff, null=False)
    station = Varchar(length=60, default="")
    key = Varchar(length=60)
    code = Varchar(length=60, help_text="The card, place or vendor; never a badge")
    envelope = ForeignKey(Envelope, null=True)
    event = BigInt(null=True, default=None, help_text="The newest of the envelope right after the act")
    version = Integer(null=True, default=None, help_text="Of the envelope right after the act")
    before = JSONB(default="{}", help_text="How the envelope stood before, to take the act back")
    answer = JSONB(default="{}", help_text="What was said; the same key hears it again")
    outcome = Varchar(length=10, default="done", help_text="done, undone, refused")
    is_kept = Boolean(default=False, help_text="It waited on the tablet for the connection")
    scanned_at = Timestamptz(default=TimestamptzNow())
    received_at = Timestamptz(default=TimestamptzNow())
    seen_at = Timestamptz(null=True, default=None, help_text="A refusal that came late was acknowledged")
    seen_by = Integer(null=True, default=None, help_text="Of staff")


class HandoverAsk(Table, db=DB, tablename="handover_ask"):
    """A colleague asks whoever has a piece to hand it over."""

    id = BigSerial(primary_key=True)
    shop = ForeignKey(Shop, null=False)
    envelope = ForeignKey(Envelope, null=False)
    asker = ForeignKey(Staff, null=False)
    holder = ForeignKey(Staff, null=False)
    asked_at = Timestamptz(default=TimestamptzNow())
    answer = Varchar(length=10, default="", help_text="given, kept, or over: it moved on meanwhile")
    answered_at = Timestamptz(null=True, default=None)
