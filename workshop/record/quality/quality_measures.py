"""What is measured at the gate: the size on the mandrel, and the weight against what came in and went on or off."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from workshop.record.bench.bench_gate import balance_of
from workshop.record.quality.quality_answers import OpenCheck
from workshop.record.tables import Envelope

EIGHTH = Decimal("0.125")  # of a US ring size: half of the finest step on a mandrel


@dataclass(frozen=True)
class Wanted:
    """What the figures must agree with; None where nothing is to be measured. Weights in milligrams."""

    size: str
    weight_in: int | None
    expected: int | None
    tolerance: int
    weighed: int | None
    explanation: str


async def wanted_of(envelope: Envelope) -> Wanted:
    """What this envelope's size and weight shall be, by take-in and what the bench wrote down."""
    balance = await balance_of(envelope.id)
    return Wanted(
        envelope.size_wanted, balance.came_in, balance.expected, balance.tolerance, balance.out, balance.explanation
    )


def milligrams(grams: str) -> int | None:
    """`4.31` as 4310; None where it is no weight."""
    try:
        value = Decimal(grams.replace(",", "."))
    except InvalidOperation:
        return None
    return int(value * 1000) if value.is_finite() and 0 < value < 100_000 else None


def grams(mg: int | None) -> str:
    """4310 as `4.31`."""
    return "" if mg is None else f"{Decimal(mg) / 1000:.3f}".rstrip("0").rstrip(".")


def weight_of(check: OpenCheck, wanted: Wanted) -> int | None:
    """What the checker weighed, else what the bench weighed last."""
    return milligrams(check.value("weight")) or wanted.weighed


def missing_measures(check: OpenCheck, wanted: Wanted) -> dict[str, str]:
    """What is not measured yet, or does not agree: by its box."""
    found = {"size": _size(check.value("size"), wanted.size), "weight": _weight(check, wanted)}
    return {name: said for name, said in found.items() if said}


def _size(measured: str, size: str) -> str:
    if not size:
        return ""
    if not measured:
        return f"Measure the size on the mandrel: {size} is asked for."
    try:
        is_right = abs(Decimal(measured.replace(",", ".")) - Decimal(size)) <= EIGHTH
    except InvalidOperation:
        is_right = measured.upper() == size.upper()
    return "" if is_right else f"Size {measured} measured, {size} is asked for. Fail it with “Size or shape wrong”."


def _weight(check: OpenCheck, wanted: Wanted) -> str:
    if wanted.expected is None:
        return ""
    out = weight_of(check, wanted)
    if out is None:
        return f"Weigh it: {grams(wanted.weight_in)} g came in."
    off = abs(out - wanted.expected)
    if off <= wanted.tolerance or check.value("explanation") or wanted.explanation:
        return ""
    return (
        f"{grams(out)} g weighed, {grams(wanted.expected)} g expected ({grams(wanted.tolerance)} g either way). "
        "Say why it differs, or fail it."
    )
