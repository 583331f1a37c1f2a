"""Finding out about texts whose outcome is unknown, and about those nobody is working on any more."""

from datetime import date, timedelta
from uuid import UUID

import structlog

from notifications.carriers import carrier_from, days_around
from notifications.delivery import State, settle
from notifications.messages import locked, note, turn
from notifications.outcomes import CannotLook, FoundText, OutgoingText, Unknown
from notifications.sending import lose_sight
from workshop import clock
from workshop.db import fetch, transaction
from workshop.jobs import enqueue
from workshop.settings import settings

LOOKS = 3
PATIENCE = timedelta(seconds=30)  # a job asked for this long ago should have begun
BATCH = 200
FAULTY = "We could not send this because of a fault on our side. Call the customer, and tell the manager."

log = structlog.get_logger()


async def look_for_message(message_id: str) -> None:
    """Look for a text at the carrier: found settles it; absent three times, it is sent once more."""
    key = UUID(message_id)
    text = await _claim_look(key)
    if text is None:
        return
    outgoing, days = text
    try:
        found = await carrier_from(settings()).look_for(outgoing, days)
    except CannotLook as error:
        log.warning("could not look for a text", message=message_id, why=str(error))
        return  # the next look is already asked for; this one does not count
    await _conclude(key, found)


async def _claim_look(key: UUID) -> tuple[OutgoingText, tuple[date, ...]] | None:
    """The text to look for, with the next look asked for in the same step."""
    now = clock.now()
    async with transaction():
        message = await locked(key)
        if message is None or message["state"] != State.UNKNOWN:
            return None
        if message["next_look_at"] and message["next_look_at"] > now:
            return None
        after = now + timedelta(minutes=settings().twilio_look_minutes)
        await note(message, next_look_at=after)
        await enqueue("look_for_message", at=after, message_id=str(key), queue="texts")
    tried = message["sent_at"] or message["created_at"]
    return OutgoingText(key, message["recipient"], message["body"]), days_around(tried)


async def _conclude(key: UUID, found: list[FoundText]) -> None:
    async with transaction():
        message = await locked(key)
        if message is None or message["state"] != State.UNKNOWN:
            return
        if len(found) > 1:
            log.error("the carrier has a text more than once", message=str(key), count=len(found))
        if found:
            state = settle(State.UNKNOWN, found[0].status)
            known = {"carrier_id": found[0].sid, "error_code": found[0].error_code, "next_look_at": None}
            # A status we have no word for proves all the same that Twilio has it.
            await turn(message, State.ACCEPTED if state is State.UNKNOWN else state, error="", **known)
            return
        looks = message["looks"] + 1
        if looks < LOOKS:
            await note(message, looks=looks)
            return
        await turn(message, State.PENDING, looks=looks, next_look_at=None, not_before=None, error="")
        await enqueue("send_message", message_id=str(key), queue="texts")


async def sweep_messages() -> None:
    """Whatever a crash left behind goes on: lost leases become unknown, lost jobs are asked for again."""
    await _expire_leases()
    await _park_what_keeps_failing()
    await _ask_again("send_message", "state = 'pending' AND COALESCE(not_before, created_at) < $1")
    await _ask_again("look_for_message", "state = 'unknown' AND COALESCE(next_look_at, created_at) < $1")


async def _expire_leases() -> None:
    async with transaction():
        rows = await fetch(
            f"""SELECT * FROM message WHERE state = 'sending' AND lease_until < $1
                ORDER BY id LIMIT {BATCH} FOR UPDATE SKIP LOCKED""",  # noqa: S608
            clock.now(),
        )
        for message in rows:
            # Never back to pending: the worker that died may have sent it.
            await lose_sight(message, Unknown("the worker that sent it ended"))


async def _park_what_keeps_failing() -> None:
    async with transaction():
        rows = await fetch(
            f"""SELECT m.* FROM message m WHERE m.state = 'pending' AND m.created_at < $1 AND EXISTS
                (SELECT FROM procrastinate_jobs j WHERE j.task_name = 'send_message' AND j.status = 'failed'
                 AND j.args->>'message_id' = m.id::text)
                AND NOT EXISTS (SELECT FROM procrastinate_jobs j WHERE j.task_name = 'send_message'
                 AND j.status IN ('todo', 'doing') AND j.args->>'message_id' = m.id::text)
                LIMIT {BATCH} FOR UPDATE OF m SKIP LOCKED""",  # noqa: S608
            clock.now(),
        )
        for message in rows:
            await turn(message, State.PARKED, error=FAULTY)


async def _ask_again(job: str, due: str) -> None:
    async with transaction():
        rows = await fetch(
            f"""SELECT m.id FROM message m WHERE {due} AND NOT EXISTS
                (SELECT FROM procrastinate_jobs j WHERE j.task_name = '{job}'
                 AND j.status IN ('todo', 'doing') AND j.args->>'message_id' = m.id::text)
                LIMIT {BATCH} FOR UPDATE OF m SKIP LOCKED""",  # noqa: S608 - both are written here
            clock.now() - PATIENCE,
        )
        for row in rows:
            await enqueue(job, message_id=str(row["id"]), queue="texts")
