"""What a rush adds, how far a discount goes without being asked, and the deposit."""

import json
from typing import Any

from workshop.desk.shop_settings.group import Field, Group, Kind
from workshop.desk.shop_settings.kinds import amount, choice, percent, tick
from workshop.errors import InvalidInput
from workshop.record.money.deposits import RULES
from workshop.web.forms import Form

ROLES = {"counter": "Counter", "manager": "Manager", "owner": "Owner"}
_SHARE = percent(100)


def _read_limits(form: Form, name: str) -> dict[str, int]:
    limits: dict[str, int] = {}
    wrong: dict[str, str] = {}
    for role in ROLES:
        try:
            limits[role] = _SHARE.read(form, f"{name}-{role}")
        except InvalidInput as error:
            wrong |= error.fields
    if wrong:
        raise InvalidInput("A share from 0 to 100 %.", **wrong, **{name: "Each is a share from 0 to 100 %."})
    if not limits["counter"] <= limits["manager"] <= limits["owner"]:
        sentence = "A manager may let off at least what the counter may, and the owner what a manager may."
        raise InvalidInput(sentence, **{name: sentence})
    return limits


def _box(stored: Any) -> dict[str, str]:
    limits = json.loads(stored) if isinstance(stored, str) else stored
    return {role: f"{limits.get(role, 0) / 10:g}" for role in ROLES}


def _say(limits: dict[str, int]) -> str:
    return ", ".join(f"{words} {limits.get(role, 0) / 10:g} %" for role, words in ROLES.items())


LIMITS = Kind(
    _read_limits, box=_box, say=_say, template="desk/_setting_shares.html",
    typed=lambda form, name: {role: form.text(f"{name}-{role}") for role in ROLES}, about={"rows": ROLES},
)  # fmt: skip

RUSH = Group("rush", "Rush", "What a customer pays to have it sooner.", [
    Field("rush_kind", "It costs", choice([("factor", "A share of the work"), ("fee", "One fee for the visit")])),
    Field("rush_per_mille", "Share of the work", percent(500)),
    Field("rush_minimum_cents", "And at least", amount(10_000_00, zero="No least amount")),
    Field("rush_fee_cents", "The fee", amount(10_000_00)),
], icon="bolt")  # fmt: skip
DISCOUNTS = Group("discounts", "Discounts", "How much of a price each may let off without asking anybody.", [
    Field("discount_limits", "May let off alone", LIMITS,
          "Above it a manager approves with a PIN on the same tablet; above a manager's own, the owner."),
], icon="discount", owner_only=True)  # fmt: skip
DEPOSIT = Group("deposit", "Deposit", "What is asked for when a piece is taken in. Nothing is asked on open prices.", [
    Field("deposit_rule", "We ask for", choice(list(RULES.items()))),
    Field("deposit_per_mille", "Share of the total", percent(100)),
    Field("deposit_above_cents", "Only of totals above", amount(zero="Any amount")),
    Field("deposit_required", "No ticket without it",
          tick("Yes, it must be paid at take-in", "No, it is only asked for"), "Not saved before it is paid."),
], icon="cash")  # fmt: skip
