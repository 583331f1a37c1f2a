"""The worker: every job by its name. What happens after an event is answered in this one file."""

import asyncio
import importlib
import random
import signal
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import procrastinate
import structlog
from procrastinate.jobs import Job, Status
from psycopg_pool import AsyncConnectionPool

from workshop import clock, database
from workshop.db import APP_ROLE, connect, disconnect, fetch, fetch_value, transaction
from workshop.joins import join_features
from workshop.logs import set_up_logs
from workshop.settings import settings

log = structlog.get_logger()

# job name -> the function that does it. Names are what verbs enqueue.
JOBS = {
    "send_message": "notifications.sending:send_message",
    "look_for_message": "notifications.looking:look_for_message",
    "plan_next_visit": "notifications.reminders:plan_next_visit",
    "print_document": "printing.queue:print_document",
    "kick_drawer": "printing.drawer:open_drawer",
    "store_photo": "photos.keeping:store_photo",
    "mail_alarms": "notifications.alarm_mails:mail_alarms",
    "do_bulk": "workshop.record.alarms.bulk:do_bulk",
}
# queue -> how many at once: text, print and other work never wait for each other (JB-7)
QUEUES = {"texts": 4, "prints": 2, "default": 4}
# what is looked at again and again: the row is the truth, a lost job only delays it (JB-1)
SWEEPS = {
    "notifications.looking:sweep_messages": 15,
    "notifications.reminders:send_due_reminders": 60,
    "notifications.reminders:sweep_visits": 60,
    "notifications.alarm_mails:sweep_alarm_mails": 60,
    "notifications.thanks:thank_for_visits": 300,
    "workshop.record.tickets.unclaimed:remind_to_collect": 300,
    "workshop.record.tickets.estimate_reminders:remind_of_estimates": 300,
    "workshop.record.customers.duplicates:look_for_duplicates": 60,
    "workshop.record.bench.assignment:share_by_rule": 30,
    "workshop.record.bench.overnight:stop_forgotten": 300,
    "workshop.record.bench.scans:forget_old_scans": 3600,
    "workshop.record.alarms.look_around:keep_looking": 15,
    "workshop.record.alarms.bulk:sweep_bulk": 30,
    "printing.queue:sweep_prints": 15,
    "photos.keeping:sweep_photos": 30,
    "workshop.record.proof.proof:link_events": 2,
    "workshop.record.proof.proof:prove_tonight": 300,
}
# what is said once, when a worker starts
REPORTS = ("photos.keeping:report_storage",)
MOST_ATTEMPTS = 5
FORGET_EVERY = int(timedelta(hours=6).total_seconds())
SWEEP_LOCK = 7_305_126_002  # one sweep at a time, however many workers there are

Sweep = Any  # an async function without arguments


@dataclass(frozen=True)
class Timing:
    """Seconds. A worker that has not been heard of for `stalled` is taken for dead."""

    heartbeat: float = 5
    stalled: float = 20
    sweep: float = 5
    last_words: float = 15  # a job under way at shutdown may take this long


TIMING = Timing()


def _function(path: str) -> Any:
    module, name = path.split(":")
    return getattr(importlib.import_module(module), name)


def create_jobs(dsn: str, jobs: Mapping[str, str] = JOBS) -> procrastinate.App:
    """The queue's app with every job registered under its name."""
    connector = procrastinate.PsycopgConnector(
        conninfo=dsn, min_size=1, max_size=6, kwargs={"options": f"-c role={APP_ROLE}"},
        pool_factory=AsyncConnectionPool,
    )  # fmt: skip
    app = procrastinate.App(connector=connector)
    retry = procrastinate.RetryStrategy(max_attempts=MOST_ATTEMPTS - 1, exponential_wait=2)
    for name, path in jobs.items():
        app.task(name=name, retry=retry)(_function(path))
    return app


async def sweep_stalled(app: procrastinate.App, timing: Timing = TIMING) -> None:
    """Jobs of a worker that died go back in the queue; one that keeps dying is parked as failed."""
    async with transaction():
        # Two sweeps with the same list could put back a job that a living worker has just taken.
        if not await fetch_value("SELECT pg_try_advisory_xact_lock($1)", SWEEP_LOCK):
            return
        for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=timing.stalled):
            await _put_back(app, job, timing)
        await app.job_manager.prune_stalled_workers(timing.stalled)


async def _put_back(app: procrastinate.App, job: Job, timing: Timing) -> None:
    if job.attempts + 1 >= MOST_ATTEMPTS:
        await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=False)
        log.error("job parked", job=job.task_name, args=job.task_kwargs)
        return
    # Spread out: one of them may have ended the worker, and the others must not be with it again.
    wait = timedelta(seconds=random.uniform(0, timing.sweep * 2**job.attempts))
    await app.job_manager.retry_job(job, retry_at=clock.now() + wait)
    log.warning("job of a dead worker put back", job=job.task_name, attempts=job.attempts + 1)


async def run_worker(
    jobs: Mapping[str, str] = JOBS, sweeps: Mapping[str, int] = SWEEPS, timing: Timing = TIMING
) -> None:
    """Work until told to stop; a job under way may finish first."""
    set_up_logs()
    join_features()
    dsn = database.dsn()
    await connect(dsn, size=settings().database_pool_size)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    try:
        async with create_jobs(dsn, jobs).open_async() as app:
            await _work(app, stop, sweeps, timing)
    finally:
        await disconnect()


async def _work(
    app: procrastinate.App, stop: asyncio.Event, sweeps: Mapping[str, int], timing: Timing
) -> None:
    workers = [asyncio.create_task(_take_jobs(app, queue, count, timing)) for queue, count in QUEUES.items()]
    rounds = [
        *(_again_and_again(_function(path), seconds) for path, seconds in sweeps.items()),
        _again_and_again(lambda: sweep_stalled(app, timing), timing.sweep),
        _again_and_again(forget_old, FORGET_EVERY),
    ]
    tasks = [*workers, *(asyncio.create_task(one) for one in rounds)]
    tasks += [asyncio.create_task(_function(path)()) for path in REPORTS]
    log.info("worker ready")
    waiting = asyncio.create_task(stop.wait())
    await asyncio.wait([waiting, *workers], return_when=asyncio.FIRST_COMPLETED)
    for task in [*tasks, waiting]:
        task.cancel()
    for task in tasks:
        with suppress(asyncio.CancelledError):
            await task


async def _take_jobs(app: procrastinate.App, queue: str, count: int, timing: Timing) -> None:
    # The poll of a second is what counts: LISTEN is only a hint, and may be lost without a word.
    await app.run_worker_async(
        queues=[queue], concurrency=count, wait=True, fetch_job_polling_interval=1,
        shutdown_graceful_timeout=timing.last_words, install_signal_handlers=False, delete_jobs="successful",
        update_heartbeat_interval=timing.heartbeat, stalled_worker_timeout=timing.stalled,
    )  # fmt: skip


async def _again_and_again(sweep: Sweep, seconds: float) -> None:
    while True:
        try:
            await sweep()
        except Exception as error:  # one bad turn never ends the sweeps
            log.error("sweep failed", sweep=getattr(sweep, "__name__", "sweep"), error=repr(error))
        await asyncio.sleep(seconds)


async def forget_old() -> None:
    """Answers kept for repeats, ended sessions, and tries that count no more, are not history."""
    await fetch("DELETE FROM saved_answer WHERE created_at < now() - interval '3 days'")
    await fetch("DELETE FROM session WHERE created_at < now() - interval '30 days'")
    # Misses fade after an hour and a night's turn after a day (25 hours in autumn); addresses and names never end.
    await fetch("DELETE FROM attempt WHERE window_start < now() - interval '2 days'")


def main() -> None:
    """Run a worker process."""
    asyncio.run(run_worker())
