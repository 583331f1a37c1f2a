"""Card numbers never enter the record: not in a note, not in a name, not anywhere (PCI DSS 3.3)."""

import re
from collections.abc import Iterable
from itertools import accumulate

from workshop.errors import InvalidInput

_RUN = re.compile(r"(?:\d[ -]?){12,18}\d")
# As it is written down with its expiry, a till number before it, dots or odd blanks between: groups of digits.
_GROUPS = re.compile(r"\d+(?:[\s.\-\u2010-\u2015]{1,2}\d+)*")
_LENGTHS = {"34": (15,), "37": (15,), "30": (14,), "36": (14,), "38": (14,), "35": (16,), "4": (16, 19), "6": (16, 19),
            **{str(first): (16,) for first in (*range(51, 56), *range(22, 28))}}  # fmt: skip
# Our own names of photos and drafts are random: one in five hundred would look like a card by its digits.
_IDENTITY = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
# What may be a long number of its own: a watch's serial, a laboratory's report, a phone abroad, a parcel; and
# what no person types (keys, drawn signatures). One in ten of such numbers passes the check that cards pass.
_NUMBERS = re.compile(r"serial|report|movement|reference|phone|tracking|digits|idempotency_key|_csrf_token|signature")


def has_card_number(text: str) -> bool:
    """Whether 13 to 19 digits in the text pass the Luhn check that cards pass, or a card is among more digits."""
    typed = _IDENTITY.sub(" ", text)
    if any(_luhn(re.sub(r"\D", "", run)) for run in _RUN.findall(typed)):
        return True
    return any(_has_card(re.findall(r"\d+", groups)) for groups in _GROUPS.findall(typed))


def _has_card(groups: list[str]) -> bool:
    """Whether a card number as its issuer makes it begins at one of the groups and ends with one, or inside its own."""
    for place, first in enumerate(groups):
        if len(first) < 4:  # a count, a day, a till's number
            continue
        digits = "".join(groups[place:])
        ends = set(accumulate(len(group) for group in groups[place:]))
        lengths = next((_LENGTHS[digits[:size]] for size in (2, 1) if digits[:size] in _LENGTHS), ())
        if any((many in ends or many < len(first)) and _luhn(digits[:many]) for many in lengths):
            return True
    return False


def refuse_card_number(text: str, field: str) -> None:
    """Refuse a text with a card number in it, naming the field."""
    if has_card_number(text):
        sentence = "That looks like a card number. Never write one down; the terminal's last four is enough."
        raise InvalidInput(sentence, **{field: sentence})


def refuse_cards_in(fields: Iterable[tuple[str, str]]) -> None:
    """Refuse whatever was sent if a field that is no number of its own holds a card number. One net for all doors."""
    for name, text in fields:
        if not _NUMBERS.search(name):
            refuse_card_number(text, name)


def _luhn(digits: str) -> bool:
    total = 0
    for place, char in enumerate(reversed(digits)):
        doubled = int(char) * (2 if place % 2 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0
