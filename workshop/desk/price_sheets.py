"""The price book as a sheet (CSV), and back: one row a line of work, one column a box of its form."""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from workshop.errors import InvalidInput
from workshop.record.prices.price_fields import fields_of
from workshop.record.prices.price_rules import OWN_METALS, STEPS, BookItem, read_item

PLAIN = ["code", "name", "category", "unit", "kinds", "base", "material", "metal"]
LATER = [
    "needs_estimate", "minutes", "skill", "piecework", "warranty_days", "tax_class", "counts_stones", "parts",
    "next_tasks", "risk", "is_favourite",
]  # fmt: skip
METALS = [f"metal-{name}" for name in OWN_METALS]
# A driver is one cell: called | in | included | each further; stones: called | in | included | surcharge | up to
CELLS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(STEPS, ("label", "unit", "included", "further")),
    "stones": ("label", "unit", "included", "surcharge", "up_to"),
}
COLUMNS = [*PLAIN, *METALS, *(f"by-{name}" for name in CELLS), *LATER]
NEEDED = ("code", "name", "category", "unit", "base")
MOST_ROWS, MOST_BYTES = 3000, 2_000_000
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_book(rows: Iterable[Mapping[str, Any]]) -> str:
    """The book as CSV. What a spreadsheet would take for a formula is kept as text (OWASP ASVS 5.0, 1.2.10)."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    for row in rows:
        cells = _cells(fields_of(row))
        writer.writerow({name: f"'{text}" if text.startswith(FORMULA) else text for name, text in cells.items()})
    return out.getvalue()


def _cells(fields: dict[str, str]) -> dict[str, str]:
    cells = {name: fields.get(name, "") for name in [*PLAIN, *METALS, *LATER]}
    cells["parts"] = cells["parts"].replace("\n", "; ")
    for name, parts in CELLS.items():
        asked = fields.get(f"ask-{name}")
        cells[f"by-{name}"] = "|".join(fields.get(f"{part}-{name}", "") for part in parts) if asked else ""
    return cells


@dataclass
class Sheet:
    """What a file would do to the book: `refused` is (row of the file, code, sentence)."""

    new: list[BookItem] = field(default_factory=list)
    changed: list[BookItem] = field(default_factory=list)
    same: int = 0
    refused: list[tuple[int, str, str]] = field(default_factory=list)

    @property
    def items(self) -> list[BookItem]:
        """Everything that would be written."""
        return [*self.new, *self.changed]


def read_book(text: str, held: Mapping[str, BookItem], ended: set[str]) -> Sheet:
    """Compare a file with the book as it holds (`held` by code). Raises InvalidInput where it is no such file.

    A line that ended comes back as a change. Lines the file does not have stay as they are.
    """
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=_delimiter(text))
    missing = [name for name in NEEDED if name not in (reader.fieldnames or [])]
    if missing:
        sentence = f"The first row must name the columns. Missing: {', '.join(missing)}."
        raise InvalidInput(sentence, file=sentence)
    sheet, seen = Sheet(), set[str]()
    for at, row in enumerate(reader, start=2):
        if at > MOST_ROWS:
            raise InvalidInput("Too long.", file=f"At most {MOST_ROWS:,} rows at once.")
        _sort_in(sheet, at, row, seen, held, ended)
    if not (sheet.items or sheet.refused or sheet.same):
        raise InvalidInput("Nothing in it.", file="The file has no rows below its first.")
    return sheet


def _sort_in(
    sheet: Sheet, at: int, row: dict[str, Any], seen: set[str], held: Mapping[str, BookItem], ended: set[str]
) -> None:
    typed = _typed({name: str(text or "") for name, text in row.items() if isinstance(name, str)})
    code = typed.get("code", "").upper()
    if not any(typed.values()):
        return
    try:
        item = read_item(typed)
    except InvalidInput as error:
        sheet.refused.append((at, code, " ".join(f"{name}: {said}" for name, said in error.fields.items())))
        return
    if code in seen:
        sheet.refused.append((at, code, "This code stands in the file twice."))
    elif code in held or code in ended:
        if code in held and read_item(fields_of(vars(held[code]))) == item:
            sheet.same += 1
        else:
            sheet.changed.append(item)
    else:
        sheet.new.append(item)
    seen.add(code)


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    return max(",;\t", key=first.count)


def _typed(row: dict[str, str]) -> dict[str, str]:
    """A row of the file as the boxes of the form."""
    cells = {name.strip(): text.strip().removeprefix("'").strip() for name, text in row.items()}
    typed = {name: cells.get(name, "") for name in [*PLAIN, *METALS, *LATER]}
    for name, default in (("piecework", "26"), ("minutes", "15"), ("counts_stones", "yes"), ("warranty_days", "365")):
        if name not in cells:
            typed[name] = default
    for name, parts in CELLS.items():
        cell = cells.get(f"by-{name}", "")
        if cell:
            values = [part.strip() for part in cell.split("|")]
            typed |= {f"ask-{name}": "yes"}
            typed |= {f"{part}-{name}": value for part, value in zip(parts, values, strict=False)}
    return typed
