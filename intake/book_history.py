"""What happened to the price book, packages, taxes and what was let off, in sentences."""

from collections.abc import Callable
from datetime import date
from typing import Any

from workshop.money import show

Data = dict[str, Any]


def _money(data: Data, key: str) -> str:
    return show(int(data.get(key) or 0), data["currency"])


def _from(act: str) -> Callable[[Data], str]:
    """A change of the book, the taxes or a package that holds from a day on."""

    def say(data: Data) -> str:
        what = data.get("item") or data.get("code") or data.get("tax_class", "")
        return f"{what}: {act} {date.fromisoformat(data['start']):%-d %b %Y}"

    return say


def _let_off(data: Data) -> str:
    told = f"{data.get('words', 'Discount')}: {_money(data, 'cents')} off in all"
    return f"{told}, approved by a manager" if data.get("approved_by") else told


BOOK_SENTENCES: dict[str, Callable[[Data], str]] = {
    "discount_given": _let_off,
    "discount_taken_back": lambda d: f"{d.get('words', 'Discount')}: taken back",
    "price_added": _from("in the price book from"),
    "price_changed": _from("another price from"),
    "price_ended": lambda d: f"{d.get('item', '')}: in the price book until {date.fromisoformat(d['last']):%-d %b %Y}",
    "price_called_off": lambda d: f"{d.get('code', '')}: the planned change was called off",
    "prices_raised": lambda d: f"{d.get('lines', '')} prices changed by {int(d.get('per_mille', 0)) / 10:g} %",
    "prices_brought_in": lambda d: f"{d.get('lines', '')} lines of the price book brought in from a file",
    "package_added": _from("offered from"),
    "package_changed": _from("changed from"),
    "package_ended": lambda d: f"{d.get('item', '')}: offered until {date.fromisoformat(d['last']):%-d %b %Y}",
    "package_called_off": lambda d: f"{d.get('code', '')}: the planned change was called off",
    "tax_changed": _from("another tax rate from"),
    "tax_called_off": lambda d: f"{d.get('tax_class', '')}: the planned tax rate was called off",
}
BOOK_ICONS = {"discount_given": "discount", "discount_taken_back": "arrow-back-up"}
