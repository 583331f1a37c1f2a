"""Colleagues: everybody at a glance, and somebody new."""

from typing import Any

from litestar import Request, Response, get, post

from workshop import clock
from workshop.desk.staff_forms import ROLE_WORDS, WEEKDAYS, errors_of, read_details, role_choices, typed_week
from workshop.desk.staff_read import everybody, skill_choices
from workshop.errors import Forbidden, InvalidInput, TooMany, WorkshopError
from workshop.record.events import Actor
from workshop.record.shop.shops import shop_of
from workshop.record.shop.staff_changes import add_colleague
from workshop.web.auth import MANAGER
from workshop.web.forms import Form, form_of
from workshop.web.pages import go, page

Req = Request[Any, Any, Any]


@get("/desk/staff", opt={"access": MANAGER})
async def show_staff(request: Req, by: Actor) -> Response[str]:
    """Everybody at a glance."""
    shop = await shop_of(by.shop)
    people = await everybody(shop, clock.today(shop.zone))
    return await page(request, "desk/staff.html", shop=shop, people=people, role_words=ROLE_WORDS)


@get("/desk/staff/new", opt={"access": MANAGER})
async def show_new(request: Req, by: Actor) -> Response[str]:
    """Somebody new."""
    return await _new_page(request, by, Form([("roles", "counter")]))


async def _new_page(request: Req, by: Actor, form: Form, refused: WorkshopError | None = None) -> Response[str]:
    return await page(
        request, "desk/staff_new.html", status=refused.status if refused else 200, values=form.dict(),
        chosen_roles=form.texts("roles"), chosen_skills=form.texts("skills"), week=typed_week(form), weekdays=WEEKDAYS,
        errors=errors_of(refused), skills=await skill_choices(by.shop), roles=role_choices(by),
    )  # fmt: skip


@post("/desk/staff", opt={"access": MANAGER}, status_code=200)
async def add_person(request: Req, by: Actor) -> Response[Any]:
    """Write down a new colleague. The sign-in name makes a second press harmless."""
    form = await form_of(request)
    try:
        staff = await add_colleague(
            read_details(form), roles=form.texts("roles"), password=form.text("password"), pin=form.text("pin"),
            own_password=form.text("own_password"), by=by,
        )  # fmt: skip
    except (InvalidInput, Forbidden, TooMany) as error:
        return await _new_page(request, by, form, error)
    return go(request, f"/desk/staff/{staff.id}", flash=f"{staff.name} is added.")


handlers = [show_staff, show_new, add_person]
