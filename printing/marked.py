"""The picture of a piece with what was seen on it, for paper of black and white dots at 203 dpi.

A ring lies around each place, so that what is there stays visible; its number stands beside it.
"""

import math
from collections.abc import Sequence

from PIL import ImageDraw

from printing.blocks import Block, blank, centered, framed, paragraph, side_by_side
from printing.documents import MarkedPicture
from printing.drawings import drawing
from printing.parts import BODY, SMALL
from printing.pictures import photo
from printing.typeface import Style, draw_line, line_width

_RING, _DISC, _STONE = 15, 17, 8  # dots: rings of 4 mm, numbers of 3 mm
_NUMBER = Style(26, 720)
_AROUND = [(turn, away) for away in (34, 48, 66, 90, 120) for turn in (45, 135, 315, 225, 90, 0, 180, 270)]
_NOT_THERE = "The marked photo was not ready to be printed. It is kept with the ticket: ask us for this paper again."
Dot = tuple[float, float]


def marked_picture(shown: MarkedPicture, width: int, height: int) -> Block:
    """The picture with its rings and numbers within width x height; words in a frame where there is none."""
    base = _base(shown, width, height)
    if base is None:
        words = paragraph(_NOT_THERE, SMALL, width - 40, 4, "center")
        return framed(centered(words, width - 22, words.height + 20))
    page = base.copy()
    pen = ImageDraw.Draw(page)
    for x, y in shown.stones:
        _circle(pen, _on(page, x, y), _STONE, 2)
    spots = [(number, _on(page, x, y)) for number, x, y in shown.spots]
    for _, spot in spots:
        _circle(pen, spot, _RING, 3)
    if shown.twelve:
        _tag(page, "12", _inside(_on(page, *shown.twelve), page.size), is_dark=False)
    for (_, spot), (number, beside) in zip(spots, beside_each(spots, page.size), strict=True):
        _lead(pen, spot, beside)
        _tag(page, str(number), beside, is_dark=True)
    return page


def _base(shown: MarkedPicture, width: int, height: int) -> Block | None:
    if shown.drawing:
        return drawing(shown.drawing, min(width, height * 4 // 3))
    return photo(shown.picture, width, height)


def _on(page: Block, x: float, y: float) -> Dot:
    return x * (page.width - 1), y * (page.height - 1)


def beside_each(spots: Sequence[tuple[int, Dot]], size: tuple[int, int]) -> list[tuple[int, Dot]]:
    """Where each number goes: near its ring, on the paper, on no other ring and no other number."""
    taken: list[Dot] = []
    for number, spot in spots:
        others = [other for which, other in spots if which != number]
        taken.append(_free(spot, others, taken, size))
    return [(number, place) for (number, _), place in zip(spots, taken, strict=True)]


def _free(spot: Dot, others: list[Dot], taken: list[Dot], size: tuple[int, int]) -> Dot:
    candidates = [
        (spot[0] + away * math.sin(math.radians(turn)), spot[1] - away * math.cos(math.radians(turn)))
        for turn, away in _AROUND
    ]
    inside = [place for place in candidates if _is_inside(place, size)]
    for place in inside:
        is_clear = all(math.dist(place, one) > 2 * _DISC + 3 for one in taken)
        if is_clear and all(math.dist(place, one) > _DISC + _RING + 2 for one in others):
            return place
    return inside[0] if inside else spot


def _is_inside(place: Dot, size: tuple[int, int]) -> bool:
    return all(_DISC + 2 <= at <= side - _DISC - 2 for at, side in zip(place, size, strict=True))


def _inside(place: Dot, size: tuple[int, int]) -> Dot:
    x, y = (min(max(at, _DISC + 2), side - _DISC - 2) for at, side in zip(place, size, strict=True))
    return x, y


def _circle(pen: ImageDraw.ImageDraw, at: Dot, radius: int, thick: int) -> None:
    """A black ring with white on both sides, to be seen on any ground."""
    for grow, paint, line in ((2, 255, thick + 4), (0, 0, thick)):
        box = _box(at, radius + grow)
        pen.ellipse(box, outline=paint, width=line)


def _lead(pen: ImageDraw.ImageDraw, spot: Dot, beside: Dot) -> None:
    """A line from the ring to its number, where they do not touch."""
    far = math.dist(spot, beside)
    if far <= _RING + _DISC:
        return
    start = tuple(a + (b - a) * _RING / far for a, b in zip(spot, beside, strict=True))
    pen.line([*start, *beside], fill=255, width=7)
    pen.line([*start, *beside], fill=0, width=3)


def _tag(page: Block, words: str, at: Dot, *, is_dark: bool) -> None:
    """A number in a disc: white on black for a mark, black on white for the hallmark."""
    pen = ImageDraw.Draw(page)
    pen.ellipse(_box(at, _DISC + 2), fill=255)
    pen.ellipse(_box(at, _DISC), fill=0 if is_dark else 255, outline=0, width=2)
    letters = draw_line(words, _NUMBER, line_width(words, _NUMBER))
    ink = letters.point(lambda grey: 255 - grey)
    cut = ink.getbbox()
    if cut is None:
        return
    ink = ink.crop(cut)
    corner = (round(at[0] - ink.width / 2), round(at[1] - ink.height / 2))
    page.paste(255 if is_dark else 0, corner, ink)


def _box(at: Dot, radius: float) -> tuple[float, float, float, float]:
    return at[0] - radius, at[1] - radius, at[0] + radius, at[1] + radius


def pictures_of(pictures: Sequence[MarkedPicture], width: int, height: int) -> list[Block]:
    """Every picture of a piece, one under the other: two beside each other would be too small to point at."""
    blocks = [centered(marked_picture(one, width, height), width) for one in pictures]
    if any(one.twelve for one in pictures):
        blocks.append(paragraph("Hours are counted from the 12 on the picture.", SMALL, width))
    return blocks


def mark_row(number: int, words: str, width: int) -> Block:
    """A number as it stands on the picture, and what was seen there."""
    side = 2 * _DISC + 6
    tag = blank(side, max(side, BODY.height))
    _tag(tag, str(number), (side / 2, tag.height / 2), is_dark=True)
    return side_by_side(tag, paragraph(words, BODY, width - side - 8), width)
