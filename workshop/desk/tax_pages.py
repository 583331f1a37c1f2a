"""Sales tax at the desk: a rate for each class of work, what is planned and what was."""

from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import uuid4

from litestar import Request, Response, get, post

from workshop.desk.first_steps import rates_are_as_they_came
from workshop.desk.price_pages import Typed, day_in
from workshop.desk.price_words import days_words
from workshop.errors import InvalidInput
from workshop.record.events import Actor
from workshop.record.prices.price_versions import today_of
from workshop.record.prices.taxes import TAX_CLASSES, call_off_tax, set_tax_rate, tax_table
from workshop.web.auth import MANAGER
from workshop.web.forms import Form, act_once, form_of
from workshop.web.pages import go, page

Req = Request[Any, Any, Any]


@get("/desk/taxes", opt={"access": MANAGER})
async def show_taxes(request: Req, by: Actor) -> Response[str]:
    """The table as it holds today."""
    return await _tax_page(request, by)


async def _tax_page(
    request: Req, by: Actor, form: Form | None = None, errors: dict[str, str] | None = None
) -> Response[str]:
    today = await today_of(by.shop)
    return await page(
        request, "desk/taxes.html", status=422 if errors else 200, table=await tax_table(by.shop),
        untouched=await rates_are_as_they_came(by.shop), days=days_words,
        classes=list(TAX_CLASSES.items()), values=Typed(form.dict() if form else {"from": today.isoformat()}),
        errors=errors or {}, first_day=today.isoformat(), key=uuid4().hex, rate_words=rate_words, here="/desk/taxes",
    )  # fmt: skip


def rate_words(per_100k: int) -> str:
    """`8875` as `8.875 %`."""
    text = f"{Decimal(per_100k) / 1000:.3f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) + " %"


def rate_in(form: Form) -> int:
    """A rate per 100,000 from what was typed in per cent. Raises InvalidInput naming `rate`."""
    typed = form.text("rate").replace(",", ".").removesuffix("%").strip()
    try:
        rate = Decimal(typed) * 1000
    except InvalidOperation:
        rate = Decimal("NaN")
    if not rate.is_finite() or rate != rate.to_integral_value() or not 0 <= rate <= 100_000:
        raise InvalidInput("That is no rate.", rate="Write a percentage such as 8.875, with at most three decimals.")
    return int(rate)


@post("/desk/taxes", opt={"access": MANAGER}, status_code=200)
async def save_rate(request: Req, by: Actor) -> Response[Any]:
    """Let a rate hold from a day on."""
    form = await form_of(request)
    try:
        rate, start = rate_in(form), day_in(form, "from")

        async def act() -> str:
            await set_tax_rate(form.text("tax_class"), rate, start=start, by=by)
            return "/desk/taxes"

        words = TAX_CLASSES.get(form.text("tax_class"), "")
        said = f"{words}: {rate_words(rate)} from {start:%a} {start.day} {start:%b}."
        return await act_once(request, form, act, flash=said)
    except InvalidInput as error:
        return await _tax_page(request, by, form, error.fields or {"form": error.message})


@post("/desk/taxes/{rate:int}/call-off", opt={"access": MANAGER}, status_code=200)
async def call_off(request: Req, rate: int, by: Actor) -> Response[Any]:
    """Take back a planned rate."""
    await call_off_tax(rate, by=by)
    return go(request, "/desk/taxes", flash="The planned rate was called off.")


handlers = [show_taxes, save_rate, call_off]
