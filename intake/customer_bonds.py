"""Whom a person belongs with: relations added, corrected, ended; the household joined, named, left."""

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Request, Response, get, post

from intake.customer_ask import answered, ask
from workshop.errors import InvalidInput, NotFound, WorkshopError
from workshop.record.customers.customers import customer_by_id
from workshop.record.customers.households import household_of, join_household, leave_household, name_household
from workshop.record.customers.relations import FAMILY, change_relation, part, relate, relation_choices, relations_of
from workshop.record.customers.search import search
from workshop.record.events import Actor
from workshop.web.auth import COUNTER
from workshop.web.forms import Form, act_once, form_of
from workshop.web.pages import page

Req = Request[Any, Any, Any]


@get("/customers/{customer_id:int}/bonds/new", opt={"access": COUNTER})
async def ask_bond(request: Req, customer_id: int, by: Actor) -> Response[str]:
    """Who is it, and what are they to this person?"""
    return await _ask(request, customer_id, by)


async def _ask(
    request: Req, customer_id: int, by: Actor, form: Form | None = None, refused: WorkshopError | None = None
) -> Response[str]:
    customer = await customer_by_id(customer_id)
    found = await _people(form.text("person"), customer.id, by) if form else []
    return await ask(
        request, customer, "bond", form=form, refused=refused, found=found,
        relations=relation_choices(customer.first_name or customer.last_name),
        asked=form.text("person") if form else "",
    )  # fmt: skip


@get("/customers/{customer_id:int}/bonds/find", opt={"access": COUNTER})
async def find_person(request: Req, customer_id: int, by: Actor, person: str = "") -> Response[str]:
    """People who match what is being typed, to tap."""
    found = await _people(person, customer_id, by)
    return await page(request, "intake/_customer_found.html", found=found, asked=person, values={})


async def _people(asked: str, customer_id: int, by: Actor) -> list[dict[str, Any]]:
    found = await search(asked, shop=by.shop)
    return [one for household in found for one in household.people if one["id"] != customer_id][:6]


@post("/customers/{customer_id:int}/bonds", opt={"access": COUNTER}, status_code=200)
async def add_bond(request: Req, customer_id: int, by: Actor) -> Response[Any]:
    """Say what somebody is to this person; family moves into one household where that is ticked."""
    form = await form_of(request)

    async def act() -> None:
        other, relation = form.whole("other"), form.text("relation")
        if other is None:
            raise InvalidInput("Who is it?", other="Find the person and tap the name.")
        if relation in FAMILY and form.ticked("household"):
            await join_household(customer_id, other, relation, by=by)
        else:
            await relate(customer_id, other, relation, by=by)

    return await answered(
        request, form, act, customer_id, lambda typed, error: _ask(request, customer_id, by, typed, error)
    )  # fmt: skip


@get("/customers/{customer_id:int}/bonds/{bond:int}", opt={"access": COUNTER})
async def ask_correction(request: Req, customer_id: int, bond: int) -> Response[str]:
    """Correct or end how two people belong together."""
    return await _ask_correction(request, customer_id, bond)


async def _ask_correction(
    request: Req, customer_id: int, bond: int, form: Form | None = None, refused: WorkshopError | None = None
) -> Response[str]:
    customer = await customer_by_id(customer_id)
    known = next((row for row in await relations_of(customer.id) if row["id"] == bond), None)
    if known is None:
        raise NotFound("This was taken away in the meantime.")
    return await ask(
        request, customer, "bond_change", form=form, refused=refused, values={"relation": known["relation"]},
        bond=known, relations=relation_choices(customer.first_name or customer.last_name),
    )  # fmt: skip


@post("/customers/{customer_id:int}/bonds/{bond:int}", opt={"access": COUNTER}, status_code=200)
async def correct_bond(request: Req, customer_id: int, bond: int, by: Actor) -> Response[Any]:
    """They are something else to each other."""
    form = await form_of(request)

    async def act() -> None:
        await change_relation(customer_id, bond, form.text("relation"), by=by)

    return await answered(
        request, form, act, customer_id,
        lambda typed, error: _ask_correction(request, customer_id, bond, typed, error),
    )  # fmt: skip


@post("/customers/{customer_id:int}/bonds/{bond:int}/remove", opt={"access": COUNTER}, status_code=200)
async def end_bond(request: Req, customer_id: int, bond: int, by: Actor) -> Response[Any]:
    """They do not belong together (any more)."""
    return await _tap(request, customer_id, lambda: part(customer_id, bond, by=by))


@post("/customers/{customer_id:int}/household", opt={"access": COUNTER}, status_code=200)
async def add_to_household(request: Req, customer_id: int, by: Actor) -> Response[Any]:
    """Two people on one number belong together, says a colleague."""
    form = await form_of(request)
    return await _tap(
        request, customer_id,
        lambda: join_household(customer_id, form.whole("other") or 0, form.text("relation"), by=by),
    )  # fmt: skip


@post("/customers/{customer_id:int}/household/leave", opt={"access": COUNTER}, status_code=200)
async def go_alone(request: Req, customer_id: int, by: Actor) -> Response[Any]:
    """This person is of the household no more (asked before)."""
    return await _tap(request, customer_id, lambda: leave_household(customer_id, by=by))


async def _tap(request: Req, customer_id: int, verb: Callable[[], Awaitable[Any]]) -> Response[Any]:
    async def act() -> str:
        await verb()
        return f"/customers/{customer_id}#household"

    return await act_once(request, await form_of(request), act)


@get("/customers/{customer_id:int}/household/name", opt={"access": COUNTER})
async def ask_name(request: Req, customer_id: int) -> Response[str]:
    """What the household is called."""
    return await _ask_name(request, customer_id)


async def _ask_name(
    request: Req, customer_id: int, form: Form | None = None, refused: WorkshopError | None = None
) -> Response[str]:
    customer = await customer_by_id(customer_id)
    household = await household_of(customer)
    return await ask(
        request, customer, "household", form=form, refused=refused, household=household,
        values={"name": household["name"] if household else ""},
    )  # fmt: skip


@post("/customers/{customer_id:int}/household/name", opt={"access": COUNTER}, status_code=200)
async def call_household(request: Req, customer_id: int, by: Actor) -> Response[Any]:
    """Name the household."""
    form = await form_of(request)

    async def act() -> None:
        await name_household(customer_id, form.text("name"), by=by)

    return await answered(
        request, form, act, customer_id, lambda typed, error: _ask_name(request, customer_id, typed, error)
    )  # fmt: skip


handlers = [
    ask_bond, find_person, add_bond, ask_correction, correct_bond, end_bond, add_to_household, go_alone, ask_name,
    call_household,
]  # fmt: skip
