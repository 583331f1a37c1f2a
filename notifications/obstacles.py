"""Whether a text may leave now: still true, allowed by its reader, at a decent hour."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from notifications.delivery import State
from notifications.messages import Row
from notifications.quiet_hours import Purpose, Rules, next_allowed
from notifications.texts import Template
from notifications.wording import facts_of
from workshop import clock
from workshop.db import fetch_value
from workshop.record.customers.customers import permission
from workshop.record.customers.discreet import is_shared
from workshop.record.tickets.identity import HOLDS
from workshop.settings import settings

NO_LONGER = "This was no longer true when the text could leave, so it was not sent."
STOPPED = "This number asked for no texts. None was sent. Call the customer instead."
NO_CONSENT = "This customer has not agreed to texts. None was sent. Call them, or ask for their yes."
NO_OFFERS = "This customer has not agreed to offers by text. Mention it at the next visit instead."
SURPRISE = (
    "A surprise, and others share this number: no text was sent. Tell the customer in person, or add a number of their "
    "own. Do not leave word with anybody else."
)
PREFERS = {
    "call": "This customer prefers a phone call. No text was sent: call them.",
    "email": "This customer prefers e-mail. No text was sent: write to them.",
    "mail": "This customer prefers a letter. No text was sent: write or call.",
}
NOT_THEIRS = "This number was taken off the customer since. No text was sent. Look up another way to reach them."
ENOUGH = "This customer had as many offers this year as they tolerate. None was sent."

READY = {Template.READY_FOR_PICKUP, Template.RETURNED_UNREPAIRED, Template.NOT_COLLECTED}
ESTIMATES = {Template.ESTIMATE_READY, Template.ESTIMATE_REMINDER}
# News that has to reach the customer some other way when no text may.
WORTH_A_CALL = READY | ESTIMATES | {Template.PROMISE_MOVED, Template.PROOF_READY}


@dataclass(frozen=True, slots=True)
class Stop:
    """It will not be sent, and why."""

    state: State
    sentence: str


@dataclass(frozen=True, slots=True)
class Wait:
    """It may leave then, if it still holds."""

    until: datetime


async def obstacle_to(message: Row) -> Stop | Wait | None:
    """What stands in the way of this text at this moment, if anything."""
    purpose = Purpose(message["purpose"])
    if not await still_holds(message):
        return Stop(State.SUPERSEDED, NO_LONGER)
    if purpose is not Purpose.ANSWER and (stop := await _forbidden(message, purpose)):
        return stop
    if message["template"] == Template.PICKUP_CODE:
        return None  # they stand at the counter and wait for it, whatever the hour
    if message["channel"] == "email" or not settings().sends_texts:
        return None  # it wakes nobody: mail waits to be read, and our own screen too
    rules = Rules(state=message["customer_state"] or message["shop_state"])
    opening = next_allowed(clock.now(), zone_of(message), purpose, rules)
    return Wait(opening) if opening > clock.now() else None


async def still_holds(message: Row) -> bool:
    """Whether what the text says is still so. News overtaken by newer news is not."""
    template = Template(message["template"])
    if message["has_newer"]:
        return False
    if template in READY:
        return bool(message["stage"] == "ready_for_pickup")
    if template in ESTIMATES:
        return bool(message["has_estimate"])
    if template is Template.PROMISE_MOVED:
        promised = message["promise_on"].isoformat() == facts_of(message).get("day")
        return promised and message["closed_at"] is None
    if template is Template.PICKUP_CODE:
        return bool(clock.now() - message["created_at"] < HOLDS)
    if template is Template.PROOF_READY:
        return await is_unanswered(message["envelope"])
    if template is Template.TAKEN_IN:
        return message["closed_at"] is None
    if template is Template.CLEANING_REMINDER:
        return not await is_here(facts_of(message)["piece"])
    return True


async def is_unanswered(envelope: int | None) -> bool:
    """Whether the proof of an engraving still waits for the customer's word."""
    waits: bool = await fetch_value(
        "SELECT EXISTS (SELECT FROM engraving_proof WHERE envelope = $1 AND state = 'sent')", envelope
    )
    return waits


async def is_here(piece: int) -> bool:
    """Whether a piece lies in one of our envelopes now."""
    here: bool = await fetch_value(
        "SELECT EXISTS (SELECT FROM envelope WHERE piece = $1 AND stage <> 'picked_up')", piece
    )
    return here


async def _forbidden(message: Row, purpose: Purpose) -> Stop | None:
    if sentence := await _not_to_this_number(message):
        return Stop(State.BLOCKED, sentence)
    allowed = await permission(message["recipient"], message["customer"])
    if allowed.is_stopped:
        return Stop(State.OPTED_OUT, STOPPED)
    if purpose is Purpose.SERVICE and message["channel"] == "email":
        return None  # an address given for the repair may have its news; only advertising needs a written yes
    if purpose is Purpose.SERVICE:
        return None if allowed.service else Stop(State.BLOCKED, NO_CONSENT)
    if not allowed.marketing:
        return Stop(State.BLOCKED, NO_OFFERS)
    if await offers_left(message["customer"], besides=message["id"]) < 1:
        return Stop(State.BLOCKED, ENOUGH)
    return None


async def _not_to_this_number(message: Row) -> str:
    """Why nothing about this may go to this number, whatever was allowed."""
    if message["is_secret"] and await is_shared(message["recipient"]):
        return SURPRISE
    if message["channel"] == "email":  # to whatever address somebody asked for
        return ""
    if message["customer"] is not None and not await is_theirs(message["customer"], message["recipient"]):
        return NOT_THEIRS
    return PREFERS.get(message["preferred_channel"], "")


async def is_theirs(customer: int, number: str) -> bool:
    """Whether the number is still on file for this person."""
    found: bool = await fetch_value(
        "SELECT EXISTS (SELECT FROM phone WHERE customer = $1 AND number = $2)", customer, number
    )
    return found


async def offers_left(customer: int, *, besides: object = None) -> int:
    """How many offers this person still tolerates, counting the last 365 days."""
    left: int = await fetch_value(
        """SELECT c.texts_a_year - (SELECT count(*) FROM message m WHERE m.customer = c.id
               AND m.purpose = 'marketing' AND m.direction = 'out' AND m.created_at > $2
               AND m.id IS DISTINCT FROM $3::uuid
               AND m.state NOT IN ('superseded', 'blocked', 'opted_out', 'refused'))
           FROM customer c WHERE c.id = $1""",
        customer, clock.now() - timedelta(days=365), besides,
    )  # fmt: skip
    return left


def zone_of(message: Row) -> str:
    """The customer's clock, else the shop's."""
    zone: str = message["customer_zone"] or message["shop_zone"]
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        return str(message["shop_zone"])
    return zone
