"""What the metal must not contain: flagged wherever work is planned, from everybody the piece is for."""

from typing import Any

from workshop.db import fetch

# Whoever may wear it: who brings it, whose the ticket says it is, who owns the piece now, who wears it.
_CONCERNED = """SELECT DISTINCT c.id, c.first_name, c.last_name, c.allergies FROM envelope v
    JOIN ticket k ON k.id = v.ticket JOIN piece p ON p.id = v.piece
    LEFT JOIN ownership o ON o.piece = p.id AND o.until IS NULL
    JOIN customer c ON c.id = ANY (ARRAY[k.customer, k.owner, p.wearer, o.customer])
    WHERE cardinality(c.allergies) > 0 AND """

# One list of people, looked up by key: an OR over several lists would read through every customer.
_WHOSE = """SELECT wearer FROM piece WHERE id = ANY($1)
    UNION SELECT customer FROM ownership WHERE piece = ANY($1) AND until IS NULL"""


async def allergies_on_ticket(ticket: int) -> list[dict[str, Any]]:
    """Each person the pieces of a ticket are for who is allergic to something: `id`, `name`, `words`."""
    rows = await fetch(_CONCERNED + "v.ticket = $1 ORDER BY c.id", ticket)
    return [_told(row) for row in rows]


async def allergies_on_envelope(envelope: int) -> list[str]:
    """The metals alone, without anybody's name: what the bench needs to know."""
    rows = await fetch(_CONCERNED + "v.id = $1 ORDER BY c.id", envelope)
    return list(dict.fromkeys(word for row in rows for word in row["allergies"]))


async def allergies_on_piece(piece: int) -> list[str]:
    """The metals that whoever owns or wears a piece does not bear, without names."""
    rows = await fetch(
        f"""SELECT c.allergies FROM customer c
            WHERE cardinality(c.allergies) > 0 AND c.id IN ({_WHOSE}) ORDER BY c.id""",  # noqa: S608 - fixed words
        [piece],
    )
    return list(dict.fromkeys(word for row in rows for word in row["allergies"]))


async def allergies_of(customer: int, pieces: list[int]) -> list[dict[str, Any]]:
    """While a take-in is typed: those of who brings it, and of who owns or wears the known pieces."""
    rows = await fetch(
        f"""SELECT c.id, c.first_name, c.last_name, c.allergies FROM customer c
            WHERE cardinality(c.allergies) > 0 AND c.id IN ({_WHOSE} UNION SELECT $2) ORDER BY c.id""",  # noqa: S608
        pieces, customer,
    )  # fmt: skip
    return [_told(row) for row in rows]


def _told(row: dict[str, Any]) -> dict[str, Any]:
    name = f"{row['first_name']} {row['last_name']}".strip()
    return {"id": row["id"], "name": name, "words": list(row["allergies"])}
