"""Money over the counter: a deposit, the balance, or a refund at a manager's word."""

from typing import Any

from litestar import Request, Response, get, post

from intake.tickets import ask
from workshop import money
from workshop.errors import Conflict, InvalidInput, WorkshopError
from workshop.record.events import Actor
from workshop.record.money.money_owed import TicketSum, sum_of
from workshop.record.money.payments import TENDERS, NewPayment, take_payment
from workshop.record.shop.approvals import NeedsManager
from workshop.record.stages import Stage
from workshop.record.tickets.tickets import ticket_by_number
from workshop.web.auth import COUNTER
from workshop.web.forms import Form, act_once, form_of

AFTERWARDS = [("let_off", "No, we let it off"), ("owed", "Yes, it is still to be paid")]
CHOICES = [(tender, TENDERS[tender]) for tender in ("card", "cash", "check")]


@get("/tickets/{number:str}/payments", opt={"access": COUNTER})
async def ask_payment(request: Request[Any, Any, Any], number: str, by: Actor, kind: str = "") -> Response[str]:
    """How much, and how is it paid?"""
    ticket = await ticket_by_number(number, shop=by.shop)
    owed = await sum_of(ticket)
    return await ask(request, ticket, "payment", asked=None, **_context(owed, kind))


def _context(owed: TicketSum, kind: str) -> dict[str, Any]:
    is_done = all(one.stage in (Stage.READY_FOR_PICKUP, Stage.PICKED_UP) for one in owed.envelopes)
    kind = kind if kind == "refund" else ("balance" if is_done else "deposit")
    most = max(0, owed.paid if kind == "refund" else owed.balance)
    proposed = max(0, -owed.balance) if kind == "refund" else most  # nobody gives all of it back by a slip
    return {
        "owed": owed, "kind": kind, "most": most, "proposed": proposed, "tenders": CHOICES, "afterwards": AFTERWARDS,
        "usual": "let_off" if is_done else "owed",
    }  # fmt: skip


@post("/tickets/{number:str}/payments", opt={"access": COUNTER}, status_code=200)
async def receive_payment(request: Request[Any, Any, Any], number: str, by: Actor) -> Response[Any]:
    """Write down money received or given back; the same press twice is one payment."""
    ticket = await ticket_by_number(number, shop=by.shop)
    form = await form_of(request)

    async def act() -> str:
        payment = payment_in(form)
        if payment is None:
            raise InvalidInput("How much?", amount="Write the amount.")
        await take_payment(ticket, payment, by=by)
        return f"/tickets/{ticket.number}"

    try:
        return await act_once(request, form, act)
    except WorkshopError as error:
        if isinstance(error, Conflict):
            error = _beside_amount(error)
        return await ask(
            request, ticket, "payment", form=form, refused=error,
            asked=error.request if isinstance(error, NeedsManager) else None,
            **_context(await sum_of(ticket), form.text("kind")),
        )  # fmt: skip


def _beside_amount(error: Conflict) -> InvalidInput:
    """An amount that does not fit is said beside the amount."""
    return InvalidInput(error.message, amount=error.message)


def payment_in(form: Form) -> NewPayment | None:
    """The payment a form tells of, or None when nothing is paid now."""
    cents = money.parse(form.text("amount") or "0")
    if not cents and form.text("kind") == "":
        return None
    card = form.text("tender") == "card"
    return NewPayment(
        cents, form.text("tender"), form.text("kind") or "balance",
        reference=form.text("reference"), last_four=form.text("last_four") if card else "",
        reason=form.text("reason") if form.text("kind") == "refund" else "",
        lets_off=form.text("afterwards") == "let_off",
    )  # fmt: skip


handlers = [ask_payment, receive_payment]
