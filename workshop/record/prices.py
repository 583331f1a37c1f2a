"""The price of one line of work: a rule of the price book, what drives it, and why it costs that.

A rule: `{"base": cents, "asks": [drivers], "metal": {name: per mille}, "per": {"driver", "included",
"further": cents}, "width": {"from": mm, "each": cents}, "stones": {"included", "up_to", "surcharge": cents}}`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from workshop.errors import InvalidInput
from workshop.money import share, show, to_cents

METALS = {
    "": ("Not told", 1000),
    "silver": ("Sterling silver", 650),
    "10k": ("10K gold", 900),
    "14k": ("14K gold", 1000),
    "18k": ("18K gold", 1350),
    "platinum": ("Platinum", 1900),
    "steel": ("Steel", 1000),
    "other": ("Other metal", 1000),
}
# driver: (label, unit, largest believable number)
DRIVERS: dict[str, tuple[str, str, int]] = {
    "metal": ("Metal", "", 0),
    "sizes": ("Sizes", "sizes", 12),
    "width_mm": ("Width", "mm", 30),
    "stones": ("Stones on the piece", "stones", 300),
    "prongs": ("Prongs", "prongs", 60),
    "characters": ("Characters", "characters", 200),
    "inches": ("Length", "inches", 120),
    "links": ("Links", "links", 60),
    "mm": ("Size of stone", "mm", 40),
    "each": ("How many", "pieces", 60),
}


@dataclass(frozen=True)
class Quote:
    """A price with its reasons; `by_quote` means the rule cannot say and a person must."""

    cents: int
    why: list[tuple[str, int]] = field(default_factory=list)
    by_quote: str = ""


def quote(rule: Mapping[str, Any], drivers: Mapping[str, Any]) -> Quote:
    """Price one unit of work in cents, explained line by line.

    Raises InvalidInput naming the driver that is not a believable number.
    """
    numbers = {name: _number(name, drivers.get(name)) for name in rule.get("asks", ()) if name != "metal"}
    base = int(rule.get("base", 0))
    why: list[tuple[str, int]] = [("Labour and material", base)]
    why += _metal(rule, str(drivers.get("metal", "")), base)
    why += _per(rule, numbers)
    why += _width(rule, numbers)
    stones, by_quote = _stones(rule, numbers)
    why += stones
    return Quote(sum(cents for _, cents in why), why, by_quote)


def rush_cents(labour_cents: int, *, per_mille: int, minimum_cents: int) -> int:
    """What a rush adds: a share of the labour, never under the shop's fee (TRADE: +50 % or $15)."""
    return max(share(labour_cents, per_mille), minimum_cents)


def explain(why: list[tuple[str, int]], currency: str = "USD") -> list[str]:
    """The reasons as a person reads them."""
    return [f"{text}: {show(cents, currency)}" for text, cents in why]


def _number(name: str, value: Any) -> Decimal:
    if value in (None, ""):
        return Decimal(0)
    label, unit, most = DRIVERS[name]
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or number < 0 or number > most:
        sentence = f"{label}: “{value}” is not a number of {unit} between 0 and {most}."
        raise InvalidInput(sentence, **{name: sentence})
    return number


def _metal(rule: Mapping[str, Any], metal: str, base: int) -> list[tuple[str, int]]:
    factors = rule.get("metal")
    if not factors or metal not in METALS:
        return []
    label, standard = METALS[metal]
    factor = int(factors.get(metal, standard)) if isinstance(factors, Mapping) else standard
    extra = share(base, factor) - base
    return [(f"{label} instead of 14K gold", extra)] if extra else []


def _per(rule: Mapping[str, Any], numbers: Mapping[str, Decimal]) -> list[tuple[str, int]]:
    per = rule.get("per")
    if not per:
        return []
    label, unit, _ = DRIVERS[per["driver"]]
    further = max(numbers.get(per["driver"], Decimal(0)) - int(per.get("included", 1)), Decimal(0))
    if not further:
        return []
    cents = to_cents(further * int(per["further"]) / 100)
    thing = unit.removesuffix("s") if further == 1 else unit
    return [(f"{further.normalize():f} further {thing or label.lower()}", cents)]


def _width(rule: Mapping[str, Any], numbers: Mapping[str, Decimal]) -> list[tuple[str, int]]:
    width = rule.get("width")
    if not width:
        return []
    above = numbers.get("width_mm", Decimal(0)) - Decimal(str(width["from"]))
    if above <= 0:
        return []
    return [(f"{above.normalize():f} mm wider than {width['from']} mm", to_cents(above * int(width["each"]) / 100))]


def _stones(
    rule: Mapping[str, Any], numbers: Mapping[str, Decimal]
) -> tuple[list[tuple[str, int]], str]:
    stones = rule.get("stones")
    count = int(numbers.get("stones", Decimal(0)))
    if not stones or count <= int(stones["included"]):
        return [], ""
    if count > int(stones["up_to"]):
        return [], f"{count} stones are more than {stones['up_to']}: this price needs an estimate."
    return [(f"{count} stones instead of {stones['included']}", int(stones["surcharge"]))], ""
