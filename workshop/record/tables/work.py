"""The work as it was done: hours, material, weights, what was measured, and proofs shown to the customer."""

from piccolo.columns import (
    JSONB,
    UUID,
    BigInt,
    BigSerial,
    Boolean,
    ForeignKey,
    Integer,
    SmallInt,
    Timestamptz,
    Varchar,
)
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table

from workshop.db import DB
from workshop.record.tables.shop import Staff
from workshop.record.tables.tickets import Envelope, Task


class WorkSpan(Table, db=DB, tablename="work_span"):
    """From when to when one person worked on a piece, or on one task of it."""

    id = BigSerial(primary_key=True)
    envelope = ForeignKey(Envelope, null=False)
    task = ForeignKey(Task, null=True, help_text="None: the piece as a whole")
    staff = ForeignKey(Staff, null=False)
    began_at = Timestamptz(default=TimestamptzNow())
    ended_at = Timestamptz(null=True, default=None, help_text="None: the clock runs")
    is_struck = Boolean(default=False)
    corrected_at = Timestamptz(null=True, default=None)
    corrected_by = ForeignKey(Staff, null=True)
    reason = Varchar(length=200, default="", help_text="Of the correction")
    is_guessed = Boolean(default=False, help_text="Stopped for somebody at night, and not confirmed yet")


class UsedPart(Table, db=DB, tablename="used_part"):
    """A part, finding, metal, solder or stone that went into a piece; or metal that came off it."""

    id = BigSerial(primary_key=True)
    envelope = ForeignKey(Envelope, null=False)
    kind = Varchar(length=10, default="part", help_text="part, finding, metal, solder, stone, removed")
    what = Varchar(length=80)
    metal = Varchar(length=20, default="", help_text="With its karat: solder is chosen by it")
    count = SmallInt(default=1)  # type: ignore[assignment]  # hides Table.count(), which we never call
    weight_mg = Integer(null=True, default=None, help_text="All of them together")
    cost_cents = BigInt(null=True, default=None, help_text="What it cost the shop, all together")
    staff = ForeignKey(Staff, null=False)
    at = Timestamptz(default=TimestamptzNow())
    struck_at = Timestamptz(null=True, default=None)
    struck_by = ForeignKey(Staff, null=True)


class Weighing(Table, db=DB, tablename="weighing"):
    """A piece on the scale, before the work or after it."""

    id = BigSerial(primary_key=True)
    envelope = ForeignKey(Envelope, null=False)
    moment = Varchar(length=3, default="out", help_text="in, out")
    weight_mg = Integer(default=1)
    expected_mg = Integer(null=True, default=None)
    tolerance_mg = Integer(default=0)
    explanation = Varchar(length=300, default="", help_text="Of a difference beyond the tolerance")
    staff = ForeignKey(Staff, null=False)
    at = Timestamptz(default=TimestamptzNow())


class ReturnBag(Table, db=DB, tablename="return_bag"):
    """Loose stones, old parts or metal bagged with the piece, ticked when the customer has them."""

    id = BigSerial(primary_key=True)
    envelope = ForeignKey(Envelope, null=False)
    kind = Varchar(length=10, default="part", help_text="stone, part, metal")
    what = Varchar(length=80)
    count = SmallInt(default=1)  # type: ignore[assignment]  # hides Table.count(), which we never call
    weight_mg = Integer(null=True, default=None)
    staff = ForeignKey(Staff, null=False)
    at = Timestamptz(default=TimestamptzNow())
    struck_at = Timestamptz(null=True, default=None)
    struck_by = ForeignKey(Staff, null=True)
    returned_at = Timestamptz(null=True, default=None)
    returned_by = ForeignKey(Staff, null=True)
    left_reason = Varchar(length=200, default="", help_text="Why the customer left it here")


class WatchCheck(Table, db=DB, tablename="watch_check"):
    """One reading of a watch: timing in a position, pressure, battery, a running test, or the serial."""

    id = BigSerial(primary_key=True)
    envelope = ForeignKey(Envelope, null=False)
    moment = Varchar(length=6, default="before", help_text="before, after")
    kind = Varchar(length=8, default="timing", help_text="timing, water, battery, running, serial")
    position = Varchar(length=4, default="", help_text="DU, DD, 3U, 6U, 9U, 12U")
    rate_tenths = Integer(null=True, default=None, help_text="Tenths of a second a day; minus is slow")
    amplitude = SmallInt(null=True, default=None, help_text="Degrees")
    beat_tenths = SmallInt(null=True, default=None, help_text="Beat error in tenths of a millisecond")
    bar_tenths = SmallInt(null=True, default=None, help_text="Pressure tested at, tenths of a bar")
    is_passed = Boolean(null=True, default=None)
    current_na = Integer(null=True, default=None, help_text="Consumption in nanoamperes")
    millivolts = Integer(null=True, default=None)
    serial = Varchar(length=60, default="", help_text="As read from the case")
    began_at = Timestamptz(null=True, default=None)
    ended_at = Timestamptz(null=True, default=None)
    staff = ForeignKey(Staff, null=False)
    at = Timestamptz(default=TimestamptzNow())
    struck_at = Timestamptz(null=True, default=None)
    struck_by = ForeignKey(Staff, null=True)


class EngravingProof(Table, db=DB, tablename="engraving_proof"):
    """One version of what will be engraved, as shown to the customer, and their answer."""

    id = BigSerial(primary_key=True)
    envelope = ForeignKey(Envelope, null=False)
    version = SmallInt(default=1)
    state = Varchar(length=10, default="sent", help_text="sent, approved, change, superseded")
    letters = JSONB(default="[]", help_text="[{task, text, font, side, place}] as they were shown")
    photo = UUID(null=True, default=None, help_text="A picture of the layout")
    note = Varchar(length=400, default="")
    made_by = ForeignKey(Staff, null=False)
    made_at = Timestamptz(default=TimestamptzNow())
    answer = Varchar(length=600, default="", help_text="What shall be different")
    answered_at = Timestamptz(null=True, default=None)
    answered_by = Varchar(length=120, default="")
    how = Varchar(length=10, default="", help_text="link, phone, counter")
