"""Saying from which side a photo was taken, or saying it better."""

from uuid import UUID

from photos.kinds import check_kind, find_bag, lock_bag
from photos.removing import may_remove
from workshop.db import fetch, fetch_one, transaction
from workshop.errors import Conflict, NotFound
from workshop.record.events import Actor, record


async def name_angle(photo_id: UUID, angle: str, by: Actor) -> None:
    """Write the side on a photo, while it may still be taken back; afterwards it is evidence as it stands.

    Raises NotFound, Forbidden, Conflict (signed for), InvalidInput (too long).
    """
    async with transaction():
        row = await fetch_one("SELECT envelope_code FROM photo WHERE id = $1 AND shop = $2", photo_id, by.shop)
        if row is not None:
            await lock_bag(row["envelope_code"])
            row = await fetch_one("SELECT * FROM photo WHERE id = $1 AND removed_at IS NULL", photo_id)
        if row is None:
            raise NotFound("There is no such photo, or a colleague took it back.")
        check_kind(row["kind"], angle, by)
        bag = await find_bag(row["envelope_code"], shop=by.shop)
        if not may_remove(row, by, bag.signed_at):
            raise Conflict("The customer signed with this photo as it is. Add a better one beside it.")
        if row["angle"] != angle:
            await fetch("UPDATE photo SET angle = $2 WHERE id = $1", photo_id, angle)
            await record(
                "photo_named", shop=by.shop, by=by, envelope=bag.envelope, piece=bag.piece, photo=str(photo_id),
                code=bag.code, before=row["angle"], after=angle,
            )  # fmt: skip
