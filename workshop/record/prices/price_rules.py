"""The fields a person fills in, read as a line of the price book: no rule is ever typed as a rule."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from workshop import money
from workshop.errors import InvalidInput
from workshop.record.cards import refuse_card_number
from workshop.record.prices.prices import DRIVERS, METALS
from workshop.record.prices.taxes import TAX_CLASSES
from workshop.record.trade import KINDS

SKILLS = {
    "jeweler": "Jeweler", "setter": "Setter", "polisher": "Polisher", "engraver": "Engraver",
    "watchmaker": "Watchmaker", "appraiser": "Appraiser",
}  # fmt: skip
STEPS = [name for name in DRIVERS if name not in ("metal", "stones")]
OWN_METALS = [name for name in METALS if name]
TEXTS = {"name": 80, "category": 20, "unit": 20, "risk": 400}


@dataclass(frozen=True)
class BookItem:
    """A line of the price book: everything of it but its days."""

    code: str
    name: str
    category: str
    unit: str
    rule: dict[str, Any]
    minutes: int = 15
    skill: str = "jeweler"
    warranty_days: int = 365
    tax_class: str = "repair"
    needs_estimate: bool = False
    counts_stones: bool = True
    piecework_per_mille: int = 260
    kinds: list[str] = field(default_factory=list)
    risk: str = ""
    is_favourite: bool = False
    parts: list[str] = field(default_factory=list)
    next_tasks: list[str] = field(default_factory=list)


class Fields:
    """Typed fields being read; what is wrong is collected, so that all of it is said at once."""

    def __init__(self, typed: Mapping[str, str]) -> None:
        self.typed = typed
        self.errors: dict[str, str] = {}

    def text(self, name: str) -> str:
        """Trimmed."""
        return str(self.typed.get(name, "")).strip()

    def ticked(self, name: str) -> bool:
        """Whether a box is ticked, or the word says yes."""
        return self.text(name).lower() not in ("", "0", "no", "false")

    def wrong(self, name: str, sentence: str) -> None:
        """Remember what is wrong with a field; the first thing said stays."""
        self.errors.setdefault(name, sentence)

    def number(self, name: str, sentence: str, *, most: int, least: int = 0, whole: bool = True) -> Decimal:
        """A number between two, or a complaint."""
        try:
            value = Decimal(self.text(name).removesuffix("%").strip() or "0")
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite() or not least <= value <= most or (whole and value != value.to_integral_value()):
            self.wrong(name, sentence)
            return Decimal(least)
        return value

    def cents(self, name: str) -> int:
        """An amount, or a complaint; nothing is zero."""
        try:
            return money.parse(self.text(name) or "0", name)
        except InvalidInput as error:
            self.wrong(name, error.message)
            return 0

    def per_mille(self, name: str, *, most: int = 1000) -> int:
        """A percentage with at most one decimal."""
        sentence = f"Write a percentage from 0 to {most // 10}, such as 26 or 7.5."
        value = self.number(name, sentence, most=most // 10, whole=False) * 10
        if value != value.to_integral_value():
            self.wrong(name, "At most one decimal, such as 7.5.")
        return int(value)


def read_item(typed: Mapping[str, str]) -> BookItem:
    """The line that was typed. Raises InvalidInput with a sentence for every field that is wrong."""
    got = Fields(typed)
    code = got.text("code").upper()
    if not re.fullmatch(r"[A-Z0-9][A-Z0-9-]{1,11}", code):
        got.wrong("code", "A code is 2 to 12 letters, digits or dashes, such as RS-UP.")
    if code == "XX-RUSH":
        got.wrong("code", "XX-RUSH is the rush itself. Its amount is a setting of the shop.")
    for name, most in TEXTS.items():
        if len(got.text(name)) > most:
            got.wrong(name, f"At most {most} characters.")
    for name in ("name", "category", "unit"):
        if not got.text(name):
            got.wrong(name, _MISSING[name])
    refuse_card_number(got.text("risk"), "risk")
    item = BookItem(
        code, got.text("name"), got.text("category"), got.text("unit"), _rule(got),
        minutes=int(got.number("minutes", "Whole minutes, 0 to 5,000.", most=5000)),
        skill=_one_of(got, "skill", SKILLS, "jeweler"),
        warranty_days=int(got.number("warranty_days", "Whole days, 0 to 3,650. 0 is no warranty.", most=3650)),
        tax_class=_one_of(got, "tax_class", TAX_CLASSES, "repair"),
        needs_estimate=got.ticked("needs_estimate"), counts_stones=got.ticked("counts_stones"),
        piecework_per_mille=got.per_mille("piecework"), kinds=_kinds(got), risk=got.text("risk"),
        is_favourite=got.ticked("is_favourite"), parts=_listed(got, "parts", 60),
        next_tasks=[one.upper() for one in got.text("next_tasks").replace(",", " ").split()][:8],
    )  # fmt: skip
    if got.errors:
        raise InvalidInput("Nothing was changed yet. Please look at this.", **got.errors)
    return item


_MISSING = {
    "name": "Say what the work is called.", "category": "Choose a category, or write a new one.",
    "unit": "Say what it is counted by: ring, stone, piece.",
}  # fmt: skip


def read_rule(typed: Mapping[str, str]) -> dict[str, Any]:
    """Only the price of what was typed, to try it. Raises InvalidInput naming what is no price."""
    got = Fields(typed)
    rule = _rule(got)
    if got.errors:
        raise InvalidInput(next(iter(got.errors.values())), **got.errors)
    return rule


def _rule(got: Fields) -> dict[str, Any]:
    rule: dict[str, Any] = {"base": got.cents("base"), "asks": []}
    if material := got.cents("material"):
        rule["material"] = material
    if got.text("metal") in ("standard", "own"):
        rule["asks"].append("metal")
        rule["metal"] = _own_metals(got) if got.text("metal") == "own" else True
    labels, steps = {}, []
    for name in STEPS:
        if not got.ticked(f"ask-{name}"):
            continue
        rule["asks"].append(name)
        labels[name] = _label(got, name)
        further = got.cents(f"further-{name}")
        if name == "width_mm" and further:
            rule["width"] = {"from": _plain(_included(got, name)), "each": further}
        elif further:
            steps.append({"driver": name, "included": _plain(_included(got, name)), "further": further})
    if got.ticked("ask-stones"):
        rule["asks"].append("stones")
        labels["stones"] = _label(got, "stones")
        if surcharge := _stones(got):
            rule["stones"] = surcharge
    rule |= {"per": steps} if steps else {}
    own = {name: label for name, label in labels.items() if label != list(DRIVERS[name][:2])}
    return rule | ({"labels": own} if own else {})


def _label(got: Fields, name: str) -> list[str]:
    label, unit, _ = DRIVERS[name]
    own = got.text(f"label-{name}") or label
    if len(own) > 40 or len(got.text(f"unit-{name}")) > 12:
        got.wrong(f"label-{name}", "At most 40 characters, and 12 for its unit.")
    return [own, got.text(f"unit-{name}") if got.text(f"label-{name}") else unit]


def _included(got: Fields, name: str) -> Decimal:
    most = DRIVERS[name][2]
    return got.number(f"included-{name}", f"A number from 0 to {most}.", most=most, whole=False)


def _plain(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _stones(got: Fields) -> dict[str, int] | None:
    surcharge = got.cents("surcharge-stones")
    if not surcharge and not got.text("up_to-stones"):
        return None
    included, up_to = (
        int(got.number(f"{name}-stones", "A whole number of stones, up to 300.", most=300))
        for name in ("included", "up_to")
    )
    if up_to <= included:
        got.wrong("up_to-stones", "Must be more than the stones included. Above it an estimate is made.")
    return {"included": included, "up_to": up_to, "surcharge": surcharge}


def _own_metals(got: Fields) -> dict[str, int]:
    sentence = "Write a percentage of the 14K price from 1 to 1,000, such as 135."
    return {
        name: int(got.number(f"metal-{name}", sentence, most=1000, least=1, whole=False) * 10)
        for name in OWN_METALS
        if got.text(f"metal-{name}")
    }


def _one_of(got: Fields, name: str, known: Mapping[str, str], standard: str) -> str:
    value = got.text(name) or standard
    if value not in known:
        got.wrong(name, f"Choose one of: {', '.join(known)}.")
    return value


def _kinds(got: Fields) -> list[str]:
    kinds = got.text("kinds").replace(",", " ").lower().split()
    if set(kinds) - set(KINDS):
        got.wrong("kinds", f"Kinds of piece are: {', '.join(KINDS)}.")
    return [kind for kind in KINDS if kind in kinds]


def _listed(got: Fields, name: str, most: int) -> list[str]:
    lines = [line.strip() for line in got.text(name).replace(";", "\n").splitlines() if line.strip()]
    if len(lines) > 12 or any(len(line) > most for line in lines):
        got.wrong(name, f"At most 12 lines of {most} characters.")
    return lines


def read_row(row: dict[str, Any]) -> dict[str, Any]:
    """A row of the book with its lists and its rule unpacked."""
    return row | {name: json.loads(row[name]) for name in ("rule", "kinds", "parts", "next_tasks")}


def scaled(rule: Mapping[str, Any], change: Callable[[int], int]) -> dict[str, Any]:
    """A rule with every amount in it changed alike: a raise, a cut."""
    raised = dict(rule)
    for name in ("base", "material"):
        if raised.get(name):
            raised[name] = change(raised[name])
    if per := raised.get("per"):
        steps = [per] if isinstance(per, Mapping) else per
        raised["per"] = [{**step, "further": change(step["further"])} for step in steps]
    for name, amount in (("width", "each"), ("stones", "surcharge")):
        if raised.get(name):
            raised[name] = {**raised[name], amount: change(raised[name][amount])}
    return raised
