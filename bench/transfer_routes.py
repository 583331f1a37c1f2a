"""Pages of the transfers: a list from shop to shop, scanned at both ends."""

from typing import Any

from litestar import Request, Response, get, post

from workshop.errors import InvalidInput, WorkshopError
from workshop.record.cards import refuse_cards_in
from workshop.record.codes import tidy
from workshop.record.events import Actor
from workshop.record.whereabouts.transfer_arrivals import close_short, receive_transfer
from workshop.record.whereabouts.transfers import (
    add_to_transfer,
    begin_transfer,
    call_back,
    other_shops,
    pieces_on_transfer,
    send_transfer,
    take_off_transfer,
    transfer_of,
    transfers_of,
)
from workshop.web.auth import MANAGER, STAFF
from workshop.web.forms import form_of
from workshop.web.pages import go, page

Req = Request[Any, Any, Any]


@get("/transfers", opt={"access": STAFF})
async def show_transfers(request: Req, by: Actor) -> Response[str]:
    """What goes to other shops, and what comes from them."""
    return await page(
        request, "bench/transfers.html", transfers=await transfers_of(by.shop), others=await other_shops(by.shop)
    )


@post("/transfers", opt={"access": STAFF}, status_code=200)
async def start_transfer(request: Req, by: Actor) -> Response[Any]:
    """Begin a list to another shop, or go on with it."""
    to_shop = (await form_of(request)).whole("to_shop") or 0
    return go(request, f"/transfers/{await begin_transfer(to_shop, by=by)}")


@get("/transfers/{transfer:int}", opt={"access": STAFF})
async def show_transfer(request: Req, transfer: int, by: Actor) -> Response[str]:
    """One list as it stands, from either end."""
    return await page(request, "bench/transfer.html", **await _state(transfer, by))


async def _state(
    transfer: int, by: Actor, said: tuple[str, str, str] | None = None, errors: dict[str, str] | None = None,
    values: dict[str, str] | None = None,
) -> dict[str, Any]:  # fmt: skip
    row = await transfer_of(transfer, shop=by.shop)
    pieces = await pieces_on_transfer(transfer)
    is_packing, is_coming = row["state"] == "packing", row["state"] == "on_way" and not row["is_ours"]
    lacking = [one for one in pieces if one["state"] in ("on_way", "missing")]
    return {
        "row": row, "pieces": pieces, "said": said, "errors": errors or {}, "values": values or {},
        "is_packing": is_packing, "is_coming": is_coming, "lacking": lacking,
        "may_scan": is_packing or is_coming or (bool(lacking) and not row["is_ours"]),
        "may_call_back": row["is_ours"] and bool(lacking) and by.is_one_of("manager", "owner"),
    }  # fmt: skip


@get("/transfers/{transfer:int}/state", opt={"access": STAFF})
async def show_state(request: Req, transfer: int, by: Actor) -> Response[str]:
    """The same read again, as a fragment."""
    return await page(request, "bench/_transfer_state.html", **await _state(transfer, by))


@post("/transfers/{transfer:int}/scans", opt={"access": STAFF}, status_code=200)
async def scan_transfer(request: Req, transfer: int, by: Actor) -> Response[str]:
    """One scan: onto the list where it is packed, off it where it arrives."""
    code, status = tidy((await form_of(request)).text("code")), 200
    row = await transfer_of(transfer, shop=by.shop)
    try:
        if row["state"] == "packing":
            envelope, is_new = await add_to_transfer(transfer, code, by=by)
            words = f"{envelope.number} is on the list{'' if is_new else ' already'}"
        else:
            number, is_new = await receive_transfer(transfer, code, by=by)
            words = f"{number} is here{'' if is_new else ' already'}"
        said = (words, "green" if is_new else "slate", "ok")
    except WorkshopError as error:
        said, status = (error.message, "danger", "refused"), error.status
    return await page(request, "bench/_transfer_state.html", status=status, **await _state(transfer, by, said))


@post("/transfers/{transfer:int}/removals", opt={"access": STAFF}, status_code=200)
async def take_off(request: Req, transfer: int, by: Actor) -> Response[Any]:
    """One piece stays after all."""
    await take_off_transfer(transfer, (await form_of(request)).text("code"), by=by)
    return go(request, f"/transfers/{transfer}", flash="It stays here.")


@post("/transfers/{transfer:int}/sending", opt={"access": STAFF}, status_code=200)
async def send_list(request: Req, transfer: int, by: Actor) -> Response[Any]:
    """It leaves."""
    form = await form_of(request)
    refuse_cards_in(form.texts_by_name())
    row = await send_transfer(transfer, carrier=form.text("carrier"), note=form.text("note"), by=by)
    return go(request, f"/transfers/{transfer}", flash=f"{row['number']} is on its way to {row['to_name']}.")


@post("/transfers/{transfer:int}/shortage", opt={"access": STAFF}, status_code=200)
async def close_list(request: Req, transfer: int, by: Actor) -> Response[Any]:
    """Not everything arrived."""
    form = await form_of(request)
    try:
        refuse_cards_in(form.texts_by_name())
        missing = await close_short(transfer, form.text("explanation"), by=by)
    except InvalidInput as error:
        state = await _state(transfer, by, errors=error.fields, values=form.dict())
        return await page(request, "bench/transfer.html", status=422, **state)
    return go(request, f"/transfers/{transfer}", flash=f"{missing} missing: the alarm is raised.", kind="danger")


@post("/transfers/{transfer:int}/call-back", opt={"access": MANAGER}, status_code=200)
async def fetch_back(request: Req, transfer: int, by: Actor) -> Response[Any]:
    """What has not arrived stays here."""
    count = await call_back(transfer, by=by)
    return go(request, f"/transfers/{transfer}", flash=f"{count} back at the counter.")


@get("/transfers/{transfer:int}/paper", opt={"access": STAFF})
async def show_paper(request: Req, transfer: int, by: Actor) -> Response[str]:
    """The list on paper, to travel along."""
    return await page(
        request, "bench/transfer_paper.html", **await _state(transfer, by), back=f"/transfers/{transfer}"
    )


HANDLERS = [
    show_transfers, start_transfer, show_transfer, show_state, scan_transfer, take_off, send_list, close_list,
    fetch_back, show_paper,
]  # fmt: skip
