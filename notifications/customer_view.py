"""What the customer's page shows: four steps to anybody with the link; the rest to whoever opened it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from babel.dates import format_date

from notifications.customer_proofs import is_proof_picture, shown_proof
from notifications.customer_words import KINDS, STEPS
from notifications.wording import day_words, spoken
from notifications.work_words import in_language
from workshop import clock
from workshop.db import fetch
from workshop.record.money.money_owed import sum_of
from workshop.record.money.payments import payments_of
from workshop.record.stages import CUSTOMER_STEPS, WORDS, Stage
from workshop.record.tables import Shop, Ticket
from workshop.record.tickets.estimates import estimates_of

Row = dict[str, Any]
COLLECTED = len(CUSTOMER_STEPS)
SHOWN_BEFORE = ("take_in", "condition")
FIRST_TIMES = ("at_bench", "at_vendor")


async def envelopes_for(ticket: Ticket) -> list[Row]:
    """The pieces of a ticket as far as its customer may see them: no value, no note, no mark."""
    rows = await fetch(
        """SELECT v.id, v.code, v.number, v.stage, v.held_from, v.place_no, v.is_unrepaired, p.kind,
                  p.description FROM envelope v JOIN piece p ON p.id = v.piece
           WHERE v.ticket = $1 ORDER BY v.place_no""",
        ticket.id,
    )
    for row in rows:
        row["step"] = step_of(row["stage"], row["held_from"])
    return rows


def step_of(stage: str, held_from: str = "") -> int:
    """0 to 3 for the four words, 4 once collected. A piece on hold stands where it was held."""
    word = WORDS[Stage(held_from if stage == Stage.ON_HOLD and held_from else stage)].customer
    return COLLECTED if word == "picked_up" else CUSTOMER_STEPS.index(word)


def ticket_step(envelopes: list[Row]) -> int:
    """A ticket is as far as its least advanced piece."""
    return min((row["step"] for row in envelopes), default=0)


async def steps_for(ticket: Ticket, shop: Shop, envelopes: list[Row], language: str) -> list[Row]:
    """The four words as a line: done, now or to come, with the day each was reached."""
    current = ticket_step(envelopes)
    reached = await _reached(ticket)
    names = STEPS[spoken(language)]
    steps = []
    for place in range(COLLECTED):
        at = reached.get(place) if place <= current else None
        state = "done" if place < current else "now" if place == current else ""
        day = day_words(clock.local(at, shop.zone).date(), language) if at else ""
        steps.append({"word": names[place], "state": state, "day": day, "icon": _ICONS[place]})
    return steps


_ICONS = ("package-import", "hammer", "checklist", "shopping-bag-check")


async def _reached(ticket: Ticket) -> dict[int, datetime]:
    rows = await fetch(
        """SELECT to_stage, min(at) AS first, max(at) AS last FROM event
           WHERE ticket = $1 AND name = 'moved' AND to_stage <> '' GROUP BY to_stage""",
        ticket.id,
    )
    times = {row["to_stage"]: row for row in rows}
    begun = [times[stage]["first"] for stage in FIRST_TIMES if stage in times]
    reached = {0: ticket.taken_in_at}
    if begun:
        reached[1] = min(begun)
    for place, stage in ((2, "quality_check"), (3, "ready_for_pickup")):
        if stage in times:
            reached[place] = times[stage]["last"]
    return reached


async def opened_view(ticket: Ticket, shop: Shop, envelopes: list[Row], token: str, language: str) -> Row:
    """What the last four digits open: per piece its photos and estimate, and the money of the visit."""
    photos = await _photos(envelopes, token)
    pieces = []
    for row in envelopes:
        mine = photos.get(row["code"], [])
        is_done = row["stage"] in ("ready_for_pickup", "picked_up")
        pieces.append(
            {
                "title": row["description"] or KINDS[spoken(language)][row["kind"]],
                "kind": KINDS[spoken(language)][row["kind"]], "place": row["place_no"],
                "step": STEPS[spoken(language)][row["step"]],
                "before": [photo for photo in mine if photo["kind"] in SHOWN_BEFORE],
                "after": [photo for photo in mine if photo["kind"] == "after" and is_done],
                "found": [photo for photo in mine if photo["kind"] == "found"],
                "estimate": _shown_estimate(await estimates_of(row["id"]), shop, language),
                "proof": await shown_proof(row["id"], shop, token, language),
            }
        )  # fmt: skip
    return {"pieces": pieces, "money": await _money(ticket, shop, pieces, envelopes, spoken(language))}


async def _photos(envelopes: list[Row], token: str) -> dict[str, list[Row]]:
    rows = await fetch(
        """SELECT id, envelope_code, kind FROM photo WHERE envelope_code = ANY($1) AND removed_at IS NULL
           AND kind IN ('take_in', 'condition', 'found', 'after') ORDER BY taken_at, id""",
        [row["code"] for row in envelopes],
    )
    found: dict[str, list[Row]] = {}
    for row in rows:
        where = f"/t/{token}/photos/{row['id']}"
        photo = {"kind": row["kind"], "url": f"{where}?size=thumb", "large": where}
        found.setdefault(row["envelope_code"], []).append(photo)
    return found


def _shown_estimate(versions: list[Row], shop: Shop, language: str) -> Row | None:
    """The version that holds, if it ever went to the customer."""
    if not versions or versions[0]["state"] not in ("sent", "approved", "declined", "expired"):
        return None
    newest = versions[0]
    newest["lines"] = [{**line, "name": in_language(line, spoken(language))} for line in newest["lines"]]
    for name in ("expires_at", "answered_at"):
        at = newest[name]
        newest[name.replace("_at", "_day")] = day_words(clock.local(at, shop.zone).date(), language) if at else ""
    return newest


async def _money(
    ticket: Ticket, shop: Shop, pieces: list[Row], envelopes: list[Row], language: str
) -> Row | None:
    """The price and what is owed, once no price is open any more."""
    is_open = any(piece["estimate"] and piece["estimate"]["state"] in ("sent", "expired") for piece in pieces)
    if is_open or any(row["stage"] in (Stage.ESTIMATING, Stage.AWAITING_APPROVAL) for row in envelopes):
        return None
    owed = await sum_of(ticket)
    lines = [{**line, "name": in_language(line, language)} for one in owed.envelopes for line in one.lines]
    return {
        "lines": lines, "tax": owed.tax, "total": owed.total, "paid": owed.paid, "balance": owed.balance,
        "payments": await _payments(ticket, shop, language), "warranty": _warranty(lines, language),
    }  # fmt: skip


async def _payments(ticket: Ticket, shop: Shop, language: str) -> list[Row]:
    """What was paid or given back, day by day: a receipt without the shop's inner words."""
    return [
        {"day": day_words(clock.local(row["at"], shop.zone).date(), language), "cents": row["amount_cents"],
         "tender": row["tender"], "last_four": row["last_four"]}
        for row in await payments_of(ticket.id)
    ]  # fmt: skip


def _warranty(lines: list[Row], language: str) -> list[tuple[str, str]]:
    """How long we stand by each line of work, once the piece was collected."""
    return [(line["name"], _date_words(line["warranty_until"], language)) for line in lines if line["warranty_until"]]


def _date_words(day: date, language: str) -> str:
    return format_date(day, "d MMM y", locale=language)


async def has_photo(ticket: Ticket, photo: UUID) -> bool:
    """Whether a photo is of this ticket and of a kind its customer sees now."""
    rows = await fetch(
        """SELECT p.kind, v.stage FROM photo p JOIN envelope v ON v.code = p.envelope_code
           WHERE p.id = $1 AND v.ticket = $2 AND p.removed_at IS NULL""",
        photo, ticket.id,
    )  # fmt: skip
    if not rows:
        return False
    kind, stage = rows[0]["kind"], rows[0]["stage"]
    if await is_proof_picture(ticket, photo):
        return True
    return kind in (*SHOWN_BEFORE, "found") or (kind == "after" and stage in ("ready_for_pickup", "picked_up"))
