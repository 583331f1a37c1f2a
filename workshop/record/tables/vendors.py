"""Trade shops, and the customers' goods that are with them."""

from piccolo.columns import BigInt, BigSerial, Boolean, Bytea, Date, ForeignKey, Serial, SmallInt, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table

from workshop.db import DB
from workshop.record.tables.shop import Place, Shop, Staff
from workshop.record.tables.tickets import Envelope


class Vendor(Table, db=DB, tablename="vendor"):
    """A trade shop that works for us."""

    id = Serial(primary_key=True)
    shop = ForeignKey(Shop, null=False)
    place = ForeignKey(Place, null=False, help_text="Where pieces lie that are there")
    code = Varchar(length=20, unique=True)
    name = Varchar(length=40)
    trade = Varchar(length=60, default="", help_text="What they do: enamel, pearl stringing, watches")
    contact = Varchar(length=80, default="")
    phone = Varchar(length=30, default="")
    email = Varchar(length=120, default="")
    address = Varchar(length=300, default="")
    usual_days = SmallInt(default=5, help_text="How long they usually take")
    note = Varchar(length=400, default="")
    retired_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=TimestamptzNow())


class VendorCover(Table, db=DB, tablename="vendor_cover"):
    """A proof of insurance as somebody saw it."""

    id = Serial(primary_key=True)
    vendor = ForeignKey(Vendor, null=False)
    insurer = Varchar(length=80, default="")
    policy_no = Varchar(length=60, default="")
    limit_cents = BigInt(default=0)
    valid_from = Date()
    expires_on = Date(help_text="The last day, included")
    paper = Bytea(null=True, default=None, help_text="The certificate, as a PDF or a picture")
    paper_type = Varchar(length=40, default="")
    seen_by = ForeignKey(Staff, null=True)
    at = Timestamptz(default=TimestamptzNow())
    withdrawn_at = Timestamptz(null=True, default=None)


class SendOut(Table, db=DB, tablename="send_out"):
    """One packing list to a vendor."""

    id = BigSerial(primary_key=True)
    shop = ForeignKey(Shop, null=False)
    vendor = ForeignKey(Vendor, null=False)
    number = Varchar(length=20, unique=True, help_text="`HR-V0012`")
    state = Varchar(length=10, default="packing", help_text="packing, out, back, dropped")
    due_back_on = Date(null=True, default=None)
    insured_cents = BigInt(default=0, help_text="Declared for all of it, when it left")
    cover = ForeignKey(VendorCover, null=True, help_text="The proof it left under")
    approved_by = ForeignKey(Staff, null=True, help_text="Who let it leave without one")
    carrier = Varchar(length=60, default="")
    tracking = Varchar(length=60, default="")
    note = Varchar(length=400, default="")
    made_by = ForeignKey(Staff, null=True)
    made_at = Timestamptz(default=TimestamptzNow())
    sent_by = ForeignKey(Staff, null=True)
    sent_at = Timestamptz(null=True, default=None)
    closed_at = Timestamptz(null=True, default=None, help_text="When the last piece was back")


class SendOutPiece(Table, db=DB, tablename="send_out_piece"):
    """One envelope on a packing list."""

    id = BigSerial(primary_key=True)
    send_out = ForeignKey(SendOut, null=False)
    envelope = ForeignKey(Envelope, null=False)
    state = Varchar(length=10, default="packed", help_text="packed, out, back, taken_out")
    declared_cents = BigInt(null=True, default=None)
    packed_by = ForeignKey(Staff, null=True)
    packed_at = Timestamptz(default=TimestamptzNow())
    returned_by = ForeignKey(Staff, null=True)
    returned_at = Timestamptz(null=True, default=None)
    is_finished = Boolean(null=True, default=None, help_text="Back with the work done, or to go on here")
    cost_cents = BigInt(default=0)
    note = Varchar(length=300, default="")
