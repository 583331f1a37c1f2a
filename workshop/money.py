"""Money is integer cents with a currency; nothing else."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from babel.numbers import format_currency

from workshop.errors import InvalidInput


def show(cents: int, currency: str = "USD", locale: str = "en_US") -> str:
    """`26900` as `$269.00`."""
    return format_currency(Decimal(cents) / 100, currency, locale=locale)


def parse(text: str, field: str = "amount") -> int:
    """Read what a person typed (`$1,269.50`, `40`) as cents, or refuse naming the field."""
    cleaned = text.strip().removeprefix("$").replace(",", "").replace(" ", "")
    try:
        amount = Decimal(cleaned)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or amount < 0 or amount > 10_000_000:
        sentence = f"“{text}” is not an amount. Write it like 1269.50."
        raise InvalidInput(sentence, **{field: sentence})
    return to_cents(amount)


def to_cents(amount: Decimal) -> int:
    """Dollars to cents, half a cent rounded up as tills do."""
    return int((amount * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def share(cents: int, parts: int, of: int = 1000) -> int:
    """So many parts of a thousand (or of another whole) of an amount, half a cent rounded up."""
    return to_cents(Decimal(cents) * parts / of / 100)
