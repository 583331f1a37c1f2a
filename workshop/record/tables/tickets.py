"""The visit, the bags, the work in them, what was agreed and what was paid."""

from piccolo.columns import (
    JSONB,
    UUID,
    BigInt,
    BigSerial,
    Boolean,
    Bytea,
    Date,
    ForeignKey,
    Integer,
    SmallInt,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table

from workshop.db import DB
from workshop.record.tables.drawers import DrawerDay
from workshop.record.tables.people import Customer
from workshop.record.tables.pieces import Piece
from workshop.record.tables.shop import Place, Shop, Staff


class Signature(Table, db=DB, tablename="signature"):
    """A drawn signature (PNG), kept apart so that lists never read it."""

    id = BigSerial(primary_key=True)
    png = Bytea()
    signed_name = Varchar(length=120, default="")
    at = Timestamptz(default=TimestamptzNow())


class Ticket(Table, db=DB, tablename="ticket"):
    """One visit, one contract, one claim check."""

    id = BigSerial(primary_key=True)
    number = Varchar(length=20, unique=True)
    shop = ForeignKey(Shop, null=False)
    customer = ForeignKey(Customer, null=False, help_text="Who brought it and pays")
    owner = ForeignKey(Customer, null=True, help_text="Whose it is, when not the bringer's")
    collectors = JSONB(default="[]", help_text="Names of others who may collect")
    taken_in_by = ForeignKey(Staff, null=False)
    taken_in_at = Timestamptz(default=TimestamptzNow())
    promise_on = Date()
    price_terms = Varchar(length=20, default="firm")
    not_above_cents = BigInt(null=True, default=None)
    is_rush = Boolean(default=False)
    is_discreet = Boolean(default=False)
    note = Text(default="")
    deposit_cents = BigInt(default=0, help_text="Asked at take-in by the shop's rule")
    tax_rates = JSONB(default="{}", help_text="Per 100,000 by class, as they were when it was taken in")
    signature = ForeignKey(Signature, null=True)
    policy_version = Integer(default=1)
    policy_text = Text(default="")
    risks = JSONB(default="[]", help_text="The lines about this very work, as they stood when it was signed")
    risks_explained = Boolean(default=False)
    link_hash = Varchar(length=64, unique=True, help_text="Of the status link's token")
    link_misses = SmallInt(default=0)
    link_locked_until = Timestamptz(null=True, default=None)
    link_closed_at = Timestamptz(null=True, default=None, help_text="Somebody said: this is not me")
    closed_at = Timestamptz(null=True, default=None, help_text="When the last envelope left")
    was_well = Boolean(null=True, default=None, help_text="The customer's own tap after the visit")
    was_well_at = Timestamptz(null=True, default=None)


class Envelope(Table, db=DB, tablename="envelope"):
    """The tracked unit: one piece in its bag on this ticket."""

    id = BigSerial(primary_key=True)
    code = Varchar(length=20, unique=True)
    number = Varchar(length=24, unique=True, help_text="`HR-24817-1`")
    ticket = ForeignKey(Ticket, null=False)
    shop = ForeignKey(Shop, null=False)
    piece = ForeignKey(Piece, null=False)
    place_no = SmallInt(default=1, help_text="The 2 of `2 of 3`")
    place_count = SmallInt(default=1)
    stage = Varchar(length=20, default="received")
    stage_since = Timestamptz(default=TimestamptzNow())
    held_from = Varchar(length=20, default="")
    hold_reason = Varchar(length=20, default="")
    location = Varchar(length=40, default="counter", help_text="The name of `place`, or where else it is")
    place = ForeignKey(Place, null=True, help_text="None: with the customer, or nobody knows")
    transfer = BigInt(null=True, default=None, help_text="On its way to another shop with this list")
    worked_vendor = Integer(null=True, default=None, help_text="The vendor who last did work on it, if none of us")
    missing_since = Timestamptz(null=True, default=None, help_text="Not found at a count, and not seen since")
    jeweler = ForeignKey(Staff, null=True)
    bench_due = Date()
    plan_on = Date(null=True, default=None, help_text="The day its jeweler has planned for it")
    promise_on = Date()
    is_rush = Boolean(default=False)
    declared_value_cents = BigInt(null=True, default=None)
    declared_words = Varchar(length=120, default="", help_text="The customer's own words")
    marks = JSONB(default="[]", help_text="[{code, position, note, picture, x, y}] at take-in")
    stone_points = JSONB(default="[]", help_text="[{picture, x, y}], one for each stone counted by tapping")
    mark_frames = JSONB(default="{}", help_text="By picture: its middle, and which way the hallmark lies")
    found_marks = JSONB(default="[]", help_text="As marks, found at the bench")
    stone_count = SmallInt(default=0)
    shown_under_loupe = Boolean(default=False)
    weight_in_mg = Integer(null=True, default=None)
    weight_out_mg = Integer(null=True, default=None)
    size_now = Varchar(length=10, default="")
    size_wanted = Varchar(length=10, default="")
    engravings = JSONB(default="[]", help_text="[{task, text, font, side, place}] as signed")
    seal_no = Varchar(length=20, default="")
    customer_says = Text(default="")
    redo_of = BigInt(null=True, default=None)
    is_unrepaired = Boolean(default=False)
    version = Integer(default=0)
    worked_by = ForeignKey(Staff, null=True, help_text="Who last did bench work on it")
    started_at = Timestamptz(null=True, default=None)
    worked_seconds = Integer(default=0)
    share_looked_at = Timestamptz(null=True, default=None, help_text="When the rule last sought somebody for it")
    visit_to_plan = Boolean(default=False, help_text="It left, and its next visit is not planned yet")
    created_at = Timestamptz(default=TimestamptzNow())


class Task(Table, db=DB, tablename="task"):
    """One line of work on an envelope, at the price it was agreed."""

    id = BigSerial(primary_key=True)
    envelope = ForeignKey(Envelope, null=False)
    code = Varchar(length=12)
    name = Varchar(length=120)
    quantity = SmallInt(default=1)
    drivers = JSONB(default="{}")
    price_cents = BigInt(default=0)
    tax_class = Varchar(length=20, default="repair")
    why = JSONB(default="[]", help_text="The price, explained line by line")
    minutes = Integer(default=0)
    skill = Varchar(length=20, default="")
    found_at_bench = Boolean(default=False)
    is_dropped = Boolean(default=False, help_text="Proposed but declined")
    done_by = ForeignKey(Staff, null=True)
    done_at = Timestamptz(null=True, default=None)
    vendor = Integer(null=True, default=None, help_text="The vendor who did it, or charged for it")
    vendor_cents = BigInt(default=0, help_text="What vendors asked for it")
    warranty_days = Integer(default=0)
    warranty_until = Date(null=True, default=None)
    item = Integer(null=True, default=None, help_text="The version of the price book's line it was taken from")
    book_cents = BigInt(null=True, default=None, help_text="Before package and discounts; none: as `price_cents`")
    book_why = JSONB(default="[]")
    package = Integer(null=True, default=None, help_text="Chosen with this package")
    package_cents = BigInt(default=0, help_text="What the package takes off")
    discount_cents = BigInt(default=0, help_text="What discounts take off")
    piecework_cents = BigInt(default=0, help_text="The jeweler's share, of the book's labor whatever was let off")


class Estimate(Table, db=DB, tablename="estimate"):
    """A frozen version of what the work on one envelope will cost."""

    id = BigSerial(primary_key=True)
    envelope = ForeignKey(Envelope, null=False)
    version = SmallInt()
    state = Varchar(length=12, default="draft")
    lines = JSONB(default="[]")
    subtotal_cents = BigInt(default=0)
    tax_cents = BigInt(default=0)
    total_cents = BigInt(default=0)
    note = Text(default="", help_text="What the bench found, in words for the customer")
    made_by = ForeignKey(Staff, null=True)
    made_at = Timestamptz(default=TimestamptzNow())
    sent_at = Timestamptz(null=True, default=None)
    expires_at = Timestamptz(null=True, default=None)
    answered_at = Timestamptz(null=True, default=None)
    how = Varchar(length=12, default="", help_text="link, phone, counter")
    answered_by = Varchar(length=120, default="", help_text="Typed or spoken name")
    signature = ForeignKey(Signature, null=True)
    staff = ForeignKey(Staff, null=True, help_text="Who wrote down a spoken answer")
    address = Varchar(length=60, default="", help_text="Network address of a page answer")
    reminded = SmallInt(default=0, help_text="How many reminders went out")
    photos = JSONB(default="[]", help_text="Ids of the photos there were when it was sent")
    spoken_number = Varchar(length=20, default="", help_text="The number called, for a spoken answer")
    said = Varchar(length=300, default="", help_text="What they said, in their words")


class Payment(Table, db=DB, tablename="payment"):
    """Money received or returned. Never a card number."""

    id = BigSerial(primary_key=True)
    ticket = ForeignKey(Ticket, null=False)
    shop = ForeignKey(Shop, null=False)
    kind = Varchar(length=10, help_text="deposit, balance, refund")
    tender = Varchar(length=10, help_text="cash, card, check, other")
    amount_cents = BigInt(help_text="Refunds are negative")
    let_off_cents = BigInt(default=0, help_text="What of a refund is not owed again")
    reference = Varchar(length=40, default="")
    brand = Varchar(length=20, default="")
    last_four = Varchar(length=4, default="")
    staff = ForeignKey(Staff, null=False)
    at = Timestamptz(default=TimestamptzNow())
    drawer_day = ForeignKey(DrawerDay, null=True, help_text="The day of the drawer it fell to")


class Event(Table, db=DB, tablename="event"):
    """Append-only: what happened, by whom, when, where. Nothing can edit or delete it."""

    id = BigSerial(primary_key=True)
    name = Varchar(length=40)
    shop = ForeignKey(Shop, null=False)
    ticket = ForeignKey(Ticket, null=True)
    envelope = ForeignKey(Envelope, null=True)
    piece = ForeignKey(Piece, null=True)
    customer = ForeignKey(Customer, null=True)
    staff = ForeignKey(Staff, null=True)
    station = Varchar(length=60, default="")
    from_stage = Varchar(length=20, default="")
    to_stage = Varchar(length=20, default="")
    data = JSONB(default="{}")
    at = Timestamptz(default=TimestamptzNow())


class Photo(Table, db=DB, tablename="photo"):
    """Evidence. What is shown is re-encoded; the hash of the camera's file is kept."""

    id = UUID(primary_key=True)
    shop = ForeignKey(Shop, null=False)
    envelope_code = Varchar(length=20, help_text="Known before the envelope row exists")
    kind = Varchar(length=12, help_text="take_in, condition, found, during, after")
    state = Varchar(length=10, default="pending", help_text="pending, stored, missing")
    key = Varchar(length=64, help_text="SHA-256 of the stored picture")
    thumb_key = Varchar(length=64)
    original_sha256 = Varchar(length=64)
    size_bytes = Integer(default=0)
    width = Integer(default=0)
    height = Integer(default=0)
    captured_at = Varchar(length=30, default="", help_text="The camera's own clock")
    angle = Varchar(length=20, default="")
    taken_by = ForeignKey(Staff, null=True)
    taken_at = Timestamptz(default=TimestamptzNow())
    removed_at = Timestamptz(null=True, default=None)
