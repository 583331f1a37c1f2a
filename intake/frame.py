"""What every step of a take-in shows: the rail, who, the photos, the total at the foot."""

from typing import Any
from uuid import UUID, uuid4

from intake.contract import price_draft, what_is_missing
from intake.drafts import Data
from intake.marking import is_marked
from workshop.db import fetch
from workshop.record.allergies import allergies_of
from workshop.record.customers import customer_by_id, numbers_of, words_in
from workshop.record.envelopes import shop_of
from workshop.record.events import Actor


async def frame_of(data: Data, draft: UUID, by: Actor, step: str) -> dict[str, Any]:
    """What every step shows: the rail, who, the photo strip, the total at the foot."""
    shop = await shop_of(by.shop)
    customer = await customer_by_id(data["customer_id"]) if data.get("customer_id") else None
    photos = await _photos(data)
    return {
        "rail": _rail(data, draft, photos, shop.photo_minimum), "key": uuid4(),
        "draft": draft, "data": data, "step": step, "customer": customer, "shop": shop,
        "allergies": await _allergies(data),
        "numbers": await numbers_of(customer.id) if customer else [], "photos": photos,
        "priced": await price_draft(data, shop), "missing": what_is_missing(data), "minimum": shop.photo_minimum,
        "who": customer.full_name if customer else " ".join(
            part for part in (data.get("first_name"), data.get("last_name")) if part),
    }  # fmt: skip


async def _allergies(data: Data) -> list[dict[str, Any]]:
    """Of who brings the pieces and who owns or wears them; of a new customer what was typed just now."""
    if data.get("customer_id"):
        known = [piece["piece_id"] for piece in data["pieces"] if piece.get("piece_id")]
        return await allergies_of(data["customer_id"], known)
    words = words_in(data.get("allergies", ""))
    return [{"id": None, "name": data.get("last_name", ""), "words": words}] if words else []


def _rail(data: Data, draft: UUID, photos: dict[str, list[Any]], minimum: int) -> list[tuple[str, str, str, bool]]:
    pieces, at, end = data["pieces"], f"/intake/{draft}/piece/1", f"/intake/{draft}/finish"
    return [
        ("who", "Who", f"/intake/{draft}", bool(data.get("customer_id") or data.get("last_name"))),
        ("piece", "Piece", f"{at}#what", all(piece.get("kind") for piece in pieces)),
        ("photos", "Photos", f"{at}#photos", all(len(photos[piece["code"]]) >= minimum for piece in pieces)),
        ("condition", "Condition", f"{at}#condition", all(is_marked(piece) for piece in pieces)),
        ("work", "Work and price", f"{at}#work", all(piece["tasks"] for piece in pieces)),
        ("value", "Value", f"{at}#value", all(piece.get("declared_value") for piece in pieces)),
        ("finish", "Promise and terms", end, bool(data.get("promise_on"))),
        ("sign", "Sign", f"{end}#sign", bool(data.get("signature"))),
    ]


async def _photos(data: Data) -> dict[str, list[Any]]:
    codes = [piece["code"] for piece in data["pieces"]]
    rows = await fetch(
        """SELECT id, envelope_code FROM photo WHERE envelope_code = ANY($1) AND removed_at IS NULL
           ORDER BY taken_at""",
        codes,
    )
    by_code: dict[str, list[Any]] = {code: [] for code in codes}
    for row in rows:
        at = f"/photos/{row['id']}"
        by_code[row["envelope_code"]].append(
            {"id": str(row["id"]), "url": f"{at}/thumb", "large": f"{at}/large", "caption": ""}
        )
    return by_code
