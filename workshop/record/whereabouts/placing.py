"""Putting an envelope in a place, by scanning both."""

from typing import Any

from workshop.db import fetch_one, transaction
from workshop.errors import Conflict, NotFound
from workshop.record.events import Actor, record
from workshop.record.stages import CLOSED, Stage
from workshop.record.tables import Envelope
from workshop.record.tickets.locks import locked
from workshop.record.whereabouts.custody import AWAY, keep_custody, lay_in
from workshop.record.whereabouts.missing import found_again


async def place_by_code(code: str, *, shop: int) -> dict[str, Any]:
    """The place of a scanned code, if it is in use here. Raises NotFound, Conflict for one given up."""
    place = await fetch_one("SELECT * FROM place WHERE code = $1 AND shop = $2", code, shop)
    if place is None:
        raise NotFound("No place of this shop has that code. Print the place's card again.")
    if place["retired_at"] is not None:
        raise Conflict(f"“{place['name']}” is not used any more. Take its card down and scan another place.")
    return place


async def put_in_place(code: str, place_code: str, *, by: Actor) -> tuple[Envelope, bool]:
    """Note that an envelope now lies in a place. The same scan twice does nothing twice.

    Returns the envelope and whether it moved. Raises NotFound for an unknown place, Conflict when the piece
    has left the shop, or the place is one that only a packing list leads to.
    """
    async with transaction():
        envelope = await locked(code, shop=by.shop)
        place = await place_by_code(place_code, shop=by.shop)
        if envelope.stage in CLOSED:
            raise Conflict(f"{envelope.number} is with the customer. If you hold it, tell a manager now.")
        if place["kind"] in AWAY:
            raise Conflict(f"“{place['name']}” is not in the shop. What goes there needs a packing list first.")
        if envelope.transfer is not None:
            raise Conflict(f"{envelope.number} is {envelope.location}. It is scanned in there first.")
        if envelope.stage == Stage.AT_VENDOR:
            raise Conflict(f"{envelope.number} is out: {envelope.location}. Do you hold it? Scan BACK, then the place.")
        return envelope, await put_locked(envelope, place, by=by)


async def put_locked(envelope: Envelope, place: dict[str, Any], *, by: Actor, why: str = "") -> bool:
    """The same for a locked envelope inside the caller's transaction; gives whether it moved."""
    if envelope.place == place["id"] and envelope.missing_since is None:
        return False
    before, before_id = envelope.location, envelope.place
    lay_in(envelope, place)
    await found_again(envelope, by)
    envelope.version += 1
    await envelope.save([Envelope.place, Envelope.location, Envelope.missing_since, Envelope.version])
    await keep_custody(envelope, by)
    if before_id != envelope.place:
        await record(
            "located", shop=by.shop, by=by, envelope=envelope, before=before, after=envelope.location, why=why
        )
    return True
