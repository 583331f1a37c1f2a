"""What the counter must have done before a piece is signed for: photos, risks explained, a manager's word."""

import json
from typing import Any

from workshop import clock
from workshop.db import fetch
from workshop.errors import InvalidInput
from workshop.record.events import Actor
from workshop.record.pieces.photo_guide import check_photos
from workshop.record.pieces.risks import Case, lines_for, on_one_paper
from workshop.record.shop.approvals import Request, require_approval
from workshop.record.tables import Envelope, Shop, Ticket
from workshop.record.tickets.new_tickets import NewTicket


async def check_at_the_counter(
    envelope: Envelope, ticket: Ticket, shop: Shop, by: Actor, *, at_counter: bool
) -> None:
    """Refuse a piece above the shop's value without a manager's word, or (at the counter) without its photos."""
    declared = envelope.declared_value_cents or 0
    if declared > shop.manager_limit_cents > 0:
        asked = value_request(envelope.code, declared)
        field = f"approval-{envelope.place_no}"
        await require_approval(asked, by=by, field=field, currency=shop.currency, ticket=ticket, envelope=envelope)
    if at_counter:
        kind = await fetch("SELECT kind FROM piece WHERE id = $1", envelope.piece)
        await check_photos(envelope, kind[0]["kind"], shop)


def value_request(code: str, declared_cents: int) -> Request:
    """What a manager is asked for a piece above the shop's limit; its code is made before it is saved."""
    return Request("declared_value", code, declared_cents)


async def keep_risks(ticket: Ticket, new: NewTicket, *, at_counter: bool) -> None:
    """Write the risks of this work on the ticket as they were explained, inside the caller's transaction."""
    lines = new.risks if new.risks is not None else await _drawn(ticket)
    if at_counter and lines and not new.risks_explained:
        sentence = "Explain the risks of this work to the customer, then tick that you did."
        raise InvalidInput(sentence, risks_explained=sentence)
    ticket.risks, ticket.risks_explained = json.dumps(lines), bool(lines) and new.risks_explained
    await ticket.save([Ticket.risks, Ticket.risks_explained])


async def _drawn(ticket: Ticket) -> list[str]:
    rows = await fetch(
        """SELECT p.kind, p.description, p.made_about, p.engraving, v.marks,
                  ARRAY(SELECT s.identity FROM stone s WHERE s.piece = p.id) AS stones,
                  ARRAY(SELECT t.code FROM task t WHERE t.envelope = v.id AND NOT t.is_dropped) AS work,
                  ARRAY(SELECT i.risk FROM task t JOIN price_item i ON i.id = t.item
                        WHERE t.envelope = v.id AND NOT t.is_dropped ORDER BY t.id) AS book_lines
           FROM envelope v JOIN piece p ON p.id = v.piece WHERE v.ticket = $1 ORDER BY v.place_no""",
        ticket.id,
    )
    return on_one_paper([lines_for(_case(row)) for row in rows])


def _case(row: dict[str, Any]) -> Case:
    marks = json.loads(row["marks"]) if isinstance(row["marks"], str) else row["marks"]
    return Case(
        row["work"], row["stones"], [mark["code"] for mark in marks], row["description"], row["kind"],
        age_of(row["made_about"]), bool(row["engraving"]), row["book_lines"],
    )  # fmt: skip


def age_of(made_about: int | None) -> int:
    """Years since a piece was made, as far as anybody says; 0 when nobody does."""
    return max(clock.now().year - made_about, 0) if made_about else 0
