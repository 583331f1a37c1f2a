"""What the page of a piece shows: its life to the counter, one owner's time to that owner, the work to the bench."""

from datetime import date
from functools import partial
from typing import Any
from uuid import uuid4

from intake.history import moment_words, story
from intake.piece_history import PIECE_SENTENCES
from intake.purchase_words import purchase_told
from workshop import clock
from workshop.db import fetch
from workshop.record.customers.allergies import allergies_on_piece
from workshop.record.customers.customers import customer_by_id
from workshop.record.customers.relations import relations_of
from workshop.record.events import Actor
from workshop.record.pieces.appraisals import PURPOSES
from workshop.record.pieces.ownership import came_by, owners_of
from workshop.record.pieces.piece_before import here_now
from workshop.record.pieces.piece_collectors import HOW_SAID, standing_collectors
from workshop.record.pieces.piece_eyes import COLLEAGUE, Eyes, eyes_of
from workshop.record.pieces.piece_facts import facts_of
from workshop.record.pieces.piece_life import Life, life_of
from workshop.record.pieces.piece_lock import piece_by_id
from workshop.record.pieces.piece_words import mark_in_words, stone_in_words
from workshop.record.pieces.stamps import marks_of
from workshop.record.pieces.stones import stones_of
from workshop.record.shop.shops import shop_of
from workshop.record.tables import Shop
from workshop.record.tickets.work_done import day_in_words
from workshop.record.trade import KINDS

Row = dict[str, Any]
TOLD = ["piece_added", "photo_added", "photo_removed", "photo_restored", *PIECE_SENTENCES]


async def piece_context(piece_id: int, *, by: Actor, viewer: int | None = None) -> Row:
    """The page of a piece for whoever is signed in; with `viewer`, as that customer may see it."""
    shop = await shop_of(by.shop)
    is_bench = not by.is_one_of("counter", "manager", "owner")
    eyes = await eyes_of(piece_id, viewer) if viewer is not None and not is_bench else COLLEAGUE
    piece = await piece_by_id(piece_id)
    context = await _of_the_piece(piece, shop) | {
        "life": await _life(piece_id, by.shop, eyes), "is_bench": is_bench, "eyes": eyes,
        "key": uuid4().hex, "can_edit": not is_bench and eyes.is_colleague, "viewer": None,
    }  # fmt: skip
    if is_bench:
        return context | _for_the_bench(context["life"])
    if not eyes.is_colleague:
        context["viewer"] = await customer_by_id(viewer or 0)
    context |= await _people(piece, shop, reading=not eyes.is_colleague)
    if eyes.is_past:  # whose it is now is not theirs to know
        mine = [_read_out(one, eyes) for one in context["owners"] if eyes.knows(one["customer"])]
        context |= {"here": None, "owners": mine}
    elif not eyes.is_colleague:
        context["owners"] = [_read_out(one, eyes) for one in context["owners"]]
    return context


async def _life(piece: int, shop: int, eyes: Eyes) -> Life:
    life = await life_of(piece, shop=shop, eyes=eyes)
    for sale in life.sales:
        sale["told"] = purchase_told(sale, shop=shop, reader=eyes.viewer)
    return life


async def _of_the_piece(piece: Row, shop: Shop) -> Row:
    """The thing itself, with the ground of every statement."""
    today = clock.today(shop.zone)
    groups: dict[str, list[Any]] = {}
    for fact in facts_of(piece, today):
        groups.setdefault(fact.group, []).append(fact)
    stones, marks = await stones_of(piece["id"]), await marks_of(piece["id"])
    return {
        "piece": piece, "facts": groups, "stones": [row | {"said": stone_in_words(row)} for row in stones],
        "marks": [row | {"said": mark_in_words(row)} for row in marks], "shop": shop, "plain_day": day_in_words,
        "here": await here_now(piece["id"], shop=shop.id), "allergies": await allergies_on_piece(piece["id"]),
        "moment": partial(moment_words, zone=shop.zone, today=today), "kind_word": _kind_word(piece["kind"]),
        "purposes": PURPOSES, "how_said": HOW_SAID,
    }  # fmt: skip


def _kind_word(kind: str) -> str:
    return "piece" if kind == "other" else KINDS[kind][0].lower()


def _for_the_bench(life: Life) -> Row:
    """The bench sees the work, the pictures and the condition: no person, no price, no value."""
    for visit in life.visits:
        visit["customer_name"] = ""
    seen = Life(life.visits, life.portraits, [], [], [])
    nobody = dict.fromkeys(("owners", "collectors", "people", "wishers", "notes", "events"), ())
    return {"life": seen, "owner": None, "wearer": None, **nobody}


async def _people(piece: Row, shop: Shop, *, reading: bool) -> Row:
    owners = await owners_of(piece["id"])
    for one in owners:
        one["said"] = came_by(one["how"])
        one["period"] = _period(one["since"], one["until"])
    owner = next((one for one in owners if one["until"] is None), None)
    wearer = await customer_by_id(piece["wearer"]) if piece["wearer"] else None
    return {
        "owners": owners, "owner": owner, "wearer": wearer,
        "collectors": [] if reading else await standing_collectors(piece["id"]),
        "people": await household_of(owner["customer"]) if owner and not reading else [],
        "wishers": [] if reading else await _wishers(piece["id"]),
        "notes": [] if reading else await _notes(piece["id"]),
        "events": [] if reading else story(await _changes(piece["id"]), shop.currency),
    }  # fmt: skip


def _period(since: date | None, until: date | None) -> str:
    if since and until:
        return f"{day_in_words(since)} to {day_in_words(until)}"
    if until:
        return f"until {day_in_words(until)}"
    return f"since {day_in_words(since)}" if since else ""


def _read_out(owner: Row, eyes: Eyes) -> Row:
    """One link of the line as it may be read out: no name beyond the household's own."""
    if eyes.knows(owner["customer"]):
        return owner if eyes.knows(owner["given_by"]) else owner | {"given_by_name": ""}
    return owner | {
        "name": "", "said": "an earlier owner", "given_by_name": "", "note": "", "customer": None, "staff_name": "",
        "period": _period(None, owner["until"]),
    }  # fmt: skip


async def household_of(customer: int) -> list[Row]:
    """This person and those who belong to them by household or relation, themselves first."""
    rows = await fetch(
        """SELECT c.id, trim(c.first_name || ' ' || c.last_name) AS name FROM customer c
           WHERE c.id = $1 OR c.household = (SELECT household FROM customer WHERE id = $1)
           ORDER BY (c.id <> $1), c.id LIMIT 12""",
        customer,
    )
    related = await relations_of(customer)
    words = {one["other"]: one["words"].lower() for one in related}
    known = {row["id"] for row in rows}
    rows += [{"id": one["other"], "name": one["name"]} for one in related if one["other"] not in known]
    return [row | {"relation": words.get(row["id"], "")} for row in rows]


async def _wishers(piece: int) -> list[Row]:
    return await fetch(
        """SELECT w.id, w.words, w.noted_at, c.id AS customer, trim(c.first_name || ' ' || c.last_name) AS name
           FROM wish w JOIN customer c ON c.id = w.customer WHERE w.piece = $1 AND w.state = 'open'
           ORDER BY w.id DESC LIMIT 12""",
        piece,
    )


async def _notes(piece: int) -> list[Row]:
    """What colleagues noted about it, whoever owned it then: ours, no customer reads it."""
    return await fetch(
        """SELECT n.text, n.at, s.name AS staff_name FROM customer_note n LEFT JOIN staff s ON s.id = n.staff
           WHERE n.piece = $1 AND n.removed_at IS NULL ORDER BY n.id DESC LIMIT 20""",
        piece,
    )


async def _changes(piece: int) -> list[Row]:
    return await fetch(
        """SELECT e.*, s.name AS staff_name, NULL AS envelope_number FROM event e LEFT JOIN staff s ON s.id = e.staff
           WHERE e.piece = $1 AND e.envelope IS NULL AND e.name = ANY($2) ORDER BY e.id DESC LIMIT 12""",
        piece, TOLD,
    )  # fmt: skip
