"""Signing in, switching person at a shared station, signing out."""

from typing import Any

from litestar import Request, Response, Router, get, post

from workshop.errors import Forbidden, InvalidInput, WorkshopError
from workshop.record.codes import BADGE, is_code, tidy
from workshop.record.shop.staff import (
    colleagues,
    device_of,
    enrol_device,
    sign_in,
    sign_out,
    switch_by_badge,
    switch_by_pin,
)
from workshop.record.tables import Staff
from workshop.settings import settings
from workshop.web.auth import ANYONE, cookie_name, person_of, source_of
from workshop.web.forms import form_of
from workshop.web.pages import go, inside, page, shop_for

LONG = 60 * 60 * 24 * 365


@get("/sign-in", opt={"access": ANYONE})
async def show_sign_in(request: Request[Any, Any, Any], next: str = "") -> Response[str]:  # noqa: A002
    """The door."""
    return await _door(request, next)


async def _door(
    request: Request[Any, Any, Any],
    target: str,
    *,
    errors: dict[str, str] | None = None,
    name: str = "",
    status: int = 200,
) -> Response[str]:
    from workshop.demo import demo_people

    people = demo_people() if settings().demo else None
    return await page(
        request, "sign_in.html", status=status, next=target, errors=errors or {}, values={"name": name},
        demo_people=people, me=None, nav=[],
    )  # fmt: skip


@post("/sign-in", opt={"access": ANYONE}, status_code=200)
async def enter(request: Request[Any, Any, Any]) -> Response[Any]:
    """Check name and password and open a session, in a browser that becomes this shop's station."""
    form = await form_of(request)
    device = await device_of(request.cookies.get(cookie_name("station"), ""))
    try:
        token, staff = await sign_in(
            form.text("name"), form.text("password"), source=source_of(request), device=device.id if device else None
        )
    except WorkshopError as error:
        errors = error.fields if isinstance(error, InvalidInput) else {"form": error.message}
        return await _door(request, form.text("next"), errors=errors, name=form.text("name"), status=error.status)
    home = "/" if set(staff.roles) & {"counter", "manager", "owner"} else "/bench"
    response = go(request, inside(form.text("next")) or home)
    if device is None or device.shop != staff.shop:
        _keep(response, "station", await enrol_device(staff, f"Station of {staff.short_name}"), LONG)
    _keep(response, "session", token)
    return response


@get("/switch", opt={"access": ANYONE})
async def show_switch(request: Request[Any, Any, Any], next: str = "") -> Response[Any]:  # noqa: A002
    """Who is working at this station?"""
    device = await device_of(request.cookies.get(cookie_name("station"), ""))
    if device is None:
        return go(request, "/sign-in")
    return await _faces(request, device.shop, inside(next))


async def _faces(
    request: Request[Any, Any, Any], shop: int, target: str, *, chosen: str = "", error: str = "", status: int = 200
) -> Response[str]:
    people = [
        {"id": one.id, "name": one.name, "initials": one.initials, "role": ", ".join(one.roles)}
        for one in await colleagues(shop) if one.pin_hash
    ]  # fmt: skip
    return await page(
        request, "switch.html", status=status, people=people, chosen=chosen, error=error, next=target,
        me=None, nav=[], shop=await shop_for(person_of(request)),
    )  # fmt: skip


@post("/switch", opt={"access": ANYONE}, status_code=200)
async def switch(request: Request[Any, Any, Any]) -> Response[Any]:
    """Take over the station by PIN or badge; the session before ends."""
    form = await form_of(request)
    device = await device_of(request.cookies.get(cookie_name("station"), ""))
    if device is None:
        return go(request, "/sign-in")
    badge = tidy(form.text("badge"))
    try:
        if is_code(badge, BADGE):
            token, staff = await switch_by_badge(badge, device=device)
        else:
            token, staff = await switch_by_pin(form.whole("person") or 0, form.text("pin"), device=device)
    except WorkshopError as error:
        return await _faces(
            request, device.shop, inside(form.text("next")), chosen=form.text("person"),
            error=error.message, status=error.status,
        )
    return await _hand_station(request, token, staff, inside(form.text("next")))


async def take_over_by_badge(request: Request[Any, Any, Any], badge: str, *, where: str) -> Response[Any]:
    """A badge scanned on any page switches the person at this station and goes on where they were.

    Raises Forbidden where the station is not enrolled, NotFound for a badge of nobody here.
    """
    device = await device_of(request.cookies.get(cookie_name("station"), ""))
    if device is None:
        raise Forbidden("Badges work at a station of the shop. Sign in here once with name and password.")
    token, staff = await switch_by_badge(badge, device=device)
    return await _hand_station(request, token, staff, where, flash=f"{staff.short_name}, you are working here now.")


async def _hand_station(
    request: Request[Any, Any, Any], token: str, staff: Staff, where: str, *, flash: str = ""
) -> Response[Any]:
    """The session before ends; the new one's cookie goes along."""
    person = person_of(request)
    if person is not None:
        await sign_out(person.token)
    home = "/" if set(staff.roles) & {"counter", "manager", "owner"} else "/bench"
    response = go(request, where or home, flash=flash)
    _keep(response, "session", token)
    return response


@post("/sign-out", opt={"access": ANYONE}, status_code=200)
async def leave(request: Request[Any, Any, Any]) -> Response[Any]:
    """End the session at once."""
    person = person_of(request)
    if person is not None:
        await sign_out(person.token)
    response = go(request, "/sign-in")
    response.delete_cookie(cookie_name("session"), path="/")
    return response


def _keep(response: Response[Any], name: str, value: str, max_age: int | None = None) -> None:
    response.set_cookie(
        cookie_name(name), value, path="/", httponly=True, samesite="lax", secure=settings().is_https, max_age=max_age
    )


router = Router("/", route_handlers=[show_sign_in, enter, show_switch, switch, leave])
