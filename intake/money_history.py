"""What happened to the money, a cash drawer, and to what nobody collects, in sentences."""

from collections.abc import Callable
from datetime import date
from typing import Any

from workshop.money import show
from workshop.record.money.drawers import MOVES
from workshop.record.money.payments import TENDERS
from workshop.record.tickets.identity import REFUSED

Data = dict[str, Any]
LANGUAGES = {"en": "English", "es": "Spanish"}


def _money(data: Data, key: str) -> str:
    return show(int(data.get(key) or 0), data["currency"])


def _moved(data: Data) -> str:
    what = MOVES.get(data.get("kind", ""), "Cash moved")
    amount = f" {_money(data, 'amount')}" if data.get("amount") else ""
    return f"{what}{amount}: {data.get('reason', '')}"


def _closed(data: Data) -> str:
    off = int(data.get("counted", 0)) - int(data.get("expected", 0))
    words = "as expected" if not off else f"{show(abs(off), data['currency'])} too {'much' if off > 0 else 'little'}"
    told = f"{data.get('drawer', 'Drawer')} closed with {_money(data, 'counted')}, {words}"
    return f"{told}: {data['reason']}" if data.get("reason") else told


def _after(text: str, note: str) -> str:
    return f"{text}: {note}" if note else text


def _letter(data: Data) -> str:
    number = f", sent as {data['tracking']}" if data.get("tracking") else ""
    return f"Letter written: collect by {date.fromisoformat(data['day']):%-d %b %Y}{number}"


def _paid(data: Data) -> str:
    kind = " as a deposit" if data.get("kind") == "deposit" else ""
    return f"{_money(data, 'amount')} received{kind}, {_tender(data)}"


def _refunded(data: Data) -> str:
    let_off = ", and let off" if data.get("let_off") else ""
    return _after(f"{_money(data, 'amount')} given back, {_tender(data)}{let_off}", data.get("reason", ""))


def _tender(data: Data) -> str:
    return TENDERS.get(data.get("tender", ""), "other").lower()


MONEY_SENTENCES: dict[str, Callable[[Data], str]] = {
    "paid": _paid,
    "refunded": _refunded,
    "drawer_opened": lambda d: f"{d.get('drawer', 'Drawer')} opened with {_money(d, 'amount')} in it",
    "drawer_counted": lambda d: f"Drawer counted{' again' if d.get('again') else ''}: {_money(d, 'amount')}",
    "drawer_closed": _closed,
    "cash_moved": _moved,
    "collection_reminded": lambda d: f"Reminded to collect, {d.get('step', '')} days after it was ready",
    "collection_letter": _letter,
    "pickup_code_sent": lambda d: f"Code to collect sent to {d.get('to', '')}",
    "pickup_code_right": lambda d: f"Code sent to {d.get('to', '')} read back rightly",
    "pickup_refused": lambda d: _after(
        f"Not handed over to {d.get('who', '')}. {REFUSED.get(d.get('why', ''), '')}", d.get("note", "")
    ),
    "handover_taken_back": lambda d: (
        f"Not handed over to {d.get('collector') or 'anybody'} after all, ready to collect: {d.get('reason', '')}"
    ),
    "estimate_within_limit": lambda d: (
        f"Estimate {d.get('version', '')}, {_money(d, 'total')}, "
        f"is within the agreed {_money(d, 'limit')}: work goes on"
    ),
    "estimate_reminded": lambda d: "Reminded of the estimate",
    "fee_charged": lambda d: f"{_money(d, 'cents')} charged for looking and reckoning",
    "fee_waived": lambda d: f"Fee of {_money(d, 'cents')} waived: {d.get('reason', '')}",
    "said_not_me": lambda d: "Somebody said on the page: this is not me. The page is closed, texts are off",
    "page_opened_again": lambda d: "The customer's page opened again",
    "language_chosen": lambda d: f"Reads {LANGUAGES.get(d.get('language', ''), 'another language')} now",
    "thanked": lambda d: "Thanked for the visit",
    "said_how_it_was": lambda d: "Said on the page: " + ("all is well" if d.get("well") else "something is not right"),
    "receipt_sent": lambda d: "Receipt sent",
    "drawer_changed": lambda d: f"The receipt printer of “{d.get('drawer', '')}” changed",
    "drawer_added": lambda d: f"Cash drawer “{d.get('drawer', '')}” added",
    "drawer_chosen": lambda d: f"This station's cash falls to “{d.get('drawer', '')}”",
}
MONEY_ICONS = dict.fromkeys(MONEY_SENTENCES, "cash") | {"refunded": "arrow-back-up"}
