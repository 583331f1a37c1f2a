"""What a visit comes to when it is taken in: packages, rush, discounts within their limits, the deposit asked."""

from workshop.db import fetch, fetch_value
from workshop.record.events import Actor
from workshop.record.money.deposits import IN_FULL, deposit_for
from workshop.record.money.money_owed import sum_of
from workshop.record.prices.discounts import Off, add_discount, let_off, taken_off
from workshop.record.prices.repricing import price_ticket
from workshop.record.tables import Discount, Shop, Ticket
from workshop.record.tickets.new_tickets import NewTicket


async def agree_prices(ticket: Ticket, new: NewTicket, shop: Shop, by: Actor) -> None:
    """Reckon a ticket whose lines have just been written, inside the caller's transaction.

    Raises NeedsManager where more is let off than `by` may let off alone and nobody approved it.
    """
    given = await _line_discounts(ticket, new, by)
    whole = await add_discount(new.discount, ticket=ticket.id, by=by) if new.discount is not None else None
    await price_ticket(ticket.id, shop, is_rush=new.is_rush)
    for task, subject, row in given:
        await _approve(row, await taken_off(ticket.id, task, subject, row.words), shop, by, ticket)
    if whole is not None:
        off = await taken_off(ticket.id, None, visit_subject(new.envelopes[0].code), whole.words)
        await _approve(whole, off, shop, by, ticket)
    await _ask_deposit(ticket, new, shop)


def line_subject(envelope_code: str, task_code: str) -> str:
    """What a manager's word about one line of a take-in is tied to."""
    return f"{envelope_code} {task_code}"


def visit_subject(first_code: str) -> str:
    """What a manager's word about a whole take-in is tied to."""
    return f"{first_code} visit"


async def _approve(row: Discount, off: Off, shop: Shop, by: Actor, ticket: Ticket) -> None:
    row.approved_by = await let_off(off, shop, by, ticket)
    if row.approved_by:
        await row.save([Discount.approved_by])


async def _line_discounts(ticket: Ticket, new: NewTicket, by: Actor) -> list[tuple[int, str, Discount]]:
    """Each line's own discount with its task: lines were written in the order they were asked."""
    asked = [(one.code, task) for one in new.envelopes for task in one.tasks]
    if all(task.discount is None for _, task in asked):
        return []
    rows = await fetch(
        """SELECT t.id FROM task t JOIN envelope v ON v.id = t.envelope WHERE v.ticket = $1
           ORDER BY v.place_no, t.id""",
        ticket.id,
    )  # fmt: skip
    given = []
    for row, (code, task) in zip(rows, asked, strict=True):
        if task.discount is not None:
            discount = await add_discount(task.discount, ticket=ticket.id, task=row["id"], by=by)
            given.append((row["id"], line_subject(code, task.code), discount))
    return given


async def _ask_deposit(ticket: Ticket, new: NewTicket, shop: Shop) -> None:
    if shop.deposit_rule == "none":
        return
    owed = await sum_of(ticket)
    lines = [line for one in owed.envelopes for line in one.lines]
    in_full = sum(line["price_cents"] + line["tax_cents"] for line in lines if line["tax_class"] in IN_FULL)
    needs_word = await fetch_value(
        """SELECT count(*) FROM task t JOIN envelope v ON v.id = t.envelope JOIN price_item p ON p.id = t.item
           WHERE v.ticket = $1 AND p.needs_estimate""",
        ticket.id,
    )
    is_open = new.price_terms in ("estimate", "call") or bool(needs_word)
    asked = deposit_for(shop, total_cents=owed.total, in_full_cents=in_full, is_open=is_open)
    ticket.deposit_cents = asked.cents
    await ticket.save([Ticket.deposit_cents])
