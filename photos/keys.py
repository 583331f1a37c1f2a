"""Stored files are named by what they contain, so no name can ever mean two pictures."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime

from workshop.errors import NotFound, WorkshopError

PROBE = b"photos can be kept here"
"""What a probe stores; one file however often it runs."""

_KEY = re.compile(r"[0-9a-f]{64}")


class StorageDown(WorkshopError):
    """The place where photos are kept does not take or give them now."""

    status = 503


class StoredFileChanged(WorkshopError):
    """A stored file is no longer the one that was saved."""

    status = 500


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A stored file's name, and since when it is there (aware, UTC)."""

    key: str
    stored_at: datetime


def key_of(data: bytes) -> str:
    """The name under which these bytes are stored: their SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def is_key(name: str) -> bool:
    """Whether a name is one of ours; everything else in a folder or bucket is left alone."""
    return _KEY.fullmatch(name) is not None


def check_key(key: str) -> None:
    """Refuse a name that is not a key (such as `../secret`). Raises NotFound."""
    if not is_key(key):
        raise missing(key)


def check_content(key: str, data: bytes) -> bytes:
    """Give the bytes back if they are what was stored. Raises StoredFileChanged."""
    if key_of(data) != key:
        raise StoredFileChanged(
            "This photo's stored file has changed since it was saved, so it is not shown. The "
            f"record of it is safe. Restore the file {key} from a backup.",
            key=key,
        )
    return data


def missing(key: str) -> NotFound:
    """The refusal for a file that is not there."""
    return NotFound(
        "This photo's file is not where photos are kept. The record of it is safe. "
        "Restore the file from a backup.",
        key=key,
    )
