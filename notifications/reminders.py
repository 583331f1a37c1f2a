"""The next visit: one reminder per piece and plan, told only to those who want to hear it."""

import calendar
import json
import uuid
from datetime import date, timedelta
from typing import Any

import structlog

from notifications.delivery import State
from notifications.obstacles import ENOUGH, NO_OFFERS, PREFERS, offers_left
from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value, transaction
from workshop.jobs import enqueue
from workshop.record.customers.customers import permission
from workshop.record.customers.discreet import is_secret_visit, is_shared, number_to_text
from workshop.record.events import record

log = structlog.get_logger()

Row = dict[str, Any]
LOST_AFTER = timedelta(minutes=5)
LOOK_AGAIN = timedelta(hours=6)
BATCH = 50
HERE = "The piece is in the shop now."
SURPRISE = "A surprise, and others share the number. Mention it to them alone."
NO_NUMBER = "No phone number on file. Mention it at the next visit."


async def plan_next_visit(envelope_id: int) -> None:
    """After pickup: the work that was done asks for a next visit, once per piece and plan.

    A reminder left from an earlier visit is closed: what it asked for has just been done.
    """
    async with transaction():
        visit = await fetch_one(
            """SELECT v.id, v.shop, v.piece, v.ticket, v.stage, v.is_unrepaired, k.customer, s.zone
               FROM envelope v JOIN ticket k ON k.id = v.ticket JOIN shop s ON s.id = v.shop
               WHERE v.id = $1 FOR UPDATE OF v""",
            envelope_id,
        )
        if visit is None:
            return
        await fetch("UPDATE envelope SET visit_to_plan = false WHERE id = $1 AND visit_to_plan", envelope_id)
        if visit["stage"] != "picked_up" or visit["is_unrepaired"]:
            return
        for plan in await _plans_for(visit):
            await _plan(visit, plan)


async def sweep_visits() -> None:
    """What left a while ago and whose job was lost; one that cannot be planned stands in nobody's way."""
    rows = await fetch(
        "SELECT id FROM envelope WHERE visit_to_plan AND stage_since < $1 ORDER BY id LIMIT 500",
        clock.now() - LOST_AFTER,
    )
    for row in rows:
        try:
            await plan_next_visit(row["id"])
        except Exception as error:  # the others still are
            log.error("next visit not planned", envelope=row["id"], error=repr(error))


async def _plans_for(visit: Row) -> list[Row]:
    """Active plans of the shop that some finished line of work on this envelope belongs to."""
    return await fetch(
        """SELECT p.id, p.months FROM service_plan p WHERE p.shop = $1 AND p.is_active AND EXISTS
           (SELECT FROM task t WHERE t.envelope = $2 AND t.done_at IS NOT NULL AND NOT t.is_dropped
            AND p.task_codes ? t.code) ORDER BY p.id""",
        visit["shop"], visit["id"],
    )  # fmt: skip


async def _plan(visit: Row, plan: Row) -> None:
    earlier = await fetch(
        """SELECT id, ticket, state FROM reminder WHERE plan = $1 AND piece = $2
           AND state IN ('due', 'queued', 'sent') FOR UPDATE""",
        plan["id"], visit["piece"],
    )  # fmt: skip
    if any(row["ticket"] == visit["ticket"] for row in earlier):
        return
    for row in earlier:
        told = row["state"] == "sent"
        await _close(row["id"], "came_back" if told else "superseded", "Serviced at a later visit.")
    due = months_later(clock.today(visit["zone"]), plan["months"])
    await fetch(
        """INSERT INTO reminder (shop, plan, piece, customer, ticket, due_on, created_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7)""",
        visit["shop"], plan["id"], visit["piece"], visit["customer"], visit["ticket"], due, clock.now(),
    )  # fmt: skip


async def _close(reminder: int, state: str, reason: str) -> None:
    await fetch("UPDATE reminder SET state = $2, state_reason = $3 WHERE id = $1", reminder, state, reason)


def months_later(day: date, months: int) -> date:
    """The same day so many months on; the last day where that month is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


async def send_due_reminders(most: int = BATCH) -> None:
    """Promise the texts that are due, and note what became of those promised before."""
    await _follow_up()
    async with transaction():
        for reminder in await _due(most):
            await _remind(reminder)


async def _due(most: int) -> list[Row]:
    """Due on their shop's own calendar, and not looked at in the last hours.

    What was longest not looked at comes first: those that may not be told now keep no others waiting.
    """
    return await fetch(
        f"""SELECT r.*, p.task_codes, p.name AS plan_name, e.kind, s.zone, c.preferred_channel,
                   e.is_discreet OR (k.id IS NOT NULL AND {is_secret_visit()}) AS is_secret FROM reminder r
            JOIN service_plan p ON p.id = r.plan JOIN shop s ON s.id = r.shop JOIN piece e ON e.id = r.piece
            JOIN customer c ON c.id = r.customer LEFT JOIN ticket k ON k.id = r.ticket
            WHERE r.state = 'due' AND r.due_on <= ($1 AT TIME ZONE s.zone)::date
            AND (r.looked_at IS NULL OR r.looked_at < $2)
            ORDER BY r.looked_at NULLS FIRST, r.due_on, r.id LIMIT $3 FOR UPDATE OF r SKIP LOCKED""",  # noqa: S608
        clock.now(), clock.now() - LOOK_AGAIN, most,
    )  # fmt: skip


async def _remind(reminder: Row) -> None:
    if await _serviced_since(reminder):
        await _close(reminder["id"], "came_back", "Serviced since it was planned.")
        return
    number = await number_to_text(reminder["customer"], secret=reminder["is_secret"])
    reason = await _reason_not_to(reminder, number)
    if reason:
        await fetch(
            "UPDATE reminder SET state_reason = $2, looked_at = $3 WHERE id = $1",
            reminder["id"], reason, clock.now(),
        )  # fmt: skip
        return
    message = await _promise_text(reminder, number)
    await fetch(
        "UPDATE reminder SET state = 'queued', state_reason = '', looked_at = $2, message = $3 WHERE id = $1",
        reminder["id"], clock.now(), message,
    )  # fmt: skip


async def _serviced_since(reminder: Row) -> bool:
    return bool(
        await fetch_value(
            """SELECT EXISTS (SELECT FROM envelope v JOIN task t ON t.envelope = v.id
               WHERE v.piece = $1 AND v.stage = 'picked_up' AND t.done_at > $2
               AND t.code IN (SELECT jsonb_array_elements_text($3::jsonb)))""",
            reminder["piece"], reminder["created_at"], reminder["task_codes"],
        )
    )  # fmt: skip


async def _reason_not_to(reminder: Row, number: str) -> str:
    """Why no text goes out today; then it stays due, and the counter mentions it at the next visit."""
    here = await fetch_value(
        "SELECT EXISTS (SELECT FROM envelope WHERE piece = $1 AND stage <> 'picked_up')", reminder["piece"]
    )
    if here:
        return HERE
    if not number:
        return NO_NUMBER
    if reminder["is_secret"] and await is_shared(number):
        return SURPRISE
    if reminder["preferred_channel"] in PREFERS:
        return PREFERS[reminder["preferred_channel"]][:120]
    if not (await permission(number, reminder["customer"])).marketing:
        return NO_OFFERS
    return ENOUGH if await offers_left(reminder["customer"]) < 1 else ""


async def _promise_text(reminder: Row, number: str) -> uuid.UUID:
    """The message row, with the event that caused it; hours are kept when it is sent."""
    event = await record(
        "reminder_due", shop=reminder["shop"], piece=reminder["piece"], customer=reminder["customer"],
        reminder=reminder["id"], plan=reminder["plan_name"],
    )  # fmt: skip
    message = uuid.uuid4()
    await fetch(
        """INSERT INTO message (id, shop, ticket, customer, event, purpose, template, facts, recipient,
                                created_at, state_at)
           VALUES ($1, $2, $3, $4, $5, 'marketing', 'cleaning_reminder', $6, $7, $8, $8)""",
        message, reminder["shop"], reminder["ticket"], reminder["customer"], event,
        json.dumps({"kind": reminder["kind"], "piece": reminder["piece"], "reminder": reminder["id"]}),
        number, clock.now(),
    )  # fmt: skip
    await enqueue("send_message", message_id=str(message), queue="texts")
    return message


NOT_TOLD = {State.SUPERSEDED, State.BLOCKED, State.OPTED_OUT, State.REFUSED}
STILL_OPEN = {State.PENDING, State.SENDING, State.UNKNOWN, State.PARKED}


async def _follow_up() -> None:
    """A reminder whose text left is sent; one whose text may not leave is due again, with the reason."""
    async with transaction():
        rows = await fetch(
            f"""SELECT r.id, m.state, m.error FROM reminder r JOIN message m ON m.id = r.message
                WHERE r.state = 'queued' AND NOT m.state = ANY($1)
                LIMIT {BATCH} FOR UPDATE OF r SKIP LOCKED""",  # noqa: S608
            [state.value for state in STILL_OPEN],
        )
        for row in rows:
            if row["state"] in NOT_TOLD:
                await fetch(
                    "UPDATE reminder SET state = 'due', state_reason = $2, looked_at = $3 WHERE id = $1",
                    row["id"], row["error"][:120], clock.now(),
                )  # fmt: skip
            else:
                await _close(row["id"], "sent", "")
