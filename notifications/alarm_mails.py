"""Alarms by mail: one mail for all that is new on a colleague's list, handed over with at most one try."""

import uuid
from datetime import timedelta
from typing import Any

import structlog

from notifications.carriers import carrier_from
from notifications.outcomes import Accepted, NotSent, OutgoingText
from workshop import clock
from workshop.db import fetch, transaction
from workshop.jobs import enqueue
from workshop.settings import settings

log = structlog.get_logger()
MOST_LINES = 40
LOST_AFTER = timedelta(minutes=15)


async def mail_alarms(staff_id: int) -> None:
    """Mail what waits for one colleague. Twice asked, once sent: rows go from queued over sending to sent.

    A mail that may or may not have left is not sent again: the alarms stand on the list anyway.
    """
    mine = await _claim(staff_id)
    if not mine:
        return
    if not settings().sends("email"):
        await _settle(mine, "kept")
        return
    outcome = await carrier_from(settings(), "email").send(_mail(mine))
    if isinstance(outcome, NotSent):
        await _again(mine, staff_id, outcome.retry_after)
    else:
        await _settle(mine, "sent" if isinstance(outcome, Accepted) else "failed")


async def sweep_alarm_mails() -> None:
    """Mails whose job was lost. One that was on its way when its worker died may have left: it is not sent again."""
    await fetch(
        "UPDATE alarm_mail SET state = 'failed', at = $2 WHERE state = 'sending' AND at < $1",
        clock.now() - LOST_AFTER, clock.now(),
    )  # fmt: skip
    rows = await fetch(
        "SELECT DISTINCT staff FROM alarm_mail WHERE state = 'queued' AND at < $1", clock.now() - LOST_AFTER
    )
    for row in rows:
        try:
            await mail_alarms(row["staff"])
        except Exception as error:  # the others still get theirs
            log.error("alarms not mailed", staff=row["staff"], error=repr(error))


async def _claim(staff: int) -> list[dict[str, Any]]:
    """What is queued and still so, as being sent; what is over or taken meanwhile is not mailed."""
    async with transaction():
        await fetch(
            """UPDATE alarm_mail m SET state = 'kept', at = $2 FROM alarm a WHERE a.id = m.alarm AND m.staff = $1
               AND m.state = 'queued' AND (a.cleared_at IS NOT NULL OR a.acknowledged_at IS NOT NULL)""",
            staff, clock.now(),
        )  # fmt: skip
        rows = await fetch(
            """UPDATE alarm_mail SET state = 'sending', at = $2 WHERE id IN (
                   SELECT id FROM alarm_mail WHERE staff = $1 AND state = 'queued' ORDER BY id
                   LIMIT 500 FOR UPDATE SKIP LOCKED) RETURNING id, alarm""",
            staff, clock.now(),
        )  # fmt: skip
    if not rows:
        return []
    said = await fetch(
        """SELECT m.id, a.words, s.alarm_email, h.name AS shop FROM alarm_mail m JOIN alarm a ON a.id = m.alarm
           JOIN staff s ON s.id = m.staff JOIN shop h ON h.id = a.shop WHERE m.id = ANY($1) ORDER BY a.id""",
        [row["id"] for row in rows],
    )
    return [row for row in said if row["alarm_email"]]


def _mail(rows: list[dict[str, Any]]) -> OutgoingText:
    lines = [f"- {row['words']}" for row in rows[:MOST_LINES]]
    if len(rows) > MOST_LINES:
        lines.append(f"- and {len(rows) - MOST_LINES} more")
    subject = rows[0]["words"] if len(rows) == 1 else f"{len(rows)} things need somebody"
    body = "\n".join([*lines, "", f"Your list: {settings().base_url}/alarms", ""])
    return OutgoingText(uuid.uuid4(), rows[0]["alarm_email"], body, subject, rows[0]["shop"])


async def _settle(rows: list[dict[str, Any]], state: str) -> None:
    await fetch(
        "UPDATE alarm_mail SET state = $2, at = $3 WHERE id = ANY($1)", [row["id"] for row in rows], state, clock.now()
    )


async def _again(rows: list[dict[str, Any]], staff: int, seconds: float) -> None:
    async with transaction():
        await _settle(rows, "queued")
        await enqueue("mail_alarms", at=clock.now() + timedelta(seconds=seconds), staff_id=staff)
