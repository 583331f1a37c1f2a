"""A shop and what it starts with: price book, taxes, places, plans, an owner."""

import json
from datetime import date
from typing import Any

from workshop.db import transaction
from workshop.errors import InvalidInput, NotFound
from workshop.record.codes import PLACE, new_code
from workshop.record.prices.pricebook import DEMO_TAX, STARTER, STARTER_PACKAGES, STARTER_PLANS
from workshop.record.shop.staff import add_staff
from workshop.record.tables import Place, PriceItem, PricePackage, ServicePlan, Shop, TaxRate

PLACES = [
    ("counter", "counter"), ("order box", "order"), ("hold box", "hold"), ("finished box", "finished"),
    ("safe tray", "safe"), ("vendor", "vendor"), ("quality check", "check"),
]  # fmt: skip
POLICY = (
    "We care for your piece as our own. Work starts when its price is firm or you approved the estimate. "
    "Hidden damage may show when a piece is cleaned; we stop and ask. Please collect within 90 days of our "
    "notice. Bring this claim check; a person you list may collect with an ID."
)
HOURS = {day: ["10:00", "18:00"] for day in ("mon", "tue", "wed", "thu", "fri")} | {"sat": ["10:00", "17:00"]}


async def open_shop(
    *, name: str, code: str, zone: str, owner: str, sign_in_name: str, password: str
) -> Shop:
    """Set up a shop with the starter price book and its owner; everything is changed at the desk later."""
    async with transaction():
        shop = await add_shop(name=name, code=code, zone=zone)
        await add_staff(
            shop=shop.id, name=owner, sign_in_name=sign_in_name, roles=["owner", "manager"], password=password
        )
    return shop


async def add_shop(*, name: str, code: str, zone: str, **more: Any) -> Shop:
    """The shop's rows, inside the caller's transaction."""
    if not 1 <= len(code) <= 6 or not code.isalpha():
        raise InvalidInput("A shop's code is 1 to 6 letters.", code="1 to 6 letters.")
    shop = Shop(
        name=name, code=code.upper(), zone=zone, hours=json.dumps(HOURS), policy_text=POLICY, **more
    )
    await shop.save()
    await PriceItem.insert(*(_book_row(shop.id, item) for item in STARTER))
    await PricePackage.insert(*(
        PricePackage(shop=shop.id, code=code, name=name, codes=json.dumps(codes), price_cents=cents,
                     kinds=json.dumps(kinds), active_from=date(2020, 1, 1))
        for code, name, codes, cents, kinds in STARTER_PACKAGES
    ))  # fmt: skip
    await TaxRate.insert(
        *(TaxRate(shop=shop.id, tax_class=k, rate_per_100k=v, valid_from=date(2020, 1, 1)) for k, v in DEMO_TAX.items())
    )
    await Place.insert(*(Place(shop=shop.id, name=n, kind=k, code=new_code(PLACE)) for n, k in PLACES))
    await ServicePlan.insert(
        *(ServicePlan(shop=shop.id, code=c, name=n, months=m, task_codes=json.dumps(t)) for c, n, m, t in STARTER_PLANS)
    )
    return shop


def _book_row(shop: int, item: dict[str, Any]) -> PriceItem:
    packed: dict[str, Any] = {
        key: json.dumps(value) if isinstance(value, list | dict) else value for key, value in item.items()
    }
    return PriceItem(shop=shop, active_from=date(2020, 1, 1), **packed)


async def shop_by_code(code: str) -> Shop:
    """The shop of a code; the first one for an empty code."""
    query = Shop.objects().where(Shop.code == code.upper()) if code else Shop.objects().order_by(Shop.id)
    shop = await query.first()
    if shop is None:
        raise NotFound(f"There is no shop {code}." if code else "There is no shop yet. Make one: workshop shop create")
    return shop


async def shop_of(shop_id: int) -> Shop:
    """The shop with its settings."""
    shop = await Shop.objects().get(Shop.id == shop_id)
    if shop is None:
        raise NotFound("There is no such shop.")
    return shop
