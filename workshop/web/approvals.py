"""A manager approves at a colleague's tablet: the dialog any page can ask for, and its answer."""

import json
from typing import Any

from litestar import Request as HttpRequest
from litestar import Response, Router, get, post

from workshop.errors import Forbidden, InvalidInput, WorkshopError
from workshop.record.codes import BADGE, is_code, tidy
from workshop.record.events import Actor
from workshop.record.shop.approvals import (
    ACTS,
    Request,
    approve_by_badge,
    approve_by_pin,
    manager_of_badge,
    managers_of,
)
from workshop.record.shop.shops import shop_of
from workshop.record.shop.staff import NEEDS_SIGN_IN
from workshop.record.tables import Staff
from workshop.web.auth import STAFF, who
from workshop.web.forms import Form, form_of
from workshop.web.pages import page

_Http = HttpRequest[Any, Any, Any]


@get("/approvals/ask", opt={"access": STAFF})
async def ask(request: _Http, by: Actor) -> Response[str]:
    """The dialog: what is asked, which managers there are, the PIN."""
    form = Form([(name, value) for name, value in request.query_params.multi_items() if isinstance(value, str)])
    return await _dialog(request, _asked(form), by)


def _asked(form: Form) -> Request:
    act = form.text("act")
    if act not in ACTS:
        raise InvalidInput("That is nothing a manager approves.", act="Not an act.")
    return Request(act, form.text("subject")[:60], max(form.whole("amount") or 0, 0), form.text("reason")[:300])


async def _dialog(
    request: _Http, asked: Request, by: Actor, *, chosen: int = 0, error: str = "", status: int = 200
) -> Response[str]:
    people = await managers_of(by.shop)
    shop = await shop_of(by.shop)
    return await page(
        request, "_approve.html", status=status, asked=asked, words=asked.words(shop.currency), people=people,
        chosen=chosen or (people[0].id if len(people) == 1 else 0), error=error, asker=by.name, shop=shop,
    )  # fmt: skip


@post("/approvals", opt={"access": STAFF}, status_code=200)
async def approve(request: _Http, by: Actor) -> Response[Any]:
    """The manager's word; the one signed in stays signed in, and the page reads again what waited for it."""
    form = await form_of(request)
    asked = _asked(form)
    badge = tidy(form.text("badge"))
    try:
        if is_code(badge, BADGE) and not form.text("pin"):
            manager = await _by_badge(badge, asked, request, by)
            if manager is None:  # known by the badge; the PIN proves it
                known = await manager_of_badge(badge, shop=by.shop)
                return await _dialog(request, asked, by, chosen=known.id if known else 0)
        else:
            device = who(request).device
            if device is None:
                raise Forbidden(NEEDS_SIGN_IN)
            manager = await approve_by_pin(
                form.whole("person") or 0, form.text("pin"), asked, by=by, device=device
            )
    except WorkshopError as error:
        return await _dialog(
            request, asked, by, chosen=form.whole("person") or 0, error=error.message, status=error.status
        )
    told = {"approved": {"target": "body", "act": asked.act, "subject": asked.subject, "by": manager.name}}
    return Response("", media_type="text/html", headers={"HX-Trigger": json.dumps(told)})


async def _by_badge(badge: str, asked: Request, request: _Http, by: Actor) -> Staff | None:
    """The manager whose badge approves; None where the shop wants the PIN as well."""
    shop = await shop_of(by.shop)
    if await manager_of_badge(badge, shop=by.shop) is None:
        raise Forbidden("That badge is not a manager's of this shop.")
    if not shop.badge_approves:
        return None
    device = who(request).device
    if device is None:
        raise Forbidden(NEEDS_SIGN_IN)
    return await approve_by_badge(badge, asked, by=by, device=device)


router = Router("/", route_handlers=[ask, approve], include_in_schema=False)
