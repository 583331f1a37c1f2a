"""What a visit comes to when it is taken in: packages, rush, discounts within their limits, the deposit asked."""

from workshop.db import fetch, fetch_value
from workshop.record.bargains import NewDiscount
from workshop.record.deposits import IN_FULL, deposit_for
from workshop.record.discounts import add_discount, check_limits
from workshop.record.events import Actor
from workshop.record.money_owed import sum_of
from workshop.record.new_tickets import NewTicket
from workshop.record.repricing import price_ticket
from workshop.record.tables import Shop, Ticket


async def agree_prices(ticket: Ticket, new: NewTicket, shop: Shop, by: Actor) -> None:
    """Reckon a ticket whose lines have just been written, inside the caller's transaction.

    Raises Forbidden where more is let off than `by`, or whoever approved it, may let off.
    """
    given = await _line_discounts(ticket, new, by)
    if new.discount is not None:
        await add_discount(new.discount, ticket=ticket.id, by=by)
    await price_ticket(ticket.id, shop, is_rush=new.is_rush)
    for task, discount in given:
        await check_limits(ticket.id, shop, by, task=task, approved_by=discount.approved_by)
    if new.discount is not None:
        approved = [one.approved_by for one in (new.discount, *(one for _, one in given)) if one.approved_by]
        await check_limits(ticket.id, shop, by, approved_by=approved[0] if approved else None)
    await _ask_deposit(ticket, new, shop)


async def _line_discounts(ticket: Ticket, new: NewTicket, by: Actor) -> list[tuple[int, NewDiscount]]:
    """Each line's own discount, with the row it was written as: lines were written in the order they were asked."""
    asked = [task for one in new.envelopes for task in one.tasks]
    if all(task.discount is None for task in asked):
        return []
    rows = await fetch(
        """SELECT t.id FROM task t JOIN envelope v ON v.id = t.envelope WHERE v.ticket = $1
           ORDER BY v.place_no, t.id""",
        ticket.id,
    )  # fmt: skip
    given = [(row["id"], task.discount) for row, task in zip(rows, asked, strict=True) if task.discount is not None]
    for task, discount in given:
        await add_discount(discount, ticket=ticket.id, task=task, by=by)
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
