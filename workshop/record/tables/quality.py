"""The gate: a shop's own lists, a check as it is tapped, and how it ended."""

from piccolo.columns import JSONB, BigInt, BigSerial, ForeignKey, Integer, Serial, SmallInt, Text, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table

from workshop.db import DB
from workshop.record.tables.shop import Shop, Staff
from workshop.record.tables.tickets import Envelope


class QualityList(Table, db=DB, tablename="quality_list"):
    """One version of a shop's lines for a kind of piece, or for one line of the price book."""

    id = Serial(primary_key=True)
    shop = ForeignKey(Shop, null=False)
    kind = Varchar(length=20, default="")
    task = Varchar(length=12, default="")
    version = SmallInt(default=1)
    lines = JSONB(default="[]")
    made_by = ForeignKey(Staff, null=True)
    made_at = Timestamptz(default=TimestamptzNow())
    replaced_at = Timestamptz(null=True, default=None)


class QualityCheck(Table, db=DB, tablename="quality_check"):
    """One check of one envelope, with the list as it was when it began."""

    id = BigSerial(primary_key=True)
    shop = ForeignKey(Shop, null=False)
    envelope = ForeignKey(Envelope, null=False)
    state = Varchar(length=8, default="open", help_text="open, passed, failed, left (taken from the gate unfinished)")
    lines = JSONB(default="[]", help_text="[{words, list}]: each line and the list it comes from")
    version = Integer(default=0)
    opened_by = ForeignKey(Staff, null=True)
    opened_at = Timestamptz(default=TimestamptzNow())
    closed_by = ForeignKey(Staff, null=True)
    closed_at = Timestamptz(null=True, default=None)
    reason = Varchar(length=20, default="")
    note = Text(default="")
    maker = ForeignKey(Staff, null=True, help_text="Whose work it was")


class QualityAnswer(Table, db=DB, tablename="quality_answer"):
    """One tap or figure of a check, the last word counts."""

    id = BigSerial(primary_key=True)
    quality_check = ForeignKey(QualityCheck, null=False)
    name = Varchar(length=20, help_text="line-3, stone-7, stones, size, weight, explanation, note")
    value = Varchar(length=300)
    staff = ForeignKey(Staff, null=True)
    at = Timestamptz(default=TimestamptzNow())
    version = Integer(default=0)
    tab = Varchar(length=60, default="")
    place = BigInt(default=0, help_text="Of this typing in its tab")
