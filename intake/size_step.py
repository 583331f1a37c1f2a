"""The size a ring is to have, against the work that would make it: said before the customer signs."""

from intake.draft_fields import Data
from workshop.record.tickets.work_done import DONE, SIZING

# A new shank is made to size; sizing beads change how it sits. Work a shop named itself may well be a sizing.
CHANGES_SIZE = SIZING | {"SH-HALF", "SH-FULL", "RS-BD"}


def size_trouble(piece: Data) -> str:
    """What does not fit between the sizes and the work; empty if nothing."""
    codes = {task["code"] for task in piece["tasks"]}
    now, wanted = _size(piece, "size_now"), _size(piece, "size_wanted")
    if wanted is None:
        return "to which size? Choose the size wanted." if codes & SIZING else ""
    if now is None or not codes:
        return ""
    if "RS-UP" in codes and wanted < now:
        return f"“Size up” is among the work, but {now:g} to {wanted:g} is smaller."
    if "RS-DN" in codes and wanted > now:
        return f"“Size down” is among the work, but {now:g} to {wanted:g} is larger."
    if wanted != now and all(code in DONE and code not in CHANGES_SIZE for code in codes):
        return f"size {now:g} to {wanted:g} is wanted, but no sizing is among the work."
    return ""


def _size(piece: Data, name: str) -> float | None:
    try:
        return float(piece.get(name) or "")
    except ValueError:
        return None
