"""The worker: every job by its name. What happens after an event is answered in this one file."""

import asyncio
import importlib
import signal
from contextlib import suppress
from datetime import timedelta
from typing import Any

import procrastinate
import structlog
from psycopg_pool import AsyncConnectionPool

from workshop import database
from workshop.db import APP_ROLE, connect, disconnect, fetch
from workshop.logs import set_up_logs
from workshop.settings import settings

log = structlog.get_logger()

# job name -> the function that does it. Names are what verbs enqueue.
JOBS = {
    "send_message": "notifications.sending:send_message",
    "look_for_message": "notifications.sending:look_for_message",
    "plan_next_visit": "notifications.reminders:plan_next_visit",
    "print_document": "printing.queue:print_document",
    "store_photo": "photos.keeping:store_photo",
}
# queue -> how many at once: text, print and other work never wait for each other (JB-7)
QUEUES = {"texts": 4, "prints": 2, "default": 4}
# what is looked at again and again: the row is the truth, a lost job only delays it (JB-1)
SWEEPS = {
    "notifications.sending:sweep_messages": 15,
    "notifications.reminders:send_due_reminders": 60,
    "printing.queue:sweep_prints": 15,
    "photos.keeping:sweep_photos": 30,
}
MOST_ATTEMPTS = 5
STALLED = 20  # seconds without a worker's heartbeat


def _function(path: str) -> Any:
    module, name = path.split(":")
    return getattr(importlib.import_module(module), name)


def create_jobs(dsn: str) -> procrastinate.App:
    """The queue's app with every job registered under its name."""
    connector = procrastinate.PsycopgConnector(
        conninfo=dsn, min_size=1, max_size=6, kwargs={"options": f"-c role={APP_ROLE}"},
        pool_factory=AsyncConnectionPool,
    )  # fmt: skip
    app = procrastinate.App(connector=connector)
    retry = procrastinate.RetryStrategy(max_attempts=MOST_ATTEMPTS, exponential_wait=2)
    for name, path in JOBS.items():
        queue = {"send_message": "texts", "look_for_message": "texts", "print_document": "prints"}.get(name, "default")
        app.task(name=name, queue=queue, retry=retry)(_function(path))
    return app


async def sweep_stalled(app: procrastinate.App) -> None:
    """Jobs of a worker that died go back in the queue; one that keeps dying is parked as failed."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED):
        if job.attempts + 1 >= MOST_ATTEMPTS:
            await app.job_manager.finish_job(job, status=procrastinate.jobs.Status.FAILED, delete_job=False)
            log.error("job parked", job=job.task_name, args=job.task_kwargs)
        else:
            await app.job_manager.retry_job(job)
    await app.job_manager.prune_stalled_workers(STALLED)


async def run_worker() -> None:
    """Work until told to stop; a job under way may finish first."""
    set_up_logs()
    dsn = database.dsn()
    await connect(dsn, size=settings().database_pool_size)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    try:
        async with create_jobs(dsn).open_async() as app:
            await _work(app, stop)
    finally:
        await disconnect()


async def _work(app: procrastinate.App, stop: asyncio.Event) -> None:
    tasks = [
        asyncio.create_task(
            app.run_worker_async(
                queues=[queue], concurrency=count, wait=True, fetch_job_polling_interval=1,
                shutdown_graceful_timeout=15, install_signal_handlers=False, delete_jobs="successful",
                update_heartbeat_interval=5, stalled_worker_timeout=STALLED,
            )
        )
        for queue, count in QUEUES.items()
    ]  # fmt: skip
    tasks += [asyncio.create_task(_again_and_again(_function(path), seconds)) for path, seconds in SWEEPS.items()]
    tasks.append(asyncio.create_task(_again_and_again(lambda: sweep_stalled(app), 5)))
    tasks.append(asyncio.create_task(_again_and_again(_forget_old, int(timedelta(hours=6).total_seconds()))))
    log.info("worker ready")
    waiting = asyncio.create_task(stop.wait())
    await asyncio.wait([waiting, *tasks[: len(QUEUES)]], return_when=asyncio.FIRST_COMPLETED)
    for task in [*tasks, waiting]:
        task.cancel()
    for task in tasks:
        with suppress(asyncio.CancelledError):
            await task


async def _again_and_again(sweep: Any, seconds: int) -> None:
    while True:
        try:
            await sweep()
        except Exception as error:  # one bad turn never ends the sweeps
            log.error("sweep failed", sweep=getattr(sweep, "__name__", "sweep"), error=repr(error))
        await asyncio.sleep(seconds)


async def _forget_old() -> None:
    """Answers kept for repeats, and ended sessions, are not history."""
    await fetch("DELETE FROM saved_answer WHERE created_at < now() - interval '3 days'")
    await fetch("DELETE FROM session WHERE created_at < now() - interval '30 days'")


def main() -> None:
    """Run a worker process."""
    asyncio.run(run_worker())
