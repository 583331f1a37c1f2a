"""What people do with prints: ask for one again, say whether one came out, let one go."""

from typing import Any
from uuid import UUID

from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value, transaction
from workshop.errors import Conflict, NotFound
from workshop.jobs import enqueue
from workshop.record.events import Actor, record
from workshop.record.tables import Envelope, Ticket
from workshop.record.tickets.locks import lock_ticket
from workshop.record.tickets.notices import queue_print


async def print_again(
    document: str, *, ticket: Ticket | int, by: Actor, envelope: Envelope | None = None
) -> int:
    """Ask for a document once more; gives the number of the copy, 0 if none ever came out.

    One that still waits for its printer is tried now instead. Whatever is printed again leaves its
    trace in history, and replaces what was in doubt.
    """
    ticket_id = ticket.id if isinstance(ticket, Ticket) else ticket
    async with transaction():
        await lock_ticket(ticket_id)  # copies count up one by one
        waiting = await _waiting(document, ticket_id, envelope.id if envelope else None)
        if waiting is not None:
            return waiting
        job = await queue_print(document, ticket=ticket_id, envelope=envelope.id if envelope else None, by=by)
        copy: int = await fetch_value("SELECT copy_no FROM print_job WHERE id = $1", job)
        await fetch(
            """UPDATE print_job SET state = CASE state WHEN 'failed' THEN 'dropped' ELSE 'replaced' END, state_at = $5
               WHERE document = $1 AND ticket = $2 AND envelope IS NOT DISTINCT FROM $3 AND id <> $4
               AND state IN ('unknown', 'failed')""",
            document, ticket_id, envelope.id if envelope else None, job, clock.now(),
        )  # fmt: skip
        await record(
            "reprinted" if copy else "printed", shop=by.shop, by=by, ticket=ticket_id, envelope=envelope,
            document=document, copy=copy,
        )  # fmt: skip
    return copy


async def _waiting(document: str, ticket: int, envelope: int | None) -> int | None:
    """The copy that is in line already, and is now tried at once."""
    row = await fetch_one(
        """UPDATE print_job SET lease_until = NULL WHERE document = $1 AND ticket = $2
           AND envelope IS NOT DISTINCT FROM $3 AND state = 'queued' RETURNING id, copy_no""",
        document, ticket, envelope,
    )  # fmt: skip
    if row is None:
        return None
    await enqueue("print_document", job_id=str(row["id"]), queue="prints")
    copy: int = row["copy_no"]
    return copy


async def answer(job_id: UUID, *, printed: bool, by: Actor) -> None:
    """A person looked: it did print, or it did not and is printed again, marked as a copy."""
    async with transaction():
        job = await _locked(job_id, by)
        if printed and job["state"] == "confirmed":
            return
        if job["state"] != "unknown":
            raise Conflict("Somebody has already answered for this print. Look at the list again.")
        envelope = await _envelope(job)
        await record(
            "print_answered", shop=by.shop, by=by, ticket=job["ticket"], envelope=envelope,
            document=job["document"], printed=printed,
        )  # fmt: skip
        if printed:
            await _turn(job, "confirmed", f"Seen on paper by {by.name}.")
            return
        copy = await fetch_value(
            "SELECT copy_no FROM print_job WHERE id = $1",
            await queue_print(job["document"], ticket=job["ticket"], envelope=job["envelope"], by=by),
        )
        await _turn(job, "replaced", f"{by.name} found no paper; it was printed again.")
        await record(
            "reprinted", shop=by.shop, by=by, ticket=job["ticket"], envelope=envelope,
            document=job["document"], copy=copy,
        )  # fmt: skip


async def let_go(job_id: UUID, *, by: Actor) -> None:
    """A print that failed, or still waits for its printer, is not needed any more."""
    async with transaction():
        job = await _locked(job_id, by)
        if job["state"] == "dropped":
            return
        if job["state"] not in ("failed", "queued"):
            raise Conflict("This print is not waiting any more. Look at the list again.")
        await _turn(job, "dropped", f"Not needed, says {by.name}.")
        await record(
            "print_let_go", shop=by.shop, by=by, ticket=job["ticket"], envelope=await _envelope(job),
            document=job["document"],
        )  # fmt: skip


async def _locked(job_id: UUID, by: Actor) -> dict[str, Any]:
    # The ticket first, then the job: the order in which everybody takes them.
    ticket = await fetch_value("SELECT ticket FROM print_job WHERE id = $1 AND shop = $2", job_id, by.shop)
    await lock_ticket(ticket)
    job = await fetch_one("SELECT * FROM print_job WHERE id = $1 AND shop = $2 FOR UPDATE", job_id, by.shop)
    if job is None:
        raise NotFound("There is no such print in this shop.")
    return job


async def _envelope(job: dict[str, Any]) -> Envelope | None:
    return await Envelope.objects().get(Envelope.id == job["envelope"]) if job["envelope"] else None


async def _turn(job: dict[str, Any], state: str, words: str) -> None:
    await fetch(
        "UPDATE print_job SET state = $2, error = $3, state_at = $4, lease_until = NULL WHERE id = $1",
        job["id"], state, words, clock.now(),
    )  # fmt: skip
