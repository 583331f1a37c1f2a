"""What was written down about a person."""

from piccolo.columns import BigSerial, ForeignKey, Text, Timestamptz
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table

from workshop.db import DB
from workshop.record.tables.people import Customer
from workshop.record.tables.pieces import Piece
from workshop.record.tables.shop import Staff


class CustomerNote(Table, db=DB, tablename="customer_note"):
    """What somebody wrote down about a person, and about which piece, if any."""

    id = BigSerial(primary_key=True)
    customer = ForeignKey(Customer, null=False)
    piece = ForeignKey(Piece, null=True)
    staff = ForeignKey(Staff, null=True)
    text = Text()
    at = Timestamptz(default=TimestamptzNow())
    removed_at = Timestamptz(null=True, default=None)
    removed_by = ForeignKey(Staff, null=True)
