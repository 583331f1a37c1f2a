"""The letters on paper: which font draws which character, and how wide a line becomes.

Inter, from the very files the pages use, draws whatever it can. DejaVu Sans Mono, which comes
with python-escpos' own parts, draws codes (a dotted zero cannot be read as an O), the characters
Inter lacks, and everything where the browser parts are not in place. We print pictures of letters, so the
code pages of a printer never matter.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from workshop.web.assets import STATIC

BOLD = 600
_NOWHERE = "\U0010fffd"  # a character no font has: shows what "missing" looks like


@dataclass(frozen=True)
class Style:
    """Size in dots (8 to the millimetre), weight 100-900, and whether letters are of one width."""

    size: int
    weight: int = 450
    mono: bool = False

    @property
    def height(self) -> int:
        """The height of one line, in dots."""
        return round(self.size * 1.28)


@dataclass(frozen=True)
class Face:
    """One font of one style."""

    font: ImageFont.FreeTypeFont
    stroke: int


def line_width(text: str, style: Style) -> int:
    """How many dots wide the text becomes on one line."""
    faces = _faces(style)
    total = sum(
        faces[which].font.getlength(run) + 2 * faces[which].stroke
        for which, run in _runs(text, len(faces), style.mono)
    )
    return int(total) + 1 if text else 0


def draw_line(text: str, style: Style, width: int, align: str = "left") -> Image.Image:
    """One line of text as black on white, exactly `width` wide: what does not fit is not there."""
    line = Image.new("L", (max(width, 1), style.height), 255)
    pen = ImageDraw.Draw(line)
    room = width - line_width(text, style)
    x = float(max({"left": 0, "center": room // 2, "right": room}[align], 0))
    faces = _faces(style)
    for which, run in _runs(text, len(faces), style.mono):
        face = faces[which]
        x += face.stroke
        pen.text((x, style.size), run, font=face.font, fill=0, anchor="ls", stroke_width=face.stroke)
        x += face.font.getlength(run) + face.stroke
    return line.point(_to_black_or_white)


def fitted(text: str, style: Style, width: int, smallest: int) -> Style:
    """The largest style, not above the given one, that keeps the text on one line of `width`."""
    while style.size > smallest and line_width(text, style) > width:
        style = replace(style, size=style.size - 1)
    return style


def _to_black_or_white(grey: int) -> int:
    # A little above the middle: thermal paper loses hairlines sooner than it fills counters.
    return 255 if grey > 150 else 0


def _runs(text: str, faces: int, mono: bool) -> Iterator[tuple[int, str]]:
    """The text in pieces of one font each. Blanks and accents stay with what they follow,
    so that a name of several Arabic words keeps the order of its words."""
    run, current = "", 0
    for mark in text:
        sticks = run and (mark.isspace() or unicodedata.category(mark) in {"Mn", "Cf"})
        wanted = current if sticks else _face_for(mark, faces, mono)
        if run and wanted != current:
            yield current, run
            run = ""
        current = wanted
        run += mark
    if run:
        yield current, run


@lru_cache(maxsize=4096)
def _face_for(mark: str, faces: int, mono: bool) -> int:
    """The first font that has the character; the first of all when none has (it draws a box)."""
    for which, face in enumerate(_faces(Style(24, mono=mono))[:faces]):
        if _has(face.font, mark):
            return which
    return 0


def _has(font: ImageFont.FreeTypeFont, mark: str) -> bool:
    return mark.isspace() or bytes(font.getmask(mark)) != bytes(font.getmask(_NOWHERE))


@lru_cache(maxsize=256)
def _faces(style: Style) -> tuple[Face, ...]:
    dejavu = Face(ImageFont.truetype(_dejavu(), style.size), _stroke(style))
    if style.mono:
        return (dejavu,)
    return (*(Face(_inter(path, style), 0) for path in _inter_files()), dejavu)


def _inter(path: Path, style: Style) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(path, style.size)
    font.set_variation_by_axes([style.weight])
    return font


def _stroke(style: Style) -> int:
    """DejaVu comes in one weight; a line around each letter makes it bold."""
    return 0 if style.weight < BOLD else 1 + style.size // 60


@cache
def _dejavu() -> str:
    return str(files("barcode") / "fonts" / "DejaVuSansMono.ttf")


@cache
def _inter_files() -> tuple[Path, ...]:
    """The typeface in its two parts: Western letters, and those of the rest of Europe."""
    fonts = STATIC / "vendor" / "fonts"
    return tuple(path for part in ("latin", "latin-ext") if (path := fonts / f"inter-{part}.woff2").exists())
