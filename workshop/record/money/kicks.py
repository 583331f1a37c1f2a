"""Opening the cash drawer: asked for in the same transaction as the money, carried out once or not at all."""

from workshop import clock
from workshop.db import fetch_value
from workshop.jobs import enqueue
from workshop.record.events import Actor


async def kick_drawer(by: Actor) -> None:
    """Ask for this station's drawer to open, by its receipt printer. Where there is no printer nothing happens."""
    kick: int = await fetch_value(
        """INSERT INTO drawer_kick (shop, asked_by, asked_at, state_at, drawer)
           VALUES ($1, $2, $3, $3, (SELECT drawer FROM device WHERE id = $4 AND shop = $1)) RETURNING id""",
        by.shop, by.id, clock.now(), by.device,
    )  # fmt: skip
    await enqueue("kick_drawer", kick_id=kick, queue="prints")
