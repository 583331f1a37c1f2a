"""The photo strip of one piece: a place for each angle asked of its kind, what fills it, what is next."""

from dataclasses import dataclass, field
from typing import Any

from intake.draft_fields import Data
from intake.value_step import declared_cents
from workshop.db import fetch
from workshop.record.pieces.photo_guide import ANY, Guide, guide_for
from workshop.record.tables import Shop

Photo = dict[str, Any]


@dataclass(frozen=True)
class Slot:
    """One angle: its words, the photo taken from there, whether it must be there."""

    angle: str
    words: str
    photo: Photo | None
    is_required: bool


@dataclass(frozen=True)
class Strip:
    """All of one piece's photos against its guide."""

    guide: Guide
    slots: list[Slot] = field(default_factory=list)
    more: list[Photo] = field(default_factory=list)  # close-ups, second pictures of one angle

    @property
    def taken(self) -> list[str]:
        """The angles there are, as the guide counts them."""
        return [slot.angle for slot in self.slots if slot.photo] + [photo["angle"] for photo in self.more]

    @property
    def next(self) -> str:
        """The angle offered first: the next one that must be there, then any of the others; empty when all are."""
        missing = self.guide.missing(self.taken)
        empty = [slot.angle for slot in self.slots if slot.photo is None]
        return (missing or empty or [""])[0]

    @property
    def sentence(self) -> str:
        """`Still to take: side with hallmark.`; empty when there is enough."""
        return self.guide.sentence(self.taken)

    @property
    def choices(self) -> list[tuple[str, str]]:
        """What a photo can be named, the piece's own angles first."""
        return [*self.guide.angles.items(), *ANY.items()]


def strip_of(piece: Data, photos: list[Photo], shop: Shop) -> Strip:
    """Lay the photos of a piece into the places of its guide; the first of an angle takes the place."""
    guide = guide_for(shop, piece.get("kind", "other"), declared_cents(piece))
    first: dict[str, Photo] = {}
    more = []
    for photo in photos:
        angle = photo["angle"]
        if angle in guide.angles and angle not in first:
            first[angle] = photo
        else:
            more.append(photo | {"caption": guide.words(angle) if angle else ""})
    required = guide.required
    slots = [Slot(angle, words, first.get(angle), angle in required) for angle, words in guide.angles.items()]
    return Strip(guide, slots, more)


async def photos_of(pieces: list[Data], *, shop: int) -> dict[str, list[Photo]]:
    """The photos of the pieces being typed, by the code of each, oldest first."""
    codes = [piece["code"] for piece in pieces]
    rows = await fetch(
        """SELECT id, envelope_code, angle FROM photo WHERE envelope_code = ANY($1) AND shop = $2
           AND removed_at IS NULL ORDER BY taken_at, id""",
        codes, shop,
    )  # fmt: skip
    by_code: dict[str, list[Photo]] = {code: [] for code in codes}
    for row in rows:
        at = f"/photos/{row['id']}"
        by_code[row["envelope_code"]].append(
            {"id": str(row["id"]), "url": f"{at}/thumb", "large": f"{at}/large", "caption": "", "angle": row["angle"]}
        )
    return by_code
