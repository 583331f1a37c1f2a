"""The print queue: each job at most once on paper, by itself only when nothing can have printed.

queued → sending (committed before any byte) → confirmed | sent | previewed | unknown | failed.
A printer that was not ready keeps its jobs waiting in order. What may have printed is a question
for the person at the printer, never a reason to print again.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from anyio import to_thread

from printing.addresses import Line, address_of, line_of
from printing.content import claim_check_of, label_of
from printing.documents import Document
from printing.escpos_bytes import document_bytes
from printing.locks import alone_with
from printing.outcomes import Outcome, Result, unknown, unprintable
from printing.printers import Printer, printer_from
from printing.receipts import receipt_of
from workshop import clock
from workshop.db import fetch, fetch_one, transaction
from workshop.errors import InvalidInput
from workshop.jobs import enqueue
from workshop.record.events import tell_pages

LEASE = timedelta(seconds=90)  # longer than a printer on the network can take, its 60 s wait included
CABLE_LEASE = timedelta(seconds=300)  # a long paper at 9600 baud
KEEPS_TRYING = timedelta(minutes=10)
LONGEST_BACKOFF = 10.0  # seconds
_LOST_AFTER = timedelta(seconds=5)  # without a job, the sweep asks for one
_FEWEST_TRIES = 3

log = structlog.get_logger()


@dataclass(frozen=True)
class Claim:
    """A job that is ours to send, and by which attempt."""

    row: dict[str, Any]
    attempt: int


async def print_document(job_id: str) -> None:
    """Print what waits for this job's printer, oldest first. Who has the printer prints for all."""
    row = await fetch_one("SELECT shop, printer, drawer FROM print_job WHERE id = $1", UUID(job_id))
    if row is None:
        return
    line = await line_of(row)
    # Looked at again after letting go: a job that came meanwhile found the printer taken.
    while await _next_due(line):
        async with alone_with(line.device) as is_ours:
            if not is_ours:
                return
            while (claim := await _claim(line)) is not None:
                await _write_down(claim, await _print(claim.row))


async def _next_due(line: Line, lock: str = "") -> dict[str, Any] | None:
    """The oldest waiting job of a line, if its time has come. Those after it keep their place."""
    row = await fetch_one(
        f"""SELECT * FROM print_job WHERE state = 'queued' AND shop = $1 AND concat_ws(' ', printer, drawer) = ANY($2)
            ORDER BY created_at, envelope NULLS LAST, id LIMIT 1 {lock}""",  # noqa: S608
        line.shop, list(line.keys),
    )  # fmt: skip
    is_due = row is not None and (row["lease_until"] is None or row["lease_until"] <= clock.now())
    return row if is_due else None


async def _claim(line: Line) -> Claim | None:
    """queued → sending, with the number of the attempt. Commits before anything leaves."""
    async with transaction():
        row = await _next_due(line, "FOR UPDATE")
        if row is None:
            return None
        now, attempt = clock.now(), row["attempts"] + 1
        await fetch(
            """UPDATE print_job SET state = 'sending', attempts = $2, lease_until = $3, state_at = $4
               WHERE id = $1""",
            row["id"], attempt, now + _lease(line.device), now,
        )  # fmt: skip
        await tell_pages(row["shop"], "print")
    return Claim(row, attempt)


def _lease(device: str) -> timedelta:
    return LEASE if device.startswith(("tcp ", "screen")) else CABLE_LEASE


async def _print(job: dict[str, Any]) -> Outcome:
    try:
        printer = printer_from(await address_of(job["shop"], job["printer"], job["drawer"]))
    except InvalidInput as refusal:
        return unprintable(refusal.message, "Correct the setting, then print again.")
    try:
        data = await _bytes_of(job, printer)
    except Exception as trouble:  # whatever it is, it must not hold up the papers behind it
        log.error("a document could not be drawn", job=str(job["id"]), exc_info=trouble)
        return unprintable("We could not draw this document.", "Print it from its page instead.")
    return await printer.send(data)


async def _bytes_of(job: dict[str, Any], printer: Printer) -> bytes:
    document = await document_of(job)
    return await to_thread.run_sync(document_bytes, document, printer.profile)


async def document_of(job: dict[str, Any]) -> Document:
    """What a job puts on paper, read from the record as it is now."""
    match job["document"]:
        case "label":
            return await label_of(job["envelope"], job["copy_no"])
        case "claim_check":
            return await claim_check_of(job["ticket"], job["copy_no"])
        case "receipt":
            return await receipt_of(job["ticket"], job["copy_no"])
    raise ValueError(f"There is no document {job['document']!r}.")


async def _write_down(claim: Claim, outcome: Outcome) -> None:
    """What became of it. Where nothing left, it waits for the printer; all else is final here."""
    job, now = claim.row, clock.now()
    state, error, again_at = outcome.result.value, outcome.reason, None
    is_worn_out = claim.attempt >= _FEWEST_TRIES and now - job["created_at"] > KEEPS_TRYING
    if outcome.waits_for and not is_worn_out:
        wait = min(LONGEST_BACKOFF, 2.0 ** (claim.attempt - 1))
        state, error, again_at = "queued", outcome.waits_for, now + timedelta(seconds=wait)
    async with transaction():
        written = await fetch_one(
            """UPDATE print_job SET state = $3, error = $4, lease_until = $5, state_at = $6
               WHERE id = $1 AND attempts = $2 AND state IN ('sending', 'unknown') RETURNING id""",
            job["id"], claim.attempt, state, error, again_at, now,
        )  # fmt: skip
        if written is None:
            log.warning("a printer's answer came too late", job=str(job["id"]), outcome=repr(outcome))
            return
        if again_at is not None:
            await enqueue("print_document", at=again_at, job_id=str(job["id"]), queue="prints")
        await tell_pages(job["shop"], "print")


async def sweep_prints() -> None:
    """Ask again for waiting jobs that lost theirs; a job that died while sending becomes a question."""
    async with transaction():
        now = clock.now()
        lost = await fetch(
            """UPDATE print_job SET state = $2, error = $3, lease_until = NULL, state_at = $1
               WHERE state = 'sending' AND lease_until < $1 RETURNING shop, id""",
            now, Result.UNKNOWN.value, unknown("The program stopped while this was printing.").reason,
        )  # fmt: skip
        for shop in {row["shop"] for row in lost}:
            await tell_pages(shop, "print")
        waiting = await fetch(
            """SELECT DISTINCT ON (shop, printer, drawer) id FROM print_job WHERE state = 'queued' AND created_at < $1
               AND (lease_until IS NULL OR lease_until < $1) ORDER BY shop, printer, drawer, created_at""",
            now - _LOST_AFTER,
        )  # fmt: skip
        for row in waiting:  # one for each printer, not for each job
            await enqueue("print_document", job_id=str(row["id"]), queue="prints")


__all__ = ["document_of", "print_document", "sweep_prints"]
