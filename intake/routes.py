"""Every page of the counter, joined."""

from litestar import Router

from intake import find, home, take_in

router = Router("/", route_handlers=[*home.handlers, *find.handlers, *take_in.handlers])
