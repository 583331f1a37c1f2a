"""What customers write back: STOP, START and HELP obeyed at once, everything else to a person."""

import json
import uuid
from dataclasses import dataclass
from typing import Any

from notifications.keywords import Keyword, keyword, looks_like_stop
from notifications.messages import Row
from notifications.optouts import opt_in, opt_out
from notifications.texts import Template
from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value, transaction
from workshop.jobs import enqueue
from workshop.record.customers.discreet import is_secret_visit, is_shared
from workshop.record.events import tell_pages

ANSWERS = {
    Keyword.STOP: Template.STOP_CONFIRMATION,
    Keyword.START: Template.START_CONFIRMATION,
    Keyword.HELP: Template.HELP_ANSWER,
}
STOP_LIKE = "stop_like"
MAY_MEAN_STOP = "This may mean “no more texts”. Read it now; if so, press “Stop texts to this number”."


@dataclass(frozen=True, slots=True)
class Reply:
    """One inbound text as the carrier hands it over."""

    sid: str
    sender: str
    body: str
    opt_out_type: str = ""


async def take_reply(reply: Reply) -> None:
    """Keep an inbound text once; act on a keyword in the same step, give the rest to the counter."""
    async with transaction():
        is_new = await fetch_one(
            """INSERT INTO delivery_report (carrier_id, status, at) VALUES ($1, 'received', $2)
               ON CONFLICT ON CONSTRAINT delivery_report_once DO NOTHING RETURNING id""",
            reply.sid, clock.now(),
        )  # fmt: skip
        if is_new is None:
            return
        asked = keyword(reply.body, reply.opt_out_type or None)
        candidates = await tickets_of_number(reply.sender)
        shop = candidates[0]["shop"] if candidates else await _a_shop(reply.sender)
        if shop is None:
            return
        await _keep(reply, asked, candidates, shop)
        if asked is Keyword.STOP:
            await opt_out(reply.sender, wording=reply.body[:400], how="text")
        elif asked is Keyword.START:
            await opt_in(reply.sender, wording=reply.body[:400], how="text")
        # With its own opt-out management Twilio has answered already and says so.
        if asked is not None and not reply.opt_out_type:
            await queue_answer(ANSWERS[asked], reply.sender, candidates, shop)
        await tell_pages(shop, "message")


async def tickets_of_number(number: str) -> list[Row]:
    """Every ticket a reply from this number may be about: open ones first, the newest first.

    Somebody who shares the number may have written it: then a surprise is not among them, so that nobody
    answers to the wrong ear.
    """
    return await fetch(
        f"""SELECT k.id, k.number, k.shop, k.customer, k.closed_at, c.first_name, c.last_name, c.language
           FROM (SELECT DISTINCT customer FROM phone WHERE number = $1) p
           JOIN ticket k ON k.customer = p.customer JOIN customer c ON c.id = k.customer
           WHERE NOT ($2 AND {is_secret_visit()})
           ORDER BY (k.closed_at IS NULL) DESC, k.id DESC LIMIT 12""",  # noqa: S608
        number, await is_shared(number),
    )  # fmt: skip


async def _a_shop(number: str) -> int | None:
    """The shop that last wrote to this number, else the first one."""
    shop: int | None = await fetch_value(
        """SELECT COALESCE((SELECT shop FROM message WHERE recipient = $1 ORDER BY created_at DESC LIMIT 1),
                           (SELECT min(id) FROM shop))""",
        number,
    )
    return shop


async def _keep(reply: Reply, asked: Keyword | None, candidates: list[Row], shop: int) -> None:
    ticket = candidates[0] if candidates else None
    customer = ticket["customer"] if ticket else await _customer_of(reply.sender)
    is_stop_like = asked is None and looks_like_stop(reply.body)
    await fetch(
        """INSERT INTO message (id, shop, ticket, customer, direction, purpose, template, facts, recipient,
                                body, state, carrier_id, error, created_at, state_at, seen_at)
           VALUES ($1, $2, $3, $4, 'in', 'answer', $5, $6, $7, $8, 'received', $9, $10, $11, $11, $12)""",
        uuid.uuid4(), shop, ticket["id"] if ticket else None, customer,
        asked.value if asked else STOP_LIKE if is_stop_like else "",
        json.dumps({"candidates": [row["number"] for row in candidates]}), reply.sender, reply.body[:1600],
        reply.sid, MAY_MEAN_STOP if is_stop_like else "", clock.now(), clock.now() if asked else None,
    )  # fmt: skip


async def _customer_of(number: str) -> int | None:
    customer: int | None = await fetch_value(
        "SELECT customer FROM phone WHERE number = $1 ORDER BY id DESC LIMIT 1", number
    )
    return customer


async def queue_answer(template: Template, number: str, candidates: list[dict[str, Any]], shop: int) -> None:
    """One answer to the customer's own text: no hour, no consent needed (47 CFR 64.1200(a)(12))."""
    message_id = uuid.uuid4()
    customer = candidates[0]["customer"] if candidates else await _customer_of(number)
    await fetch(
        """INSERT INTO message (id, shop, customer, purpose, template, recipient, created_at, state_at)
           VALUES ($1, $2, $3, 'answer', $4, $5, $6, $6)""",
        message_id, shop, customer, template.value, number, clock.now(),
    )  # fmt: skip
    await enqueue("send_message", message_id=str(message_id), queue="texts")
