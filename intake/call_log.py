"""A call or a visit written down in two taps, from the customer's page or a ticket's; taken back for a minute."""

from typing import Annotated, Any
from uuid import UUID, uuid4

import msgspec
from litestar import Request, Response, get, post

from workshop.errors import InvalidInput, WorkshopError
from workshop.record.customers.contact_log import OUTCOMES, calls_to_make, contact_words, log_contact, take_back_contact
from workshop.record.customers.customers import customer_by_id, numbers_of
from workshop.record.customers.discreet import is_secret
from workshop.record.events import Actor
from workshop.record.tables import Ticket
from workshop.record.tickets.message_words import STANDS, TITLES
from workshop.record.tickets.tickets import ticket_by_number
from workshop.web.api import answer_once
from workshop.web.auth import COUNTER
from workshop.web.forms import Form, act_once, form_of
from workshop.web.pages import page

Req = Request[Any, Any, Any]


@get("/customers/{customer_id:int}/contact", opt={"access": COUNTER})
async def ask_outcome(request: Req, customer_id: int, by: Actor, ticket: str = "") -> Response[str]:
    """What came of the call or the visit: one tap on the answer."""
    return await _asked(request, customer_id, by, ticket=ticket)


async def _asked(
    request: Req, customer_id: int, by: Actor, *, ticket: str = "", form: Form | None = None,
    refused: WorkshopError | None = None,
) -> Response[str]:  # fmt: skip
    customer = await customer_by_id(customer_id)
    about = await _ticket(ticket, by)
    calls = await calls_to_make(customer.id, shop=by.shop, ticket=about.id if about else None)
    for call in calls:
        call["words"] = f"{TITLES.get(call['template'], 'Text')}: {STANDS[call['state']].lower()}"
    tickets = [call["ticket"] for call in calls if call["ticket"]] + ([about.id] if about else [])
    ticked = form.texts("about") if form else [str(call["id"]) for call in calls]
    template = "intake/_contact.html" if request.headers.get("hx-request") else "intake/contact.html"
    return await page(
        request, template, status=refused.status if refused else 200, customer=customer, ticket=about,
        is_surprise=await is_secret(*tickets),
        numbers=await numbers_of(customer.id), outcomes=OUTCOMES, calls=calls, ticked=ticked,
        note=form.text("note") if form else "", key=(form and form.text("idempotency_key")) or uuid4().hex,
        errors=refused.fields if isinstance(refused, InvalidInput) else {},
        trouble=refused.message if refused and not isinstance(refused, InvalidInput) else "",
    )  # fmt: skip


async def _ticket(number: str, by: Actor) -> Ticket | None:
    return await ticket_by_number(number, shop=by.shop) if number else None


@post("/customers/{customer_id:int}/contacts", opt={"access": COUNTER}, status_code=200)
async def note_contact(request: Req, customer_id: int, by: Actor) -> Response[Any]:
    """Write it down."""
    form = await form_of(request)
    ticket = await _ticket(form.text("ticket"), by)
    outcome = form.text("outcome")
    made: list[UUID] = []

    async def act() -> str:
        about = [UUID(one) for one in form.texts("about")] if form.ticked("listed") else None
        made.append(
            await log_contact(customer_id, outcome, note=form.text("note"), ticket=ticket, about=about, by=by)
        )
        return f"/tickets/{ticket.number}" if ticket else f"/customers/{customer_id}"

    try:
        return await act_once(
            request, form, act, flash=f"Noted: {contact_words(outcome).lower()}.",
            undo_url=lambda: f"/contacts/{made[0]}/take-back" if made else "",
        )  # fmt: skip
    except (InvalidInput, ValueError) as error:
        refused = error if isinstance(error, InvalidInput) else InvalidInput("Choose again what it was about.")
        number = ticket.number if ticket else ""
        return await _asked(request, customer_id, by, ticket=number, form=form, refused=refused)


@post("/contacts/{message_id:uuid}/take-back", opt={"access": COUNTER}, status_code=200)
async def take_back(request: Req, message_id: UUID, by: Actor) -> Response[Any]:
    """A slip of the finger, within a minute."""
    form = await form_of(request)

    async def act() -> str:
        row = await take_back_contact(message_id, by=by)
        return f"/tickets/{row['ticket_number']}" if row["ticket_number"] else f"/customers/{row['customer']}"

    return await act_once(request, form, act, flash="Taken back. What it had settled is open again.")


class ContactIn(msgspec.Struct, forbid_unknown_fields=True):
    """A call or a visit. `settles`: texts that did not get through and are dealt with now; all if not given."""

    outcome: str
    note: Annotated[str, msgspec.Meta(max_length=400)] = ""
    ticket: Annotated[str, msgspec.Meta(max_length=20)] = ""
    settles: Annotated[list[UUID], msgspec.Meta(max_length=20)] | None = None


@post(
    "/customers/{customer_id:int}/contacts", opt={"access": COUNTER}, status_code=201, tags=["Customers"],
    summary="Log a call or a walk-in",
)  # fmt: skip
async def add_contact(request: Req, customer_id: int, data: ContactIn, by: Actor) -> Response[bytes]:
    """Outcomes: reached, left_word, no_answer, they_called (calls); asked, dropped_by (visits)."""

    async def act() -> dict[str, Any]:
        ticket = await _ticket(data.ticket, by)
        made = await log_contact(
            customer_id, data.outcome, note=data.note, ticket=ticket, about=data.settles, by=by
        )
        return {"id": made, "outcome": data.outcome, "channel": OUTCOMES[data.outcome].channel}

    return await answer_once(request, act, status=201)


handlers = [ask_outcome, note_contact, take_back]
api_handlers = [add_contact]
