"""Photos and signatures made ready for paper that knows only black and white."""

import io

from PIL import Image, ImageOps, UnidentifiedImageError

from printing.blocks import Block, centered, framed, paragraph
from printing.typeface import Style

_MOST_PIXELS = 40_000_000  # more is no photo of ours; decoding it would take the memory
_UNREADABLE = (OSError, UnidentifiedImageError, SyntaxError, ValueError)


def photo(png: bytes, width: int, height: int) -> Block:
    """A photo in black dots, within width x height; a frame with words if it cannot be read."""
    picture = _opened(png)
    if picture is None:
        return _missing(width)
    grey = ImageOps.autocontrast(ImageOps.contain(picture, (width, height)), cutoff=1)
    return grey.convert("1").convert("L")


def signature(png: bytes, width: int, height: int) -> Block | None:
    """A drawn signature in full black, or nothing if it cannot be read."""
    picture = _opened(png)
    if picture is None:
        return None
    ink = ImageOps.invert(picture).getbbox()
    drawn = ImageOps.contain(picture.crop(ink) if ink else picture, (width, height))
    return drawn.point(lambda grey: 255 if grey > 190 else 0)


def _opened(png: bytes) -> Image.Image | None:
    try:
        with Image.open(io.BytesIO(png), formats=["PNG"]) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                return None
            layer = picture.convert("RGBA")
    except (*_UNREADABLE, Image.DecompressionBombError):
        return None
    paper = Image.new("RGBA", layer.size, "white")
    return Image.alpha_composite(paper, layer).convert("L")


def _missing(width: int) -> Block:
    words = paragraph("This picture could not be read.", Style(24), width - 30, 2, "center")
    return framed(centered(words, width - 22, 90))
