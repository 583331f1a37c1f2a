"""Prompts as fragments of the take-in and pickup pages."""

from typing import Any

from litestar import Request, Response, Router, get, post

from notifications.prompts import ANSWERS, answer_prompt, pickup_prompts, take_in_prompts
from workshop.record.events import Actor
from workshop.record.tickets.tickets import ticket_by_number
from workshop.web.auth import COUNTER
from workshop.web.forms import form_of
from workshop.web.pages import page

Req = Request[Any, Any, Any]


@get("/prompts/take-in/{customer_id:int}", opt={"access": COUNTER}, include_in_schema=False)
async def show_take_in(request: Req, by: Actor, customer_id: int, piece: str = "") -> Response[str]:
    """At most two things to mention to this customer, about this piece if it is known."""
    known = int(piece) if piece.isdigit() and len(piece) < 18 else None
    rows = await take_in_prompts(customer_id, known, by=by)
    return await page(request, "notifications/_prompts.html", prompts=rows)


@get("/prompts/pickup/{number:str}", opt={"access": COUNTER}, include_in_schema=False)
async def show_pickup(request: Req, by: Actor, number: str) -> Response[str]:
    """At most two things to mention while handing this ticket back."""
    rows = await pickup_prompts(await ticket_by_number(number, shop=by.shop), by=by)
    return await page(request, "notifications/_prompts.html", prompts=rows)


@post("/prompts/{prompt_id:int}/answer", opt={"access": COUNTER}, status_code=200, include_in_schema=False)
async def answer(request: Req, by: Actor, prompt_id: int) -> Response[str]:
    """What the customer said to it."""
    form = await form_of(request)
    row = await answer_prompt(prompt_id, form.text("answer"), by=by)
    return await page(request, "notifications/_prompt_answered.html", prompt=row, word=ANSWERS[row["state"]])


router = Router("/", route_handlers=[show_take_in, show_pickup, answer])
