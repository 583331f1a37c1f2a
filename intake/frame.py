"""What every step of a take-in shows: the rail, who, the photos, the total at the foot."""

from typing import Any
from uuid import UUID, uuid4

from intake.bargain_step import discounts_without_word, missing_words
from intake.draft_fields import Data
from intake.draft_prices import price_draft
from intake.marking import is_marked
from intake.missing import Missing, what_is_missing
from intake.photo_strip import photos_of, strip_of
from intake.value_step import value_word
from workshop.record.customers.allergies import allergies_of
from workshop.record.customers.customers import customer_by_id, numbers_of, words_in
from workshop.record.events import Actor
from workshop.record.shop.shops import shop_of


async def frame_of(data: Data, draft: UUID, by: Actor, step: str, place: int = 0) -> dict[str, Any]:
    """What every step shows: the rail, who, the photo strips, the total at the foot; `place` of the piece shown."""
    shop = await shop_of(by.shop)
    customer = await customer_by_id(data["customer_id"]) if data.get("customer_id") else None
    photos = await photos_of(data["pieces"], shop=by.shop)
    strips = {piece["code"]: strip_of(piece, photos[piece["code"]], shop) for piece in data["pieces"]}
    words = {piece["code"]: await value_word(piece, shop, by) for piece in data["pieces"]}
    priced = await price_draft(data, shop)
    waiting = await discounts_without_word(data, priced, shop, by)
    missing = [*what_is_missing(data, strips, words), *missing_words(waiting)]
    return {
        "rail": rail_of(data, draft, missing, place), "key": uuid4(), "version": data.get("version", 0),
        "draft": draft, "data": data, "step": step, "customer": customer, "shop": shop,
        "allergies": await _allergies(data),
        "numbers": await numbers_of(customer.id) if customer else [], "photos": photos, "strips": strips,
        "values": words, "priced": priced, "waiting": waiting, "missing": missing,
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


def rail_of(data: Data, draft: UUID, missing: list[Missing], place: int) -> list[tuple[str, str, str, bool]]:
    """The steps with their links: from a piece's own page to that piece, from elsewhere to the first one still open."""
    base, pieces = f"/intake/{draft}", data["pieces"]
    open_fields = {one.field for one in missing}

    def step(slug: str, words: str, anchor: str, undone: list[bool]) -> tuple[str, str, str, bool]:
        to = place or next((at for at, is_open in enumerate(undone, start=1) if is_open), 1)
        return slug, words, f"{base}/piece/{to}#{anchor}", not any(undone)

    numbers = range(1, len(pieces) + 1)
    return [
        ("who", "Who", base, not open_fields & {"last_name", "phone", "email"}),
        step("piece", "Piece", "what", [not piece.get("kind") for piece in pieces]),
        step("photos", "Photos", "photos", [bool(open_fields & {f"photos-{n}", f"piece-{n}"}) for n in numbers]),
        step("condition", "Condition", "condition", [not is_marked(piece) for piece in pieces]),
        step("work", "Work and price", "work",
             [bool(open_fields & {f"work-{n}", f"engraving-{n}", f"piece-{n}"}) for n in numbers]),
        step("value", "Value", "value",
             [_has_no_value(piece, n, open_fields) for n, piece in zip(numbers, pieces, strict=True)]),
        ("finish", "Promise and terms", f"{base}/finish", bool(data.get("promise_on"))),
        ("sign", "Sign", f"{base}/finish#sign", bool(data.get("signature"))),
    ]  # fmt: skip


def _has_no_value(piece: Data, place: int, open_fields: set[str]) -> bool:
    return not piece.get("declared_value") or bool(open_fields & {f"approval-{place}", f"declared_value-{place}"})
