"""People who belong together: found by the number they share, joined by a colleague, never by itself."""

from typing import Any

from workshop.db import fetch, fetch_one, fetch_value, transaction
from workshop.errors import Conflict, InvalidInput
from workshop.record.customers.customers import locked_customer
from workshop.record.customers.relations import relate_inside
from workshop.record.events import Actor, record
from workshop.record.tables import Customer

MOST = 30  # people of one household shown


async def sharing_a_number(customer_id: int) -> list[dict[str, Any]]:
    """People on one of this person's numbers or addresses who are not in their household yet."""
    return await fetch(
        """SELECT DISTINCT c.id, c.first_name, c.last_name, c.household FROM (
               SELECT theirs.customer FROM phone mine JOIN phone theirs
               ON theirs.number = mine.number AND theirs.customer <> mine.customer WHERE mine.customer = $1
               UNION SELECT theirs.customer FROM email_address mine JOIN email_address theirs
               ON theirs.address = mine.address AND theirs.customer <> mine.customer
               WHERE mine.customer = $1) shared
           JOIN customer c ON c.id = shared.customer JOIN customer me ON me.id = $1
           WHERE me.household IS NULL OR c.household IS DISTINCT FROM me.household
           ORDER BY c.id LIMIT 6""",
        customer_id,
    )


async def join_household(customer_id: int, other: int, relation: str, *, by: Actor) -> int:
    """Put two people into one household, made if neither has one, and say what the other is to this one.

    Who has none joins who has; who comes from another household leaves that one. Gives the household's id.
    """
    async with transaction():
        held = {one: await locked_customer(one) for one in sorted((customer_id, other))}
        await relate_inside(customer_id, other, relation, by=by)
        mine, theirs = held[customer_id], held[other]
        household: int = mine.household or theirs.household or await _new_household(mine)
        for person in (mine, theirs):
            await _move(person, household, by)
    return household


async def _new_household(of: Customer) -> int:
    household: int = await fetch_value(
        "INSERT INTO household (name) VALUES ($1) RETURNING id", f"{of.last_name} household"[:80]
    )
    return household


async def _move(person: Customer, household: int, by: Actor) -> None:
    before = person.household
    if before == household:
        return
    await fetch("UPDATE customer SET household = $2 WHERE id = $1", person.id, household)
    await record("household_joined", shop=by.shop, by=by, customer=person.id)
    if before is not None:
        await _close_if_alone(before)


async def leave_household(customer_id: int, *, by: Actor) -> None:
    """This person goes alone from now on. Relations stay as they are; of a household of one nothing is left."""
    async with transaction():
        person = await locked_customer(customer_id)
        if person.household is None:
            return
        await fetch("UPDATE customer SET household = NULL WHERE id = $1", customer_id)
        await record("household_left", shop=by.shop, by=by, customer=customer_id)
        await _close_if_alone(person.household)


async def _close_if_alone(household: int) -> None:
    left = await fetch(
        "SELECT id FROM customer WHERE household = $1 AND merged_into IS NULL LIMIT 2", household
    )
    if len(left) < 2:
        await fetch("UPDATE customer SET household = NULL WHERE household = $1", household)


async def name_household(customer_id: int, name: str, *, by: Actor) -> None:
    """Call this person's household by another name."""
    name = " ".join(name.split())
    if not name or len(name) > 80:
        raise InvalidInput("What is it called?", name="A name of 80 letters at most.")
    async with transaction():
        person = await locked_customer(customer_id)
        if person.household is None:
            raise Conflict("They are in no household. Add somebody they belong with first.")
        await fetch("UPDATE household SET name = $2 WHERE id = $1", person.household, name)
        await record("household_named", shop=by.shop, by=by, customer=customer_id)


async def household_of(customer: Customer) -> dict[str, Any] | None:
    """The household of a person: its name and its other members."""
    if customer.household is None:
        return None
    row = await fetch_one("SELECT id, name FROM household WHERE id = $1", customer.household)
    assert row is not None
    row["others"] = await fetch(
        """SELECT id, first_name, last_name, trim(first_name || ' ' || last_name) AS name FROM customer
           WHERE household = $1 AND id <> $2 AND merged_into IS NULL ORDER BY id LIMIT $3""",
        customer.household, customer.id, MOST,
    )  # fmt: skip
    return row
