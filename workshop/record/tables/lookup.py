"""What search looks through: kept beside customers by the database itself, never written by a verb."""

from piccolo.columns import BigInt, BigSerial, Integer, Text, Timestamptz
from piccolo.table import Table

from workshop.db import DB


class NameKey(Table, db=DB, tablename="name_key"):
    """One way to begin saying a customer's name, folded; and where and when they last brought something."""

    id = BigSerial(primary_key=True)
    customer = BigInt()
    last = Text()
    first = Text()
    shop = Integer(null=True)
    seen_at = Timestamptz(null=True)


class KnownName(Table, db=DB, tablename="known_name"):
    """A first or last name somebody has, to find those that are nearly it."""

    name = Text(primary_key=True)
