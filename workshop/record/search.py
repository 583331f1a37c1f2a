"""One box: a last name, a phone, a ticket number or a scan; the answer is a household and its work."""

import re
from dataclasses import dataclass, field
from typing import Any

from workshop.db import fetch

LIMIT = 8


@dataclass
class Found:
    """A household (or a person alone) with everything of theirs that is still here."""

    key: str
    name: str
    people: list[dict[str, Any]] = field(default_factory=list)
    envelopes: list[dict[str, Any]] = field(default_factory=list)
    pieces: int = 0

    @property
    def open_count(self) -> int:
        """Envelopes not handed back yet."""
        return len(self.envelopes)

    @property
    def ready_count(self) -> int:
        """Of them, ready to collect."""
        return sum(1 for row in self.envelopes if row["stage"] == "ready_for_pickup")


async def search(text: str, *, shop: int) -> list[Found]:
    """Households that match, each with all its open envelopes in this shop."""
    text = " ".join(text.split())[:60]
    if len(text) < 2:
        return []
    people = await _people(text, shop)
    if not people:
        return []
    return await with_work(people, shop)


async def _people(text: str, shop: int) -> list[dict[str, Any]]:
    digits = re.sub(r"\D", "", text)
    if re.fullmatch(r"[A-Za-z]{1,6}-?\d{2,}(-\d+)?", text) or (digits == text and len(digits) >= 4):
        found = await _by_number(text, shop)
        if found:
            return found
    if len(digits) >= 4 and not re.search(r"[A-Za-z]", text):
        return await _by_phone(digits)
    if "@" in text:
        return await fetch(
            "SELECT * FROM customer WHERE email <> '' AND lower(email) LIKE lower($1) LIMIT $2",
            _escaped(text) + "%", LIMIT,
        )  # fmt: skip
    return await _by_name(text)


async def _by_number(text: str, shop: int) -> list[dict[str, Any]]:
    base = "-".join(text.upper().split("-")[:2])
    return await fetch(
        """SELECT c.* FROM ticket k JOIN customer c ON c.id = k.customer
           WHERE k.shop = $2 AND k.number = CASE WHEN $1 ~ '^[0-9]+$'
               THEN (SELECT code FROM shop WHERE id = $2) || '-' || $1 ELSE $1 END""",
        base, shop,
    )  # fmt: skip


async def _by_phone(digits: str) -> list[dict[str, Any]]:
    """Any run of four digits or more; the end of a number counts most, as people say it."""
    return await fetch(
        """SELECT c.* FROM (SELECT DISTINCT ON (customer) customer, number FROM phone
                            WHERE number LIKE '%' || $1 || '%' LIMIT 60) p
           JOIN customer c ON c.id = p.customer
           ORDER BY (p.number LIKE '%' || $1) DESC, c.id DESC LIMIT $2""",
        digits.removeprefix("1") if len(digits) == 11 else digits, LIMIT,
    )  # fmt: skip


async def _by_name(text: str) -> list[dict[str, Any]]:
    """Last name first; then first name; then, only if nobody has it, names that sound alike."""
    words = text.split()
    last, first = _escaped(words[-1]), _escaped(words[0]) if len(words) > 1 else ""
    rows = await fetch(
        """SELECT * FROM customer WHERE plain(last_name) LIKE plain($1) || '%'
           AND ($2 = '' OR plain(first_name) LIKE plain($2) || '%')
           ORDER BY plain(last_name), id LIMIT $3""",
        last, first, LIMIT,
    )  # fmt: skip
    if len(rows) < LIMIT and not first:
        rows += await fetch(
            """SELECT * FROM customer WHERE plain(first_name) LIKE plain($1) || '%' AND NOT id = ANY($2)
               ORDER BY plain(first_name), id LIMIT $3""",
            last, [row["id"] for row in rows], LIMIT - len(rows),
        )  # fmt: skip
    if rows:
        return rows
    return await fetch(
        """SELECT * FROM customer WHERE plain(first_name || ' ' || last_name) %> plain($1)
           ORDER BY plain(first_name || ' ' || last_name) <->> plain($1), id LIMIT $2""",
        text, LIMIT,
    )  # fmt: skip


def _escaped(text: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", text)


async def with_work(people: list[dict[str, Any]], shop: int) -> list[Found]:
    """These people's households, each with everything of theirs that is still in this shop."""
    households = [row["household"] for row in people if row["household"]]
    members = await fetch(
        """SELECT c.*, h.name AS household_name,
                  (SELECT number FROM phone WHERE customer = c.id ORDER BY is_first DESC, id LIMIT 1) AS phone
           FROM customer c LEFT JOIN household h ON h.id = c.household
           WHERE c.id = ANY($1) OR c.household = ANY($2) ORDER BY c.id""",
        [row["id"] for row in people], households,
    )  # fmt: skip
    found: dict[str, Found] = {}
    order = {row["id"]: place for place, row in enumerate(people)}
    for member in sorted(members, key=lambda row: order.get(row["id"], len(order))):
        key = f"h{member['household']}" if member["household"] else f"c{member['id']}"
        name = member["household_name"] or f"{member['first_name']} {member['last_name']}".strip()
        found.setdefault(key, Found(key, name)).people.append(member)
    await _add_work(found, [member["id"] for member in members], shop)
    return list(found.values())


async def _add_work(found: dict[str, Found], ids: list[int], shop: int) -> None:
    rows = await fetch(
        """SELECT v.code, v.number, v.stage, v.stage_since, v.promise_on, v.is_rush, v.is_unrepaired,
                  k.number AS ticket_number, k.customer, p.kind, p.description, j.name AS jeweler_name,
                  (SELECT id FROM photo WHERE envelope_code = v.code AND removed_at IS NULL
                   ORDER BY taken_at LIMIT 1) AS photo
           FROM ticket k JOIN envelope v ON v.ticket = k.id JOIN piece p ON p.id = v.piece
           LEFT JOIN staff j ON j.id = v.jeweler
           WHERE k.customer = ANY($1) AND k.closed_at IS NULL AND k.shop = $2 AND v.stage <> 'picked_up'
           ORDER BY (v.stage = 'ready_for_pickup') DESC, v.promise_on, v.id LIMIT 100""",
        ids, shop,
    )  # fmt: skip
    counts = await fetch(
        """SELECT o.customer, count(DISTINCT o.piece) AS pieces FROM ownership o
           WHERE o.customer = ANY($1) AND o.until IS NULL GROUP BY o.customer""",
        ids,
    )
    owners = {person["id"]: one for one in found.values() for person in one.people}
    for row in rows:
        owners[row["customer"]].envelopes.append(row)
    for row in counts:
        owners[row["customer"]].pieces += row["pieces"]
