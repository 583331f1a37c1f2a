"""Pieces: one physical item each, for life, whoever owns it."""

from dataclasses import dataclass, field
from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_one
from workshop.errors import InvalidInput, NotFound
from workshop.record.events import Actor, record
from workshop.record.tables import Ownership, Piece, Stone
from workshop.record.trade import BASES, KINDS


@dataclass(frozen=True)
class NewStone:
    """A stone or a group of like stones, and the ground for saying so."""

    identity: str
    count: int = 1
    nature: str = ""
    shape: str = ""
    position: str = ""
    basis: str = "appears"
    report_no: str = ""


@dataclass(frozen=True)
class NewPiece:
    """What the counter says of a piece it has not met."""

    kind: str
    description: str = ""
    metal: str = ""
    metal_basis: str = "appears"
    marks: str = ""
    serial: str = ""
    reference: str = ""
    engraving: str = ""
    origin: str = ""
    made_about: int | None = None
    stones: list[NewStone] = field(default_factory=list)


async def add_piece(new: NewPiece, *, owner: int, by: Actor) -> Piece:
    """Write down a piece and whose it is, inside the caller's transaction."""
    if new.kind not in KINDS:
        sentence = f"Choose what it is: {', '.join(word for word, _ in KINDS.values()).lower()}."
        raise InvalidInput(sentence, kind=sentence)
    _check_bases(new)
    piece = Piece(
        kind=new.kind, description=new.description.strip(), metal=new.metal, metal_basis=new.metal_basis,
        marks=new.marks.strip(), serial=new.serial.strip().upper(), reference=new.reference.strip(),
        engraving=new.engraving.strip(), origin=new.origin, made_about=new.made_about,
        created_at=clock.now(),
    )  # fmt: skip
    await piece.save()
    await Ownership(piece=piece.id, customer=owner).save()
    for stone in new.stones:
        await Stone(
            piece=piece.id, count=stone.count, identity=stone.identity, nature=stone.nature,
            shape=stone.shape, position=stone.position, basis=stone.basis, report_no=stone.report_no,
        ).save()  # fmt: skip
    await record("piece_added", shop=by.shop, by=by, piece=piece.id, customer=owner)
    return piece


def _check_bases(new: NewPiece) -> None:
    for basis in [new.metal_basis, *(stone.basis for stone in new.stones)]:
        if basis not in BASES:
            sentence = f"Say on what ground: {', '.join(BASES.values())}."
            raise InvalidInput(sentence, basis=sentence)
    for stone in new.stones:
        if not 0 < stone.count <= 500:
            raise InvalidInput("Count the stones, 1 to 500.", stones="Count the stones, 1 to 500.")
        if not stone.identity.strip():
            raise InvalidInput("Say what stone it is.", stones="Say what stone it is, or “not known”.")


async def piece_of_customer(piece_id: int, customer: int) -> dict[str, Any]:
    """A known piece, if it belongs to this person or their household."""
    row = await fetch_one(
        """SELECT p.* FROM piece p JOIN ownership o ON o.piece = p.id AND o.until IS NULL
           JOIN customer c ON c.id = o.customer
           WHERE p.id = $1 AND (c.id = $2 OR c.household = (SELECT household FROM customer WHERE id = $2))""",
        piece_id, customer,
    )  # fmt: skip
    if row is None:
        raise NotFound("That piece does not belong to this customer.")
    return row


async def pieces_of(customer: int) -> list[dict[str, Any]]:
    """Everything this person and their household own that we have met, last visit first."""
    return await fetch(
        """SELECT p.*, (SELECT sum(count) FROM stone WHERE piece = p.id) AS stone_count,
                  v.number AS last_number, v.stage AS last_stage, v.created_at AS last_at, v.code AS last_code,
                  o.customer AS owner_id
           FROM ownership o JOIN customer c ON c.id = o.customer JOIN piece p ON p.id = o.piece
           LEFT JOIN LATERAL (SELECT number, stage, created_at, code FROM envelope
                              WHERE piece = p.id ORDER BY id DESC LIMIT 1) v ON true
           WHERE o.until IS NULL AND (c.id = $1 OR c.household = (SELECT household FROM customer WHERE id = $1))
           ORDER BY v.created_at DESC NULLS LAST, p.id DESC LIMIT 50""",
        customer,
    )


async def stones_of(piece: int) -> list[dict[str, Any]]:
    """The stones of a piece with their grounds."""
    return await fetch("SELECT * FROM stone WHERE piece = $1 ORDER BY id", piece)


_NOUNS = {"silver": "silver", "10k": "10K", "14k": "14K", "18k": "18K", "platinum": "platinum", "steel": "steel"}


def in_words(piece: dict[str, Any] | Piece) -> str:
    """One line on the label: `Ring, stamped 14K, “oval halo”`. Never a bare 14K unless tested."""
    row = piece if isinstance(piece, dict) else piece.to_dict()
    parts = [row["description"] or KINDS.get(row["kind"], ("Piece", ""))[0]]
    if metal := _NOUNS.get(row["metal"]):
        ground = {"tested": "tests", "stamped": "stamped", "report": "per report"}.get(row["metal_basis"])
        parts.append(f"{ground} {metal}" if ground else f"{metal} ({BASES[row['metal_basis']]})")
    if row["serial"]:
        parts.append(f"no. {row['serial']}")
    return ", ".join(parts)
