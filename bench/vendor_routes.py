"""Pages of the vendors: who they are, proof of cover, how they keep their word."""

from dataclasses import fields
from datetime import date
from typing import Any

import anyio.to_thread
from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile

from bench.card_pictures import draw_codes
from workshop import clock, money
from workshop.errors import Conflict, InvalidInput
from workshop.record.cards import refuse_cards_in
from workshop.record.events import Actor
from workshop.record.shop.shops import shop_of
from workshop.record.tickets.standing import envelope_by_code
from workshop.record.whereabouts.send_outs import begin_list, lists_of, pack, vendor_alarms
from workshop.record.whereabouts.vendors import (
    NewCover,
    NewVendor,
    add_cover,
    add_vendor,
    change_vendor,
    covers_of,
    paper_of,
    record_of,
    retire_vendor,
    vendor_of,
    vendors_of,
    withdraw_cover,
)
from workshop.web.auth import COUNTER, MANAGER, STAFF
from workshop.web.forms import Form, form_of
from workshop.web.pages import go, page

Req = Request[Any, Any, Any]


@get("/vendors", opt={"access": COUNTER})
async def show_vendors(request: Req, by: Actor) -> Response[str]:
    """Who works for us, what is out, and what is not back in time."""
    shop = await shop_of(by.shop)
    return await page(
        request, "bench/vendors.html", shop=shop, vendors=await vendors_of(by.shop), late=await vendor_alarms(shop),
        lists=await lists_of(by.shop, limit=30), may_change=by.is_one_of("manager", "owner"),
        day_now=clock.today(shop.zone),
    )  # fmt: skip


@get("/vendors/new", opt={"access": MANAGER})
async def show_new(request: Req, by: Actor) -> Response[str]:
    """A vendor to write down."""
    return await _form(request, 0, {"usual_days": "5"}, {})


@post("/vendors", opt={"access": MANAGER}, status_code=200)
async def make_vendor(request: Req, by: Actor) -> Response[Any]:
    """Write a vendor down."""
    form = await form_of(request)
    try:
        refuse_cards_in(form.texts_by_name())
        vendor = await add_vendor(_read(form), by=by)
    except InvalidInput as error:
        return await _form(request, 0, form.dict(), error.fields)
    return go(request, f"/vendors/{vendor}", flash="Written down. Now file their proof of cover.")


@get("/vendors/{vendor:int}/details", opt={"access": MANAGER})
async def show_details(request: Req, vendor: int, by: Actor) -> Response[str]:
    """What is written down, to correct."""
    row = await vendor_of(vendor, shop=by.shop)
    return await _form(request, vendor, {one.name: row[one.name] for one in fields(NewVendor)}, {})


@post("/vendors/{vendor:int}/details", opt={"access": MANAGER}, status_code=200)
async def save_details(request: Req, vendor: int, by: Actor) -> Response[Any]:
    """Correct it."""
    form = await form_of(request)
    try:
        refuse_cards_in(form.texts_by_name())
        await change_vendor(vendor, _read(form), by=by)
    except InvalidInput as error:
        return await _form(request, vendor, form.dict(), error.fields)
    return go(request, f"/vendors/{vendor}", flash="Saved.")


def _read(form: Form) -> NewVendor:
    told = {one.name: form.text(one.name) for one in fields(NewVendor) if one.name != "usual_days"}
    return NewVendor(**told, usual_days=form.whole("usual_days") or 0)


async def _form(request: Req, vendor: int, values: dict[str, Any], errors: dict[str, str]) -> Response[str]:
    return await page(
        request, "bench/vendor_form.html", status=422 if errors else 200, vendor=vendor, values=values, errors=errors
    )


@get("/vendors/{vendor:int}", opt={"access": COUNTER})
async def show_vendor(request: Req, vendor: int, by: Actor) -> Response[str]:
    """One vendor."""
    return await _vendor(request, vendor, by)


async def _vendor(
    request: Req, vendor: int, by: Actor, *, form: Form | None = None, errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response[str]:  # fmt: skip
    row, shop = await vendor_of(vendor, shop=by.shop), await shop_of(by.shop)
    return await page(
        request, "bench/vendor.html", status=status, vendor=row, shop=shop, covers=await covers_of(vendor),
        kept=await record_of(vendor, shop.zone), lists=await lists_of(by.shop, vendor=vendor),
        may_change=by.is_one_of("manager", "owner"), values=form.dict() if form else {}, errors=errors or {},
        day_now=clock.today(shop.zone),
    )  # fmt: skip


@post("/vendors/{vendor:int}/covers", opt={"access": MANAGER}, status_code=200)
async def file_cover(request: Req, vendor: int, by: Actor) -> Response[Any]:
    """File a proof of insurance, with its paper."""
    data = await request.form()
    form = Form([(name, value) for name, value in data.multi_items()])
    paper = data.get("paper")
    try:
        refuse_cards_in(form.texts_by_name())
        limit = money.parse(form.text("limit"), "limit") if form.text("limit") else 0
        new = NewCover(
            form.text("insurer"), form.text("policy_no"), limit, _day(form, "expires_on"),
            _day(form, "valid_from") if form.text("valid_from") else None,
            await paper.read() if isinstance(paper, UploadFile) else b"",
        )  # fmt: skip
        await add_cover(vendor, new, by=by)
    except InvalidInput as error:
        return await _vendor(request, vendor, by, form=form, errors=error.fields, status=422)
    return go(request, f"/vendors/{vendor}", flash="The proof is on file.")


def _day(form: Form, name: str) -> date:
    try:
        return date.fromisoformat(form.text(name))
    except ValueError:
        sentence = "Choose the day as it stands on the proof."
        raise InvalidInput(sentence, **{name: sentence}) from None


@get("/vendors/covers/{cover:int}/paper", opt={"access": COUNTER})
async def show_paper(cover: int, by: Actor) -> Response[bytes]:
    """The certificate itself."""
    row = await paper_of(cover, shop=by.shop)
    return Response(
        row["paper"], media_type=row["paper_type"], headers={"Content-Disposition": f'inline; filename="cover-{cover}"'}
    )


@post("/vendors/covers/{cover:int}/withdrawal", opt={"access": MANAGER}, status_code=200)
async def end_cover(request: Req, cover: int, by: Actor) -> Response[Any]:
    """A proof that holds no more."""
    vendor = await withdraw_cover(cover, by=by)
    return go(request, f"/vendors/{vendor}", flash="That proof covers nothing any more.")


@post("/vendors/{vendor:int}/retirement", opt={"access": MANAGER}, status_code=200)
async def end_vendor(request: Req, vendor: int, by: Actor) -> Response[Any]:
    """We work with them no more."""
    try:
        name = await retire_vendor(vendor, by=by)
    except Conflict as error:
        return await _vendor(request, vendor, by, errors={"retire": error.message}, status=409)
    return go(request, "/vendors", flash=f"{name} is off the list.")


@get("/vendors/cards", opt={"access": COUNTER})
async def show_cards(request: Req, by: Actor, vendor: int | None = None) -> Response[str]:
    """A card to scan for each vendor: the envelope, then the card, puts it on their list."""
    rows = [
        {"title": row["name"], "hint": row["trade"] or "Vendor", "code": row["code"]}
        for row in await vendors_of(by.shop) if vendor in (None, row["id"])
    ]  # fmt: skip
    await anyio.to_thread.run_sync(draw_codes, rows)
    back = f"/vendors/{vendor}" if vendor else "/vendors"
    return await page(request, "bench/vendor_cards.html", cards=rows, back=back)


@post("/vendors/{vendor:int}/lists", opt={"access": COUNTER}, status_code=200)
async def start_list(request: Req, vendor: int, by: Actor) -> Response[Any]:
    """Begin a packing list, or go on with the one that is being packed."""
    return go(request, f"/send-outs/{(await begin_list(vendor, by=by))['id']}")


@get("/vendors/for/{code:str}", opt={"access": STAFF})
async def choose_vendor(request: Req, code: str, by: Actor) -> Response[str]:
    """To which vendor one envelope goes: tapped, where no card is at hand."""
    envelope = await envelope_by_code(code, shop=by.shop)
    # A vendor's place is called as the vendor is.
    vendors = [{"code": row["code"], "name": row["name"], "trade": row["trade"]} for row in await vendors_of(by.shop)]
    return await page(request, "bench/vendor_choice.html", envelope=envelope, vendors=vendors)


@post("/vendors/for/{code:str}", opt={"access": STAFF}, status_code=200)
async def put_on_list(request: Req, code: str, by: Actor) -> Response[Any]:
    """Put it on the list of the vendor that was tapped."""
    form = await form_of(request)
    envelope, row, _ = await pack(code, form.text("vendor"), by=by)
    where = f"/send-outs/{row['id']}" if by.is_one_of("counter", "manager", "owner") else f"/bench/{envelope.code}"
    return go(request, where, flash=f"{envelope.number} is on list {row['number']}.")


HANDLERS = [
    show_vendors, show_new, make_vendor, show_details, save_details, show_vendor, file_cover, show_paper, end_cover,
    end_vendor, show_cards, start_list, choose_vendor, put_on_list,
]  # fmt: skip
