"""Drawn signatures: real ink or none."""

import base64
import binascii
import io

from PIL import Image

from workshop import clock
from workshop.db import fetch_value
from workshop.errors import InvalidInput

LARGEST = 400_000  # bytes; a drawn line is far smaller


def read_signature(data_url: str) -> bytes:
    """The PNG of a drawn signature from the page's data address. Raises InvalidInput on `signature`."""
    head, _, body = data_url.partition(",")
    try:
        png = base64.b64decode(body, validate=True)
    except binascii.Error:
        png = b""
    if head != "data:image/png;base64" or not png or len(png) > LARGEST or not _has_ink(png):
        sentence = "There is no signature yet. Please sign in the box."
        raise InvalidInput(sentence, signature=sentence)
    return png


def _has_ink(png: bytes) -> bool:
    """A blank canvas is not a signature."""
    try:
        with Image.open(io.BytesIO(png), formats=["PNG"]) as image:
            if image.width * image.height > 4_000_000:
                return False
            opaque = image.convert("RGBA").getchannel("A")
            return any(len(set(plane.tobytes())) > 1 for plane in (opaque, image.convert("L")))
    except (OSError, ValueError, SyntaxError):
        return False


async def keep_signature(data_url: str, signed_name: str = "") -> int:
    """Append a signature inside the caller's transaction; gives its id."""
    signature_id: int = await fetch_value(
        "INSERT INTO signature (png, signed_name, at) VALUES ($1, $2, $3) RETURNING id",
        read_signature(data_url), signed_name.strip(), clock.now(),
    )  # fmt: skip
    return signature_id
