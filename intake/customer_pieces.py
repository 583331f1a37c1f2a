"""The customer's pieces, purchases and wishes: a part of the customer's page."""

from typing import Any

from intake.purchase_words import purchase_told
from workshop import clock
from workshop.db import fetch
from workshop.record.customers.discreet import visit_shown_to
from workshop.record.customers.sales_read import sales_to
from workshop.record.customers.wishes import wishes_of
from workshop.record.events import Actor
from workshop.record.pieces.pieces import pieces_of
from workshop.record.tables import Customer, Shop
from workshop.record.tickets.work_done import day_in_words, work_in_words

Row = dict[str, Any]
SHOWN_WORK = 4


async def pieces_panel(customer: Customer, shop: Shop, *, by: Actor) -> Row:
    """What `intake/_customer_pieces.html` needs: pieces of the household, those passed on, purchases, wishes."""
    pieces = await pieces_of(customer.id)
    ids = [piece["id"] for piece in pieces]
    photos, work = await _portraits(ids, customer.id, shop.id), await _work(ids, customer.id, shop)
    for piece in pieces:
        piece["photo"] = photos.get(piece["id"])
        piece["work"] = work.get(piece["id"], [])[:SHOWN_WORK]
        piece["is_here"] = piece["last_stage"] not in (None, "picked_up")
        if piece["last_shop"] != shop.id:
            piece["last_number"] = ""
    sales = await sales_to(customer.id, shop=shop.id)
    for sale in sales:
        sale["told"] = purchase_told(sale, shop=shop.id, reader=customer.id)
    return {
        "pieces": pieces, "passed_on": await _passed_on(customer.id), "wishes": await wishes_of(customer.id),
        "sales": sales, "plain_day": day_in_words,
        "is_manager": by.is_one_of("manager", "owner"), "wish_errors": {}, "wish_typed": {},
    }  # fmt: skip


async def _portraits(pieces: list[int], customer: int, shop: int) -> dict[int, Any]:
    """One picture of each piece: its portrait, or the last one taken of it in this shop."""
    rows = await fetch(
        f"""SELECT DISTINCT ON (x.piece) x.piece, x.id FROM (
                SELECT v.piece, f.id, f.taken_at, 1 AS rank FROM envelope v JOIN ticket k ON k.id = v.ticket
                JOIN piece p ON p.id = v.piece JOIN photo f ON f.envelope_code = v.code AND f.removed_at IS NULL
                WHERE v.piece = ANY($1) AND v.shop = $3 AND f.kind IN ('take_in', 'after') AND {visit_shown_to("$2")}
                UNION ALL SELECT one, f.id, f.taken_at, 0 FROM unnest($1::bigint[]) AS one JOIN photo f
                ON f.envelope_code = 'piece-' || one AND f.shop = $3 AND f.removed_at IS NULL) x
            ORDER BY x.piece, x.rank, x.taken_at DESC""",  # noqa: S608 - our own condition
        pieces, customer, shop,
    )  # fmt: skip
    return {row["piece"]: row["id"] for row in rows}


async def _work(pieces: list[int], customer: int, shop: Shop) -> dict[int, list[Row]]:
    """What was done on each piece over the years, newest first, as sentences; a ticket only where it opens."""
    rows = await fetch(
        f"""SELECT v.piece, v.number, v.size_now, v.size_wanted, k.number AS ticket_number,
                   v.shop = $3 AND (k.customer = $2 OR o.id IS NOT NULL) AS is_linked,
                   t.code, t.name, t.drivers, t.done_at, t.warranty_until, s.name AS by_name
            FROM envelope v JOIN task t ON t.envelope = v.id AND t.done_at IS NOT NULL AND NOT t.is_dropped
            JOIN ticket k ON k.id = v.ticket JOIN piece p ON p.id = v.piece LEFT JOIN staff s ON s.id = t.done_by
            LEFT JOIN LATERAL (SELECT id FROM ownership WHERE piece = v.piece AND until IS NULL
                               AND (since IS NULL OR since <= v.created_at::date) LIMIT 1) o ON true
            WHERE v.piece = ANY($1) AND NOT v.is_unrepaired AND t.code <> 'XX-RUSH' AND {visit_shown_to("$2")}
            ORDER BY t.done_at DESC, t.id LIMIT 300""",  # noqa: S608 - our own condition
        pieces, customer, shop.id,
    )  # fmt: skip
    done: dict[int, list[Row]] = {}
    for row in rows:
        told = row | {"done_on": clock.local(row["done_at"], shop.zone).date()}
        line = {"said": work_in_words(told, clock.today(shop.zone)), "ticket": row["ticket_number"]}
        done.setdefault(row["piece"], []).append(line if row["is_linked"] else line | {"ticket": ""})
    return done


async def _passed_on(customer: int) -> list[Row]:
    """What was theirs once. Not a word of whose it is now."""
    return await fetch(
        """SELECT p.id, p.kind, p.description, p.metal, p.metal_basis, p.metal_colour, '' AS serial, o.since, o.until
           FROM ownership o JOIN piece p ON p.id = o.piece
           WHERE o.customer = $1 AND o.until IS NOT NULL AND NOT p.is_discreet
             AND NOT EXISTS (SELECT FROM ownership n WHERE n.piece = o.piece AND n.until IS NULL AND n.customer = $1)
           ORDER BY o.until DESC, o.id DESC LIMIT 20""",
        customer,
    )
