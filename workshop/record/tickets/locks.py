"""Tickets and envelopes, held until the transaction ends: a ticket before its envelopes, envelopes in one order.

Whoever holds several rows takes them in the order of their ids, so that two who need the same never wait for each
other for ever: a pickup and the evening's count, say.
"""

from collections.abc import Collection
from typing import Any

from workshop.db import fetch, fetch_one
from workshop.errors import Conflict, NotFound
from workshop.record.tables import Envelope

COLUMNS = frozenset(column._meta.name for column in Envelope._meta.columns)


async def lock_ticket(ticket: int) -> None:
    """Hold a ticket until the transaction ends: before its envelopes, never after them.

    NO KEY UPDATE, because whoever holds one of its envelopes and writes history about it refers to
    the ticket; a full lock would let the two wait for each other for ever.
    """
    await fetch("SELECT id FROM ticket WHERE id = $1 FOR NO KEY UPDATE", ticket)


async def locked(code: str, *, shop: int) -> Envelope:
    """The envelope of a code (or a printed number) of this shop, held until the transaction ends."""
    return (await all_locked([code], shop=shop))[0]


async def all_locked(codes: Collection[str], *, shop: int) -> list[Envelope]:
    """The envelopes of these codes (or printed numbers), taken and given in the order of their ids, each once.

    Raises NotFound or Conflict for the first that is not in this shop.
    """
    wanted = list(dict.fromkeys(code.upper() for code in codes))
    rows = await fetch(
        """SELECT * FROM envelope WHERE (code = ANY($1::varchar[]) OR number = ANY($1::varchar[])) AND shop = $2
           ORDER BY id FOR UPDATE""",
        wanted, shop,
    )  # fmt: skip
    known = {name for row in rows for name in (row["code"], row["number"])}
    for code in wanted:
        if code not in known:
            raise await not_here(code, shop)
    return [envelope_from(row) for row in rows]


async def envelope_of_id(envelope: int, *, shop: int) -> Envelope:
    """An envelope of this shop by its id, held until the transaction ends."""
    row = await fetch_one("SELECT * FROM envelope WHERE id = $1 AND shop = $2 FOR UPDATE", envelope, shop)
    if row is None:
        raise NotFound("That is not on any envelope of this shop.")
    return envelope_from(row)


async def envelope_spoken_of(envelope: int, *, shop: int) -> Envelope:
    """An envelope this shop holds, or one of its own tickets that another shop holds, held until the transaction ends.

    For what a customer says of a piece: they speak to the shop that took it in, wherever it lies.
    """
    row = await fetch_one(
        """SELECT v.* FROM envelope v JOIN ticket k ON k.id = v.ticket
           WHERE v.id = $1 AND (v.shop = $2 OR k.shop = $2) FOR UPDATE OF v""",
        envelope, shop,
    )  # fmt: skip
    if row is None:
        raise NotFound("That is not on any envelope of this shop.")
    return envelope_from(row)


async def not_here(code: str, shop: int) -> NotFound | Conflict:
    """Why an envelope cannot be had: another shop holds what is ours, or nobody knows the code."""
    held = await fetch_one(
        """SELECT v.number, h.name FROM envelope v JOIN ticket k ON k.id = v.ticket JOIN shop h ON h.id = v.shop
           WHERE (v.code = $1 OR v.number = $1) AND k.shop = $2""",
        code.upper(), shop,
    )  # fmt: skip
    if held is not None:
        return Conflict(f"{held['number']} is at {held['name']} now. They work on it; have it sent back first.")
    return NotFound("No envelope of this shop has that code. Scan it again, or search by ticket number.")


def envelope_from(row: dict[str, Any]) -> Envelope:
    """A row as the envelope it is. A column of a newer version is left alone: while a shop is updated, both run."""
    envelope = Envelope(**{name: value for name, value in row.items() if name in COLUMNS})
    envelope._exists_in_db = True
    return envelope
