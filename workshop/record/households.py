"""People who belong together: found by the number they share, joined by a colleague, never by itself."""

from typing import Any

from workshop.db import fetch, fetch_value, transaction
from workshop.errors import InvalidInput
from workshop.record.customers import locked_customer
from workshop.record.events import Actor, record

RELATIONS = {
    "spouse": "Spouse", "parent": "Parent", "child": "Child", "friend": "Friend",
    "referred by": "Referred by", "bridal party": "Bridal party",
}  # fmt: skip


async def sharing_a_number(customer_id: int) -> list[dict[str, Any]]:
    """People on one of this person's numbers who are not in their household yet."""
    return await fetch(
        """SELECT DISTINCT c.id, c.first_name, c.last_name, c.household FROM phone mine
           JOIN phone theirs ON theirs.number = mine.number AND theirs.customer <> mine.customer
           JOIN customer c ON c.id = theirs.customer JOIN customer me ON me.id = mine.customer
           WHERE mine.customer = $1 AND (me.household IS NULL OR c.household IS DISTINCT FROM me.household)
           ORDER BY c.id LIMIT 6""",
        customer_id,
    )


async def join_household(customer_id: int, other: int, relation: str, *, by: Actor) -> int:
    """Put another person into this one's household, made if there is none. Gives the household's id."""
    if relation not in RELATIONS or customer_id == other:
        raise InvalidInput("Say how they belong together.", relation="Choose how they belong together.")
    async with transaction():
        held = {one: await locked_customer(one) for one in sorted((customer_id, other))}
        mine, theirs = held[customer_id], held[other]
        household: int | None = mine.household
        if household is None:
            household = await fetch_value(
                "INSERT INTO household (name) VALUES ($1) RETURNING id", f"{mine.last_name} household"
            )
            await fetch("UPDATE customer SET household = $2 WHERE id = $1", mine.id, household)
        await fetch(
            "UPDATE customer SET household = $2, relation = $3 WHERE id = $1", theirs.id, household, relation
        )
        for one in (customer_id, other):
            await record("household_joined", shop=by.shop, by=by, customer=one, relation=relation)
    assert household is not None
    return household
