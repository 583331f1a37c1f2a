"""What it will cost, version by version, and the customer's word on it. No work before approval."""

import json
from datetime import timedelta
from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value, transaction
from workshop.errors import Conflict, NotFound
from workshop.record.cards import refuse_card_number
from workshop.record.events import Actor, record
from workshop.record.money.money_owed import tax_of, ticket_rates
from workshop.record.prices.reckoning import RUSH, reductions
from workshop.record.prices.repricing import reprice
from workshop.record.prices.work import NewTask, add_task, keep_to_book, price_task, tasks_of
from workshop.record.promises.promises import follow_lines
from workshop.record.shop.shops import shop_of
from workshop.record.stages import Stage
from workshop.record.tables import Envelope, Estimate
from workshop.record.tickets.estimate_answers import credit_fee
from workshop.record.tickets.locks import all_locked, locked
from workshop.record.tickets.notices import queue_text
from workshop.record.tickets.shift import shift
from workshop.record.tickets.standing import ticket_of


async def draft_estimate(
    code: str, *, by: Actor, note: str = "", found: list[NewTask] | None = None
) -> Estimate:
    """Freeze what the work on an envelope costs now as the next version, inside the caller's transaction.

    `found` adds lines discovered at the bench. An older unanswered version is superseded.
    """
    refuse_card_number(note, "note")
    envelope = await locked(code, shop=by.shop)
    for task in found or []:
        priced = keep_to_book(await price_task(task, shop=by.shop), by)
        await add_task(priced, envelope=envelope.id, found=True)
    await credit_fee(envelope)
    await follow_lines(envelope)
    if envelope.stage != Stage.ESTIMATING:
        await shift(envelope, Stage.ESTIMATING, by=by, reason=note)
    await fetch(
        "UPDATE estimate SET state = 'superseded' WHERE envelope = $1 AND state IN ('draft', 'sent')", envelope.id
    )
    estimate = await _freeze(envelope, note, by)
    await record(
        "estimate_made", shop=by.shop, by=by, envelope=envelope, version=estimate.version,
        total=estimate.total_cents, found=bool(found),
    )  # fmt: skip
    return estimate


async def _freeze(envelope: Envelope, note: str, by: Actor) -> Estimate:
    await reprice(envelope)
    rates = await ticket_rates(envelope.ticket)
    lines = [
        {
            "task": row["id"], "code": row["code"], "name": row["name"], "quantity": row["quantity"],
            "cents": row["price_cents"], "tax": tax_of(row["price_cents"], row["tax_class"], rates),
            "found": row["found_at_bench"], "why": row["why"], "off": reductions(row),
        }
        for row in await tasks_of(envelope.id)
    ]  # fmt: skip
    version = await fetch_value("SELECT count(*) + 1 FROM estimate WHERE envelope = $1", envelope.id)
    subtotal, tax = sum(line["cents"] for line in lines), sum(line["tax"] for line in lines)
    estimate = Estimate(
        envelope=envelope.id, version=version, lines=json.dumps(lines), subtotal_cents=subtotal,
        tax_cents=tax, total_cents=subtotal + tax, note=note.strip(), made_by=by.id, made_at=clock.now(),
    )  # fmt: skip
    await estimate.save()
    return estimate


async def make_estimate(
    code: str, *, by: Actor, note: str = "", found: list[NewTask] | None = None, send: bool = False
) -> Estimate:
    """Make the next version of an estimate (from the counter, or of what the bench found)."""
    async with transaction():
        estimate = await draft_estimate(code, by=by, note=note, found=found)
        if send:
            await _send(estimate, await locked(code, shop=by.shop), by)
    return estimate


async def send_estimates(ticket: int, *, by: Actor) -> int:
    """Send every waiting estimate of a ticket for approval, with one text. Gives how many.

    The pieces are held before it is looked at what waits, so that of two who send at once one does.
    """
    async with transaction():
        pieces = await fetch(
            """SELECT code FROM envelope WHERE ticket = $1 AND shop = $2
               AND stage IN ('estimating', 'awaiting_approval')""",
            ticket, by.shop,
        )  # fmt: skip
        envelopes = {one.id: one for one in await all_locked([row["code"] for row in pieces], shop=by.shop)}
        waiting = await _waiting(list(envelopes))
        if not waiting:
            raise Conflict("There is no estimate waiting to be sent.")
        event = 0
        for estimate in waiting:
            envelope = envelopes[estimate.envelope]
            event = await _mark_sent(estimate, envelope, by)
        await queue_text("estimate_ready", ticket=await ticket_of(envelope), event=event)
    return len(waiting)


async def _waiting(envelopes: list[int]) -> list[Estimate]:
    """Versions of these held pieces that have not gone out, or ran out unanswered, as they stand on the ticket."""
    rows = await fetch(
        """SELECT e.* FROM estimate e JOIN envelope v ON v.id = e.envelope
           WHERE v.id = ANY($1) AND v.stage IN ('estimating', 'awaiting_approval')
           AND (e.state = 'draft' OR (e.state = 'sent' AND e.expires_at < $2)) ORDER BY v.place_no""",
        envelopes, clock.now(),
    )  # fmt: skip
    found = [Estimate(**row) for row in rows]
    for estimate in found:
        estimate._exists_in_db = True
    return found


async def _send(estimate: Estimate, envelope: Envelope, by: Actor) -> None:
    event = await _mark_sent(estimate, envelope, by)
    await queue_text("estimate_ready", ticket=await ticket_of(envelope), event=event, envelope=envelope.id)


async def _mark_sent(estimate: Estimate, envelope: Envelope, by: Actor) -> int:
    now = clock.now()
    if estimate.sent_at is None:  # what was shown stays as it was shown
        estimate.photos = json.dumps(await _photos_of(envelope))
    days = (await shop_of(envelope.shop)).estimate_days
    estimate.state, estimate.sent_at, estimate.expires_at = "sent", now, now + timedelta(days=days)
    estimate.reminded = 0
    await estimate.save()
    if envelope.stage == Stage.ESTIMATING:
        await shift(envelope, Stage.AWAITING_APPROVAL, by=by)
    return await record("estimate_sent", shop=by.shop, by=by, envelope=envelope, version=estimate.version)


async def _photos_of(envelope: Envelope) -> list[str]:
    """The photos there are of the piece now, oldest first."""
    rows = await fetch(
        """SELECT id FROM photo WHERE envelope_code = $1 AND removed_at IS NULL
           AND kind IN ('take_in', 'condition', 'found') ORDER BY taken_at, id LIMIT 24""",
        envelope.code,
    )
    return [str(row["id"]) for row in rows]


async def drop_task(task_id: int, *, by: Actor) -> None:
    """Take a line off an envelope whose estimate is being changed; the next version goes without it."""
    async with transaction():
        row = await fetch_one(
            """SELECT v.code, t.code AS task_code FROM task t JOIN envelope v ON v.id = t.envelope
               WHERE t.id = $1 AND v.shop = $2""",
            task_id, by.shop,
        )  # fmt: skip
        if row is None:
            raise NotFound("There is no such line of work.")
        if row["task_code"] == RUSH:
            raise Conflict("The rush follows the work. Let something off it instead.")
        envelope = await locked(row["code"], shop=by.shop)
        if envelope.stage not in (Stage.ESTIMATING, Stage.DECLINED, Stage.RECEIVED):
            raise Conflict("Lines can be taken off while the estimate is being worked out.")
        await fetch("UPDATE task SET is_dropped = true WHERE id = $1 AND done_at IS NULL", task_id)
        await record("task_dropped", shop=by.shop, by=by, envelope=envelope, task=task_id)
        if envelope.stage == Stage.RECEIVED:
            await reprice(envelope)
        else:
            await draft_estimate(envelope.code, by=by)


async def estimates_of(envelope: int) -> list[dict[str, Any]]:
    """Every version for an envelope, newest first, with its lines."""
    rows = await fetch("SELECT * FROM estimate WHERE envelope = $1 ORDER BY version DESC", envelope)
    for row in rows:
        row["lines"] = json.loads(row["lines"])
        if row["state"] == "sent" and row["expires_at"] and row["expires_at"] < clock.now():
            row["state"] = "expired"
    return rows
