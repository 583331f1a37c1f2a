"""Photos and signatures made ready for paper that knows only black and white."""

import io

from PIL import Image, ImageOps, UnidentifiedImageError

from printing.blocks import Block

_MOST_PIXELS = 40_000_000  # more is no photo of ours; decoding it would take the memory
_UNREADABLE = (OSError, UnidentifiedImageError, SyntaxError, ValueError)


def photo(file: bytes, width: int, height: int) -> Block | None:
    """A photo (JPEG or PNG) in black dots, within width x height; nothing if it cannot be read."""
    picture = _opened(file)
    if picture is None:
        return None
    grey = ImageOps.autocontrast(ImageOps.contain(picture, (width, height)), cutoff=1)
    # Thermal paper prints darker than a screen shows: what is not dark is lightened first.
    return grey.point(lambda shade: round(255 * (shade / 255) ** 0.6)).convert("1").convert("L")


def signature(png: bytes, width: int, height: int) -> Block | None:
    """A drawn signature in full black, or nothing if it cannot be read."""
    picture = _opened(png)
    if picture is None:
        return None
    ink = ImageOps.invert(picture).getbbox()
    drawn = ImageOps.contain(picture.crop(ink) if ink else picture, (width, height))
    return drawn.point(lambda grey: 255 if grey > 190 else 0)


def _opened(file: bytes) -> Image.Image | None:
    try:
        with Image.open(io.BytesIO(file), formats=["PNG", "JPEG"]) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                return None
            picture.draft("L", (1024, 1024))  # a JPEG is then decoded at a fraction of its size
            layer = picture.convert("RGBA")
    except (*_UNREADABLE, Image.DecompressionBombError):
        return None
    paper = Image.new("RGBA", layer.size, "white")
    return Image.alpha_composite(paper, layer).convert("L")
