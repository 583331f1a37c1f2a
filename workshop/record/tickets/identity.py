"""Who stands at the counter: a document, a code sent to the number on file, or what only the owner can tell.

Without the claim check two proofs are asked for. A refusal is written down like a hand-over (TRADE §2 rule 20).
"""

import hmac
import secrets
from datetime import timedelta
from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value, transaction
from workshop.errors import Conflict, Forbidden, InvalidInput, TooMany
from workshop.record.cards import refuse_card_number
from workshop.record.codes import hashed
from workshop.record.customers.discreet import is_secret, way_to_tell
from workshop.record.events import Actor, record
from workshop.record.secret import secret_key
from workshop.record.shop.approvals import Request, require_approval
from workshop.record.tables import Ticket
from workshop.record.tickets.locks import lock_ticket
from workshop.record.tickets.notices import queue_text

HOLDS = timedelta(minutes=10)
MOST_CODES = 3
MOST_TRIES = 5
PROOFS = {"document": "a document", "code": "the code we sent", "told": "what only the owner can tell"}
NEEDED = 2  # proofs, where the claim check is not there
REFUSED = {
    "not_listed": "Not listed, and the customer was not reached",
    "no_proof": "Could not show who they are",
    "customer_said_no": "The customer said no",
    "other": "Something was not right",
}


async def send_code(ticket: Ticket, *, by: Actor) -> str:
    """Send six digits to the customer's own number or address; says where to (`…0111`).

    Raises TooMany after three in ten minutes, Conflict without a number or address.
    """
    _may(by)
    async with transaction():
        await lock_ticket(ticket.id)
        sent = await fetch_value(
            "SELECT count(*) FROM pickup_code WHERE ticket = $1 AND asked_at > $2", ticket.id, clock.now() - HOLDS
        )
        if sent >= MOST_CODES:
            raise TooMany("Three codes were sent already. Wait ten minutes, or look at a document.", 600)
        _, recipient = await way_to_tell(ticket.customer, secret=await is_secret(ticket.id))
        if not recipient:
            raise Conflict("There is no number or address to send a code to. Look at a document instead.")
        digits, where = f"{secrets.randbelow(1_000_000):06}", _end_of(recipient)
        await fetch(
            """INSERT INTO pickup_code (ticket, code_hash, sent_to, asked_by, asked_at) VALUES ($1, $2, $3, $4, $5)""",
            ticket.id, _hashed(ticket, digits), where, by.id, clock.now(),
        )  # fmt: skip
        event = await record("pickup_code_sent", shop=ticket.shop, by=by, ticket=ticket, to=where)
        await queue_text("pickup_code", ticket=ticket, event=event, code=digits)
    return where


def _end_of(recipient: str) -> str:
    """Enough to recognise it, not enough to learn it."""
    name, at, host = recipient.partition("@")
    return f"{name[:1]}…@{host}" if at else f"…{recipient[-4:]}"


def _hashed(ticket: Ticket, digits: str) -> str:
    # With the secret key: a million codes are tried in a second by whoever has a copy of the table.
    return hashed(f"{secret_key()} pickup {ticket.id} {digits}")


async def check_code(ticket: Ticket, digits: str, *, by: Actor) -> bool:
    """Whether these are the digits we sent last. Every wrong try counts; after five a new code is needed."""
    _may(by)
    async with transaction():
        row = await _code_now(ticket, "FOR UPDATE")
        if row is None or row["tries"] >= MOST_TRIES:
            return False
        is_right = hmac.compare_digest(row["code_hash"], _hashed(ticket, "".join(digits.split())))
        if is_right:
            await fetch("UPDATE pickup_code SET proved_at = $2 WHERE id = $1", row["id"], clock.now())
            await record("pickup_code_right", shop=ticket.shop, by=by, ticket=ticket, to=row["sent_to"])
        else:
            await fetch("UPDATE pickup_code SET tries = tries + 1 WHERE id = $1", row["id"])
    return is_right


async def code_of(ticket: Ticket) -> dict[str, Any] | None:
    """The code that was sent last and still holds: where to, and whether it was read back rightly."""
    return await _code_now(ticket, "")


async def _code_now(ticket: Ticket, lock: str) -> dict[str, Any] | None:
    return await fetch_one(
        f"""SELECT *, proved_at IS NOT NULL AS is_right FROM pickup_code WHERE ticket = $1 AND asked_at > $2
            AND used_at IS NULL ORDER BY id DESC LIMIT 1 {lock}""",  # noqa: S608 - our own words
        ticket.id, clock.now() - HOLDS,
    )  # fmt: skip


async def use_code(ticket: Ticket) -> None:
    """Inside the hand-over: the code was right, and is used up. InvalidInput if it was not."""
    row = await _code_now(ticket, "FOR UPDATE")
    if row is None or not row["is_right"]:
        sentence = "Send a code and let them read it out first."
        raise InvalidInput(sentence, id_kind=sentence)
    await fetch("UPDATE pickup_code SET used_at = $2 WHERE id = $1", row["id"], clock.now())


async def check_without_claim_check(ticket: Ticket, proofs: set[str], *, by: Actor) -> None:
    """No claim check: two proofs, or a manager's word (NeedsManager)."""
    if len(proofs & set(PROOFS)) >= NEEDED:
        return
    asked = Request("release", ticket.number, reason="No claim check")
    await require_approval(asked, by=by, field="claim_check", ticket=ticket)


async def refuse_pickup(ticket: Ticket, *, asked_by: str, why: str, note: str = "", by: Actor) -> None:
    """Somebody asked for pieces and went without: who, and why. Nothing leaves."""
    _may(by)
    name = " ".join(asked_by.split())[:120]
    if len(name) < 2:
        raise InvalidInput("Who asked?", asked_by="Write the name, or “would not say”.")
    if why not in REFUSED:
        raise InvalidInput("Why was nothing handed over?", why="Choose why.")
    for text, field in ((name, "asked_by"), (note, "note")):
        refuse_card_number(text, field)
    async with transaction():
        await record(
            "pickup_refused", shop=ticket.shop, by=by, ticket=ticket, who=name, why=why, note=note.strip()[:300]
        )


def _may(by: Actor) -> None:
    if not by.is_one_of("counter", "manager", "owner"):
        raise Forbidden("Handing over is for the counter.")
