"""The customer's link: whose it is, how long it lives, what opens it, and how it closes to guessing."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value, transaction
from workshop.errors import NotFound, TooMany
from workshop.record.codes import hashed
from workshop.record.customers.customers import numbers_of
from workshop.record.customers.discreet import is_secret, is_shared
from workshop.record.events import record
from workshop.record.secret import secret_key
from workshop.record.tables import Ticket

LIVES_ON = timedelta(days=30)  # after the last piece left (ASVS 14.2.6)
WRONG_TRIES = 5
LOCKED_FOR = timedelta(hours=1)
REMEMBERED = timedelta(days=90)
VISITS_A_MINUTE = 20


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of four digits: opened, wrong with so many tries left, or locked until then."""

    is_open: bool
    left: int = 0
    locked_until: datetime | None = None


async def ticket_of_link(token: str) -> Ticket:
    """The ticket of a link that still lives. Unknown and expired are one NotFound."""
    ticket = await Ticket.objects().get(Ticket.link_hash == hashed(token.lower()))
    if ticket is None or ticket.link_closed_at or (ticket.closed_at and ticket.closed_at + LIVES_ON < clock.now()):
        raise NotFound("This link does not lead anywhere any more.")
    return ticket


async def count_visit(source: str) -> None:
    """At most 20 a minute from one address, counted for all processes together."""
    now = clock.now()
    count = await fetch_value(
        """INSERT INTO attempt (key, count, window_start) VALUES ($1, 1, $2) ON CONFLICT (key) DO UPDATE
           SET count = CASE WHEN attempt.window_start <= $3 THEN 1 ELSE attempt.count + 1 END,
               window_start = CASE WHEN attempt.window_start <= $3 THEN $2 ELSE attempt.window_start END
           RETURNING count""",
        f"link visits {source}"[:120], now, now - timedelta(minutes=1),
    )  # fmt: skip
    if count > VISITS_A_MINUTE:
        raise TooMany("Too many visits in one minute. Wait a minute, then try again.", 60)


async def try_digits(ticket: Ticket, digits: str) -> Tried:
    """Compare four digits with the end of the customer's numbers. Five wrong ones lock the link for an hour."""
    now = clock.now()
    async with transaction():
        row = await fetch_one(
            "SELECT link_misses, link_locked_until FROM ticket WHERE id = $1 FOR NO KEY UPDATE", ticket.id
        )
        assert row is not None
        if row["link_locked_until"] and row["link_locked_until"] > now:
            return Tried(False, locked_until=row["link_locked_until"])
        if _fits(digits, await _numbers_that_open(ticket)):
            await fetch("UPDATE ticket SET link_misses = 0, link_locked_until = NULL WHERE id = $1", ticket.id)
            return Tried(True)
        misses = row["link_misses"] + 1
        until = now + LOCKED_FOR if misses >= WRONG_TRIES else None
        await fetch(
            "UPDATE ticket SET link_misses = $2, link_locked_until = $3 WHERE id = $1",
            ticket.id, 0 if until else misses, until,
        )  # fmt: skip
        if until:
            await record("link_locked", shop=ticket.shop, ticket=ticket)
    return Tried(False, left=WRONG_TRIES - misses, locked_until=until)


async def _numbers_that_open(ticket: Ticket) -> list[str]:
    """The customer's numbers; for a surprise only those that nobody else of the family has."""
    numbers = await numbers_of(ticket.customer)
    if not await is_secret(ticket.id):
        return numbers
    return [number for number in numbers if not await is_shared(number)]


def _fits(digits: str, numbers: list[str]) -> bool:
    """Every number is compared, so that the time says nothing."""
    right = [hmac.compare_digest(digits.encode(), number[-4:].encode()) for number in numbers]
    return len(digits) == 4 and any(right)


def locked_until(ticket: Ticket) -> datetime | None:
    """Until when the link is closed to guessing, if it is."""
    until: datetime | None = ticket.link_locked_until
    return until if until and until > clock.now() else None


def pass_for(ticket: Ticket) -> str:
    """What a device keeps so that it is not asked again: an end and our seal on it."""
    ends = int((clock.now() + REMEMBERED).timestamp())
    return f"{ends}.{_seal(ticket, ends)}"


def opens(ticket: Ticket, kept: str) -> bool:
    """Whether a device's pass is ours, for this very link, and not over."""
    ends, _, seal = kept.partition(".")
    if not ends.isdigit() or len(ends) > 12:
        return False
    is_ours = hmac.compare_digest(seal.encode(), _seal(ticket, int(ends)).encode())
    return is_ours and int(ends) > clock.now().timestamp()


def _seal(ticket: Ticket, ends: int) -> str:
    said = f"opened link {ticket.link_hash} until {ends}"
    return hmac.new(secret_key().encode(), said.encode(), "sha256").hexdigest()
