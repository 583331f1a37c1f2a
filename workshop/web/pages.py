"""One page: its template, what every page is given, and the words on it."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Undefined, pass_context, select_autoescape
from jinja2.runtime import Context
from litestar import Request, Response
from litestar.response import Redirect
from litestar.utils.scope.state import ScopeState

from workshop import clock, money
from workshop.errors import NotFound
from workshop.record.customers.customers import show_phone
from workshop.record.pieces.pieces import in_words
from workshop.record.stages import CUSTOMER_STEPS, WORDS
from workshop.record.tables import Shop
from workshop.record.trade import BASES, CONDITION_WORDS, KINDS, size_in_words
from workshop.web.auth import Person, cookie_name, person_of

STATIC = Path(__file__).parent / "static"
ROOT = Path(__file__).parent.parent.parent
TEMPLATES = [ROOT / package / "templates" for package in ("intake", "bench", "notifications", "photos", "printing")]

NAV = [
    ("/", "Counter", "home", {"counter", "manager", "owner"}),
    ("/intake/new", "Take in", "clipboard-plus", {"counter", "manager", "owner"}),
    ("/bench", "Bench", "hammer", {"bench", "manager", "owner"}),
    ("/bench/quality", "Quality", "checklist", {"counter", "bench", "manager", "owner"}),
    ("/places", "Places", "map-pin", {"counter", "bench", "manager", "owner"}),
    ("/messages", "Texts", "messages", {"counter", "manager", "owner"}),
    ("/prints", "Prints", "printer", {"counter", "manager", "owner"}),
    ("/drawer", "Drawer", "cash", {"counter", "manager", "owner"}),
    ("/wall", "Wall", "device-tv", {"counter", "bench", "manager", "owner"}),
    ("/desk", "Desk", "layout-dashboard", {"manager", "owner"}),
]

# Pages that lie behind a door of another name. Alarms lie behind the bell.
BEHIND = {
    "/intake/": "/intake/new", "/counts": "/places", "/vendors": "/places", "/send-outs": "/places",
    "/transfers": "/places", "/alarms": "",
}  # fmt: skip


@dataclass(frozen=True)
class NavItem:
    """One door in the bar."""

    href: str
    label: str
    icon: str
    current: bool


@cache
def templates() -> Environment:
    """Every package's templates, autoescaped; an unknown name is an error, not an empty string."""
    environment = Environment(
        loader=FileSystemLoader([STATIC.parent / "templates", ROOT / "workshop" / "desk" / "templates", *TEMPLATES]),
        autoescape=select_autoescape(["html"], default_for_string=True),
        undefined=_Lenient,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "money": show_money, "day": show_day, "clock": show_clock, "phone": show_phone,
        "size_words": size_in_words, "in_words": in_words, "ago": show_ago, "fromjson": json.loads,
    }  # fmt: skip
    environment.globals |= {
        "asset": asset, "stages": WORDS, "kinds": KINDS, "conditions": CONDITION_WORDS, "bases": BASES,
        "customer_steps": CUSTOMER_STEPS,
    }  # fmt: skip
    return environment


class _Lenient(StrictUndefined):
    """Strict, but a name that was not given may be asked whether it is there (`{% if me %}`)."""

    __bool__ = Undefined.__bool__  # type: ignore[assignment]  # the strict ones never return
    __eq__ = Undefined.__eq__  # type: ignore[assignment]
    __hash__ = Undefined.__hash__  # type: ignore[assignment]


@cache
def build() -> str:
    """A short name for all static files as they are now. It stands in their address, so that a browser
    may keep them for ever and modules that import each other always come from one build.
    """
    digest = hashlib.sha256()
    for file in sorted(path for path in STATIC.rglob("*") if path.is_file()):
        digest.update(str(file.relative_to(STATIC)).encode() + file.read_bytes())
    return digest.hexdigest()[:10]


def asset(path: str) -> str:
    """The address of a static file of this build."""
    return f"/static/{build()}/{path}"


def show_money(cents: int | None, currency: str = "USD") -> str:
    """Cents as money; nothing as a dash."""
    return "–" if cents is None else money.show(cents, currency)


@pass_context
def show_day(context: Context, day: date | datetime | None, today: date | None = None) -> str:
    """`Thu 3 Dec · in 2 days`, counted from the shop's own today."""
    if day is None:
        return "–"
    plain = clock.local(day, context.get("zone") or "UTC").date() if isinstance(day, datetime) else day
    away = (plain - (today or context.get("today") or clock.now().date())).days
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}.get(away)
    words = near or (f"in {away} days" if away > 0 else f"{-away} days ago")
    return f"{plain:%a} {plain.day} {plain:%b} · {words}"


def show_clock(moment: datetime | None, zone: str = "UTC") -> str:
    """`14:02` on the shop's wall clock."""
    return "–" if moment is None else f"{clock.local(moment, zone):%H:%M}"


def show_ago(moment: datetime | None) -> str:
    """`3 h ago`: how long something has been so."""
    if moment is None:
        return "–"
    minutes = int((clock.now() - moment).total_seconds() // 60)
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} min ago"
    return f"{minutes // 60} h ago" if minutes < 48 * 60 else f"{minutes // 1440} days ago"


async def shop_for(person: Person | None) -> Shop:
    """The shop of the person asking; the first one before anybody signed in."""
    query = Shop.objects().where(Shop.id == person.actor.shop) if person else Shop.objects().order_by(Shop.id)
    shop = await query.first()
    if shop is None:
        raise NotFound(
            "There is no shop here yet.",
            now="Set one up in a terminal on this machine, with its name and its owner: workshop shop create --help. "
            "Then the owner signs in here.",
            actions=[("Look again", "/sign-in")],
        )
    _seen[person.actor.shop if person else 0] = shop
    return shop


_seen: dict[int, Shop] = {}


def shop_seen(person: Person | None) -> Shop:
    """The shop as last read: for pages that must come out even when the database is away."""
    return _seen.get(person.actor.shop if person else 0) or Shop(name="Workshop", zone="UTC")


async def page(
    request: Request[Any, Any, Any], template: str, *, status: int = 200, headers: Mapping[str, str] | None = None,
    **context: Any,
) -> Response[str]:  # fmt: skip
    """A page or fragment with what every page is given: shop, person, doors, token, a passing word."""
    shop = context.pop("shop", None) or await shop_for(person_of(request))
    return fill(request, template, shop, status=status, headers=headers, **context)


def fill(
    request: Request[Any, Any, Any], template: str, shop: Shop, *, status: int = 200,
    headers: Mapping[str, str] | None = None, **context: Any,
) -> Response[str]:  # fmt: skip
    """As `page`, of a shop that is already known."""
    person, zone = person_of(request), shop.zone
    flash = read_flash(request)
    html = templates().get_template(template).render(
        **{
            "shop": shop, "me": person, "nav": _nav(person, request.url.path), "csrf": csrf_of(request),
            "flash": flash, "lang": shop.language, "today": clock.today(zone), "zone": zone,
            "now": clock.now(), **context,
        }
    )  # fmt: skip
    response = Response(html, media_type="text/html", status_code=status, headers=dict(headers or {}))
    if flash:
        response.delete_cookie(cookie_name("flash"), path="/")
    return response


def _nav(person: Person | None, path: str) -> list[NavItem]:
    if person is None:
        return []
    doors = [door for door in NAV if door[3] & person.actor.roles]
    path = next((door for begin, door in BEHIND.items() if path.startswith(begin)), path)
    fitting = [door[0] for door in doors if path == door[0] or path.startswith(door[0].rstrip("/") + "/")]
    best = max(fitting, key=len, default="")
    return [NavItem(href, label, icon, href == best) for href, label, icon, _ in doors]


def csrf_of(request: Request[Any, Any, Any]) -> str:
    """The token that forms and htmx send back."""
    token = ScopeState.from_scope(request.scope).csrf_token
    return token if isinstance(token, str) else request.cookies.get(cookie_name("csrf"), "")


def go(
    request: Request[Any, Any, Any], where: str, *, flash: str = "", undo_url: str = "", kind: str = "ok"
) -> Response[Any]:
    """Go on to another page after an act; htmx and plain forms alike. A flash is said there once."""
    response: Response[Any]
    if request.headers.get("hx-request"):
        response = Response("", media_type="text/html", headers={"HX-Redirect": where})
    else:
        response = Redirect(where, status_code=303)
    if flash:
        text = json.dumps({"text": flash, "undo_url": undo_url, "kind": kind})
        response.set_cookie(
            cookie_name("flash"), text.encode().hex(), path="/", max_age=60, httponly=True, samesite="lax",
            secure=cookie_name("flash").startswith("__Host-"),
        )  # fmt: skip
    return response


def inside(target: str) -> str:
    """The address if it is one of this site; empty for every other one. Browsers skip tabs and line ends."""
    return target if re.fullmatch(r"/(?![/\\])[^\x00-\x20\x7f]*", target) else ""


def read_flash(request: Request[Any, Any, Any]) -> dict[str, str] | None:
    """The passing word left by the last act, if any; a forged one is only text in one's own browser."""
    raw = request.cookies.get(cookie_name("flash"), "")
    if not raw or request.headers.get("hx-request"):
        return None
    try:
        said = json.loads(bytes.fromhex(raw))
        return {"text": str(said["text"]), "kind": str(said["kind"]), "undo_url": inside(str(said["undo_url"]))}
    except (ValueError, KeyError, TypeError):
        return None
