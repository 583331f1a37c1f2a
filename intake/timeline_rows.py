"""Everything done with, said to and written down about a person: which kinds there are, read a page at a time."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from intake.timeline_sql import timeline_sql
from workshop import clock
from workshop.db import fetch

Row = dict[str, Any]
PAGE = 30
FAR = timedelta(days=36500)  # a page without a spot begins at whatever is newest
KINDS = {
    "all": ("Everything", "list"), "visits": ("Visits", "package-import"), "texts": ("Texts", "message-2"),
    "calls": ("Calls and walk-ins", "phone"), "money": ("Estimates and money", "receipt"),
    "pieces": ("Purchases and wishes", "shopping-bag"), "next": ("Reminders and suggestions", "bell"),
    "notes": ("Notes", "file-text"), "record": ("Details and consent", "user"),
}  # fmt: skip
EVENTS = {
    "visits": ("taken_in", "moved", "promise_changed"),
    "money": ("estimate_sent", "estimate_approved", "estimate_declined", "paid", "refunded", "discount_given",
              "discount_taken_back"),
    "pieces": ("wish_noted", "wish_bought", "wish_done", "piece_passed_on", "piece_left"),
}  # fmt: skip
# Told by a row of their own: the text, the call, the purchase, the note, the answer to a suggestion.
TOLD_ELSEWHERE = (
    "contact_logged", "contact_taken_back", "customer_called", "sold", "sale_struck", "note_added", "note_removed",
    "note_restored", "prompt_accepted", "prompt_later", "prompt_dismissed", "reminder_due", "wish_noted",
    "wish_bought", "wish_done", "wish_open",
)  # fmt: skip


@dataclass(frozen=True)
class Spot:
    """Where a page ends: the next one begins below it."""

    at: datetime
    key: str

    def __str__(self) -> str:
        return f"{self.at.astimezone(UTC):%Y%m%dT%H%M%S.%f}_{self.key}"


def spot_of(text: str) -> Spot | None:
    """The spot an address names; anything else is the beginning."""
    at, _, key = text.partition("_")
    if not re.fullmatch(r"[a-z][0-9a-f-]{1,40}", key):
        return None
    try:
        return Spot(datetime.strptime(at, "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC), key)
    except ValueError:
        return None


async def rows_of(
    people: list[int], *, of: int, shop: int, kind: str = "all", below: Spot | None = None, limit: int = PAGE
) -> list[Row]:
    """A page of rows about these people on the page of one of them, newest first, and one more if there is more."""
    names = [name for one, several in EVENTS.items() if kind in ("all", one) for name in several]
    return await fetch(
        timeline_sql(kind), people, below.at if below else clock.now() + FAR, below.key if below else "~", limit + 1,
        names, kind in ("all", "record"), list(TOLD_ELSEWHERE), shop, of,
    )  # fmt: skip
