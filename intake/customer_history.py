"""What happened to a person's record, in a sentence each. What was written down is never told again here."""

from collections.abc import Callable
from typing import Any

Data = dict[str, Any]


def _number(what: str) -> Callable[[Data], str]:
    return lambda data: f"Phone number …{data.get('last_four', '')} {what}"


def _bond(what: str) -> Callable[[Data], str]:
    return lambda data: f"{what} ({data['relation']})" if data.get("relation") else what


CUSTOMER_SENTENCES: dict[str, Callable[[Data], str]] = {
    "phone_added": _number("added"),
    "phone_changed": _number("corrected"),
    "phone_made_first": _number("comes first now"),
    "phone_removed": _number("taken off"),
    "email_added": lambda d: "E-mail address added",
    "email_changed": lambda d: "E-mail address corrected",
    "email_made_first": lambda d: "Another e-mail address comes first now",
    "email_removed": lambda d: "E-mail address taken off",
    "texts_allowed": lambda d: f"Said we may text about repairs at …{d.get('last_four', '')}",
    "ring_measured": lambda d: f"Ring size written down: {d.get('finger', 'a')} finger",
    "ring_size_removed": lambda d: f"Ring size taken out of view: {d.get('finger', 'a')} finger",
    "ring_size_restored": lambda d: f"Ring size put back: {d.get('finger', 'a')} finger",
    "note_added": lambda d: "Note written",
    "note_removed": lambda d: "Note taken out of view",
    "note_restored": lambda d: "Note put back",
    "relation_added": _bond("Belongs with somebody"),
    "relation_removed": _bond("Does not belong with somebody any more"),
    "household_joined": _bond("Put in one household"),
    "household_left": lambda d: "Left the household",
    "household_named": lambda d: "Household named",
    "made_discreet": lambda d: "Marked as a surprise: nobody else is told",
    "made_open": lambda d: "No surprise any more",
}
CUSTOMER_ICONS = {
    "phone_added": "phone", "phone_changed": "phone", "phone_made_first": "phone", "phone_removed": "phone-off",
    "email_added": "mail", "email_changed": "mail", "email_made_first": "mail", "email_removed": "mail",
    "texts_allowed": "message", "ring_measured": "ruler", "ring_size_removed": "ruler", "ring_size_restored": "ruler",
    "note_added": "file-text", "note_removed": "file-text", "note_restored": "file-text", "relation_added": "heart",
    "relation_removed": "heart", "household_joined": "users", "household_left": "users", "household_named": "users",
    "made_discreet": "gift", "made_open": "gift",
}  # fmt: skip
