"""The ticket page: everything about one visit, its next step, and the moves its envelopes allow."""

from collections import defaultdict
from functools import partial
from typing import Any
from uuid import uuid4

from litestar import Request, Response, get, post

from intake.discreet import telling
from intake.history import PHOTO_WORDS, moment_words, story
from intake.next_step import choices, next_step
from workshop import clock
from workshop.db import fetch, fetch_one, joined_transaction
from workshop.errors import InvalidInput, NotFound, WorkshopError
from workshop.record.customers.allergies import allergies_on_ticket
from workshop.record.customers.customers import customer_by_id, numbers_of
from workshop.record.events import Actor, history
from workshop.record.money.money_owed import sum_of
from workshop.record.money.payments import payments_of
from workshop.record.pieces.marked import seen
from workshop.record.prices.discounts import discounts_of
from workshop.record.prices.estimate_lines import lines_of
from workshop.record.shop.shops import shop_of
from workshop.record.stages import HOLD_REASONS, MOVES, Stage, Standing, ticket_stage
from workshop.record.tables import Ticket
from workshop.record.tickets.envelopes import finish_work, move, start_work
from workshop.record.tickets.estimates import make_estimate
from workshop.record.tickets.handover import may_collect
from workshop.record.tickets.handover_back import WITHIN
from workshop.record.tickets.standing import standings_of
from workshop.record.tickets.tickets import PRICE_TERMS, envelopes_of, ticket_by_number
from workshop.web.auth import COUNTER
from workshop.web.forms import Form, act_once, form_of
from workshop.web.pages import go, page


@get("/tickets/{number:str}", opt={"access": COUNTER})
async def show_ticket(request: Request[Any, Any, Any], number: str, by: Actor) -> Response[str]:
    """The whole ticket; an open page asks again for the same when something changed."""
    ticket = await ticket_by_number(number, shop=by.shop)
    return await _ticket_page(request, ticket, by)


async def _ticket_page(
    request: Request[Any, Any, Any], ticket: Ticket, by: Actor, *, trouble: str = "", status: int = 200
) -> Response[str]:
    template = "intake/ticket_body.html" if request.headers.get("hx-request") else "intake/ticket.html"
    return await page(request, template, status=status, trouble=trouble, **await ticket_facts(ticket, by))


async def ticket_facts(ticket: Ticket, by: Actor) -> dict[str, Any]:
    """What the ticket page shows."""
    shop = await shop_of(by.shop)
    standings = await standings_of(ticket.id)
    customer = await customer_by_id(ticket.customer)
    household = await fetch_one("SELECT * FROM household WHERE id = $1", customer.household)
    return {
        "moment": partial(moment_words, zone=shop.zone, today=clock.today(shop.zone)),
        "ticket": ticket, "customer": customer, "numbers": await numbers_of(customer.id), "shop": shop,
        "household": household, "allergies": await allergies_on_ticket(ticket.id),
        "telling": await telling(ticket),
        "may_collect": await may_collect(ticket), "key": uuid4().hex,
        "stage": ticket_stage([one.stage for one in standings.values()]), "terms": PRICE_TERMS[ticket.price_terms],
        "step": next_step(ticket.number, list(standings.values())),
        "ready": any(one.stage is Stage.READY_FOR_PICKUP for one in standings.values()),
        "pieces": await pieces_on(ticket, standings, by), "money": await sum_of(ticket),
        "payments": await payments_of(ticket.id),
        "discounts": await discounts_of(ticket.id), "is_manager": by.is_one_of("manager", "owner"),
        "events": story(await history(ticket=ticket.id), shop.currency),
    }  # fmt: skip


async def pieces_on(ticket: Ticket, standings: dict[int, Standing], by: Actor) -> list[dict[str, Any]]:
    """Each envelope with its piece, photos, lines of work, marks, and whether anything can be moved."""
    rows = await envelopes_of(ticket.id)
    photos = await _photos([row["code"] for row in rows])
    lines: dict[int, list[dict[str, Any]]] = {}
    for line in await lines_of(ticket.id):
        lines.setdefault(line["envelope"], []).append(line)
    for row in rows:
        row["photos"] = photos.get(row["code"], [])
        row["lines"] = lines.get(row["id"], [])
        there = {photo["id"] for photo in row["photos"]}
        row["seen"], row["agreed"] = seen(row, there), seen(row, there, for_customer=True)
        row["may_come_back"] = row["stage"] == Stage.PICKED_UP and row["stage_since"] > clock.now() - WITHIN
        row["choices"] = choices(ticket.number, standings[row["id"]], by.roles)
        row["hold"] = HOLD_REASONS.get(row["hold_reason"], row["hold_reason"])
    return rows


async def _photos(codes: list[str]) -> dict[str, list[dict[str, str]]]:
    rows = await fetch(
        """SELECT id, envelope_code, kind, angle FROM photo WHERE envelope_code = ANY($1) AND removed_at IS NULL
           ORDER BY taken_at, id""",
        codes,
    )
    album: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        album.setdefault(row["envelope_code"], []).append({
            "id": str(row["id"]), "kind": row["kind"], "angle": row["angle"], "url": f"/photos/{row['id']}/thumb",
            "large": f"/photos/{row['id']}/large", "caption": PHOTO_WORDS.get(row["kind"], row["kind"]),
        })  # fmt: skip
    return album


def typed(form: Form | None) -> dict[str, str]:
    """What was typed into a refused form, to be shown again; a box that was not there is empty."""
    return defaultdict(str, form.dict() if form else {})


async def ask(
    request: Request[Any, Any, Any], ticket: Ticket, question: str, *, form: Form | None = None,
    refused: WorkshopError | None = None, **context: Any,
) -> Response[str]:  # fmt: skip
    """One question about a ticket: in the dialog of the page, or on a page of its own; again when refused."""
    fields = refused.fields if isinstance(refused, InvalidInput) else {}
    template = "intake/ticket_ask_body.html" if request.headers.get("hx-request") else "intake/ticket_ask.html"
    return await page(
        request, template, status=refused.status if refused else 200, ticket=ticket, question=question,
        values=typed(form), errors=fields, key=(form and form.text("idempotency_key")) or uuid4().hex,
        trouble="" if fields or refused is None else refused.message, **context,
    )  # fmt: skip


@get("/tickets/{number:str}/moves", opt={"access": COUNTER})
async def back_to_ticket(request: Request[Any, Any, Any], number: str) -> Response[Any]:
    """Where a reload of a refused move ends up."""
    return go(request, f"/tickets/{number}")


@get("/tickets/{number:str}/moves/{place:int}", opt={"access": COUNTER})
async def show_choices(request: Request[Any, Any, Any], number: str, place: int, by: Actor) -> Response[str]:
    """Everything one envelope allows now."""
    ticket = await ticket_by_number(number, shop=by.shop)
    standing = await _standing_at(ticket, place)
    found = choices(ticket.number, standing, by.roles)
    return await ask(request, ticket, "choices", standing=standing, place=place, choices=found)


@get("/tickets/{number:str}/moves/{place:int}/{to:str}", opt={"access": COUNTER})
async def ask_reason(request: Request[Any, Any, Any], number: str, place: int, to: str, by: Actor) -> Response[str]:
    """Why is it moved? For moves that need a reason."""
    ticket = await ticket_by_number(number, shop=by.shop)
    standing = await _standing_at(ticket, place)
    return await ask(request, ticket, "reason", **_reason_context(standing, to))


def _reason_context(standing: Standing, to: str) -> dict[str, Any]:
    known = MOVES.get((standing.stage, Stage(to))) if to in Stage.__members__.values() else None
    act = known.act if known else "Move"
    return {"standing": standing, "to": to, "act": act, "hold_reasons": list(HOLD_REASONS.items())}


async def _standing_at(ticket: Ticket, place: int) -> Standing:
    for standing in (await standings_of(ticket.id)).values():
        if standing.number == f"{ticket.number}-{place}":
            return standing
    raise NotFound(f"Ticket {ticket.number} has no piece {place}.")


@post("/tickets/{number:str}/moves", opt={"access": COUNTER}, status_code=200)
async def move_envelopes(request: Request[Any, Any, Any], number: str, by: Actor) -> Response[Any]:
    """Move one or several envelopes of a ticket, all or none."""
    ticket = await ticket_by_number(number, shop=by.shop)
    form = await form_of(request)
    to = _stage(form.text("to"))
    mine = {one.number: one for one in (await standings_of(ticket.id)).values()}
    chosen = [mine[one] for one in form.texts("envelope") if one in mine]
    if not chosen:
        raise NotFound(f"Which piece of {ticket.number}? Nothing was moved.")

    async def act() -> str:
        _check_reason(chosen[0], to, form.text("reason"))
        async with joined_transaction():  # with or without a key: all of them move, or none
            for one in chosen:
                await _carry_out(one, to, reason=form.text("reason"), by=by)
        return f"/tickets/{ticket.number}/estimate" if to is Stage.ESTIMATING else f"/tickets/{ticket.number}"

    try:
        return await act_once(request, form, act)
    except WorkshopError as error:
        if form.ticked("asked"):
            context = _reason_context(chosen[0], to.value)
            return await ask(request, ticket, "reason", form=form, refused=error, **context)
        return await _ticket_page(request, ticket, by, trouble=error.message, status=error.status)


def _stage(text: str) -> Stage:
    try:
        return Stage(text)
    except ValueError:
        raise InvalidInput("Where should it go? Choose one of the moves.", to="Choose one of the moves.") from None


def _check_reason(standing: Standing, to: Stage, reason: str) -> None:
    """Said beside the box; the table itself refuses a move without its reason whoever asks."""
    known = MOVES.get((standing.stage, to))
    if known and known.needs_reason and not reason:
        raise InvalidInput("Say why: it stays in the history.", reason="Say why: it stays in the history.")


async def _carry_out(one: Standing, to: Stage, *, reason: str, by: Actor) -> None:
    """A stage is reached by the verb that leaves nothing out: the estimate's version, the work's end."""
    if one.stage is Stage.ON_HOLD:  # it goes back to where it was, as it was
        await move(one.number, to, by=by, reason=reason)
    elif to is Stage.ESTIMATING:
        await make_estimate(one.number, by=by, note=reason)
    elif to is Stage.AT_BENCH:
        await start_work(one.number, by=by)
    elif to is Stage.QUALITY_CHECK:
        await finish_work(one.number, by=by)
    else:
        await move(one.number, to, by=by, reason=reason)


handlers = [
    show_ticket, back_to_ticket, show_choices, ask_reason, move_envelopes,
]  # fmt: skip
