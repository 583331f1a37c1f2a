"""Words to engrave while they are typed: twice, compared letter by letter, agreed before anybody signs."""

from typing import Any

from intake.draft_fields import Data
from workshop.record.pieces.engraving import Engraving, Part, compare, difference, letters, tidy


def begin_engraving(task: Data, item: dict[str, Any]) -> None:
    """A line of work that engraves asks for its words."""
    if item["category"] == "Engraving" or item["tax_class"] == "engraving":
        task["engraving"] = {}


def engraving_of(task: Data) -> dict[str, Any]:
    """One line's words as the page shows them: both typings, where they differ, whether they agree."""
    typed = task["engraving"]
    text, again = typed.get("text", ""), typed.get("again", "")
    parts: list[Part] = compare(text, again) if text and again else []
    return {
        "text": text, "again": again, "font": typed.get("font", ""), "side": typed.get("side", ""),
        "place": typed.get("place", ""), "sample": bool(typed.get("sample")), "parts": parts,
        "trouble": trouble(task), "agreed": agreed(task), "letters": letters(text),
    }  # fmt: skip


def trouble(task: Data) -> str:
    """What keeps the words from being signed for; empty when nothing does."""
    typed = task["engraving"]
    if typed.get("sample"):
        return "" if typed.get("place") else "Say which drawing or sample, and where it goes."
    if not tidy(typed.get("text", "")):
        return "Write what is to be engraved."
    if not tidy(typed.get("again", "")):
        return "Write the engraving a second time, from the customer's own note."
    if differs := difference(typed["text"], typed["again"]):
        return f"The two engravings differ. {differs}"
    return "" if typed.get("side") else "Say on which side it is engraved."


def agreed(task: Data) -> Engraving | None:
    """The words as they will be signed for; None while something is open."""
    if trouble(task):
        return None
    typed = task["engraving"]
    is_sample = bool(typed.get("sample"))
    return Engraving(
        task["code"], "" if is_sample else tidy(typed["text"]), typed.get("font", ""), typed.get("side", ""),
        tidy(typed.get("place", "")), is_sample,
    )  # fmt: skip


def lines_that_engrave(piece: Data) -> list[Data]:
    """The lines of work of a piece that cut words."""
    return [task for task in piece["tasks"] if "engraving" in task]
