"""Who may collect a piece whenever it is here: a standing word of its owner, ended by the owner or with their time."""

from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_one, transaction
from workshop.errors import InvalidInput, NotFound
from workshop.record.cards import refuse_card_number
from workshop.record.customers.customers import customer_by_id
from workshop.record.events import Actor, record
from workshop.record.pieces.piece_lock import lock_piece
from workshop.record.tables import PieceCollector

HOW_SAID = {"counter": "In person", "phone": "By phone", "letter": "In writing"}


async def standing_collectors(piece: int) -> list[dict[str, Any]]:
    """Who may collect this piece now, with when and how the owner said so."""
    return await fetch(
        """SELECT c.*, s.name AS staff_name FROM piece_collector c LEFT JOIN staff s ON s.id = c.staff
           WHERE c.piece = $1 AND c.ended_at IS NULL ORDER BY c.id""",
        piece,
    )


async def allow_collector(
    piece: int, name: str, *, how: str, by: Actor, customer: int | None = None
) -> int:
    """At the owner's word this person may collect the piece, this time and later. Gives the row's id."""
    async with transaction():
        await lock_piece(piece)
        if customer is not None:
            name = (await customer_by_id(customer)).full_name
        name = " ".join(name.split())
        _check(name, how)
        for one in await standing_collectors(piece):
            if one["name"].casefold() == name.casefold():
                return int(one["id"])
        owner = await fetch_one("SELECT customer FROM ownership WHERE piece = $1 AND until IS NULL", piece)
        row = PieceCollector(
            piece=piece, customer=customer, name=name, said_by=owner["customer"] if owner else None, how=how,
            staff=by.id, added_at=clock.now(),
        )  # fmt: skip
        await row.save()
        await record("collector_allowed", shop=by.shop, by=by, piece=piece, who=name, how=how)
    return int(row.id)


def _check(name: str, how: str) -> None:
    if not 2 <= len(name) <= 120:
        raise InvalidInput("Write the name.", name="Write the name.")
    if how not in HOW_SAID:
        raise InvalidInput("How did the owner say so?", how="Choose how the owner said so.")
    refuse_card_number(name, "name")


async def end_collector(piece: int, collector: int, *, by: Actor) -> None:
    """The owner takes the word back."""
    async with transaction():
        await lock_piece(piece)
        row = await fetch_one(
            """UPDATE piece_collector SET ended_at = $3 WHERE id = $1 AND piece = $2 AND ended_at IS NULL
               RETURNING name""",
            collector, piece, clock.now(),
        )  # fmt: skip
        if row is None:
            raise NotFound("That person is not on the list any more.")
        await record("collector_ended", shop=by.shop, by=by, piece=piece, who=row["name"])


async def end_standing_word(piece: int) -> None:
    """All of it, inside the caller's transaction: the piece has a new owner."""
    await fetch("UPDATE piece_collector SET ended_at = $2 WHERE piece = $1 AND ended_at IS NULL", piece, clock.now())


async def collectors_on(ticket: int) -> dict[str, set[int]]:
    """Who may collect which pieces still here on a ticket, by name. Of a surprise nobody is told."""
    rows = await fetch(
        """SELECT min(c.name) AS name, array_agg(DISTINCT c.piece) AS pieces
           FROM envelope v JOIN ticket k ON k.id = v.ticket JOIN piece p ON p.id = v.piece
           JOIN piece_collector c ON c.piece = v.piece AND c.ended_at IS NULL
           WHERE v.ticket = $1 AND v.stage <> 'picked_up' AND NOT k.is_discreet AND NOT p.is_discreet
           GROUP BY lower(c.name) ORDER BY 1""",
        ticket,
    )
    return {row["name"]: set(row["pieces"]) for row in rows}
