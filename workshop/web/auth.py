"""Who is asking, and may they: deny by default, for every route."""

from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

from litestar.connection import ASGIConnection
from litestar.enums import ScopeType
from litestar.handlers import BaseRouteHandler
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from workshop.errors import Forbidden, WorkshopError
from workshop.record.events import Actor
from workshop.record.shop.staff import actor_of, device_of, session_of, staff_of_token
from workshop.record.tables import Device, Staff
from workshop.settings import settings

ANYONE = frozenset({"anyone"})
STAFF = frozenset({"counter", "bench", "manager", "owner"})
COUNTER = frozenset({"counter", "manager", "owner"})
BENCH = frozenset({"bench", "manager", "owner"})
MANAGER = frozenset({"manager", "owner"})

UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class NotSignedIn(WorkshopError):
    """Nobody we know is asking."""

    status = 401


@dataclass(frozen=True)
class Person:
    """Somebody signed in, on this device, through this door."""

    staff: Staff
    actor: Actor
    device: Device | None
    token: str
    is_api: bool = False

    @property
    def name(self) -> str:
        """As shown in the bar."""
        return self.staff.name

    @property
    def initials(self) -> str:
        """As shown on a chip."""
        return self.staff.initials

    @property
    def role(self) -> str:
        """The widest role, in a word."""
        return next((role for role in ("owner", "manager", "counter", "bench") if role in self.staff.roles), "")


def cookie_name(name: str) -> str:
    """`__Host-` cookies over TLS (ASVS 3.3.1); a plain name on this machine's own http."""
    return f"__Host-{name}" if settings().is_https else name


class Identify(ASGIMiddleware):
    """Finds out who is asking, before any handler runs."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Put the person, if any, into the scope."""
        connection: ASGIConnection[Any, Any, Any, Any] = ASGIConnection(scope)
        if not scope["path"].startswith("/static/"):
            scope["state"]["person"] = await _person(connection)
        await next_app(scope, receive, send)


async def _person(connection: ASGIConnection[Any, Any, Any, Any]) -> Person | None:
    if connection.scope["path"].startswith("/api/"):
        scheme, _, token = connection.headers.get("authorization", "").partition(" ")
        staff = await staff_of_token(token.strip()) if scheme.lower() == "bearer" and token else None
        return Person(staff, actor_of(staff, "API"), None, token, is_api=True) if staff else None
    token = connection.cookies.get(cookie_name("session"), "")
    found = await session_of(token, is_act=_is_act(connection)) if token else None
    if found is None:
        return None
    _, staff = found
    device = await device_of(connection.cookies.get(cookie_name("station"), ""))
    by = actor_of(staff, device.name, device=device.id) if device else actor_of(staff, "desk")
    return Person(staff, by, device, token)


def _is_act(connection: ASGIConnection[Any, Any, Any, Any]) -> bool:
    """Whether a person asks, and not a page that re-reads itself or listens for changes."""
    if connection.scope["path"].startswith("/live/"):
        return False
    return connection.scope.get("method") in UNSAFE or not connection.headers.get("hx-request")


def person_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Person | None:
    """Who is signed in, or None."""
    return cast("Person | None", connection.scope["state"].get("person"))


def who(connection: ASGIConnection[Any, Any, Any, Any]) -> Person:
    """Who is signed in; NotSignedIn if nobody."""
    person = person_of(connection)
    if person is None:
        raise NotSignedIn("Please sign in first.")
    return person


async def provide_by(request: ASGIConnection[Any, Any, Any, Any]) -> Actor:
    """The `by` of every verb: injected into handlers that ask for it."""
    return who(request).actor


def allow(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """The one guard: a route says for whom it is (`opt={"access": ...}`); one that does not is closed."""
    access: frozenset[str] = handler.opt.get("access", frozenset())
    if "anyone" in access:
        _check_origin(connection)
        return
    person = who(connection)
    _check_origin(connection)
    if access.isdisjoint(person.actor.roles):
        raise Forbidden("Your role does not open this. Ask a colleague who may, or switch person.")


def _check_origin(connection: ASGIConnection[Any, Any, Any, Any]) -> None:
    """A second lock beside the CSRF token, which is not bound to the session (ASVS 3.5.1)."""
    if str(connection.scope.get("method")) not in UNSAFE:
        return
    site = connection.headers.get("sec-fetch-site")
    if site not in (None, "same-origin", "none"):
        raise Forbidden("That request came from another site and was not carried out.")
    origin = connection.headers.get("origin")
    if origin and origin != "null":
        here = {connection.headers.get("host", ""), urlsplit(settings().base_url).netloc}
        if urlsplit(origin).netloc not in here:
            raise Forbidden("That request came from another site and was not carried out.")


def source_of(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """The network address behind as many proxies as we trust; what an attacker adds is not believed."""
    hops = [hop.strip() for hop in connection.headers.get("x-forwarded-for", "").split(",") if hop.strip()]
    trusted = settings().trusted_proxies
    if trusted and len(hops) >= trusted:
        return hops[-trusted]
    return connection.client.host if connection.client else "unknown"
