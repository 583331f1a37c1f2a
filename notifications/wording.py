"""The words of one message row: its template, the shop's facts and a link no other text has."""

import json
from datetime import date
from typing import Any

from babel.dates import format_date

from notifications.mail_words import letter_of, subject_of
from notifications.messages import Row
from notifications.outcomes import OutgoingText
from notifications.texts import Template, render
from notifications.words import is_one_segment
from workshop import clock
from workshop.record.codes import link_token
from workshop.record.customers.customers import show_phone
from workshop.record.promises.promises import closes_at
from workshop.record.secret import secret_key
from workshop.record.shop.shops import shop_of
from workshop.settings import settings

# What a text can do without when it would not fit one segment.
DISPENSABLE = ("till", "promise")


async def body_of(message: Row) -> str:
    """The text as it leaves, in one segment where leaving out a nicety makes it so; a mail as a short letter."""
    template = Template(message["template"])
    facts = await _facts(message)
    language = message["language"] or "en"
    body = render(template, language, **facts)
    if message["channel"] == "email":
        return letter_of(body, shop=facts["shop"], address=message["shop_address"], phone=facts["phone"])
    needed = {"promise"} if template is Template.PROMISE_MOVED else set()
    for name in DISPENSABLE:
        if is_one_segment(body):
            break
        if name in facts and name not in needed:
            del facts[name]
            body = render(template, language, **facts)
    return body


def outgoing(message: Row, body: str) -> OutgoingText:
    """The message as a carrier takes it."""
    if message["channel"] != "email":
        return OutgoingText(message["id"], message["recipient"], body)
    kind = str(facts_of(message).get("kind") or message["kind"] or "piece")
    subject = subject_of(message["template"], spoken(message["language"]), kind=kind, shop=message["shop_name"])
    return OutgoingText(message["id"], message["recipient"], body, subject, message["shop_name"])


async def _facts(message: Row) -> dict[str, str]:
    language = message["language"] or "en"
    facts = {"shop": message["shop_name"], "link": link_of(message)}
    facts["phone"] = show_phone(message["shop_phone"])
    facts["kind"] = str(facts_of(message).get("kind") or message["kind"] or "piece")
    facts |= {name: str(told) for name, told in facts_of(message).items() if name in ("code", "words")}
    shop = await shop_of(message["shop"])
    local = clock.local(clock.now(), shop.zone)
    closing = closes_at(shop, local.date())
    if closing and f"{local:%H:%M}" < closing:
        facts["till"] = hour_words(closing, language)
    if message["promise_on"]:
        facts["promise"] = day_words(message["promise_on"], language)
    return facts


def link_of(message: Row) -> str:
    """The customer's page of the ticket, or the shop's public one for a message about no open visit.

    Two rings of one ticket get the same words; the end of the link tells their texts apart when we
    look for one of them at the carrier.
    """
    if message["purpose"] == "marketing" or not message["ticket_number"]:
        path = f"/visit/{message['shop_code']}"
    else:
        path = f"/t/{link_token(secret_key(), message['ticket_number'])}"
    return f"{settings().base_url}{path}?{message['id'].hex[:4]}"


def day_words(day: date, language: str) -> str:
    """`Thu 3 Dec`, `jue 3 dic`."""
    return format_date(day, "EEE d MMM", locale=spoken(language)).replace(".", "")


def hour_words(hour: str, language: str) -> str:
    """`18:00` as people say it: `6`, `5:30`; in Spanish `18:00`."""
    if spoken(language) == "es":
        return hour
    hours, minutes = (int(part) for part in hour.split(":"))
    return f"{(hours - 1) % 12 + 1}" + (f":{minutes:02}" if minutes else "")


def spoken(language: str | None) -> str:
    """The language we write to this person in."""
    return "es" if (language or "").lower().startswith("es") else "en"


def facts_of(message: dict[str, Any]) -> dict[str, Any]:
    """What was noted about the text when it was promised."""
    facts: dict[str, Any] = json.loads(message["facts"])
    return facts
