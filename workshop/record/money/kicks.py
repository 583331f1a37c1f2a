"""Opening the cash drawer: asked for in the same transaction as the money, carried out once or not at all."""

from workshop import clock
from workshop.db import fetch_value
from workshop.jobs import enqueue
from workshop.record.events import Actor


async def kick_drawer(by: Actor) -> None:
    """Ask for the drawer behind the receipt printer to open. Where there is no printer nothing happens."""
    kick: int = await fetch_value(
        "INSERT INTO drawer_kick (shop, asked_by, asked_at, state_at) VALUES ($1, $2, $3, $3) RETURNING id",
        by.shop, by.id, clock.now(),
    )  # fmt: skip
    await enqueue("kick_drawer", kick_id=kick, queue="prints")
