"""JSON of custody: places, the count, packing lists, transfers, the liability report. The verbs of the pages."""

from datetime import date, datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post

from bench.moves import state_of
from workshop import clock
from workshop.errors import InvalidInput
from workshop.record.events import Actor
from workshop.record.shop.shops import shop_of
from workshop.record.tickets.standing import envelope_by_code
from workshop.record.whereabouts.count_signing import sign_count
from workshop.record.whereabouts.counts import begin_count, read_count, scan_in_count
from workshop.record.whereabouts.liability import liability_at, liability_now, midnight_after
from workshop.record.whereabouts.places import places_of
from workshop.record.whereabouts.placing import put_in_place
from workshop.record.whereabouts.receiving import receive
from workshop.record.whereabouts.send_outs import lists_of, pack, pieces_of, send, send_out_of
from workshop.record.whereabouts.transfer_arrivals import receive_transfer
from workshop.record.whereabouts.transfers import (
    add_to_transfer,
    begin_transfer,
    other_shops,
    pieces_on_transfer,
    send_transfer,
    transfer_of,
)
from workshop.web.api import answer_once
from workshop.web.auth import COUNTER, MANAGER, STAFF

Req = Request[Any, Any, Any]
Text = Annotated[str, msgspec.Meta(max_length=400)]


class PlaceBody(msgspec.Struct, forbid_unknown_fields=True):
    """The code of the place an envelope is put in."""

    place: Text


class CountScanBody(msgspec.Struct, forbid_unknown_fields=True):
    """A scan at the count, and the id of the box that is being counted."""

    code: Text
    place: int | None = None


class SigningBody(msgspec.Struct, forbid_unknown_fields=True):
    """What is known of each difference (by envelope id), and a badge or a drawn signature (PNG data address)."""

    explanations: dict[int, str] = {}
    badge: Text = ""
    signature: str = ""
    note: Text = ""


class PackBody(msgspec.Struct, forbid_unknown_fields=True):
    """An envelope's code and the code of the vendor's card."""

    envelope: Text
    vendor: Text


class SendingBody(msgspec.Struct, forbid_unknown_fields=True):
    """When a packing list is due back, and how it travels."""

    due_back_on: date
    carrier: Text = ""
    tracking: Text = ""
    note: Text = ""


class ReturnBody(msgspec.Struct, forbid_unknown_fields=True):
    """An envelope that is back from a vendor; `costs` in cents by task id."""

    envelope: Text
    finished: bool
    costs: dict[int, Annotated[int, msgspec.Meta(ge=0)]] = {}
    note: Text = ""


class TransferBody(msgspec.Struct, forbid_unknown_fields=True):
    """The code of the shop a list goes to."""

    to_shop: Text


class CodeBody(msgspec.Struct, forbid_unknown_fields=True):
    """An envelope's code or number."""

    code: Text


@get("/places", opt={"access": STAFF}, tags=["Custody"], summary="Places and how much lies in each")
async def read_places(by: Actor) -> list[dict[str, Any]]:
    """Every place in use, with the code on its label."""
    names = ("id", "name", "kind", "code", "pieces")
    return [{name: row[name] for name in names} for row in await places_of(by.shop)]


@post("/envelopes/{code:str}/places", opt={"access": STAFF}, status_code=200, tags=["Custody"],
      summary="Put an envelope in a place")  # fmt: skip
async def put_envelope(request: Req, code: str, data: PlaceBody, by: Actor) -> Response[bytes]:
    """Custody moves as if both were scanned. The same again does nothing twice."""

    async def act() -> dict[str, Any]:
        envelope, _ = await put_in_place(code, data.place, by=by)
        return await state_of(envelope, by)

    return await answer_once(request, act)


@get("/liability", opt={"access": MANAGER}, tags=["Custody"], summary="Customers' goods against the insured limit")
async def read_liability(by: Actor, day: date | None = None) -> dict[str, Any]:
    """By place, now or at the midnight that ended a day. Cents."""
    shop = await shop_of(by.shop)
    if day is not None and day >= clock.today(shop.zone):
        raise InvalidInput("That midnight has not come yet.", day="Choose a day before today.")
    report = await (liability_at(shop, midnight_after(day, shop.zone)) if day else liability_now(shop))
    return {
        "at": report.at, "places": report.places, "pieces": report.pieces, "declared_cents": report.declared_cents,
        "undeclared": report.undeclared, "insured_limit_cents": report.limit_cents, "over_cents": report.over_cents,
    }  # fmt: skip


@post("/counts", opt={"access": STAFF}, status_code=200, tags=["Custody"], summary="Begin or join the count")
async def start_count(request: Req, by: Actor) -> Response[bytes]:
    """A shop has one open count at a time; whoever begins another joins it."""

    async def act() -> dict[str, Any]:
        count, is_new = await begin_count(by=by)
        return {"id": count, "is_new": is_new}

    return await answer_once(request, act)


@get("/counts/{count:int}", opt={"access": STAFF}, tags=["Custody"], summary="A count as it stands")
async def show_count(count: int, by: Actor) -> dict[str, Any]:
    """Each envelope with its verdict: right, elsewhere, unexpected, missing (its box was opened) or waiting."""
    state = await read_count(count, shop=by.shop)
    return {
        "id": count, "state": state.row["state"], "expected": state.expected, "seen": state.seen,
        "envelopes": [
            {"id": one.envelope, "number": one.number, "verdict": one.verdict, "belongs_in": one.expected_name,
             "found_in": one.found_name, "because": one.because} for one in state.sights
        ],
    }  # fmt: skip


@post("/counts/{count:int}/scans", opt={"access": STAFF}, status_code=200, tags=["Custody"], summary="One scan")
async def scan_count(request: Req, count: int, data: CountScanBody, by: Actor) -> Response[bytes]:
    """A box is opened, or an envelope seen in it; answers the words and the box to send with the next scan."""

    async def act() -> dict[str, Any]:
        heard = await scan_in_count(count, data.code, place=data.place, by=by)
        return {"words": heard.words, "tone": heard.tone, "sound": heard.sound, "place": heard.place}

    return await answer_once(request, act)


@post("/counts/{count:int}/signing", opt={"access": STAFF}, status_code=200, tags=["Custody"], summary="Sign a count")
async def close_count(request: Req, count: int, data: SigningBody, by: Actor) -> Response[bytes]:
    """Every missing or unexpected piece needs its explanation."""

    async def act() -> dict[str, Any]:
        told = {"signature": data.signature, "badge": data.badge, "note": data.note}
        state = await sign_count(count, data.explanations, **told, by=by)
        return {"id": count, "expected": state.expected, "seen": state.seen, "missing": len(state.lacking)}

    return await answer_once(request, act)


@get("/send-outs", opt={"access": COUNTER}, tags=["Custody"], summary="Packing lists to vendors")
async def read_lists(by: Actor) -> list[dict[str, Any]]:
    """Newest first."""
    names = ("id", "number", "state", "vendor_name", "due_back_on", "sent_at", "pieces", "away")
    return [{name: row[name] for name in names} for row in await lists_of(by.shop)]


@get("/send-outs/{send_out:int}", opt={"access": COUNTER}, tags=["Custody"], summary="One packing list")
async def read_list(send_out: int, by: Actor) -> dict[str, Any]:
    """With each piece on it."""
    return await _list(send_out, by)


async def _list(send_out: int, by: Actor) -> dict[str, Any]:
    row = await send_out_of(send_out, shop=by.shop)
    pieces = [
        {"code": one["code"], "number": one["number"], "state": one["state"], "is_finished": one["is_finished"],
         "declared_cents": one["declared_cents"], "cost_cents": one["cost_cents"]} for one in await pieces_of(send_out)
    ]  # fmt: skip
    return {
        "id": row["id"], "number": row["number"], "state": row["state"], "vendor": row["vendor_name"],
        "due_back_on": row["due_back_on"], "insured_cents": row["insured_cents"], "sent_at": _when(row["sent_at"]),
        "pieces": pieces,
    }  # fmt: skip


def _when(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


@post("/send-outs/pieces", opt={"access": STAFF}, status_code=200, tags=["Custody"], summary="Pack for a vendor")
async def pack_piece(request: Req, data: PackBody, by: Actor) -> Response[bytes]:
    """Onto the list being packed for that vendor; begun if there is none."""

    async def act() -> dict[str, Any]:
        envelope, row, is_new = await pack(data.envelope, data.vendor, by=by)
        return {"send_out": row["id"], "list": row["number"], "envelope": envelope.number, "is_new": is_new}

    return await answer_once(request, act)


@post("/send-outs/{send_out:int}/sending", opt={"access": COUNTER}, status_code=200, tags=["Custody"],
      summary="A packing list leaves")  # fmt: skip
async def send_list(request: Req, send_out: int, data: SendingBody, by: Actor) -> Response[bytes]:
    """Refused (422, field `cover`) without a proof of insurance that covers all of it until it is back."""

    async def act() -> dict[str, Any]:
        told = {"carrier": data.carrier, "tracking": data.tracking, "note": data.note}
        await send(send_out, due_back_on=data.due_back_on, **told, by=by)
        return await _list(send_out, by)

    return await answer_once(request, act)


@post("/send-outs/returns", opt={"access": COUNTER}, status_code=200, tags=["Custody"], summary="Back from a vendor")
async def take_back(request: Req, data: ReturnBody, by: Actor) -> Response[bytes]:
    """Finished work goes to the quality check as the vendor's; other pieces go back into the queue."""

    async def act() -> dict[str, Any]:
        envelope, _ = await receive(
            data.envelope, finished=data.finished, costs=data.costs, note=data.note, by=by
        )
        return await state_of(envelope, by)

    return await answer_once(request, act)


@post("/transfers", opt={"access": STAFF}, status_code=200, tags=["Custody"], summary="Begin a list to another shop")
async def start_transfer(request: Req, data: TransferBody, by: Actor) -> Response[bytes]:
    """Or go on with the one that is being packed."""

    async def act() -> dict[str, Any]:
        shops = {row["code"]: row["id"] for row in await other_shops(by.shop)}
        if data.to_shop.upper() not in shops:
            raise InvalidInput("There is no other shop of that code.", to_shop="No other shop has that code.")
        return await _transfer(await begin_transfer(shops[data.to_shop.upper()], by=by), by)

    return await answer_once(request, act)


@get("/transfers/{transfer:int}", opt={"access": STAFF}, tags=["Custody"], summary="One list from shop to shop")
async def read_transfer(transfer: int, by: Actor) -> dict[str, Any]:
    """From either end."""
    return await _transfer(transfer, by)


async def _transfer(transfer: int, by: Actor) -> dict[str, Any]:
    row = await transfer_of(transfer, shop=by.shop)
    pieces = [{"number": one["number"], "state": one["state"]} for one in await pieces_on_transfer(transfer)]
    return {
        "id": row["id"], "number": row["number"], "state": row["state"], "from": row["from_name"],
        "to": row["to_name"], "pieces": pieces,
    }  # fmt: skip


@post("/transfers/{transfer:int}/scans", opt={"access": STAFF}, status_code=200, tags=["Custody"],
      summary="One scan at either end")  # fmt: skip
async def scan_transfer(request: Req, transfer: int, data: CodeBody, by: Actor) -> Response[bytes]:
    """Onto the list while it is packed; in at the other shop once it is on its way."""

    async def act() -> dict[str, Any]:
        row = await transfer_of(transfer, shop=by.shop)
        if row["state"] == "packing":
            await add_to_transfer(transfer, (await envelope_by_code(data.code, shop=by.shop)).code, by=by)
        else:
            await receive_transfer(transfer, data.code, by=by)
        return await _transfer(transfer, by)

    return await answer_once(request, act)


@post("/transfers/{transfer:int}/sending", opt={"access": STAFF}, status_code=200, tags=["Custody"],
      summary="A list leaves for the other shop")  # fmt: skip
async def send_it(request: Req, transfer: int, by: Actor) -> Response[bytes]:
    """Nobody works on what is on its way."""

    async def act() -> dict[str, Any]:
        await send_transfer(transfer, by=by)
        return await _transfer(transfer, by)

    return await answer_once(request, act)


HANDLERS = [
    read_places, put_envelope, read_liability, start_count, show_count, scan_count, close_count, read_lists, read_list,
    pack_piece, send_list, take_back, start_transfer, read_transfer, scan_transfer, send_it,
]  # fmt: skip
