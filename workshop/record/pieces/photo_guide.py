"""Which photos a piece is taken in with: the angles for its kind, how many at least, and what is still missing.

The first angles of a kind are the ones it must have; above the shop's value for careful photos it must have
more. A shop may reorder angles and change both numbers for each kind (`shop.photo_guide`).
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from workshop.db import fetch
from workshop.errors import InvalidInput
from workshop.record.tables import Envelope, Shop

# Kind: its angles, the most telling first. The slug stands on the photo, the words on the page.
ANGLES: dict[str, dict[str, str]] = {
    "ring": {"top": "Top", "hallmark": "Side with hallmark", "inside": "Inside of the band",
             "setting": "Setting from the side", "back": "Under the setting"},
    "earrings": {"pair": "The pair, front", "backs": "Posts and backs", "side": "One from the side",
                 "hallmark": "Hallmark, close"},
    "necklace": {"whole": "Laid out whole", "clasp": "Clasp and stamp", "centre": "Centre, close",
                 "back": "Back of the centre"},
    "bracelet": {"whole": "Laid out whole", "clasp": "Clasp and stamp", "links": "Links or stones, close",
                 "safety": "Safety catch"},
    "pendant": {"front": "Front", "back": "Back with stamp", "bail": "Bail", "side": "From the side"},
    "brooch": {"front": "Front", "back": "Back with pin and catch", "hallmark": "Hallmark, close",
               "side": "From the side"},
    "watch": {"dial": "Dial", "caseback": "Case back", "crown": "Crown side", "clasp": "Bracelet and clasp"},
    "stone": {"table": "From above", "girdle": "Girdle, from the side", "under": "From below",
              "paper": "With its paper"},
    "other": {"front": "Front", "back": "Back", "side": "From the side", "hallmark": "Marks, close"},
}  # fmt: skip
CLOSE_UP = "closeup"
ANY = {CLOSE_UP: "Close-up"}  # what no list foresees: the worn prong, the dent


@dataclass(frozen=True)
class Guide:
    """The angles for one piece, in the order they are offered, and how many of them it must have."""

    angles: dict[str, str]
    minimum: int

    @property
    def required(self) -> list[str]:
        """The angles that must be there."""
        return list(self.angles)[: self.minimum]

    def missing(self, taken: Sequence[str]) -> list[str]:
        """Angles still to take. A photo nobody named an angle for (from another program) stands for any."""
        left = [angle for angle in self.required if angle not in taken]
        return left[sum(not angle for angle in taken) :]

    def words(self, angle: str) -> str:
        """`Side with hallmark`."""
        return self.angles.get(angle) or angle_words(angle)

    def sentence(self, taken: Sequence[str]) -> str:
        """`Still to take: side with hallmark, inside of the band.` Empty when nothing is missing."""
        left = [self.words(angle) for angle in self.missing(taken)]
        return f"Still to take: {', '.join(_small(word) for word in left)}." if left else ""


def guide_for(shop: Shop, kind: str, declared_cents: int = 0) -> Guide:
    """What this shop wants of a piece of this kind and declared value."""
    own = json.loads(shop.photo_guide) if isinstance(shop.photo_guide, str) else shop.photo_guide
    rule = own.get(kind, {})
    known = ANGLES.get(kind, ANGLES["other"])
    order = [angle for angle in rule.get("angles", known) if angle in known]
    angles = {angle: known[angle] for angle in [*order, *(one for one in known if one not in order)]}
    minimum = int(rule.get("minimum", shop.photo_minimum))
    if declared_cents > shop.valuable_cents > 0:
        minimum = max(minimum, int(rule.get("valuable", shop.photo_minimum_valuable)))
    return Guide(angles, min(minimum, len(angles)))


def angle_words(angle: str) -> str:
    """An angle's words whatever the kind; an angle we do not know stays as it was written."""
    return next((words[angle] for words in (ANY, *ANGLES.values()) if angle in words), angle)


def _small(words: str) -> str:
    return words[:1].lower() + words[1:]


async def angles_taken(codes: Collection[str], *, shop: int) -> dict[str, list[str]]:
    """The angles of the photos of some envelopes, oldest first; taken back ones do not count."""
    rows = await fetch(
        """SELECT envelope_code, angle FROM photo WHERE envelope_code = ANY($1) AND removed_at IS NULL AND shop = $2
           AND kind IN ('take_in', 'condition') ORDER BY taken_at""",
        list(codes), shop,
    )  # fmt: skip
    taken: dict[str, list[str]] = {code: [] for code in codes}
    for row in rows:
        taken[row["envelope_code"]].append(row["angle"])
    return taken


async def check_photos(envelope: Envelope, kind: str, shop: Shop) -> None:
    """Refuse to sign for a piece without the photos this shop wants, saying which angle is missing."""
    guide = guide_for(shop, kind, envelope.declared_value_cents or 0)
    taken = (await angles_taken([envelope.code], shop=shop.id))[envelope.code]
    if guide.missing(taken):
        sentence = f"Piece {envelope.place_no} needs {guide.minimum} photos. {guide.sentence(taken)}"
        raise InvalidInput(sentence, **{f"photos-{envelope.place_no}": sentence})
