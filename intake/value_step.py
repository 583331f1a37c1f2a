"""A piece above the shop's limit: whether a manager's word is needed for it, and whether there is one."""

from typing import Any

from intake.draft_fields import Data
from workshop import money
from workshop.errors import InvalidInput
from workshop.record.events import Actor
from workshop.record.shop.approvals import Request, approval_for
from workshop.record.tables import Shop
from workshop.record.tickets.take_in_checks import value_request


def declared_cents(piece: Data) -> int:
    """What the customer says it is worth; 0 while nothing readable is typed."""
    try:
        return money.parse(piece["declared_value"]) if piece.get("declared_value") else 0
    except InvalidInput:
        return 0


def needs_word(piece: Data, shop: Shop, by: Actor) -> Request | None:
    """What a manager is to be asked, or None: below the limit, or the one here is a manager."""
    declared = declared_cents(piece)
    is_dear = declared > shop.manager_limit_cents > 0
    return value_request(piece["code"], declared) if is_dear and not by.is_one_of("manager", "owner") else None


async def value_word(piece: Data, shop: Shop, by: Actor) -> dict[str, Any] | None:
    """What the page says about a dear piece: the request, and the word that holds for it. None for all others."""
    asked = needs_word(piece, shop, by)
    return {"asked": asked, "word": await approval_for(asked, shop=shop.id)} if asked else None
