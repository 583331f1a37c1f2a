"""Anything said or printed, and the next visit. Each row is its own small state machine."""

from piccolo.columns import (
    JSONB,
    UUID,
    BigSerial,
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
from workshop.record.tables.people import Customer
from workshop.record.tables.pieces import Piece
from workshop.record.tables.shop import Drawer, Shop, Staff
from workshop.record.tables.tickets import Envelope, Event, Ticket


class Message(Table, db=DB, tablename="message"):
    """Something said to or by a customer."""

    id = UUID(primary_key=True)
    shop = ForeignKey(Shop, null=False)
    ticket = ForeignKey(Ticket, null=True)
    envelope = ForeignKey(Envelope, null=True)
    customer = ForeignKey(Customer, null=True)
    event = ForeignKey(Event, null=True, help_text="What caused it")
    direction = Varchar(length=3, default="out")
    channel = Varchar(length=10, default="sms")
    purpose = Varchar(length=10, default="service")
    template = Varchar(length=30, default="")
    facts = JSONB(default="{}")
    recipient = Varchar(length=120, help_text="Number or address; the sender's when inbound")
    body = Text(default="")
    state = Varchar(length=12, default="pending")
    attempts = SmallInt(default=0)
    lease_until = Timestamptz(null=True, default=None)
    not_before = Timestamptz(null=True, default=None)
    carrier_id = Varchar(length=64, default="")
    error_code = Integer(null=True, default=None)
    error = Text(default="")
    looks = SmallInt(default=0)
    next_look_at = Timestamptz(null=True, default=None)
    unknowns = SmallInt(default=0)
    created_at = Timestamptz(default=TimestamptzNow())
    sent_at = Timestamptz(null=True, default=None)
    state_at = Timestamptz(default=TimestamptzNow())
    seen_by = ForeignKey(Staff, null=True, help_text="Who took care of one that failed")
    seen_at = Timestamptz(null=True, default=None)


class DeliveryReport(Table, db=DB, tablename="delivery_report"):
    """One callback of the carrier, stored once whatever the order it came in."""

    id = BigSerial(primary_key=True)
    carrier_id = Varchar(length=64)
    status = Varchar(length=24)
    message = UUID(null=True, default=None)
    error_code = Integer(null=True, default=None)
    at = Timestamptz(default=TimestamptzNow())


class ServicePlan(Table, db=DB, tablename="service_plan"):
    """When finished work asks for a next visit."""

    id = Serial(primary_key=True)
    shop = ForeignKey(Shop, null=False)
    code = Varchar(length=20)
    name = Varchar(length=60)
    task_codes = JSONB(default="[]")
    months = SmallInt(default=6)
    is_active = Boolean(default=True)


class Reminder(Table, db=DB, tablename="reminder"):
    """The next visit of one piece under one plan."""

    id = BigSerial(primary_key=True)
    shop = ForeignKey(Shop, null=False)
    plan = ForeignKey(ServicePlan, null=False)
    piece = ForeignKey(Piece, null=False)
    customer = ForeignKey(Customer, null=False)
    ticket = ForeignKey(Ticket, null=True, help_text="The visit that made it")
    due_on = Date()
    state = Varchar(length=12, default="due", help_text="due, queued, sent, came_back, superseded")
    state_reason = Varchar(length=120, default="")
    looked_at = Timestamptz(null=True, default=None)
    message = ForeignKey(Message, null=True)
    created_at = Timestamptz(default=TimestamptzNow())


class Prompt(Table, db=DB, tablename="prompt"):
    """Something honest to mention to the customer, why, and what came of it."""

    id = BigSerial(primary_key=True)
    shop = ForeignKey(Shop, null=False)
    rule = Varchar(length=30)
    moment = Varchar(length=10, help_text="take_in or pickup")
    ticket = ForeignKey(Ticket, null=True)
    piece = ForeignKey(Piece, null=True)
    customer = ForeignKey(Customer, null=True)
    reason = Text()
    words = Text()
    state = Varchar(length=10, default="shown", help_text="shown, accepted, dismissed, later")
    answered_by = ForeignKey(Staff, null=True)
    answered_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=TimestamptzNow())


class PrintJob(Table, db=DB, tablename="print_job"):
    """One document on its way to one printer."""

    id = UUID(primary_key=True)
    shop = ForeignKey(Shop, null=False)
    document = Varchar(length=12, help_text="label, claim_check, receipt")
    printer = Varchar(length=10, help_text="label or receipt")
    drawer = ForeignKey(Drawer, null=True, help_text="Of the station it was asked for at")
    ticket = ForeignKey(Ticket, null=False)
    envelope = ForeignKey(Envelope, null=True)
    copy_no = SmallInt(default=0)
    state = Varchar(length=10, default="queued")
    error = Text(default="")
    attempts = SmallInt(default=0)
    lease_until = Timestamptz(null=True, default=None)
    asked_by = ForeignKey(Staff, null=True)
    created_at = Timestamptz(default=TimestamptzNow())
    state_at = Timestamptz(default=TimestamptzNow())
