"""A line of the price book in words: what drives it, from when to when, what a change changed."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from workshop.money import show
from workshop.record.prices.price_fields import fields_of
from workshop.record.prices.price_rules import SKILLS
from workshop.record.prices.prices import DRIVERS, METALS, drivers_of
from workshop.record.prices.taxes import TAX_CLASSES
from workshop.record.trade import KINDS

LABELS = {
    "name": "Name", "category": "Category", "unit": "Counted by", "base": "Labour", "material": "Material",
    "metal": "By metal", "needs_estimate": "Needs approval", "minutes": "Minutes", "skill": "Skill",
    "warranty_days": "Warranty, days", "tax_class": "Tax", "counts_stones": "Stones are checked",
    "piecework": "Piecework, %", "kinds": "For", "risk": "Risk line", "parts": "Parts", "next_tasks": "Goes with it",
    "is_favourite": "Favourite",
}  # fmt: skip
STEPS = {
    "ask": "{} asked", "label": "{} called", "unit": "{} in", "included": "{} included", "further": "each further: {}",
    "up_to": "{} up to", "surcharge": "{} surcharge",
}  # fmt: skip
METAL_RULES = {"no": "no difference", "standard": "the usual factors", "own": "own factors"}
STATES = {
    "now": ("Holds now", "green", "check"), "planned": ("Planned", "violet", "calendar"),
    "past": ("Earlier", "muted", "history"), "void": ("Never held", "muted", "x"),
}  # fmt: skip


def driven_by(rule: Mapping[str, Any]) -> str:
    """`metal, sizes up, band width`; `fixed` where nothing drives it."""
    return ", ".join(one.label[:1].lower() + one.label[1:] for one in drivers_of(rule)) or "fixed"


def starting_at(rule: Mapping[str, Any]) -> int:
    """The price before anything drives it up, in cents."""
    return int(rule.get("base", 0)) + int(rule.get("material", 0))


def days_words(first: date, last: date | None) -> str:
    """`from 1 Jan 2020`, `3 Feb – 4 Mar 2026`."""
    begins = f"{first.day} {first:%b %Y}"
    if last is None:
        return f"from {begins}"
    return f"{begins} – {last.day} {last:%b %Y}" if last > first else f"{begins} only"


def differences(old: Mapping[str, Any] | None, new: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """What one version changed: (what, before, after), in words."""
    if old is None:
        return []
    before, after = fields_of(old), fields_of(new)
    names = [name for name in {**before, **after} if name not in ("code", "is_favourite")]
    return [
        (label_of(name), _said(name, before.get(name, "")), _said(name, after.get(name, "")))
        for name in names if before.get(name, "") != after.get(name, "")
    ]  # fmt: skip


def label_of(name: str) -> str:
    """A form's field in words."""
    if name in LABELS:
        return LABELS[name]
    part, _, about = name.partition("-")
    if part == "metal":
        return METALS.get(about, (about, 0))[0]
    return STEPS.get(part, "{}").format(DRIVERS[about][0] if about in DRIVERS else about).capitalize()


def _said(name: str, value: str) -> str:
    part = name.partition("-")[0]
    if part in ("base", "material", "further", "surcharge"):
        return show(round(float(value or 0) * 100))
    if part in ("ask", "needs_estimate", "counts_stones"):
        return "yes" if value else "no"
    known = {"metal": METAL_RULES, "skill": SKILLS, "tax_class": TAX_CLASSES}.get(name)
    if known:
        return known.get(value, value)
    if name == "kinds":
        return ", ".join(KINDS[kind][0].lower() for kind in value.split()) or "every piece"
    return value.replace("\n", ", ") or "nothing"
