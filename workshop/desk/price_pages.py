"""The price book at the desk: the list, one line with its versions, and what a change would do."""

from datetime import date
from typing import Any
from uuid import uuid4

from litestar import Request, Response, get, post

from workshop.desk.price_words import STATES, days_words, differences, driven_by, starting_at
from workshop.errors import InvalidInput, NotFound
from workshop.record.events import Actor
from workshop.record.prices.price_fields import fields_of
from workshop.record.prices.price_rules import OWN_METALS, SKILLS, STEPS, read_item, read_rule
from workshop.record.prices.price_versions import (
    add_item,
    book,
    call_off_change,
    change_item,
    end_item,
    mark_favourite,
    not_in_book,
    today_of,
    versions_of,
)
from workshop.record.prices.prices import DRIVERS, METALS, Quote, drivers_of, percent, quote
from workshop.record.prices.taxes import TAX_CLASSES
from workshop.record.trade import KINDS
from workshop.web.auth import MANAGER
from workshop.web.forms import Form, act_once, form_of
from workshop.web.pages import go, page

Req = Request[Any, Any, Any]
SHOWN = [("", "All"), ("favourites", "Favourites"), ("planned", "Planned changes"), ("gone", "Not in the book")]
STANDARD = {"metal": "no", "minutes": "15", "skill": "jeweler", "warranty_days": "365", "tax_class": "repair",
            "piecework": "26", "counts_stones": "yes"}  # fmt: skip


@get("/desk/prices", opt={"access": MANAGER})
async def show_prices(request: Req, by: Actor, q: str = "", show: str = "") -> Response[str]:
    """The price book as it holds today, by category; typing narrows it."""
    today = await today_of(by.shop)
    rows = await not_in_book(by.shop, today) if show == "gone" else await book(by.shop, today)
    rows = [row for row in rows if _is_shown(row, show) and _is_meant(row, q)]
    for row in rows:
        row["driven_by"], row["cents"] = driven_by(row["rule"]), starting_at(row["rule"])
    categories: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        categories.setdefault(row["category"], []).append(row)
    template = "desk/_price_list.html" if request.headers.get("hx-request") else "desk/prices.html"
    return await page(request, template, categories=categories, q=q, show=show, filters=SHOWN, count=len(rows))


def _is_shown(row: dict[str, Any], show: str) -> bool:
    if show == "favourites":
        return bool(row["is_favourite"])
    return show != "planned" or row["planned_on"] is not None


def _is_meant(row: dict[str, Any], q: str) -> bool:
    text = f"{row['code']} {row['name']} {row['category']}".lower()
    return all(word in text for word in q.lower().split())


@get("/desk/prices/new", opt={"access": MANAGER})
async def show_new(request: Req, by: Actor, copy: str = "") -> Response[str]:
    """A new line of the book; `copy` begins with another one's."""
    fields = dict(STANDARD)
    if copy:
        source = await _current(copy, by)
        fields = {**fields_of(source), "code": "", "name": f"{source['name']} (copy)"}
    return await _item_page(request, by, fields=fields)


async def _current(code: str, by: Actor) -> dict[str, Any]:
    """The version that holds, else the one planned, else the last that held."""
    versions = await versions_of(code, shop=by.shop)
    for state in ("now", "planned", "past"):
        held = [row for row in versions if row["state"] == state]
        if held:
            return held[0]
    return versions[0]


@get("/desk/prices/{code:str}", opt={"access": MANAGER})
async def show_item(request: Req, code: str, by: Actor) -> Response[str]:
    """One line of the book: to change, to try, and how it was before."""
    return await _item_page(request, by, code=code)


async def _item_page(
    request: Req, by: Actor, *, code: str = "", fields: dict[str, str] | None = None,
    errors: dict[str, str] | None = None, form: Form | None = None,
) -> Response[str]:  # fmt: skip
    item = await _current(code, by) if code else None
    typed = fields or (fields_of(item) if item else {})
    today = await today_of(by.shop)
    rows = await book(by.shop, today)
    return await page(
        request, "desk/price_item.html", status=422 if errors else 200, item=item, f=Typed(typed), errors=errors or {},
        versions=_told(await versions_of(code, shop=by.shop)) if code else [], key=uuid4().hex,
        start=form.text("from") if form else today.isoformat(), note=form.text("note") if form else "",
        first_day=today.isoformat(), names={row["code"]: row["name"] for row in rows},
        categories=sorted({row["category"] for row in rows}), units=sorted({row["unit"] for row in rows}),
        **_choices(), **_tried(typed, {}, item),
    )  # fmt: skip


class Typed(dict[str, str]):
    """The boxes of a form; one that was not there is empty."""

    def __missing__(self, name: str) -> str:
        return ""


def _choices() -> dict[str, Any]:
    return {
        "skills": list(SKILLS.items()), "tax_classes": list(TAX_CLASSES.items()), "states": STATES, "days": days_words,
        "kind_choices": [(kind, word) for kind, (word, _) in KINDS.items()], "steps": [(n, *DRIVERS[n]) for n in STEPS],
        "own_metals": [(name, METALS[name][0], METALS[name][1] / 10) for name in OWN_METALS],
        "usual_metals": ", ".join(f"{word} {percent(part)}" for word, part in METALS.values() if part != 1000),
    }  # fmt: skip


def _told(versions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each version with what it changed from the one it followed."""
    held = [row for row in versions if row["state"] != "void"]
    for row in versions:
        later = [one for one in held if one["active_from"] < row["active_from"]]
        row["changed"] = differences(later[0] if later else None, row)
        row["cents"] = starting_at(row["rule"])
    return versions


@post("/desk/prices/try", opt={"access": MANAGER}, status_code=200)
async def try_price(request: Req, by: Actor) -> Response[str]:
    """What a customer would pay with the price as it is typed, line by line, beside the price that holds."""
    form = await form_of(request)
    try:
        item: dict[str, Any] | None = await _current(form.text("code"), by)
    except NotFound:
        item = None
    drivers = {name: form.text(f"try-{name}") for name in DRIVERS}
    return await page(request, "desk/_price_try.html", **_tried(typed_in(form), drivers, item))


def typed_in(form: Form) -> dict[str, str]:
    """The form's boxes; the kinds of piece in one."""
    return {**form.dict(), "kinds": " ".join(form.texts("kinds"))}


def _tried(typed: dict[str, str], drivers: dict[str, str], item: dict[str, Any] | None) -> dict[str, Any]:
    """The price as typed and as it holds, with the drivers both ask for; `odd` where something is no number."""
    try:
        return _trial(read_rule(typed), drivers, item)
    except InvalidInput as error:
        return _trial(item["rule"] if item else {}, drivers, item, odd=error.message)


def _trial(rule: dict[str, Any], drivers: dict[str, str], item: dict[str, Any] | None, odd: str = "") -> dict[str, Any]:
    before = item["rule"] if item else None
    asked = {one.name: one for one in [*drivers_of(before or {}), *drivers_of(rule)]}
    now: Quote | None = None
    new: Quote | None = None
    try:
        now = quote(before, drivers) if before is not None else None
        new = quote(rule, drivers) if not odd else None
    except InvalidInput as error:
        odd = error.message
    return {
        "asked": list(asked.values()), "tried": Typed(drivers), "now_quote": now, "new_quote": new, "odd": odd,
        "metals": [(name, word) for name, (word, _) in METALS.items()], "reasons": _side_by_side(now, new),
    }  # fmt: skip


def _side_by_side(now: Quote | None, new: Quote | None) -> list[tuple[str, int | None, int | None]]:
    """Both prices' reasons in one list: what, as it is, as it would be."""
    before, after = dict(now.why if now else []), dict(new.why if new else [])
    return [(text, before.get(text), after.get(text)) for text in {**before, **after}]


@post("/desk/prices", opt={"access": MANAGER}, status_code=200)
async def create_item(request: Req, by: Actor) -> Response[Any]:
    """Put a new line into the book."""
    return await _save(request, by, "")


@post("/desk/prices/{code:str}", opt={"access": MANAGER}, status_code=200)
async def save_item(request: Req, code: str, by: Actor) -> Response[Any]:
    """Let a line read so from a day on."""
    await versions_of(code, shop=by.shop)
    return await _save(request, by, code.upper())


async def _save(request: Req, by: Actor, code: str) -> Response[Any]:
    form = await form_of(request)
    typed = typed_in(form) | ({"code": code} if code else {})
    try:
        item, start, note = read_item(typed), day_in(form, "from"), form.text("note")

        async def act() -> str:
            if code:
                await change_item(item, start=start, by=by, note=note)
            else:
                await add_item(item, start=start, by=by, note=note)
            return f"/desk/prices/{item.code}"

        return await act_once(request, form, act, flash=f"{item.name}: saved, from {start:%a} {start.day} {start:%b}.")
    except InvalidInput as error:
        errors = error.fields or {"form": error.message}
        return await _item_page(request, by, code=code, fields=typed, errors=errors, form=form)


def day_in(form: Form, name: str) -> date:
    """The day of a date box. Raises InvalidInput naming it."""
    try:
        return date.fromisoformat(form.text(name))
    except ValueError:
        raise InvalidInput("From which day?", **{name: "Choose the day."}) from None


@post("/desk/prices/{code:str}/favourite", opt={"access": MANAGER}, status_code=200)
async def toggle_favourite(request: Req, code: str, by: Actor) -> Response[str]:
    """A star on or off; the row's button comes back."""
    form = await form_of(request)
    on = form.text("on") == "yes"
    await mark_favourite(code, on=on, by=by)
    row = {"code": code.upper(), "is_favourite": on, "name": form.text("name")}
    return await page(request, "desk/_price_star.html", row=row)


@post("/desk/prices/{code:str}/end", opt={"access": MANAGER}, status_code=200)
async def end(request: Req, code: str, by: Actor) -> Response[Any]:
    """Take a line out of the book after a last day."""
    form = await form_of(request)
    try:
        last = day_in(form, "last")

        async def act() -> str:
            await end_item(code, last=last, by=by)
            return f"/desk/prices/{code.upper()}"

        return await act_once(request, form, act, flash=f"In the book until {last:%a} {last.day} {last:%b}.")
    except InvalidInput as error:
        return await _item_page(request, by, code=code, errors=error.fields or {"form": error.message})


@post("/desk/prices/versions/{version:int}/call-off", opt={"access": MANAGER}, status_code=200)
async def call_off(request: Req, version: int, by: Actor) -> Response[Any]:
    """Take back a planned change."""
    code = await call_off_change(version, by=by)
    return go(request, f"/desk/prices/{code}", flash="The planned change was called off.")


handlers = [
    show_prices, show_new, show_item, try_price, create_item, save_item, toggle_favourite, end, call_off,
]  # fmt: skip
