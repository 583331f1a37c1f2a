"""The condition of a piece as its customer's papers tell it: what both sides saw, by number and in words."""

from typing import Any

from printing.documents import MarkedPicture
from printing.photo_files import photo_file
from workshop.record.pieces.condition import Mark
from workshop.record.pieces.marked import Seen, seen
from workshop.record.trade import CONDITION_WORDS

Row = dict[str, Any]


def noted(piece: Row) -> str:
    """How a piece was when it came, as far as it has no place on a picture: `13 stones counted. Seen: tarnish`."""
    count = piece["stone_count"]
    stones = f"{count} {'stone' if count == 1 else 'stones'} counted" if count else ""
    told = ", ".join(_mark(spot.mark) for spot in seen_by_customer(piece).unplaced)
    loupe = "Shown to you under the loupe" if piece["shown_under_loupe"] else ""
    return ". ".join(part for part in (stones, f"Seen: {told}" if told else "", loupe) if part)


def numbered(piece: Row) -> list[tuple[int, str]]:
    """What stands at the numbers on its pictures: (1, `prong worn, 4 o'clock`)."""
    return [(spot.number, spot.words) for spot in seen_by_customer(piece).placed]


def seen_by_customer(piece: Row) -> Seen:
    """The condition both sides agreed; what the shop suspects stays with the shop."""
    return seen(piece, piece["photos"], for_customer=True)


async def marked_pictures(piece: Row) -> list[MarkedPicture]:
    """The pictures that carry its numbers and stones; a photo still on its way is left empty."""
    return [
        MarkedPicture(
            [(spot.number, spot.mark.x, spot.mark.y) for spot in shown.spots if spot.mark.x is not None
             and spot.mark.y is not None],
            [(stone.x, stone.y) for _, stone in shown.stones],
            (shown.frame.twelve_x, shown.frame.twelve_y) if shown.frame else None,
            picture=b"" if shown.is_drawing else await photo_file(shown.picture),
            drawing=shown.picture if shown.is_drawing else "",
        )
        for shown in seen_by_customer(piece).pictures
    ]  # fmt: skip


def _mark(mark: Mark) -> str:
    words = CONDITION_WORDS.get(mark.code, mark.code)
    where = ", ".join(part for part in (mark.position, mark.note) if part)
    return f"{words} ({where})" if where else words
