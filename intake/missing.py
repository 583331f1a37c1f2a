"""What is still to be done before a take-in is signed for: in the order of the steps, each with the way to it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from intake.draft_fields import Data, oddity
from intake.engraving_step import lines_that_engrave, trouble
from intake.photo_strip import Strip
from intake.size_step import size_trouble


@dataclass(frozen=True)
class Missing:
    """One thing to do: its field, the sentence, and where on the take-in it is done (below the draft's address)."""

    field: str
    sentence: str
    at: str = "/finish"
    place: int = 0  # of the piece it is about


def what_is_missing(data: Data, strips: dict[str, Strip], words: dict[str, Any] | None = None) -> list[Missing]:
    """Everything still open but the signature's own step; `words`: pieces (by code) that wait for a manager."""
    several = len(data["pieces"]) > 1
    found = [*_who(data)]
    for place, piece in enumerate(data["pieces"], start=1):
        name = f"Piece {place}: " if several else ""
        found += [
            Missing(one.field, name + one.sentence if name else _capital(one.sentence), one.at, place)
            for one in _piece(piece, place, strips[piece["code"]])
        ]
        word = (words or {}).get(piece["code"])
        if word and not word["word"]:
            sentence = f"{name}a manager approves the value." if name else "A manager approves the value."
            found.append(Missing(f"approval-{place}", sentence, f"/piece/{place}#value", place))
    return [*found, *_end(data)]


def _who(data: Data) -> Iterator[Missing]:
    if data.get("customer_id"):
        return
    if not data.get("last_name"):
        yield Missing("last_name", "Who brings it? Find the customer, or write the last name.", "")
    for name in ("phone", "email"):
        if said := oddity(name, data.get(name, "")):
            yield Missing(name, said, "")


def _piece(piece: Data, place: int, strip: Strip) -> Iterator[Missing]:
    at = f"/piece/{place}"
    if not piece.get("kind"):
        yield Missing(f"piece-{place}", "say what it is.", at)
        return
    if said := oddity("made_about", piece.get("made_about", "")):
        yield Missing(f"made_about-{place}", said, f"{at}#what")
    if strip.sentence:
        count = f"needs {strip.guide.minimum} {'photo' if strip.guide.minimum == 1 else 'photos'}."
        yield Missing(f"photos-{place}", f"{count} {strip.sentence}", f"{at}#photos")
    if not piece["tasks"]:
        yield Missing(f"work-{place}", "what is to be done?", f"{at}#work")
    if said := size_trouble(piece):
        yield Missing(f"size-{place}", said, f"{at}#work")
    for task in lines_that_engrave(piece):
        if said := trouble(task):
            yield Missing(f"engraving-{place}", said, f"{at}#work")
    for name in ("declared_value", "weight_g"):
        if said := oddity(name, piece.get(name, "")):
            yield Missing(f"{name}-{place}", said, f"{at}#value")


def _end(data: Data) -> Iterator[Missing]:
    if data.get("price_terms") == "not_above":
        if not data.get("not_above"):
            yield Missing("not_above", "Write the amount not to go above.", "/finish#terms")
        elif said := oddity("not_above", data["not_above"]):
            yield Missing("not_above", said, "/finish#terms")


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
