"""What the marking component on a page is given: codes, pictures to tap on, points so far."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from workshop.record.pieces.condition import (
    MIDDLES,
    SUSPICIONS,
    Mark,
    codes_for,
    drawings_for,
    often_for,
)
from workshop.record.trade import CONDITION_WORDS
from workshop.web.pages import asset

_MIDDLE = [(0.5, 0.5)]
_NOUNS = {"watch": "dial", "other": "piece"}


def marking_data(
    kind: str, photos: Sequence[tuple[str, str, str]], *, fields: Iterable[tuple[str, str]] = (),
    before: tuple[datetime, list[Mark]] | None = None, counts_stones: bool = True, is_found: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """For the macro `marking` of `_marked.html`.

    `photos` are (id, address, what it shows or nothing); `fields` the points so far, (name, JSON);
    `before` the day and the marks of the piece's last visit.
    """
    often = often_for(kind)
    groups = {"Often": often} | {
        name: {code: words for code, words in codes.items() if code not in often}
        for name, codes in codes_for(kind).items()
    }
    return {
        "fields": list(fields),
        "given": {
            "codes": [[name, list(codes.items())] for name, codes in groups.items()], "words": CONDITION_WORDS,
            "suspicions": sorted(SUSPICIONS), "pictures": _pictures(kind, photos), "stones": counts_stones,
            "found": is_found, "before": _before(before), "middle": _NOUNS.get(kind, kind),
            "twelve": "12 of the dial" if kind == "watch" else "the hallmark",
            "twelveTool": "12 is here" if kind == "watch" else "Hallmark",
        },
    }  # fmt: skip


def _pictures(kind: str, photos: Sequence[tuple[str, str, str]]) -> list[dict[str, Any]]:
    """The photos first, then the drawings: each with its address, its words and its middle."""
    taken = [
        {"picture": photo, "url": url, "words": words or f"Photo {place}", "middles": _MIDDLE, "isPhoto": True}
        for place, (photo, url, words) in enumerate(photos, start=1)
    ]
    drawn = [
        {"picture": name, "url": asset(f"drawings/{name}.svg"), "words": words,
         "middles": MIDDLES.get(name, _MIDDLE), "isPhoto": False}
        for name, words in drawings_for(kind).items()
    ]  # fmt: skip
    return [*taken, *drawn]


def _before(before: tuple[datetime, list[Mark]] | None) -> dict[str, Any] | None:
    if before is None:
        return None
    at, marks = before
    return {"on": f"{at.day} {at:%b %Y}", "marks": [msgspec.to_builtins(mark) for mark in marks]}
