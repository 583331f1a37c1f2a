"""Scans that act: each once under its key, with both its times, and remembered so that it can be taken back."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value, joined_transaction
from workshop.errors import Conflict, WorkshopError
from workshop.record.codes import ACTIONS
from workshop.record.events import Actor
from workshop.record.keys import past_deadlock
from workshop.record.moments import read_at

Said = dict[str, Any]
KEPT_FOR = timedelta(days=90)
ONE_ROW = timedelta(minutes=10)  # what a tablet sends within this time was kept by it together


@dataclass(frozen=True)
class Reading:
    """One act as a scanner read it. `is_kept`: it waited on the tablet until the shop could be reached."""

    key: str
    code: str
    envelope: str
    scanned_at: datetime
    is_kept: bool = False


async def said_before(key: str, *, shop: int) -> Said | None:
    """What was answered to this key, if it was ever heard."""
    row = await fetch_one("SELECT answer FROM scan WHERE shop = $1 AND key = $2", shop, key)
    return json.loads(row["answer"]) if row else None


async def carry_out(reading: Reading, act: Callable[[], Awaitable[Said]], *, by: Actor) -> Said:
    """Carry out a scan once: the same key hears the first answer again and changes nothing.

    A refusal keeps nothing, except one that comes late: it stands in the list of what somebody must look at,
    because whoever scanned has long put the piece away. Raises what the act raises.
    """
    try:
        with read_at(reading.scanned_at if reading.is_kept else None):
            return await past_deadlock(lambda: _in_one(reading, act, by))
    except WorkshopError as error:
        if reading.is_kept:
            await _keep_refusal(reading, error.message, by)
        raise


async def _in_one(reading: Reading, act: Callable[[], Awaitable[Said]], by: Actor) -> Said:
    async with joined_transaction():
        return await _once(reading, act, by)


async def _once(reading: Reading, act: Callable[[], Awaitable[Said]], by: Actor) -> Said:
    row = await fetch_one(
        """INSERT INTO scan (shop, staff, station, key, code, is_kept, scanned_at, received_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (shop, key) DO NOTHING RETURNING id""",
        by.shop, by.id, by.station, reading.key, reading.code, reading.is_kept, reading.scanned_at, clock.now(),
    )  # fmt: skip
    if row is None:
        return await said_before(reading.key, shop=by.shop) or {}
    before = await _standing(reading.envelope, by.shop)
    if reading.is_kept:
        await _check_row_unbroken(reading, by)
    said = await act()
    await fetch(
        """UPDATE scan SET envelope = $2, before = $3, answer = $4,
               version = (SELECT version FROM envelope WHERE id = $2),
               event = (SELECT max(id) FROM event WHERE envelope = $2) WHERE id = $1""",
        row["id"], before.get("id"), json.dumps(before), json.dumps(said),
    )  # fmt: skip
    return said


async def _check_row_unbroken(reading: Reading, by: Actor) -> None:
    """What was scanned about a piece after a scan that came too late is not carried out on its own.

    HOLD after a START that a colleague's work refused would take the piece out of the colleague's hands.
    """
    broken = await fetch_value(
        """SELECT s.code FROM scan s JOIN envelope v ON v.id = s.envelope
           WHERE s.shop = $1 AND s.staff = $2 AND v.code = $3 AND s.outcome = 'refused' AND s.seen_at IS NULL
             AND s.scanned_at <= $4 AND s.received_at > $5 ORDER BY s.id DESC LIMIT 1""",
        by.shop, by.id, reading.envelope, reading.scanned_at, clock.now() - ONE_ROW,
    )  # fmt: skip
    if broken is not None:
        words = ACTIONS[broken][0] if broken in ACTIONS else "The scan"
        raise Conflict(f"{words} before it came too late, so this was not carried out either. Look at the piece.")


async def _standing(code: str, shop: int) -> dict[str, Any]:
    """The envelope's row, its work, the clocks on it and its newest event, held until the act is through."""
    text = await fetch_value(
        """WITH held AS (SELECT * FROM envelope WHERE code = $1 AND shop = $2 FOR UPDATE)
           SELECT to_jsonb(held) || jsonb_build_object('tasks', (
               SELECT coalesce(jsonb_agg(jsonb_build_object('id', t.id, 'done_by', t.done_by, 'done_at', t.done_at)),
                               '[]') FROM task t WHERE t.envelope = held.id), 'spans', (
               SELECT coalesce(jsonb_agg(jsonb_build_object('id', w.id, 'ended_at', w.ended_at)), '[]')
               FROM work_span w WHERE w.envelope = held.id AND NOT w.is_struck), 'event', (
               SELECT max(e.id) FROM event e WHERE e.envelope = held.id)) FROM held""",
        code, shop,
    )  # fmt: skip
    return json.loads(text) if text else {}


async def _keep_refusal(reading: Reading, sentence: str, by: Actor) -> None:
    answer = {"outcome": "refused", "words": sentence, "tone": "danger", "sound": "refused", "icon": "alert-circle"}
    await fetch(
        """INSERT INTO scan (shop, staff, station, key, code, envelope, answer, outcome, is_kept, scanned_at,
                             received_at)
           VALUES ($1, $2, $3, $4, $5, (SELECT id FROM envelope WHERE code = $6 AND shop = $1), $7, 'refused', true,
                   $8, $9) ON CONFLICT (shop, key) DO NOTHING""",
        by.shop, by.id, by.station, reading.key, reading.code, reading.envelope, json.dumps(answer),
        reading.scanned_at, clock.now(),
    )  # fmt: skip


async def refused_late(*, shop: int, staff: int | None = None) -> list[dict[str, Any]]:
    """Scans that waited on a tablet and were refused once they arrived, and that nobody has looked at."""
    return await fetch(
        """SELECT s.id, s.code, s.answer ->> 'words' AS words, s.scanned_at, s.received_at, s.station,
                  p.name AS staff_name, v.number, v.code AS envelope_code, v.stage
           FROM scan s JOIN staff p ON p.id = s.staff LEFT JOIN envelope v ON v.id = s.envelope
           WHERE s.shop = $1 AND s.outcome = 'refused' AND s.seen_at IS NULL AND ($2::int IS NULL OR s.staff = $2)
           ORDER BY s.id LIMIT 100""",
        shop, staff,
    )  # fmt: skip


async def forget_old_scans() -> None:
    """The sweep: scans go after three months, some at a time. What came too late stays until somebody has looked.

    A key is answered the same for far longer than a tablet may keep a scan (a week); history keeps every act.
    """
    await fetch(
        """DELETE FROM scan WHERE id IN (SELECT id FROM scan WHERE received_at < $1
           AND (outcome <> 'refused' OR seen_at IS NOT NULL) ORDER BY received_at LIMIT 5000)""",
        clock.now() - KEPT_FOR,
    )


async def acknowledge(scans: list[int], *, by: Actor) -> int:
    """Somebody looked at late refusals; gives how many were still open."""
    rows = await fetch(
        """UPDATE scan SET seen_at = $3, seen_by = $4 WHERE shop = $1 AND id = ANY($2::bigint[])
           AND outcome = 'refused' AND seen_at IS NULL RETURNING id""",
        by.shop, scans, clock.now(), by.id,
    )  # fmt: skip
    return len(rows)
