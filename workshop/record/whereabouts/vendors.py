"""Trade shops: who they are, what proof of insurance we hold of them, and how well they keep their word."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value, transaction
from workshop.errors import Conflict, Forbidden, InvalidInput, NotFound
from workshop.record.cards import refuse_card_number
from workshop.record.codes import PLACE, VENDOR, new_code
from workshop.record.events import Actor, record
from workshop.record.whereabouts.places import is_taken

LARGEST_PAPER = 3_000_000  # bytes of a certificate
PAPERS = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png"}
LENGTHS = {"trade": 60, "contact": 80, "phone": 30, "email": 120, "address": 300, "note": 400}


@dataclass(frozen=True)
class NewVendor:
    """What is written down of a vendor."""

    name: str
    trade: str = ""
    contact: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    note: str = ""
    usual_days: int = 5  # working days they usually take


@dataclass(frozen=True)
class NewCover:
    """A proof of insurance as it lies on the table."""

    insurer: str
    policy_no: str
    limit_cents: int
    expires_on: date
    valid_from: date | None = None
    paper: bytes = b""


async def vendors_of(shop: int, *, also_retired: bool = False) -> list[dict[str, Any]]:
    """The vendors of a shop with what is out there now and whether their proof of cover holds today."""
    return await fetch(
        """SELECT v.*, COALESCE(o.pieces, 0) AS pieces, COALESCE(o.declared, 0)::bigint AS declared, o.next_due,
                  c.limit_cents AS cover_cents, c.expires_on AS cover_until
           FROM vendor v
           LEFT JOIN (SELECT s.vendor, count(*) AS pieces, sum(p.declared_cents) AS declared, min(s.due_back_on)
                      AS next_due FROM send_out s JOIN send_out_piece p ON p.send_out = s.id AND p.state = 'out'
                      WHERE s.shop = $1 AND s.state = 'out' GROUP BY s.vendor) o ON o.vendor = v.id
           LEFT JOIN LATERAL (SELECT limit_cents, expires_on FROM vendor_cover WHERE vendor = v.id
                              AND withdrawn_at IS NULL ORDER BY expires_on DESC, id DESC LIMIT 1) c ON true
           WHERE v.shop = $1 AND ($2 OR v.retired_at IS NULL) ORDER BY v.retired_at IS NOT NULL, lower(v.name)""",
        shop, also_retired,
    )  # fmt: skip


async def vendor_of(vendor: int, *, shop: int, lock: bool = False) -> dict[str, Any]:
    """A vendor of this shop, or NotFound."""
    row = await fetch_one(
        f"SELECT * FROM vendor WHERE id = $1 AND shop = $2 {'FOR UPDATE' if lock else ''}", vendor, shop  # noqa: S608
    )  # fmt: skip
    if row is None:
        raise NotFound("There is no such vendor in this shop.")
    return row


async def vendor_by_code(code: str, *, shop: int) -> dict[str, Any]:
    """The vendor of a scanned card. Raises NotFound, Conflict for one we work with no more."""
    row = await fetch_one("SELECT * FROM vendor WHERE code = $1 AND shop = $2", code, shop)
    if row is None:
        raise NotFound("No vendor of this shop has that code. Print the vendor's card again.")
    if row["retired_at"] is not None:
        raise Conflict(f"We do not work with {row['name']} any more. Take the card down.")
    return row


async def add_vendor(new: NewVendor, *, by: Actor) -> int:
    """Write a vendor down; it gets a card to scan and a place of its own."""
    _check(new, by)
    async with transaction():
        await _check_name(new.name, by)
        place = await fetch_value(
            "INSERT INTO place (shop, name, kind, code) VALUES ($1, $2, 'vendor', $3) RETURNING id",
            by.shop, new.name.strip(), new_code(PLACE),
        )  # fmt: skip
        vendor: int = await fetch_value(
            """INSERT INTO vendor (shop, place, code, name, trade, contact, phone, email, address, note, usual_days,
                                   created_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING id""",
            by.shop, place, new_code(VENDOR), *_stripped(new), clock.now(),
        )  # fmt: skip
        await record("vendor_added", shop=by.shop, by=by, vendor=new.name.strip())
    return vendor


async def change_vendor(vendor: int, new: NewVendor, *, by: Actor) -> None:
    """Correct what is written down of a vendor."""
    _check(new, by)
    async with transaction():
        row = await vendor_of(vendor, shop=by.shop, lock=True)
        await _check_name(new.name, by, besides=row["place"])
        await fetch(
            """UPDATE vendor SET name = $2, trade = $3, contact = $4, phone = $5, email = $6, address = $7, note = $8,
               usual_days = $9 WHERE id = $1""",
            vendor, *_stripped(new),
        )  # fmt: skip
        await fetch("UPDATE place SET name = $2 WHERE id = $1", row["place"], new.name.strip())
        await fetch("UPDATE envelope SET location = $2 WHERE place = $1 AND stage <> 'picked_up'",
                    row["place"], new.name.strip())  # fmt: skip
        await record("vendor_changed", shop=by.shop, by=by, vendor=new.name.strip())


async def retire_vendor(vendor: int, *, by: Actor) -> str:
    """We work with them no more. Conflict while something of ours is there. Gives the name."""
    _check_is_manager(by)
    async with transaction():
        row = await vendor_of(vendor, shop=by.shop, lock=True)
        out = await fetch_value(
            "SELECT count(*) FROM send_out WHERE vendor = $1 AND state IN ('packing', 'out')", vendor
        )
        if out:
            raise Conflict(f"{row['name']} still has a list of ours. Receive everything back first.")
        await fetch("UPDATE vendor SET retired_at = $2 WHERE id = $1", vendor, clock.now())
        await fetch("UPDATE place SET retired_at = $2 WHERE id = $1", row["place"], clock.now())
        await record("vendor_retired", shop=by.shop, by=by, vendor=row["name"])
    name: str = row["name"]
    return name


def _stripped(new: NewVendor) -> list[Any]:
    told: Mapping[str, Any] = asdict(new)
    return [value.strip() if isinstance(value, str) else value for value in told.values()]


def _check(new: NewVendor, by: Actor) -> None:
    _check_is_manager(by)
    errors = {
        name: f"At most {most} letters." for name, most in LENGTHS.items() if len(getattr(new, name).strip()) > most
    }
    if not 2 <= len(new.name.strip()) <= 40:
        errors["name"] = "Write the vendor's name, in 2 to 40 letters."
    if not 1 <= new.usual_days <= 200:
        errors["usual_days"] = "Between 1 and 200 days."
    if errors:
        raise InvalidInput("Please look at this again.", **errors)
    refuse_card_number(new.note, "note")


def _check_is_manager(by: Actor) -> None:
    if not by.is_one_of("manager", "owner"):
        raise Forbidden("Vendors are set up by a manager.")


async def _check_name(name: str, by: Actor, besides: int = 0) -> None:
    if await is_taken(name.strip(), shop=by.shop, besides=besides):
        sentence = f"There is a place or vendor called “{name.strip()}” already."
        raise InvalidInput(sentence, name=sentence)


async def add_cover(vendor: int, new: NewCover, *, by: Actor) -> int:
    """File a proof of insurance. An older one stays as it was."""
    _check_is_manager(by)
    _check_cover(new)
    kind = next((kind for head, kind in PAPERS.items() if new.paper.startswith(head)), "")
    async with transaction():
        row = await vendor_of(vendor, shop=by.shop, lock=True)
        today = clock.today(await fetch_value("SELECT zone FROM shop WHERE id = $1", by.shop))
        cover: int = await fetch_value(
            """INSERT INTO vendor_cover (vendor, insurer, policy_no, limit_cents, valid_from, expires_on, paper,
                                         paper_type, seen_by, at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id""",
            vendor, new.insurer.strip(), new.policy_no.strip(), new.limit_cents, new.valid_from or today,
            new.expires_on, new.paper or None, kind, by.id or None, clock.now(),
        )  # fmt: skip
        await record(
            "cover_filed", shop=by.shop, by=by, vendor=row["name"], limit=new.limit_cents,
            until=new.expires_on.isoformat(),
        )  # fmt: skip
    return cover


def _check_cover(new: NewCover) -> None:
    errors = {}
    if not 2 <= len(new.insurer.strip()) <= 80:
        errors["insurer"] = "Who insures them? 2 to 80 letters."
    if len(new.policy_no.strip()) > 60:
        errors["policy_no"] = "At most 60 letters."
    if new.limit_cents <= 0:
        errors["limit"] = "Up to what amount does it cover customers' goods?"
    if new.valid_from and new.expires_on < new.valid_from:
        errors["expires_on"] = "It ends before it begins."
    if new.paper and (len(new.paper) > LARGEST_PAPER or not any(new.paper.startswith(head) for head in PAPERS)):
        errors["paper"] = "A PDF, JPEG or PNG of at most 3 MB."
    if errors:
        raise InvalidInput("Please look at this again.", **errors)


async def withdraw_cover(cover: int, *, by: Actor) -> int:
    """A proof that was cancelled, or filed in error, covers nothing any more. Gives the vendor."""
    _check_is_manager(by)
    async with transaction():
        row = await fetch_one(
            """UPDATE vendor_cover c SET withdrawn_at = COALESCE(withdrawn_at, $3) FROM vendor v
               WHERE c.id = $1 AND v.id = c.vendor AND v.shop = $2 RETURNING v.id, v.name, c.insurer""",
            cover, by.shop, clock.now(),
        )  # fmt: skip
        if row is None:
            raise NotFound("There is no such proof in this shop.")
        await record("cover_withdrawn", shop=by.shop, by=by, vendor=row["name"], insurer=row["insurer"])
    vendor: int = row["id"]
    return vendor


async def covers_of(vendor: int) -> list[dict[str, Any]]:
    """Every proof ever filed, newest first; without the papers themselves."""
    return await fetch(
        """SELECT c.id, c.insurer, c.policy_no, c.limit_cents, c.valid_from, c.expires_on, c.at, c.withdrawn_at,
                  c.paper_type, s.name AS seen_by FROM vendor_cover c LEFT JOIN staff s ON s.id = c.seen_by
           WHERE c.vendor = $1 ORDER BY c.expires_on DESC, c.id DESC""",
        vendor,
    )


async def cover_for(vendor: int, first: date, last: date) -> dict[str, Any] | None:
    """The best proof that holds from one day through another, or None."""
    return await fetch_one(
        """SELECT * FROM vendor_cover WHERE vendor = $1 AND withdrawn_at IS NULL AND valid_from <= $2
           AND expires_on >= $3 ORDER BY limit_cents DESC, id DESC LIMIT 1""",
        vendor, first, last,
    )  # fmt: skip


async def paper_of(cover: int, *, shop: int) -> dict[str, Any]:
    """The certificate of a proof, or NotFound."""
    row = await fetch_one(
        """SELECT c.paper, c.paper_type FROM vendor_cover c JOIN vendor v ON v.id = c.vendor
           WHERE c.id = $1 AND v.shop = $2 AND c.paper IS NOT NULL""",
        cover, shop,
    )
    if row is None:
        raise NotFound("No certificate is kept with this proof.")
    return row


async def record_of(vendor: int, shop_zone: str, *, days: int = 365) -> dict[str, Any]:
    """How a vendor kept its word over the last year: pieces back, on time, sent back by quality, what they cost.

    On time: back on the day agreed or before. Redo: the check that came next sent it back.
    """
    row = await fetch_one(
        """SELECT count(*) AS back, COALESCE(sum(p.cost_cents), 0)::bigint AS cost,
                  count(*) FILTER (WHERE (p.returned_at AT TIME ZONE $3)::date <= s.due_back_on) AS on_time,
                  count(*) FILTER (WHERE p.is_finished) AS finished,
                  count(*) FILTER (WHERE p.is_finished AND q.to_stage = 'at_bench') AS redo,
                  percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM p.returned_at - s.sent_at) / 86400)
                  AS median_days
           FROM send_out s JOIN send_out_piece p ON p.send_out = s.id AND p.state = 'back'
           LEFT JOIN LATERAL (SELECT e.to_stage FROM event e WHERE e.envelope = p.envelope AND e.name = 'moved'
                              AND e.from_stage = 'quality_check' AND e.at >= p.returned_at ORDER BY e.id LIMIT 1)
                              q ON p.is_finished
           WHERE s.vendor = $1 AND p.returned_at > $2""",
        vendor, clock.now() - timedelta(days=days), shop_zone,
    )  # fmt: skip
    assert row is not None
    return row
