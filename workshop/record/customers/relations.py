"""How two people belong together, in the right word from either side."""

from dataclasses import dataclass
from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_one, transaction
from workshop.errors import Conflict, InvalidInput
from workshop.record.customers.customers import locked_customer
from workshop.record.events import Actor, record

# What the other person is to this one, and how the row is kept: `swapped` means from the other side.
RELATIONS = {
    "spouse": "Spouse or partner", "parent": "Parent", "child": "Child", "friend": "Friend",
    "referred by": "Referred them to us", "referred": "Referred by them", "bridal party": "Bridal party",
}  # fmt: skip
BACKWARD = {"child": "parent", "referred": "referred by"}
BOTH_WAYS = {"spouse", "friend", "bridal party"}
FAMILY = {"spouse", "parent", "child"}  # those who usually live in one household


@dataclass(frozen=True)
class _Kept:
    """A relation as its row has it."""

    customer: int
    other: int
    kind: str


def _kept(customer: int, other: int, relation: str) -> _Kept:
    if relation not in RELATIONS:
        raise InvalidInput("Say how they belong together.", relation="Choose how they belong together.")
    if customer == other:
        raise InvalidInput("That is the same person.", other="Choose somebody else.")
    if relation in BACKWARD:
        return _Kept(other, customer, BACKWARD[relation])
    return _Kept(customer, other, relation)


def relation_words(relation: str, name: str) -> str:
    """What somebody is to the person called `name`: `Spouse or partner`, `Referred by Rosa`."""
    return RELATIONS[relation].replace("them", name)


def relation_choices(name: str) -> list[tuple[str, str]]:
    """Everything somebody may be to the person called `name`, with its words."""
    return [(relation, relation_words(relation, name)) for relation in RELATIONS]


async def relate(customer: int, other: int, relation: str, *, by: Actor) -> None:
    """Say what another person is to this one: their spouse, parent, child, friend. Saying it twice is once."""
    async with transaction():
        await relate_inside(customer, other, relation, by=by)


async def relate_inside(customer: int, other: int, relation: str, *, by: Actor) -> None:
    """As `relate`, inside the caller's transaction."""
    kept = _kept(customer, other, relation)
    for one in sorted((customer, other)):
        await locked_customer(one)
    if await _has(_Kept(kept.other, kept.customer, kept.kind)):
        if kept.kind in BOTH_WAYS:
            return
        raise Conflict("It already stands the other way round. Change that one.")
    made = await fetch_one(
        """INSERT INTO relation (customer, other, kind, staff, at) VALUES ($1, $2, $3, $4, $5)
           ON CONFLICT (customer, other, kind) DO NOTHING RETURNING id""",
        kept.customer, kept.other, kept.kind, by.id or None, clock.now(),
    )  # fmt: skip
    if made:
        await _note("relation_added", kept, by)


async def _has(kept: _Kept) -> bool:
    return bool(
        await fetch_one(
            "SELECT id FROM relation WHERE customer = $1 AND other = $2 AND kind = $3",
            kept.customer, kept.other, kept.kind,
        )
    )  # fmt: skip


async def change_relation(customer: int, relation_id: int, relation: str, *, by: Actor) -> None:
    """Correct how two people belong together."""
    async with transaction():
        row = await _one(customer, relation_id)
        if row is None:
            raise Conflict("This was taken away in the meantime. Look at the page again.")
        other = row["other"] if row["customer"] == customer else row["customer"]
        if _kept(customer, other, relation) == _Kept(row["customer"], row["other"], row["kind"]):
            return
        await fetch("DELETE FROM relation WHERE id = $1", relation_id)
        await relate_inside(customer, other, relation, by=by)


async def part(customer: int, relation_id: int, *, by: Actor) -> None:
    """They do not belong together (any more); a second press finds nothing to do."""
    async with transaction():
        row = await _one(customer, relation_id)
        if row is None:
            return
        await fetch("DELETE FROM relation WHERE id = $1", relation_id)
        await _note("relation_removed", _Kept(row["customer"], row["other"], row["kind"]), by)


async def _one(customer: int, relation_id: int) -> dict[str, Any] | None:
    return await fetch_one(
        "SELECT * FROM relation WHERE id = $1 AND (customer = $2 OR other = $2) FOR UPDATE", relation_id, customer
    )


async def _note(name: str, kept: _Kept, by: Actor) -> None:
    for one in (kept.customer, kept.other):
        await record(name, shop=by.shop, by=by, customer=one, relation=kept.kind)


async def relations_of(customer: int) -> list[dict[str, Any]]:
    """Everybody this person belongs with: who, what they are to this person, and the words for it."""
    rows = await fetch(
        """SELECT r.id, c.id AS other, c.first_name, c.last_name, c.household, r.kind, r.customer = $1 AS is_forward,
                  COALESCE(NULLIF(me.first_name, ''), me.last_name) AS me
           FROM relation r JOIN customer c ON c.id = CASE WHEN r.customer = $1 THEN r.other ELSE r.customer END
           JOIN customer me ON me.id = $1
           WHERE r.customer = $1 OR r.other = $1 ORDER BY r.id LIMIT 60""",
        customer,
    )
    seen_back = {kind: back for back, kind in BACKWARD.items()}
    for row in rows:
        row["relation"] = row["kind"] if row["is_forward"] else seen_back.get(row["kind"], row["kind"])
        row["words"] = relation_words(row["relation"], row["me"])
        row["name"] = f"{row['first_name']} {row['last_name']}".strip()
    return rows
