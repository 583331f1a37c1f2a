"""One text, sent at most once: each step is in the row before anything leaves the building.

pending → sending (committed) → one POST → what it said. What we do not know is looked for, never
guessed: see `looking`. A job may run twice or be lost; the row decides, and the sweep asks again.
"""

import random
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog

from notifications.carriers import carrier_from
from notifications.codes import explain
from notifications.delivery import State, settle
from notifications.messages import Row, in_context, locked, note, turn
from notifications.obstacles import Stop, Wait, obstacle_to
from notifications.optouts import opt_out, silent_unless_news
from notifications.outcomes import Accepted, NotSent, OutgoingText, Refused, SendOutcome, Unknown
from notifications.turns import wait_for_turn
from notifications.wording import body_of, outgoing
from notifications.words import segments
from workshop import clock
from workshop.db import fetch_one, transaction
from workshop.jobs import enqueue
from workshop.settings import settings

LEASE = timedelta(seconds=60)  # longer than the slowest answer we wait for
LONGEST_BACKOFF = 600.0  # seconds
MOST_UNKNOWNS = 2
PARKED = "We tried twice and still do not know whether it arrived. Call the customer."
MAIL_PARKED = "The line broke while this mail went out, so it may or may not have arrived. Call the customer."
UNSURE = "Twilio gave no clear answer, so we are finding out. It will not be sent twice."

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Claim:
    """A text that is ours to send, and by which attempt."""

    text: OutgoingText
    attempt: int


async def send_message(message_id: str) -> None:
    """Send one text if it is due, still true and allowed; otherwise say in its row why not."""
    key = UUID(message_id)
    channel = await _due_on(key)
    if not channel:
        return
    carrier = carrier_from(settings(), channel)
    if channel != "email":
        await wait_for_turn()
    claim = await _claim(key)
    if claim is None:
        return
    outcome = await carrier.send(claim.text)
    await _write_down(key, claim.attempt, outcome)


async def _due_on(key: UUID) -> str:
    """The channel of a message that may leave now; empty if it may not."""
    row = await fetch_one("SELECT state, not_before, channel FROM message WHERE id = $1", key)
    return str(row["channel"]) if row is not None and _can_leave(row) else ""


def _can_leave(row: Row) -> bool:
    is_time = row["not_before"] is None or row["not_before"] <= clock.now()
    return bool(row["state"] == State.PENDING and is_time)


async def _claim(key: UUID) -> Claim | None:
    """pending → sending, with the words and the number of the attempt, or why not. Commits."""
    async with transaction():
        message = await locked(key)
        if message is None or not _can_leave(message):
            return None
        whole = await in_context(message)
        obstacle = await obstacle_to(whole)
        if isinstance(obstacle, Stop):
            await turn(message, obstacle.state, error=obstacle.sentence, **silent_unless_news(message))
            return None
        if isinstance(obstacle, Wait):
            await note(message, not_before=obstacle.until)
            await enqueue("send_message", at=obstacle.until, message_id=str(key), queue="texts")
            return None
        # Written once: a second try must say exactly what the first did, or it could not be found.
        body = message["body"] or await body_of(whole)
        if message["channel"] != "email" and segments(body) > 1:
            log.warning("longer than one segment", template=message["template"], segments=segments(body))
        now = clock.now()
        await turn(
            message, State.SENDING, body=body, attempts=message["attempts"] + 1, sent_at=now,
            lease_until=now + LEASE, error="",
        )  # fmt: skip
    return Claim(outgoing(whole, body), message["attempts"])


async def _write_down(key: UUID, attempt: int, outcome: SendOutcome) -> None:
    """What became of the POST. A callback may have been faster; then it only adds what it knew."""
    async with transaction():
        message = await locked(key)
        if message is None or message["attempts"] != attempt:
            log.error("a text's answer came after a newer try", message=str(key), outcome=repr(outcome))
            return
        if isinstance(outcome, Accepted):
            await _accepted(message, outcome)
        elif message["state"] != State.SENDING:
            return
        elif isinstance(outcome, Refused):
            await _refused(message, outcome)
        elif isinstance(outcome, NotSent):
            await _try_later(message, outcome)
        else:
            await lose_sight(message, outcome)


async def _accepted(message: Row, outcome: Accepted) -> None:
    state = settle(State(message["state"]), outcome.status)
    known = {"carrier_id": message["carrier_id"] or outcome.sid, "lease_until": None}
    if state != message["state"]:
        await turn(message, state, **known)
    else:
        await note(message, **known)


async def _refused(message: Row, outcome: Refused) -> None:
    meaning = explain(outcome.code, message["channel"])
    # Twilio confirms a STOP by itself and then blocks ours: nobody has to hear of that.
    seen = {"seen_at": clock.now()} if message["purpose"] == "answer" else {}
    await turn(
        message, State.REFUSED, error_code=outcome.code, error=meaning.sentence, lease_until=None, **seen
    )
    if meaning.is_opt_out:
        said = f"Twilio {outcome.code}: {outcome.message}"
        await opt_out(message["recipient"], wording=said, how="carrier")
    if meaning.alerts_manager:
        log.error("twilio refuses our texts", code=outcome.code, message=outcome.message)


async def _try_later(message: Row, outcome: NotSent) -> None:
    """It certainly did not leave: again after the wait asked for, longer each time, never all at once."""
    wait = min(LONGEST_BACKOFF, outcome.retry_after * 2 ** min(message["attempts"] - 1, 6))
    at = clock.now() + timedelta(seconds=wait * random.uniform(1, 1.5))
    error = f"{outcome.why}. It waits and is sent again."
    await turn(message, State.PENDING, not_before=at, lease_until=None, error=error)
    await enqueue("send_message", at=at, message_id=str(message["id"]), queue="texts")


async def lose_sight(message: Row, outcome: Unknown) -> None:
    """We do not know whether it left: look for it, and the second time ask a person."""
    unknowns = message["unknowns"] + 1
    if message["channel"] == "email":  # nothing to look it up in: a person asks the customer
        await turn(message, State.PARKED, unknowns=unknowns, lease_until=None, error=MAIL_PARKED)
        return
    if unknowns >= MOST_UNKNOWNS:
        await turn(message, State.PARKED, unknowns=unknowns, lease_until=None, error=PARKED)
        return
    look_at = clock.now() + timedelta(minutes=settings().twilio_look_minutes)
    await turn(
        message, State.UNKNOWN, unknowns=unknowns, lease_until=None, looks=0, next_look_at=look_at,
        error=UNSURE,
    )  # fmt: skip
    log.warning("a text's outcome is unknown", message=str(message["id"]), why=outcome.why)
    await enqueue("look_for_message", at=look_at, message_id=str(message["id"]), queue="texts")
