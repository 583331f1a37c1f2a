"""What it will cost, version by version, and the customer's word on it. No work before approval."""

import json
from datetime import timedelta
from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value, transaction
from workshop.errors import Conflict, InvalidInput, NotFound
from workshop.record.cards import refuse_card_number
from workshop.record.envelopes import locked, shift, ticket_of
from workshop.record.events import Actor, record
from workshop.record.money_owed import tax_of, ticket_rates
from workshop.record.notices import queue_text
from workshop.record.promises import follow_lines
from workshop.record.reckoning import RUSH
from workshop.record.repricing import reprice
from workshop.record.signatures import keep_signature
from workshop.record.stages import Stage
from workshop.record.tables import Envelope, Estimate
from workshop.record.work import NewTask, add_task, price_task, tasks_of

VALID_DAYS = 14


async def draft_estimate(
    code: str, *, by: Actor, note: str = "", found: list[NewTask] | None = None
) -> Estimate:
    """Freeze what the work on an envelope costs now as the next version, inside the caller's transaction.

    `found` adds lines discovered at the bench. An older unanswered version is superseded.
    """
    refuse_card_number(note, "note")
    envelope = await locked(code, shop=by.shop)
    for task in found or []:
        await add_task(await price_task(task, shop=by.shop), envelope=envelope.id, found=True)
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
            "found": row["found_at_bench"], "why": row["why"],
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
    """Send every waiting estimate of a ticket for approval, with one text. Gives how many."""
    async with transaction():
        rows = await fetch(
            """SELECT e.id, v.code FROM estimate e JOIN envelope v ON v.id = e.envelope
               WHERE v.ticket = $1 AND v.shop = $2 AND v.stage IN ('estimating', 'awaiting_approval')
               AND (e.state = 'draft' OR (e.state = 'sent'
               AND e.expires_at < $3)) ORDER BY v.place_no""",
            ticket, by.shop, clock.now(),
        )  # fmt: skip
        if not rows:
            raise Conflict("There is no estimate waiting to be sent.")
        event = 0
        for row in rows:
            estimate = await Estimate.objects().get(Estimate.id == row["id"])
            assert estimate is not None
            envelope = await locked(row["code"], shop=by.shop)
            event = await _mark_sent(estimate, envelope, by)
        await queue_text("estimate_ready", ticket=await ticket_of(envelope), event=event)
    return len(rows)


async def _send(estimate: Estimate, envelope: Envelope, by: Actor) -> None:
    event = await _mark_sent(estimate, envelope, by)
    await queue_text("estimate_ready", ticket=await ticket_of(envelope), event=event, envelope=envelope.id)


async def _mark_sent(estimate: Estimate, envelope: Envelope, by: Actor) -> int:
    now = clock.now()
    estimate.state, estimate.sent_at, estimate.expires_at = "sent", now, now + timedelta(days=VALID_DAYS)
    await estimate.save()
    if envelope.stage == Stage.ESTIMATING:
        await shift(envelope, Stage.AWAITING_APPROVAL, by=by)
    return await record("estimate_sent", shop=by.shop, by=by, envelope=envelope, version=estimate.version)


async def answer_estimate(
    estimate_id: int,
    *,
    approve: bool,
    name: str,
    how: str,
    by: Actor,
    signature: str = "",
    typed_name_signs: bool = False,
    address: str = "",
) -> Estimate:
    """Write down the customer's word on a version: approve or decline. The same word twice is one.

    A page answer needs a typed name and a drawn signature; who cannot draw ticks that the typed name
    is their signature (an electronic signature may be any such mark, 15 USC 7006(5)). A spoken answer
    needs whom staff spoke to. An answer to an older version is refused: the customer must see what holds.
    """
    async with transaction():
        estimate, envelope = await _locked_estimate(estimate_id, by)
        wanted = "approved" if approve else "declined"
        if estimate.state == wanted:
            return estimate
        _check_answer(estimate, name)
        if envelope.stage in (Stage.CANCELLED, Stage.READY_FOR_PICKUP, Stage.PICKED_UP):
            raise Conflict("This work was called off before the answer. Nothing was changed; please call us.")
        if envelope.stage == Stage.ESTIMATING:  # being looked at again, but not changed: the answer holds
            await shift(envelope, Stage.AWAITING_APPROVAL, by=by)
        estimate.state, estimate.answered_at, estimate.how = wanted, clock.now(), how
        estimate.answered_by, estimate.address = name.strip(), address
        estimate.staff = by.id or None
        is_drawn = bool(signature) or (how == "link" and approve and not typed_name_signs)
        if is_drawn:
            estimate.signature = await keep_signature(signature, name)
        await estimate.save()
        await record(
            f"estimate_{wanted}", shop=envelope.shop, by=by if by.id else None, envelope=envelope,
            version=estimate.version, how=how, who=name.strip(), total=estimate.total_cents,
            signed="drawn" if is_drawn else "typed" if typed_name_signs else "",
        )  # fmt: skip
        if envelope.stage == Stage.AWAITING_APPROVAL:
            await shift(envelope, Stage.APPROVED if approve else Stage.DECLINED, by=by)
    return estimate


def _check_answer(estimate: Estimate, name: str) -> None:
    if estimate.state == "superseded":
        raise Conflict("There is a newer estimate. Please look at that one.")
    if estimate.state != "sent":
        raise Conflict(f"This estimate was already {estimate.state}.")
    if estimate.expires_at and estimate.expires_at < clock.now():
        raise Conflict("This estimate has run out. Ask us for a fresh one; nothing was changed.")
    if len(name.strip()) < 2:
        raise InvalidInput("Whose word is it? Write the name.", name="Write the name.")


async def _locked_estimate(estimate_id: int, by: Actor) -> tuple[Estimate, Envelope]:
    row = await fetch_one(
        "SELECT v.code FROM estimate e JOIN envelope v ON v.id = e.envelope WHERE e.id = $1 AND v.shop = $2",
        estimate_id, by.shop,
    )  # fmt: skip
    if row is None:
        raise NotFound("There is no such estimate.")
    envelope = await locked(row["code"], shop=by.shop)
    estimate = await Estimate.objects().get(Estimate.id == estimate_id)
    assert estimate is not None
    return estimate, envelope


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
