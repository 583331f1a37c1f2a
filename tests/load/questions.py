"""What people type into the box, drawn from the town itself: so often a common name, so often a rare one."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

SAMPLES = 60
COMMON_SLIPS = [
    "Smiht", "Jonson", "Wiliams", "Bron", "Joens", "Garzia", "Davies", "Martines", "Hernandes", "Gonzales", "Tomas",
    "Tailor", "Marten", "Tompson", "Rodrigues",
]  # fmt: skip
HARDEST = [
    "s", "sm", "ma", "mar", "john", "smith", "james", "mary", "j s", "m m", "maria garcia", "james sm", "1212", "2125",
    "7185", "0000", "1111", "de la", "van", "o", "li", "wu", "a b c d e",
]  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """One kind of question, and the questions."""

    name: str
    asked: list[str]


async def questions(connection: Any, shop: int, *, seed: int = 5) -> list[Kind]:
    """Every kind of question, about people drawn evenly, and the hardest ones of each kind."""
    chance = random.Random(seed)
    people = await _people(connection, chance)
    slip = _slips(chance)
    tickets = await _some(connection, "ticket", chance, f"WHERE shop = {shop}")
    envelopes = await _some(connection, "envelope", chance, f"WHERE shop = {shop}")
    watches = await _some(connection, "piece", chance, "WHERE serial <> ''")
    mails = await _some(connection, "email_address", chance)
    return [
        Kind("last name", [one["last_name"] for one in people]),
        Kind("last name, 3 letters", [one["last_name"][:3] for one in people]),
        Kind("last name, 2 letters", [one["last_name"][:2] for one in people]),
        Kind("first name", [one["first_name"] for one in people]),
        Kind("first and last", [f"{one['first_name']} {one['last_name']}" for one in people]),
        Kind("first and 3 of last", [f"{one['first_name']} {one['last_name'][:3]}" for one in people]),
        Kind("last, first", [f"{one['last_name']}, {one['first_name']}" for one in people]),
        Kind("last name misspelt", [slip(one["last_name"]) for one in people]),
        Kind("both misspelt", [f"{slip(one['first_name'])} {slip(one['last_name'])}" for one in people]),
        Kind("common name misspelt", COMMON_SLIPS),
        Kind("phone, last 4", [one["number"][-4:] for one in people]),
        Kind("phone, 4 in the middle", [one["number"][4:8] for one in people]),
        Kind("phone, area code and 1", [one["number"][2:6] for one in people]),
        Kind("phone, 7 digits", [one["number"][-7:] for one in people]),
        Kind("phone, whole", [one["number"][2:] for one in people]),
        Kind("ticket", [one["number"] for one in tickets]),
        Kind("envelope", [one["number"] for one in envelopes]),
        Kind("serial", [one["serial"] for one in watches]),
        Kind("serial begun", [one["serial"][:5] for one in watches]),
        Kind("e-mail", [one["address"] for one in mails]),
        Kind("e-mail begun", [one["address"].split("@")[0][:9] for one in mails]),
        Kind("nobody", ["Xqzvkw", "Zzyzx Qqq", "Wolpertinger", "Brrgh", "9999999999", "Qu'appelle-Żółw"]),
        Kind("the hardest", HARDEST),
    ]


async def _people(connection: Any, chance: random.Random) -> list[Any]:
    most = await connection.fetchval("SELECT max(id) FROM customer")
    ids = [chance.randint(1, most - 1) for _ in range(SAMPLES)]
    rows: list[Any] = await connection.fetch(
        """SELECT c.first_name, c.last_name, p.number FROM customer c
           JOIN LATERAL (SELECT number FROM phone WHERE customer = c.id LIMIT 1) p ON true WHERE c.id = ANY($1)""",
        ids,
    )
    return rows


async def _some(connection: Any, table: str, chance: random.Random, where: str = "") -> list[Any]:
    most = await connection.fetchval(f"SELECT max(id) FROM {table}")
    found: list[Any] = []
    while len(found) < SAMPLES:
        at = chance.randint(1, most)
        condition = f"{where} AND" if where else "WHERE"
        found += await connection.fetch(f"SELECT * FROM {table} {condition} id >= $1 ORDER BY id LIMIT 1", at)
    return found


def _slips(chance: random.Random) -> Callable[[str], str]:
    """One slip of an ear or a finger, never in the first letter (that one people hear)."""

    def slip(name: str) -> str:
        if len(name) < 4:
            return name
        at = chance.randint(1, len(name) - 2)
        return chance.choice([
            name[:at] + name[at + 1 :], name[:at] + name[at + 1] + name[at] + name[at + 2 :],
            name[:at] + chance.choice("aeionrst") + name[at + 1 :], name[:at] + name[at] + name[at:],
        ])  # fmt: skip

    return slip
