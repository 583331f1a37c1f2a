"""What was bought and what is wished for."""

from piccolo.columns import BigInt, BigSerial, Boolean, Date, ForeignKey, SmallInt, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table

from workshop.db import DB
from workshop.record.tables.notices import Prompt
from workshop.record.tables.people import Customer
from workshop.record.tables.pieces import Piece
from workshop.record.tables.shop import Shop, Staff
from workshop.record.tables.tickets import Ticket


class Sale(Table, db=DB, tablename="sale"):
    """A purchase, written down by hand or sent by a till."""

    id = BigSerial(primary_key=True)
    shop = ForeignKey(Shop, null=False)
    customer = ForeignKey(Customer, null=True, help_text="Who paid, when known")
    sold_on = Date()
    total_cents = BigInt()
    occasion = Varchar(length=20, default="")
    gifter = ForeignKey(Customer, null=True)
    recipient = ForeignKey(Customer, null=True)
    is_discreet = Boolean(default=False)
    source = Varchar(length=8, default="hand", help_text="hand, till, import, api")
    external_ref = Varchar(length=80, default="", help_text="The till's own number, once per shop")
    content_hash = Varchar(length=64, default="", help_text="Of what was sent under that number")
    ticket = ForeignKey(Ticket, null=True, help_text="The service visit that led to it")
    prompt = ForeignKey(Prompt, null=True, help_text="The suggestion that led to it")
    note = Varchar(length=160, default="")
    recorded_by = ForeignKey(Staff, null=True)
    created_at = Timestamptz(default=TimestamptzNow())
    voided_at = Timestamptz(null=True, default=None)
    void_reason = Varchar(length=120, default="")


class SaleLine(Table, db=DB, tablename="sale_line"):
    """One thing bought."""

    id = BigSerial(primary_key=True)
    sale = ForeignKey(Sale, null=False)
    style_no = Varchar(length=60, default="")
    description = Varchar(length=160, default="")
    quantity = SmallInt(default=1)
    price_cents = BigInt(help_text="For the whole quantity")
    piece = ForeignKey(Piece, null=True)


class SaleAssociate(Table, db=DB, tablename="sale_associate"):
    """Who sold it, with their share of the credit. The shares of a sale make a thousand."""

    id = BigSerial(primary_key=True)
    sale = ForeignKey(Sale, null=False)
    staff = ForeignKey(Staff, null=False)
    per_mille = SmallInt(default=1000)


class Wish(Table, db=DB, tablename="wish"):
    """Something a customer would love to have."""

    id = BigSerial(primary_key=True)
    customer = ForeignKey(Customer, null=False)
    shop = ForeignKey(Shop, null=False)
    piece = ForeignKey(Piece, null=True)
    style_no = Varchar(length=60, default="")
    words = Varchar(length=160, default="")
    price_cents = BigInt(null=True, default=None)
    state = Varchar(length=8, default="open", help_text="open, bought, done")
    noted_by = ForeignKey(Staff, null=True)
    noted_at = Timestamptz(default=TimestamptzNow())
    closed_at = Timestamptz(null=True, default=None)
    sale = ForeignKey(Sale, null=True)
