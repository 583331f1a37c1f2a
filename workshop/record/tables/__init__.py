"""Columns and short pure properties only. Every table of the record, by its name."""

from workshop.record.tables.alarms import Alarm, AlarmMail, BulkAct, BulkItem
from workshop.record.tables.approvals import Approval
from workshop.record.tables.chain import ChainCheck, EventChain, EventLink, EventSeal
from workshop.record.tables.collecting import CollectionNotice, PickupCode
from workshop.record.tables.counts import NightCount, NightLine, NightScan
from workshop.record.tables.custody import Custody
from workshop.record.tables.drawers import CashMove, DrawerDay, DrawerKick
from workshop.record.tables.load import DayOff, ShopLogo
from workshop.record.tables.lookup import KnownName, NameKey
from workshop.record.tables.merging import CustomerMerge, CustomerPair, DuplicateLook
from workshop.record.tables.notes import CustomerNote
from workshop.record.tables.notices import (
    DeliveryReport,
    Message,
    PrintJob,
    Prompt,
    Reminder,
    ServicePlan,
)
from workshop.record.tables.people import Consent, Customer, EmailAddress, Household, Phone, Relation, RingSize, Tag
from workshop.record.tables.pieces import (
    Appraisal,
    Ownership,
    Piece,
    PieceCollector,
    PieceMark,
    PriceItem,
    Stone,
)
from workshop.record.tables.prices import Discount, PricePackage, TaskDiscount
from workshop.record.tables.quality import QualityAnswer, QualityCheck, QualityList
from workshop.record.tables.sales import Sale, SaleAssociate, SaleLine, Wish
from workshop.record.tables.scans import HandoverAsk, Scan
from workshop.record.tables.shop import (
    AccessToken,
    Attempt,
    Device,
    Drawer,
    IntakeDraft,
    Place,
    SavedAnswer,
    Session,
    Shop,
    Staff,
    TaxRate,
)
from workshop.record.tables.tickets import (
    Envelope,
    Estimate,
    Event,
    Payment,
    Photo,
    Signature,
    Task,
    Ticket,
)
from workshop.record.tables.transfers import Transfer, TransferPiece
from workshop.record.tables.vendors import SendOut, SendOutPiece, Vendor, VendorCover
from workshop.record.tables.work import EngravingProof, ReturnBag, UsedPart, WatchCheck, Weighing, WorkSpan

ALL = [
    Shop, TaxRate, Staff, Device, Session, AccessToken, Attempt, SavedAnswer, Place, Household,
    Customer, Phone, Consent, Piece, Ownership, Stone, PriceItem, Signature, Ticket, Envelope, Task,
    Estimate, Payment, Event, Photo, IntakeDraft, Message, DeliveryReport, ServicePlan, Reminder,
    Prompt, PrintJob, PieceMark, PieceCollector, Appraisal, Sale, SaleLine, SaleAssociate, Wish, PricePackage,
    Discount, TaskDiscount,
    DayOff, ShopLogo, NameKey, KnownName,
    CustomerMerge, CustomerPair, DuplicateLook,
    Approval,
    Drawer, DrawerDay, CashMove, DrawerKick, CollectionNotice, PickupCode,
    Custody, NightCount, NightScan, NightLine,
    Vendor, VendorCover, SendOut, SendOutPiece, Transfer, TransferPiece,
    Scan, HandoverAsk,
    EmailAddress, RingSize, Relation, Tag, CustomerNote,
    Alarm, AlarmMail, BulkAct, BulkItem,
    EventSeal, EventLink, EventChain, ChainCheck,
    QualityList, QualityCheck, QualityAnswer,
    WorkSpan, UsedPart, Weighing, ReturnBag, WatchCheck, EngravingProof,
]  # fmt: skip

__all__ = [
    "ALL",
    "AccessToken",
    "Alarm",
    "AlarmMail",
    "Appraisal",
    "Approval",
    "Attempt",
    "BulkAct",
    "BulkItem",
    "CashMove",
    "ChainCheck",
    "CollectionNotice",
    "Consent",
    "Custody",
    "Customer",
    "CustomerMerge",
    "CustomerNote",
    "CustomerPair",
    "DayOff",
    "DeliveryReport",
    "Device",
    "Discount",
    "Drawer",
    "DrawerDay",
    "DrawerKick",
    "DuplicateLook",
    "EmailAddress",
    "EngravingProof",
    "Envelope",
    "Estimate",
    "Event",
    "EventChain",
    "EventLink",
    "EventSeal",
    "HandoverAsk",
    "Household",
    "IntakeDraft",
    "KnownName",
    "Message",
    "NameKey",
    "NightCount",
    "NightLine",
    "NightScan",
    "Ownership",
    "Payment",
    "Phone",
    "Photo",
    "PickupCode",
    "Piece",
    "PieceCollector",
    "PieceMark",
    "Place",
    "PriceItem",
    "PricePackage",
    "PrintJob",
    "Prompt",
    "QualityAnswer",
    "QualityCheck",
    "QualityList",
    "Relation",
    "Reminder",
    "ReturnBag",
    "RingSize",
    "Sale",
    "SaleAssociate",
    "SaleLine",
    "SavedAnswer",
    "Scan",
    "SendOut",
    "SendOutPiece",
    "ServicePlan",
    "Session",
    "Shop",
    "ShopLogo",
    "Signature",
    "Staff",
    "Stone",
    "Tag",
    "Task",
    "TaskDiscount",
    "TaxRate",
    "Ticket",
    "Transfer",
    "TransferPiece",
    "UsedPart",
    "Vendor",
    "VendorCover",
    "WatchCheck",
    "Weighing",
    "Wish",
    "WorkSpan",
]  # fmt: skip
