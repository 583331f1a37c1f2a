"""Where customers' goods lie, and have lain."""

from piccolo.columns import BigInt, BigSerial, ForeignKey, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table

from workshop.db import DB
from workshop.record.tables.shop import Place, Shop, Staff
from workshop.record.tables.tickets import Envelope


class Custody(Table, db=DB, tablename="custody"):
    """One stay of one envelope at one place. It is ended, never changed."""

    id = BigSerial(primary_key=True)
    shop = ForeignKey(Shop, null=False, help_text="Who answers for it meanwhile")
    envelope = ForeignKey(Envelope, null=False)
    place = ForeignKey(Place, null=True, help_text="None: nobody knows")
    declared_cents = BigInt(null=True, default=None)
    staff = ForeignKey(Staff, null=True, help_text="Who put it there")
    station = Varchar(length=60, default="")
    since = Timestamptz(default=TimestamptzNow())
    until = Timestamptz(null=True, default=None)
