"""Displays: screens on a wall that may read one shop's board and nothing else."""

from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_one, transaction
from workshop.errors import InvalidInput, NotFound
from workshop.record.events import Actor, record
from workshop.record.staff import make_token


async def displays_of(shop: int) -> list[dict[str, Any]]:
    """The displays that may read the board now."""
    return await fetch(
        """SELECT id, name, created_at FROM access_token
           WHERE shop = $1 AND kind = 'display' AND revoked_at IS NULL ORDER BY id DESC""",
        shop,
    )


async def add_display(name: str, *, by: Actor) -> str:
    """A new display's token. It is shown this once; only its hash is kept."""
    if not 2 <= len(name) <= 60:
        sentence = "Say where the display hangs, in 2 to 60 letters."
        raise InvalidInput(sentence, name=sentence)
    token = await make_token(shop=by.shop, name=name, kind="display")
    async with transaction():
        await record("display_added", shop=by.shop, by=by, display=name)
    return token


async def revoke_display(display: int, *, by: Actor) -> str:
    """A display reads the board no more. Gives its name."""
    async with transaction():
        row = await fetch_one(
            """UPDATE access_token SET revoked_at = $3 WHERE id = $1 AND shop = $2 AND kind = 'display'
               AND revoked_at IS NULL RETURNING name""",
            display, by.shop, clock.now(),
        )  # fmt: skip
        if row is None:
            raise NotFound("That display is not known here any more.")
        await record("display_revoked", shop=by.shop, by=by, display=row["name"])
    name: str = row["name"]
    return name
