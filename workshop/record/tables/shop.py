"""The shop, its people, and the devices they sign in on."""

from piccolo.columns import (
    JSONB,
    UUID,
    Array,
    BigInt,
    Boolean,
    Date,
    ForeignKey,
    Integer,
    Serial,
    SmallInt,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table

from workshop.db import DB


class Shop(Table, db=DB, tablename="shop"):
    """One store or workshop."""

    id = Serial(primary_key=True)
    code = Varchar(length=6, unique=True)
    name = Varchar(length=60)
    address = Text(default="")
    phone = Varchar(length=20, default="")
    zone = Varchar(length=40, default="America/New_York")
    state = Varchar(length=2, default="")
    currency = Varchar(length=3, default="USD")
    language = Varchar(length=5, default="en")
    hours = JSONB(default="{}", help_text='{"mon": ["10:00", "18:00"], ...}; a missing day is closed')
    closed_days = JSONB(default="[]", help_text='{"2026-12-25": "Christmas Day"}, or a plain list of days')
    policy_text = Text(default="")
    policy_version = Integer(default=1)
    insured_limit_cents = BigInt(default=0)
    manager_limit_cents = BigInt(default=1_000_000, help_text="Above it a manager approves a take-in")
    photo_minimum = SmallInt(default=2)
    photo_minimum_valuable = SmallInt(default=4, help_text="The same for a piece declared above `valuable_cents`")
    valuable_cents = BigInt(default=500_000, help_text="0: no piece needs more photos than others")
    photo_guide = JSONB(default="{}", help_text='{"ring": {"angles": [...], "minimum": 2, "valuable": 4}}: own rules')
    badge_approves = Boolean(default=False, help_text="A manager's badge approves without the PIN")
    after_photo_minimum = SmallInt(default=1)
    after_same_angles = Boolean(default=False, help_text="The gate wants every angle of take-in again")
    work_days = SmallInt(default=7, help_text="Open days from take-in to the promise date")
    rush_days = SmallInt(default=2)
    rush_per_mille = Integer(default=500)
    rush_minimum_cents = Integer(default=1500)
    rush_kind = Varchar(length=10, default="factor", help_text="factor: a share of the work; fee: one amount a visit")
    rush_fee_cents = Integer(default=2500)
    discount_limits = JSONB(
        default='{"counter": 100, "manager": 500, "owner": 1000}', help_text="Per mille a role may let off alone"
    )
    deposit_rule = Varchar(length=10, default="none", help_text="none, share, parts")
    deposit_per_mille = Integer(default=500)
    deposit_above_cents = BigInt(default=20_000)
    estimate_days = SmallInt(default=14, help_text="How long an estimate holds")
    estimate_remind_days = JSONB(default="[2, 6]", help_text="Days after sending on which the customer is reminded")
    decline_fee_cents = BigInt(default=0, help_text="For looking and reckoning, when the estimate is declined")
    collect_days = JSONB(default="[3, 7, 14, 30, 60, 90]", help_text="Days after ready on which a notice goes out")
    unclaimed_days = SmallInt(default=90, help_text="From then on a piece counts as unclaimed")
    thanks_days = SmallInt(default=3, help_text="Days after the visit on which customers are thanked; 0: never")
    letter_days = SmallInt(default=60, help_text="How long a letter gives")
    drawer_limit_cents = BigInt(default=500, help_text="A difference above it is a manager's to close")
    deposit_required = Boolean(default=False, help_text="No take-in is saved without its deposit")
    maker_may_pass = Boolean(default=False, help_text="One-person shops check their own work")
    rush_share_per_mille = Integer(default=100, help_text="Of each day's minutes, kept free for rush work")
    bench_minutes = Integer(default=360, help_text="A day of a bench jeweler for whom nothing else is set")
    due_days = SmallInt(default=1, help_text="Open days the bench is done before the promise")
    due_days_appraisal = SmallInt(default=3, help_text="The same, when an appraisal follows")
    map_url = Text(default="")
    accent = Varchar(length=7, default="", help_text="`#1f5f54`; empty: the house's own")
    logo_key = Varchar(length=64, default="")
    alarm_rules = JSONB(default="{}", help_text='{"late": {"on": true, "who": ["manager"]}}: where it is not the usual')
    stuck_days = JSONB(default="{}", help_text='{"in_queue": 5}: days in a stage, where not the usual; 0: never')
    scan_prefix = Varchar(length=8, default="", help_text="What the shop's scanners type before each code")
    scan_suffix = Varchar(length=8, default="", help_text="The same, after it and before Enter or Tab")
    share_out = Varchar(length=12, default="", help_text="least_loaded: work nobody has goes to whoever has least")
    proof_required = Boolean(default=False, help_text="No engraving before the customer approved its proof")
    weigh_out = Boolean(default=False, help_text="A piece weighed in is weighed again before the quality check")
    weight_tolerance_mg = Integer(default=50, help_text="A difference up to it needs no words")
    label_printer = Varchar(length=200, default="", help_text="Empty: the installation's, in its first shop")
    receipt_printer = Varchar(length=200, default="")
    last_number = Integer(default=10_000)
    last_transfer = Integer(default=0, help_text="The last list's number to another shop")
    last_send_out = Integer(default=0, help_text="The last packing list's number")
    uncovered_allowed = Boolean(default=False, help_text="A manager may let goods leave without a vendor's cover")


class TaxRate(Table, db=DB, tablename="tax_rate"):
    """What one class of work is taxed at, between two dates."""

    id = Serial(primary_key=True)
    shop = ForeignKey(Shop, null=False)
    tax_class = Varchar(length=20)
    rate_per_100k = Integer(help_text="8.875 % is 8875")
    valid_from = Date()
    valid_to = Date(null=True, default=None, help_text="The last day, included")
    made_by = Integer(null=True, default=None, help_text="Of staff")
    made_at = Timestamptz(null=True, default=None)


class Staff(Table, db=DB, tablename="staff"):
    """A person (or another system) who works in the shop."""

    id = Serial(primary_key=True)
    shop = ForeignKey(Shop, null=False)
    name = Varchar(length=60)
    sign_in_name = Varchar(length=40, unique=True)
    roles = Array(base_column=Varchar(length=10), default=list)
    badge_code = Varchar(length=20, unique=True)
    password_hash = Text(default="", secret=True)
    pin_hash = Text(default="", secret=True)
    skills = Array(base_column=Varchar(length=20), default=list)
    minutes_a_day = Integer(default=0, help_text="On a usual day; 0: not said")
    week_minutes = JSONB(default="{}", help_text='{"mon": 420, ...} where days differ; a missing day is free')
    alarm_email = Varchar(length=120, default="", help_text="Where their alarms are mailed; empty: nowhere")
    is_active = Boolean(default=True)
    is_system = Boolean(default=False, help_text="Acts through the API only")

    @property
    def initials(self) -> str:
        """`Noor Haddad` as `NH`."""
        return "".join(word[0] for word in self.name.split()[:3]).upper()

    @property
    def short_name(self) -> str:
        """What colleagues call this person."""
        return self.name.split()[0] if self.name else ""


class Drawer(Table, db=DB, tablename="drawer"):
    """One cash drawer."""

    id = Serial(primary_key=True)
    shop = ForeignKey(Shop, null=False)
    name = Varchar(length=40)
    printer = Varchar(length=200, default="", help_text="The receipt printer it hangs on; empty: the shop's")


class Device(Table, db=DB, tablename="device"):
    """A shared station on which people switch by PIN."""

    id = Serial(primary_key=True)
    shop = ForeignKey(Shop, null=False)
    token_hash = Varchar(length=64, unique=True, secret=True)
    name = Varchar(length=60)
    enrolled_at = Timestamptz(default=TimestamptzNow())
    enrolled_by = ForeignKey(Staff, null=True)
    pin_misses = SmallInt(default=0)
    full_sign_in_at = Timestamptz(default=TimestamptzNow())
    revoked_at = Timestamptz(null=True, default=None)
    drawer = ForeignKey(Drawer, null=True, help_text="Where cash taken here falls; none: the shop's first")


class Session(Table, db=DB, tablename="session"):
    """Somebody signed in. Only the hash of the token is kept."""

    id = Serial(primary_key=True)
    token_hash = Varchar(length=64, unique=True, secret=True)
    staff = ForeignKey(Staff, null=False)
    device = ForeignKey(Device, null=True)
    created_at = Timestamptz(default=TimestamptzNow())
    seen_at = Timestamptz(default=TimestamptzNow())
    ended_at = Timestamptz(null=True, default=None)


class AccessToken(Table, db=DB, tablename="access_token"):
    """A bearer token of the API, or the read-only token of a wall display."""

    id = Serial(primary_key=True)
    shop = ForeignKey(Shop, null=False)
    kind = Varchar(length=10, help_text="api or display")
    name = Varchar(length=60)
    token_hash = Varchar(length=64, unique=True, secret=True)
    staff = ForeignKey(Staff, null=True, help_text="Whom an API token acts as")
    view = Varchar(length=8, default="shop", help_text="What a display shows: shop, person, skill")
    view_staff = ForeignKey(Staff, null=True)
    view_skill = Varchar(length=20, default="")
    theme = Varchar(length=8, default="dark", help_text="dark, light, day: light while it is day")
    pairing_hash = Varchar(length=64, default="", secret=True, help_text="Of the code that a TV types")
    pairing_until = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=TimestamptzNow())
    revoked_at = Timestamptz(null=True, default=None)


class Attempt(Table, db=DB, tablename="attempt"):
    """Counted tries of one kind by one source, for limits that hold across processes."""

    id = Serial(primary_key=True)
    key = Varchar(length=120, unique=True)
    count = Integer(default=0)  # type: ignore[assignment]  # hides Table.count(), which we never call
    window_start = Timestamptz(default=TimestamptzNow())


class SavedAnswer(Table, db=DB, tablename="saved_answer"):
    """What was answered to an idempotency key, so that the same key answers the same."""

    id = Serial(primary_key=True)
    key = Varchar(length=100)
    actor = Varchar(length=60)
    request_hash = Varchar(length=64)
    status = SmallInt(default=0)
    body = Text(default="")
    created_at = Timestamptz(default=TimestamptzNow())


class Place(Table, db=DB, tablename="place"):
    """Where a piece can be: counter, order box, bench, finished box, safe tray."""

    id = Serial(primary_key=True)
    shop = ForeignKey(Shop, null=False)
    name = Varchar(length=40)
    kind = Varchar(length=20)
    code = Varchar(length=20, unique=True)
    staff = ForeignKey(Staff, null=True, help_text="Whose bench it is")
    retired_at = Timestamptz(null=True, default=None)


class IntakeDraft(Table, db=DB, tablename="intake_draft"):
    """A take-in being typed: every field as it stands, until it becomes a ticket."""

    id = UUID(primary_key=True)
    shop = ForeignKey(Shop, null=False)
    staff = ForeignKey(Staff, null=False)
    data = JSONB(default="{}")
    stamps = JSONB(default="{}", help_text="Field: [version, when, who]: its last typing")
    version = Integer(default=0)
    created_at = Timestamptz(default=TimestamptzNow())
    changed_at = Timestamptz(default=TimestamptzNow())
    ticket_number = Varchar(length=20, null=True, default=None)
