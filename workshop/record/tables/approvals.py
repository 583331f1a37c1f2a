"""What a manager allowed beyond a colleague's limit, at the colleague's own tablet."""

from piccolo.columns import BigInt, BigSerial, ForeignKey, Text, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table

from workshop.db import DB
from workshop.record.tables.shop import Shop, Staff


class Approval(Table, db=DB, tablename="approval"):
    """One manager's yes to one act, up to one amount. Nothing of it is ever changed but that it was used."""

    id = BigSerial(primary_key=True)
    shop = ForeignKey(Shop, null=False)
    act = Varchar(length=24, help_text="declared_value, discount, ...: approvals.ACTS")
    subject = Varchar(length=60, help_text="What it is about: an envelope's code, a ticket's number")
    amount_cents = BigInt(default=0, help_text="It holds up to this")
    reason = Text(default="")
    how = Varchar(length=8, default="pin", help_text="pin, badge")
    approved_by = ForeignKey(Staff, null=False)
    asked_by = ForeignKey(Staff, null=False)
    station = Varchar(length=60, default="")
    at = Timestamptz(default=TimestamptzNow())
    used_at = Timestamptz(null=True, default=None)
