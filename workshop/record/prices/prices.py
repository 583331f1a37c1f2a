"""The price of one line of work: a rule of the price book, what drives it, and why it costs that.

A rule: `{"base": cents, "material": cents, "asks": [drivers], "labels": {driver: [label, unit]},
"metal": True or {name: per mille}, "per": [{"driver", "included", "further": cents}],
"width": {"from": mm, "each": cents}, "stones": {"included", "up_to", "surcharge": cents}}`.
`base` is labour; without `material` it is both. Amounts are for 14K gold where the metal matters.
"""

from collections.abc import Iterable, Mapping
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
# driver: (label, unit, largest believable number); a line of the book may call its driver something else
DRIVERS: dict[str, tuple[str, str, int]] = {
    "metal": ("Metal", "", 0),
    "sizes": ("Sizes", "sizes", 12),
    "width_mm": ("Band width", "mm", 30),
    "stones": ("Stones on the piece", "stones", 300),
    "prongs": ("Prongs", "prongs", 60),
    "characters": ("Characters", "characters", 200),
    "inches": ("Length", "inches", 120),
    "links": ("Links", "links", 60),
    "mm": ("Stone size", "mm", 60),
    "each": ("How many", "pieces", 60),
}

Why = list[tuple[str, int]]


@dataclass(frozen=True)
class Driver:
    """What drives a price, as the person typing it reads it."""

    name: str
    label: str
    unit: str
    most: int

    @property
    def words(self) -> str:
        """`Crystal diameter (mm)`; the unit is left out where the label says it."""
        return self.label if not self.unit or self.unit in self.label.lower() else f"{self.label} ({self.unit})"


def drivers_of(rule: Mapping[str, Any]) -> list[Driver]:
    """What a rule asks for, in order, in the words of this line of the book."""
    called = rule.get("labels") or {}
    return [_driver(name, called) for name in rule.get("asks", ()) if name in DRIVERS]


def _driver(name: str, called: Mapping[str, Any]) -> Driver:
    label, unit, most = DRIVERS[name]
    own = called.get(name) or (label, unit)
    return Driver(name, own[0] or label, own[1], most)


@dataclass(frozen=True)
class Quote:
    """The price of one unit with its reasons; `by_quote` means the rule cannot say and a person must."""

    cents: int
    why: Why = field(default_factory=list)
    by_quote: str = ""
    labour_cents: int = 0  # without material: what piecework is a share of
    plain_cents: int = 0  # without what drivers add: what a package price stands for


def quote(rule: Mapping[str, Any], drivers: Mapping[str, Any]) -> Quote:
    """Price one unit of work in cents, explained line by line.

    Raises InvalidInput naming the driver that is not a believable number.
    """
    asked = {one.name: one for one in drivers_of(rule)}
    numbers = {name: _number(one, drivers.get(name)) for name, one in asked.items() if name != "metal"}
    base, material = int(rule.get("base", 0)), int(rule.get("material", 0))
    label, factor = _metal(rule, str(drivers.get("metal") or ""))
    why: Why = [("Labour", base), ("Material", material)] if material else [("Labour and material", base)]
    extra = share(base, factor) - base + share(material, factor) - material
    why += [(f"{label} instead of 14K gold", extra)] if extra else []
    for step in _steps(rule):
        why += _further(step, asked, numbers)
    why += _width(rule, numbers)
    stones, by_quote = _stones(rule, numbers)
    why += stones
    total = sum(cents for _, cents in why)
    return Quote(total, why, by_quote, total - share(material, factor), base + material)


@dataclass(frozen=True)
class RushRule:
    """What a rush adds to a visit: a share of the work, never under a least amount; or one fee."""

    kind: str
    per_mille: int
    minimum_cents: int
    fee_cents: int
    currency: str = "USD"

    def cents(self, work_cents: int) -> int:
        """For the whole visit (TRADE: +50 % or $15)."""
        if self.kind == "fee":
            return self.fee_cents
        return rush_cents(work_cents, per_mille=self.per_mille, minimum_cents=self.minimum_cents)

    @property
    def words(self) -> str:
        """As said beside the rush box."""
        if self.kind == "fee":
            return f"adds {show(self.fee_cents, self.currency)} to the visit"
        least = f", at least {show(self.minimum_cents, self.currency)}" if self.minimum_cents else ""
        return f"adds {percent(self.per_mille)} of the work{least}"


def rush_cents(labour_cents: int, *, per_mille: int, minimum_cents: int) -> int:
    """A share of the labour, never under the shop's fee."""
    return max(share(labour_cents, per_mille), minimum_cents)


def percent(per_mille: int) -> str:
    """`75` as `7.5 %`."""
    return f"{Decimal(per_mille) / 10:f}".removesuffix(".0") + " %"


def explain(why: Why, currency: str = "USD") -> list[str]:
    """The reasons as a person reads them."""
    return [f"{text}: {show(cents, currency)}" for text, cents in why]


def _number(driver: Driver, value: Any) -> Decimal:
    if value in (None, ""):
        return Decimal(0)
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or number < 0 or number > driver.most:
        unit = f" of {driver.unit}" if driver.unit else ""
        sentence = f"{driver.label}: “{value}” is not a number{unit} between 0 and {driver.most}."
        raise InvalidInput(sentence, **{driver.name: sentence})
    return number


def _metal(rule: Mapping[str, Any], metal: str) -> tuple[str, int]:
    factors = rule.get("metal")
    if not factors or metal not in METALS:
        return "", 1000
    label, standard = METALS[metal]
    return label, int(factors.get(metal, standard)) if isinstance(factors, Mapping) else standard


def _steps(rule: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    per = rule.get("per") or []
    return [per] if isinstance(per, Mapping) else per


def _further(step: Mapping[str, Any], asked: Mapping[str, Driver], numbers: Mapping[str, Decimal]) -> Why:
    driver = asked.get(step["driver"])
    if driver is None:
        return []
    further = max(numbers[driver.name] - Decimal(str(step.get("included", 1))), Decimal(0))
    if not further:
        return []
    cents = to_cents(further * int(step["further"]) / 100)
    thing = driver.unit.removesuffix("s") if further == 1 else driver.unit
    return [(f"{further.normalize():f} further {thing or driver.label.lower()}", cents)]


def _width(rule: Mapping[str, Any], numbers: Mapping[str, Decimal]) -> Why:
    width = rule.get("width")
    if not width:
        return []
    above = numbers.get("width_mm", Decimal(0)) - Decimal(str(width["from"]))
    if above <= 0:
        return []
    return [(f"{above.normalize():f} mm wider than {width['from']} mm", to_cents(above * int(width["each"]) / 100))]


def _stones(rule: Mapping[str, Any], numbers: Mapping[str, Decimal]) -> tuple[Why, str]:
    stones = rule.get("stones")
    count = int(numbers.get("stones", Decimal(0)))
    if not stones or count <= int(stones["included"]):
        return [], ""
    if count > int(stones["up_to"]):
        return [], f"{count} stones are more than {stones['up_to']}: this price needs an estimate."
    return [(f"{count} stones instead of {stones['included']}", int(stones["surcharge"]))], ""
