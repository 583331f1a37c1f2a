"""Words to engrave: typed twice, agreed letter by letter, signed for, and compared again at the quality check."""

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from typing import Any

from workshop.errors import InvalidInput
from workshop.record.cards import refuse_card_number

LONGEST = 120
FONTS = {
    "script": "Script", "block": "Block letters", "roman": "Roman", "old": "Old English", "monogram": "Monogram",
    "sample": "As on the sample",
}  # fmt: skip
SIDES = {
    "inside": "inside", "outside": "outside", "back": "on the back", "front": "on the front", "edge": "on the edge",
    "clasp": "on the clasp",
}  # fmt: skip


@dataclass(frozen=True)
class Engraving:
    """What one line of work engraves. Without letters it follows a drawing or a sample, said in `place`."""

    task: str
    text: str = ""
    font: str = ""
    side: str = ""
    place: str = ""
    is_sample: bool = False

    @property
    def how(self) -> str:
        """`Script, inside, opposite the hallmark`."""
        parts = (FONTS.get(self.font, ""), SIDES.get(self.side, ""), self.place)
        return ", ".join(part for part in parts if part)

    @property
    def words(self) -> str:
        """`“A & B 12.6.26” (Script, inside)`: as printed and ticked at the quality check."""
        what = "from the drawing or sample" if self.is_sample else f"“{self.text}”"
        return f"{what} ({self.how})" if self.how else what


def tidy(text: str) -> str:
    """The letters as they will be cut: no blanks at the ends, composed accents, one line."""
    return unicodedata.normalize("NFC", " ".join(text.splitlines()).strip())


def letters(text: str) -> int:
    """How many signs are cut: blanks cost nothing."""
    return sum(not sign.isspace() for sign in tidy(text))


def check_engravings(engravings: Sequence[Engraving], place: int) -> None:
    """Refuse words too long, or without a side where they go; raises InvalidInput naming the piece."""
    for one in engravings:
        refuse_card_number(one.text, f"engraving-{place}")
        refuse_card_number(one.place, f"engraving-{place}")
        if len(one.text) > LONGEST or len(one.place) > LONGEST:
            _refuse(f"An engraving has at most {LONGEST} signs.", place)
        if one.font and one.font not in FONTS:
            _refuse("Choose a lettering from the list.", place)
        if one.side and one.side not in SIDES:
            _refuse("Say on which side it is engraved.", place)


def _refuse(sentence: str, place: int) -> None:
    raise InvalidInput(sentence, **{f"engraving-{place}": sentence})


def stored_engravings(engravings: Sequence[Engraving]) -> str:
    """As kept on the envelope."""
    return json.dumps([asdict(one) for one in engravings])


def engravings_in(kept: str | list[dict[str, Any]]) -> list[Engraving]:
    """What was signed, from an envelope's row."""
    return [Engraving(**one) for one in (json.loads(kept) if isinstance(kept, str) else kept)]


@dataclass(frozen=True)
class Part:
    """A stretch of two texts: the same in both, or not."""

    first: str
    again: str

    @property
    def is_same(self) -> bool:
        """Whether both have it."""
        return self.first == self.again


def compare(first: str, again: str) -> list[Part]:
    """The two typings side by side, cut where they differ: case, blanks, accents and signs all count."""
    one, other = tidy(first), tidy(again)
    blocks = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    return [Part(one[a:b], other[c:d]) for _, a, b, c, d in blocks]


def difference(first: str, again: str) -> str:
    """Where the two typings part, in words; empty when they agree.

    `Sign 3 differs: “&” the first time, “a” the second.`
    """
    one, other = tidy(first), tidy(again)
    if one == other:
        return ""
    at = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return f"Sign {at + 1} differs: {_sign(one, at)} the first time, {_sign(other, at)} the second."


def _sign(text: str, at: int) -> str:
    if at >= len(text):
        return "nothing"
    sign = text[at]
    if sign.isspace():
        return "a blank"
    return f"capital “{sign}”" if sign.isupper() else f"“{sign}”"
