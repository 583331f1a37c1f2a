"""The cash drawer: what came in and went out today, counting it, closing it, and the days before."""

from typing import Any
from uuid import uuid4

from litestar import Request, Response, get, post

from intake.tickets import typed
from printing.printers import check_address
from workshop import money
from workshop.errors import InvalidInput, NotFound
from workshop.record.events import Actor
from workshop.record.money.drawer_days import (
    PAGE,
    coins_of,
    comparison_of,
    day_of,
    days_of,
    drawers_of,
    lines_of,
    open_day_at,
)
from workshop.record.money.drawers import (
    MOVES,
    add_drawer,
    close_day,
    count_drawer,
    drawer_at,
    move_cash,
    set_drawer_printer,
    use_drawer,
)
from workshop.record.money.payments import TENDERS
from workshop.record.shop.approvals import NeedsManager
from workshop.record.shop.shops import shop_of
from workshop.web.auth import COUNTER, MANAGER, who
from workshop.web.forms import Form, act_once, form_of
from workshop.web.pages import page

Req = Request[Any, Any, Any]
PAID = {"deposit": "Deposit", "balance": "Balance", "refund": "Refund", **MOVES}


@get("/drawer", opt={"access": COUNTER})
async def show_drawer(request: Req, by: Actor) -> Response[str]:
    """This station's drawer today."""
    return await _drawer_page(request, by)


async def _drawer_page(
    request: Req, by: Actor, *, form: Form | None = None, refused: InvalidInput | None = None
) -> Response[str]:
    day, drawers = await open_day_at(by), await drawers_of(by.shop)
    return await page(
        request, "intake/drawer.html", status=refused.status if refused else 200, drawer=await drawer_at(by), day=day,
        lines=await lines_of(day["id"]) if day else [], drawers=drawers, paid=PAID, tenders=TENDERS,
        moves=list(reversed(MOVES.items())), values=typed(form), errors=refused.fields if refused else {},
        key=uuid4().hex,
        has_station=who(request).device is not None,
        drawer_options=[(one["id"], one["name"]) for one in drawers],
    )  # fmt: skip


@post("/drawer/cash", opt={"access": COUNTER}, status_code=200)
async def save_move(request: Req, by: Actor) -> Response[Any]:
    """Cash put in or taken out that is no payment, or the drawer opened for change."""
    form = await form_of(request)

    async def act() -> str:
        cents = money.parse(form.text("amount") or "0")
        await move_cash(form.text("kind"), cents, form.text("reason"), by=by)
        return "/drawer"

    try:
        return await act_once(request, form, act, flash=f"{MOVES.get(form.text('kind'), 'Written down')}.")
    except InvalidInput as error:
        return await _drawer_page(request, by, form=form, refused=error)


@post("/drawer/station", opt={"access": COUNTER}, status_code=200)
async def choose_drawer(request: Req, by: Actor) -> Response[Any]:
    """Cash taken at this station falls to another drawer."""
    form, device = await form_of(request), who(request).device
    if device is None:
        raise NotFound("Only a shared station keeps a drawer of its own. Others use the shop's first.")

    async def act() -> str:
        await use_drawer(form.whole("drawer") or 0, device=device.id, by=by)
        return "/drawer"

    return await act_once(request, form, act)


@post("/drawer/new", opt={"access": MANAGER}, status_code=200)
async def save_drawer(request: Req, by: Actor) -> Response[Any]:
    """One more drawer in the shop."""
    form = await form_of(request)

    async def act() -> str:
        await add_drawer(form.text("name"), by=by)
        return "/drawer"

    try:
        return await act_once(request, form, act, flash="The drawer is added.")
    except InvalidInput as error:
        return await _drawer_page(request, by, form=form, refused=error)


@post("/drawer/printer", opt={"access": MANAGER}, status_code=200)
async def save_printer(request: Req, by: Actor) -> Response[Any]:
    """The receipt printer this drawer hangs on."""
    form = await form_of(request)

    async def act() -> str:
        await set_drawer_printer(form.whole("drawer") or 0, check_address(form.text("printer"), "printer"), by=by)
        return "/drawer"

    try:
        return await act_once(request, form, act, flash="From now on it opens by that printer.")
    except InvalidInput as error:
        return await _drawer_page(request, by, form=form, refused=error)


@get("/drawer/days/{day:int}/count", opt={"access": COUNTER})
async def ask_count(request: Req, day: int, by: Actor) -> Response[str]:
    """How many of each lie in the drawer? What should be there is not told yet."""
    return await _count_page(request, day, by)


async def _count_page(
    request: Req, day: int, by: Actor, *, form: Form | None = None, error: InvalidInput | None = None
) -> Response[str]:
    shop = await shop_of(by.shop)
    counted = await day_of(day, shop=by.shop)
    if form is not None:
        counted |= {"counts": {value: form.text(f"n{value}") for value in coins_of(shop.currency)}}
    return await page(
        request, "intake/drawer_count.html", status=error.status if error else 200, shop=shop,
        day=counted, coins=coins_of(shop.currency), key=uuid4().hex,
        errors=error.fields if error else {},
    )  # fmt: skip


@post("/drawer/days/{day:int}/count", opt={"access": COUNTER}, status_code=200)
async def save_count(request: Req, day: int, by: Actor) -> Response[Any]:
    """Keep the count; then compare."""
    form = await form_of(request)
    coins = coins_of((await shop_of(by.shop)).currency)

    async def act() -> str:
        await count_drawer(day, _counts(form, coins), by=by)
        return f"/drawer/days/{day}/close"

    try:
        return await act_once(request, form, act)
    except InvalidInput as error:
        return await _count_page(request, day, by, form=form, error=error)


def _counts(form: Form, coins: list[int]) -> dict[int, int]:
    if not coins:
        return {1: money.parse(form.text("sum") or "0", "sum")}
    counts = {}
    for value in coins:
        text = form.text(f"n{value}")
        if text and form.whole(f"n{value}") is None:
            raise InvalidInput("Write whole numbers.", **{f"n{value}": "How many? Write a whole number."})
        counts[value] = form.whole(f"n{value}") or 0
    return counts


@get("/drawer/days/{day:int}/close", opt={"access": COUNTER})
async def ask_close(request: Req, day: int, by: Actor) -> Response[str]:
    """What was counted against what should be there; what stays, and why a difference."""
    return await _close_page(request, day, by)


async def _close_page(
    request: Req, day_id: int, by: Actor, *, form: Form | None = None, refused: InvalidInput | None = None
) -> Response[str]:
    day = await day_of(day_id, shop=by.shop)
    if day["closed_at"] is not None:
        return await _day_page(request, day)
    if day["counted_cents"] is None:
        return await _count_page(request, day_id, by)
    return await page(
        request, "intake/drawer_close.html", status=refused.status if refused else 200, day=day, tenders=TENDERS,
        compared=await comparison_of(day), values=typed(form), errors=refused.fields if refused else {},
        asked=refused.request if isinstance(refused, NeedsManager) else None, key=uuid4().hex,
    )  # fmt: skip


@post("/drawer/days/{day:int}/close", opt={"access": COUNTER}, status_code=200)
async def save_close(request: Req, day: int, by: Actor) -> Response[Any]:
    """Close the day."""
    form = await form_of(request)

    async def act() -> str:
        typed_in = {name: form.text(f"told_{name}") for name in TENDERS}
        told = {name: money.parse(text, f"told_{name}") for name, text in typed_in.items() if text}
        kept = money.parse(form.text("kept") or "0", "kept")
        await close_day(day, kept_cents=kept, told=told, reason=form.text("reason"), by=by)
        return f"/drawer/days/{day}"

    try:
        return await act_once(request, form, act)
    except InvalidInput as error:
        return await _close_page(request, day, by, form=form, refused=error)


@get("/drawer/days", opt={"access": COUNTER})
async def show_days(request: Req, by: Actor, before: int | None = None) -> Response[str]:
    """The days before, newest first."""
    rows = await days_of(by.shop, before)
    older = rows[PAGE - 1]["id"] if len(rows) > PAGE else None
    return await page(request, "intake/drawer_days.html", days=rows[:PAGE], older=older)


@get("/drawer/days/{day:int}", opt={"access": COUNTER})
async def show_day(request: Req, day: int, by: Actor) -> Response[str]:
    """One closed day, to read or to print."""
    found = await day_of(day, shop=by.shop)
    return await _day_page(request, found) if found["closed_at"] else await _drawer_page(request, by)


async def _day_page(request: Req, day: dict[str, Any]) -> Response[str]:
    return await page(
        request, "intake/drawer_day.html", day=day, lines=await lines_of(day["id"]), paid=PAID, tenders=TENDERS
    )


handlers = [
    show_drawer, save_move, choose_drawer, save_drawer, save_printer, ask_count, save_count, ask_close,
    save_close, show_days, show_day,
]  # fmt: skip
