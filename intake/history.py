"""What happened, told so that anybody at the counter can read it out."""

import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from intake.book_history import BOOK_ICONS, BOOK_SENTENCES
from intake.custody_history import CUSTODY_ICONS, CUSTODY_SENTENCES
from intake.customer_history import CUSTOMER_ICONS, CUSTOMER_SENTENCES
from intake.money_history import MONEY_ICONS, MONEY_SENTENCES
from intake.people_history import PEOPLE_ICONS, PEOPLE_SENTENCES
from intake.piece_history import PIECE_ICONS, PIECE_SENTENCES
from intake.quality_history import QUALITY_ICONS, QUALITY_SENTENCES
from intake.staff_history import STAFF_ICONS, STAFF_SENTENCES
from intake.work_history import WORK_ICONS, WORK_SENTENCES
from workshop import clock
from workshop.money import show
from workshop.record.pieces.photo_guide import angle_words
from workshop.record.promises.promise_changes import ANSWERS
from workshop.record.promises.promise_words import say_day, say_minutes
from workshop.record.shop.approvals import ACTS
from workshop.record.shop.skills import work_words
from workshop.record.stages import HOLD_REASONS, WORDS, Stage
from workshop.record.tickets.handover import ID_KINDS
from workshop.record.trade import FAIL_REASONS

Data = dict[str, Any]
PHOTO_WORDS = {
    "take_in": "Take-in", "condition": "Condition", "found": "Found", "during": "During", "after": "After",
    "piece": "Portrait", "document": "Paper",
}  # fmt: skip
DOCUMENTS = {"label": "Label", "claim_check": "Claim check", "receipt": "Receipt", "card": "Card"}
HOW = {"phone": "by phone", "counter": "in person", "link": "on their page", "spoken": "told us"}


def story(events: list[dict[str, Any]], currency: str = "USD") -> list[dict[str, Any]]:
    """Events as lines of history; photos taken one after the other are one line."""
    lines: list[dict[str, Any]] = []
    for event in events:
        line = told(event, currency)
        if lines and line["photos"] and _is_same_album(lines[-1], line):
            lines[-1]["photos"] += 1
            lines[-1]["sentence"] = f"{lines[-1]['photos']} photos taken: {line['album']}"
        else:
            lines.append(line)
    return lines


def _is_same_album(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return all(one[key] == other[key] for key in ("album", "who", "envelope")) and bool(one["photos"])


def told(event: dict[str, Any], currency: str = "USD") -> dict[str, Any]:
    """One event as a line of history: icon, sentence, who, when, and which envelope."""
    data: Data = json.loads(event["data"]) | {"from": event["from_stage"], "to": event["to_stage"]}
    data["currency"] = currency
    say = SENTENCES.get(event["name"])
    sentence = say(data) if say else event["name"].replace("_", " ").capitalize()
    if late := int(data.get("late_seconds") or 0) // 60:
        sentence += f" (scanned {late} min before it reached us)"
    return {
        "icon": _icon(event["name"], event["to_stage"]), "sentence": sentence, "at": event["at"],
        "who": event["staff_name"] or _nobody(data), "envelope": event["envelope_number"],
        "photos": int(event["name"] == "photo_added"),
        "album": PHOTO_WORDS.get(data.get("kind", ""), "photo").lower(),
    }  # fmt: skip


def _nobody(data: Data) -> str:
    return "the customer" if data.get("how") == "link" else ""


def _icon(name: str, to_stage: str) -> str:
    if to_stage:
        return WORDS[Stage(to_stage)].icon
    return ICONS.get(name, "circle-dashed")


def _money(data: Data, key: str) -> str:
    return show(int(data.get(key) or 0), data["currency"])


def _after(text: str, reason: str) -> str:
    return f"{text}: {reason}" if reason else text


def _moved(data: Data) -> str:
    special = MOVED_BETWEEN.get((data["from"], data["to"]))
    if special:
        return special(data)
    if data["from"] == "on_hold":
        return _after(f"Taken off hold, back to {WORDS[Stage(data['to'])].label.lower()}", data.get("reason", ""))
    return MOVED_TO[data["to"]](data)


def _failed(data: Data) -> str:
    reason: str = data.get("reason", "")
    why = FAIL_REASONS.get(reason, reason)
    return ". ".join(part for part in (_after("Did not pass the quality check", why), data.get("note", "")) if part)


def _passed(data: Data) -> str:
    stones = f", {data['stones']} stones counted" if data.get("stones") else ""
    measured = data.get("measured") or {}
    size = f", size {measured['size']}" if measured.get("size") else ""
    weight = f", {measured['weight_mg'] / 1000:g} g" if measured.get("weight_mg") else ""
    return f"Passed the quality check{stones}{size}{weight}. Ready to collect"


def _handed(data: Data) -> str:
    known = data.get("id_kind", "known")
    last_four = f" …{data['id_last_four']}" if data.get("id_last_four") else ""
    proof = "by the code we sent" if known == "code" else f"{ID_KINDS[known].lower()}{last_four}"
    lost = ", without the claim check" if data.get("claim_check") == "lost" else ""
    text = f"Handed to {data.get('collector', 'the customer')} ({proof}{lost}), signed for"
    if data.get("unpaid_cents"):
        text += f". {_money(data, 'unpaid_cents')} left unpaid: {data.get('unpaid_reason', '')}"
    return text


def _held(data: Data) -> str:
    reason: str = data.get("reason", "")
    return _after("Put on hold", HOLD_REASONS.get(reason, reason).lower())


def _unrepaired(data: Data) -> str:
    return "Goes back unrepaired. Ready to collect"


MOVED_BETWEEN: dict[tuple[str, str], Callable[[Data], str]] = {
    ("quality_check", "at_bench"): _failed,
    ("quality_check", "ready_for_pickup"): _passed,
    ("declined", "ready_for_pickup"): _unrepaired,
    ("cancelled", "ready_for_pickup"): _unrepaired,
    ("ready_for_pickup", "in_queue"): lambda d: _after("Not right, back to the bench", d.get("reason", "")),
    ("at_bench", "in_queue"): lambda d: _after("Put back in the queue", d.get("reason", "")),
    ("at_bench", "estimating"): lambda d: _after("Something new found at the bench", d.get("reason", "")),
    ("at_vendor", "in_queue"): lambda d: "Back from the vendor",
    ("at_vendor", "quality_check"): lambda d: "Back from the vendor, finished",
}
MOVED_TO: dict[str, Callable[[Data], str]] = {
    "received": lambda d: "Received",
    "estimating": lambda d: _after("Price being worked out", d.get("reason", "")),
    "awaiting_approval": lambda d: "Waiting for the customer's word",
    "approved": lambda d: "Approved: work may start",
    "in_queue": lambda d: "Put in the queue",
    "at_bench": lambda d: "Work started",
    "quality_check": lambda d: "Work done, to quality check",
    "ready_for_pickup": lambda d: "Ready to collect",
    "picked_up": _handed,
    "at_vendor": lambda d: _after("Sent to a vendor", d.get("reason", "")),
    "on_hold": _held,
    "declined": lambda d: "Declined: no work is done",
    "cancelled": lambda d: _after("Work cancelled", d.get("reason", "")),
}


def _pieces(data: Data) -> str:
    count = int(data.get("pieces") or 1)
    return "Taken in" if count == 1 else f"Taken in: {count} pieces"


def _estimate(act: str) -> Callable[[Data], str]:
    def say(data: Data) -> str:
        who, how = data.get("who", ""), HOW.get(data.get("how", ""), "")
        total = f", {_money(data, 'total')}" if data.get("total") is not None else ""
        return f"Estimate {data.get('version', '')} {act}{f' by {who}' if who else ''}{f' {how}' if how else ''}{total}"

    return say


def _promise(data: Data) -> str:
    before, after = (date.fromisoformat(data[key]) for key in ("before", "after"))
    said = ANSWERS.get(data.get("answer", ""), "")
    text = _after(f"Promise moved from {before:%a %-d %b} to {after:%a %-d %b}", data.get("reason", ""))
    return f"{text}. Customer: {said.lower()}" if said else text


def _overridden(data: Data) -> str:
    over = ", ".join(f"{work_words(skill).lower()} {say_minutes(left)} over" for skill, left in data["over"].items())
    return _after(f"{say_day(date.fromisoformat(data['day']))} promised although it is full ({over})", data["reason"])


def _found(data: Data) -> str:
    found = " after a finding at the bench" if data.get("found") else ""
    return f"Estimate {data.get('version', '')} made{found}, {_money(data, 'total')}"


def _document(data: Data) -> str:
    return DOCUMENTS.get(data.get("document", ""), "Paper")


def _fields(data: Data) -> str:
    return "Details corrected: " + ", ".join(name.replace("_", " ") for name in data.get("fields", []))


def _approval(data: Data) -> str:
    words = ACTS.get(data.get("act", ""), "something beyond the limit").format(amount=_money(data, "amount"))
    how = {"pin": " with a PIN", "badge": " with a badge"}.get(data.get("how", ""), "")
    who = data.get("approver", "")
    asked = f", asked by {data['asked_by']}" if data.get("asked_by") else ""
    return _after(f"{who} approved{how}" if who else f"Approved{how}{asked}", words[0].lower() + words[1:])


SENTENCES: dict[str, Callable[[Data], str]] = {
    "taken_in": _pieces,
    "moved": _moved,
    "estimate_made": _found,
    "estimate_sent": lambda d: f"Estimate {d.get('version', '')} sent for approval",
    "estimate_approved": _estimate("approved"),
    "estimate_declined": _estimate("declined"),
    "task_added": lambda d: f"Work added: {d.get('work', '')}, {_money(d, 'cents')}",
    "task_dropped": lambda d: "A line of work taken off",
    "price_set": lambda d: _after(
        f"{d.get('work', 'Line')}: price set by hand, {_money(d, 'before')} → {_money(d, 'cents')}", d.get("reason", "")
    ),
    "promise_changed": _promise,
    "promise_overridden": _overridden,
    "approval_given": _approval,
    "approval_used": _approval,
    "collector_added": lambda d: f"{d.get('who', '')} may collect too ({HOW.get(d.get('how', ''), 'told us')})",
    "ticket_closed": lambda d: "Everything handed over, ticket closed",
    "piece_added": lambda d: "Piece written down",
    "customer_added": lambda d: "Customer written down",
    "customer_changed": _fields,
    **CUSTOMER_SENTENCES,
    **CUSTODY_SENTENCES,
    "texts_stopped": lambda d: "Asked us to stop all texts",
    "started_again": lambda d: "Work started again",
    "scan_undone": lambda d: f"{d.get('card', 'The last scan')} taken back: a slip of the scanner",
    "handover_asked": lambda d: f"Asked {d.get('holder', 'a colleague')} to hand it over",
    "handover_kept": lambda d: "Not handed over yet",
    "handover_withdrawn": lambda d: "Not asked for any more",
    "handed_on": lambda d: f"Handed to {d.get('to', 'a colleague')} at the bench",
    "marks_found": lambda d: f"Found at the bench: {d.get('said', '')}",
    "photo_added": lambda d: f"Photo taken: {PHOTO_WORDS.get(d.get('kind', ''), 'photo').lower()}",
    "photo_removed": lambda d: "Photo taken out of view",
    "photo_restored": lambda d: "Photo put back",
    "photo_named": lambda d: f"Photo named: {angle_words(d.get('after', '')).lower()}",
    "printed": lambda d: f"{_document(d)} printed",
    "reprinted": lambda d: f"{_document(d)} printed again, marked as a copy",
    "print_answered": lambda d: f"{_document(d)}: {'seen on paper' if d.get('printed') else 'did not come out'}",
    "print_let_go": lambda d: f"{_document(d)} not needed on paper",
    "reminder_due": lambda d: f"Reminder due: {d.get('plan', 'next visit').lower()}",
    "customer_called": lambda d: "Called the customer instead of the text",
    "text_sent_again": lambda d: "Text sent again",
    "prompt_accepted": lambda d: "Suggestion mentioned, the customer said yes",
    "prompt_later": lambda d: "Suggestion mentioned, the customer said later",
    "prompt_dismissed": lambda d: "Suggestion set aside",
    "link_locked": lambda d: "The customer's page was locked after too many wrong tries",
    **STAFF_SENTENCES,
    **PIECE_SENTENCES,
    **PEOPLE_SENTENCES,
    **WORK_SENTENCES,
    **MONEY_SENTENCES,
    **BOOK_SENTENCES,
    **QUALITY_SENTENCES,
}
ICONS = {
    "taken_in": "package-import", "estimate_made": "receipt", "estimate_sent": "send", "estimate_approved": "check",
    "estimate_declined": "x", "task_added": "plus", "task_dropped": "minus", "price_set": "currency-dollar",
    "approval_given": "lock", "approval_used": "lock",
    "promise_changed": "calendar", "collector_added": "user-plus", "ticket_closed": "checks",
    "piece_added": "diamond", "customer_added": "user-plus", "customer_changed": "edit",
    **CUSTOMER_ICONS,
    **CUSTODY_ICONS,
    "texts_stopped": "phone-off", "customer_called": "phone", "text_sent_again": "send",
    "scan_undone": "arrow-back-up", "handover_asked": "user", "handover_kept": "user",
    "handover_withdrawn": "user", "handed_on": "users",
    "started_again": "hammer", "photo_added": "camera", "photo_removed": "photo",
    "photo_restored": "photo", "photo_named": "photo",
    "printed": "printer", "reprinted": "printer", "print_answered": "printer",
    "print_let_go": "printer", "reminder_due": "bell", "prompt_accepted": "bulb", "prompt_later": "bulb",
    "prompt_dismissed": "bulb", "link_locked": "lock",
    **PIECE_ICONS, **MONEY_ICONS, **BOOK_ICONS, **STAFF_ICONS,
    **WORK_ICONS, **PEOPLE_ICONS, **QUALITY_ICONS,
}  # fmt: skip


def moment_words(at: datetime, zone: str, today: date) -> str:
    """`14:02` today, `Thu 3 Dec 14:02` on another day, on the shop's wall clock."""
    here = clock.local(at, zone)
    if here.date() == today:
        return f"{here:%H:%M}"
    year = "" if here.year == today.year else f" {here.year}"
    return f"{here:%a} {here.day} {here:%b}{year} {here:%H:%M}"
