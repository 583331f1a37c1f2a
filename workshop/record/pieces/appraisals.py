"""Papers: what somebody said a piece is worth, when, and for what purpose. Never told to the bench."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_one, transaction
from workshop.errors import InvalidInput, NotFound
from workshop.record.cards import refuse_card_number
from workshop.record.events import Actor, record
from workshop.record.pieces.piece_lock import lock_piece
from workshop.record.shop.shops import shop_of
from workshop.record.tables import Appraisal

PURPOSES = {
    "insurance": "Insurance replacement", "estate": "Estate", "fair market": "Fair market value",
    "resale": "Resale", "damage": "Damage report", "other": "Other",
}  # fmt: skip
MOST_CENTS = 1_000_000_000_00


@dataclass(frozen=True)
class NewAppraisal:
    """An appraisal as its paper says. `value_cents` in the shop's currency."""

    appraised_on: date
    appraiser: str
    value_cents: int
    purpose: str = "insurance"
    note: str = ""


def album_of(appraisal: int) -> str:
    """Where the scans of its paper are kept among the photos."""
    return f"appraisal-{appraisal}"


async def add_appraisal(piece: int, new: NewAppraisal, *, by: Actor) -> int:
    """Write down an appraisal; the newest day is the piece's. Gives its id, under which scans are kept."""
    async with transaction():
        await lock_piece(piece)
        _check(new, clock.today((await shop_of(by.shop)).zone))
        appraisal = Appraisal(
            piece=piece, shop=by.shop, appraised_on=new.appraised_on, appraiser=new.appraiser.strip(),
            value_cents=new.value_cents, purpose=new.purpose, note=new.note.strip(), staff=by.id,
            created_at=clock.now(),
        )  # fmt: skip
        await appraisal.save()
        await fetch(
            "UPDATE piece SET appraised_on = GREATEST(COALESCE(appraised_on, $2), $2) WHERE id = $1",
            piece, new.appraised_on,
        )  # fmt: skip
        await record(
            "appraised", shop=by.shop, by=by, piece=piece, on=new.appraised_on.isoformat(), purpose=new.purpose
        )
    return int(appraisal.id)


def _check(new: NewAppraisal, today: date) -> None:
    wrong = {
        "appraised_on": ("That day is still to come.", new.appraised_on > today),
        "appraiser": ("Who appraised it?", not 2 <= len(new.appraiser.strip()) <= 80),
        "value": ("Write the value.", not 0 < new.value_cents <= MOST_CENTS),
        "purpose": ("Choose what it is for.", new.purpose not in PURPOSES),
        "note": ("At most 160 characters.", len(new.note.strip()) > 160),
    }
    for field, (sentence, is_wrong) in wrong.items():
        if is_wrong:
            raise InvalidInput(sentence, **{field: sentence})
    refuse_card_number(new.note, "note")


async def appraisals_of(piece: int, *, shop: int) -> list[dict[str, Any]]:
    """The appraisals of a piece, newest first. Of another shop's we say that it was, not the value or the note."""
    rows = await fetch(
        """SELECT a.*, s.name AS shop_name, a.shop = $2 AS is_ours,
                  ARRAY(SELECT f.id FROM photo f WHERE f.envelope_code = 'appraisal-' || a.id AND f.shop = $2
                        AND f.removed_at IS NULL ORDER BY f.taken_at, f.id) AS scans
           FROM appraisal a JOIN shop s ON s.id = a.shop
           WHERE a.piece = $1 ORDER BY a.appraised_on DESC, a.id DESC LIMIT 40""",
        piece, shop,
    )  # fmt: skip
    for row in rows:
        if not row["is_ours"]:
            row |= {"value_cents": None, "note": "", "appraiser": ""}
    return rows


async def appraisal_on(piece: int, appraisal: int, *, shop: int) -> dict[str, Any]:
    """One appraisal that this shop wrote down, or NotFound."""
    row = await fetch_one(
        "SELECT * FROM appraisal WHERE id = $1 AND piece = $2 AND shop = $3", appraisal, piece, shop
    )
    if row is None:
        raise NotFound("There is no such appraisal in this shop.")
    return row
