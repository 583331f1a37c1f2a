"""One colleague's page: each of its forms is done and said, or comes back as it was typed with what is wrong."""

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Request, Response, get, post

from workshop import clock
from workshop.desk.staff_forms import (
    ROLE_WORDS,
    WEEKDAYS,
    errors_of,
    read_day,
    read_details,
    read_minutes,
    role_choices,
    typed_week,
)
from workshop.desk.staff_read import changes_of, colleague, skill_choices
from workshop.errors import Conflict, Forbidden, InvalidInput, TooMany, WorkshopError
from workshop.record.events import Actor
from workshop.record.shop.days_off import add_day_off, remove_day_off
from workshop.record.shop.held_work import held_by
from workshop.record.shop.shops import shop_of
from workshop.record.shop.staff_changes import change_colleague, change_roles, let_go, take_back
from workshop.record.shop.staff_secrets import renew_badge, set_password, set_pin
from workshop.web.auth import MANAGER
from workshop.web.forms import Form, form_of
from workshop.web.pages import go, page

Req = Request[Any, Any, Any]


@get("/desk/staff/{person:int}", opt={"access": MANAGER})
async def show_person(request: Req, person: int, by: Actor) -> Response[str]:
    """One colleague, everything about them that can be set."""
    return await _person_page(request, person, by)


async def _person_page(
    request: Req, person: int, by: Actor, *, form: Form | None = None, part: str = "",
    refused: WorkshopError | None = None,
) -> Response[str]:  # fmt: skip
    shop = await shop_of(by.shop)
    found = await colleague(shop, person, clock.today(shop.zone))
    details = form if part == "details" else None
    return await page(
        request, "desk/staff_person.html", status=refused.status if refused else 200, shop=shop, person=found,
        part=part, values=form.dict() if form else {}, errors=errors_of(refused), weekdays=WEEKDAYS,
        week=typed_week(details) if details else found["week"], role_words=ROLE_WORDS,
        chosen_skills=details.texts("skills") if details else found["skills"],
        chosen_roles=form.texts("roles") if form and part == "roles" else found["roles"],
        skills=await skill_choices(by.shop), roles=role_choices(by),
        may_change=by.is_one_of("owner") or "owner" not in found["roles"], is_me=person == by.id,
        changes=await changes_of(by.shop, person), held=await held_by(by.shop, person),
    )  # fmt: skip


async def _carry_out(
    request: Req, person: int, by: Actor, part: str, act: Callable[[Form], Awaitable[object]], said: str
) -> Response[Any]:
    """One form of the page: done and said, or the page again with what was typed and what is wrong with it."""
    form = await form_of(request)
    try:
        await act(form)
    except (InvalidInput, Conflict, Forbidden, TooMany) as error:
        return await _person_page(request, person, by, form=form, part=part, refused=error)
    return go(request, f"/desk/staff/{person}", flash=said)


@post("/desk/staff/{person:int}", opt={"access": MANAGER}, status_code=200)
async def save_details(request: Req, person: int, by: Actor) -> Response[Any]:
    """Name, sign-in name, skills, minutes."""
    return await _carry_out(
        request, person, by, "details", lambda form: _keep_details(person, form, by), "Saved."
    )


async def _keep_details(person: int, form: Form, by: Actor) -> None:
    await change_colleague(person, read_details(form), by=by)


@post("/desk/staff/{person:int}/roles", opt={"access": MANAGER}, status_code=200)
async def save_roles(request: Req, person: int, by: Actor) -> Response[Any]:
    """What they may do. They sign in again with it."""
    return await _carry_out(
        request, person, by, "roles",
        lambda form: change_roles(person, form.texts("roles"), own_password=form.text("own_password"), by=by),
        "Roles saved. They sign in again with them.",
    )  # fmt: skip


@post("/desk/staff/{person:int}/password", opt={"access": MANAGER}, status_code=200)
async def save_password(request: Req, person: int, by: Actor) -> Response[Any]:
    """A password for them; every sign-in with the old one ends."""
    return await _carry_out(
        request, person, by, "password",
        lambda form: set_password(person, form.text("password"), own_password=form.text("own_password"), by=by),
        "The password is set. Whoever was signed in as them is signed out.",
    )  # fmt: skip


@post("/desk/staff/{person:int}/pin", opt={"access": MANAGER}, status_code=200)
async def save_pin(request: Req, person: int, by: Actor) -> Response[Any]:
    """A PIN for quick switching, or none; every sign-in ends."""
    return await _carry_out(
        request, person, by, "pin",
        lambda form: set_pin(person, form.text("pin"), own_password=form.text("own_password"), by=by),
        "The PIN is set. Whoever was signed in as them is signed out.",
    )  # fmt: skip


@post("/desk/staff/{person:int}/badge", opt={"access": MANAGER}, status_code=200)
async def new_badge(request: Req, person: int, by: Actor) -> Response[Any]:
    """The old badge opens nothing any more."""
    return await _carry_out(
        request, person, by, "badge", lambda form: renew_badge(person, by=by),
        "The old badge opens nothing any more. Print the new one with the bench cards.",
    )  # fmt: skip


@post("/desk/staff/{person:int}/leave", opt={"access": MANAGER}, status_code=200)
async def take_off(request: Req, person: int, by: Actor) -> Response[Any]:
    """They do not work here any more."""
    try:
        freed = await let_go(person, by=by)
    except (Conflict, Forbidden) as error:
        return await _person_page(request, person, by, part="leave", refused=error)
    pieces = f"{freed} pieces they had are" if freed > 1 else "A piece they had is"
    left = f" {pieces} nobody’s now: see “Nobody has it yet” on the desk." if freed else ""
    return go(request, f"/desk/staff/{person}", flash=f"Nobody signs in as them any more.{left}")


@post("/desk/staff/{person:int}/back", opt={"access": MANAGER}, status_code=200)
async def bring_back(request: Req, person: int, by: Actor) -> Response[Any]:
    """They work here again."""
    return await _carry_out(
        request, person, by, "back",
        lambda form: take_back(person, own_password=form.text("own_password"), by=by), "They work here again.",
    )  # fmt: skip


@post("/desk/staff/{person:int}/days-off", opt={"access": MANAGER}, status_code=200)
async def save_day_off(request: Req, person: int, by: Actor) -> Response[Any]:
    """Days away; promises are counted without them from now on."""
    return await _carry_out(
        request, person, by, "days-off", lambda form: _keep_day_off(person, form, by), "The days are kept."
    )


async def _keep_day_off(person: int, form: Form, by: Actor) -> None:
    first = read_day(form.text("first_on"), "first_on")
    last = read_day(form.text("last_on"), "last_on") if form.text("last_on") else first
    try:
        minutes = read_minutes(form.text("minutes") or "0")
    except ValueError:
        sentence = "Write minutes (120) or hours and minutes (2:00)."
        raise InvalidInput(sentence, minutes=sentence) from None
    await add_day_off(person, first, last, minutes=minutes, note=form.text("note"), by=by)


@post("/desk/days-off/{day_off:int}/remove", opt={"access": MANAGER}, status_code=200)
async def take_day_off_away(request: Req, day_off: int, by: Actor) -> Response[Any]:
    """They work as usual after all."""
    person = await remove_day_off(day_off, by=by)
    return go(request, f"/desk/staff/{person}", flash="They work as usual on these days.")


handlers = [
    show_person, save_details, save_roles, save_password, save_pin, new_badge,
    take_off, bring_back, save_day_off, take_day_off_away,
]  # fmt: skip
