"""What a customer would love to have, noted in one tap and closed in one."""

from dataclasses import dataclass
from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_one, transaction
from workshop.errors import InvalidInput, NotFound
from workshop.record.cards import refuse_card_number
from workshop.record.customers.customers import customer_by_id
from workshop.record.events import Actor, record
from workshop.record.pieces.piece_lock import piece_by_id
from workshop.record.tables import Wish

STATES = {"open": "Wished for", "bought": "Bought", "done": "Not any more"}


@dataclass(frozen=True)
class NewWish:
    """A wish in words, or a style number, or a piece like one we know. `price_cents` as it was told then."""

    words: str = ""
    style_no: str = ""
    piece: int | None = None
    price_cents: int | None = None


async def note_wish(customer: int, new: NewWish, *, by: Actor) -> int:
    """Put a wish on a customer's list. Gives its id."""
    words, style_no = new.words.strip(), new.style_no.strip()
    if not (words or style_no or new.piece):
        raise InvalidInput("What do they wish for?", words="Write what they wish for, or its style number.")
    for name, value, longest in (("words", words, 160), ("style_no", style_no, 60)):
        refuse_card_number(value, name)
        if len(value) > longest:
            raise InvalidInput(f"At most {longest} characters.", **{name: f"At most {longest} characters."})
    async with transaction():
        await customer_by_id(customer)
        if new.piece is not None:
            await piece_by_id(new.piece)
        wish = Wish(
            customer=customer, shop=by.shop, piece=new.piece, style_no=style_no, words=words,
            price_cents=new.price_cents, noted_by=by.id, noted_at=clock.now(),
        )  # fmt: skip
        await wish.save()
        await record("wish_noted", shop=by.shop, by=by, customer=customer, wish=words or style_no)
    return int(wish.id)


async def close_wish(wish: int, state: str, *, by: Actor, customer: int | None = None) -> dict[str, Any]:
    """A wish was bought, is no longer one, or (`open`) was closed by mistake. Gives the row."""
    if state not in STATES:
        raise InvalidInput("Bought, or not wanted any more?", state="Choose what became of it.")
    async with transaction():
        row = await fetch_one("SELECT * FROM wish WHERE id = $1 FOR UPDATE", wish)
        if row is None or customer not in (None, row["customer"]):
            raise NotFound("That wish is not on the list.")
        if row["state"] != state:
            await settle(wish, state)
            await record(
                f"wish_{state}", shop=by.shop, by=by, customer=row["customer"],
                wish=row["words"] or row["style_no"],
            )  # fmt: skip
    return row | {"state": state}


async def settle(wish: int, state: str, sale: int | None = None) -> None:
    """Close a wish (or open it again) inside the caller's transaction."""
    await fetch(
        "UPDATE wish SET state = $2, closed_at = $3, sale = $4 WHERE id = $1",
        wish, state, None if state == "open" else clock.now(), sale,
    )  # fmt: skip


async def wishes_of(customer: int, *, state: str = "") -> list[dict[str, Any]]:
    """A customer's wishes, open ones first, then newest first."""
    return await fetch(
        """SELECT w.*, s.name AS noted_by_name, p.kind, p.description FROM wish w
           LEFT JOIN staff s ON s.id = w.noted_by LEFT JOIN piece p ON p.id = w.piece
           WHERE w.customer = $1 AND ($2 = '' OR w.state = $2)
           ORDER BY (w.state <> 'open'), w.id DESC LIMIT 60""",
        customer, state,
    )  # fmt: skip
