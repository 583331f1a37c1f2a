"""Ready but not collected: when customers are reminded, and when a piece counts as unclaimed."""

import re

from workshop.desk.shop_settings.group import Field, Group, Kind
from workshop.desk.shop_settings.kinds import whole
from workshop.errors import InvalidInput
from workshop.web.forms import Form

MOST_RUNGS = 12


def _read_days(form: Form, name: str) -> list[int]:
    parts = [part for part in re.split(r"[,;\s]+", form.text(name)) if part]
    days = sorted({int(part) for part in parts if part.isdigit() and 1 <= int(part) <= 730})
    if len(days) != len(parts) or len(days) > MOST_RUNGS:
        sentence = f"Whole days from 1 to 730, each once, {MOST_RUNGS} at most, like 3, 7, 14, 30."
        raise InvalidInput(sentence, **{name: sentence})
    return days


def _join(days: list[int]) -> str:
    return ", ".join(str(day) for day in days)


def days_kind(after: str) -> Kind:
    """Days counted from something that happened, on each of which customers are reminded."""
    return Kind(
        _read_days, box=_join, say=lambda days: f"{_join(days)} days {after}" if days else "Never by itself",
        about={"type": "text"},
    )  # fmt: skip


THANKS = Group("thanks", "After the visit", "A word of thanks, and whether all was well.", [
    Field("thanks_days", "Thank customers after", whole(0, 30, "days", zero="Never"),
          "Days after the last piece was handed over. 0: never. Their page asks whether all was well; “not right” "
          "stands under Texts at once, for a call."),
], icon="message-2")  # fmt: skip

GROUP = Group("collecting", "Not collected", "Reminders of what is ready. Nothing is ever disposed of by itself.", [
    Field("collect_days", "Remind after (days)", days_kind("after it was ready"),
          "Each number is one text or mail. Leave empty to remind nobody by itself."),
    Field("unclaimed_days", "Counts as unclaimed after", whole(1, 3650, "days")),
    Field("letter_days", "A letter gives", whole(7, 730, "days"), "The law of your state may want more."),
], icon="mail")  # fmt: skip
