"""Where a piece lies: moved by scanning the envelope and then the place."""

from workshop.db import fetch_one, transaction
from workshop.errors import Conflict, NotFound
from workshop.record.envelopes import locked
from workshop.record.events import Actor, record
from workshop.record.stages import CLOSED
from workshop.record.tables import Envelope


async def put_in_place(code: str, place_code: str, *, by: Actor) -> tuple[Envelope, bool]:
    """Note that an envelope now lies in a place. The same scan twice does nothing twice.

    Returns the envelope and whether it moved. Raises NotFound for an unknown place, Conflict when
    the piece has left the shop.
    """
    async with transaction():
        envelope = await locked(code, shop=by.shop)
        place = await fetch_one("SELECT name FROM place WHERE code = $1 AND shop = $2", place_code, by.shop)
        if place is None:
            raise NotFound("No place of this shop has that code. Print the place's card again.")
        if envelope.stage in CLOSED:
            raise Conflict(f"{envelope.number} is with the customer. If you hold it, tell a manager now.")
        if envelope.location == place["name"]:
            return envelope, False
        before, envelope.location = envelope.location, place["name"]
        envelope.version += 1
        await envelope.save([Envelope.location, Envelope.version])
        await record("located", shop=by.shop, by=by, envelope=envelope, before=before, after=envelope.location)
    return envelope, True
