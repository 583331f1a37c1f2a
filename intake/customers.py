"""The customer's page: who they are, what they own, what is here, and what we may say to them."""

from functools import partial
from typing import Any
from uuid import uuid4

from litestar import Request, Response, get, post

from intake.customer_pieces import pieces_panel
from intake.history import moment_words
from intake.merging import records_panel
from intake.tickets import typed
from workshop import clock
from workshop.errors import InvalidInput
from workshop.record.contacts import EMAIL, PHONE, add_contact, contacts_of
from workshop.record.customers import customer_by_id, numbers_of, permission, stop_texts, words_in
from workshop.record.envelopes import shop_of
from workshop.record.events import Actor
from workshop.record.households import join_household, sharing_a_number
from workshop.record.profile import CustomerChange, change_customer
from workshop.record.relations import RELATIONS
from workshop.record.search import with_work
from workshop.web.auth import COUNTER
from workshop.web.forms import Form, act_once, form_of
from workshop.web.pages import go, page

LANGUAGES = [("en", "English"), ("es", "Spanish")]


@get("/customers/{customer_id:int}", opt={"access": COUNTER})
async def show_customer(request: Request[Any, Any, Any], customer_id: int, by: Actor) -> Response[Any]:
    """One person with their household, its open work and its pieces. A merged record leads to the one kept."""
    if (kept := (await customer_by_id(customer_id)).id) != customer_id:
        return go(request, f"/customers/{kept}")
    return await _customer_page(request, customer_id, by)


async def _customer_page(
    request: Request[Any, Any, Any], customer_id: int, by: Actor, *, form: Form | None = None,
    refused: InvalidInput | None = None, where: str = "",
) -> Response[str]:  # fmt: skip
    customer = await customer_by_id(customer_id)
    shop = await shop_of(by.shop)
    numbers = await numbers_of(customer.id)
    found = await with_work([{"id": customer.id, "household": customer.household}], by.shop)
    household = found[0]
    return await page(
        request, "intake/customer.html", status=refused.status if refused else 200, shop=shop, customer=customer,
        emails=await contacts_of(EMAIL, customer.id),
        numbers=[(number, await permission(number, customer.id)) for number in numbers], household=household,
        sharing=await sharing_a_number(customer.id), relations=list(RELATIONS.items()),
        others=[person for person in household.people if person["id"] != customer.id],
        people={person["id"]: person["first_name"] or person["last_name"] for person in household.people},
        languages=LANGUAGES, errors=refused.fields if refused else {}, values=typed(form),
        where=where, key=uuid4().hex, moment=partial(moment_words, zone=shop.zone, today=clock.today(shop.zone)),
        **await pieces_panel(customer, shop, by=by), **await records_panel(customer.id),
    )  # fmt: skip


@post("/customers/{customer_id:int}", opt={"access": COUNTER}, status_code=200)
async def correct_customer(request: Request[Any, Any, Any], customer_id: int, by: Actor) -> Response[Any]:
    """Correct what we know of a person."""
    form = await form_of(request)

    async def act() -> str:
        change = CustomerChange(
            form.text("last_name"), form.text("first_name"), language=form.text("language") or "en",
            allergies=words_in(form.text("allergies")),
        )  # fmt: skip
        await change_customer(customer_id, change, by=by)
        return f"/customers/{customer_id}"

    try:
        return await act_once(request, form, act)
    except InvalidInput as error:
        return await _customer_page(request, customer_id, by, form=form, refused=error, where="details")


@post("/customers/{customer_id:int}/phones", opt={"access": COUNTER}, status_code=200)
async def add_number(request: Request[Any, Any, Any], customer_id: int, by: Actor) -> Response[Any]:
    """Add a number, as the one to text first if ticked."""
    form = await form_of(request)

    async def act() -> str:
        await add_contact(PHONE, customer_id, form.text("phone"), first=form.ticked("first"), by=by)
        return f"/customers/{customer_id}"

    try:
        return await act_once(request, form, act)
    except InvalidInput as error:
        return await _customer_page(request, customer_id, by, form=form, refused=error, where="phone")


@post("/customers/{customer_id:int}/household", opt={"access": COUNTER}, status_code=200)
async def add_to_household(request: Request[Any, Any, Any], customer_id: int, by: Actor) -> Response[Any]:
    """Two people on one number belong together, says a colleague."""
    form = await form_of(request)

    async def act() -> str:
        await join_household(customer_id, form.whole("other") or 0, form.text("relation"), by=by)
        return f"/customers/{customer_id}"

    return await act_once(request, form, act)


@post("/customers/{customer_id:int}/stop", opt={"access": COUNTER}, status_code=200)
async def stop_all_texts(request: Request[Any, Any, Any], customer_id: int, by: Actor) -> Response[Any]:
    """They told us to stop: no text goes out any more."""
    form = await form_of(request)

    async def act() -> str:
        await stop_texts(customer_id, by=by)
        return f"/customers/{customer_id}"

    return await act_once(request, form, act)


handlers = [show_customer, correct_customer, add_number, add_to_household, stop_all_texts]
