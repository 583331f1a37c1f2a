"""The photos of one envelope, in the order they were taken, each with its caption."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from photos.kinds import KINDS, Bag, may_see
from photos.removing import may_remove
from workshop import clock
from workshop.db import fetch
from workshop.record.events import Actor
from workshop.record.pieces.photo_guide import angle_words


@dataclass(frozen=True, slots=True)
class Picture:
    """One photo as a page shows it."""

    id: UUID
    kind: str
    caption: str
    is_removable: bool

    @property
    def url(self) -> str:
        """The small picture's address."""
        return f"/photos/{self.id}/thumb"

    @property
    def large(self) -> str:
        """The large picture's address."""
        return f"/photos/{self.id}/large"


async def album(bag: Bag, kind: str, *, by: Actor, zone: str) -> list[Picture]:
    """The photos of a bag, of one kind or (empty) of all, oldest first."""
    rows = await fetch(
        """SELECT p.*, s.name AS taken_by_name FROM photo p LEFT JOIN staff s ON s.id = p.taken_by
           WHERE p.envelope_code = $1 AND (p.shop = $2 OR $4) AND p.removed_at IS NULL AND ($3 = '' OR p.kind = $3)
           ORDER BY p.taken_at, p.id""",
        bag.code, by.shop, kind, bag.envelope is not None,  # who holds it sees what another shop took of it
    )  # fmt: skip
    return [
        _picture(row, zone, may_remove(row, by, bag.signed_at) and _takes(row["kind"], by))
        for row in rows if may_see(row["kind"], by)
    ]  # fmt: skip


def _takes(kind: str, by: Actor) -> bool:
    return not KINDS[kind].roles.isdisjoint(by.roles)


def _picture(row: dict[str, Any], zone: str, is_removable: bool) -> Picture:
    name = (row["taken_by_name"] or "").split()[:1]
    parts = [KINDS[row["kind"]].label, _when(row, zone), *name]
    if row["angle"]:
        parts.insert(1, angle_words(row["angle"]))
    if row["state"] != "stored":
        parts.append({"pending": "waiting", "missing": "file missing"}[row["state"]])
    return Picture(row["id"], row["kind"], " · ".join(parts), is_removable)


def _when(row: dict[str, Any], zone: str) -> str:
    taken = clock.local(row["taken_at"], zone)
    if taken.date() == clock.today(zone):
        return f"{taken:%H:%M}"
    year = f" {taken.year}" if taken.year != clock.today(zone).year else ""
    return f"{taken.day} {taken:%b}{year} {taken:%H:%M}"
