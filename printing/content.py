"""From the record to the envelope's label and the customer's claim check."""

import json
import re
from datetime import date, datetime
from typing import Any

from printing.condition import marked_pictures, noted, numbered
from printing.documents import ClaimCheck, EnvelopeLabel
from workshop import clock
from workshop.db import fetch, fetch_one
from workshop.errors import NotFound
from workshop.money import show
from workshop.record.bench.watch_checks import told_to_customer
from workshop.record.codes import link_token
from workshop.record.customers.allergies import allergies_on_envelope
from workshop.record.customers.customers import show_phone
from workshop.record.money.deposits import missing_deposit
from workshop.record.money.money_owed import sum_of
from workshop.record.pieces.engraving import engravings_in
from workshop.record.pieces.pieces import in_words
from workshop.record.secret import secret_key
from workshop.record.tables import Ticket
from workshop.record.trade import size_in_words
from workshop.settings import settings

Row = dict[str, Any]

_TERMS = {
    "firm": "The price is firm.",
    "call": "We call you with the price before we start.",
    "estimate": "We send you an estimate first. No work starts before you approve it.",
    "not_above": "We do not go above {most} without asking you.",
}


async def label_of(envelope_id: int, copy: int = 0) -> EnvelopeLabel:
    """The label of an envelope. What the piece is worth and whose it is are not even read."""
    row = await fetch_one(
        """SELECT v.number, v.code, v.place_no, v.place_count, v.size_now, v.size_wanted, v.promise_on,
                  v.is_rush, k.taken_in_at, s.name AS shop_name, s.zone, a.name AS taken_in_by,
                  p.kind, p.description, p.metal, p.metal_basis, p.serial, v.engravings,
                  ARRAY(SELECT CASE WHEN t.quantity > 1 THEN t.quantity || ' × ' || t.name ELSE t.name END
                        FROM task t WHERE t.envelope = v.id AND NOT t.is_dropped AND t.code <> 'XX-RUSH'
                        ORDER BY t.id) AS tasks
           FROM envelope v JOIN ticket k ON k.id = v.ticket JOIN shop s ON s.id = v.shop
           JOIN staff a ON a.id = k.taken_in_by JOIN piece p ON p.id = v.piece WHERE v.id = $1""",
        envelope_id,
    )
    if row is None:
        raise NotFound("There is no such envelope.")
    return EnvelopeLabel(
        shop_name=row["shop_name"], number=row["number"], code=row["code"], piece=in_words(row),
        tasks=row["tasks"], promise=short_day(row["promise_on"]),
        place=f"{row['place_no']} of {row['place_count']}", taken_in_by=row["taken_in_by"],
        taken_in_on=moment(row["taken_in_at"], row["zone"]),
        size_change=size_change(row["size_now"], row["size_wanted"]), engraving=engraved(row["engravings"]),
        allergies=", ".join(await allergies_on_envelope(envelope_id)),
        rush=row["is_rush"], copy=copy,
    )  # fmt: skip


async def claim_check_of(ticket_id: int, copy: int = 0) -> ClaimCheck:
    """What the customer takes home: the way to their page, and what both sides agreed."""
    ticket = await ticket_of_id(ticket_id)
    head = await head_of(ticket_id)
    pieces = await pieces_on(ticket_id)
    money = await sum_of(ticket)
    measured = await measured_on(pieces)
    return ClaimCheck(
        shop_name=head["shop_name"], shop_address=head["address"], shop_phone=show_phone(head["phone"]),
        number=ticket.number, status_url=status_url(ticket.number),
        pieces=[in_words(piece) for piece in pieces], agreed=[_agreed(piece) for piece in pieces],
        noted=[noted(piece) for piece in pieces], risks=json.loads(ticket.risks),
        risks_explained=ticket.risks_explained,
        marks=[numbered(piece) for piece in pieces], pictures=[await marked_pictures(piece) for piece in pieces],
        promise=long_day(ticket.promise_on), terms=_terms(ticket, head["currency"]),
        policy=ticket.policy_text, taken_in_by=head["taken_in_by"],
        taken_in_on=moment(ticket.taken_in_at, head["zone"]),
        total=_total(ticket, pieces, show(money.total, head["currency"])),
        deposit=show(money.paid, head["currency"]) if money.paid else "",
        off=show(money.discount, head["currency"]) if money.discount else "",
        deposit_due=show(due, head["currency"]) if (due := missing_deposit(ticket, money.paid)) else "",
        signature_png=head["signature"], measured=measured, copy=copy,
    )  # fmt: skip


async def measured_on(pieces: list[Row]) -> list[str]:
    """What a watch showed before the work and after it, with the piece's number where there are several."""
    told = await told_to_customer([piece["envelope"] for piece in pieces if piece["kind"] == "watch"])
    numbers = {piece["envelope"]: f"{piece['number']}: " if len(pieces) > 1 else "" for piece in pieces}
    return [f"{numbers[envelope]}{line}" for envelope, lines in told.items() for line in lines]


def status_url(number: str) -> str:
    """The address of a ticket's page for its customer."""
    return f"{settings().base_url}/t/{link_token(secret_key(), number)}"


async def ticket_of_id(ticket_id: int) -> Ticket:
    """A ticket, or NotFound."""
    ticket = await Ticket.objects().get(Ticket.id == ticket_id)
    if ticket is None:
        raise NotFound("There is no such ticket.")
    return ticket


async def head_of(ticket_id: int) -> Row:
    """The shop of a ticket, who took it in, and its signature."""
    row = await fetch_one(
        """SELECT s.name AS shop_name, s.address, s.phone, s.zone, s.currency, a.name AS taken_in_by,
                  g.png AS signature
           FROM ticket k JOIN shop s ON s.id = k.shop JOIN staff a ON a.id = k.taken_in_by
           LEFT JOIN signature g ON g.id = k.signature WHERE k.id = $1""",
        ticket_id,
    )
    assert row is not None
    return row


async def pieces_on(ticket_id: int) -> list[Row]:
    """The pieces of a ticket in the order of their envelopes, each with its first photo."""
    return await fetch(
        """SELECT v.id AS envelope, v.number, v.stage, v.marks, v.stone_points, v.mark_frames,
                  v.size_now, v.size_wanted, v.engravings,
                  ARRAY(SELECT CASE WHEN t.quantity > 1 THEN t.quantity || ' × ' || t.name ELSE t.name END
                        FROM task t WHERE t.envelope = v.id AND NOT t.is_dropped AND t.code <> 'XX-RUSH'
                        ORDER BY t.id) AS tasks,
                  v.found_marks, v.stone_count, v.shown_under_loupe, v.is_unrepaired, p.kind,
                  p.description, p.metal, p.metal_basis, p.serial,
                  ARRAY(SELECT f.id::text FROM photo f WHERE f.envelope_code = v.code
                        AND f.removed_at IS NULL) AS photos,
                  (SELECT f.id FROM photo f WHERE f.envelope_code = v.code AND f.removed_at IS NULL
                   AND f.state = 'stored' ORDER BY f.taken_at LIMIT 1) AS photo
           FROM envelope v JOIN piece p ON p.id = v.piece WHERE v.ticket = $1 ORDER BY v.place_no""",
        ticket_id,
    )


def _terms(ticket: Ticket, currency: str) -> str:
    """The price terms and who may collect: agreed before work starts."""
    most = show(ticket.not_above_cents or 0, currency)
    sentences = [_TERMS[ticket.price_terms].format(most=most)]
    collectors = json.loads(ticket.collectors)
    if collectors:
        sentences.append(f"May also collect, with an ID: {', '.join(collectors)}.")
    return " ".join(sentences)


def _total(ticket: Ticket, pieces: list[Row], amount: str) -> str:
    """A sum that the customer has yet to approve is never printed as if it were agreed."""
    waiting = {"estimating", "awaiting_approval"}
    is_open = ticket.price_terms in ("estimate", "call") or any(piece["stage"] in waiting for piece in pieces)
    return f"{amount} (estimate)" if is_open else amount


def _agreed(piece: Row) -> list[str]:
    """What is done to a piece, as the customer signs for it: the work, the size, the words to engrave."""
    size = size_change(piece["size_now"], piece["size_wanted"])
    work = ", ".join(piece["tasks"])
    engraving = [f"Engraved {words}" for words in engraved(piece["engravings"])]
    return [line for line in (work, f"Size {size}" if size else "", *engraving) if line]


def engraved(kept: str) -> list[str]:
    """The words to engrave as signed; blanks that stand together are drawn, paper would close them up."""
    found = [one.words for one in engravings_in(kept)]
    return [re.sub(r" {2,}", lambda run: "␣" * len(run[0]), words) for words in found]


def size_change(now: str, wanted: str) -> str:
    """`6 → 7.5 (six to seven and a half)`: digits alone are misread on a worn label."""
    if not wanted:
        return ""
    if not now:
        return f"→ {wanted} (to {size_in_words(wanted)})"
    return f"{now} → {wanted} ({size_in_words(now)} to {size_in_words(wanted)})"


def short_day(day: date) -> str:
    """`Thu 3 Dec`."""
    return f"{day:%a} {day.day} {day:%b}"


def long_day(day: date) -> str:
    """`Thu 3 Dec 2026`: for papers that are kept."""
    return f"{short_day(day)} {day.year}"


def moment(at: datetime, zone: str) -> str:
    """`Tue 24 Nov 2026 14:02` on the shop's wall clock."""
    here = clock.local(at, zone)
    return f"{long_day(here.date())} {here:%H:%M}"
