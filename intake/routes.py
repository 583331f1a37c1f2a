"""Every page of the counter, joined."""

from litestar import Router

from intake import (
    bargain_step,
    call_log,
    customer_bonds,
    customer_notes,
    customer_reach,
    customer_sizes,
    customers,
    discreet,
    dispute,
    drawers,
    duplicates,
    estimates,
    find,
    finish_step,
    home,
    merging,
    payments,
    pickup,
    piece_papers,
    piece_people,
    piece_step,
    piece_stones,
    pieces,
    promise_again,
    sales,
    ticket_discounts,
    tickets,
    timeline,
    unclaimed,
    who_step,
    wishes,
)

router = Router(
    "/",
    route_handlers=[
        *home.handlers, *find.handlers, *who_step.handlers, *piece_step.handlers, *finish_step.handlers,
        *bargain_step.handlers, *ticket_discounts.handlers,
        *tickets.handlers, *promise_again.handlers, *payments.handlers, *estimates.handlers, *pickup.handlers,
        *customers.handlers,
        *pieces.handlers, *piece_stones.handlers, *piece_people.handlers, *piece_papers.handlers, *sales.handlers,
        *wishes.handlers,
        *customer_reach.handlers, *customer_sizes.handlers, *customer_notes.handlers, *customer_bonds.handlers,
        *discreet.handlers, *dispute.handlers,
        *drawers.handlers, *unclaimed.handlers,
        *timeline.handlers, *call_log.handlers, *merging.handlers, *duplicates.handlers,
    ],
    include_in_schema=False,
)  # fmt: skip
