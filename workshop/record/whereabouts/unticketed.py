"""What lies on the counter without a ticket: pieces begun and not signed for, and pieces nobody knows the place of."""

import json
from typing import Any

from workshop.db import fetch
from workshop.record.whereabouts.places import pieces_at

_LOOKED_AT = 60


async def begun_and_not_signed(shop: int) -> list[dict[str, Any]]:
    """Take-ins with a photo or a described piece that no ticket stands for yet, oldest first."""
    rows = await fetch(
        """SELECT d.id, d.data, d.created_at, d.changed_at, s.name AS staff_name,
                  ARRAY(SELECT f.id::text FROM photo f WHERE f.removed_at IS NULL AND f.shop = d.shop
                        AND f.envelope_code IN (SELECT e->>'code' FROM jsonb_array_elements(d.data->'pieces') e)
                        ORDER BY f.taken_at LIMIT 4) AS photos
           FROM intake_draft d JOIN staff s ON s.id = d.staff
           WHERE d.shop = $1 AND d.ticket_number IS NULL ORDER BY d.created_at LIMIT $2""",
        shop, _LOOKED_AT,
    )  # fmt: skip
    found = []
    for row in rows:
        pieces = [one for one in json.loads(row["data"]).get("pieces", []) if one.get("kind") or one.get("description")]
        if pieces or row["photos"]:
            found.append(row | {"pieces": [_words(one) for one in pieces] or ["Photographed, not described yet"]})
    return found


def _words(piece: dict[str, Any]) -> str:
    return str(piece.get("description") or piece.get("kind") or "A piece").capitalize()


async def nobody_knows_where(shop: int) -> list[dict[str, Any]]:
    """Envelopes of this shop without a place."""
    return await pieces_at(None, shop=shop)
