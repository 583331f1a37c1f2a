"""Reading what was typed of a piece's measures: grams or dwt, inches or millimetres, bar, carat, years, days."""

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import TypeVar

from workshop.errors import InvalidInput
from workshop.record.pieces.piece_words import DWT_MG, INCH_MM

_Number = TypeVar("_Number", int, Decimal)
_WEIGHT_MG = {"": Decimal(1000), "g": Decimal(1000), "dwt": DWT_MG}
_LENGTH_MM = {"": INCH_MM, "in": INCH_MM, "cm": Decimal(10), "mm": Decimal(1)}
_BAR = {"": Decimal(1), "bar": Decimal(1), "atm": Decimal(1), "m": Decimal("0.1"), "ft": Decimal("0.03048")}


def read_weight(text: str, field: str = "weight") -> int | None:
    """`4.31`, `4.31 g` or `2.77 dwt` as milligrams, to a hundredth of a gram; nothing as None."""
    weight = _amount(text, _WEIGHT_MG, field, f"“{text}” is not a weight. Write it like 4.31 g or 2.77 dwt.")
    return None if weight is None else _in_range(round_half_up(weight / 10) * 10, 10, 10_000_000, field, "10 kg")


def read_length(text: str, field: str = "length") -> int | None:
    """`18`, `18 in` or `45 cm` as millimetres; nothing as None. A bare number is inches."""
    length = _amount(text, _LENGTH_MM, field, f"“{text}” is not a length. Write it like 18 in or 45 cm.")
    return None if length is None else _in_range(round_half_up(length), 10, 5_000, field, "5 m")


def read_bar(text: str, field: str = "water_bar") -> int | None:
    """`20`, `20 bar` or `200 m` as bar; nothing as None."""
    bar = _amount(text, _BAR, field, f"“{text}” is not a pressure. Write it like 20 bar or 200 m.")
    return None if bar is None else _in_range(round_half_up(bar), 1, 2_000, field, "2,000 bar")


def read_millimetres(text: str, field: str = "size_mm") -> tuple[Decimal | None, Decimal | None]:
    """`6.5` or `8 x 6` as one or two measures of a stone."""
    parts = [part.strip() for part in re.split(r"[x×*]", text.lower().replace("mm", "")) if part.strip()]
    if len(parts) > 2:
        sentence = f"“{text}” is not the size of a stone. Write it like 6.5 or 8 x 6."
        raise InvalidInput(sentence, **{field: sentence})
    numbers = [_number(part, field, f"“{text}” is not the size of a stone. Write it like 6.5 or 8 x 6.")
               for part in parts]  # fmt: skip
    for number in numbers:
        _in_range(number, Decimal("0.1"), Decimal(200), field, "200 mm")
    return (numbers[0] if numbers else None, numbers[1] if len(numbers) > 1 else None)


def read_carat(text: str, field: str = "carat") -> Decimal | None:
    """`1.02` carats of one stone; nothing as None."""
    if not text.strip():
        return None
    number = _number(text.lower().replace("ct", ""), field, f"“{text}” is not a weight in carats. Write it like 1.02.")
    return _in_range(number, Decimal("0.001"), Decimal(3_200), field, "3,200 ct")


def read_year(text: str, today: date, field: str = "made_about") -> int | None:
    """A year a piece may have been made in; nothing as None."""
    if not text.strip():
        return None
    year = int(text) if re.fullmatch(r"\d{4}", text.strip()) else 0
    if not 1000 <= year <= today.year:
        sentence = f"“{text}” is not a year. Write it like 1938."
        raise InvalidInput(sentence, **{field: sentence})
    return year


def read_day(text: str, field: str) -> date | None:
    """A day from a date box; nothing as None."""
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise InvalidInput(f"“{text}” is not a day.", **{field: "Choose the day."}) from None


def round_half_up(number: Decimal) -> int:
    """To the whole, half a unit up."""
    return int(number.quantize(Decimal(1), ROUND_HALF_UP))


def _amount(text: str, units: dict[str, Decimal], field: str, sentence: str) -> Decimal | None:
    if not text.strip():
        return None
    found = re.fullmatch(r"([\d.,]+)\s*([a-z\"”]*)\.?", text.strip().lower())
    unit = (found[2] if found else "?").replace('"', "in").replace("”", "in")
    unit = {"inch": "in", "inches": "in", "gr": "g", "gram": "g", "grams": "g"}.get(unit, unit)
    if found is None or unit not in units:
        raise InvalidInput(sentence, **{field: sentence})
    return _number(found[1], field, sentence) * units[unit]


def _number(text: str, field: str, sentence: str) -> Decimal:
    try:
        number = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or number <= 0:
        raise InvalidInput(sentence, **{field: sentence})
    return number


def _in_range(number: _Number, least: _Number, most: _Number, field: str, words: str) -> _Number:
    if not least <= number <= most:
        sentence = f"That cannot be right: it is more than {words}, or almost nothing."
        raise InvalidInput(sentence, **{field: sentence})
    return number
