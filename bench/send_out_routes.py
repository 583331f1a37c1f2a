"""Pages of the packing lists: packed by scan, sent under proof of cover, received back piece by piece."""

from datetime import date
from typing import Any

from litestar import Request, Response, get, post

from printing.cards import print_cards
from printing.documents import PackingList
from printing.outcomes import Result
from workshop import money
from workshop.errors import InvalidInput, NotFound, WorkshopError
from workshop.record.cards import refuse_cards_in
from workshop.record.codes import tidy
from workshop.record.customers.customers import show_phone
from workshop.record.events import Actor
from workshop.record.pieces.pieces import in_words
from workshop.record.shop.approvals import NeedsManager
from workshop.record.shop.shops import shop_of
from workshop.record.tickets.standing import envelope_by_code
from workshop.record.whereabouts.receiving import receive, tasks_to_charge
from workshop.record.whereabouts.send_outs import (
    cover_gap,
    drop_list,
    pack,
    pieces_of,
    send,
    send_out_of,
    take_out,
    usual_day,
)
from workshop.web.auth import COUNTER
from workshop.web.forms import Form, form_of
from workshop.web.pages import go, page

Req = Request[Any, Any, Any]
Said = tuple[str, str, str]  # words, tone, sound


@get("/send-outs/{send_out:int}", opt={"access": COUNTER})
async def show_list(request: Req, send_out: int, by: Actor) -> Response[str]:
    """One packing list as it stands."""
    return await page(request, "bench/send_out.html", **await _state(send_out, by))


async def _state(
    send_out: int, by: Actor, *, said: Said | None = None, in_hand: str = "", form: Form | None = None,
    errors: dict[str, str] | None = None, asked: Any = None,
) -> dict[str, Any]:  # fmt: skip
    row, shop = await send_out_of(send_out, shop=by.shop), await shop_of(by.shop)
    pieces = await pieces_of(send_out)
    declared = sum(one["declared_cents"] or 0 for one in pieces)
    due = row["due_back_on"] or usual_day(row, shop)
    gap = (await cover_gap(row, shop, declared, due))[1] if row["state"] == "packing" else ""
    hand = next((one for one in pieces if one["code"] == in_hand and one["state"] == "out"), None)
    return {
        "list": row, "shop": shop, "pieces": pieces, "declared": declared, "due": due, "gap": gap, "said": said,
        "hand": hand, "tasks": await tasks_to_charge(hand["envelope"]) if hand else [], "errors": errors or {},
        "values": form.dict() if form else {}, "asked": asked,
        "at_risk": [one for one in pieces if one["state"] != "back" and due >= one["bench_due"]],
    }  # fmt: skip


@post("/send-outs/{send_out:int}/scans", opt={"access": COUNTER}, status_code=200)
async def scan_list(request: Req, send_out: int, by: Actor) -> Response[str]:
    """One scan: onto the list while it is packed, into the hand when it is back."""
    form = await form_of(request)
    row = await send_out_of(send_out, shop=by.shop)
    said, in_hand, status = ("", "", ""), "", 200
    try:
        said, in_hand = await _scanned(row, tidy(form.text("code")), by)
    except WorkshopError as error:
        said, status = (error.message, "danger", "refused"), error.status
    return await page(
        request, "bench/_send_out_state.html", status=status, **await _state(send_out, by, said=said, in_hand=in_hand)
    )


async def _scanned(row: dict[str, Any], code: str, by: Actor) -> tuple[Said, str]:
    if row["state"] == "packing":
        envelope, _, is_new = await pack(code, row["vendor_code"], by=by)
        words = f"{envelope.number} is on the list" if is_new else f"{envelope.number} is on it already"
        return (words, "green" if is_new else "slate", "ok"), ""
    envelope = await envelope_by_code(code, shop=by.shop)
    on_it = next((one for one in await pieces_of(row["id"]) if one["envelope"] == envelope.id), None)
    if on_it is None:
        raise NotFound(f"{envelope.number} is not on {row['number']}. Look at its own list.")
    if on_it["state"] == "back":
        return (f"{envelope.number} is back already", "slate", "ok"), ""
    return (f"{envelope.number} is here. Is the work done?", "violet", "attention"), envelope.code


@post("/send-outs/{send_out:int}/returns", opt={"access": COUNTER}, status_code=200)
async def take_back(request: Req, send_out: int, by: Actor) -> Response[str]:
    """The piece in hand is back: finished, or to go on here; with what it cost."""
    form = await form_of(request)
    await send_out_of(send_out, shop=by.shop)
    code = form.text("code")
    try:
        refuse_cards_in(form.texts_by_name())
        costs = {
            int(name.removeprefix("cost-")): money.parse(words, name) for name, words in form.texts_by_name()
            if name.removeprefix("cost-").isdigit() and words
        }  # fmt: skip
        finished = form.text("finished") == "yes"
        envelope, _ = await receive(code, finished=finished, costs=costs, note=form.text("note"), by=by)
    except WorkshopError as error:
        errors = error.fields if isinstance(error, InvalidInput) else {}
        state = await _state(
            send_out, by, said=(error.message, "danger", "refused"), in_hand=code, form=form, errors=errors
        )
        return await page(request, "bench/_send_out_state.html", status=error.status, **state)
    words = f"{envelope.number} is back, {'to quality check' if finished else 'into the queue'}"
    return await page(
        request, "bench/_send_out_state.html", **await _state(send_out, by, said=(words, "green", "ok"))
    )


@post("/send-outs/{send_out:int}/sending", opt={"access": COUNTER}, status_code=200)
async def send_list(request: Req, send_out: int, by: Actor) -> Response[Any]:
    """It leaves."""
    form = await form_of(request)
    try:
        refuse_cards_in(form.texts_by_name())
        row = await send(
            send_out, due_back_on=_day(form.text("due_back_on")), carrier=form.text("carrier"),
            tracking=form.text("tracking"), note=form.text("note"), by=by,
        )  # fmt: skip
    except WorkshopError as error:
        if isinstance(error, NotFound):
            raise
        errors = error.fields if isinstance(error, InvalidInput) else {"form": error.message}
        asked = error.request if isinstance(error, NeedsManager) else None
        state = await _state(send_out, by, form=form, errors=errors, asked=asked)
        return await page(request, "bench/send_out.html", status=error.status, **state)
    words = f"{row['number']} left for {row['vendor_name']}. Print it twice."
    return go(request, f"/send-outs/{send_out}", flash=words)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        sentence = "Choose the day it is due back."
        raise InvalidInput(sentence, due_back_on=sentence) from None


@post("/send-outs/{send_out:int}/removals", opt={"access": COUNTER}, status_code=200)
async def unpack(request: Req, send_out: int, by: Actor) -> Response[Any]:
    """One piece goes off a list that has not left."""
    form = await form_of(request)
    await take_out(send_out, form.text("code"), by=by)
    return go(request, f"/send-outs/{send_out}", flash="Taken off the list.")


@post("/send-outs/{send_out:int}/drop", opt={"access": COUNTER}, status_code=200)
async def let_go(request: Req, send_out: int, by: Actor) -> Response[Any]:
    """A list nobody sends."""
    await drop_list(send_out, by=by)
    return go(request, "/vendors", flash="Let go. Everything stays where it is.")


@get("/send-outs/{send_out:int}/paper", opt={"access": COUNTER})
async def show_paper(request: Req, send_out: int, by: Actor) -> Response[str]:
    """The packing list on paper, with photos and insured value: one goes along, one stays."""
    state = await _state(send_out, by)
    return await page(request, "bench/send_out_paper.html", **state, back=f"/send-outs/{send_out}")


@post("/send-outs/{send_out:int}/prints", opt={"access": COUNTER}, status_code=200)
async def print_list(request: Req, send_out: int, by: Actor) -> Response[Any]:
    """The packing list on the shop's own printer, twice: one goes along, one stays."""
    told = _on_paper(await _state(send_out, by))
    done, outcome = await print_cards([told, told], by=by)
    if outcome is None or outcome.result is Result.PREVIEWED:
        return go(request, f"/send-outs/{send_out}/paper", flash="No printer is set up here. Print this page instead.")
    words = f"{done} of 2 sent to the printer. {outcome.reason}".strip()
    return go(request, f"/send-outs/{send_out}", flash=words, kind="ok" if done == 2 else "danger")


def _on_paper(state: dict[str, Any]) -> PackingList:
    row, shop, pieces = state["list"], state["shop"], state["pieces"]
    insured = row["insured_cents"] if row["sent_at"] else state["declared"]
    lines = [
        (one["number"], f"{in_words(one)}: {', '.join(one['work'])}", "no value" if one["declared_cents"] is None
         else money.show(one["declared_cents"], shop.currency)) for one in pieces
    ]  # fmt: skip
    return PackingList(
        shop.name, shop.address, show_phone(shop.phone), row["number"], row["vendor_name"],
        " · ".join(part for part in (f"Due back {state['due']:%a} {state['due'].day} {state['due']:%b %Y}",
                                     row["carrier"], row["tracking"]) if part),
        lines, f"{len(pieces)} {'piece' if len(pieces) == 1 else 'pieces'}", money.show(insured, shop.currency),
        row["note"],
    )  # fmt: skip


HANDLERS = [print_list, show_list, scan_list, take_back, send_list, unpack, let_go, show_paper]
