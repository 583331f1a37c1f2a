"""The stones of a piece, row by row, and on what ground we say what each is."""

from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from typing import Any

from workshop.db import fetch, fetch_one, transaction
from workshop.errors import InvalidInput, NotFound
from workshop.record.events import Actor, record
from workshop.record.pieces.piece_lock import lock_piece
from workshop.record.pieces.piece_words import INSCRIPTIONS, NATURES, stone_in_words
from workshop.record.tables import Stone
from workshop.record.trade import BASES

LONGEST = {
    "identity": 40, "shape": 20, "position": 40, "report_no": 40, "laboratory": 30, "colour": 30, "clarity": 12,
}  # fmt: skip

LARGEST = {"size_mm": (200, "mm"), "width_mm": (200, "mm"), "carat": (3200, "ct")}


@dataclass(frozen=True)
class NewStone:
    """A stone or a group of like stones, and the ground for saying so."""

    identity: str
    count: int = 1
    nature: str = "not tested"
    shape: str = ""
    position: str = ""
    basis: str = "appears"
    report_no: str = ""
    laboratory: str = ""
    size_mm: Decimal | None = None
    width_mm: Decimal | None = None
    carat: Decimal | None = None
    colour: str = ""
    clarity: str = ""
    inscription: str = "not looked"


def tidy_stone(new: NewStone) -> NewStone:
    """The stone with its words trimmed. Raises InvalidInput naming what cannot be said of a stone."""
    words = {name: str(getattr(new, name)).strip() for name in LONGEST}
    tidy = replace(new, **words, nature=new.nature or "not tested", inscription=new.inscription or "not looked")  # type: ignore[arg-type]
    if not 0 < tidy.count <= 500:
        _refuse("count", "Count the stones, 1 to 500.")
    if not tidy.identity:
        _refuse("identity", "Say what stone it is, or “not known”.")
    for name, (most, unit) in LARGEST.items():
        measure: Decimal | None = getattr(tidy, name)
        if measure is not None and not (measure.is_finite() and 0 < measure <= most):
            _refuse(name, f"More than nothing, and at most {most} {unit}.")
    for name, longest in LONGEST.items():
        if len(words[name]) > longest:
            _refuse(name, f"At most {longest} characters.")
    for name, allowed in (("basis", BASES), ("nature", NATURES), ("inscription", INSCRIPTIONS)):
        if getattr(tidy, name) not in allowed:
            _refuse(name, f"Choose one of: {', '.join(allowed.values()).lower()}.")
    return tidy


def _refuse(field: str, sentence: str) -> None:
    raise InvalidInput(sentence, **{field: sentence})


def _check_report(new: NewStone) -> None:
    if new.basis == "report" and not new.report_no.strip():
        _refuse("report_no", "A statement by report needs the report's number.")


async def write_stones(piece: int, stones: list[NewStone]) -> None:
    """The first stones of a new piece, inside the caller's transaction."""
    for stone in stones:
        await Stone(piece=piece, **asdict(tidy_stone(stone))).save()


async def stones_of(piece: int) -> list[dict[str, Any]]:
    """The stones of a piece with their grounds."""
    return await fetch("SELECT * FROM stone WHERE piece = $1 ORDER BY id", piece)


async def stone_on(piece: int, stone: int) -> dict[str, Any]:
    """One stone of a piece, or NotFound."""
    row = await fetch_one("SELECT * FROM stone WHERE id = $1 AND piece = $2", stone, piece)
    if row is None:
        raise NotFound("That stone is not on this piece any more. A colleague may have taken it off.")
    return row


async def add_stone(piece: int, new: NewStone, *, by: Actor) -> int:
    """Write one more stone, or group of like stones, on a piece. Gives its id."""
    new = tidy_stone(new)
    _check_report(new)
    async with transaction():
        await lock_piece(piece)
        stone = Stone(piece=piece, **asdict(new))
        await stone.save()
        await record("stone_added", shop=by.shop, by=by, piece=piece, after=stone_in_words(stone.to_dict()))
    return int(stone.id)


async def change_stone(piece: int, stone: int, new: NewStone, *, by: Actor) -> None:
    """Correct what we say of a stone; history keeps what was said before."""
    new = tidy_stone(new)
    _check_report(new)
    async with transaction():
        await lock_piece(piece)
        before = await stone_on(piece, stone)
        after = before | asdict(new)
        await Stone.update(asdict(new)).where(Stone.id == stone)  # type: ignore[arg-type]
        if any(before[name] != value for name, value in asdict(new).items()):
            await record(
                "stone_changed", shop=by.shop, by=by, piece=piece, before=stone_in_words(before),
                after=stone_in_words(after),
            )  # fmt: skip


async def take_off_stone(piece: int, stone: int, *, by: Actor) -> None:
    """A stone that is not there (lost, or never was) leaves the list; history keeps it."""
    async with transaction():
        await lock_piece(piece)
        before = await stone_on(piece, stone)
        await fetch("DELETE FROM stone WHERE id = $1", stone)
        await record("stone_taken_off", shop=by.shop, by=by, piece=piece, before=stone_in_words(before))
