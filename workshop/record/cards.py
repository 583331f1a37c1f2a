"""Card numbers never enter the record: not in a note, not in a name, not anywhere (PCI DSS 3.3)."""

import re

from workshop.errors import InvalidInput

_RUN = re.compile(r"(?:\d[ -]?){12,18}\d")


def has_card_number(text: str) -> bool:
    """Whether 13 to 19 digits in the text pass the Luhn check that card numbers pass."""
    return any(_luhn(re.sub(r"\D", "", run)) for run in _RUN.findall(text))


def refuse_card_number(text: str, field: str) -> None:
    """Refuse a text with a card number in it, naming the field."""
    if has_card_number(text):
        sentence = "That looks like a card number. Never write one down; the terminal's last four is enough."
        raise InvalidInput(sentence, **{field: sentence})


def _luhn(digits: str) -> bool:
    total = 0
    for place, char in enumerate(reversed(digits)):
        doubled = int(char) * (2 if place % 2 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0
