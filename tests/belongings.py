"""People and what they own, without a visit."""

from dataclasses import replace
from typing import Any

from tests.factories import World, a_ring
from workshop.db import fetch_value, transaction
from workshop.record.customers.customers import NewCustomer, add_customer
from workshop.record.pieces.pieces import NewPiece, add_piece


async def a_person(world: World, last: str, first: str = "", phone: str = "") -> int:
    """A customer, written down at the counter."""
    async with transaction():
        return int((await add_customer(NewCustomer(last, first, phone), by=world.counter)).id)


async def a_household(*people: int) -> None:
    """These people belong together."""
    household = await fetch_value("INSERT INTO household (name) VALUES ('Together') RETURNING id")
    await fetch_value("UPDATE customer SET household = $1 WHERE id = ANY($2)", household, list(people))


async def a_piece(world: World, owner: int, new: NewPiece | None = None, **more: Any) -> int:
    """A piece of this owner, never here yet."""
    async with transaction():
        return int((await add_piece(replace(new or a_ring(), **more), owner=owner, by=world.counter)).id)
