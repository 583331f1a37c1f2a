"""Writing a purchase down at the counter: what, how much, for whom, who sold it, and what led to it."""

from datetime import timedelta
from typing import Any

from litestar import Request, Response, get, post

from intake.piece_ask import ask_about
from intake.piece_view import household_of
from workshop import clock, money
from workshop.db import fetch
from workshop.errors import InvalidInput, NotFound, WorkshopError
from workshop.record.customers.customers import customer_by_id
from workshop.record.customers.sales import OCCASIONS, WHOLE, NewSale, NewSaleLine, record_sale, void_sale
from workshop.record.customers.sales_read import sale_by_id
from workshop.record.customers.wishes import wishes_of
from workshop.record.events import Actor
from workshop.record.pieces.piece_measures import read_day
from workshop.record.pieces.pieces import NewPiece
from workshop.record.tickets.work_done import day_in_words
from workshop.record.trade import KINDS
from workshop.web.auth import COUNTER, MANAGER
from workshop.web.forms import Form, act_once, form_of

LINES = 3
RECENT = timedelta(days=120)


@get("/customers/{customer_id:int}/sales/new", opt={"access": COUNTER})
async def ask_sale(request: Request[Any, Any, Any], customer_id: int, by: Actor) -> Response[str]:
    """A purchase of this customer, to write down."""
    return await _ask(request, customer_id, by)


async def _ask(
    request: Request[Any, Any, Any], customer_id: int, by: Actor, form: Form | None = None,
    refused: WorkshopError | None = None,
) -> Response[str]:  # fmt: skip
    customer = await customer_by_id(customer_id)
    open_wishes = await wishes_of(customer.id, state="open")
    asked = request.query_params.get("wish", "")
    ticked = set(form.texts("wish")) if form else {asked}
    others = [one for one in await household_of(customer.id) if one["id"] != customer.id]
    return await ask_about(
        request, "sale", back=f"/customers/{customer.id}", title=customer.full_name, form=form, refused=refused,
        customer=customer, others=[(one["id"], one["name"]) for one in others], occasions=list(OCCASIONS.items()),
        kind_list=[(key, word) for key, (word, _) in KINDS.items()], line_count=LINES, colleagues=await _sellers(by),
        visits=await _recent_tickets(customer.id, by.shop), prompts=await _accepted(customer.id, by.shop),
        wishes=open_wishes, ticked_wishes=ticked,
        chosen_wish=next((one for one in open_wishes if str(one["id"]) == asked), None),
    )  # fmt: skip


async def _sellers(by: Actor) -> list[tuple[int, str]]:
    rows = await fetch(
        "SELECT id, name FROM staff WHERE shop = $1 AND is_active AND NOT is_system AND id <> $2 ORDER BY name",
        by.shop, by.id,
    )  # fmt: skip
    return [(row["id"], row["name"]) for row in rows]


async def _recent_tickets(customer: int, shop: int) -> list[tuple[str, str]]:
    """Visits a purchase may have come from."""
    rows = await fetch(
        """SELECT k.number, k.taken_in_at FROM ticket k WHERE k.customer = $1 AND k.shop = $2 AND k.taken_in_at > $3
           ORDER BY k.id DESC LIMIT 6""",
        customer, shop, clock.now() - RECENT,
    )  # fmt: skip
    return [(row["number"], f"{row['number']}, {day_in_words(row['taken_in_at'].date())}") for row in rows]


async def _accepted(customer: int, shop: int) -> list[tuple[int, str]]:
    """Suggestions the customer said yes to lately."""
    rows = await fetch(
        """SELECT id, reason, answered_at FROM prompt WHERE customer = $1 AND shop = $2 AND state = 'accepted'
           AND created_at > $3 ORDER BY id DESC LIMIT 6""",
        customer, shop, clock.now() - RECENT,
    )  # fmt: skip
    return [(row["id"], f"{row['reason'][:60]} {day_in_words(row['answered_at'].date())}") for row in rows]


@post("/customers/{customer_id:int}/sales", opt={"access": COUNTER}, status_code=200)
async def save_sale(request: Request[Any, Any, Any], customer_id: int, by: Actor) -> Response[Any]:
    """Write the purchase down; what is kept as a piece has its life from now on."""
    form = await form_of(request)

    async def act() -> str:
        await record_sale(_sale_in(form, customer_id, by), by=by)
        return f"/customers/{customer_id}"

    try:
        return await act_once(request, form, act, flash="The purchase is written down.")
    except NotFound:
        raise
    except WorkshopError as error:
        return await _ask(request, customer_id, by, form, error)


def _sale_in(form: Form, customer: int, by: Actor) -> NewSale:
    day = read_day(form.text("sold_on"), "sold_on")
    recipient = form.whole("recipient")
    lines = [_line_in(form, place, day) for place in range(LINES) if _is_filled(form, place)]
    if not lines:
        raise InvalidInput("What was bought?", **{"line-0-description": "Write what was bought, or its style number."})
    return NewSale(
        lines, customer=customer, sold_on=day, associates=_shares(form, by), occasion=form.text("occasion"),
        recipient=recipient if recipient != customer else None, is_discreet=form.ticked("is_discreet"),
        ticket=form.text("ticket"), prompt=form.whole("prompt"), note=form.text("note"),
        wishes=[int(wish) for wish in form.texts("wish") if wish.isdigit()],
    )  # fmt: skip


def _is_filled(form: Form, place: int) -> bool:
    return any(form.text(f"line-{place}-{name}") for name in ("description", "style_no", "price"))


def _line_in(form: Form, place: int, day: Any) -> NewSaleLine:
    def text(name: str) -> str:
        return form.text(f"line-{place}-{name}")

    if not (text("description") or text("style_no")):
        sentence = "Write what was bought, or its style number."
        raise InvalidInput(sentence, **{f"line-{place}-description": sentence})
    kept = None
    if text("keep_as"):
        kept = NewPiece(
            text("keep_as"), text("description"), style_no=text("style_no"), origin="bought here", bought_on=day
        )
    price = money.parse(text("price"), f"line-{place}-price")
    return NewSaleLine(text("description"), price, text("style_no"), keep_as=kept)


def _shares(form: Form, by: Actor) -> dict[int, int]:
    """Mine alone, or split with a colleague in percent."""
    other = form.whole("colleague")
    if not other:
        return {}
    percent = form.whole("colleague_percent")
    if percent is None or not 1 <= percent <= 100:
        raise InvalidInput("How much of it is theirs?", colleague_percent="Write 1 to 100.")
    theirs = percent * WHOLE // 100
    return {by.id: WHOLE - theirs, other: theirs} if theirs < WHOLE else {other: WHOLE}


@get("/sales/{sale:int}/strike", opt={"access": MANAGER})
async def ask_strike(request: Request[Any, Any, Any], sale: int, by: Actor) -> Response[str]:
    """Why is this purchase struck?"""
    return await _ask_strike(request, sale, by)


async def _ask_strike(
    request: Request[Any, Any, Any], sale: int, by: Actor, form: Form | None = None,
    refused: WorkshopError | None = None,
) -> Response[str]:  # fmt: skip
    row = await sale_by_id(sale, shop=by.shop)
    back = f"/customers/{row['customer']}" if row["customer"] else "/"
    return await ask_about(
        request, "strike", back=back, title="Purchase", form=form, refused=refused, sale=row
    )


@post("/sales/{sale:int}/strike", opt={"access": MANAGER}, status_code=200)
async def strike(request: Request[Any, Any, Any], sale: int, by: Actor) -> Response[Any]:
    """Strike a purchase that was taken back or written down by mistake."""
    form = await form_of(request)
    row = await sale_by_id(sale, shop=by.shop)

    async def act() -> str:
        await void_sale(sale, form.text("reason"), by=by)
        return f"/customers/{row['customer']}" if row["customer"] else "/"

    try:
        return await act_once(request, form, act, flash="The purchase is struck. It stays readable and counts no more.")
    except NotFound:
        raise
    except WorkshopError as error:
        return await _ask_strike(request, sale, by, form, error)


handlers = [ask_sale, save_sale, ask_strike, strike]
