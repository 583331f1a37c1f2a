"""Vendors and what is out with them, by the real verbs."""

from datetime import date, timedelta
from typing import Any

from tests.factories import World
from workshop import clock
from workshop.db import fetch_value
from workshop.record.tables import Envelope
from workshop.record.whereabouts.send_outs import pack, send
from workshop.record.whereabouts.vendors import NewCover, NewVendor, add_cover, add_vendor


async def a_vendor(
    world: World, name: str = "Enamel House", *, limit_cents: int = 10_000_000, until: date | None = None
) -> tuple[int, str]:
    """A vendor with a valid proof of cover (none for a limit of 0); id and the code of its card."""
    vendor = await add_vendor(NewVendor(name, "Enamel", "Mr. Iwata", "212 555 0190"), by=world.manager)
    if limit_cents:
        last = until or clock.today(world.shop.zone) + timedelta(days=200)
        await add_cover(vendor, NewCover("Jewelers Mutual", "JM-77", limit_cents, last), by=world.manager)
    return vendor, str(await fetch_value("SELECT code FROM vendor WHERE id = $1", vendor))


async def sent_out(world: World, *envelopes: Envelope, due_in: int = 7, vendor: str = "", **more: Any) -> int:
    """These are out on one list; gives its id."""
    card = vendor or (await a_vendor(world))[1]
    for envelope in envelopes:
        _, row, _ = await pack(envelope.code, card, by=world.counter)
    due = clock.today(world.shop.zone) + timedelta(days=due_in)
    return int((await send(row["id"], due_back_on=due, by=world.counter, **more))["id"])
