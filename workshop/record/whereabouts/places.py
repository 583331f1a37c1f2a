"""The shop's places: boxes, trays, benches. Added, renamed, retired by a manager; what lies in each."""

from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value, transaction
from workshop.errors import Conflict, Forbidden, InvalidInput, NotFound
from workshop.record.events import Actor, record
from workshop.record.whereabouts.custody import AWAY, KINDS, new_place

OWN = tuple(kind for kind in KINDS if kind not in AWAY)  # kinds a manager adds; a vendor brings its own


async def places_of(shop: int) -> list[dict[str, Any]]:
    """Every place in use with how many pieces lie there, by kind; one look whatever was there before."""
    rows = await fetch(
        """SELECT p.*, COALESCE(c.pieces, 0) AS pieces FROM place p
           LEFT JOIN (SELECT place, count(*) AS pieces FROM custody WHERE shop = $1 AND until IS NULL GROUP BY place) c
           ON c.place = p.id WHERE p.shop = $1 AND p.retired_at IS NULL ORDER BY p.name""",
        shop,
    )
    order = list(KINDS)
    return sorted(rows, key=lambda row: (order.index(row["kind"]) if row["kind"] in order else 99, row["name"]))


async def place_of(place: int, *, shop: int) -> dict[str, Any]:
    """A place of this shop, or NotFound."""
    row = await fetch_one("SELECT * FROM place WHERE id = $1 AND shop = $2", place, shop)
    if row is None:
        raise NotFound("There is no such place in this shop.")
    return row


async def pieces_at(place: int | None, *, shop: int, limit: int = 200) -> list[dict[str, Any]]:
    """What lies at a place, longest first; with None, what nobody knows the place of. No customer, no value."""
    return await fetch(
        """SELECT v.code, v.number, v.stage, v.is_rush, v.promise_on, v.missing_since, c.since,
                  p.kind, p.description, p.metal, p.metal_basis, p.serial, split_part(s.name, ' ', 1) AS who,
                  (SELECT id FROM photo WHERE envelope_code = v.code AND removed_at IS NULL
                   ORDER BY taken_at LIMIT 1) AS photo
           FROM custody c JOIN envelope v ON v.id = c.envelope JOIN piece p ON p.id = v.piece
           LEFT JOIN staff s ON s.id = c.staff
           WHERE c.shop = $1 AND c.until IS NULL AND c.place IS NOT DISTINCT FROM $2::int
           ORDER BY c.since, c.id LIMIT $3""",
        shop, place, limit,
    )  # fmt: skip


async def add_place(name: str, kind: str, *, by: Actor) -> dict[str, Any]:
    """One more place with a code of its own to print. Raises InvalidInput, Forbidden."""
    _check_is_manager(by)
    if kind not in OWN:
        raise InvalidInput("Choose what kind of place it is.", kind="Choose what kind of place it is.")
    async with transaction():
        name = await _free_name(name, by)
        place = await new_place(name, kind, shop=by.shop)
        await record("place_added", shop=by.shop, by=by, place=name)
    return place


async def rename_place(place: int, name: str, *, by: Actor) -> None:
    """Call a place something else; what lies there says so too. Its code and card stay good."""
    _check_is_manager(by)
    async with transaction():
        row = await _locked(place, by)
        if row["name"] == name.strip():
            return
        name = await _free_name(name, by, besides=place)
        await fetch("UPDATE place SET name = $2 WHERE id = $1", place, name)
        await fetch("UPDATE envelope SET location = $2 WHERE place = $1 AND stage <> 'picked_up'", place, name)
        await record("place_renamed", shop=by.shop, by=by, before=row["name"], after=name)


async def retire_place(place: int, *, by: Actor) -> str:
    """A place is not used any more: its code is refused. Conflict while something lies there. Gives its name."""
    _check_is_manager(by)
    async with transaction():
        row = await _locked(place, by)
        name: str = row["name"]
        if row["retired_at"] is not None:
            return name
        pieces = await fetch_value("SELECT count(*) FROM custody WHERE place = $1 AND until IS NULL", place)
        if pieces:
            raise Conflict(f"{pieces} {'piece lies' if pieces == 1 else 'pieces lie'} there. Put them elsewhere first.")
        await fetch("UPDATE place SET retired_at = $2 WHERE id = $1", place, clock.now())
        await record("place_retired", shop=by.shop, by=by, place=name)
    return name


def _check_is_manager(by: Actor) -> None:
    if not by.is_one_of("manager", "owner"):
        raise Forbidden("Places are set up by a manager.")


async def _locked(place: int, by: Actor) -> dict[str, Any]:
    row = await fetch_one("SELECT * FROM place WHERE id = $1 AND shop = $2 FOR UPDATE", place, by.shop)
    if row is None:
        raise NotFound("There is no such place in this shop.")
    return row


async def _free_name(name: str, by: Actor, besides: int = 0) -> str:
    name = " ".join(name.split())
    if not 2 <= len(name) <= 40:
        sentence = "Give the place a name of 2 to 40 letters, as it stands on the box."
        raise InvalidInput(sentence, name=sentence)
    if await is_taken(name, shop=by.shop, besides=besides):
        sentence = f"There is a place called “{name}” already."
        raise InvalidInput(sentence, name=sentence)
    return name


async def is_taken(name: str, *, shop: int, besides: int = 0) -> bool:
    """Whether a place in use, a vendor's included, has that name. Holds the shop until the transaction ends:
    two managers at once would both find the name free.
    """
    await fetch_value("SELECT id FROM shop WHERE id = $1 FOR NO KEY UPDATE", shop)
    found = await fetch_value(
        "SELECT id FROM place WHERE shop = $1 AND lower(name) = lower($2) AND retired_at IS NULL AND id <> $3",
        shop, name, besides,
    )  # fmt: skip
    return found is not None
