"""A line of the price book as the fields of its form: what `price_rules` reads back."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from workshop.record.prices.prices import DRIVERS


def fields_of(row: Mapping[str, Any]) -> dict[str, str]:
    """A row of the book as the fields of its form."""
    rule: dict[str, Any] = row["rule"]
    fields = {name: str(row[name]) for name in ("code", "name", "category", "unit", "minutes", "skill", "risk",
                                                "warranty_days", "tax_class")}  # fmt: skip
    for name in ("needs_estimate", "counts_stones", "is_favourite"):
        fields[name] = "yes" if row[name] else ""
    fields |= {
        "base": dollars(rule.get("base", 0)),
        "material": dollars(rule["material"]) if rule.get("material") else "",
        "piecework": _percent(row["piecework_per_mille"]), "kinds": " ".join(row["kinds"]),
        "parts": "\n".join(row["parts"]), "next_tasks": " ".join(row["next_tasks"]), **_metal_fields(rule),
    }  # fmt: skip
    for name in rule.get("asks", ()):
        if name != "metal":
            fields |= _driver_fields(name, rule)
    return fields


def _metal_fields(rule: Mapping[str, Any]) -> dict[str, str]:
    factors = rule.get("metal")
    if not factors:
        return {"metal": "no"}
    if factors is True:
        return {"metal": "standard"}
    return {"metal": "own"} | {f"metal-{name}": _percent(value) for name, value in factors.items()}


def _driver_fields(name: str, rule: Mapping[str, Any]) -> dict[str, str]:
    label, unit, _ = DRIVERS[name]
    own = (rule.get("labels") or {}).get(name) or (label, unit)
    fields = {f"ask-{name}": "yes", f"label-{name}": own[0], f"unit-{name}": own[1]}
    stones, width, per = rule.get("stones"), rule.get("width"), rule.get("per") or []
    steps: list[Mapping[str, Any]] = [per] if isinstance(per, Mapping) else per
    if name == "stones" and stones:
        fields |= {
            "included-stones": str(stones["included"]), "up_to-stones": str(stones["up_to"]),
            "surcharge-stones": dollars(stones["surcharge"]),
        }  # fmt: skip
    elif name == "width_mm" and width:
        fields |= {"included-width_mm": str(width["from"]), "further-width_mm": dollars(width["each"])}
    for step in steps:
        if step["driver"] == name:
            included = str(step.get("included", 1))
            fields |= {f"included-{name}": included, f"further-{name}": dollars(step["further"])}
    return fields


def dollars(cents: int) -> str:
    """Cents as they stand in a box: `42.00`."""
    return f"{Decimal(cents) / 100:.2f}"


def _percent(per_mille: int) -> str:
    return f"{Decimal(per_mille) / 10:f}".removesuffix(".0")
