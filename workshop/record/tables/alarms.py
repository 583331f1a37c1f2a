"""What needs somebody, and acts on many pieces at once."""

from piccolo.columns import JSONB, UUID, Array, BigSerial, ForeignKey, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table

from workshop.db import DB
from workshop.record.tables.shop import Shop, Staff
from workshop.record.tables.tickets import Envelope


class Alarm(Table, db=DB, tablename="alarm"):
    """One thing that needs somebody: raised by a rule, cleared when it is so no more."""

    id = BigSerial(primary_key=True)
    shop = ForeignKey(Shop, null=False)
    rule = Varchar(length=24, help_text="late, stuck, ...: alarm_rules.RULES")
    subject = Varchar(length=60, help_text="What it is about, so that it is raised once: an envelope's number")
    words = Varchar(length=200, help_text="No customer's name, phone or amount: everybody's list may show it")
    href = Varchar(length=200, default="", help_text="Where to do something about it")
    roles = Array(base_column=Varchar(length=10), default=list, help_text="Whose list it is on")
    staff = ForeignKey(Staff, null=True, help_text="On this colleague's list as well")
    envelope = ForeignKey(Envelope, null=True)
    raised_at = Timestamptz(default=TimestamptzNow())
    cleared_at = Timestamptz(null=True, default=None)
    acknowledged_at = Timestamptz(null=True, default=None)
    acknowledged_by = ForeignKey(Staff, null=True, help_text="Who takes care of it")


class AlarmMail(Table, db=DB, tablename="alarm_mail"):
    """An alarm that somebody gets by mail; `kept`: no mail server, it stands on the list only."""

    id = BigSerial(primary_key=True)
    alarm = ForeignKey(Alarm, null=False)
    staff = ForeignKey(Staff, null=False)
    state = Varchar(length=8, default="queued", help_text="queued, sending, sent, failed, kept")
    at = Timestamptz(default=TimestamptzNow())


class BulkAct(Table, db=DB, tablename="bulk_act"):
    """One act on many pieces, asked for at the desk."""

    id = UUID(primary_key=True)
    shop = ForeignKey(Shop, null=False)
    staff = ForeignKey(Staff, null=False)
    act = Varchar(length=12, help_text="assign, move_date, reprint")
    wanted = JSONB(default="{}", help_text='{"jeweler": 3}, {"day": "2026-12-03", "reason": "..."}')
    undoes = UUID(null=True, default=None, help_text="The act it takes back")
    came_from = Varchar(length=120, default="", help_text="The list it was asked for on")
    at = Timestamptz(default=TimestamptzNow())
    finished_at = Timestamptz(null=True, default=None)


class BulkItem(Table, db=DB, tablename="bulk_item"):
    """One piece of it, what came of it and what stood there before."""

    id = BigSerial(primary_key=True)
    bulk = ForeignKey(BulkAct, null=False)
    envelope = ForeignKey(Envelope, null=False)
    state = Varchar(length=8, default="waiting", help_text="waiting, done, same, refused")
    said = Varchar(length=300, default="")
    before = JSONB(default="{}")
