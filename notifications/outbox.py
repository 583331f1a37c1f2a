"""Every text said or to be said, what needs a person first, and what a person did about it."""

import json
import re
import uuid
from datetime import datetime, timedelta

from notifications.codes import Trouble, explain
from notifications.delivery import LABELS, NEEDS_CALL, State
from notifications.messages import Row, locked, note, turn
from notifications.optouts import opt_out
from notifications.replies import STOP_LIKE, queue_answer
from notifications.texts import Template
from notifications.thanks import NOT_WELL
from notifications.wording import facts_of
from workshop import clock
from workshop.db import fetch, transaction
from workshop.errors import Conflict, InvalidInput, NotFound
from workshop.record.cards import refuse_card_number
from workshop.record.customers.contact_log import contact_words
from workshop.record.events import Actor, record, tell_pages
from workshop.record.tables import Ticket
from workshop.record.tickets.message_words import TITLES, TROUBLE
from workshop.record.tickets.notices import queue_text
from workshop.settings import settings

PAGE = 40
SETTLES_ITSELF = timedelta(minutes=5)  # an unknown outcome is usually known by then (TX-14)
STUCK = timedelta(minutes=15)
FIRST = (STOP_LIKE, NOT_WELL)

_TONES = {
    State.PENDING: ("slate", "hourglass"), State.SENDING: ("slate", "send"), State.UNKNOWN: ("warn", "alert-triangle"),
    State.SUPERSEDED: ("muted", "ban"), State.SHOWN: ("slate", "eye"), State.DELIVERED: ("green", "check"),
    State.READ: ("green", "checks"), State.HANDLED: ("muted", "phone"), State.RECEIVED: ("teal", "message-2"),
}  # fmt: skip
FILTERS = {
    "all": ("All", "true"),
    "trouble": ("Not through", f"m.direction = 'out' AND m.state IN ({TROUBLE})"),
    "waiting": ("Waiting", "m.state IN ('pending', 'sending')"),
    "in": ("From customers", "m.direction = 'in'"),
    "calls": ("Calls and visits", "m.channel IN ('call', 'visit')"),
}  # fmt: skip

_COLUMNS = """m.id, m.shop, m.ticket, m.customer, m.direction, m.channel, m.purpose, m.template, m.facts, m.body,
    m.recipient, m.state, m.state_at, m.created_at, m.not_before, m.error, m.error_code, m.attempts, m.seen_at,
    k.number AS ticket_number, c.first_name, c.last_name, p.name AS seen_by_name, s.zone"""
_FROM = """FROM message m LEFT JOIN ticket k ON k.id = m.ticket LEFT JOIN customer c ON c.id = m.customer
    LEFT JOIN staff p ON p.id = m.seen_by JOIN shop s ON s.id = m.shop"""


async def texts(shop: int, *, kind: str = "all", before: tuple[datetime, uuid.UUID] | None = None) -> list[Row]:
    """A page of texts, newest first; `before` is the key of the last one seen."""
    _, where = FILTERS.get(kind, FILTERS["all"])
    at, last = before or (None, None)
    rows = await fetch(
        f"""SELECT {_COLUMNS} {_FROM} WHERE m.shop = $1 AND {where}
            AND ($2::timestamptz IS NULL OR m.created_at <= $2 AND (m.created_at < $2 OR m.id > $3))
            ORDER BY m.created_at DESC, m.id LIMIT {PAGE + 1}""",  # noqa: S608 - our own words
        shop, at, last,
    )  # fmt: skip
    return [_shown(row) for row in rows]


async def texts_of(ticket: int, shop: int) -> list[Row]:
    """What was said about one ticket, newest first."""
    rows = await fetch(
        f"""SELECT {_COLUMNS} {_FROM} WHERE m.ticket = $1 AND m.shop = $2
            ORDER BY m.created_at DESC, m.id LIMIT 100""",  # noqa: S608
        ticket, shop,
    )  # fmt: skip
    return [_shown(row) for row in rows]


async def needing_a_person(shop: int, *, limit: int = 50) -> list[Row]:
    """Texts that did not get through, and replies nobody read; the most urgent first.

    What may settle by itself is given five minutes; a wait on Twilio a quarter of an hour.
    """
    now = clock.now()
    rows = await fetch(
        f"""SELECT {_COLUMNS} {_FROM} WHERE m.shop = $1 AND m.seen_at IS NULL AND (m.direction = 'in'
                OR m.state IN ({TROUBLE}))
                AND (m.state <> 'unknown' OR m.state_at <= $2)
            UNION ALL
            SELECT {_COLUMNS} {_FROM} WHERE m.shop = $1 AND m.state = 'pending' AND m.attempts > 0
                AND m.created_at <= $3
            ORDER BY created_at LIMIT {limit}""",  # noqa: S608
        shop, now - SETTLES_ITSELF, now - STUCK,
    )  # fmt: skip
    shown = [_shown(row) for row in rows]
    return sorted(shown, key=lambda row: (row["template"] not in FIRST, row["created_at"]))


def _shown(row: Row) -> Row:
    """The row with what a person reads: who, about what, how it stands, what can be done."""
    state = State(row["state"])
    last = row["last_name"]
    row["who"] = f"{row['first_name'] or ''} {last[:1] + '.' if last else ''}".strip()
    is_spoken = row["channel"] in ("call", "visit")
    usual = {"call": "Call", "visit": "Visit"}.get(row["channel"], "Reply" if row["direction"] == "in" else "Text")
    row["about"] = TITLES.get(row["template"], usual)
    row["label"] = contact_words(json.loads(row["facts"]).get("outcome", "")) if is_spoken else LABELS[state]
    tone = ("danger", "message-x") if state in NEEDS_CALL else ("slate", "send")
    row["tone"], row["icon"] = _TONES.get(state, tone)
    row["parts"] = _parts(row)
    row["waits"] = f"{clock.local(row['not_before'], row['zone']):%a %H:%M}" if row["not_before"] else ""
    row["is_stop_like"] = row["template"] == STOP_LIKE and row["seen_at"] is None
    row["may_send_again"] = _may_send_again(row, state)
    return row


# A code that proves who collects is for the customer's eyes; where texts leave the house, ours do not see it.
_CODE = re.compile(r"\b\d{6}\b")


def _parts(row: Row) -> list[tuple[str, bool]]:
    """The words cut at our own links, so that staff can follow them; a customer's links stay words."""
    if row["direction"] == "in":
        return [(row["body"], False)]
    hides = row["template"] == Template.PICKUP_CODE and settings().sends(row["channel"])
    body = _CODE.sub("······", row["body"]) if hides else row["body"]
    pieces = re.split(rf"({re.escape(settings().base_url)}/\S+)", body)
    return [(words, place % 2 == 1) for place, words in enumerate(pieces) if words]


def _may_send_again(row: Row, state: State) -> bool:
    """A person may try once more where a second try can help and cannot offend."""
    if row["ticket"] is None or row["purpose"] != "service" or state in (State.OPTED_OUT, State.UNKNOWN):
        return False
    kind = explain(row["error_code"]).kind if row["error_code"] else None
    return state in NEEDS_CALL and kind not in (Trouble.OPT_OUT, Trouble.BAD_NUMBER)


async def note_call(message_id: uuid.UUID, words: str, *, by: Actor) -> None:
    """The customer was told by phone: the text is dealt with, and the call stands in the record."""
    refuse_card_number(words, "words")
    async with transaction():
        message = await _of_shop(message_id, by)
        if message["seen_at"] is not None:
            return
        await _deal_with(message, by)
        event = await record(
            "customer_called", shop=by.shop, by=by, ticket=message["ticket"], customer=message["customer"],
            about=message["template"],
        )  # fmt: skip
        await fetch(
            """INSERT INTO message (id, shop, ticket, envelope, customer, event, channel, purpose, template,
                                    recipient, body, state, created_at, state_at, seen_by, seen_at)
               VALUES ($1, $2, $3, $4, $5, $6, 'call', $7, $8, $9, $10, 'handled', $11, $11, $12, $11)""",
            uuid.uuid4(), by.shop, message["ticket"], message["envelope"], message["customer"], event,
            message["purpose"], message["template"], message["recipient"],
            words.strip()[:400] or "Told by phone.", clock.now(), by.id,
        )  # fmt: skip


async def mark_read(message_id: uuid.UUID, *, by: Actor) -> None:
    """Somebody read a reply and takes care of it."""
    async with transaction():
        message = await _of_shop(message_id, by)
        if message["direction"] != "in":
            raise Conflict("Only a customer's reply is marked as read.")
        await note(message, seen_by=by.id, seen_at=clock.now(), error="")
        await tell_pages(by.shop, "message")


async def stop_texts(message_id: uuid.UUID, *, by: Actor) -> None:
    """A reply meant “no more texts”: obeyed at once, in the customer's own words, and confirmed once."""
    async with transaction():
        message = await _of_shop(message_id, by)
        if message["direction"] != "in":
            raise Conflict("Only a customer's own words stop their texts.")
        await note(message, seen_by=by.id, seen_at=clock.now(), error="")
        await opt_out(message["recipient"], wording=message["body"][:400], how="text", by=by)
        who = [{"customer": message["customer"]}] if message["customer"] else []
        await queue_answer(Template.STOP_CONFIRMATION, message["recipient"], who, by.shop)
        await tell_pages(by.shop, "message")


async def send_again(message_id: uuid.UUID, *, by: Actor) -> None:
    """A person decides that a text goes out once more, as a text of its own with its own cause."""
    async with transaction():
        message = await _of_shop(message_id, by)
        if message["seen_at"] is not None:
            return
        if not _may_send_again(message, State(message["state"])):
            raise Conflict("This text cannot be sent again. Call the customer instead.")
        await _deal_with(message, by)
        ticket = await Ticket.objects().get(Ticket.id == message["ticket"])
        assert ticket is not None
        event = await record("text_sent_again", shop=by.shop, by=by, ticket=ticket, about=message["template"])
        facts = facts_of(message)
        await queue_text(message["template"], ticket=ticket, event=event, envelope=message["envelope"], **facts)


async def _of_shop(message_id: uuid.UUID, by: Actor) -> Row:
    message = await locked(message_id)
    if message is None or message["shop"] != by.shop:
        raise NotFound("There is no such text in this shop.")
    return message


async def _deal_with(message: Row, by: Actor) -> None:
    """Out of the list of what needs a person. What Twilio still reports stays in the state."""
    state = State(message["state"])
    if state is State.PENDING and not message["attempts"]:
        raise InvalidInput("This text is still waiting to be sent.")
    seen = {"seen_by": by.id, "seen_at": clock.now()}
    if state in NEEDS_CALL:
        await turn(message, State.HANDLED, **seen)
    elif state is State.PENDING:
        # It must not leave any more: the customer knows.
        await turn(message, State.SUPERSEDED, error="The customer was told by phone.", **seen)
    else:
        await note(message, **seen)
        await tell_pages(message["shop"], "message")

