"""Our drawings of pieces as black lines: read from the very files the pages show.

They are made of circles, ellipses, lines and polygons only, which is all that is understood here.
"""

import xml.etree.ElementTree as ET  # our own files, shipped with the program
from functools import lru_cache

from PIL import Image, ImageDraw

from workshop.web.pages import STATIC

_FINER = 3  # drawn three times as large, then made small: smooth lines in one bit
_SVG = "{http://www.w3.org/2000/svg}"
Point = tuple[float, float]


@lru_cache(maxsize=32)
def drawing(name: str, width: int) -> Image.Image:
    """A drawing, `width` dots wide, black on white."""
    root = ET.fromstring((STATIC / "drawings" / f"{name}.svg").read_text())  # noqa: S314
    wide, high = (float(part) for part in root.attrib["viewBox"].split()[2:])
    scale = width * _FINER / wide
    page = Image.new("L", (width * _FINER, round(high * scale)), 255)
    pen = ImageDraw.Draw(page)
    for shape in root:
        thick = max(_FINER, round(float(shape.get("stroke-width", root.attrib["stroke-width"])) * scale))
        _draw(pen, shape, scale, thick)
    small = page.resize((width, round(high * scale / _FINER)), Image.Resampling.LANCZOS)
    return small.point(lambda grey: 255 if grey > 150 else 0)


def _draw(pen: ImageDraw.ImageDraw, shape: ET.Element, scale: float, thick: int) -> None:
    kind = shape.tag.removeprefix(_SVG)
    if kind in ("circle", "ellipse"):
        _draw_round(pen, shape, scale, thick)
    elif kind == "line":
        ends = [_number(shape, name) * scale for name in ("x1", "y1", "x2", "y2")]
        pen.line(ends, fill=0, width=thick)
    elif kind in ("polyline", "polygon"):
        points = [(x * scale, y * scale) for x, y in _points(shape)]
        if kind == "polygon":
            pen.polygon(points, fill=255)
            points += points[:2]
        pen.line(points, fill=0, width=thick, joint="curve")


def _draw_round(pen: ImageDraw.ImageDraw, shape: ET.Element, scale: float, thick: int) -> None:
    x, y = _number(shape, "cx") * scale, _number(shape, "cy") * scale
    across = _number(shape, "rx" if "rx" in shape.attrib else "r") * scale + thick / 2
    down = _number(shape, "ry" if "ry" in shape.attrib else "r") * scale + thick / 2
    pen.ellipse((x - across, y - down, x + across, y + down), fill=255, outline=0, width=thick)


def _number(shape: ET.Element, name: str) -> float:
    return float(shape.attrib[name])


def _points(shape: ET.Element) -> list[Point]:
    pairs = (pair.split(",") for pair in shape.attrib["points"].split())
    return [(float(x), float(y)) for x, y in pairs]
