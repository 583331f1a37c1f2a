"""Labels and claim checks for other systems: as a picture, or as the bytes a printer takes."""

from anyio import to_thread
from litestar import Response, Router, get

from printing.addresses import printer_at
from printing.bitmap import render, to_png
from printing.content import claim_check_of, label_of
from printing.documents import Document
from printing.escpos_bytes import document_bytes, width_dots
from workshop.record.events import Actor
from workshop.record.tickets.standing import envelope_by_code
from workshop.record.tickets.tickets import ticket_by_number
from workshop.web.auth import COUNTER, STAFF


@get("/api/envelopes/{code:str}/label.png", opt={"access": STAFF}, media_type="image/png", tags=["Prints"])
async def label_png(code: str, by: Actor, profile: str = "") -> Response[bytes]:
    """The label of an envelope (by its code or number) as a PNG of 203 dpi.

    `profile` names a python-escpos printer profile, which sets the width; without it, the shop's.
    """
    envelope = await envelope_by_code(code, shop=by.shop)
    return await _png(await label_of(envelope.id), await _profile(by, profile, "label"))


@get(
    "/api/envelopes/{code:str}/label.escpos", opt={"access": STAFF}, tags=["Prints"],
    media_type="application/octet-stream",
)  # fmt: skip
async def label_escpos(code: str, by: Actor, profile: str = "") -> Response[bytes]:
    """The label as ESC/POS: initialise, raster, cut. Send it to port 9100 of a printer as it is."""
    envelope = await envelope_by_code(code, shop=by.shop)
    label, named = await label_of(envelope.id), await _profile(by, profile, "label")
    data = await to_thread.run_sync(document_bytes, label, named)
    return Response(data, media_type="application/octet-stream")


@get(
    "/api/tickets/{number:str}/claim-check.png", opt={"access": COUNTER}, media_type="image/png", tags=["Prints"]
)  # fmt: skip
async def claim_check_png(number: str, by: Actor, profile: str = "") -> Response[bytes]:
    """The claim check of a ticket as a PNG of 203 dpi. It shows money: for the counter's roles."""
    ticket = await ticket_by_number(number, shop=by.shop)
    return await _png(await claim_check_of(ticket.id), await _profile(by, profile, "receipt"))


async def _profile(by: Actor, asked: str, printer: str) -> str:
    return asked or (await printer_at(by, printer)).profile


async def _png(document: Document, profile: str) -> Response[bytes]:
    width = width_dots(profile)
    png = await to_thread.run_sync(lambda: to_png(render(document, width)))
    return Response(png, media_type="image/png")


router = Router("/", route_handlers=[label_png, label_escpos, claim_check_png])
