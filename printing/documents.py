"""What is printed, in the shop's words. Nothing here knows the database, the paper or the printer.

A declared value, a cost or a phone number of a customer never has a field here: a label travels
on the outside of the envelope. Only the claim check and the receipt, which the customer keeps,
carry money.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, fields

# Joiners that shape Arabic, Persian and Indic names; every other format character is dropped.
_JOINERS = "\u200c\u200d"
_DROPPED = {"Cc", "Cf", "Cs", "Co"}
_MOST_CHARACTERS = 8_000


def clean(text: str) -> str:
    """The text as it may be printed: one line, and nothing a printer or reader could obey.

    ESC/POS control bytes, direction overrides, lone surrogates and emoji selectors are dropped
    (OWASP ASVS 5.0, 1.2); tabs, line ends and repeated blanks become one blank.
    """
    marks = (" " if mark.isspace() else mark for mark in text[:_MOST_CHARACTERS])
    kept = "".join(mark for mark in marks if mark in _JOINERS or not _is_dropped(mark))
    return " ".join(unicodedata.normalize("NFC", kept).split())


def _is_dropped(mark: str) -> bool:
    return "\ufe00" <= mark <= "\ufe0f" or unicodedata.category(mark) in _DROPPED


class Printed:
    """A document whose every text is cleaned the moment it is made."""

    def __post_init__(self) -> None:
        for field in fields(self):  # type: ignore[arg-type]  # subclasses are dataclasses
            object.__setattr__(self, field.name, _cleaned(getattr(self, field.name)))


def _cleaned(value: object) -> object:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list | tuple):
        return tuple(_cleaned(part) for part in value)
    return value


@dataclass(frozen=True)
class EnvelopeLabel(Printed):
    """The label of one envelope. `copy` counts reprints; anything above 0 is marked on paper."""

    shop_name: str
    number: str
    code: str
    piece: str
    tasks: Sequence[str]
    promise: str
    place: str
    taken_in_by: str
    taken_in_on: str
    size_change: str = ""
    engraving: Sequence[str] = ()
    allergies: str = ""
    rush: bool = False
    copy: int = 0


@dataclass(frozen=True)
class MarkedPicture:
    """One picture of a piece with its numbered places, as shares of its width and height.

    `picture` is a JPEG or PNG file, empty when the photo could not be had; `drawing` is one of ours by name.
    """

    spots: Sequence[tuple[int, float, float]] = ()
    stones: Sequence[tuple[float, float]] = ()
    twelve: tuple[float, float] | None = None
    picture: bytes = b""
    drawing: str = ""


@dataclass(frozen=True)
class ClaimCheck(Printed):
    """The customer's stub to collect with. The signature is a PNG file.

    `agreed`, `noted`, `marks` and `pictures` have an entry for each piece, in the same order: work, size and
    words to engrave; stones counted and what was seen without a place; the numbered marks in words; the
    pictures that carry the numbers.
    """

    shop_name: str
    shop_address: str
    shop_phone: str
    number: str
    status_url: str
    pieces: Sequence[str]
    promise: str
    terms: str
    policy: str
    taken_in_by: str
    taken_in_on: str
    noted: Sequence[str] = ()
    total: str = ""
    deposit: str = ""
    off: str = ""
    deposit_due: str = ""
    agreed: Sequence[Sequence[str]] = ()
    measured: Sequence[str] = ()
    risks: Sequence[str] = ()
    risks_explained: bool = False
    marks: Sequence[Sequence[tuple[int, str]]] = ()
    pictures: Sequence[Sequence[MarkedPicture]] = ()
    signature_png: bytes | None = None
    copy: int = 0


@dataclass(frozen=True)
class ActionCard(Printed):
    """A card to scan: an act (START, DONE, FOUND, HOLD), a jeweler's badge or a place."""

    title: str
    hint: str
    code: str


@dataclass(frozen=True)
class Receipt(Printed):
    """What was paid for what. Lines and payments are (words, formatted amount) pairs.

    A line without an amount names the piece that the lines after it are about.
    """

    shop_name: str
    shop_address: str
    shop_phone: str
    number: str
    lines: Sequence[tuple[str, str]]
    total: str
    payments: Sequence[tuple[str, str]]
    balance: str
    issued_on: str = ""
    warranty: Sequence[str] = ()
    measured: Sequence[str] = ()
    collected: Sequence[str] = ()
    copy: int = 0


@dataclass(frozen=True)
class PackingList(Printed):
    """What goes to a vendor. A piece is (number, words, what it is insured for)."""

    shop_name: str
    shop_address: str
    shop_phone: str
    number: str
    vendor: str
    sent: str
    pieces: Sequence[tuple[str, str, str]]
    count: str
    insured: str
    note: str = ""


Document = EnvelopeLabel | ClaimCheck | ActionCard | Receipt | PackingList
