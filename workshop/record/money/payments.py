"""Money received and returned. A terminal's reference, brand and last four; never a card number."""

from dataclasses import dataclass
from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_value, transaction
from workshop.errors import Conflict, Forbidden, InvalidInput
from workshop.record.cards import refuse_card_number
from workshop.record.events import Actor, record
from workshop.record.money.drawers import day_now
from workshop.record.money.kicks import kick_drawer
from workshop.record.money.money_owed import TicketSum, sum_of
from workshop.record.shop.approvals import Request, require_approval
from workshop.record.tables import Payment, Ticket
from workshop.record.tickets.locks import lock_ticket

TENDERS = {"cash": "Cash", "card": "Card terminal", "check": "Check", "other": "Other"}


@dataclass(frozen=True)
class NewPayment:
    """What came over the counter. `amount_cents` is positive; a refund is a kind, not a sign, and has its reason."""

    amount_cents: int
    tender: str = "cash"
    kind: str = "balance"
    reference: str = ""
    brand: str = ""
    last_four: str = ""
    reason: str = ""
    lets_off: bool = False  # a refund after which nothing more is owed than before it


async def take_payment(ticket: Ticket, new: NewPayment, *, by: Actor) -> Payment:
    """Receive or return money for a ticket.

    Raises Conflict if it is more than is owed (or was paid); money goes back at a manager's word (NeedsManager).
    """
    async with transaction():
        return await add_payment(ticket, new, by=by)


async def add_payment(ticket: Ticket, new: NewPayment, *, by: Actor) -> Payment:
    """As `take_payment`, inside the caller's transaction."""
    if not by.is_one_of("counter", "manager", "owner"):
        raise Forbidden("Money is for the counter.")
    _check(new)
    await lock_ticket(ticket.id)
    owed = await sum_of(ticket)
    if new.kind == "refund":
        if new.amount_cents > owed.paid:
            raise Conflict("That is more than was paid on this ticket.")
        await _approve_refund(ticket, new, by)
    elif new.amount_cents > owed.balance:
        raise Conflict("That is more than is owed on this ticket. Give change, and enter what is owed.")
    day = await day_now(by)  # before the time is taken: whoever waits for a count pays after it
    payment = Payment(
        ticket=ticket.id, shop=ticket.shop, kind=new.kind, tender=new.tender,
        amount_cents=-new.amount_cents if new.kind == "refund" else new.amount_cents,
        reference=new.reference.strip(), brand=new.brand.strip(), last_four=new.last_four.strip(),
        let_off_cents=_let_off(new, owed), staff=by.id, at=clock.now(), drawer_day=day,
    )  # fmt: skip
    await payment.save()
    if new.tender == "cash":
        await kick_drawer(by)
    await record(
        "paid" if new.kind != "refund" else "refunded", shop=ticket.shop, by=by, ticket=ticket,
        amount=new.amount_cents, tender=new.tender, kind=new.kind,
        reason=new.reason.strip(), let_off=payment.let_off_cents,
    )  # fmt: skip
    return payment


def _let_off(new: NewPayment, owed: TicketSum) -> int:
    """What was paid too much is simply given back; only what is beyond it was owed."""
    if new.kind != "refund" or not new.lets_off:
        return 0
    return max(0, new.amount_cents - max(0, -owed.balance))


async def _approve_refund(ticket: Ticket, new: NewPayment, by: Actor) -> None:
    currency = await fetch_value("SELECT currency FROM shop WHERE id = $1", ticket.shop)
    asked = Request("refund", ticket.number, new.amount_cents, new.reason.strip()[:300])
    await require_approval(asked, by=by, field="reason", currency=currency, ticket=ticket)


def _check(new: NewPayment) -> None:
    if new.tender not in TENDERS:
        raise InvalidInput("Choose how it was paid.", tender=f"One of: {', '.join(TENDERS)}.")
    if new.kind not in ("deposit", "balance", "refund"):
        raise InvalidInput("A payment is a deposit, the balance or a refund.", kind="Choose the kind.")
    if new.amount_cents <= 0:
        raise InvalidInput("Write an amount above zero.", amount="Write an amount above zero.")
    if new.kind == "refund" and not new.reason.strip():
        raise InvalidInput("Say why money goes back.", reason="Say why: it stands in the history.")
    texts = (new.reference, new.brand, new.last_four, new.reason)
    for text, name in zip(texts, ("reference", "brand", "last_four", "reason"), strict=True):
        refuse_card_number(text, name)
    if new.last_four and not (len(new.last_four) == 4 and new.last_four.isdigit()):
        sentence = "Only the last four digits."
        raise InvalidInput(sentence, last_four=sentence)


async def payments_of(ticket: int) -> list[dict[str, Any]]:
    """What was paid on a ticket, in order."""
    return await fetch(
        """SELECT p.*, s.name AS staff_name FROM payment p JOIN staff s ON s.id = p.staff
           WHERE ticket = $1 ORDER BY p.id""",
        ticket,
    )
