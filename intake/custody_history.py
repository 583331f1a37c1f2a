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
    "vendor_added": lambda d: f"A new vendor: {d.get('vendor', '')}",
    "vendor_changed": lambda d: f"Details of {d.get('vendor', 'a vendor')} changed",
    "vendor_retired": lambda d: f"We work with {d.get('vendor', 'a vendor')} no more",
    "cover_filed": lambda d: (
        f"Proof of cover of {d.get('vendor', 'a vendor')} filed: up to {_money(d, 'limit')}, until {_day(d, 'until')}"
    ),
    "cover_withdrawn": lambda d: f"Proof of cover of {d.get('vendor', 'a vendor')} holds no more",
    "packed": lambda d: f"Put on list {d.get('list', '')} to {d.get('vendor', 'a vendor')}",
    "unpacked": lambda d: f"Taken off list {d.get('list', '')} to {d.get('vendor', 'a vendor')}",
    "send_out_dropped": lambda d: f"List {d.get('list', '')} to {d.get('vendor', 'a vendor')} let go",
    "sent_out": lambda d: (
        f"List {d.get('list', '')} left for {d.get('vendor', 'a vendor')}: {d.get('pieces', 1)} "
        f"{'piece' if d.get('pieces') == 1 else 'pieces'}, due back {_day(d, 'due')}"
    ),
    "returned": lambda d: _after(
        f"Back from {d.get('vendor', 'the vendor')}, {'work done' if d.get('finished') else 'to go on here'}"
        f" (list {d.get('list', '')})", d.get("note", ""),
    ),
    "send_out_back": lambda d: f"Everything on list {d.get('list', '')} is back from {d.get('vendor', 'the vendor')}",
    "transfer_left": lambda d: f"Left for {d.get('to', 'another shop')} (list {d.get('list', '')})",
    "transfer_received": lambda d: f"Scanned in at {d.get('at', 'the other shop')} (list {d.get('list', '')})",
    "transfer_called_back": lambda d: f"Called back, it stays here (list {d.get('list', '')})",
    "place_retired": lambda d: f"Place not used any more: {d.get('place', '')}",
}
CUSTODY_ICONS = {
    "located": "map-pin", "found_again": "map-pin", "missing": "alert-triangle",
    "count_begun": "clipboard-check", "count_signed": "clipboard-check", "count_dropped": "clipboard-check",
    "vendor_added": "truck-delivery", "vendor_changed": "truck-delivery", "vendor_retired": "truck-delivery",
    "cover_filed": "shield-check", "cover_withdrawn": "shield-check", "packed": "package-export",
    "unpacked": "package-import", "send_out_dropped": "package-export", "sent_out": "truck-delivery",
    "returned": "package-import", "send_out_back": "package-import",
    "transfer_left": "package-export", "transfer_received": "package-import", "transfer_called_back": "arrow-back-up",
    "place_added": "map-pin", "place_renamed": "map-pin",
    "place_retired": "map-pin-off",
}  # fmt: skip
