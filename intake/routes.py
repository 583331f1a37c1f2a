"""Every page of the counter, joined."""

from litestar import Router

from intake import customers, estimates, find, home, payments, pickup, take_in, tickets

router = Router(
    "/",
    route_handlers=[
        *home.handlers, *find.handlers, *take_in.handlers, *tickets.handlers, *payments.handlers,
        *estimates.handlers, *pickup.handlers, *customers.handlers,
    ],
)  # fmt: skip
