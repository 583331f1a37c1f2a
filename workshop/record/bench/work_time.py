"""Time on the job beside START and DONE: joining in, pausing, finishing one task, and putting right what is wrong."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_one, transaction
from workshop.errors import Conflict, Forbidden, InvalidInput, NotFound
from workshop.record.bench.bench_gate import check_engraver
from workshop.record.bench.work_spans import running_task, seconds_of, start_clock, stop_own_clock
from workshop.record.cards import refuse_card_number
from workshop.record.events import Actor, record
from workshop.record.stages import WORDS, Stage
from workshop.record.tables import Envelope
from workshop.record.tickets.locks import envelope_of_id, locked

LONGEST = timedelta(hours=16)
BENCH = ("bench", "manager", "owner")


async def pause_work(code: str, *, by: Actor) -> tuple[Envelope, bool]:
    """One's own clock on a piece stops; the piece stays where it is. The same twice does nothing twice."""
    async with transaction():
        envelope = await locked(code, shop=by.shop)
        if not await stop_own_clock(envelope, by.id):
            return envelope, False
        await _save(envelope)
        await record("paused", shop=by.shop, by=by, envelope=envelope)
    return envelope, True


async def work_on(code: str, task: int | None, *, by: Actor) -> tuple[Envelope, bool]:
    """One's own clock runs on one task of a piece at the bench (or on the whole), beside its jeweler's if need be.

    Raises Conflict where the piece is not at the bench or the task is done.
    """
    _check_bench(by)
    async with transaction():
        envelope = await locked(code, shop=by.shop)
        await _check_open(envelope, task)
        runs, what = await running_task(envelope.id, by.id)
        if runs and what == task:
            return envelope, False
        await stop_own_clock(envelope, by.id)
        await start_clock(envelope.id, by.id, task=task)
        if envelope.jeweler == by.id:
            envelope.started_at = clock.now()
        await _save(envelope)
        await record("task_begun", shop=by.shop, by=by, envelope=envelope, work=await _task_name(task))
    return envelope, True


async def _check_open(envelope: Envelope, task: int | None) -> None:
    if envelope.stage != Stage.AT_BENCH:
        now = WORDS[Stage(envelope.stage)].label.lower()
        raise Conflict(f"{envelope.number} is: {now}. Its clock runs at the bench only: START it first.")
    if task is None:
        return
    row = await fetch_one(
        "SELECT code, done_at, is_dropped FROM task WHERE id = $1 AND envelope = $2", task, envelope.id
    )
    if row is None or row["is_dropped"]:
        raise NotFound("That work is not on this envelope any more.")
    if row["done_at"]:
        raise Conflict("That work is done already.")
    await check_engraver(envelope, [row["code"]])


async def finish_task(code: str, task: int, *, by: Actor) -> Envelope:
    """One line of work is done, by whoever says so; the piece stays until all of it is."""
    _check_bench(by)
    async with transaction():
        envelope = await locked(code, shop=by.shop)
        await _check_open(envelope, task)
        _, what = await running_task(envelope.id, by.id)
        if what == task:
            await stop_own_clock(envelope, by.id)
            await _save(envelope)
        await fetch("UPDATE task SET done_by = $2, done_at = $3 WHERE id = $1", task, by.id, clock.now())
        await record("task_done", shop=by.shop, by=by, envelope=envelope, work=await _task_name(task))
    return envelope


async def _task_name(task: int | None) -> str:
    row = await fetch_one("SELECT name FROM task WHERE id = $1", task)
    return row["name"] if row else ""


async def _save(envelope: Envelope) -> None:
    envelope.version += 1
    await envelope.save([Envelope.started_at, Envelope.worked_seconds, Envelope.version])


def _check_bench(by: Actor) -> None:
    if not by.is_one_of(*BENCH):
        raise Forbidden("The clock is for those who work at the bench.")


@dataclass(frozen=True)
class Hours:
    """When somebody really worked on a piece, and why the clock says otherwise."""

    began_at: datetime
    ended_at: datetime
    reason: str
    is_struck: bool = False


async def correct_time(span: int, hours: Hours, *, by: Actor) -> Envelope:
    """Put a stretch of time right, or strike it out, with the reason; what the clock said stays in history.

    One's own, or a manager anybody's. Raises InvalidInput naming `ended_at` or `reason`.
    """
    _check_hours(hours)
    async with transaction():
        found = await fetch_one("SELECT envelope FROM work_span WHERE id = $1", span)
        envelope = await envelope_of_id(found["envelope"] if found else 0, shop=by.shop)
        row = (await fetch("SELECT * FROM work_span WHERE id = $1 FOR UPDATE", span))[0]
        if row["staff"] != by.id and not by.is_one_of("manager", "owner"):
            raise Forbidden("Only a manager corrects a colleague's time.")
        if row["is_struck"]:
            raise Conflict("This stretch of time was struck out already.")
        before = seconds_of(row["began_at"], row["ended_at"] or row["began_at"])
        if row["ended_at"] is None and row["staff"] == envelope.jeweler:
            envelope.started_at = None  # a clock that was forgotten stops with its correction
        after = 0 if hours.is_struck else seconds_of(hours.began_at, hours.ended_at)
        await fetch(
            """UPDATE work_span SET began_at = $2, ended_at = $3, is_struck = $4, reason = $5, corrected_by = $6,
                                    corrected_at = $7, is_guessed = false WHERE id = $1""",
            span, hours.began_at, hours.ended_at, hours.is_struck, hours.reason.strip(), by.id, clock.now(),
        )  # fmt: skip
        envelope.worked_seconds = max(0, envelope.worked_seconds + after - before)
        await _save(envelope)
        await record(
            "time_corrected", shop=by.shop, by=by, envelope=envelope, who=await _name(row["staff"]),
            before=before // 60, after=after // 60, reason=hours.reason.strip(), span=span,
            was=[row["began_at"].isoformat(), row["ended_at"].isoformat() if row["ended_at"] else ""],
        )  # fmt: skip
    return envelope


async def add_time(
    code: str, hours: Hours, *, by: Actor, staff: int | None = None, task: int | None = None
) -> Envelope:
    """Time that no scan saw is written down with its reason: one's own, or by a manager for a colleague."""
    _check_hours(hours)
    _check_bench(by)
    whose = staff or by.id
    if whose != by.id and not by.is_one_of("manager", "owner"):
        raise Forbidden("Only a manager writes down a colleague's time.")
    async with transaction():
        envelope = await locked(code, shop=by.shop)
        if not await fetch("SELECT id FROM staff WHERE id = $1 AND shop = $2", whose, by.shop):
            raise NotFound("Nobody of this shop has that name.")
        if task and not await fetch("SELECT id FROM task WHERE id = $1 AND envelope = $2", task, envelope.id):
            raise NotFound("That work is not on this envelope any more.")
        await fetch(
            """INSERT INTO work_span (envelope, task, staff, began_at, ended_at, corrected_at, corrected_by, reason)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8)""",
            envelope.id, task, whose, hours.began_at, hours.ended_at, clock.now(), by.id, hours.reason.strip(),
        )  # fmt: skip
        after = seconds_of(hours.began_at, hours.ended_at)
        envelope.worked_seconds += after
        await _save(envelope)
        await record(
            "time_corrected", shop=by.shop, by=by, envelope=envelope, who=await _name(whose), before=0,
            after=after // 60, reason=hours.reason.strip(),
        )  # fmt: skip
    return envelope


def _check_hours(hours: Hours) -> None:
    wrong: dict[str, str] = {}
    if len(hours.reason.strip()) < 3:
        wrong["reason"] = "Say why in a few words."
    refuse_card_number(hours.reason, "reason")
    if hours.ended_at <= hours.began_at and not hours.is_struck:
        wrong["ended_at"] = "The end is before the beginning."
    elif hours.ended_at - hours.began_at > LONGEST:
        wrong["ended_at"] = "That is longer than anybody works in a day."
    elif hours.ended_at > clock.now():
        wrong["ended_at"] = "That is still to come."
    if wrong:
        raise InvalidInput("Something needs a look. Nothing was changed.", **wrong)


async def _name(staff: int) -> str:
    rows: list[dict[str, Any]] = await fetch("SELECT name FROM staff WHERE id = $1", staff)
    return str(rows[0]["name"])
