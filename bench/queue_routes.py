"""The queue: mine, everyone's, nobody's, what waits; by kind of work, due and rush; taken and given back by a tap."""

from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get, post

from bench.names import names_here
from bench.queue import Only, next_spot, places_kept, queue_counts, queue_rows, spot_of
from workshop import clock
from workshop.record.bench.assignment import NeedsReason, Wish, assign, unassign
from workshop.record.cards import refuse_cards_in
from workshop.record.codes import tidy
from workshop.record.events import Actor
from workshop.record.promises.promise_words import say_day
from workshop.record.shop.shops import shop_of
from workshop.record.shop.skills import work_words
from workshop.record.stages import HOLD_REASONS
from workshop.record.tickets.standing import envelope_by_code
from workshop.web.auth import BENCH
from workshop.web.forms import form_of
from workshop.web.pages import go, page

PAGE = 40
TABS = {"mine": "Mine", "everyone": "Everyone's", "free": "Nobody's", "waiting": "Waiting"}
Req = Request[Any, Any, Any]


@get("/bench", opt={"access": BENCH})
async def show_queue(
    request: Req, by: Actor, of: str = "mine", after: str = "", skill: str = "", due: str = "", rush: str = ""
) -> Response[str]:
    """My queue, everyone's, what nobody has, or what waits for a word or a part."""
    context = await _queue(by, _asked(of, skill, due, rush), after)
    return await page(request, "bench/bench.html", view="queue", code="", names=await names_here(by.shop), **context)


@get("/bench/rows", opt={"access": BENCH})
async def show_rows(
    request: Req, by: Actor, of: str = "mine", after: str = "", skill: str = "", due: str = "", rush: str = ""
) -> Response[str]:
    """The queue read again, as a fragment."""
    return await page(request, "bench/_queue.html", **await _queue(by, _asked(of, skill, due, rush), after))


def _asked(of: str, skill: str, due: str, rush: str) -> dict[str, str]:
    """What was asked for, as it stands in the address; what is not known is everything."""
    asked = {"of": of if of in TABS else "mine", "skill": skill[:20], "due": due and "today", "rush": rush and "yes"}
    return {name: value for name, value in asked.items() if value}


async def _queue(by: Actor, asked: dict[str, str], after: str) -> dict[str, Any]:
    today = clock.today((await shop_of(by.shop)).zone)
    is_lead = by.is_one_of("manager", "owner") and "bench" not in by.roles
    whose = None if asked["of"] == "waiting" and is_lead else by.id  # who plans the work sees everybody's waiting
    only = Only(
        asked["of"], whose, asked.get("skill", ""), today if "due" in asked else None, "rush" in asked
    )
    rows = await queue_rows(by.shop, after=spot_of(after), limit=PAGE, only=only)
    return {
        "rows": rows, "of": only.of, "asked": asked, "after": after, "next_page": next_spot(rows, PAGE),
        "me_id": by.id, "counts": await queue_counts(by.shop, only, today, me=by.id), "tabs": TABS, "query": _query,
        "work_words": work_words, "may_plan": by.is_one_of("manager", "owner"), "hold_words": HOLD_REASONS,
        "kept": await places_kept(rows, by.shop) if only.of == "waiting" else {},
    }  # fmt: skip


def _query(asked: dict[str, str], **other: str) -> str:
    """The address of the same look with something changed; an empty value takes it out."""
    return urlencode({name: value for name, value in (asked | other).items() if value})


@post("/bench/{code:str}/take", opt={"access": BENCH}, status_code=200)
async def take(request: Req, code: str, by: Actor) -> Response[Any]:
    """This one is mine: on my first day with room. A full day asks for a reason on the piece's own page."""
    form = await form_of(request)
    refuse_cards_in(form.texts_by_name())
    where = "/bench?of=free" if form.text("back") == "free" else f"/bench/{tidy(code)}"
    try:
        envelope = await assign(tidy(code), Wish(by.id, reason=form.text("reason"), how="self"), by=by)
    except NeedsReason as error:
        envelope = await envelope_by_code(tidy(code), shop=by.shop)
        return await page(
            request, "bench/take.html", status=error.status, envelope=envelope, against=error.against,
            reason=form.text("reason"), back=form.text("back"),
        )  # fmt: skip
    day = f" for {say_day(envelope.plan_on)}" if envelope.plan_on else ""
    return go(request, where, flash=f"{envelope.number} is yours{day}.")


@post("/bench/{code:str}/return", opt={"access": BENCH}, status_code=200)
async def give_back(request: Req, code: str, by: Actor) -> Response[Any]:
    """Somebody else may take it."""
    envelope = await unassign(tidy(code), by=by)
    return go(request, "/bench", flash=f"{envelope.number} is nobody's again.")


HANDLERS = [show_queue, show_rows, take, give_back]
