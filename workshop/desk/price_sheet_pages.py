"""Many prices at once: a category raised with every line shown before, and the book as a file."""

from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import uuid4

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile

from workshop.desk.price_pages import Typed, day_in
from workshop.desk.price_sheets import MOST_BYTES, Sheet, read_book, write_book
from workshop.desk.price_words import starting_at
from workshop.errors import InvalidInput
from workshop.record.events import Actor
from workshop.record.prices.price_versions import (
    ROUNDINGS,
    book,
    bring_in,
    item_of,
    not_in_book,
    raise_preview,
    raise_prices,
    today_of,
)
from workshop.web.auth import MANAGER
from workshop.web.forms import Form, act_once, form_of
from workshop.web.pages import page

Req = Request[Any, Any, Any]


@get("/desk/prices/raise", opt={"access": MANAGER})
async def show_raise(request: Req, by: Actor) -> Response[str]:
    """How much, on what, from when."""
    return await _raise_page(request, by, Form([]))


async def _raise_page(request: Req, by: Actor, form: Form, errors: dict[str, str] | None = None) -> Response[str]:
    today = await today_of(by.shop)
    rows = await book(by.shop, today)
    values = Typed({"from": today.isoformat(), "to": "100", **form.dict()})
    preview: list[dict[str, Any]] = []
    if form.text("percent") and not errors:
        try:
            preview = await _preview(Form(list(values.items())), by)
        except InvalidInput as error:
            errors = error.fields
    template = "desk/_price_raise.html" if request.headers.get("hx-request") else "desk/price_raise.html"
    return await page(
        request, template, status=422 if errors else 200, values=values,
        errors=errors or {}, preview=preview, categories=sorted({row["category"] for row in rows}),
        roundings=[(str(cents), words) for cents, words in ROUNDINGS.items()], first_day=today.isoformat(),
        key=uuid4().hex,
    )  # fmt: skip


async def _preview(form: Form, by: Actor) -> list[dict[str, Any]]:
    rows = await raise_preview(
        form.text("category"), _per_mille(form), form.whole("to") or 0, day_in(form, "from"), shop=by.shop
    )
    for row in rows:
        row["before"], row["after"] = starting_at(row["rule"]), starting_at(row["new_rule"])
        row["further"] = list(zip(_amounts(row["rule"]), _amounts(row["new_rule"]), strict=True))
    return rows


def _amounts(rule: dict[str, Any]) -> list[int]:
    """The other amounts of a rule: each further, wider, more stones."""
    per = rule.get("per") or []
    found = [step["further"] for step in ([per] if isinstance(per, dict) else per)]
    found += [rule["width"]["each"]] if rule.get("width") else []
    return found + ([rule["stones"]["surcharge"]] if rule.get("stones") else [])


def _per_mille(form: Form) -> int:
    try:
        value = Decimal(form.text("percent").replace(",", ".").replace("−", "-").removesuffix("%").strip()) * 10
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or value != value.to_integral_value():
        raise InvalidInput("How much?", percent="Write a percentage such as 5, 7.5 or -10.")
    return int(value)


@post("/desk/prices/raise", opt={"access": MANAGER}, status_code=200)
async def carry_out_raise(request: Req, by: Actor) -> Response[Any]:
    """Raise every price of the category, all or none; with `look`, only show each before and after."""
    form = await form_of(request)
    if form.ticked("look"):
        return await _raise_page(request, by, form)
    try:
        per_mille, start = _per_mille(form), day_in(form, "from")

        async def act() -> str:
            category, to = form.text("category"), form.whole("to") or 0
            await raise_prices(category, per_mille, to=to, start=start, by=by, note=form.text("note"))
            return "/desk/prices"

        what = form.text("category") or "Every category"
        return await act_once(request, form, act, flash=f"{what}: new prices from {start:%a} {start.day} {start:%b}.")
    except InvalidInput as error:
        return await _raise_page(request, by, form, error.fields or {"form": error.message})


@get("/desk/prices/file/book.csv", opt={"access": MANAGER})
async def save_as_file(by: Actor) -> Response[str]:
    """The book as it holds today, for a spreadsheet."""
    day = await today_of(by.shop)
    headers = {"Content-Disposition": f'attachment; filename="price-book-{day.isoformat()}.csv"'}
    return Response(write_book(await book(by.shop, day)), media_type="text/csv; charset=utf-8", headers=headers)


@get("/desk/prices/file", opt={"access": MANAGER})
async def show_file(request: Req, by: Actor) -> Response[str]:
    """Bring the book in from a file: first only looked at."""
    return await _file_page(request, by)


async def _file_page(
    request: Req, by: Actor, *, sheet: Sheet | None = None, text: str = "", form: Form | None = None,
    errors: dict[str, str] | None = None,
) -> Response[str]:  # fmt: skip
    today = await today_of(by.shop)
    held = {row["code"]: starting_at(row["rule"]) for row in await book(by.shop, today)}
    return await page(
        request, "desk/price_file.html", status=422 if errors else 200, sheet=sheet, text=text, errors=errors or {},
        start=form.text("from") if form else today.isoformat(), first_day=today.isoformat(), key=uuid4().hex,
        held=held, starting_at=starting_at,
    )  # fmt: skip


@post("/desk/prices/file", opt={"access": MANAGER}, status_code=200)
async def read_file(request: Req, by: Actor) -> Response[Any]:
    """Show what a file would do; with `do_it`, do it: what is refused stays out, everything else goes in."""
    form = await form_of(request)
    try:
        text = form.text("text") or await _uploaded(request)
        start = day_in(form, "from")
        held = {row["code"]: item_of(row) for row in await book(by.shop, start)}
        sheet = read_book(text, held, {row["code"] for row in await not_in_book(by.shop, start)})
        if form.text("do_it") != "yes" or not sheet.items:
            return await _file_page(request, by, sheet=sheet, text=text, form=form)

        async def act() -> str:
            await bring_in(sheet.items, start=start, by=by, note="From a file")
            return "/desk/prices"

        return await act_once(request, form, act, flash=f"{len(sheet.items)} lines of the book brought in.")
    except InvalidInput as error:
        return await _file_page(request, by, form=form, errors=error.fields or {"file": error.message})


async def _uploaded(request: Req) -> str:
    file = (await request.form()).get("file")
    if not isinstance(file, UploadFile):
        raise InvalidInput("Which file?", file="Choose the file.")
    content = await file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise InvalidInput("Too large.", file="At most 2 MB. A price book is much smaller: is it the right file?")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InvalidInput("Not a text.", file="That is no CSV file. Save the sheet as CSV first.")


handlers = [show_raise, carry_out_raise, save_as_file, show_file, read_file]
