"""A person's numbers and addresses on their page: added, corrected, put first, taken off."""

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Request, Response, get, post

from intake.customer_ask import answered, ask
from workshop.errors import NotFound, WorkshopError
from workshop.record.customers.contacts import (
    KINDS,
    LABELS,
    PHONE,
    Kind,
    add_contact,
    allow_texts,
    change_contact,
    contacts_of,
    make_first,
    remove_contact,
)
from workshop.record.customers.customers import SERVICE_WORDING, customer_by_id, show_phone
from workshop.record.events import Actor
from workshop.web.auth import COUNTER
from workshop.web.forms import Form, act_once, form_of

Req = Request[Any, Any, Any]


def _kind(name: str) -> Kind:
    if name not in KINDS:
        raise NotFound("There is no such page.")
    return KINDS[name]


async def _ask(
    request: Req, customer_id: int, kind: Kind, contact: int | None = None, form: Form | None = None,
    refused: WorkshopError | None = None,
) -> Response[str]:  # fmt: skip
    customer = await customer_by_id(customer_id)
    rows = await contacts_of(kind, customer.id)
    known = next((row for row in rows if row["id"] == contact), None)
    if contact is not None and known is None and refused is None:
        raise NotFound(f"This {kind.word} was taken off in the meantime.")
    values = {"label": known["label"], kind.name: _shown(kind, known["value"])} if known else {}
    return await ask(
        request, customer, "reach", form=form, refused=refused, values=values, kind=kind, is_phone=kind is PHONE,
        place="phones" if kind is PHONE else "emails", contact=known, labels=LABELS, others=len(rows) - bool(known),
        wording=SERVICE_WORDING,
    )  # fmt: skip


def _shown(kind: Kind, value: str) -> str:
    return show_phone(value) if kind is PHONE else value


@get("/customers/{customer_id:int}/reach/{kind:str}/new", opt={"access": COUNTER})
async def ask_new_contact(request: Req, customer_id: int, kind: str) -> Response[str]:
    """One more number or address."""
    return await _ask(request, customer_id, _kind(kind))


@get("/customers/{customer_id:int}/reach/{kind:str}/{contact:int}", opt={"access": COUNTER})
async def ask_contact(request: Req, customer_id: int, kind: str, contact: int) -> Response[str]:
    """Correct a number or address, or take it off."""
    return await _ask(request, customer_id, _kind(kind), contact)


@post("/customers/{customer_id:int}/reach/{kind:str}", opt={"access": COUNTER}, status_code=200)
async def add(request: Req, customer_id: int, kind: str, by: Actor) -> Response[Any]:
    """Add a number or an address, as the one to use first if ticked."""
    form, of = await form_of(request), _kind(kind)

    async def act() -> None:
        await add_contact(
            of, customer_id, form.text(of.name), label=form.text("label") or None, first=form.ticked("first"),
            may_text=form.ticked("may_text"), by=by,
        )  # fmt: skip

    return await answered(
        request, form, act, customer_id, lambda typed, error: _ask(request, customer_id, of, None, typed, error)
    )


@post("/customers/{customer_id:int}/reach/{kind:str}/{contact:int}", opt={"access": COUNTER}, status_code=200)
async def change(request: Req, customer_id: int, kind: str, contact: int, by: Actor) -> Response[Any]:
    """Correct a number or an address; put it first if ticked."""
    form, of = await form_of(request), _kind(kind)

    async def act() -> None:
        await change_contact(
            of, customer_id, contact, form.text(of.name), label=form.text("label"), may_text=form.ticked("may_text"),
            first=form.ticked("first"), by=by,
        )  # fmt: skip

    return await answered(
        request, form, act, customer_id, lambda typed, error: _ask(request, customer_id, of, contact, typed, error)
    )


@post("/customers/{customer_id:int}/reach/{kind:str}/{contact:int}/first", opt={"access": COUNTER}, status_code=200)
async def put_first(request: Req, customer_id: int, kind: str, contact: int, by: Actor) -> Response[Any]:
    """Use this one first from now on."""
    return await _tap(request, customer_id, lambda: make_first(_kind(kind), customer_id, contact, by=by))


@post("/customers/{customer_id:int}/reach/{kind:str}/{contact:int}/remove", opt={"access": COUNTER}, status_code=200)
async def take_off(request: Req, customer_id: int, kind: str, contact: int, by: Actor) -> Response[Any]:
    """Take a number or an address off (asked before)."""
    return await _tap(request, customer_id, lambda: remove_contact(_kind(kind), customer_id, contact, by=by))


@post("/customers/{customer_id:int}/reach/{kind:str}/{contact:int}/allow", opt={"access": COUNTER}, status_code=200)
async def allow(request: Req, customer_id: int, kind: str, contact: int, by: Actor) -> Response[Any]:
    """They say we may text about repairs at this number."""
    number = next((row["value"] for row in await contacts_of(_kind(kind), customer_id) if row["id"] == contact), "")
    return await _tap(request, customer_id, lambda: allow_texts(customer_id, number, by=by))


async def _tap(request: Req, customer_id: int, verb: Callable[[], Awaitable[Any]]) -> Response[Any]:
    async def act() -> str:
        await verb()
        return f"/customers/{customer_id}"

    return await act_once(request, await form_of(request), act)


handlers = [ask_new_contact, ask_contact, add, change, put_first, take_off, allow]
