"""The customer's page, and correcting what we know of a person."""

from typing import Any

from litestar import Request, Response, get, post

from intake.customer_ask import answered, ask
from intake.customer_view import customer_page
from workshop.errors import WorkshopError
from workshop.record.customers.customers import customer_by_id, stop_texts, words_in
from workshop.record.customers.days import DAYS, MONTHS, YEAR_NOT_TOLD, check_day, set_day
from workshop.record.customers.profile import (
    CHANNELS,
    LANGUAGES,
    METALS,
    ZONES,
    CustomerChange,
    change_customer,
    tags_in_use,
)
from workshop.record.events import Actor
from workshop.record.tables import Customer
from workshop.web.auth import COUNTER
from workshop.web.forms import Form, act_once, form_of
from workshop.web.pages import go

Req = Request[Any, Any, Any]


@get("/customers/{customer_id:int}", opt={"access": COUNTER})
async def show_customer(request: Req, customer_id: int, by: Actor) -> Response[Any]:
    """One person with their household, its open work and its pieces. A merged record leads to the one kept."""
    if (kept := (await customer_by_id(customer_id)).id) != customer_id:
        return go(request, f"/customers/{kept}")
    return await customer_page(request, customer_id, by)


@get("/customers/{customer_id:int}/details", opt={"access": COUNTER})
async def ask_details(request: Req, customer_id: int) -> Response[str]:
    """Name, address, language, how they like to hear from us."""
    return await _details(request, customer_id)


async def _details(
    request: Req, customer_id: int, form: Form | None = None, refused: WorkshopError | None = None
) -> Response[str]:
    customer = await customer_by_id(customer_id)
    known = ("first_name", "last_name", "address", "state", "zone", "language", "preferred_channel", "texts_a_year")
    return await ask(
        request, customer, "details", form=form, refused=refused,
        values={name: getattr(customer, name) for name in known},
        channels=list(CHANNELS.items()), languages=list(LANGUAGES.items()), zones=list(ZONES.items()),
    )  # fmt: skip


@post("/customers/{customer_id:int}", opt={"access": COUNTER}, status_code=200)
async def correct_details(request: Req, customer_id: int, by: Actor) -> Response[Any]:
    """Correct name, address, language and how they like to hear from us."""
    form = await form_of(request)
    names = ("last_name", "first_name", "address", "state", "zone", "language", "preferred_channel")
    given: dict[str, Any] = {name: form.text(name) for name in names if name in form.dict()}
    if "texts_a_year" in form.dict():
        offers = form.whole("texts_a_year")
        given["texts_a_year"] = -1 if offers is None else offers

    async def act() -> None:
        await change_customer(customer_id, CustomerChange(**given), by=by)

    return await answered(
        request, form, act, customer_id, lambda typed, error: _details(request, customer_id, typed, error)
    )


@get("/customers/{customer_id:int}/likes", opt={"access": COUNTER})
async def ask_likes(request: Req, customer_id: int) -> Response[str]:
    """What they do not bear, what they like, and their days."""
    return await _likes(request, customer_id)


async def _likes(
    request: Req, customer_id: int, form: Form | None = None, refused: WorkshopError | None = None
) -> Response[str]:
    customer = await customer_by_id(customer_id)
    chosen = {name: list(getattr(customer, name)) for name in ("allergies", "tags")}
    if form is not None:
        chosen = {name: _words(form, name) for name in chosen}
    offered = {"allergies": METALS, "tags": await tags_in_use()}
    return await ask(
        request, customer, "likes", form=form, refused=refused, values=_known_likes(customer), chosen=chosen,
        offered={name: list(dict.fromkeys([*chosen[name], *words])) for name, words in offered.items()},
        months=[("", "Month"), *((str(number), name) for number, name in enumerate(MONTHS, start=1))], days=DAYS,
    )  # fmt: skip


def _known_likes(customer: Customer) -> dict[str, str]:
    values = {"chain_length": customer.chain_length, "style_notes": customer.style_notes}
    for name in DAYS:
        at = getattr(customer, name)
        values[f"{name}_month"] = str(at.month) if at else ""
        values[f"{name}_day"] = str(at.day) if at else ""
        values[f"{name}_year"] = str(at.year) if at and at.year != YEAR_NOT_TOLD else ""
    return values


def _words(form: Form, name: str) -> list[str]:
    """The words ticked, and those written beside them."""
    return words_in(",".join([*form.texts(name), form.text(f"{name}_more")]))


@post("/customers/{customer_id:int}/likes", opt={"access": COUNTER}, status_code=200)
async def correct_likes(request: Req, customer_id: int, by: Actor) -> Response[Any]:
    """Correct allergies, tags, lengths, style and days."""
    form = await form_of(request)

    async def act() -> None:
        days = {name: tuple(form.whole(f"{name}_{part}") for part in ("month", "day", "year")) for name in DAYS}
        for name, day in days.items():
            check_day(name, *day)
        change = CustomerChange(
            allergies=_words(form, "allergies"), tags=_words(form, "tags"), chain_length=form.text("chain_length"),
            style_notes=form.text("style_notes"),
        )  # fmt: skip
        await change_customer(customer_id, change, by=by)
        for name, day in days.items():
            await set_day(customer_id, name, *day, by=by)

    return await answered(
        request, form, act, customer_id, lambda typed, error: _likes(request, customer_id, typed, error)
    )


@post("/customers/{customer_id:int}/stop", opt={"access": COUNTER}, status_code=200)
async def stop_all_texts(request: Req, customer_id: int, by: Actor) -> Response[Any]:
    """They told us to stop: no text goes out any more."""
    form = await form_of(request)

    async def act() -> str:
        await stop_texts(customer_id, by=by)
        return f"/customers/{customer_id}"

    return await act_once(request, form, act)


handlers = [show_customer, ask_details, correct_details, ask_likes, correct_likes, stop_all_texts]
