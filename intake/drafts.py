"""A take-in being typed. Every field is kept as it stands, on the server, until it becomes a ticket."""

import json
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from intake.draft_fields import Data
from workshop import clock
from workshop.db import fetch, fetch_one, transaction
from workshop.errors import Conflict, NotFound
from workshop.record.codes import ENVELOPE, new_code
from workshop.record.events import Actor
from workshop.record.pieces.pieces import stones_of

Stamp = list[Any]  # [version, when (ISO, UTC), who, tab, and which of the tab's typings]


@dataclass
class Draft:
    """A draft held for changing: what is typed, who typed each field last, and the version it becomes."""

    data: Data
    stamps: dict[str, Stamp]
    version: int


async def open_draft(*, by: Actor, customer: int | None = None, typed: Data | None = None) -> uuid.UUID:
    """Begin a take-in with one empty piece, and what was already `typed` about who brings it."""
    draft_id = uuid.uuid4()
    data: Data = {"pieces": [new_piece()], "price_terms": "firm", "may_text": "yes", **(typed or {})}
    if customer is not None:
        data["customer_id"] = customer
    now = clock.now()
    await fetch(
        """INSERT INTO intake_draft (id, shop, staff, data, created_at, changed_at)
           VALUES ($1, $2, $3, $4, $5, $5)""",
        draft_id, by.shop, by.id, json.dumps(data), now,
    )  # fmt: skip
    return draft_id


def new_piece() -> Data:
    """An empty piece. Its envelope's code is made now, so that photos can come first."""
    return {"code": new_code(ENVELOPE), "metal_basis": "appears", "stones": [], "marks": {}, "tasks": []}


async def read_draft(draft_id: uuid.UUID, *, shop: int) -> Data:
    """The draft as it stands, with its `version`. NotFound if another shop's; Conflict naming the ticket it became."""
    row = await fetch_one("SELECT * FROM intake_draft WHERE id = $1 AND shop = $2", draft_id, shop)
    return _data(row) | {"version": row["version"] if row else 0}


def _data(row: dict[str, Any] | None) -> Data:
    if row is None:
        raise NotFound("This take-in is gone. It was saved as a ticket or thrown away.")
    if row["ticket_number"]:
        raise Conflict(f"This take-in became ticket {row['ticket_number']}.", ticket=row["ticket_number"])
    data: Data = json.loads(row["data"])
    return data


async def ticket_of_draft(draft_id: uuid.UUID, *, shop: int) -> str:
    """The ticket a draft became, or empty."""
    row = await fetch_one("SELECT ticket_number FROM intake_draft WHERE id = $1 AND shop = $2", draft_id, shop)
    return str(row["ticket_number"] or "") if row else ""


async def ticket_of_locked_draft(draft_id: uuid.UUID, *, shop: int) -> str:
    """The same, holding the draft until the caller's transaction ends: nobody else makes a ticket of it."""
    row = await fetch_one(
        "SELECT ticket_number FROM intake_draft WHERE id = $1 AND shop = $2 FOR UPDATE", draft_id, shop
    )
    return str(row["ticket_number"] or "") if row else ""


@asynccontextmanager
async def changing(draft_id: uuid.UUID, *, by: Actor) -> AsyncIterator[Draft]:
    """Hold a draft and write it back as its next version, so that two tablets on one draft lose nothing."""
    async with transaction():
        row = await fetch_one(
            "SELECT * FROM intake_draft WHERE id = $1 AND shop = $2 FOR UPDATE", draft_id, by.shop
        )
        data = _data(row)
        assert row is not None
        draft = Draft(data, json.loads(row["stamps"]), row["version"] + 1)
        yield draft
        await fetch(
            "UPDATE intake_draft SET data = $2, stamps = $3, version = $4, changed_at = $5 WHERE id = $1",
            draft_id, json.dumps(draft.data), json.dumps(draft.stamps), draft.version, clock.now(),
        )  # fmt: skip


async def throw_away(draft_id: uuid.UUID, *, by: Actor) -> None:
    """Forget a take-in that will not happen. Its photos go with the sweep."""
    await fetch(
        "DELETE FROM intake_draft WHERE id = $1 AND shop = $2 AND ticket_number IS NULL", draft_id, by.shop
    )


async def open_drafts(shop: int) -> list[Data]:
    """Take-ins begun and not saved, newest first: for any tablet to go on with."""
    rows = await fetch(
        """SELECT d.*, s.name AS staff_name, c.last_name AS known FROM intake_draft d JOIN staff s ON s.id = d.staff
           LEFT JOIN customer c ON c.id = (d.data->>'customer_id')::bigint
           WHERE d.shop = $1 AND d.ticket_number IS NULL ORDER BY d.changed_at DESC LIMIT 12""",
        shop,
    )
    for row in rows:
        data = json.loads(row["data"])
        row["name"] = row["known"] or data.get("last_name") or "Nobody yet"
        row["piece_count"] = len(data["pieces"])
        row["is_empty"] = not (data.get("customer_id") or data.get("last_name") or data["pieces"][0].get("kind"))
    return [row for row in rows if not row["is_empty"]]


async def fill_from_known(piece: Data, known: dict[str, Any]) -> None:
    """A piece we know: nothing about it is typed again."""
    piece |= {
        "piece_id": known["id"], "kind": known["kind"], "description": known["description"],
        "metal": known["metal"], "metal_basis": known["metal_basis"], "stamp": known["marks"],
        "serial": known["serial"], "reference": known["reference"], "engraving": known["engraving"],
        "origin": known["origin"], "size_now": known["ring_size"] or piece.get("size_now", ""),
    }  # fmt: skip
    piece["stones"] = [
        {"identity": row["identity"], "count": str(row["count"]), "shape": row["shape"],
         "position": row["position"], "basis": row["basis"], "nature": row["nature"]}
        for row in await stones_of(known["id"])
    ]  # fmt: skip
