"""Money is integer cents with a currency; nothing else."""

import re
from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import format_currency

from workshop.errors import InvalidInput

# A comma only where it parts thousands: `12,50` taken for 1,250 would be a hundred times the money.
_AMOUNT = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d{0,2})?|\.\d{1,2}", re.ASCII)
_COMMA_CENTS = ", with a point before the cents"


def show(cents: int, currency: str = "USD", locale: str = "en_US") -> str:
    """`26900` as `$269.00`."""
    return format_currency(Decimal(cents) / 100, currency, locale=locale)


def parse(text: str, field: str = "amount") -> int:
    """Read what a person typed (`$1,269.50`, `40`) as cents, or refuse naming the field."""
    cleaned = text.strip().removeprefix("$").strip()
    amount = Decimal(cleaned.replace(",", "")) if _AMOUNT.fullmatch(cleaned) else None
    if amount is None or amount > 10_000_000:
        sentence = f"“{text}” is not an amount. Write it like 1269.50{_COMMA_CENTS if ',' in cleaned else ''}."
        raise InvalidInput(sentence, **{field: sentence})
    return to_cents(amount)


def to_cents(amount: Decimal) -> int:
    """Dollars to cents, half a cent rounded up as tills do."""
    return int((amount * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def share(cents: int, parts: int, of: int = 1000) -> int:
    """So many parts of a thousand (or of another whole) of an amount, half a cent rounded up."""
    return to_cents(Decimal(cents) * parts / of / 100)
