"""What proves history: the seal of each event, its link to the one before, and every proof that was made."""

from piccolo.columns import JSONB, BigInt, BigSerial, Boolean, ForeignKey, Integer, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table

from workshop.db import DB
from workshop.record.tables.shop import Shop, Staff


class EventSeal(Table, db=DB, tablename="event_seal"):
    """The program's mark on one event, made in the transaction that wrote it."""

    event = BigInt(primary_key=True)
    mac = Varchar(length=64)


class EventLink(Table, db=DB, tablename="event_link"):
    """One event's place in its shop's chain. It stays where the event is gone."""

    event = BigInt(primary_key=True)
    shop = Integer()
    place = BigInt()
    hash = Varchar(length=64)


class EventChain(Table, db=DB, tablename="event_chain"):
    """Where a shop's chain ends, under the program's key."""

    shop = Integer(primary_key=True)
    place = BigInt()
    hash = Varchar(length=64)
    sealed_after = BigInt(help_text="Events up to this id are older than seals")
    mac = Varchar(length=64)
    at = Timestamptz(default=TimestamptzNow())


class ChainCheck(Table, db=DB, tablename="chain_check"):
    """One proof of a shop's history, and what it found."""

    id = BigSerial(primary_key=True)
    shop = ForeignKey(Shop, null=False)
    at = Timestamptz(default=TimestamptzNow())
    staff = ForeignKey(Staff, null=True, help_text="Who asked for it; none: the night")
    links = BigInt(default=0)
    checks = BigInt(default=0, help_text="Passed quality checks whose evidence was compared")
    head = Varchar(length=64)
    is_whole = Boolean(default=False)
    faults = JSONB(default="[]", help_text="[{event, place, what, words}]")
    walked_from = BigInt(default=0, help_text="Links up to here were proved before, not walked again; 0: all were")
