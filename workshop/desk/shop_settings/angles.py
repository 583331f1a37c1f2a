"""Photos at take-in: how many, more for dear pieces, and other numbers for single kinds of piece."""

from typing import Any

from workshop.desk.shop_settings.group import Field, Group, Kind
from workshop.desk.shop_settings.kinds import amount, whole
from workshop.errors import InvalidInput
from workshop.record.pieces.photo_guide import ANGLES
from workshop.record.trade import KINDS
from workshop.web.forms import Form

Rules = dict[str, dict[str, Any]]
NUMBERS = ("minimum", "valuable")


def _typed(form: Form, name: str) -> dict[str, dict[str, str]]:
    return {kind: {number: form.text(f"{name}-{kind}-{number}") for number in NUMBERS} for kind in ANGLES}


def _read(form: Form, name: str) -> Rules:
    """Only what differs from the shop's usual numbers is kept; the order of angles is left as it is."""
    rules: Rules = {}
    for kind, numbers in _typed(form, name).items():
        most = len(ANGLES[kind])
        for text in numbers.values():
            if text and not (text.isdigit() and int(text) <= most):
                word = KINDS[kind][0]
                raise InvalidInput(f"{word}: 0 to {most} photos.", **{name: f"{word}: a number from 0 to {most}."})
        kept = {number: int(text) for number, text in numbers.items() if text}
        rules |= {kind: kept} if kept else {}
    return rules


def _say(rules: Rules) -> str:
    told = [
        f"{KINDS[kind][0]} {rule['minimum']}" for kind, rule in rules.items() if "minimum" in rule and kind in KINDS
    ]
    return ", ".join(told) or "The usual number for every kind"


GUIDE = Kind(
    _read, box=lambda rules: rules, say=_say, typed=_typed, template="desk/_setting_angles.html",
    about={"kinds": KINDS, "angles": ANGLES},
)  # fmt: skip

GROUP = Group(
    "photo-guide", "Photos at take-in", "Which sides are photographed, and how many of them before anybody signs.", [
        Field("photo_minimum", "At least", whole(0, 12, "photos"), "The first sides of each kind, in the order shown."),
        Field("valuable_cents", "More for pieces declared above", amount(zero="No piece")),
        Field("photo_minimum_valuable", "For those, at least", whole(0, 12, "photos")),
        Field("photo_guide", "Other numbers for single kinds", GUIDE, "Empty means the numbers above."),
    ], icon="camera")  # fmt: skip
