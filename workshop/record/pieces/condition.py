"""Condition and stones, marked on the photo or a drawing: coded, placed, and checked before they are kept."""

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

import msgspec

from workshop.db import fetch, fetch_one
from workshop.errors import InvalidInput
from workshop.record.trade import CONDITION_WORDS, CONDITIONS, KINDS

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]  # of the picture's width or height
Words = Annotated[str, msgspec.Meta(max_length=40)]
Picture = Annotated[str, msgspec.Meta(max_length=36)]

MOST_MARKS = 60
MOST_STONES = 300

# What the shop suspects is for the shop: the customer's papers never say it.
SUSPICIONS = frozenset({"FIL", "SYN?", "CPY"})

# A drawing for when there is no photo, or to show what a photo cannot: its name and what it shows.
DRAWINGS = {
    "ring-top": "From above", "ring-side": "From the side", "pendant": "Pendant", "chain": "Chain",
    "bracelet": "Bracelet", "earrings": "The pair", "brooch": "Brooch", "watch-face": "Dial",
    "watch-back": "Case back", "stone": "Loose stone",
}  # fmt: skip
# The middle of what is drawn, as shares of the drawing; a pair has two.
MIDDLES = {
    "ring-side": [(0.5, 0.607)], "pendant": [(0.5, 0.637)], "chain": [(0.5, 0.527)], "bracelet": [(0.5, 0.513)],
    "earrings": [(0.2875, 0.637), (0.7125, 0.637)],
}  # fmt: skip
_DRAWN = {
    "ring": ("ring-top", "ring-side"), "necklace": ("chain", "pendant"), "bracelet": ("bracelet",),
    "earrings": ("earrings",), "pendant": ("pendant", "chain"), "brooch": ("brooch",),
    "watch": ("watch-face", "watch-back"), "stone": ("stone",), "other": ("stone", "brooch"),
}  # fmt: skip

_GROUPS = {
    "ring": ("Metal", "Setting", "Stone"), "necklace": ("Chain", "Metal", "Setting", "Stone"),
    "bracelet": ("Chain", "Metal", "Setting", "Stone"), "earrings": ("Metal", "Setting", "Stone"),
    "pendant": ("Metal", "Setting", "Stone", "Chain"), "brooch": ("Metal", "Setting", "Stone"),
    "watch": ("Watch", "Metal", "Stone"), "stone": ("Stone",), "other": ("Metal", "Setting", "Stone", "Chain"),
}  # fmt: skip
# What is marked most comes first, always in the same place: fingers learn it.
_OFTEN = {
    "ring": ("PRW", "SCR", "THN", "LSE", "BNT", "CHP"), "necklace": ("KNK", "CLW", "STR", "SCR"),
    "bracelet": ("CLW", "STR", "PRW", "LSE"), "earrings": ("BNT", "PRW", "LSE", "SCR"),
    "pendant": ("PRW", "SCR", "LSE", "CHP"), "brooch": ("BNT", "PRW", "MIS", "SCR"),
    "watch": ("SCR", "CRX", "NOR", "BRW", "CRM"), "stone": ("CHP", "ABR", "FRC"), "other": ("SCR", "CHP", "LSE", "PRV"),
}  # fmt: skip


def codes_for(kind: str) -> dict[str, dict[str, str]]:
    """The condition codes that can be true of this kind of piece, by group."""
    groups = {group: dict(CONDITIONS[group]) for group in _GROUPS.get(kind, _GROUPS["other"])}
    if kind != "ring":  # only a ring has a shank
        groups.get("Metal", {}).pop("THN", None)
    return groups


def often_for(kind: str) -> dict[str, str]:
    """The codes most used for this kind of piece, first things first."""
    return {code: CONDITION_WORDS[code] for code in _OFTEN.get(kind, _OFTEN["other"])}


def drawings_for(kind: str) -> dict[str, str]:
    """The drawings that fit a kind of piece: name to what it shows."""
    return {name: DRAWINGS[name] for name in _DRAWN.get(kind, _DRAWN["other"])}


class Mark(msgspec.Struct, forbid_unknown_fields=True):
    """One thing seen: its code, where in words, and where on which picture. `x`, `y` count from its top left."""

    code: Annotated[str, msgspec.Meta(max_length=5)]
    position: Words = ""
    note: Annotated[str, msgspec.Meta(max_length=120)] = ""
    picture: Picture = ""
    x: Share | None = None
    y: Share | None = None

    @property
    def is_placed(self) -> bool:
        """Whether it has its place on a picture."""
        return bool(self.picture) and self.x is not None and self.y is not None

    @property
    def words(self) -> str:
        """`prong worn, 4 o'clock`."""
        parts = (CONDITION_WORDS.get(self.code, self.code), self.position, self.note)
        return ", ".join(part for part in parts if part)


class StonePoint(msgspec.Struct, forbid_unknown_fields=True):
    """One stone, counted by tapping it."""

    picture: Picture
    x: Share
    y: Share


class Frame(msgspec.Struct, forbid_unknown_fields=True):
    """What positions on a picture are counted from, like a clock: the middle, and the hallmark (or 12 of a dial)."""

    x: Share
    y: Share
    twelve_x: Share
    twelve_y: Share


class Condition(msgspec.Struct):
    """How a piece came in, as agreed and signed."""

    marks: list[Mark] = []
    stones: list[StonePoint] = []
    frames: dict[str, Frame] = {}


def read_condition(
    marks: Sequence[Any], stones: Sequence[Any], frames: Mapping[str, Any], kind: str, name: str = "marks"
) -> Condition:
    """What was marked, or InvalidInput (field `marks`) in words: a code, a place or a picture that cannot be."""
    if len(marks) > MOST_MARKS or len(stones) > MOST_STONES:
        _refuse(f"At most {MOST_MARKS} marks and {MOST_STONES} stones on one piece.", name)
    try:
        read = msgspec.convert({"marks": marks, "stones": stones, "frames": frames}, Condition)
    except msgspec.ValidationError as wrong:
        _refuse(f"A mark cannot be read: {wrong}", name)
    fitting = {code for group in codes_for(kind).values() for code in group}
    for mark in read.marks:
        if mark.code not in CONDITION_WORDS:
            _refuse(f"“{mark.code}” is not a condition code.", name)
        if mark.code not in fitting:
            word = KINDS[kind][0].lower()
            _refuse(f"“{CONDITION_WORDS[mark.code]}” does not fit this piece ({word}). Take that mark off.", name)
    for picture in _pictures_of(read):
        if picture not in drawings_for(kind) and not _is_photo(picture):
            _refuse(f"“{picture}” is no picture to mark on.", name)
    return read


def _refuse(sentence: str, name: str) -> None:
    raise InvalidInput(sentence, **{name: sentence})


def _is_photo(picture: str) -> bool:
    try:
        return str(UUID(picture)) == picture
    except ValueError:
        return False


def _pictures_of(condition: Condition) -> set[str]:
    named = {mark.picture for mark in condition.marks if mark.picture}
    return named | {stone.picture for stone in condition.stones} | set(condition.frames)


async def on_own_pictures(condition: Condition, code: str, *, shop: int, name: str = "marks") -> Condition:
    """The same marks, each on a picture of this very envelope; inside the caller's transaction.

    A mark on a photo that was taken away meanwhile keeps its words and loses its place: what was seen
    was seen. Raises InvalidInput when a picture belongs to another envelope, or there is none.
    """
    photos = {picture for picture in _pictures_of(condition) if picture not in DRAWINGS}
    if not photos:
        return condition
    rows = await fetch(
        "SELECT id, removed_at IS NULL AS is_there FROM photo WHERE id = ANY($1) AND envelope_code = $2 AND shop = $3",
        [UUID(photo) for photo in photos], code, shop,
    )  # fmt: skip
    mine = {str(row["id"]): row["is_there"] for row in rows}
    if photos - set(mine):
        _refuse("A mark is on a photo of another piece. Take that mark off and place it again.", name)
    gone = {photo for photo, is_there in mine.items() if not is_there}
    kept = [unplaced(mark) if mark.picture in gone else mark for mark in condition.marks]
    stones = [stone for stone in condition.stones if stone.picture not in gone]
    return Condition(kept, stones, {name: frame for name, frame in condition.frames.items() if name not in gone})


def unplaced(mark: Mark) -> Mark:
    """The same mark in words only."""
    return msgspec.structs.replace(mark, picture="", x=None, y=None)


def read_marks(stored: Any) -> list[Mark]:
    """Marks as they were kept; those from before there were pictures read as marks without a place."""
    return msgspec.convert(_parsed(stored), list[Mark])


def read_stones(stored: Any) -> list[StonePoint]:
    """The points of the stones as they were kept."""
    return msgspec.convert(_parsed(stored), list[StonePoint])


def read_frames(stored: Any) -> dict[str, Frame]:
    """What positions were counted from, by picture."""
    return msgspec.convert(_parsed(stored), dict[str, Frame])


def _parsed(stored: Any) -> Any:
    return json.loads(stored) if isinstance(stored, str) else stored


def stored(things: Any) -> str:
    """Marks, stones or frames as they are kept."""
    return msgspec.json.encode(things).decode()


async def last_condition(piece: int) -> tuple[Any, list[Mark]] | None:
    """When a piece was here last, and what was seen on it then: to confirm or drop when it comes again.

    Places on that visit's photos are left out, since those photos are not of today; places on a drawing stay.
    """
    row = await fetch_one(
        "SELECT marks, found_marks, created_at FROM envelope WHERE piece = $1 ORDER BY id DESC LIMIT 1", piece
    )
    if row is None:
        return None
    before = (*read_marks(row["marks"]), *read_marks(row["found_marks"]))
    marks = [mark if mark.picture in DRAWINGS else unplaced(mark) for mark in before]
    return (row["created_at"], marks) if marks else None
