"""Pieces and their stones. A piece lives for years and outlives its owners."""

from piccolo.columns import (
    JSONB,
    BigSerial,
    Boolean,
    Date,
    ForeignKey,
    Integer,
    Numeric,
    Serial,
    SmallInt,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table

from workshop.db import DB
from workshop.record.tables.people import Customer


class Piece(Table, db=DB, tablename="piece"):
    """One physical item, for life."""

    id = BigSerial(primary_key=True)
    kind = Varchar(length=20)
    description = Varchar(length=160, default="")
    metal = Varchar(length=20, default="")
    metal_basis = Varchar(length=20, default="appears")
    marks = Varchar(length=120, default="", help_text="Stamps and hallmarks as read")
    serial = Varchar(length=60, default="")
    reference = Varchar(length=60, default="")
    engraving = Varchar(length=160, default="")
    origin = Varchar(length=20, default="", help_text="bought here, heirloom, elsewhere")
    bought_on = Date(null=True, default=None)
    made_about = SmallInt(null=True, default=None, help_text="Year, where known")
    appraised_on = Date(null=True, default=None)
    is_discreet = Boolean(default=False)
    created_at = Timestamptz(default=TimestamptzNow())


class Ownership(Table, db=DB, tablename="ownership"):
    """Whose the piece is, and whose it was."""

    id = BigSerial(primary_key=True)
    piece = ForeignKey(Piece, null=False)
    customer = ForeignKey(Customer, null=False)
    since = Date(null=True, default=None)
    until = Date(null=True, default=None)
    how = Varchar(length=20, default="", help_text="bought, gift, inherited")


class Stone(Table, db=DB, tablename="stone"):
    """One stone, or a group of like stones, and on what ground we say what it is."""

    id = BigSerial(primary_key=True)
    piece = ForeignKey(Piece, null=False)
    count = SmallInt(default=1)  # type: ignore[assignment]  # hides Table.count(), which we never call
    identity = Varchar(length=40, help_text="diamond, sapphire, ...")
    nature = Varchar(length=20, default="", help_text="natural, laboratory-grown, imitation")
    shape = Varchar(length=20, default="")
    size_mm = Numeric(digits=(6, 2), null=True, default=None)
    carat = Numeric(digits=(7, 3), null=True, default=None)
    position = Varchar(length=40, default="")
    basis = Varchar(length=20, default="appears")
    report_no = Varchar(length=40, default="")


class PriceItem(Table, db=DB, tablename="price_item"):
    """One line of the price book. Open tickets keep the price they were quoted."""

    id = Serial(primary_key=True)
    shop = Integer(null=False)
    code = Varchar(length=12)
    name = Varchar(length=80)
    category = Varchar(length=20)
    unit = Varchar(length=20)
    rule = JSONB(default="{}", help_text="See workshop.record.prices")
    minutes = Integer(default=15)
    skill = Varchar(length=20, default="jeweler")
    warranty_days = Integer(default=365)
    tax_class = Varchar(length=20, default="repair")
    needs_estimate = Boolean(default=False)
    counts_stones = Boolean(default=True)
    piecework_per_mille = Integer(default=260)
    kinds = JSONB(default="[]", help_text="Kinds of piece it is offered for; empty: all")
    risk = Text(default="", help_text="Printed where this work is agreed")
    is_favourite = Boolean(default=False)
    active_from = Date()
    active_to = Date(null=True, default=None)
