"""What a shop's capacity is made of beside its hours: who is away; and how the shop looks."""

from piccolo.columns import Bytea, Date, ForeignKey, Integer, Serial, Varchar
from piccolo.table import Table

from workshop.db import DB
from workshop.record.tables.shop import Shop, Staff


class DayOff(Table, db=DB, tablename="day_off"):
    """Days on which a colleague works other minutes than usual: none, or some."""

    id = Serial(primary_key=True)
    staff = ForeignKey(Staff, null=False)
    first_on = Date()
    last_on = Date()
    minutes = Integer(default=0, help_text="What they still work on each of these days")
    note = Varchar(length=80, default="")


class ShopLogo(Table, db=DB, tablename="shop_logo"):
    """The shop's sign as shown to customers, kept apart so that no list reads it."""

    id = Serial(primary_key=True)
    shop = ForeignKey(Shop, null=False)
    key = Varchar(length=64, help_text="SHA-256 of the picture")
    picture = Bytea()
