"""Packages of work and discounts. The price book's own lines are with the pieces (`PriceItem`)."""

from piccolo.columns import JSONB, BigInt, BigSerial, Date, ForeignKey, Integer, Serial, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table

from workshop.db import DB
from workshop.record.tables.shop import Shop, Staff
from workshop.record.tables.tickets import Task, Ticket


class PricePackage(Table, db=DB, tablename="price_package"):
    """A named bundle of work at a price of its own, between two dates."""

    id = Serial(primary_key=True)
    shop = ForeignKey(Shop, null=False)
    code = Varchar(length=12)
    name = Varchar(length=80)
    codes = JSONB(default="[]", help_text="The price book's codes in it, each once")
    price_cents = BigInt(null=True, default=None, help_text="For the plain work; what drivers add comes on top")
    off_per_mille = Integer(null=True, default=None)
    kinds = JSONB(default="[]", help_text="Kinds of piece it is offered for; empty: all")
    note = Varchar(length=160, default="")
    made_by = ForeignKey(Staff, null=True)
    made_at = Timestamptz(null=True, default=None)
    active_from = Date()
    active_to = Date(null=True, default=None, help_text="The last day, included")


class Discount(Table, db=DB, tablename="discount"):
    """A part of the price let off, by whom and why: on one line, or (no task) on the whole ticket."""

    id = BigSerial(primary_key=True)
    shop = ForeignKey(Shop, null=False)
    ticket = ForeignKey(Ticket, null=False)
    task = ForeignKey(Task, null=True)
    per_mille = Integer(null=True, default=None)
    cents = BigInt(null=True, default=None)
    reason = Varchar(length=20)
    words = Varchar(length=160, default="")
    given_by = ForeignKey(Staff, null=False)
    approved_by = ForeignKey(Staff, null=True, help_text="The manager, above the giver's own limit")
    given_at = Timestamptz(default=TimestamptzNow())
    taken_back_by = ForeignKey(Staff, null=True)
    taken_back_at = Timestamptz(null=True, default=None)


class TaskDiscount(Table, db=DB, tablename="task_discount"):
    """What one discount takes off one line, in cents."""

    id = BigSerial(primary_key=True)
    discount = ForeignKey(Discount, null=False)
    task = ForeignKey(Task, null=False)
    cents = BigInt()
