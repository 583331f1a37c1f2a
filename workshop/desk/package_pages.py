"""Packages at the desk: what is bundled, at which price, from when."""

from typing import Any
from uuid import uuid4

from litestar import Request, Response, get, post

from workshop import money
from workshop.desk.price_pages import Typed, day_in, typed_in
from workshop.desk.price_words import STATES, days_words, starting_at
from workshop.errors import InvalidInput
from workshop.record.events import Actor
from workshop.record.prices.packages import (
    NewPackage,
    all_packages,
    call_off_package,
    end_package,
    package_versions,
    set_package,
)
from workshop.record.prices.price_fields import dollars
from workshop.record.prices.price_rules import Fields
from workshop.record.prices.price_versions import book, today_of
from workshop.record.prices.prices import percent
from workshop.record.trade import KINDS
from workshop.web.auth import MANAGER
from workshop.web.forms import Form, act_once, form_of
from workshop.web.pages import go, page

Req = Request[Any, Any, Any]


@get("/desk/packages", opt={"access": MANAGER})
async def show_packages(request: Req, by: Actor) -> Response[str]:
    """Every package there is and was."""
    rows = await all_packages(by.shop)
    return await page(
        request, "desk/packages.html", rows=rows, states=STATES, here="/desk/packages", price_words=price_words
    )


def price_words(row: dict[str, Any]) -> str:
    """`$70.00` or `10 % off`."""
    return money.show(row["price_cents"]) if row["off_per_mille"] is None else f"{percent(row['off_per_mille'])} off"


@get("/desk/packages/new", opt={"access": MANAGER})
async def show_new(request: Req, by: Actor) -> Response[str]:
    """A package to be put together."""
    return await _package_page(request, by, fields={"how": "price"})


@get("/desk/packages/{code:str}", opt={"access": MANAGER})
async def show_package(request: Req, code: str, by: Actor) -> Response[str]:
    """One package: to change, and how it was before."""
    return await _package_page(request, by, code=code)


async def _package_page(
    request: Req, by: Actor, *, code: str = "", fields: dict[str, str] | None = None,
    errors: dict[str, str] | None = None, form: Form | None = None,
) -> Response[str]:  # fmt: skip
    versions = await package_versions(code, shop=by.shop) if code else []
    held = next((row for row in versions if row["state"] in ("now", "planned")), versions[0] if versions else None)
    today = await today_of(by.shop)
    rows = await book(by.shop, today)
    for row in rows:
        row["cents"] = starting_at(row["rule"])
    return await page(
        request, "desk/package.html", status=422 if errors else 200, package=held, versions=versions, states=STATES,
        days=days_words, f=Typed(fields or (_fields_of(held) if held else {})), errors=errors or {}, rows=rows,
        start=form.text("from") if form else today.isoformat(), first_day=today.isoformat(), key=uuid4().hex,
        kind_choices=[(kind, word) for kind, (word, _) in KINDS.items()], price_words=price_words,
        here="/desk/packages",
    )  # fmt: skip


def _fields_of(row: dict[str, Any]) -> dict[str, str]:
    off = row["off_per_mille"]
    return {
        "code": row["code"], "name": row["name"], "codes": " ".join(row["codes"]), "kinds": " ".join(row["kinds"]),
        "how": "price" if off is None else "off", "price": dollars(row["price_cents"]) if off is None else "",
        "off": f"{off / 10:g}" if off is not None else "",
    }  # fmt: skip


@post("/desk/packages", opt={"access": MANAGER}, status_code=200)
async def create_package(request: Req, by: Actor) -> Response[Any]:
    """Offer a new package."""
    return await _save(request, by, "")


@post("/desk/packages/{code:str}", opt={"access": MANAGER}, status_code=200)
async def save_package(request: Req, code: str, by: Actor) -> Response[Any]:
    """Let a package read so from a day on."""
    await package_versions(code, shop=by.shop)
    return await _save(request, by, code.upper())


async def _save(request: Req, by: Actor, code: str) -> Response[Any]:
    form = await form_of(request)
    typed = {**typed_in(form), "codes": " ".join(form.texts("codes"))} | ({"code": code} if code else {})
    try:
        new, start = _read(typed), day_in(form, "from")

        async def act() -> str:
            await set_package(new, start=start, by=by, note=form.text("note"), is_new=not code)
            return f"/desk/packages/{new.code}"

        return await act_once(request, form, act, flash=f"{new.name}: saved, from {start:%a} {start.day} {start:%b}.")
    except InvalidInput as error:
        errors = error.fields or {"form": error.message}
        return await _package_page(request, by, code=code, fields=typed, errors=errors, form=form)


def _read(typed: dict[str, str]) -> NewPackage:
    got = Fields(typed)
    is_off = got.text("how") == "off"
    new = NewPackage(
        got.text("code").upper(), got.text("name"), got.text("codes").split(),
        price_cents=None if is_off or not got.text("price") else got.cents("price"),
        off_per_mille=got.per_mille("off") if is_off else None,
        kinds=[kind for kind in got.text("kinds").split() if kind in KINDS],
    )  # fmt: skip
    if got.errors:
        raise InvalidInput("Nothing was changed yet. Please look at this.", **got.errors)
    return new


@post("/desk/packages/{code:str}/end", opt={"access": MANAGER}, status_code=200)
async def end(request: Req, code: str, by: Actor) -> Response[Any]:
    """Offer a package no longer after a last day."""
    form = await form_of(request)
    try:
        last = day_in(form, "last")

        async def act() -> str:
            await end_package(code, last=last, by=by)
            return "/desk/packages"

        return await act_once(request, form, act, flash=f"Offered until {last:%a} {last.day} {last:%b}.")
    except InvalidInput as error:
        return await _package_page(request, by, code=code, errors=error.fields or {"form": error.message})


@post("/desk/packages/versions/{version:int}/call-off", opt={"access": MANAGER}, status_code=200)
async def call_off(request: Req, version: int, by: Actor) -> Response[Any]:
    """Take back a planned change."""
    code = await call_off_package(version, by=by)
    return go(request, f"/desk/packages/{code}", flash="The planned change was called off.")


handlers = [show_packages, show_new, show_package, create_package, save_package, end, call_off]
