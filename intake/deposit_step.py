"""The deposit at the end of a take-in: asked by the shop's rule, written down with the ticket it is for."""

from typing import Any

from intake.draft_fields import Data
from workshop import money
from workshop.errors import Conflict, InvalidInput
from workshop.record.events import Actor
from workshop.record.money.deposits import Deposit
from workshop.record.money.payments import TENDERS, NewPayment, take_payment
from workshop.record.tables import Ticket

CHOICES = [("", "Not now"), *((tender, TENDERS[tender]) for tender in ("card", "cash", "check"))]


def deposit_in(data: Data, asked: Deposit) -> NewPayment | None:
    """What is paid now (nothing typed: what is asked), or None. Raises InvalidInput naming `deposit`."""
    tender = data.get("deposit_tender", "")
    if not tender:
        return None
    cents = money.parse(data["deposit"], "deposit") if data.get("deposit") else asked.cents
    if not cents:
        raise InvalidInput("How much is paid now?", deposit="Write how much is paid now, or choose “Not now”.")
    last_four = data.get("deposit_last_four", "") if tender == "card" else ""
    return NewPayment(cents, tender, "deposit", last_four=last_four)


def check_deposit(data: Data, asked: Deposit) -> None:
    """Refuse to go on without a deposit that the shop insists on, naming `deposit`."""
    paid = deposit_in(data, asked)
    if asked.is_required and (paid.amount_cents if paid else 0) < asked.cents:
        sentence = f"This shop takes a deposit of {money.show(asked.cents)} before a ticket is saved."
        raise InvalidInput(sentence, deposit=sentence)


async def take_deposit(ticket: Ticket, data: Data, asked: Deposit, *, by: Actor) -> None:
    """Write down what was paid, in the transaction of the take-in."""
    paid = deposit_in(data, asked)
    if paid is None:
        return
    try:
        await take_payment(ticket, paid, by=by)
    except Conflict as error:
        raise InvalidInput(error.message, deposit=error.message) from None
    except InvalidInput as error:
        fields: dict[str, Any] = error.fields
        raise InvalidInput(error.message, deposit=fields.get("last_four") or error.message) from None
