"""The risks of this work, drawn from what is typed, and the tick that these very lines were explained."""

import hashlib
from typing import Any

from intake.draft_fields import Data
from intake.marking import marks_of
from workshop.record.pieces.risks import Case, lines_for, on_one_paper
from workshop.record.prices.work import price_items
from workshop.record.tickets.take_in_checks import age_of


async def risks_of(data: Data, shop: int) -> list[str]:
    """The lines the customer hears and signs for, as the take-in stands."""
    book = {item["code"]: item["risk"] for item in await price_items(shop)}
    return on_one_paper([lines_for(_case(piece, book)) for piece in data["pieces"]])


def _case(piece: Data, book: dict[str, str]) -> Case:
    stones: list[dict[str, Any]] = piece["stones"]
    words = [piece.get("description", ""), *(f"{stone['identity']} {stone.get('position', '')}" for stone in stones)]
    year = piece.get("made_about", "")
    return Case(
        [task["code"] for task in piece["tasks"]], [stone["identity"] for stone in stones],
        [mark["code"] for mark in marks_of(piece)], " ".join(words), piece.get("kind", ""),
        age_of(int(year) if year.isdigit() else None), bool(piece.get("engraving")),
        [book.get(task["code"], "") for task in piece["tasks"]],
    )  # fmt: skip


def seal_of(lines: list[str]) -> str:
    """What the tick holds: it stands for exactly these lines, so a new risk asks for a new tick."""
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16] if lines else ""


def are_explained(data: Data, lines: list[str]) -> bool:
    """Whether these very lines were explained."""
    return data.get("risks_explained", "") == seal_of(lines) if lines else False
