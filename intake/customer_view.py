"""What the customer's page shows: who they are, how to reach them, what is here, whom they belong with."""

from functools import partial
from typing import Any
from uuid import uuid4

from litestar import Request, Response

from intake.customer_pieces import pieces_panel
from intake.history import moment_words
from intake.merging import records_panel
from workshop import clock
from workshop.errors import InvalidInput, WorkshopError
from workshop.record.customers.contacts import EMAIL, PHONE, contacts_of
from workshop.record.customers.customers import customer_by_id, permission
from workshop.record.customers.days import day_in_words
from workshop.record.customers.households import household_of, sharing_a_number
from workshop.record.customers.notes import may_remove, notes_of
from workshop.record.customers.profile import CHANNELS, LANGUAGES
from workshop.record.customers.relations import relation_choices, relations_of
from workshop.record.customers.search import with_work
from workshop.record.customers.sizes import FINGERS, HANDS, SIZE_BASES, sizes_of
from workshop.record.events import Actor
from workshop.record.shop.shops import shop_of
from workshop.record.tables import Customer, Shop
from workshop.web.forms import Form
from workshop.web.pages import page

Req = Request[Any, Any, Any]


async def customer_page(
    request: Req, customer_id: int, by: Actor, *, form: Form | None = None, refused: WorkshopError | None = None,
) -> Response[str]:  # fmt: skip
    """The whole page; after a refusal with what was typed and the reason beside it."""
    customer = await customer_by_id(customer_id)
    shop = await shop_of(by.shop)
    return await page(
        request, "intake/customer.html", status=refused.status if refused else 200, shop=shop, customer=customer,
        trouble="" if refused is None or isinstance(refused, InvalidInput) else refused.message,
        errors=refused.fields if isinstance(refused, InvalidInput) else {},
        typed=form.dict() if form else {}, key=uuid4().hex, **await _who(customer), **await _here(customer, shop),
        **await _about(customer, shop, by), **await pieces_panel(customer, shop, by=by),
        **await records_panel(customer.id),
    )  # fmt: skip


async def _who(customer: Customer) -> dict[str, Any]:
    """How to reach them, what we may say where, and whom they belong with."""
    phones = await contacts_of(PHONE, customer.id)
    for phone in phones:
        phone["may"] = await permission(phone["value"], customer.id)
    relations = await relations_of(customer.id)
    household = await household_of(customer)
    related = {one["other"] for one in relations}
    members = household["others"] if household else []
    return {
        "phones": phones, "emails": await contacts_of(EMAIL, customer.id), "household": household,
        "is_stopped": any(phone["may"].is_stopped for phone in phones), "bonds": relations,
        "housemates": [one for one in members if one["id"] not in related],
        "sharing": await sharing_a_number(customer.id),
        "relations": relation_choices(customer.first_name or customer.last_name),
    }  # fmt: skip


async def _here(customer: Customer, shop: Shop) -> dict[str, Any]:
    """Everything of theirs and their household's that is in this shop now; no surprise of anybody else."""
    (found,) = await with_work([{"id": customer.id, "household": customer.household}], shop.id)
    return {
        "here": sorted(found.envelopes, key=lambda row: row["customer"] != customer.id),
        "ready_count": found.ready_count,
        "names": {one["id"]: one["first_name"] or one["last_name"] for one in found.people},
    }  # fmt: skip


async def _about(customer: Customer, shop: Shop, by: Actor) -> dict[str, Any]:
    """Sizes, notes, days and preferences."""
    notes = await notes_of(customer.id)
    for note in notes:
        note["may_remove"] = may_remove(note["staff"], by)
    return {
        "moment": partial(moment_words, zone=shop.zone, today=clock.today(shop.zone)), "notes": notes,
        **await hands(customer.id), "birthday": day_in_words(customer.birthday),
        "anniversary": day_in_words(customer.anniversary), "channels": CHANNELS, "languages": LANGUAGES,
    }  # fmt: skip


async def hands(customer: int) -> dict[str, Any]:
    """Both hands as one looks down on them, each finger with its newest size, and all sizes as history."""
    sizes = await sizes_of(customer)
    now = {(row["hand"], row["finger"]): row for row in sizes if row["is_now"]}
    left_to_right = [("left", list(reversed(FINGERS))), ("right", list(FINGERS))]
    return {
        "hands": [
            (hand, HANDS[hand], [(finger, FINGERS[finger], now.get((hand, finger))) for finger in fingers])
            for hand, fingers in left_to_right
        ],
        "sizes": sizes, "size_bases": SIZE_BASES, "finger_words": FINGERS, "hand_words": HANDS,
    }  # fmt: skip
