"""Pieces: one physical item each, for life, whoever owns it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_one, transaction
from workshop.errors import InvalidInput, NotFound
from workshop.record.cards import refuse_card_number
from workshop.record.customers.discreet import piece_shown_to, visit_shown_to
from workshop.record.events import Actor, record
from workshop.record.pieces.piece_lock import lock_piece, piece_by_id
from workshop.record.pieces.piece_words import COLOURS, length_in_words, metal_in_words, weight_in_words
from workshop.record.pieces.stamps import marks_in_line, write_marks
from workshop.record.pieces.stones import NewStone, stones_of, write_stones
from workshop.record.prices.prices import METALS
from workshop.record.tables import Ownership, Piece
from workshop.record.trade import BASES, KINDS, SIZES

__all__ = [
    "FACTS", "ORIGINS", "NewPiece", "NewStone", "add_piece", "change_piece", "in_words", "piece_by_id",
    "piece_of_customer", "pieces_of", "stones_of", "write_changes",
]  # fmt: skip

ORIGINS = {"bought here": "Bought here", "heirloom": "Heirloom", "elsewhere": "From elsewhere"}


@dataclass(frozen=True)
class NewPiece:
    """What the counter says of a piece it has not met. Marks are one line here: `14K, AF`."""

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
    metal_colour: str = ""
    fineness: str = ""
    fineness_basis: str = "stamped"
    maker: str = ""
    style_no: str = ""
    movement_no: str = ""
    calibre: str = ""
    water_bar: int | None = None
    warranty_until: date | None = None
    serviced_on: date | None = None
    ring_size: str = ""
    length_mm: int | None = None
    weight_mg: int | None = None
    bought_on: date | None = None


# What may be corrected later, with the words history uses for it.
FACTS = {
    "kind": "kind", "description": "description", "metal": "metal", "metal_basis": "how we know the metal",
    "metal_colour": "colour of the metal", "fineness": "fineness", "fineness_basis": "how we know the fineness",
    "serial": "serial number", "reference": "reference", "engraving": "engraving", "origin": "where from",
    "made_about": "made about", "maker": "maker", "style_no": "style number", "movement_no": "movement number",
    "calibre": "calibre", "water_bar": "water resistance", "warranty_until": "maker’s warranty",
    "serviced_on": "last service", "ring_size": "ring size", "length_mm": "length", "weight_mg": "weight",
    "bought_on": "bought on",
}  # fmt: skip
_LONGEST = {
    "description": 160, "fineness": 20, "serial": 60, "reference": 60, "engraving": 160, "maker": 60, "style_no": 60,
    "movement_no": 40, "calibre": 40,
}  # fmt: skip
_CHOICES: dict[str, tuple[Mapping[str, object], str]] = {
    "metal": (METALS, "Choose the metal."),
    "metal_basis": (BASES, f"Say on what ground: {', '.join(BASES.values())}."),
    "fineness_basis": (BASES, f"Say on what ground: {', '.join(BASES.values())}."),
    "metal_colour": (COLOURS, "Choose the colour."),
    "origin": ({"": "", **ORIGINS}, "Choose where it is from."),
    "ring_size": (dict.fromkeys(SIZES), "Choose a US size, 2 to 15."),
}


def tidy_facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts of a piece, trimmed. Raises InvalidInput naming the first that cannot be."""
    tidy = {name: value.strip() if isinstance(value, str) else value for name, value in facts.items()}
    if "kind" in tidy and tidy["kind"] not in KINDS:
        _refuse("kind", f"Choose what it is: {', '.join(word for word, _ in KINDS.values()).lower()}.")
    for name, (allowed, sentence) in _CHOICES.items():
        if name in tidy and tidy[name] not in allowed:
            _refuse(name, sentence)
    for name, longest in _LONGEST.items():
        if len(tidy.get(name, "")) > longest:
            _refuse(name, f"At most {longest} characters.")
    for name in ("description", "engraving", "maker"):
        refuse_card_number(tidy.get(name, ""), name)
    if "serial" in tidy:
        tidy["serial"] = tidy["serial"].upper()
    return tidy


def _refuse(name: str, sentence: str) -> None:
    raise InvalidInput(sentence, **{name: sentence})


async def add_piece(
    new: NewPiece, *, owner: int, by: Actor, how: str = "", given_by: int | None = None
) -> Piece:
    """Write down a piece and whose it is, inside the caller's transaction."""
    given = {one.name: getattr(new, one.name) for one in fields(new) if one.name not in ("stones", "marks")}
    piece = Piece(**tidy_facts(given), created_at=clock.now())
    await piece.save()
    await Ownership(
        piece=piece.id, customer=owner, since=new.bought_on, how=how, given_by=given_by, recorded_by=by.id,
        recorded_at=clock.now(),
    ).save()  # fmt: skip
    await write_stones(piece.id, new.stones)
    await write_marks(piece.id, marks_in_line(new.marks))
    await record("piece_added", shop=by.shop, by=by, piece=piece.id, customer=owner)
    return piece


async def change_piece(piece: int, facts: Mapping[str, Any], *, by: Actor) -> list[str]:
    """Correct facts of a piece (keys of FACTS); history keeps what was said before. Gives what changed."""
    if unknown := sorted(set(facts) - set(FACTS)):
        _refuse(unknown[0], f"There is no fact “{unknown[0]}” of a piece.")
    tidy = tidy_facts(facts)
    async with transaction():
        return await write_changes(await lock_piece(piece), tidy, by=by)


async def write_changes(before: dict[str, Any], facts: Mapping[str, Any], *, by: Actor) -> list[str]:
    """Write what differs on a locked piece, inside the caller's transaction. Gives what changed."""
    changed = [name for name, value in facts.items() if before[name] != value]
    if changed:
        columns = ", ".join(f"{name} = ${place}" for place, name in enumerate(changed, start=2))
        values = (facts[name] for name in changed)
        await fetch(f"UPDATE piece SET {columns} WHERE id = $1", before["id"], *values)  # noqa: S608 - our own names
        said = {name: [_said(name, before[name]), _said(name, facts[name])] for name in changed}
        await record("piece_changed", shop=by.shop, by=by, piece=before["id"], changes=said)
    return changed


def _said(name: str, value: Any) -> str:
    """A fact as history tells it."""
    words: dict[str, Any] = {
        "metal": lambda: METALS[value][0] if value else "", "kind": lambda: KINDS[value][0],
        "metal_basis": lambda: BASES[value], "fineness_basis": lambda: BASES[value],
        "weight_mg": lambda: weight_in_words(value), "length_mm": lambda: length_in_words(value),
        "water_bar": lambda: f"{value} bar" if value else "",
    }  # fmt: skip
    if name in words:
        return str(words[name]())
    return "" if value is None else str(value)


async def piece_of_customer(piece_id: int, customer: int) -> dict[str, Any]:
    """A known piece, if it belongs to this person or their household; a surprise only to who keeps it."""
    row = await fetch_one(
        f"""SELECT p.* FROM piece p JOIN ownership o ON o.piece = p.id AND o.until IS NULL
           JOIN customer c ON c.id = o.customer
           WHERE p.id = $1 AND (c.id = $2 OR c.household = (SELECT household FROM customer WHERE id = $2))
             AND {piece_shown_to("$2")}""",  # noqa: S608 - our own condition
        piece_id, customer,
    )  # fmt: skip
    if row is None:
        raise NotFound("That piece does not belong to this customer.")
    return row


async def pieces_of(customer: int) -> list[dict[str, Any]]:
    """Everything this person and their household own that we have met, last visit first; no surprise of another."""
    return await fetch(
        f"""SELECT p.*, (SELECT sum(count) FROM stone WHERE piece = p.id) AS stone_count,
                   v.number AS last_number, v.stage AS last_stage, v.created_at AS last_at, v.code AS last_code,
                   v.shop AS last_shop, o.customer AS owner_id, trim(c.first_name || ' ' || c.last_name) AS owner_name
            FROM ownership o JOIN customer c ON c.id = o.customer JOIN piece p ON p.id = o.piece
            LEFT JOIN LATERAL (SELECT e.number, e.stage, e.created_at, e.code, e.shop FROM envelope e
                               JOIN ticket k ON k.id = e.ticket
                               WHERE e.piece = p.id AND {visit_shown_to("$1")} ORDER BY e.id DESC LIMIT 1) v ON true
            WHERE o.until IS NULL AND (c.id = $1 OR c.household = (SELECT household FROM customer WHERE id = $1))
              AND {piece_shown_to("$1")}
            ORDER BY v.created_at DESC NULLS LAST, p.id DESC LIMIT 50""",  # noqa: S608 - our own conditions
        customer,
    )


def in_words(piece: dict[str, Any] | Piece) -> str:
    """One line on the label: `Ring, stamped 14K, “oval halo”`. Never a bare 14K unless tested."""
    row = piece if isinstance(piece, dict) else piece.to_dict()
    name = row["description"] or KINDS.get(row["kind"], ("Piece", ""))[0]
    metal = metal_in_words(row)
    if row.get("metal_colour") and row["metal_colour"] in name.lower():  # said already
        metal = metal_in_words(row | {"metal_colour": ""})
    number = f"no. {row['serial']}" if row["serial"] else ""
    return ", ".join(part for part in (name, metal, number) if part)
