"""One box: a name, any four digits of a phone, a ticket, an e-mail, a scan; the answer is households and their work."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from workshop.db import fetch, fetch_one, transaction
from workshop.record.customers.discreet import is_secret_visit, piece_shown_to
from workshop.record.customers.people_by_name import people_named, people_named_nearly, words_of
from workshop.record.customers.people_by_number import people_with_email, people_with_phone, ticket_asked
from workshop.record.customers.relations import BACKWARD
from workshop.record.money.balances import balances

LIMIT = 8
MEMBERS = 60  # a bridal party is shown; a whole company is looked up by name


@dataclass
class Found:
    """A household (or a person alone) with everything of theirs that is still here."""

    key: str
    name: str
    people: list[dict[str, Any]] = field(default_factory=list)
    envelopes: list[dict[str, Any]] = field(default_factory=list)
    pieces: int = 0
    serviced: set[int] = field(default_factory=set)
    owed_cents: int = 0
    left: dict[str, Any] | None = None  # the ticket asked for, when all of it has gone home

    @property
    def open_count(self) -> int:
        """Envelopes not handed back yet."""
        return len(self.envelopes)

    @property
    def ready_count(self) -> int:
        """Of them, ready to collect."""
        return sum(1 for row in self.envelopes if row["stage"] == "ready_for_pickup")


async def search(text: str, *, shop: int, only_numbers: bool = False) -> list[Found]:
    """Households that match, likeliest first, each with all its open envelopes in this shop.

    `only_numbers`: a ticket's or an envelope's number and nothing else, for those who are told no names.
    """
    text = " ".join(text.replace("\0", "").split())[:60]
    if not text or (len(text) < 2 and text.isascii()):
        return []
    async with transaction():
        await _prepare()
        ticket = await ticket_asked(text, shop=shop)
        customers = [ticket["customer"]] if ticket else []
        if not only_numbers:
            customers += await _customers(text, shop, found_ticket=ticket is not None)
        people = await _first(list(dict.fromkeys(customers)), shop, keep_first=ticket is not None)
        told = {ticket["customer"]} if ticket else _told(people, is_phone=not _has_letters(text))
        found = await with_work(people, shop, told=told) if people else []
    if ticket and ticket["closed_at"] and found:
        found[0].left = ticket
    return found


def _has_letters(text: str) -> bool:
    return bool(re.search(r"[^\W\d_]", text))


def _told(people: Sequence[dict[str, Any]], *, is_phone: bool) -> set[int]:
    """Under whom surprises may show: people found alone of their household, and by more than a shared number."""
    if is_phone and len(people) > 1:
        return set()
    homes = [_home(one) for one in people]
    return {one["id"] for one in people if homes.count(_home(one)) == 1}


async def _prepare() -> None:
    """Plans made for what was typed, on one core; 0.3 finds 98 of 100 slips in twice the speed of 0.2."""
    await fetch_one(
        """SELECT set_config('plan_cache_mode', 'force_custom_plan', true),
                  set_config('max_parallel_workers_per_gather', '0', true),
                  set_config('pg_trgm.similarity_threshold', '0.3', true)"""
    )


async def _customers(text: str, shop: int, *, found_ticket: bool) -> list[int]:
    """Who is meant, by every way to read what was typed."""
    digits = re.sub(r"\D", "", text)
    if not _has_letters(text):
        return await people_with_phone(digits) if len(digits) >= 4 else []
    if "@" in text:
        return await people_with_email(text)
    if found_ticket or not (words := await words_of(text)):
        return []
    named = await people_named(words, shop=shop)
    if len(named) < LIMIT and " " not in text and len(text) > 3:
        named += await people_with_email(text)
    if len(named) < LIMIT:
        named += await people_named_nearly(words, shop=shop)
    return named


async def _first(customers: Sequence[int], shop: int, *, keep_first: bool) -> list[dict[str, Any]]:
    """The first households of a long list: those with work here before the others, else in the order found."""
    rows = await fetch(
        """SELECT c.id, c.household, EXISTS (SELECT FROM ticket WHERE customer = c.id AND closed_at IS NULL
                                             AND shop = $2) AS has_work
           FROM unnest($1::bigint[]) WITH ORDINALITY asked (id, place) JOIN customer c ON c.id = asked.id
           WHERE c.merged_into IS NULL ORDER BY place""",
        list(customers), shop,
    )  # fmt: skip
    if not keep_first:
        rows.sort(key=lambda row: not row["has_work"])
    homes = list(dict.fromkeys(_home(row) for row in rows))[:LIMIT]
    return [row for row in rows if _home(row) in homes]


def _home(person: dict[str, Any]) -> str:
    return f"h{person['household']}" if person["household"] else f"c{person['id']}"


async def with_work(people: list[dict[str, Any]], shop: int, *, told: set[int] | None = None) -> list[Found]:
    """These people's households, each with everything of theirs that is still in this shop.

    `told`: under whom surprises may show; those found alone of their household, if it is left out.
    """
    households = [row["household"] for row in people if row["household"]]
    members = await fetch(
        f"""SELECT c.*, h.name AS household_name,
                   (SELECT number FROM phone WHERE customer = c.id ORDER BY is_first DESC, id LIMIT 1) AS phone
            FROM customer c LEFT JOIN household h ON h.id = c.household
            WHERE (c.id = ANY($1) OR c.household = ANY($2)) AND (c.merged_into IS NULL OR c.id = ANY($1))
            ORDER BY array_position($1, c.id), c.id LIMIT {LIMIT * MEMBERS}""",  # noqa: S608 - a number
        [row["id"] for row in people], households,
    )  # fmt: skip
    found: dict[str, Found] = {}
    for member in members:
        name = member["household_name"] or f"{member['first_name']} {member['last_name']}".strip()
        found.setdefault(_home(member), Found(_home(member), name)).people.append(member)
    await _add_relations(found)
    owners = {person["id"]: one for one in found.values() for person in one.people}
    viewers = list(_told(people, is_phone=False) if told is None else told)
    await _add_work(owners, viewers, shop)
    await _add_pieces(owners, viewers, shop)
    return list(found.values())


async def _add_relations(found: dict[str, Found]) -> None:
    """What each is to the first one named, in a word."""
    ids = [person["id"] for one in found.values() for person in one.people]
    rows = await fetch(
        "SELECT customer, other, kind FROM relation WHERE customer = ANY($1) AND other = ANY($1) ORDER BY id", ids
    )
    turned = {kept: back for back, kept in BACKWARD.items()}
    words = {(row["other"], row["customer"]): turned.get(row["kind"], row["kind"]) for row in rows}
    words |= {(row["customer"], row["other"]): row["kind"] for row in rows}
    for one in found.values():
        for person in one.people:
            person["relation"] = words.get((one.people[0]["id"], person["id"]), "")


async def _add_work(owners: dict[int, Found], viewers: list[int], shop: int) -> None:
    rows = await fetch(
        f"""SELECT v.code, v.number, v.stage, v.stage_since, v.promise_on, v.is_rush, v.is_unrepaired,
                  k.id AS ticket, k.number AS ticket_number, k.customer, p.kind, p.description, j.name AS jeweler_name,
                  {is_secret_visit()} AS is_secret,
                  (SELECT id FROM photo WHERE envelope_code = v.code AND removed_at IS NULL
                   ORDER BY taken_at LIMIT 1) AS photo
           FROM ticket k JOIN envelope v ON v.ticket = k.id JOIN piece p ON p.id = v.piece
           LEFT JOIN staff j ON j.id = v.jeweler
           WHERE k.customer = ANY($1) AND k.closed_at IS NULL AND k.shop = $2 AND v.stage <> 'picked_up'
             AND (k.customer = ANY($3) OR NOT {is_secret_visit()})
           ORDER BY (v.stage = 'ready_for_pickup') DESC, v.promise_on, v.id LIMIT 100""",  # noqa: S608 - a fixed rule
        list(owners), shop, viewers,
    )  # fmt: skip
    for row in rows:
        owners[row["customer"]].envelopes.append(row)
    whose = {row["ticket"]: row["customer"] for row in rows}
    for ticket, cents in (await balances(list(whose))).items() if whose else ():
        owners[whose[ticket]].owed_cents += max(0, cents)


async def _add_pieces(owners: dict[int, Found], viewers: list[int], shop: int) -> None:
    """What they own, and which pieces were serviced in this shop (of a trade account, those of its last visits)."""
    for row in await fetch(
        f"""SELECT o.customer, count(DISTINCT o.piece) AS pieces FROM ownership o JOIN piece p ON p.id = o.piece
           WHERE o.customer = ANY($1) AND o.until IS NULL AND {piece_shown_to("ANY($2)")}
           GROUP BY o.customer""",  # noqa: S608 - a fixed rule
        list(owners), viewers,
    ):  # fmt: skip
        owners[row["customer"]].pieces += row["pieces"]
    for row in await fetch(
        f"""SELECT DISTINCT k.customer, v.piece FROM unnest($1::bigint[]) member (id),
           LATERAL (SELECT id, customer, is_discreet FROM ticket WHERE customer = member.id AND shop = $2
                    ORDER BY id DESC LIMIT 100) k
           JOIN envelope v ON v.ticket = k.id AND v.stage = 'picked_up' AND NOT v.is_unrepaired
           WHERE k.customer = ANY($3) OR NOT {is_secret_visit()}""",  # noqa: S608 - a fixed rule
        list(owners), shop, viewers,
    ):  # fmt: skip
        owners[row["customer"]].serviced.add(row["piece"])
