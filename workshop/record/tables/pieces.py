"""Pieces and their stones. A piece lives for years and outlives its owners."""

from piccolo.columns import (
    JSONB,
    BigInt,
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
from workshop.record.tables.shop import Shop, Staff


class Piece(Table, db=DB, tablename="piece"):
    """One physical item, for life."""

    id = BigSerial(primary_key=True)
    kind = Varchar(length=20)
    description = Varchar(length=160, default="")
    metal = Varchar(length=20, default="")
    metal_basis = Varchar(length=20, default="appears")
    metal_colour = Varchar(length=12, default="", help_text="yellow, white, rose, two-tone")
    fineness = Varchar(length=20, default="", help_text="Parts per thousand or karat, as found: 585")
    fineness_basis = Varchar(length=20, default="stamped")
    marks = Varchar(length=120, default="", help_text="Stamps and hallmarks in one line, from the rows of piece_mark")
    maker = Varchar(length=60, default="", help_text="Maker or brand")
    style_no = Varchar(length=60, default="")
    serial = Varchar(length=60, default="")
    reference = Varchar(length=60, default="", help_text="A watch's model")
    movement_no = Varchar(length=40, default="")
    calibre = Varchar(length=40, default="")
    water_bar = SmallInt(null=True, default=None, help_text="Water resistance as marked, in bar")
    warranty_until = Date(null=True, default=None, help_text="The maker's warranty, not ours on work")
    serviced_on = Date(null=True, default=None, help_text="Last service, here or as told")
    ring_size = Varchar(length=10, default="", help_text="US")
    length_mm = Integer(null=True, default=None, help_text="Chain or bracelet")
    weight_mg = Integer(null=True, default=None)
    engraving = Varchar(length=160, default="")
    origin = Varchar(length=20, default="", help_text="bought here, heirloom, elsewhere")
    bought_on = Date(null=True, default=None)
    made_about = SmallInt(null=True, default=None, help_text="Year, where known")
    appraised_on = Date(null=True, default=None)
    wearer = ForeignKey(Customer, null=True, help_text="Who wears it, when not the owner")
    is_discreet = Boolean(default=False)
    created_at = Timestamptz(default=TimestamptzNow())


class Ownership(Table, db=DB, tablename="ownership"):
    """Whose the piece is, and whose it was. One row of a piece is open at a time."""

    id = BigSerial(primary_key=True)
    piece = ForeignKey(Piece, null=False)
    customer = ForeignKey(Customer, null=False)
    since = Date(null=True, default=None)
    until = Date(null=True, default=None)
    how = Varchar(length=20, default="", help_text="bought, gift, inherited, ...")
    given_by = ForeignKey(Customer, null=True)
    note = Varchar(length=120, default="")
    recorded_by = ForeignKey(Staff, null=True)
    recorded_at = Timestamptz(null=True, default=None)


class PieceCollector(Table, db=DB, tablename="piece_collector"):
    """Who may collect a piece whenever it is here, at its owner's word."""

    id = BigSerial(primary_key=True)
    piece = ForeignKey(Piece, null=False)
    customer = ForeignKey(Customer, null=True)
    name = Varchar(length=120)
    said_by = ForeignKey(Customer, null=True, help_text="The owner at that time")
    how = Varchar(length=12, default="counter", help_text="counter, phone, letter")
    staff = ForeignKey(Staff, null=True)
    added_at = Timestamptz(default=TimestamptzNow())
    ended_at = Timestamptz(null=True, default=None)


class Stone(Table, db=DB, tablename="stone"):
    """One stone, or a group of like stones, and on what ground we say what it is."""

    id = BigSerial(primary_key=True)
    piece = ForeignKey(Piece, null=False)
    count = SmallInt(default=1)  # type: ignore[assignment]  # hides Table.count(), which we never call
    identity = Varchar(length=40, help_text="diamond, sapphire, ...")
    nature = Varchar(length=20, default="not tested", help_text="natural, laboratory-grown, imitation, not tested")
    shape = Varchar(length=20, default="")
    size_mm = Numeric(digits=(6, 2), null=True, default=None, help_text="Diameter or length")
    width_mm = Numeric(digits=(6, 2), null=True, default=None)
    carat = Numeric(digits=(7, 3), null=True, default=None, help_text="Of one stone")
    colour = Varchar(length=30, default="")
    clarity = Varchar(length=12, default="")
    position = Varchar(length=40, default="", help_text="From the hallmark, or by the clock face")
    basis = Varchar(length=20, default="appears")
    report_no = Varchar(length=40, default="")
    laboratory = Varchar(length=30, default="")
    inscription = Varchar(length=12, default="not looked", help_text="read, not found, not looked")


class PieceMark(Table, db=DB, tablename="piece_mark"):
    """A stamp, maker's mark or hallmark as read on the piece."""

    id = BigSerial(primary_key=True)
    piece = ForeignKey(Piece, null=False)
    kind = Varchar(length=12, default="other")
    words = Varchar(length=120)
    position = Varchar(length=40, default="")
    basis = Varchar(length=20, default="stamped")


class Appraisal(Table, db=DB, tablename="appraisal"):
    """What somebody said a piece is worth, when and for what purpose. Its scans are photos of `appraisal-<id>`."""

    id = BigSerial(primary_key=True)
    piece = ForeignKey(Piece, null=False)
    shop = ForeignKey(Shop, null=False)
    appraised_on = Date()
    appraiser = Varchar(length=80)
    value_cents = BigInt()
    purpose = Varchar(length=20, default="insurance")
    note = Varchar(length=160, default="")
    staff = ForeignKey(Staff, null=True, help_text="Who wrote it down")
    created_at = Timestamptz(default=TimestamptzNow())


class PriceItem(Table, db=DB, tablename="price_item"):
    """One line of the price book. Open tickets keep the price they were quoted."""

    id = Serial(primary_key=True)
    shop = Integer(null=False)
    code = Varchar(length=12)
    name = Varchar(length=80)
    category = Varchar(length=20)
    unit = Varchar(length=20)
    rule = JSONB(default="{}", help_text="See workshop.record.prices.prices")
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
    parts = JSONB(default="[]", help_text="Parts usually needed, in words")
    next_tasks = JSONB(default="[]", help_text="Codes offered after this one")
    note = Varchar(length=160, default="", help_text="Why this version was made")
    made_by = Integer(null=True, default=None, help_text="Of staff; none: the starter book")
    made_at = Timestamptz(null=True, default=None)
    active_from = Date()
    active_to = Date(null=True, default=None, help_text="The last day, included; before the first: never held")
