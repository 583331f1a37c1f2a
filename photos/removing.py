"""Taking a photo back, and taking that back. The picture itself stays: it is evidence."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from photos.kinds import Bag, check_role, check_room, find_bag, lock_bag
from workshop import clock
from workshop.db import fetch, fetch_one, transaction
from workshop.errors import Conflict, NotFound
from workshop.record.events import Actor, record
from workshop.record.quality.evidence import is_frozen

SECOND_THOUGHTS = timedelta(minutes=10)


async def remove_photo(photo_id: UUID, by: Actor) -> str:
    """Take a photo off its envelope and give the envelope's code; `restore_photo` brings it back.

    Allowed while the take-in is being typed. Afterwards the customer has signed: only whoever took
    a photo may take it back, within ten minutes, and never one from before the signature. Raises
    NotFound, Forbidden, Conflict.
    """
    async with transaction():
        row = await _locked(photo_id, by, removed=False)
        code: str = row["envelope_code"]
        bag = await find_bag(code, shop=by.shop)
        check_role(row["kind"], by)
        if not may_remove(row, by, bag.signed_at):
            raise Conflict(
                "This photo is evidence and stays. It was there when the customer signed, or it is not "
                "yours, or ten minutes have passed. If it is wrong, add a better one beside it."
            )
        if await is_frozen(photo_id):
            raise Conflict(
                "A quality check passed with this photo, so it stays. If it is wrong, add a better one beside it."
            )
        await fetch("UPDATE photo SET removed_at = $2 WHERE id = $1", photo_id, clock.now())
        await _remember("photo_removed", row, bag, by)
    return code


async def restore_photo(photo_id: UUID, by: Actor) -> str:
    """Bring a removed photo back, with the time it was taken. Raises NotFound, Forbidden, Conflict (12 photos)."""
    async with transaction():
        row = await _locked(photo_id, by, removed=True)
        code: str = row["envelope_code"]
        bag = await find_bag(code, shop=by.shop)
        check_role(row["kind"], by)
        await check_room(code, row["kind"])
        await fetch("UPDATE photo SET removed_at = NULL WHERE id = $1", photo_id)
        await _remember("photo_restored", row, bag, by)
    return code


def may_remove(row: dict[str, Any], by: Actor, signed_at: datetime | None) -> bool:
    """Whether this person may still take this photo back; `signed_at` is None while it is being typed."""
    if signed_at is None:
        return True
    is_fresh = bool(clock.now() - row["taken_at"] <= SECOND_THOUGHTS)
    return is_fresh and row["taken_by"] == by.id and row["taken_at"] > signed_at


async def _locked(photo_id: UUID, by: Actor, *, removed: bool) -> dict[str, Any]:
    row = await fetch_one("SELECT envelope_code FROM photo WHERE id = $1 AND shop = $2", photo_id, by.shop)
    if row is not None:
        await lock_bag(row["envelope_code"])
        row = await fetch_one(
            "SELECT * FROM photo WHERE id = $1 AND (removed_at IS NOT NULL) = $2", photo_id, removed
        )
    if row is None:
        raise NotFound("There is no such photo, or a colleague was quicker. Look at the album again.")
    return row


async def _remember(name: str, row: dict[str, Any], bag: Bag, by: Actor) -> None:
    await record(
        name, shop=by.shop, by=by, envelope=bag.envelope, piece=bag.piece, photo=str(row["id"]), code=bag.code,
        kind=row["kind"], sha256=row["key"],
    )  # fmt: skip
