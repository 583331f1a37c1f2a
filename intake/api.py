"""JSON for tills and other systems: take pieces in, read a ticket, find a household."""

from typing import Any

from litestar import Request, Response, Router, get, post

from intake import call_log, customers_api, find_api, pieces_api, sales_api, timeline
from intake.ticket_body import TicketIn, new_ticket
from workshop.record.customers.customers import customer_by_id
from workshop.record.events import Actor, history
from workshop.record.money.money_owed import sum_of
from workshop.record.pieces.pieces import in_words
from workshop.record.prices.work import tasks_of
from workshop.record.tables import Ticket
from workshop.record.tickets.estimates import estimates_of
from workshop.record.tickets.tickets import envelopes_of, take_in, ticket_by_number
from workshop.web.api import answer_once
from workshop.web.auth import COUNTER


@post("/api/tickets", opt={"access": COUNTER}, status_code=201)
async def create_ticket(request: Request[Any, Any, Any], data: TicketIn, by: Actor) -> Response[bytes]:
    """Take pieces in. Send an `Idempotency-Key`: the same key and body answer the same ticket."""

    async def act() -> dict[str, Any]:
        ticket = await take_in(await new_ticket(data, shop=by.shop), by=by)
        return await _shown(ticket)

    return await answer_once(request, act, status=201)


@get("/api/tickets/{number:str}", opt={"access": COUNTER})
async def read_ticket(number: str, by: Actor) -> dict[str, Any]:
    """A ticket with its envelopes, money and history."""
    ticket = await ticket_by_number(number, shop=by.shop)
    shown = await _shown(ticket)
    shown["history"] = [
        {"event": row["name"], "at": row["at"], "by": row["staff_name"], "envelope": row["envelope_number"],
         "from": row["from_stage"], "to": row["to_stage"]}
        for row in await history(ticket=ticket.id)
    ]  # fmt: skip
    return shown


async def _shown(ticket: Ticket) -> dict[str, Any]:
    money = await sum_of(ticket)
    customer = await customer_by_id(ticket.customer)
    envelopes = []
    for row in await envelopes_of(ticket.id):
        estimates = await estimates_of(row["id"])
        envelopes.append({
            "code": row["code"], "number": row["number"], "stage": row["stage"], "piece_id": row["piece"],
            "piece": in_words(row), "location": row["location"],
            "declared_value": row["declared_value_cents"],
            "promise_on": row["promise_on"], "version": row["version"],
            "tasks": [
                {"code": task["code"], "name": task["name"], "price": task["price_cents"],
                 "done": task["done_at"] is not None}
                for task in await tasks_of(row["id"])
            ],
            "estimate": _estimate(estimates),
        })  # fmt: skip
    return {
        "number": ticket.number, "customer": {"id": customer.id, "name": customer.full_name},
        "promise_on": ticket.promise_on, "rush": ticket.is_rush,
        "discreet": ticket.is_discreet, "closed": ticket.closed_at is not None,
        "subtotal": money.subtotal, "tax": money.tax, "total": money.total, "paid": money.paid,
        "let_off": money.let_off, "balance": money.balance, "envelopes": envelopes,
    }  # fmt: skip


def _estimate(versions: list[dict[str, Any]]) -> dict[str, Any] | None:
    if not versions:
        return None
    newest = versions[0]
    return {"version": newest["version"], "state": newest["state"], "total": newest["total_cents"]}


people = Router("/api", route_handlers=[*customers_api.api_handlers, *timeline.api_handlers, *call_log.api_handlers])
goods = [*pieces_api.handlers, *sales_api.handlers]
router = Router("/", route_handlers=[create_ticket, read_ticket, *find_api.handlers, people, *goods], tags=["counter"])
