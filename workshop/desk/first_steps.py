"""What a new shop sets up before its first customer: the program comes with somebody else's rates and no people."""

from dataclasses import dataclass

from workshop.db import fetch_one, fetch_value
from workshop.record.tables import Shop


@dataclass(frozen=True)
class Step:
    """One thing to set up, how it stands, and where."""

    words: str
    stands: str
    href: str
    is_done: bool


async def rates_are_as_they_came(shop: int) -> bool:
    """Whether nobody here has set a rate of sales tax yet: then they are New York City’s."""
    return not await fetch_value("SELECT EXISTS (SELECT FROM tax_rate WHERE shop = $1 AND made_by IS NOT NULL)", shop)


async def first_steps(shop: Shop) -> list[Step]:
    """What is to be set up, of a shop that has taken nothing in yet; nothing for any other."""
    if await fetch_value("SELECT EXISTS (SELECT FROM ticket WHERE shop = $1)", shop.id):
        return []
    row = await fetch_one(
        """SELECT count(*) AS people, count(*) FILTER (WHERE 'bench' = ANY(roles)) AS bench,
                  EXISTS (SELECT FROM event e WHERE e.shop = $1 AND e.name = 'shop_changed'
                          AND e.data->>'group' = 'hours') AS hours
           FROM staff WHERE shop = $1 AND is_active AND NOT is_system""",
        shop.id,
    )
    assert row is not None
    is_taxed = not await rates_are_as_they_came(shop.id)
    return [
        Step("Name, address and phone", shop.address or "no address yet", "/desk/shop/identity", bool(shop.address)),
        Step("Opening hours", "set" if row["hours"] else "Monday to Saturday", "/desk/shop/hours", row["hours"]),
        Step("Sales tax", "set" if is_taxed else "New York City’s, as the program comes", "/desk/taxes", is_taxed),
        Step("Colleagues", f"{row['people']} so far, {row['bench']} at the bench", "/desk/staff", row["bench"] > 0),
        Step("Terms customers sign", "read them once", "/desk/shop/policies", shop.policy_version > 1),
    ]
