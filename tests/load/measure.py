"""Measure a town: each kind of question, page and act, small database and large by turns, in one run."""

import json
import statistics
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import quote

import asyncpg

from tests.load.questions import questions
from tests.load.site import Site

TRIES = 3  # of each question; the best counts, as the machine does other things too

Ask = Callable[[Site], Awaitable[tuple[float, int, bytes]]]


@dataclass
class Timing:
    """What one kind of thing took on one site: the best try of each in milliseconds, and processor time of one."""

    best: list[float] = field(default_factory=list)
    work: float = 0.0
    slowest: str = ""

    def add(self, name: str, took: float) -> None:
        """Keep one, and its name if it is the slowest."""
        if not self.best or took > max(self.best):
            self.slowest = name
        self.best.append(took)

    @property
    def p50(self) -> float:
        """The middle one."""
        return statistics.median(self.best)

    @property
    def p95(self) -> float:
        """One in twenty takes longer."""
        return sorted(self.best)[max(0, int(len(self.best) * 0.95 + 0.5) - 1)]


@dataclass(frozen=True)
class Thing:
    """Something people do, with what it is called and how it is asked."""

    name: str
    ask: Ask


async def time_all(site: Site, things: list[Thing]) -> Timing:
    """Every one of a kind, once to warm up and then the best of three; with the work of all tries."""
    for thing in things[:10]:
        await thing.ask(site)
    timing, before = Timing(), await site.work()
    for thing in things:
        tries = []
        for _ in range(TRIES):
            took, status, body = await thing.ask(site)
            if status >= 400:
                raise RuntimeError(f"{site.name} {thing.name}: {status} {body[:200]!r}")
            tries.append(took)
        timing.add(thing.name, min(tries))
    after = await site.work()  # a connection that was closed meanwhile takes its sum with it
    timing.work = sum(after[pid] - before.get(pid, 0.0) for pid in after) / (len(things) * TRIES)
    return timing


async def search_kinds(site: Site) -> dict[str, list[Thing]]:
    """Every kind of question this site's own people would be looked up by."""
    owner = await asyncpg.connect(site.server.dsn)
    try:
        return {kind.name: [_search(text) for text in kind.asked] for kind in await questions(owner, 1)}
    finally:
        await owner.close()


def _search(text: str) -> Thing:
    path = f"/search?q={quote(text)}"
    return Thing(text, lambda site: site.get(path, "counter", htmx=True))


# What stands in the addresses of a page, drawn from the town; $$ marks where. A page without is one address.
_DRAWN = {
    "open ticket": "SELECT number FROM ticket WHERE shop = 1 AND closed_at IS NULL ORDER BY id",
    "closed ticket": "SELECT number FROM ticket WHERE shop = 1 AND closed_at IS NOT NULL ORDER BY id",
    "visitor": "SELECT DISTINCT customer FROM ticket WHERE id % 97 = 0 ORDER BY 1",
    "account": "SELECT customer FROM ticket WHERE shop = 1 GROUP BY customer ORDER BY count(*) DESC LIMIT 3",
    "queued": "SELECT code FROM envelope WHERE shop = 1 AND stage = 'in_queue' ORDER BY id",
    "piece": "SELECT piece FROM envelope WHERE shop = 1 AND stage <> 'picked_up' ORDER BY id",
}
PAGES = [
    ("home", "/", ""), ("home, its living part", "/counter/board", ""), ("rows of a count", "/counter/rows/ready", ""),
    ("ticket, open", "/tickets/$$", "open ticket"), ("ticket, years ago", "/tickets/$$", "closed ticket"),
    ("pickup", "/tickets/$$/pickup", "open ticket"), ("customer", "/customers/$$", "visitor"),
    ("customer, trade account", "/customers/$$", "account"), ("timeline", "/customers/$$/timeline", "visitor"),
    ("timeline, trade account", "/customers/$$/timeline", "account"), ("piece", "/pieces/$$", "piece"),
    ("bench queue", "/bench", ""), ("piece at the bench", "/bench/$$", "queued"), ("quality", "/bench/quality", ""),
    ("wall", "/wall/board", ""), ("texts", "/messages", ""), ("texts, what needs us", "/messages/trouble", ""),
    ("prints", "/prints", ""), ("not collected", "/unclaimed", ""), ("take-in, who", "/intake/new", ""),
    ("desk", "/desk", ""), ("possible duplicates", "/customers/duplicates", ""), ("drawer", "/drawer", ""),
]  # fmt: skip


async def page_kinds(site: Site) -> dict[str, list[Thing]]:
    """The pages people have open all day, about things drawn from the town."""
    owner = await asyncpg.connect(site.server.dsn)
    try:
        drawn = {name: await _column(owner, sql) for name, sql in _DRAWN.items()}
    finally:
        await owner.close()
    return {
        name: [_page(path.replace("$$", one)) for one in (drawn[things] if things else [""])]
        for name, path, things in PAGES
    }


def _page(path: str) -> Thing:
    return Thing(path, lambda site: site.get(path))


async def _column(owner: asyncpg.Connection, sql: str, most: int = 30) -> list[str]:
    rows = await owner.fetch(sql)
    step = max(1, len(rows) // most)
    return [str(row[0]) for row in rows[::step]][:most]


async def take_ins(site: Site, count: int = 20) -> list[Thing]:
    """Whole take-ins: a known customer with a ring we have not met, through the API."""
    owner = await asyncpg.connect(site.server.dsn)
    try:
        people = await _column(owner, "SELECT id FROM customer WHERE id % 31 = 0 ORDER BY id", count)
    finally:
        await owner.close()
    return [_take_in(int(person)) for person in people]


def _take_in(person: int) -> Thing:
    body = json.dumps({
        "customer": {"id": person}, "may_text": True,
        "envelopes": [{"piece": {"kind": "ring", "description": "Oval halo", "metal": "14k", "metal_basis": "stamped",
                                 "stones": [{"identity": "diamond", "count": 13}]},
                       "tasks": [{"code": "RS-UP", "drivers": {"metal": "14k", "sizes": "1"}}]}],
    }).encode()  # fmt: skip
    return Thing(f"customer {person}", lambda site: site.post_json("/api/tickets", body, uuid.uuid4().hex))


