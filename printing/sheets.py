"""The same documents as pages, for any office printer: the way out that is always there."""

import base64
from typing import Any

from litestar import Request, Response, get

from printing.addresses import address_at
from printing.condition import seen_by_customer
from printing.content import claim_check_of, label_of, pieces_on
from printing.prints import copy_of_page
from printing.qr import qr_outline
from printing.receipts import receipt_of
from workshop.record.events import Actor
from workshop.record.tickets.standing import envelope_by_code, ticket_of
from workshop.record.tickets.tickets import ticket_by_number
from workshop.web.auth import COUNTER, STAFF
from workshop.web.pages import page

Asked = Request[Any, Any, Any]


@get("/prints/label/{code:str}", opt={"access": STAFF})
async def show_label(request: Asked, code: str, by: Actor) -> Response[str]:
    """The label of an envelope, 80 mm wide. It says COPY where the label printer has had it."""
    envelope = await envelope_by_code(code, shop=by.shop)
    copy = await _copy(by, "label", envelope.ticket, envelope.id)
    label = await label_of(envelope.id, copy)
    is_counter = by.is_one_of("counter", "manager", "owner")
    back = f"/tickets/{(await ticket_of(envelope)).number}" if is_counter else f"/bench/{envelope.code}"
    return await page(request, "printing/label.html", label=label, qr=qr_outline(label.code), back=back)


@get("/prints/claim-check/{number:str}", opt={"access": COUNTER})
async def show_claim_check(request: Asked, number: str, by: Actor) -> Response[str]:
    """The claim check of a ticket, on a sheet."""
    ticket = await ticket_by_number(number, shop=by.shop)
    check = await claim_check_of(ticket.id, await _copy(by, "claim_check", ticket.id))
    pieces = await pieces_on(ticket.id)
    rows = [
        {"number": piece["number"], "words": words, "noted": noted, "agreed": agreed, "photo": piece["photo"],
         "seen": seen_by_customer(piece)}
        for piece, words, noted, agreed in zip(pieces, check.pieces, check.noted, check.agreed, strict=True)
    ]  # fmt: skip
    return await page(
        request, "printing/claim_check.html", check=check, pieces=rows, qr=qr_outline(check.status_url),
        signature=_data_address(check.signature_png), back=f"/tickets/{ticket.number}",
    )  # fmt: skip


@get("/prints/receipt/{number:str}", opt={"access": COUNTER})
async def show_receipt(request: Asked, number: str, by: Actor) -> Response[str]:
    """The receipt of a ticket, on a sheet."""
    ticket = await ticket_by_number(number, shop=by.shop)
    receipt = await receipt_of(ticket.id, await _copy(by, "receipt", ticket.id))
    return await page(request, "printing/receipt.html", receipt=receipt, back=f"/tickets/{ticket.number}")


async def _copy(by: Actor, document: str, ticket: int, envelope: int | None = None) -> int:
    has_printer = bool(await address_at(by, "label" if document == "label" else "receipt"))
    return await copy_of_page(document, ticket=ticket, envelope=envelope, has_printer=has_printer)


def _data_address(png: bytes | None) -> str:
    return "data:image/png;base64," + base64.b64encode(png).decode() if png else ""


handlers = [show_label, show_claim_check, show_receipt]
