"""Ready and not collected: who has not come, what they were told, and a letter to print."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from litestar import Request, Response, get, post

from workshop import clock
from workshop.db import fetch_one
from workshop.errors import InvalidInput
from workshop.record.customers.customers import customer_by_id
from workshop.record.events import Actor
from workshop.record.money.balances import balances
from workshop.record.shop.shops import shop_of
from workshop.record.tickets.tickets import ticket_by_number
from workshop.record.tickets.unclaimed import (
    AGES,
    PAGE,
    Asked,
    collect_by,
    ladder_of,
    letter_facts,
    note_letter,
    waiting,
    waiting_counts,
)
from workshop.web.auth import COUNTER
from workshop.web.forms import act_once, form_of
from workshop.web.pages import page

Req = Request[Any, Any, Any]


@get("/unclaimed", opt={"access": COUNTER})
async def show_unclaimed(
    request: Req, by: Actor, days: int = 0, order: str = "age", before: str = ""
) -> Response[str]:
    """What is ready, longest waiting first; by value for managers."""
    sees_value = by.is_one_of("manager", "owner")
    by_value = order == "value" and sees_value
    shop = await shop_of(by.shop)
    rows = await waiting(by.shop, Asked(max(0, min(days, 3650)), by_value, None if by_value else _key(before)))
    owed = await balances([row["ticket"] for row in rows])
    shown = [{**row, "owed": owed[row["ticket"]]} for row in rows[:PAGE]]
    last = shown[-1] if len(rows) > PAGE and not by_value else None
    return await page(
        request, "intake/unclaimed.html", rows=shown, ages=AGES, days=days, by_value=by_value, sees_value=sees_value,
        counts=await waiting_counts(by.shop, shop.unclaimed_days), shop=shop, ladder=ladder_of(shop.collect_days),
        older=f"{last['stage_since'].isoformat()}_{last['id']}" if last else "", is_cut=by_value and len(rows) > PAGE,
    )  # fmt: skip


def _key(before: str) -> tuple[datetime, int] | None:
    if not before:
        return None
    at, _, last = before.rpartition("_")
    try:
        return datetime.fromisoformat(at.replace(" ", "+")), int(last)
    except ValueError:
        raise InvalidInput("That page of the list does not exist.", before="Not a page.") from None


@get("/unclaimed/{number:str}/letter", opt={"access": COUNTER})
async def show_letter(request: Req, number: str, by: Actor) -> Response[str]:
    """The letter, to print: what waits, since when, until when, and what was signed at take-in."""
    ticket = await ticket_by_number(number, shop=by.shop)
    shop = await shop_of(by.shop)
    facts = await letter_facts(ticket)
    customer = await customer_by_id(ticket.customer)
    sign = await fetch_one("SELECT at FROM signature WHERE id = $1", ticket.signature) if ticket.signature else None
    return await page(
        request, "intake/letter.html", ticket=ticket, shop=shop, customer=customer, **facts,
        collect_by=collect_by(shop.letter_days, clock.today(shop.zone)), key=uuid4().hex, signed=sign,
        owed=(await balances([ticket.id]))[ticket.id], lang="es" if customer.language.startswith("es") else "en",
    )  # fmt: skip


@post("/unclaimed/{number:str}/letter", opt={"access": COUNTER}, status_code=200)
async def save_letter(request: Req, number: str, by: Actor) -> Response[Any]:
    """The letter went out."""
    ticket = await ticket_by_number(number, shop=by.shop)
    shop, form = await shop_of(by.shop), await form_of(request)

    async def act() -> str:
        day = collect_by(shop.letter_days, clock.today(shop.zone))
        await note_letter(ticket, tracking=form.text("tracking"), day=day, by=by)
        return f"/tickets/{ticket.number}"

    return await act_once(request, form, act, flash="The letter stands in the history.")


handlers = [show_unclaimed, show_letter, save_letter]
