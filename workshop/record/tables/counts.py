"""The evening's count."""

from piccolo.columns import BigSerial, ForeignKey, Integer, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table

from workshop.db import DB
from workshop.record.tables.shop import Place, Shop, Staff
from workshop.record.tables.tickets import Envelope, Signature


class NightCount(Table, db=DB, tablename="night_count"):
    """One count of everything in a shop."""

    id = BigSerial(primary_key=True)
    shop = ForeignKey(Shop, null=False)
    state = Varchar(length=10, default="open", help_text="open, signed, dropped")
    started_by = ForeignKey(Staff, null=True)
    started_at = Timestamptz(default=TimestamptzNow())
    signed_by = ForeignKey(Staff, null=True)
    signed_at = Timestamptz(null=True, default=None)
    signed_how = Varchar(length=10, default="", help_text="drawn, badge")
    signature = ForeignKey(Signature, null=True)
    note = Varchar(length=400, default="")
    expected = Integer(default=0)
    counted = Integer(default=0)
    missing = Integer(default=0)
    elsewhere = Integer(default=0)
    unexpected = Integer(default=0)


class NightScan(Table, db=DB, tablename="night_scan"):
    """A place opened, or an envelope seen in it."""

    id = BigSerial(primary_key=True)
    night_count = ForeignKey(NightCount, null=False)
    place = ForeignKey(Place, null=False)
    envelope = ForeignKey(Envelope, null=True, help_text="None: the place itself was scanned")
    staff = ForeignKey(Staff, null=True)
    station = Varchar(length=60, default="")
    at = Timestamptz(default=TimestamptzNow())


class NightLine(Table, db=DB, tablename="night_line"):
    """What did not agree at a count, and how it was explained."""

    id = BigSerial(primary_key=True)
    night_count = ForeignKey(NightCount, null=False)
    envelope = ForeignKey(Envelope, null=False)
    verdict = Varchar(length=12, help_text="missing, elsewhere, unexpected")
    expected_place = ForeignKey(Place, null=True)
    found_place = ForeignKey(Place, null=True)
    explanation = Varchar(length=300, default="")
    found_at = Timestamptz(null=True, default=None, help_text="A missing piece was scanned again")
    found_by = ForeignKey(Staff, null=True)
