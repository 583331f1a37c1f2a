"""Every page and webhook of this package, joined."""

from litestar import Router

from notifications import answer_routes, customer_routes, outbox_routes, prompt_routes, webhooks

router = Router(
    "/",
    route_handlers=[
        customer_routes.router, outbox_routes.router, answer_routes.router,
        prompt_routes.router, webhooks.router,
    ],
)  # fmt: skip
