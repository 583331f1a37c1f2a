"""Everything that ever happened to a piece, across owners and visits, as far as whoever looks may see it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from workshop import clock
from workshop.db import fetch
from workshop.record.bench.watch_checks import told_to_customer
from workshop.record.customers.sales_read import sales_of_piece
from workshop.record.pieces.appraisals import appraisals_of
from workshop.record.pieces.condition import read_marks
from workshop.record.pieces.piece_eyes import COLLEAGUE, EARLIER, HIDDEN, OWN, Eyes
from workshop.record.shop.shops import shop_of
from workshop.record.tickets.work_done import work_in_words

Row = dict[str, Any]
MOST_VISITS = 60


@dataclass(frozen=True)
class Life:
    """A piece's life, newest first in every part."""

    visits: list[Row]
    portraits: list[Row]
    appraisals: list[Row]
    sales: list[Row]
    reminders: list[Row]

    @property
    def photos(self) -> list[Row]:
        """Every picture that may be shown, newest visit first, portraits before them."""
        return [*self.portraits, *(photo for visit in self.visits for photo in visit["photos"])]

    @property
    def hero(self) -> Row | None:
        """The picture the piece is known by: how it left last, or how it came."""
        order = {"piece": 0, "after": 0, "take_in": 1, "condition": 2}
        shown = [photo for photo in self.photos if photo["kind"] in order]
        return min(shown, key=lambda one: order[one["kind"]], default=None)


async def life_of(piece: int, *, shop: int, eyes: Eyes = COLLEAGUE) -> Life:
    """The whole life of a piece for the counter, or what one of its owners may see of it."""
    today = clock.today((await shop_of(shop)).zone)
    visits = await visits_of(piece, shop=shop, today=today, eyes=eyes)
    return Life(
        visits, await _portraits(piece, shop) if not eyes.is_past else [],
        _appraisals(await appraisals_of(piece, shop=shop), eyes), _sales(await sales_of_piece(piece), shop, eyes),
        _reminders(await _reminders_of(piece, shop), eyes),
    )  # fmt: skip


async def visits_of(
    piece: int, *, shop: int, today: date, eyes: Eyes = COLLEAGUE, most: int = MOST_VISITS
) -> list[Row]:
    """The visits of a piece, newest first: work in words, condition as it came in, photos of this shop.

    Numbers, people and photos of other owners' visits and of other shops are left out.
    """
    rows = await fetch(
        """SELECT v.id, v.number, v.code, v.stage, v.created_at, v.stage_since, v.size_now, v.size_wanted, v.marks,
                  v.found_marks, v.stone_count, v.weight_in_mg, v.weight_out_mg, v.is_unrepaired,
                  v.shop = $2 AS is_ours, x.name AS shop_name, x.zone, k.number AS ticket_number, k.customer,
                  k.is_discreet OR p.is_discreet AS is_discreet,
                  trim(c.first_name || ' ' || c.last_name) AS customer_name
           FROM envelope v JOIN ticket k ON k.id = v.ticket JOIN customer c ON c.id = k.customer
           JOIN shop x ON x.id = v.shop JOIN piece p ON p.id = v.piece
           WHERE v.piece = $1 ORDER BY v.id DESC LIMIT $3""",
        piece, shop, most,
    )  # fmt: skip
    for row in rows:
        row["day"] = clock.local(row["created_at"], row["zone"]).date()
        row["seen_as"] = eyes.sees_visit(row["day"], row["customer"], is_discreet=row["is_discreet"])
    shown = [row for row in rows if row["seen_as"] != HIDDEN]
    await _add_work(shown, today)
    await _add_photos(shown, shop)
    measured = await told_to_customer([row["id"] for row in shown])
    for row in shown:
        row["measured"] = measured.get(row["id"], [])
        _leave_out(row, eyes)
    return shown


def _leave_out(row: Row, eyes: Eyes) -> None:
    row["is_here"] = row["stage"] != "picked_up"
    row["condition"] = [mark.words for mark in (*read_marks(row["marks"]), *read_marks(row["found_marks"]))]
    row["is_linked"] = row["is_ours"] and row["seen_as"] == OWN
    if not row["is_linked"]:
        row |= {"number": "", "ticket_number": "", "code": "", "photos": []}
    if row["seen_as"] == EARLIER:
        row["condition"] = []
    if not eyes.knows(row["customer"]) or not row["is_ours"]:
        row["customer_name"] = ""


async def _add_work(visits: list[Row], today: date) -> None:
    tasks = await fetch(
        """SELECT t.envelope, t.code, t.name, t.drivers, t.done_at, t.warranty_until, s.name AS by_name
           FROM task t LEFT JOIN staff s ON s.id = t.done_by
           WHERE t.envelope = ANY($1) AND NOT t.is_dropped AND t.code <> 'XX-RUSH' ORDER BY t.id""",
        [row["id"] for row in visits],
    )
    for row in visits:
        mine = [task for task in tasks if task["envelope"] == row["id"]]
        done = [task for task in mine if task["done_at"] and not row["is_unrepaired"]]
        row["asked"] = [task["name"] for task in mine if not task["done_at"]]
        row["work"] = [
            work_in_words(row | task | {"done_on": clock.local(task["done_at"], row["zone"]).date()}, today)
            for task in done
        ]
        row["codes"] = [task["code"] for task in done]


async def _add_photos(visits: list[Row], shop: int) -> None:
    photos = await fetch(
        """SELECT id, envelope_code, kind, taken_at FROM photo
           WHERE envelope_code = ANY($1) AND shop = $2 AND removed_at IS NULL AND kind <> 'document'
           ORDER BY taken_at DESC, id""",
        [row["code"] for row in visits], shop,
    )  # fmt: skip
    for row in visits:
        row["photos"] = [_shown(photo) for photo in photos if photo["envelope_code"] == row["code"]]


async def _portraits(piece: int, shop: int) -> list[Row]:
    rows = await fetch(
        """SELECT id, kind, taken_at FROM photo WHERE envelope_code = $1 AND shop = $2 AND removed_at IS NULL
           ORDER BY taken_at DESC, id LIMIT 24""",
        f"piece-{piece}", shop,
    )  # fmt: skip
    return [_shown(row) for row in rows]


def _shown(photo: Row) -> Row:
    at = f"/photos/{photo['id']}"
    return {"kind": photo["kind"], "taken_at": photo["taken_at"], "url": f"{at}/thumb", "large": f"{at}/large"}


def _appraisals(rows: list[Row], eyes: Eyes) -> list[Row]:
    return [row for row in rows if eyes.sees(row["appraised_on"]) == OWN]


def _sales(rows: list[Row], shop: int, eyes: Eyes) -> list[Row]:
    """Whoever paid knows the price; nobody else is told it, nor who gave what to whom."""
    shown = []
    for row in rows:
        is_buyer = eyes.is_colleague or row["customer"] == eyes.viewer
        if eyes.sees_visit(row["sold_on"], row["customer"], is_discreet=row["is_discreet"]) != OWN:
            continue
        row["shows_price"] = row["shop"] == shop and is_buyer
        if not is_buyer:
            row |= {"customer_name": "", "gifter_name": "", "recipient_name": ""}
        shown.append(row)
    return shown


async def _reminders_of(piece: int, shop: int) -> list[Row]:
    return await fetch(
        """SELECT r.id, r.due_on, r.state, r.state_reason, r.customer, r.created_at, p.name AS plan_name
           FROM reminder r JOIN service_plan p ON p.id = r.plan
           WHERE r.piece = $1 AND r.shop = $2 ORDER BY (r.state <> 'due'), r.due_on DESC, r.id DESC LIMIT 20""",
        piece, shop,
    )  # fmt: skip


def _reminders(rows: list[Row], eyes: Eyes) -> list[Row]:
    return [row for row in rows if eyes.knows(row["customer"])]
