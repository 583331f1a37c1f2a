"""Whose a piece is and was: the heirloom line, who wears it, and that it may be a surprise."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_one, transaction
from workshop.errors import InvalidInput, NotFound
from workshop.record.cards import refuse_card_number
from workshop.record.customers.customers import customer_by_id
from workshop.record.events import Actor, record
from workshop.record.pieces.piece_collectors import end_standing_word
from workshop.record.pieces.piece_lock import lock_piece
from workshop.record.shop.shops import shop_of
from workshop.record.tables import Ownership

HOW = {
    "bought": "Bought here", "gift": "Gift", "inherited": "Inherited", "elsewhere": "Bought elsewhere",
    "returned": "Given back", "other": "Another way",
}  # fmt: skip
_LINE = {
    "bought": "bought here by", "gift": "gift to", "inherited": "inherited by", "elsewhere": "bought elsewhere by",
    "returned": "given back to", "other": "passed to",
}  # fmt: skip


@dataclass(frozen=True)
class Handing:
    """A piece passing to its next owner."""

    to: int
    how: str
    on: date | None = None  # today, if not told
    given_by: int | None = None
    note: str = ""


def came_by(how: str) -> str:
    """`inherited by`, before the owner's name; the owner we first met it with is just that."""
    return _LINE.get(how, "first seen with")


async def owners_of(piece: int) -> list[dict[str, Any]]:
    """The line of owners, newest first, each with who gave it and who wrote it down."""
    return await fetch(
        """SELECT o.*, trim(c.first_name || ' ' || c.last_name) AS name, c.household,
                  trim(g.first_name || ' ' || g.last_name) AS given_by_name, s.name AS staff_name
           FROM ownership o JOIN customer c ON c.id = o.customer LEFT JOIN customer g ON g.id = o.given_by
           LEFT JOIN staff s ON s.id = o.recorded_by
           WHERE o.piece = $1 ORDER BY (o.until IS NULL) DESC, o.id DESC LIMIT 30""",
        piece,
    )


async def owner_of(piece: int) -> dict[str, Any]:
    """The open row of the line."""
    row = await fetch_one("SELECT * FROM ownership WHERE piece = $1 AND until IS NULL", piece)
    if row is None:
        raise NotFound("Nobody is written down as this piece's owner.")
    return row


async def give_piece(piece: int, handing: Handing, *, by: Actor) -> None:
    """Pass a piece to its next owner. What the owner before allowed ends with their time.

    Nothing of one owner is written into the history of the other.
    """
    _check(handing)
    async with transaction():
        await lock_piece(piece)
        today = clock.today((await shop_of(by.shop)).zone)
        day, last = handing.on or today, await owner_of(piece)
        _check_day(day, last, today)
        await customer_by_id(handing.to)
        if handing.given_by is not None:
            await customer_by_id(handing.given_by)
        if last["customer"] == handing.to:
            raise InvalidInput("It is theirs already.", to="It is theirs already.")
        await fetch("UPDATE ownership SET until = $2 WHERE id = $1", last["id"], day)
        await Ownership(
            piece=piece, customer=handing.to, since=day, how=handing.how, given_by=handing.given_by,
            note=handing.note.strip(), recorded_by=by.id, recorded_at=clock.now(),
        ).save()  # fmt: skip
        # Handed over, a surprise is none any more; and care is offered to whoever has the piece now.
        await fetch("UPDATE piece SET wearer = NULL, is_discreet = false WHERE id = $1", piece)
        await end_standing_word(piece)
        await fetch("UPDATE reminder SET customer = $2 WHERE piece = $1 AND state = 'due'", piece, handing.to)
        for customer, name in ((last["customer"], "piece_left"), (handing.to, "piece_passed_on")):
            await record(name, shop=by.shop, by=by, piece=piece, customer=customer, how=handing.how, on=day.isoformat())


def _check(handing: Handing) -> None:
    if handing.how not in HOW:
        raise InvalidInput("How did it pass to them?", how="Choose how it passed to them.")
    if len(handing.note.strip()) > 120:
        raise InvalidInput("At most 120 characters.", note="At most 120 characters.")
    refuse_card_number(handing.note, "note")


def _check_day(day: date, last: dict[str, Any], today: date) -> None:
    if day > today:
        raise InvalidInput("That day is still to come.", on="Choose today or an earlier day.")
    if last["since"] and day < last["since"]:
        sentence = f"The owner before has had it since {last['since']:%d %b %Y}. Choose a later day."
        raise InvalidInput(sentence, on=sentence)


async def set_wearer(piece: int, wearer: int | None, *, by: Actor) -> None:
    """Who wears it, when that is not the owner; their allergies count at the bench."""
    async with transaction():
        before = await lock_piece(piece)
        if wearer is not None:
            await customer_by_id(wearer)
        if before["wearer"] != wearer:
            await fetch("UPDATE piece SET wearer = $2 WHERE id = $1", piece, wearer)
            await record("wearer_changed", shop=by.shop, by=by, piece=piece, customer=wearer, told=wearer is not None)


async def keep_secret(piece: int, is_discreet: bool, *, by: Actor) -> None:
    """Mark a piece as a surprise, or no longer one."""
    async with transaction():
        before = await lock_piece(piece)
        if before["is_discreet"] != is_discreet:
            await fetch("UPDATE piece SET is_discreet = $2 WHERE id = $1", piece, is_discreet)
            await record("piece_kept_secret" if is_discreet else "piece_told", shop=by.shop, by=by, piece=piece)
