"""What happened to a place, at a count, with a vendor or between shops, in sentences."""

from collections.abc import Callable
from datetime import date
from typing import Any

from workshop.money import show

Data = dict[str, Any]


def _money(data: Data, key: str) -> str:
    return show(int(data.get(key) or 0), data.get("currency", "USD"))


def _day(data: Data, key: str) -> str:
    return f"{date.fromisoformat(data[key]):%a %-d %b}" if data.get(key) else "no day"


def _after(text: str, reason: str) -> str:
    return f"{text}: {reason}" if reason else text


CUSTODY_SENTENCES: dict[str, Callable[[Data], str]] = {
    "located": lambda d: (
        f"Put in {d.get('after', 'another place')}{', says the count' if d.get('why') == 'count' else ''}"
    ),
    "found_again": lambda d: f"Found again: it lies in {d.get('after', 'another place')}",
    "place_added": lambda d: f"A new place: {d.get('place', '')}",
    "place_renamed": lambda d: f"Place renamed: {d.get('before', '')} → {d.get('after', '')}",
    "missing": lambda d: _after(f"Missing at the count, it should lie in {d.get('expected') or 'no known place'}",
                                d.get("explanation", "")),
    "count_begun": lambda d: "Count begun",
    "count_signed": lambda d: (
        f"Count signed: {d.get('counted', 0)} of {d.get('expected', 0)} found, {d.get('missing', 0)} missing, "
        f"{d.get('elsewhere', 0)} in another box, {d.get('unexpected', 0)} unexpected"
    ),
    "count_dropped": lambda d: "Count let go",
    "place_retired": lambda d: f"Place not used any more: {d.get('place', '')}",
}
CUSTODY_ICONS = {
    "located": "map-pin", "found_again": "map-pin", "missing": "alert-triangle",
    "count_begun": "clipboard-check", "count_signed": "clipboard-check", "count_dropped": "clipboard-check",
    "place_added": "map-pin", "place_renamed": "map-pin",
    "place_retired": "map-pin-off",
}  # fmt: skip
