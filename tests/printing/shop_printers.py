"""The queue as a worker works it, over real jobs, rows and sockets."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from printing.queue import print_document, sweep_prints
from tests.factories import World, a_ticket
from tests.printing.tcp_printer import TcpPrinter
from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value
from workshop.record.tables import Ticket


def url_of(printer: TcpPrinter) -> str:
    """Its setting, with a wait of one second instead of ten."""
    return f"tcp://127.0.0.1:{printer.port}?wait=1"


async def work_off() -> int:
    """Do the print jobs whose time has come, once each, as a worker would; gives how many there were."""
    jobs = await fetch(
        """DELETE FROM procrastinate_jobs WHERE task_name = 'print_document'
           AND (scheduled_at IS NULL OR scheduled_at <= $1) RETURNING id, args->>'job_id' AS job_id""",
        clock.now(),
    )
    for job in sorted(jobs, key=lambda job: job["id"]):
        await print_document(job["job_id"])
    return len(jobs)


async def pass_time(**time: float) -> None:
    """The clock moves on, and the worker sweeps and works."""
    now = clock.now() + timedelta(**time)
    clock.run_on(lambda: now)
    await sweep_prints()
    await work_off()


async def a_print(world: World, document: str = "label", **more: Any) -> tuple[UUID, Ticket]:
    """The one waiting print of a fresh take-in; the other papers of it are out of the way."""
    ticket = await a_ticket(world, **more)
    await fetch("DELETE FROM print_job WHERE document <> $1", document)
    await fetch("DELETE FROM procrastinate_jobs WHERE task_name = 'print_document'")
    job = await fetch_value("SELECT id FROM print_job WHERE ticket = $1", ticket.id)
    return job, ticket


async def state_of(job: UUID) -> tuple[str, str]:
    """State and sentence."""
    row = await fetch_one("SELECT state, error FROM print_job WHERE id = $1", job)
    assert row is not None
    return row["state"], row["error"]
