"""Letting something off while a take-in is typed, choosing packages, and the deposit to ask for."""

import copy
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from intake.contract import discount_of
from intake.draft_fields import Data, piece_at, place_of
from intake.draft_prices import DraftLine, PricedDraft, price_draft
from intake.drafts import changing, read_draft
from intake.engraving_step import begin_engraving
from intake.missing import Missing
from workshop import money
from workshop.errors import Conflict, Forbidden, InvalidInput
from workshop.record.events import Actor
from workshop.record.prices.bargains import REASONS, NewDiscount, check_discount, limit_of, too_much
from workshop.record.prices.discounts import Off, may_let_off
from workshop.record.prices.packages import packages
from workshop.record.prices.prices import percent
from workshop.record.shop.approvals import NeedsManager
from workshop.record.shop.approvals import Request as Asked
from workshop.record.shop.shops import shop_of
from workshop.record.tables import Shop
from workshop.record.tickets.take_in_prices import line_subject, visit_subject
from workshop.web.auth import COUNTER
from workshop.web.forms import Form, form_of
from workshop.web.pages import page

Http = Request[Any, Any, Any]
SHARES = [("50", "5 %"), ("100", "10 %"), ("150", "15 %"), ("200", "20 %"), ("other", "Another")]
CHANGED = {"HX-Trigger": '{"saved": {"target": "body"}}'}  # prices and totals are read again


@get("/intake/{draft:uuid}/discount", opt={"access": COUNTER})
async def ask_discount(request: Http, draft: UUID, by: Actor, piece: str = "", line: int = -1) -> Response[str]:
    """How much, and why? For one line of a piece, or (without) the whole visit."""
    data = await read_draft(draft, shop=by.shop)
    return await _dialog(request, draft, data, by, piece, line)


async def _dialog(
    request: Http, draft: UUID, data: Data, by: Actor, piece: str, line: int, *, form: Form | None = None,
    error: Exception | None = None,
) -> Response[str]:  # fmt: skip
    shop = await shop_of(by.shop)
    holder = _holder(data, piece, line)
    priced = await price_draft(data, shop)
    off = _off_of(data, priced, shop, by, piece, line)
    fields = error.fields if isinstance(error, InvalidInput) else {}
    asked = error.request if isinstance(error, NeedsManager) else None
    trouble = error.message if isinstance(error, Forbidden | Conflict) else ""
    return await page(
        request, "intake/_discount.html", status=422 if error else 200, draft=draft, piece=piece, line=line, shop=shop,
        action=f"/intake/{draft}/discount", values=_values(form, discount_of(holder)), errors=fields, asked=asked,
        trouble=trouble, off=off, title=_title(data, priced, piece, line, off), has_one="discount" in holder,
        **discount_choices(shop, by),
    )  # fmt: skip


def discount_choices(shop: Shop, by: Actor) -> dict[str, Any]:
    """The pills of the question, and how far the one asking may go."""
    limit = limit_of(shop, by.roles)
    return {
        "shares": SHARES, "reasons": list(REASONS.items()),
        "limit": f"You may let off up to {percent(limit)} alone." if limit < 1000 else "",
    }  # fmt: skip


def _values(form: Form | None, now: NewDiscount | None) -> dict[str, str]:
    if form is not None:
        return {name: form.text(name) for name in ("share", "percent", "amount", "reason", "words")}
    if now is None:
        return {"share": "100", "percent": "", "amount": "", "reason": "goodwill", "words": ""}
    known = str(now.per_mille) in dict(SHARES)
    return {
        "share": str(now.per_mille) if known else "other", "reason": now.reason, "words": now.words,
        "percent": f"{now.per_mille / 10:g}" if now.per_mille and not known else "",
        "amount": f"{now.cents / 100:.2f}" if now.cents else "",
    }  # fmt: skip


def _holder(data: Data, piece: str, line: int) -> Data:
    """What a discount is kept with: a line of work, or the whole draft."""
    if not piece:
        return data
    tasks: list[Data] = piece_at(data, place_of(data, piece))["tasks"]
    if not 0 <= line < len(tasks):
        raise Conflict("That line of work is no longer there. Nothing was changed.")
    return tasks[line]


def _title(data: Data, priced: PricedDraft, piece: str, line: int, off: Off) -> str:
    found = priced.pieces[place_of(data, piece)].lines[line] if piece else None
    return f"Let something off: {found.name if found else 'the whole visit'}, {money.show(off.of)}"


@post("/intake/{draft:uuid}/discount", opt={"access": COUNTER}, status_code=200)
async def let_off(request: Http, draft: UUID, by: Actor) -> Response[Any]:
    """Keep a discount with the take-in, or take it back. Above one's limit a manager approves right here."""
    form = await form_of(request)
    piece, line = form.text("piece"), -1 if form.whole("line") is None else int(form.text("line"))
    data = await read_draft(draft, shop=by.shop)
    try:
        kept = None if form.ticked("take_back") else read_discount(form)
        tried = copy.deepcopy(data)
        _keep(_holder(tried, piece, line), kept)
        shop = await shop_of(by.shop)
        await may_let_off(_off_of(tried, await price_draft(tried, shop), shop, by, piece, line), shop, by)
        async with changing(draft, by=by) as held:
            _keep(_holder(held.data, piece, line), kept)
    except (InvalidInput, Forbidden, Conflict) as error:
        return await _dialog(request, draft, data, by, piece, line, form=form, error=error)
    return Response("", media_type="text/html", headers=CHANGED)


def _keep(holder: Data, discount: NewDiscount | None) -> None:
    if discount is None:
        holder.pop("discount", None)
    else:
        holder["discount"] = {
            "reason": discount.reason, "per_mille": discount.per_mille, "cents": discount.cents, "words": discount.words
        }  # fmt: skip


def read_discount(form: Form) -> NewDiscount:
    """What was asked for. Raises InvalidInput naming `off`, `reason` or `words`."""
    share, cents = form.text("share"), None
    if share == "other":
        share, amount = "", form.text("amount")
        if form.text("percent"):
            typed = form.text("percent").replace(",", ".").removesuffix("%").strip()
            try:
                share = str(round(float(typed) * 10))
            except (ValueError, OverflowError):
                raise InvalidInput("That is no percentage.", off="Write a percentage such as 12.5.") from None
        cents = money.parse(amount, "off") if amount else None
    whole = int(share) if share.lstrip("-").isdigit() and len(share) < 6 else None
    new = NewDiscount(form.text("reason"), whole, cents, form.text("words"))
    check_discount(new)
    return new


def _off_of(data: Data, priced: PricedDraft, shop: Shop, by: Actor, piece: str, line: int) -> Off:
    """What is let off the line, or the visit; a line above the limit has a word of its own and counts for nothing."""
    if piece:
        at = place_of(data, piece)
        found = priced.pieces[at].lines[line]
        if found is None:
            raise Conflict("That line has no price yet. Finish it first.")
        return line_off(found, piece, discount_of(data["pieces"][at]["tasks"][line]))
    return visit_off(data, priced, shop, by)


def line_off(line: DraftLine, piece: str, discount: NewDiscount | None) -> Off:
    """What is let off one line."""
    off = line.line.discount_off
    return Off(off, line.price_cents + off, 1, line_subject(piece, line.item["code"]), _said(discount))


def visit_off(data: Data, priced: PricedDraft, shop: Shop, by: Actor) -> Off:
    """What is let off the visit, but for lines that have a manager's word of their own."""
    counted = [
        line for line in priced.all_lines()
        if not line.bargains or not too_much(shop, by.roles, off=line.discount_off, of=line.cents + line.discount_off)
    ]  # fmt: skip
    off = sum(line.discount_off for line in counted)
    whole = off + sum(line.cents for line in counted)
    return Off(off, whole, len(counted), visit_subject(data["pieces"][0]["code"]), _said(discount_of(data)))


def _said(discount: NewDiscount | None) -> str:
    return discount.bargain.words if discount else ""


async def discounts_without_word(data: Data, priced: PricedDraft, shop: Shop, by: Actor) -> list[Asked]:
    """What a manager has yet to approve before this take-in is saved."""
    offs = []
    for typed, piece in zip(data["pieces"], priced.pieces, strict=True):
        for task, line in zip(typed["tasks"], piece.lines, strict=True):
            if line is not None and task.get("discount"):
                offs.append(line_off(line, typed["code"], discount_of(task)))
    if data.get("discount"):
        offs.append(visit_off(data, priced, shop, by))
    waiting = []
    for off in offs:
        try:
            await may_let_off(off, shop, by)
        except NeedsManager as error:
            waiting.append(error.request)
        except Forbidden:
            waiting.append(off.request)
    return waiting


def missing_words(waiting: list[Asked]) -> list[Missing]:
    """The same as things still to do."""
    return [Missing("off", f"A manager approves: {asked.words().lower()}.", "/finish#totals") for asked in waiting]


def choose_package(piece: Data, package: int, codes: list[str], book: dict[str, dict[str, Any]]) -> None:
    """Put a package's work on a piece: what is there already joins it, the rest is added. Tapped again, it goes."""
    chosen = {task["code"]: task for task in piece["tasks"]}
    if codes and all(chosen.get(code, {}).get("package") == package for code in codes):
        for code in codes:
            chosen[code].pop("package")
        return
    for code in codes:
        if code not in chosen and code in book:
            task: Data = {"code": code, "quantity": 1, "drivers": {}}
            begin_engraving(task, book[code])
            piece["tasks"].append(task)
            chosen[code] = task
        if code in chosen:
            chosen[code]["package"] = package


async def package_codes(package: int | None, shop: int) -> list[str]:
    """The work in a package that is offered today; nothing for one that is not."""
    if package is None:
        return []
    return next((row["codes"] for row in await packages(shop) if row["id"] == package), [])


handlers = [ask_discount, let_off]
