"""History proves itself: events are linked one to the next, and the chain is walked to find what does not fit."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value, transaction
from workshop.record.proof.seals import event_words, is_sealed, link, seal

_PAGE = 5000
_AT_ONCE = 10_000  # events linked in one transaction: a few tenths of a second
_LATE = 2000  # events back: a transaction that took long writes an id lower than those linked meanwhile
MOST_FAULTS = 50


@dataclass(frozen=True)
class Fault:
    """One place at which history is not as it was written."""

    event: int
    place: int
    what: str  # altered, deleted, inserted, moved, missing, end
    words: str


@dataclass(frozen=True)
class Start:
    """A link that was proved before, and the hash it had then."""

    place: int
    head: str


@dataclass(frozen=True)
class Walk:
    """What walking a shop's chain found. `walked_from`: up to there it was proved before; 0: the whole chain."""

    shop: int
    links: int
    head: str
    faults: list[Fault]
    walked_from: int = 0


async def link_new() -> int:
    """Link what was written since; runs every few seconds and never holds up who writes. Gives how many."""
    last: int = await fetch_value("SELECT COALESCE(max(event), 0) FROM event_link")
    return await link_from(max(0, last - _LATE))


async def link_from(after: int, *, at_once: int = _AT_ONCE) -> int:
    """Link every event from an id on that has no link, and move the ends of the chains.

    An end that is not ours, or not where the chain was left, is never moved: the fault stays to be seen.
    """
    total, linked = 0, at_once
    while linked == at_once:
        async with transaction():
            linked = await fetch_value("SELECT link_events($1, $2)", after, at_once)
            if linked or await fetch_value(_UNENDED):
                for row in await fetch(_ENDS):
                    await _move_end(row)
        total += linked
    return total


_UNENDED = """SELECT EXISTS (SELECT FROM shop s WHERE NOT EXISTS (SELECT FROM event_chain c WHERE c.shop = s.id)
              AND EXISTS (SELECT FROM event_link l WHERE l.shop = s.id))"""
_ENDS = """
    SELECT s.id AS shop, l.place AS last_place, l.hash AS last_hash, c.shop IS NOT NULL AS has_end,
           c.place, c.hash, c.sealed_after, c.mac,
           (SELECT hash FROM event_link WHERE shop = s.id AND place = c.place) AS hash_there
    FROM shop s
    JOIN LATERAL (SELECT place, hash FROM event_link WHERE shop = s.id ORDER BY place DESC LIMIT 1) l ON true
    LEFT JOIN event_chain c ON c.shop = s.id
    WHERE c.place IS NULL OR c.place <> l.place
"""


async def _move_end(row: dict[str, Any]) -> None:
    if row["has_end"]:
        if not _is_our_end(row) or row["hash_there"] != row["hash"]:
            return
        sealed_after = row["sealed_after"]
    else:
        first = await _older_than_seals(row["shop"])
        if first is None:  # sealed events were linked before: somebody took the end away
            return
        sealed_after = first
    place, last = row["last_place"], row["last_hash"]
    mac = seal(_end_words(row["shop"], place, last, sealed_after))
    await fetch(
        """INSERT INTO event_chain (shop, place, hash, sealed_after, mac, at) VALUES ($1, $2, $3, $4, $5, $6)
           ON CONFLICT (shop) DO UPDATE SET place = $2, hash = $3, mac = $5, at = $6""",
        row["shop"], place, last, sealed_after, mac, clock.now(),
    )  # fmt: skip


async def _older_than_seals(shop: int) -> int | None:
    """The last event written before there were seals, 0 if none; None when this chain had an end already.

    Had it none, nothing has been linked since seals began but what was linked in this very transaction.
    """
    row = await fetch_one(
        """SELECT COALESCE(max(l.event) FILTER (WHERE s.event IS NULL), 0) AS unsealed,
                  bool_or(s.event IS NOT NULL AND l.xmin <> pg_current_xact_id()::xid) AS was_sealed
           FROM event_link l LEFT JOIN event_seal s ON s.event = l.event WHERE l.shop = $1""",
        shop,
    )
    assert row is not None
    return None if row["was_sealed"] else row["unsealed"]


def _end_words(shop: int, place: int, last: str, sealed_after: int) -> str:
    return f"end {shop} {place} {last} {sealed_after}"


def _is_our_end(row: dict[str, Any]) -> bool:
    return is_sealed(_end_words(row["shop"], row["place"], row["hash"], row["sealed_after"]), row["mac"])


async def walk(shop: int, start: Start | None = None) -> Walk:
    """Walk a shop's chain, page by page, and name everything that does not fit: the whole of it, or what follows
    a link that was proved before. If that link is not as it was then, the whole.
    """
    first = await _event_at(shop, start) if start else 0
    if first is None and start:
        said = f"Link {start.place} is not the one that was proved before."
        found = await walk(shop)
        return Walk(shop, found.links, found.head, [Fault(0, start.place, "end", said), *found.faults])
    # Only what this shop wrote late: a chain of a thousand shops proves each without reading all.
    late = await fetch_value(_UNLINKED, shop, max(0, (first or 0) - _LATE))
    await (link_new() if late is None else link_from(late - 1))
    end = await fetch_one("SELECT * FROM event_chain WHERE shop = $1", shop)
    faults: list[Fault] = []
    begins = place = start.place if start else 0
    passed_end = before = start.head if start else ""
    async for row in _links(shop, place):
        if row["place"] != place + 1:
            faults.append(_missing(place + 1, row["place"] - 1))
        faults += _faults_of(row, before, end["sealed_after"] if end else 0, follows=row["place"] == place + 1)
        place, before = row["place"], row["hash"]
        if end and place == end["place"]:
            passed_end = before
    faults += _faults_at_the_end(end, place, passed_end)
    return Walk(shop, place, before, faults[:MOST_FAULTS], begins)


async def _event_at(shop: int, start: Start) -> int | None:
    """The event of a link; None if the link is not as it was when it was proved."""
    event: int | None = await fetch_value(
        "SELECT event FROM event_link WHERE shop = $1 AND place = $2 AND hash = $3", shop, start.place, start.head
    )
    return event


_UNLINKED = """SELECT min(e.id) FROM event e WHERE e.shop = $1 AND e.id > $2
               AND NOT EXISTS (SELECT FROM event_link l WHERE l.event = e.id)"""


async def _links(shop: int, after: int) -> AsyncIterator[dict[str, Any]]:
    while True:
        rows = await fetch(
            """SELECT l.place, l.hash, l.event, s.mac, v.number, e.* FROM event_link l
               LEFT JOIN event e ON e.id = l.event LEFT JOIN event_seal s ON s.event = l.event
               LEFT JOIN envelope v ON v.id = e.envelope
               WHERE l.shop = $1 AND l.place > $2 ORDER BY l.place LIMIT $3""",
            shop, after, _PAGE,
        )  # fmt: skip
        for row in rows:
            yield row
        if len(rows) < _PAGE:
            return
        after = rows[-1]["place"]


def _faults_of(row: dict[str, Any], before: str, sealed_after: int, *, follows: bool) -> list[Fault]:
    if row["id"] is None:
        words = f"Event {row['event']} (link {row['place']}) was deleted from history."
        return [Fault(row["event"], row["place"], "deleted", words)]
    what = _what_is_wrong(row, before, sealed_after, follows=follows)
    return [Fault(row["event"], row["place"], what, f"{_named(row)} {_SAID[what]}")] if what else []


def _what_is_wrong(row: dict[str, Any], before: str, sealed_after: int, *, follows: bool) -> str:
    words = event_words(row)
    is_linked = not follows or link(before, words) == row["hash"]
    if row["mac"] is None:
        if row["event"] > sealed_after:
            return "inserted"
        return "" if is_linked else "altered"
    if not is_sealed(words, row["mac"]):
        return "altered"
    return "" if is_linked else "moved"


_SAID = {
    "inserted": "was not written by the program: somebody put it in.",
    "altered": "was altered after it was written.",
    "moved": "stands in another place than it was written.",
}


def _named(row: dict[str, Any]) -> str:
    what = row["name"].replace("_", " ")
    about = f", {row['number']}" if row["number"] else ""
    return f"Event {row['event']} (link {row['place']}, {what}{about}, {row['at']:%Y-%m-%d %H:%M} UTC)"


def _missing(first: int, last: int) -> Fault:
    which = f"Link {first} is" if first == last else f"Links {first} to {last} are"
    return Fault(0, first, "missing", f"{which} missing: their events may have been deleted.")


def _faults_at_the_end(end: dict[str, Any] | None, place: int, passed_end: str) -> list[Fault]:
    if end is None:
        return [Fault(0, place, "end", "The end of the chain is not written down any more.")] if place else []
    if not _is_our_end(end):
        said = "The end of the chain is not sealed with this installation's key."
    elif place < end["place"]:
        said = f"The chain ends at link {place}, but {end['place']} were written: the last ones are gone."
    elif passed_end != end["hash"]:
        said = f"Link {end['place']} is not the one the chain ended with."
    else:
        return []
    return [Fault(0, place, "end", said)]


async def faults_around(envelope: int, ticket: int) -> tuple[int, list[Fault]]:
    """The events of one envelope and of its ticket, each with its seal and its link: how many, and what is wrong.

    What was deleted is found by walking the whole chain only.
    """
    await link_new()
    rows = await fetch(
        """SELECT l.place, l.hash, e.id AS event, s.mac, v.number, b.hash AS before, c.sealed_after, e.* FROM event e
           LEFT JOIN event_link l ON l.event = e.id LEFT JOIN event_seal s ON s.event = e.id
           LEFT JOIN event_link b ON b.shop = l.shop AND b.place = l.place - 1
           LEFT JOIN envelope v ON v.id = e.envelope LEFT JOIN event_chain c ON c.shop = e.shop
           WHERE e.envelope = $1 OR e.ticket = $2 AND e.envelope IS NULL ORDER BY e.id""",
        envelope, ticket,
    )  # fmt: skip
    faults: list[Fault] = []
    for row in rows:
        follows = row["before"] is not None or row["place"] == 1
        faults += _faults_of(row, row["before"] or "", row["sealed_after"] or 0, follows=follows)
    return len(rows), faults
