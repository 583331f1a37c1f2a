"""Notes about a person: who wrote them, when, and about which piece. They are ours; no customer reads them."""

from typing import Any

from workshop import clock
from workshop.db import fetch, transaction
from workshop.errors import Forbidden, InvalidInput, NotFound
from workshop.record.cards import refuse_card_number
from workshop.record.customers.customers import locked_customer
from workshop.record.events import Actor, record
from workshop.record.pieces.pieces import piece_of_customer
from workshop.record.tables import CustomerNote

LONGEST = 1000


async def add_note(customer: int, text: str, *, piece: int | None = None, by: Actor) -> int:
    """Write a note down, about a piece of theirs if one is named. Gives its id."""
    text = text.strip()
    if not text:
        raise InvalidInput("Write the note.", text="Write the note.")
    if len(text) > LONGEST:
        raise InvalidInput("A note is 1000 letters at most.", text="1000 letters at most.")
    refuse_card_number(text, "text")
    async with transaction():
        await locked_customer(customer)
        if piece is not None:
            await piece_of_customer(piece, customer)
        note = CustomerNote(customer=customer, piece=piece, staff=by.id or None, text=text, at=clock.now())
        await note.save()
        await record("note_added", shop=by.shop, by=by, customer=customer, piece=piece)
    note_id: int = note.id
    return note_id


async def remove_note(customer: int, note: int, *, by: Actor) -> None:
    """Take a note out of view. Only who wrote it or a manager may; it can be put back."""
    await _turn(customer, note, is_removed=True, by=by)


async def restore_note(customer: int, note: int, *, by: Actor) -> None:
    """Put a note back that was taken out of view."""
    await _turn(customer, note, is_removed=False, by=by)


async def _turn(customer: int, note: int, *, is_removed: bool, by: Actor) -> None:
    async with transaction():
        await locked_customer(customer)
        row = await CustomerNote.objects().get((CustomerNote.id == note) & (CustomerNote.customer == customer))
        if row is None:
            raise NotFound("There is no such note.")
        if not may_remove(row.staff, by):
            raise Forbidden("A note is removed by who wrote it, or by a manager. Ask one of them.")
        if (row.removed_at is not None) == is_removed:
            return
        row.removed_at = clock.now() if is_removed else None
        row.removed_by = by.id if is_removed else None
        await row.save([CustomerNote.removed_at, CustomerNote.removed_by])
        await record("note_removed" if is_removed else "note_restored", shop=by.shop, by=by, customer=customer)


def may_remove(author: int | None, by: Actor) -> bool:
    """Whether this person may take a note of that author out of view."""
    return by.is_one_of("manager", "owner") or (author is not None and author == by.id)


async def notes_of(customer: int) -> list[dict[str, Any]]:
    """The notes about a person, newest first."""
    return await fetch(
        """SELECT n.id, n.text, n.at, n.staff, s.name AS staff_name, n.piece, p.kind, p.description
           FROM customer_note n LEFT JOIN staff s ON s.id = n.staff LEFT JOIN piece p ON p.id = n.piece
           WHERE n.customer = $1 AND n.removed_at IS NULL ORDER BY n.id DESC LIMIT 50""",
        customer,
    )
