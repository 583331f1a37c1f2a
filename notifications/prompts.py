"""Prompts for the person at the counter: at most two, once each, and what came of them."""

import json
from datetime import date, timedelta
from typing import Any

from notifications.prompt_rules import AT_MOST, Facts, Suggestion, suggestions
from workshop import clock
from workshop.db import fetch, fetch_one, transaction
from workshop.errors import InvalidInput, NotFound
from workshop.record.customers.discreet import piece_shown_to
from workshop.record.events import Actor, record
from workshop.record.tables import Ticket

Row = dict[str, Any]
ANSWERS = {"accepted": "Accepted", "later": "Later", "dismissed": "Dismissed"}
REST = timedelta(hours=12)  # "later" means: not again today
PEACE = timedelta(days=60)  # an answered prompt of a take-in rests this long

_PIECE_FACTS = """
    SELECT p.id AS piece, p.kind, p.metal, p.description, p.origin, p.made_about, p.appraised_on,
           p.created_at::date AS known_since,
           (SELECT COALESCE(jsonb_object_agg(d.code, d.day), '{}') FROM (
                SELECT t.code, max(t.done_at)::date AS day FROM envelope v JOIN task t ON t.envelope = v.id
                WHERE v.piece = p.id AND t.done_at IS NOT NULL AND NOT t.is_dropped GROUP BY t.code) d) AS done"""


async def take_in_prompts(customer: int, piece: int | None, *, by: Actor) -> list[Row]:
    """What to mention while taking in: about a piece we know, and about the household.

    It is said aloud, whoever stands beside: a surprise is neither named nor counted, not even for who keeps it.
    """
    row = await fetch_one(
        """SELECT s.zone, (SELECT count(*) FROM envelope v JOIN ticket k ON k.id = v.ticket
                   JOIN customer m ON m.id = k.customer JOIN piece p ON p.id = v.piece
                   WHERE v.stage <> 'picked_up' AND v.shop = s.id AND NOT (k.is_discreet OR p.is_discreet)
                   AND (m.id = c.id OR m.household = c.household)) AS pieces_here,
               r.plan_name, r.kind AS care_kind
           FROM customer c JOIN shop s ON s.id = $2
           LEFT JOIN LATERAL (SELECT l.name AS plan_name, e.kind FROM reminder r
               JOIN service_plan l ON l.id = r.plan JOIN piece e ON e.id = r.piece
               WHERE r.customer = c.id AND r.state = 'due' AND r.due_on <= ($3 AT TIME ZONE s.zone)::date
               AND r.piece IS DISTINCT FROM $4::bigint AND NOT e.is_discreet AND NOT EXISTS
                   (SELECT FROM envelope v WHERE v.piece = r.piece AND v.stage <> 'picked_up')
               ORDER BY r.due_on LIMIT 1) r ON true
           WHERE c.id = $1""",
        customer, by.shop, clock.now(), piece,
    )  # fmt: skip
    if row is None:
        raise NotFound("There is no such customer.")
    more = {
        "pieces_here": row["pieces_here"] + 1, "care_due": row["plan_name"] or "", "care_kind": row["care_kind"] or ""
    }  # fmt: skip
    known = await _known_piece(piece, customer) if piece is not None else None
    facts = _facts(known, clock.today(row["zone"]), **more)
    return await _shown(suggestions(facts), facts, moment="take_in", customer=customer, ticket=None, by=by)


async def _known_piece(piece: int, customer: int) -> Row | None:
    return await fetch_one(
        f"""{_PIECE_FACTS} FROM piece p WHERE p.id = $1 AND EXISTS (SELECT FROM ownership o
            JOIN customer c ON c.id = o.customer WHERE o.piece = p.id AND o.until IS NULL AND (c.id = $2
            OR c.household = (SELECT household FROM customer WHERE id = $2)) AND {piece_shown_to('$2')})""",  # noqa: S608
        piece, customer,
    )  # fmt: skip


async def pickup_prompts(ticket: Ticket, *, by: Actor) -> list[Row]:
    """What to mention while handing back, about any piece of the ticket."""
    rows = await fetch(
        f"""{_PIECE_FACTS}, s.zone, v.redo_of IS NOT NULL AS is_redo,
                (SELECT COALESCE(jsonb_agg(DISTINCT t.code), '[]') FROM task t WHERE t.envelope = v.id
                 AND NOT t.is_dropped AND NOT v.is_unrepaired) AS work,
                NOT v.is_unrepaired AND v.stage IN ('ready_for_pickup', 'picked_up') AND (SELECT min(n.at) FROM event n
                    WHERE n.envelope = v.id AND n.to_stage = 'ready_for_pickup')
                    < ((v.promise_on + 1)::timestamp AT TIME ZONE s.zone) AS is_on_time
            FROM envelope v JOIN piece p ON p.id = v.piece JOIN shop s ON s.id = v.shop
            WHERE v.ticket = $1 ORDER BY v.place_no""",  # noqa: S608
        ticket.id,
    )
    on_time = bool(rows) and all(row["is_on_time"] for row in rows)
    is_redo = any(row["is_redo"] for row in rows)
    kept: list[Row] = []
    for row in rows:
        facts = _facts(
            row, clock.today(row["zone"]), work=frozenset(json.loads(row["work"])), is_pickup=True,
            is_on_time=on_time, is_redo=is_redo,
        )  # fmt: skip
        seen = {one["rule"] for one in kept}
        fresh = [one for one in suggestions(facts) if one.rule not in seen]
        kept += await _shown(
            fresh, facts, moment="pickup", customer=ticket.customer, ticket=ticket.id, by=by,
            room=AT_MOST - len(kept),
        )  # fmt: skip
    return kept


def _facts(row: Row | None, today: date, **more: Any) -> Facts:
    if row is None:
        return Facts(today, **more)
    done = {code: date.fromisoformat(day) for code, day in json.loads(row["done"]).items()}
    same = ("piece", "kind", "metal", "description", "origin", "made_about", "appraised_on", "known_since")
    return Facts(today, done=done, **{name: row[name] for name in same}, **more)


async def _shown(
    found: list[Suggestion], facts: Facts, *, moment: str, customer: int, ticket: int | None, by: Actor,
    room: int = AT_MOST,
) -> list[Row]:  # fmt: skip
    """The rows of what may be shown now, written down the first time; a reload finds the same ones."""
    shown: list[Row] = []
    async with transaction():
        for one in found:
            if len(shown) >= room:
                break
            piece = facts.piece if one.is_about_piece else None
            row = await _open_row(one, moment, ticket, piece, customer, by)
            if row is not None:
                shown.append(row)
    return shown


async def _open_row(
    one: Suggestion, moment: str, ticket: int | None, piece: int | None, customer: int, by: Actor
) -> Row | None:
    now = clock.now()
    earlier = await fetch_one(
        """SELECT * FROM prompt WHERE rule = $1 AND moment = $2 AND ticket IS NOT DISTINCT FROM $3
           AND piece IS NOT DISTINCT FROM $4 AND customer = $5 AND shop = $6 ORDER BY id DESC LIMIT 1""",
        one.rule, moment, ticket, piece, customer, by.shop,
    )  # fmt: skip
    if earlier is not None:
        if earlier["state"] == "shown":
            return earlier
        rest = REST if earlier["state"] == "later" else PEACE
        is_settled = earlier["state"] != "later" and ticket is not None
        if is_settled or earlier["answered_at"] + rest > now:
            return None
        if earlier["state"] == "later":
            return await fetch_one("UPDATE prompt SET state = 'shown' WHERE id = $1 RETURNING *", earlier["id"])
    return await fetch_one(
        """INSERT INTO prompt (shop, rule, moment, ticket, piece, customer, reason, words, created_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
           ON CONFLICT (rule, moment, ticket, piece, customer) WHERE state IN ('shown', 'later')
           DO UPDATE SET reason = EXCLUDED.reason RETURNING *""",
        by.shop, one.rule, moment, ticket, piece, customer, one.reason, one.words, now,
    )  # fmt: skip


async def answer_prompt(prompt_id: int, answer: str, *, by: Actor) -> Row:
    """Write down what came of it, by whom and when. The first word counts; a repeat changes nothing."""
    if answer not in ANSWERS:
        raise InvalidInput("Accepted, later or dismissed?", answer="Choose what the customer said.")
    async with transaction():
        row = await fetch_one("SELECT * FROM prompt WHERE id = $1 AND shop = $2 FOR UPDATE", prompt_id, by.shop)
        if row is None:
            raise NotFound("There is no such prompt.")
        if row["state"] != "shown":
            return row
        await fetch(
            "UPDATE prompt SET state = $2, answered_by = $3, answered_at = $4 WHERE id = $1",
            prompt_id, answer, by.id, clock.now(),
        )  # fmt: skip
        await record(
            f"prompt_{answer}", shop=by.shop, by=by, ticket=row["ticket"], piece=row["piece"],
            customer=row["customer"], rule=row["rule"],
        )  # fmt: skip
    return {**row, "state": answer}
