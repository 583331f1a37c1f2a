"""The web application: every feature's routes, joined. Only the roots import features."""

import importlib
import importlib.util
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from litestar import Litestar, Response, Router
from litestar.config.compression import CompressionConfig
from litestar.config.csrf import CSRFConfig
from litestar.di import Provide
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme
from litestar.static_files import create_static_files_router

from workshop import database, health
from workshop.db import connect, disconnect
from workshop.joins import join_features
from workshop.live import LiveLine
from workshop.logs import set_up_logs
from workshop.record.secret import secret_key
from workshop.settings import settings
from workshop.web import approvals, live_routes, sign_in
from workshop.web.auth import ANYONE, STAFF, Identify, allow, cookie_name, provide_by
from workshop.web.errors import say
from workshop.web.openapi import HOW, ApiSchema
from workshop.web.pages import STATIC, build

FEATURES = ("intake", "bench", "notifications", "photos", "printing", "workshop.desk")
LARGEST_FORM = 4_000_000  # bytes; photo routes set their own

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; "
        "media-src 'self' blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def _features() -> list[Router]:
    """The routers of every package: pages from `routes`, JSON from `api`, which alone is in the schema."""
    routers = [_page(one) for one in (sign_in.router, approvals.router, live_routes.router, health.router)]
    for package in FEATURES:
        for module in ("routes", "api"):
            if importlib.util.find_spec(f"{package}.{module}") is not None:
                router: Router = importlib.import_module(f"{package}.{module}").router
                routers.append(router if module == "api" else _page(router))
    return routers


def _page(router: Router) -> Router:
    return Router("/", route_handlers=[router], include_in_schema=False)


def _lifespans() -> list[Any]:
    """What a package starts and ends with the server: `lifespan` in its `routes`."""
    modules = [f"{package}.routes" for package in FEATURES if importlib.util.find_spec(f"{package}.routes")]
    found = [getattr(importlib.import_module(module), "lifespan", None) for module in modules]
    return [one for one in found if one is not None]


def _guard_response(response: Response[Any]) -> Response[Any]:
    """The same safe headers on every answer; pages are never kept by a browser or proxy."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if settings().is_https:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    response.headers.setdefault("Cache-Control", "no-store")
    return response


@asynccontextmanager
async def _lifespan(app: Litestar) -> AsyncIterator[None]:
    await connect(database.dsn(), size=settings().database_pool_size)
    app.state.live = LiveLine(database.dsn)
    await app.state.live.start()
    try:
        yield
    finally:
        await app.state.live.stop()
        await disconnect()


def create_app() -> Litestar:
    """One web process. Any number may run side by side; everything shared is in the database."""
    set_up_logs()
    join_features()
    static = [_static(f"/static/{build()}", "public, max-age=31536000, immutable"), _static("/static", "no-cache")]
    return Litestar(
        route_handlers=[*_features(), *static],
        middleware=[Identify()],
        guards=[allow],
        dependencies={"by": Provide(provide_by)},
        exception_handlers={Exception: say},
        after_request=_guard_response,
        lifespan=[_lifespan, *_lifespans()],
        csrf_config=CSRFConfig(
            secret=secret_key(), cookie_name=cookie_name("csrf"), cookie_secure=settings().is_https,
            cookie_httponly=True, exclude=["^/api/", "^/twilio/"],
        ),
        compression_config=CompressionConfig(
            backend="gzip", gzip_compress_level=6,
            exclude=["^/live/", "^/photos/", "^/api/photos/", "^/wall/(.+/)?board$"],
        ),
        request_max_body_size=LARGEST_FORM,
        openapi_config=_openapi(),
        logging_config=None,  # logs are set up once, for libraries too
        debug=False,
    )  # fmt: skip


def _static(path: str, cache: str) -> Router:
    """Static files. Under their build's address browsers keep them; under the plain one they ask again."""

    def finish(response: Response[Any]) -> Response[Any]:
        response.headers["Cache-Control"] = cache
        return _guard_response(response)

    return create_static_files_router(
        path=path, directories=[STATIC], name=path, opt={"access": ANYONE}, after_request=finish
    )


def _openapi() -> OpenAPIConfig:
    bearer = SecurityScheme(type="http", scheme="bearer")
    return OpenAPIConfig(
        title="Workshop", version="1", path="/api/schema",
        openapi_router=Router("/api/schema", route_handlers=[], include_in_schema=False, opt={"access": STAFF}),
        description=HOW,
        components=Components(security_schemes={"token": bearer}), security=[{"token": []}],
        render_plugins=[ApiSchema(path=["/", "/openapi.json"])],
    )  # fmt: skip
