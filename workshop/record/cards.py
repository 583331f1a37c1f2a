"""Card numbers never enter the record: not in a note, not in a name, not anywhere (PCI DSS 3.3)."""

import re
from collections.abc import Iterable

from workshop.errors import InvalidInput

_RUN = re.compile(r"(?:\d[ -]?){12,18}\d")
# Our own names of photos and drafts are random: one in five hundred would look like a card by its digits.
_IDENTITY = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
# What may be a long number of its own: a watch's serial, a laboratory's report, a phone abroad, a parcel; and
# what no person types (keys, drawn signatures). One in ten of such numbers passes the check that cards pass.
_NUMBERS = re.compile(r"serial|report|movement|reference|phone|tracking|digits|idempotency_key|_csrf_token|signature")


def has_card_number(text: str) -> bool:
    """Whether 13 to 19 digits in the text pass the Luhn check that card numbers pass."""
    return any(_luhn(re.sub(r"\D", "", run)) for run in _RUN.findall(_IDENTITY.sub(" ", text)))


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
