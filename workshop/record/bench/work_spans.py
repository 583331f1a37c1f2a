"""Clocks at the bench: whose runs on which piece, or on which task of it. Inside the caller's transaction."""

from datetime import datetime
from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_value
from workshop.record.moments import acted_at
from workshop.record.tables import Envelope


async def start_clock(envelope: int, staff: int, *, task: int | None = None) -> None:
    """A person's clock on a piece runs from now on, on one task or on the piece as a whole."""
    await fetch(
        """INSERT INTO work_span (envelope, task, staff, began_at) VALUES ($1, $2, $3, $4)
           ON CONFLICT (envelope, staff) WHERE ended_at IS NULL AND NOT is_struck DO NOTHING""",
        envelope, task, staff, acted_at(),
    )  # fmt: skip


async def stop_clocks(envelope: int, *, staff: int | None = None) -> dict[int, int]:
    """Everybody's clock on a piece stops, or one person's. Gives the seconds of each."""
    rows = await fetch(
        """UPDATE work_span SET ended_at = GREATEST(began_at, $2)
           WHERE envelope = $1 AND ended_at IS NULL AND NOT is_struck AND ($3::int IS NULL OR staff = $3)
           RETURNING staff, began_at, ended_at""",
        envelope, acted_at(), staff,
    )  # fmt: skip
    return {row["staff"]: seconds_of(row["began_at"], row["ended_at"]) for row in rows}


async def leave_bench(envelope: Envelope) -> None:
    """A piece leaves the bench: every clock on it stops, and the time of all who worked on it is kept."""
    seconds = await stop_clocks(envelope.id)
    if envelope.started_at is not None:  # its jeweler's own clock is kept on the piece too
        seconds[envelope.jeweler or 0] = seconds_of(envelope.started_at, acted_at())
        envelope.started_at = None
    envelope.worked_seconds += sum(seconds.values())


async def stop_own_clock(envelope: Envelope, staff: int) -> bool:
    """One person's clock on a piece stops, the others' go on. Gives whether it ran."""
    seconds = await stop_clocks(envelope.id, staff=staff)
    if envelope.jeweler == staff and envelope.started_at is not None:
        seconds[staff] = seconds_of(envelope.started_at, acted_at())
        envelope.started_at = None
    envelope.worked_seconds += sum(seconds.values())
    return bool(seconds)


async def running_task(envelope: int, staff: int) -> tuple[bool, int | None]:
    """Whether somebody's clock runs on a piece, and on which of its tasks."""
    rows = await fetch(
        "SELECT task FROM work_span WHERE envelope = $1 AND staff = $2 AND ended_at IS NULL AND NOT is_struck",
        envelope, staff,
    )  # fmt: skip
    return bool(rows), rows[0]["task"] if rows else None


def seconds_of(began: datetime, ended: datetime) -> int:
    """Whole seconds between two moments, never less than none."""
    return max(0, int((ended - began).total_seconds()))


async def spans_of(envelope: int) -> list[dict[str, Any]]:
    """Who worked on a piece from when to when, newest first; what was struck out too."""
    rows = await fetch(
        """SELECT w.*, s.name AS staff_name, t.name AS task_name, c.name AS corrected_name
           FROM work_span w JOIN staff s ON s.id = w.staff LEFT JOIN task t ON t.id = w.task
           LEFT JOIN staff c ON c.id = w.corrected_by
           WHERE w.envelope = $1 ORDER BY w.began_at DESC, w.id DESC LIMIT 100""",
        envelope,
    )
    now = clock.now()
    for row in rows:
        row["seconds"] = 0 if row["is_struck"] else seconds_of(row["began_at"], row["ended_at"] or now)
    return rows


async def seconds_by_task(envelope: int) -> dict[int | None, int]:
    """Seconds worked on each task of a piece until now; under None what was not said to be for one task."""
    rows = await fetch(
        """SELECT task, sum(extract(epoch FROM COALESCE(ended_at, $2) - began_at))::bigint AS seconds
           FROM work_span WHERE envelope = $1 AND NOT is_struck GROUP BY task""",
        envelope, clock.now(),
    )  # fmt: skip
    return {row["task"]: max(0, row["seconds"]) for row in rows}


async def running_elsewhere(staff: int, besides: int) -> list[str]:
    """Numbers of other pieces on which a person's clock runs at the same time."""
    numbers: list[str] | None = await fetch_value(
        """SELECT array_agg(v.number ORDER BY w.began_at) FROM work_span w JOIN envelope v ON v.id = w.envelope
           WHERE w.staff = $1 AND w.ended_at IS NULL AND NOT w.is_struck AND w.envelope <> $2""",
        staff, besides,
    )  # fmt: skip
    return numbers or []
