"""Cash drawers: their days from opening to the counted close, and cash that is no payment."""

from piccolo.columns import JSONB, BigInt, BigSerial, ForeignKey, Text, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table

from workshop.db import DB
from workshop.record.tables.shop import Drawer, Shop, Staff


class DrawerDay(Table, db=DB, tablename="drawer_day"):
    """One drawer from its first money to its close. Frozen once closed."""

    id = BigSerial(primary_key=True)
    shop = ForeignKey(Shop, null=False)
    drawer = ForeignKey(Drawer, null=False)
    opened_at = Timestamptz(default=TimestamptzNow())
    opened_by = ForeignKey(Staff, null=False)
    opening_cents = BigInt(default=0, help_text="What the last close left in it")
    counts = JSONB(default="{}", help_text='{"2000": 3}: pieces of each value in cents')
    counted_cents = BigInt(null=True, default=None)
    counted_at = Timestamptz(null=True, default=None)
    counted_by = ForeignKey(Staff, null=True)
    closed_at = Timestamptz(null=True, default=None)
    closed_by = ForeignKey(Staff, null=True)
    expected_cents = BigInt(null=True, default=None)
    kept_cents = BigInt(null=True, default=None, help_text="Left in the drawer for the next day")
    tenders = JSONB(default="{}", help_text='{"card": {"expected": 12000, "told": 12000}}')
    reason = Text(default="", help_text="Why the count differs")
    approved_by = ForeignKey(Staff, null=True)


class CashMove(Table, db=DB, tablename="cash_move"):
    """Append-only: cash put in or taken out that is no payment, or the drawer opened for nothing."""

    id = BigSerial(primary_key=True)
    drawer_day = ForeignKey(DrawerDay, null=False)
    kind = Varchar(length=10, help_text="in, out, no_sale")
    amount_cents = BigInt(default=0, help_text="Taken out is negative")
    reason = Varchar(length=120, default="")
    staff = ForeignKey(Staff, null=False)
    at = Timestamptz(default=TimestamptzNow())


class DrawerKick(Table, db=DB, tablename="drawer_kick"):
    """The order to open a drawer: carried out once, soon, or not at all."""

    id = BigSerial(primary_key=True)
    shop = ForeignKey(Shop, null=False)
    drawer = ForeignKey(Drawer, null=True, help_text="Empty: the shop's first")
    state = Varchar(length=10, default="asked", help_text="asked, sent, late, failed")
    asked_by = ForeignKey(Staff, null=False)
    asked_at = Timestamptz(default=TimestamptzNow())
    state_at = Timestamptz(default=TimestamptzNow())
