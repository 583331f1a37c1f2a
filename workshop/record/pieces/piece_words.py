"""A piece in words: every statement about metal, stone or mark with the ground it stands on.

"Stamped 14K" and "tests 14K" are different facts, and a bare "14K" is neither (TRADE 1d). "Diamond" alone
means a natural diamond to a buyer, so what was not tested is said to be so (16 CFR 23.12, 23.24, 23.25).
"""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from workshop.record.trade import BASES

NATURES = {
    "natural": "Natural", "laboratory-grown": "Laboratory-grown", "imitation": "Imitation", "not tested": "Not tested",
}  # fmt: skip
INSCRIPTIONS = {"read": "Read", "not found": "Not found", "not looked": "Not looked for"}
MARK_KINDS = {
    "fineness": "Fineness stamp", "maker": "Maker’s mark", "hallmark": "Hallmark", "import": "Import mark",
    "other": "Other mark",
}  # fmt: skip
MARK_BASES = {"stamped": "read clearly", "appears": "hard to read", "customer": "customer states"}
COLOURS = {"": "Not told", "yellow": "Yellow", "white": "White", "rose": "Rose", "two-tone": "Two-tone"}
METAL_NOUNS = {
    "silver": "silver", "10k": "10K", "14k": "14K", "18k": "18K", "platinum": "platinum", "steel": "steel",
}  # fmt: skip

_GROUNDS = {"tested": "tests {}", "stamped": "stamped {}", "report": "per report {}"}
_SAME_IN_PLURAL = ("zirconia", "topaz", "ruby in zoisite", "not known")
DWT_MG = Decimal("1555.17384")  # a pennyweight, exactly 1/20 troy ounce
INCH_MM = Decimal("25.4")


def with_ground(thing: str, basis: str) -> str:
    """`stamped 14K`, `tests 14K`, `14K (customer states)`."""
    if ground := _GROUNDS.get(basis):
        return ground.format(thing)
    return f"{thing} ({BASES.get(basis, BASES['appears'])})"


def metal_in_words(row: Mapping[str, Any]) -> str:
    """`white, stamped 14K`; empty where nothing was said of the metal."""
    noun = METAL_NOUNS.get(row["metal"])
    said = with_ground(noun, row["metal_basis"]) if noun else ""
    colour = row.get("metal_colour") or ""
    return ", ".join(part for part in (colour, said) if part)


def stone_in_words(row: Mapping[str, Any]) -> str:
    """`12 round stones, appear diamonds, not tested; 1.3 mm; halo`."""
    details = [_measures(row), _grades(row), row["position"], _inscription(row)]
    return "; ".join(part for part in (_claim(row), *details) if part)


def _claim(row: Mapping[str, Any]) -> str:
    count, basis = row["count"], row["basis"]
    shape = f"{row['shape']} " if row["shape"] else ""
    name = _plural(row["identity"], count)
    stones = f"{count} {shape}{'stone' if count == 1 else 'stones'}"
    if row["identity"].strip().lower() in ("", "not known", "unknown"):
        return f"{stones}, not identified"
    nature = row["nature"] if row["nature"] in NATURES and row["nature"] != "not tested" else ""
    what = f"{nature} {name}".strip()
    if basis == "customer":
        return f"{stones}, customer states {what}"
    if basis == "appears":
        return f"{stones}, {'appears' if count == 1 else 'appear'} {what}, not tested"
    claim = f"{count} {shape}{what}, {_proof(row)}"
    return claim if nature else f"{claim}; natural or laboratory-grown not tested"


def _proof(row: Mapping[str, Any]) -> str:
    if row["basis"] == "report":
        laboratory = row.get("laboratory") or ""
        return f"by {f'{laboratory} ' if laboratory else ''}report {row['report_no'] or '(number not noted)'}"
    return "as marked" if row["basis"] == "stamped" else "tested"


def _plural(name: str, count: int) -> str:
    if count == 1 or name.endswith(_SAME_IN_PLURAL):
        return name
    if name.endswith("y") and name[-2:-1] not in "aeiou":
        return f"{name[:-1]}ies"
    return name if name.endswith("s") else f"{name}s"


def _measures(row: Mapping[str, Any]) -> str:
    size, width, carat = row.get("size_mm"), row.get("width_mm"), row.get("carat")
    parts = []
    if size:
        parts.append(f"{plain(size)} × {plain(width)} mm" if width else f"{plain(size)} mm")
    if carat:
        parts.append(f"{Decimal(carat):.2f} ct{' each' if row['count'] > 1 else ''}")
    return ", ".join(parts)


def _grades(row: Mapping[str, Any]) -> str:
    parts = [("colour ", row.get("colour")), ("clarity ", row.get("clarity"))]
    grades = ", ".join(f"{label}{value}" for label, value in parts if value)
    if row["report_no"] and row["basis"] != "report":  # a number was noted, the claim rests on other ground
        grades = ", ".join(part for part in (grades, f"report {row['report_no']}") if part)
    return grades


def _inscription(row: Mapping[str, Any]) -> str:
    return {"read": "inscription read", "not found": "no inscription found"}.get(row.get("inscription") or "", "")


def mark_in_words(row: Mapping[str, Any]) -> str:
    """`stamped “14K”, inside the shank`."""
    words = f"“{row['words']}”"
    kind = MARK_KINDS[row["kind"]].lower() if row["kind"] in MARK_KINDS and row["kind"] != "other" else "mark"
    clear = {"fineness": f"stamped {words}", "other": f"marked {words}"}.get(row["kind"], f"{kind} {words}")
    unsure = {"appears": f"{kind}, hard to read: {words}", "customer": f"{kind} {words}, customer states"}
    said = unsure.get(row["basis"], clear)
    return f"{said}, {row['position']}" if row["position"] else said


def weight_in_words(weight_mg: int | None) -> str:
    """`4.31 g · 2.77 dwt`, to a hundredth of each."""
    if not weight_mg:
        return ""
    hundredth = Decimal("0.01")
    grams = (Decimal(weight_mg) / 1000).quantize(hundredth, ROUND_HALF_UP)
    return f"{grams} g · {(Decimal(weight_mg) / DWT_MG).quantize(hundredth, ROUND_HALF_UP)} dwt"


def length_in_words(length_mm: int | None) -> str:
    """`18 in (457 mm)`."""
    if not length_mm:
        return ""
    inches = (Decimal(length_mm) / INCH_MM).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{plain(inches)} in ({length_mm} mm)"


def plain(number: Decimal | float | None) -> str:
    """`6.50` as `6.5`, `18.0` as `18`; nothing as nothing."""
    return "" if number is None else f"{Decimal(str(number)).normalize():f}"
