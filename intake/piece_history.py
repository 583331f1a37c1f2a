"""What happened to a piece, a purchase or a wish, told in a sentence."""

from collections.abc import Callable
from datetime import date
from typing import Any

from workshop.money import show
from workshop.record.pieces.appraisals import PURPOSES
from workshop.record.pieces.ownership import HOW
from workshop.record.pieces.piece_collectors import HOW_SAID
from workshop.record.pieces.pieces import FACTS
from workshop.record.tickets.work_done import day_in_words

Data = dict[str, Any]


def _changed(data: Data) -> str:
    changes = data.get("changes") or {}
    told = [_change(FACTS.get(name, name), *said) for name, said in changes.items()]
    return "Corrected: " + "; ".join(told)


def _change(what: str, before: str, after: str) -> str:
    if before and after:
        return f"{what}, {before} → {after}"
    return f"{what}, {after}" if after else f"{what} taken out ({before})"


def _on(data: Data) -> str:
    return day_in_words(date.fromisoformat(data["on"])) if data.get("on") else ""


def _passed(words: str) -> Callable[[Data], str]:
    return lambda data: f"{words} {_on(data)} ({HOW.get(data.get('how', ''), 'told us').lower()})"


PIECE_SENTENCES: dict[str, Callable[[Data], str]] = {
    "piece_changed": _changed,
    "stone_added": lambda d: f"Stone written down: {d.get('after', '')}",
    "stone_changed": lambda d: f"Stone corrected: {d.get('before', '')} → {d.get('after', '')}",
    "stone_taken_off": lambda d: f"Stone taken off the list: {d.get('before', '')}",
    "mark_added": lambda d: f"Mark written down: {d.get('after', '')}",
    "mark_changed": lambda d: f"Mark corrected: {d.get('before', '')} → {d.get('after', '')}",
    "mark_taken_off": lambda d: f"Mark taken off the list: {d.get('before', '')}",
    "piece_left": _passed("Passed on"),
    "piece_passed_on": _passed("Came to its new owner"),
    "wearer_changed": lambda d: "Who wears it written down" if d.get("told") else "Worn by its owner again",
    "piece_kept_secret": lambda d: "Marked as a surprise: do not mention it",
    "piece_told": lambda d: "No longer a surprise",
    "collector_allowed": lambda d: (
        f"{d.get('who', '')} may collect it whenever it is here ({HOW_SAID.get(d.get('how', ''), 'told us').lower()})"
    ),
    "collector_ended": lambda d: f"{d.get('who', '')} may not collect it any more",
    "appraised": lambda d: f"Appraisal of {_on(d)} written down: {PURPOSES.get(d.get('purpose', ''), 'other').lower()}",
    "sold": lambda d: f"Purchase written down, {show(int(d.get('total') or 0), d.get('currency', 'USD'))}",
    "sale_struck": lambda d: f"Purchase struck: {d.get('reason', '')}",
    "wish_noted": lambda d: f"Wish noted: {d.get('wish') or 'a piece'}",
    "wish_bought": lambda d: f"Wish fulfilled: {d.get('wish') or 'a piece'}",
    "wish_done": lambda d: f"Wish taken off the list: {d.get('wish') or 'a piece'}",
    "wish_open": lambda d: f"Wish back on the list: {d.get('wish') or 'a piece'}",
}
PIECE_ICONS = {
    "piece_changed": "edit", "stone_added": "diamond", "stone_changed": "diamond", "stone_taken_off": "diamond",
    "mark_added": "certificate", "mark_changed": "certificate", "mark_taken_off": "certificate",
    "piece_left": "user-x", "piece_passed_on": "heart-handshake", "wearer_changed": "user", "piece_kept_secret": "gift",
    "piece_told": "gift", "collector_allowed": "user-plus", "collector_ended": "user-x",
    "appraised": "file-certificate", "sold": "shopping-bag-check", "sale_struck": "arrow-back-up",
    "wish_noted": "heart", "wish_bought": "heart-handshake", "wish_done": "heart", "wish_open": "heart",
}  # fmt: skip
