"""One row, one sentence: what happened, for whom and by whom, in words a colleague can read out."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from intake.history import told
from workshop import clock
from workshop.money import show
from workshop.record.customers.contact_log import OUTCOMES, TAKE_BACK, contact_words
from workshop.record.events import Actor
from workshop.record.tickets.message_words import STANDS, TITLES

Row = dict[str, Any]
ANSWERED = {"accepted": "they said yes", "later": "they said later", "dismissed": "set aside"}
REMINDED = {
    "due": "due {day}", "queued": "the text is on its way", "sent": "told by text", "came_back": "they came back",
    "superseded": "no longer needed",
}  # fmt: skip
PURPOSES = {"service": "texts about repairs", "marketing": "care reminders and offers", "all": "all texts"}
HOW = {
    "intake": "at take-in", "text": "by text", "page": "on their page", "spoken": "told us", "carrier": "by text",
    "merged": "on another record of theirs",
}  # fmt: skip
OFFER_ICON = "bulb"


@dataclass(frozen=True)
class Line:
    """A row of the line of time as shown. `quote`: what was said or written; `take_back`: a slip to undo.

    `is_day`: only the day is known, not the hour.
    """

    at: datetime
    icon: str
    sentence: str
    quote: str
    person: int
    name: str
    staff: str
    href: str
    kind: str
    take_back: UUID | None = None
    is_text: bool = False
    is_day: bool = False


def line_of(row: Row, *, by: Actor, currency: str) -> Line:
    """The row in words. Of another shop's work only that there was some."""
    row["facts"] = json.loads(row["data"])
    is_ours = row["shop"] == by.shop
    icon, sentence, quote = SAID[row["source"]](row, currency) if is_ours else _elsewhere(row, currency)
    return Line(
        row["at"], icon, sentence, quote, row["person"], row["first_name"] or row["last_name"],
        row["staff_name"] or "", _href(row) if is_ours else "", row["source"], _take_back(row, by),
        is_text=row["source"] == "message" and row["facts"]["channel"] not in ("call", "visit"),
        is_day=row["source"] == "sale",
    )  # fmt: skip


def _href(row: Row) -> str:
    if row["ticket_number"]:
        return f"/tickets/{row['ticket_number']}"
    return f"/pieces/{row['piece']}" if row["piece"] else ""


def _take_back(row: Row, by: Actor) -> UUID | None:
    """A call or visit this colleague noted within the last minute."""
    is_mine = row["source"] == "message" and row["facts"]["outcome"] and row["staff"] == by.id
    return UUID(row["facts"]["id"]) if is_mine and clock.now() - row["at"] < TAKE_BACK else None


def _event(row: Row, currency: str) -> tuple[str, str, str]:
    facts = row["facts"]
    line = told(
        {"name": row["name"], "data": json.dumps(facts), "from_stage": facts["from"], "to_stage": facts["to"],
         "at": row["at"], "staff_name": row["staff_name"], "envelope_number": None},
        currency,
    )  # fmt: skip
    return line["icon"], _with_ticket(line["sentence"], row), ""


def _with_ticket(sentence: str, row: Row) -> str:
    return f"{row['ticket_number']}: {sentence[0].lower()}{sentence[1:]}" if row["ticket_number"] else sentence


def _brought(row: Row, currency: str) -> tuple[str, str, str]:
    return "package-import", _with_ticket(f"Brought for them by {row['body']}", row), ""


def _message(row: Row, currency: str) -> tuple[str, str, str]:
    facts = row["facts"]
    if facts["channel"] in ("call", "visit"):
        known = OUTCOMES.get(facts["outcome"])
        return known.icon if known else "phone", _with_ticket(contact_words(facts["outcome"]), row), row["body"]
    if facts["direction"] == "in":
        return "message-2", _with_ticket("They wrote", row), row["body"]
    title = TITLES.get(row["name"], "Text")
    said = f"{'E-mail' if facts['channel'] == 'email' else 'Text'} “{title}”. {STANDS[facts['state']]}"
    return "send", _with_ticket(said, row), row["body"]


def _sale(row: Row, currency: str) -> tuple[str, str, str]:
    facts = row["facts"]
    verb = "Bought" if facts["is_payer"] else "Was given"
    price = f", {show(facts['total'], currency)}" if facts["total"] is not None else ""
    occasion = f" for their {row['name'].replace('_', ' ')}" if row["name"] and facts["is_payer"] else ""
    return "shopping-bag-check", f"{verb} {row['body'] or 'something'}{occasion}{price}", ""


def _reminder(row: Row, currency: str) -> tuple[str, str, str]:
    day = date.fromisoformat(row["facts"]["due_on"])
    state = REMINDED.get(row["facts"]["state"], row["facts"]["state"]).format(day=f"{day:%a} {day.day} {day:%b %Y}")
    return "bell", f"Reminder “{row['name']}”{_of_piece(row)}: {state}", row["body"]


def _of_piece(row: Row) -> str:
    words = row["piece_words"] or row["piece_kind"]
    return f" for {words}" if words else ""


def _prompt(row: Row, currency: str) -> tuple[str, str, str]:
    answer = ANSWERED.get(row["facts"]["state"], "")
    return OFFER_ICON, f"Suggested “{row['name'].replace('_', ' ')}”{_of_piece(row)}: {answer}", row["body"]


def _note(row: Row, currency: str) -> tuple[str, str, str]:
    return "file-text", f"Note{_of_piece(row)}", row["body"]


def _consent(row: Row, currency: str) -> tuple[str, str, str]:
    facts = row["facts"]
    said = "Said yes to" if facts["is_given"] else "Said no to"
    how = HOW.get(facts["how"], facts["how"])
    return "certificate", f"{said} {PURPOSES.get(row['name'], row['name'])} (…{facts['last_four']}), {how}", ""


def _elsewhere(row: Row, currency: str) -> tuple[str, str, str]:
    """Of another shop: that something happened there, no number, no amount, no words said about a visit."""
    where = row["shop_name"]
    if row["source"] == "message" and row["facts"]["channel"] in ("call", "visit"):
        return "phone", f"{contact_words(row['facts']['outcome'])} ({where})", "" if row["ticket"] else row["body"]
    if row["source"] == "event" and row["ticket"] is None and row["name"] != "taken_in":
        icon, sentence, quote = _event(row, currency)
        return icon, f"{sentence} ({where})", quote
    words = {
        "taken_in": "Brought something to", "moved": "Collected something at", "sale": "Bought something at",
        "reminder": "Has a reminder from",
    }  # fmt: skip
    what = words.get(row["name"]) or words.get(row["source"]) or "Heard from"
    return "building-store", f"{what} {where}", ""


SAID = {
    "event": _event, "brought": _brought, "message": _message, "sale": _sale, "reminder": _reminder,
    "prompt": _prompt, "note": _note, "consent": _consent,
}  # fmt: skip
