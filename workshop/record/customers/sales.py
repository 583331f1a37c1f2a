"""Purchases: what was bought, by whom and for whom, who sold it, and what led to it."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from datetime import date

from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value, transaction
from workshop.errors import Conflict, Forbidden, InvalidInput, NotFound
from workshop.record.cards import refuse_card_number
from workshop.record.customers.customers import customer_by_id
from workshop.record.customers.wishes import settle
from workshop.record.events import Actor, record
from workshop.record.pieces.piece_lock import piece_by_id
from workshop.record.pieces.pieces import NewPiece, add_piece
from workshop.record.shop.shops import shop_of
from workshop.record.tables import Sale, SaleAssociate, SaleLine

OCCASIONS = {
    "": "Not told", "birthday": "Birthday", "anniversary": "Anniversary", "engagement": "Engagement",
    "wedding": "Wedding", "birth": "Birth of a child", "graduation": "Graduation", "holiday": "Holiday",
    "valentine": "Valentine’s Day", "mothers day": "Mother’s Day", "self": "For themselves", "other": "Other",
}  # fmt: skip
SOURCES = {"hand": "Written down here", "till": "From the till", "import": "Imported", "api": "From another system"}
WHOLE = 1000  # all of the credit


@dataclass(frozen=True)
class NewSaleLine:
    """One thing bought. With `keep_as` it becomes a piece of whoever it is for; `price_cents` is for the quantity."""

    description: str
    price_cents: int
    style_no: str = ""
    quantity: int = 1
    piece: int | None = None
    keep_as: NewPiece | None = None


@dataclass(frozen=True)
class NewSale:
    """A purchase. `associates` share the credit: staff id to parts of a thousand; nobody named: who writes it down."""

    lines: list[NewSaleLine]
    customer: int | None = None
    sold_on: date | None = None
    associates: dict[int, int] = field(default_factory=dict)
    occasion: str = ""
    gifter: int | None = None
    recipient: int | None = None
    is_discreet: bool = False
    source: str = "hand"
    external_ref: str = ""
    ticket: str = ""
    prompt: int | None = None
    note: str = ""
    wishes: list[int] = field(default_factory=list)


async def record_sale(new: NewSale, *, by: Actor) -> tuple[int, bool]:
    """Write a purchase down. Gives its id, and whether it is new.

    The same external reference with the same content is the same sale, however often it is sent;
    with other content it is refused (Conflict). Raises InvalidInput naming what is wrong.
    """
    _check(new)
    async with transaction():
        told = _fingerprint(new)
        if new.external_ref.strip() and (known := await _sent_before(new, told, by.shop)):
            return known, False
        sale = await _open_sale(new, told, by)
        for line in new.lines:
            await _write_line(sale, line, new, by)
        mine = {by.id: WHOLE} if new.source == "hand" else {}
        for staff, per_mille in (new.associates or mine).items():
            await SaleAssociate(sale=sale.id, staff=staff, per_mille=per_mille).save()
        for wish in new.wishes:
            await _fulfil(wish, sale)
        await record(
            "sold", shop=by.shop, by=by, customer=new.customer, sale=sale.id, total=sale.total_cents, source=new.source
        )
    return int(sale.id), True


def _check(new: NewSale) -> None:
    if not 1 <= len(new.lines) <= 100:
        _refuse("lines", "A purchase holds 1 to 100 lines.")
    for line in new.lines:
        if not (line.description.strip() or line.style_no.strip()):
            _refuse("description", "What was bought?")
        if len(line.description) > 160 or len(line.style_no) > 60:
            _refuse("description", "At most 160 characters, and 60 for the style number.")
        if not (0 <= line.price_cents <= 10_000_000_00 and 1 <= line.quantity <= 999):
            _refuse("price", "Write what it cost.")
        refuse_card_number(line.description, "description")
    if new.occasion not in OCCASIONS:
        _refuse("occasion", "Choose the occasion.")
    if new.source not in SOURCES:
        _refuse("source", f"One of: {', '.join(SOURCES)}.")
    if new.associates and (sum(new.associates.values()) != WHOLE or min(new.associates.values()) < 1):
        _refuse("associates", "The shares of the credit must make a whole.")
    if len(new.external_ref) > 80 or len(new.note) > 160:
        _refuse("note", "At most 160 characters, and 80 for a reference.")
    refuse_card_number(new.note, "note")


def _refuse(name: str, sentence: str) -> None:
    raise InvalidInput(sentence, **{name: sentence})


def _fingerprint(new: NewSale) -> str:
    return hashlib.sha256(json.dumps(asdict(new), default=str, sort_keys=True).encode()).hexdigest()


async def _sent_before(new: NewSale, told: str, shop: int) -> int | None:
    ref = new.external_ref.strip()
    await fetch("SELECT pg_advisory_xact_lock(hashtextextended($1, $2))", f"sale {ref}", shop)
    row = await fetch_one("SELECT id, content_hash FROM sale WHERE shop = $1 AND external_ref = $2", shop, ref)
    if row is None:
        return None
    if row["content_hash"] != told:
        sentence = f"Sale “{ref}” is already written down, with other content. Nothing was changed."
        raise Conflict(sentence, sale=row["id"])
    return int(row["id"])


async def _open_sale(new: NewSale, told: str, by: Actor) -> Sale:
    today = clock.today((await shop_of(by.shop)).zone)
    if new.sold_on and new.sold_on > today:
        _refuse("sold_on", "That day is still to come.")
    for person in (new.customer, new.gifter, new.recipient):
        if person is not None:
            await customer_by_id(person)
    await _check_associates(new, by)
    gifter = new.gifter or (new.customer if new.recipient and new.recipient != new.customer else None)
    sale = Sale(
        shop=by.shop, customer=new.customer, sold_on=new.sold_on or today,
        total_cents=sum(line.price_cents for line in new.lines), occasion=new.occasion, gifter=gifter,
        recipient=new.recipient, is_discreet=new.is_discreet, source=new.source,
        external_ref=new.external_ref.strip(), content_hash=told if new.external_ref.strip() else "",
        ticket=await _ticket(new.ticket, by.shop), prompt=await _prompt(new.prompt, by.shop), note=new.note.strip(),
        recorded_by=by.id, created_at=clock.now(),
    )  # fmt: skip
    await sale.save()
    return sale


async def _check_associates(new: NewSale, by: Actor) -> None:
    ours = await fetch_value(
        "SELECT count(*) FROM staff WHERE id = ANY($1) AND shop = $2", list(new.associates), by.shop
    )
    if ours != len(new.associates):
        _refuse("associates", "Only people of this shop can have sold it.")


async def _ticket(number: str, shop: int) -> int | None:
    if not number.strip():
        return None
    found: int | None = await fetch_value(
        "SELECT id FROM ticket WHERE number = $1 AND shop = $2", number.strip().upper(), shop
    )
    if found is None:
        _refuse("ticket", f"There is no ticket {number.strip()} in this shop.")
    return found


async def _prompt(prompt: int | None, shop: int) -> int | None:
    if prompt is None:
        return None
    found: int | None = await fetch_value("SELECT id FROM prompt WHERE id = $1 AND shop = $2", prompt, shop)
    if found is None:
        _refuse("prompt", "There is no such suggestion.")
    return found


async def _write_line(sale: Sale, line: NewSaleLine, new: NewSale, by: Actor) -> None:
    piece = line.piece
    # A surprise stays the buyer's until it is given: whoever it is for must not find it on their page.
    owner = new.customer if new.is_discreet else new.recipient or new.customer
    if piece is not None:
        await piece_by_id(piece)
    elif line.keep_as is not None and owner is not None:
        is_gift = owner != new.customer
        kept = await add_piece(
            line.keep_as, owner=owner, by=by, how="gift" if is_gift else "bought",
            given_by=sale.gifter if is_gift else None,
        )  # fmt: skip
        piece = kept.id
        if new.is_discreet:
            await fetch("UPDATE piece SET is_discreet = true WHERE id = $1", piece)
    await SaleLine(
        sale=sale.id, style_no=line.style_no.strip(), description=line.description.strip(), quantity=line.quantity,
        price_cents=line.price_cents, piece=piece,
    ).save()  # fmt: skip


async def _fulfil(wish: int, sale: Sale) -> None:
    known = await fetch_value(
        "SELECT id FROM wish WHERE id = $1 AND state = 'open' AND customer = ANY($2) FOR UPDATE",
        wish, [one for one in (sale.customer, sale.recipient) if one],
    )  # fmt: skip
    if known is None:
        _refuse("wish", "That wish is not open on their list.")
    await settle(wish, "bought", sale.id)


async def void_sale(sale: int, reason: str, *, by: Actor) -> None:
    """Strike a purchase that was taken back or written down by mistake; it stays readable, and counts no more."""
    if not by.is_one_of("manager", "owner"):
        raise Forbidden("Only a manager strikes a purchase. Ask one to sign in here.")
    if not reason.strip():
        _refuse("reason", "Say why: it stays in the history.")
    async with transaction():
        row = await fetch_one("SELECT * FROM sale WHERE id = $1 AND shop = $2 FOR UPDATE", sale, by.shop)
        if row is None:
            raise NotFound("There is no such purchase in this shop.")
        if row["voided_at"] is not None:
            return
        await fetch(
            "UPDATE sale SET voided_at = $2, void_reason = $3 WHERE id = $1", sale, clock.now(), reason.strip()[:120]
        )
        await fetch("UPDATE wish SET state = 'open', closed_at = NULL, sale = NULL WHERE sale = $1", sale)
        await record("sale_struck", shop=by.shop, by=by, customer=row["customer"], sale=sale, reason=reason.strip())
