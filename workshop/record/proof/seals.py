"""An event as text, and the program's own mark on it: what a database alone can neither make nor mend."""

import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from workshop.record.secret import secret_key

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_REFERENCES = ("ticket", "envelope", "piece", "customer", "staff")
_WORDS = ("name", "station", "from_stage", "to_stage")


def event_words(row: Mapping[str, Any]) -> str:
    """One event as the text its seal and its link are made of, as `event_words` of the database has it."""
    moment = (row["at"] - _EPOCH) // timedelta(microseconds=1)
    return "|".join([
        str(row["id"]), str(row["shop"]), *("" if row[name] is None else str(row[name]) for name in _REFERENCES),
        str(moment), *(f"{len(row[name])}:{row[name]}" for name in _WORDS), row["data"],
    ])  # fmt: skip


def seal(words: str) -> str:
    """The program's mark under a text: nobody makes it without the installation's secret."""
    return hmac.digest(secret_key().encode(), b"seal " + words.encode(), "sha256").hex()


def is_sealed(words: str, mac: str) -> bool:
    """Whether the mark is ours and the text still what it was."""
    return hmac.compare_digest(seal(words), mac)


def link(before: str, words: str) -> str:
    """The hash of an event that follows another's."""
    return sha256(f"{before}|{words}".encode()).hexdigest()
