"""Every page and webhook of this package, joined."""

from litestar import Router

from notifications import customer_routes, webhooks

router = Router("/", route_handlers=[customer_routes.router, webhooks.router])
