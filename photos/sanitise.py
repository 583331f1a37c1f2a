"""From whatever a camera or a stranger sends to a picture that is safe to keep and to show."""

import hashlib
import json
from dataclasses import dataclass
from functools import cache

import anyio.to_thread
import structlog

from photos.darkroom import Darkroom, DecoderEnded
from workshop.errors import InvalidInput

MAX_BYTES = 25_000_000

_log = structlog.get_logger()
_DAMAGED = (
    "This photo is damaged and cannot be opened. Nothing else was lost. Take it again or choose another file."
)
_REFUSALS = {
    "damaged": _DAMAGED,
    "format": "This file is not a JPEG, PNG, WEBP or HEIC photo, so it was not added. "
    "Nothing else was lost. Choose a photo taken with the camera.",
    "pixels": "This photo is too large to be opened (50 megapixels at most), so it was not added. "
    "Nothing else was lost. Take it again with the camera's normal size.",
}


class PhotoTooLarge(InvalidInput):
    """The file is over 25 MB."""

    status = 413

    def __init__(self) -> None:
        sentence = (
            "This photo is larger than 25 MB, so it was not added. Nothing else was lost. "
            "Take it again with the camera's normal size."
        )
        super().__init__(sentence, photo=sentence)


@dataclass(frozen=True, slots=True)
class CleanPhoto:
    """A photo made again from its pixels alone.

    The camera's own file is not kept: position, maker's data and serial numbers live in it. Its
    hash is, so that a file on somebody's phone can be proved to be the one we were given.
    """

    original_sha256: str
    """Hash of the bytes as sent, in hexadecimal."""
    taken_at: str | None
    """ISO 8601 by the camera's clock; has an offset only if the camera wrote one."""
    width: int
    """Pixels of `shown`, upright."""
    height: int
    content_format: str
    """What was sent: JPEG, PNG, WEBP or HEIC."""
    shown: bytes
    """JPEG, sRGB, longest side at most 2560 px: the evidence."""
    thumb: bytes
    """JPEG, sRGB, longest side at most 480 px, for lists."""


async def sanitise(original: bytes, darkroom: Darkroom | None = None) -> CleanPhoto:
    """Turn a camera's file into a clean photo, whatever its name or declared type says.

    Takes JPEG, PNG, WEBP and HEIC up to 25 MB and 50 megapixels. Raises InvalidInput (422) or
    PhotoTooLarge (413) with what to do instead, Closing (503) while the server stops.
    """
    if len(original) > MAX_BYTES:
        raise PhotoTooLarge
    sha256 = await anyio.to_thread.run_sync(_sha256, original)
    try:
        answer = await (darkroom or _own_darkroom()).open(original)
    except DecoderEnded as ended:
        _log.warning("photo_decoder_ended", sha256=sha256, returncode=ended.returncode)
        raise InvalidInput(_DAMAGED, photo=_DAMAGED) from ended
    return _read(answer, sha256)


async def close_darkroom() -> None:
    """End whatever still opens photos; for the server's shutdown. A later photo starts afresh."""
    await anyio.to_thread.run_sync(_own_darkroom().close)
    _own_darkroom.cache_clear()


@cache
def _own_darkroom() -> Darkroom:
    return Darkroom()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _read(answer: bytes, sha256: str) -> CleanPhoto:
    line, _, pictures = answer.partition(b"\n")
    head = json.loads(line)
    if "refused" in head:
        _log.info("photo_refused", sha256=sha256, reason=head["refused"], why=head.get("why"))
        sentence = _REFUSALS[head["refused"]]
        raise InvalidInput(sentence, photo=sentence)
    shown_size = head["sizes"][0]
    return CleanPhoto(
        original_sha256=sha256,
        taken_at=head["taken_at"],
        width=head["width"],
        height=head["height"],
        content_format=head["format"],
        shown=pictures[:shown_size],
        thumb=pictures[shown_size:],
    )
