"""Every page of the application with real things in its holes: found by the holes' names, and by following links."""

import html
import re
from collections import Counter, defaultdict, deque
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from itertools import product

import httpx
from litestar import Litestar
from litestar.routes import HTTPRoute

from workshop.db import fetch, fetch_value
from workshop.record.tables import ALL

HOLE = re.compile(r"{(\w+):(\w+)}")
LINK = re.compile(r"""(?:href|src|hx-get|data-[\w-]+)="(/[^"#]*)""")
# Holes that are not named like their table; the rest is found by name, so that a new route needs no word here.
TABLES = {
    "bond": "relation", "contact": "phone", "rate": "tax_rate", "version": "price_item", "person": "staff",
    "display": "access_token", "merge_id": "customer_merge", "day": "drawer_day", "draft": "intake_draft",
    "job_id": "print_job",
}  # fmt: skip
# Answers that never end, and files that are the same for everybody.
SKIPPED = ("/live", "/static")


def routes(app: Litestar) -> Iterator[tuple[str, str, frozenset[str]]]:
    """Method, path and roles of every handler."""
    for route in app.routes:
        if not isinstance(route, HTTPRoute):
            continue
        for handler in route.route_handlers:
            for method in sorted(handler.http_methods - {"OPTIONS", "HEAD"}):
                yield method, route.path, frozenset(handler.opt.get("access", ()))


@dataclass(frozen=True)
class Look:
    """One page as it was answered."""

    route: str
    url: str
    status: int
    words: str


class Walk:
    """Looks at every GET route a role may open, `most` addresses of each that answer; links on the way are followed."""

    def __init__(self, app: Litestar, client: httpx.AsyncClient, role: str, *, most: int = 2) -> None:
        self.client, self.most = client, most
        self.bearer: dict[str, str] = {}
        paths = {path for method, path, access in routes(app) if method == "GET" and access & {role, "anyone"}}
        self.paths = sorted(
            (path for path in paths if not path.startswith(SKIPPED)), key=lambda path: (path.count("{"), path)
        )
        self.patterns = [(re.compile(_pattern(path) + r"(\?.*)?"), path) for path in self.paths]
        self.answered: Counter[str] = Counter()
        self.asked: dict[str, set[str]] = defaultdict(set)

    async def looks(self, *more: str, **known: list[str]) -> AsyncIterator[Look]:
        """Every page; `known` things for a hole go before found ones, `more` are addresses to look at besides."""
        todo = deque(more)
        for path in self.paths:
            todo.extend(await addresses(path, most=self.most + 1, **known))
        while todo:
            url = todo.popleft()
            route = self.route_of(url)
            if not route or url in self.asked[route] or not (url in more or self._wants(route)):
                continue
            self.asked[route].add(url)
            look, links = await self._look(route, url)
            self.answered[route] += look.status == 200
            todo.extend(links)
            yield look

    def _wants(self, route: str) -> bool:
        return self.answered[route] < self.most and len(self.asked[route]) < 6 * self.most

    async def _look(self, route: str, url: str) -> tuple[Look, list[str]]:
        answer = await self.client.get(url, headers=self.bearer if url.startswith("/api") else {})
        is_text = answer.headers.get("content-type", "").startswith(("text/", "application/json"))
        words = html.unescape(answer.text) if is_text else ""
        told = " ".join(value for name, value in answer.headers.items() if name in ("location", "hx-redirect", "link"))
        links = [html.unescape(link) for link in LINK.findall(answer.text)] if is_text else []
        return Look(route, url, answer.status_code, f"{words} {told}"), links

    def unanswered(self) -> list[str]:
        """Routes that showed no page, whatever was put into their holes."""
        return [path for path in self.paths if not self.answered[path]]

    def route_of(self, url: str) -> str:
        """The route that answers an address; empty if none of this role does."""
        return next((path for pattern, path in self.patterns if pattern.fullmatch(url)), "")


def _pattern(path: str) -> str:
    kinds = {"int": r"\d+", "uuid": r"[0-9a-f-]{36}", "path": r".+"}
    return HOLE.sub(lambda hole: kinds.get(hole[2], "[^/?]+"), re.escape(path).replace(r"\{", "{").replace(r"\}", "}"))


async def addresses(path: str, *, most: int = 2, **known: list[str]) -> list[str]:
    """The path with up to `most` real things in each hole; `known` things by a hole's name go before found ones."""
    holes = HOLE.findall(path)
    choices = [known.get(name) or await _real(name, kind, most) for name, kind in holes]
    found = []
    for values in product(*choices):
        address = path
        for value in values:
            address = HOLE.sub(value.replace("\\", ""), address, count=1)
        found.append(address)
    return found


async def _real(name: str, kind: str, most: int) -> list[str]:
    if name == "number":
        return await _column("ticket", "number", most)
    if name == "code":
        return await _column("envelope", "code", most)
    if kind != "str" and (table := _table(name)):
        return await _column(table, "id", most)
    return {"int": ["1"], "uuid": ["00000000-0000-4000-8000-000000000000"]}.get(kind, ["nothing"])


def _table(name: str) -> str:
    """The table a hole speaks of: `piece_id` is a piece, `size` a ring_size."""
    word = TABLES.get(name, name.removesuffix("_id"))
    names = sorted((table._meta.tablename for table in ALL), key=len)
    fitting = [one for one in names if one == word] or [one for one in names if one.endswith("_" + word)]
    return fitting[0] if fitting else ""


async def _column(table: str, column: str, most: int) -> list[str]:
    kind = await fetch_value(
        "SELECT data_type FROM information_schema.columns WHERE table_name = $1 AND column_name = 'id'", table
    )
    if kind is None:
        return ["1"]
    order = "" if kind == "uuid" else "ORDER BY id"
    rows = await fetch(f"SELECT {column}::text AS value FROM {table} {order} LIMIT {most}")
    return [row["value"] for row in rows] or ["1"]
