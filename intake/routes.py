"""Every page of the counter, joined."""

from litestar import Router

from intake import customers, drawers, estimates, find, finish_step, home, payments, pickup, piece_step, tickets, who_step

router = Router(
    "/",
    route_handlers=[
        *home.handlers, *find.handlers, *who_step.handlers, *piece_step.handlers, *finish_step.handlers,
        *tickets.handlers, *payments.handlers, *estimates.handlers, *pickup.handlers, *customers.handlers,
        *drawers.handlers,
    ],
)  # fmt: skip
