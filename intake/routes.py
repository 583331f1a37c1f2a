"""Every page of the counter, joined."""

from litestar import Router

from intake import (
    call_log,
    customers,
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
    sales,
    tickets,
    timeline,
    who_step,
    wishes,
)

router = Router(
    "/",
    route_handlers=[
        *home.handlers, *find.handlers, *who_step.handlers, *piece_step.handlers, *finish_step.handlers,
        *tickets.handlers, *payments.handlers, *estimates.handlers, *pickup.handlers, *customers.handlers,
        *pieces.handlers, *piece_stones.handlers, *piece_people.handlers, *piece_papers.handlers, *sales.handlers,
        *wishes.handlers,
        *drawers.handlers, *timeline.handlers, *call_log.handlers, *merging.handlers, *duplicates.handlers,
    ],
    include_in_schema=False,
)  # fmt: skip
