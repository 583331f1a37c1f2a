"""One read of the wall for all screens that show it: read again after a change, not once for each display.

Every web process keeps its own. What it keeps holds until it hears of a change of that shop, and never longer
than some seconds, so that days turn and pieces grow late without anybody touching anything.
"""

import asyncio
import gzip
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bench.displays import Display, display_of
from bench.views import View
from workshop.db import start_outside_transactions
from workshop.live import LiveLine

LONGEST = 12.0  # seconds
KNOWN = 2.0  # seconds a display is known without asking again
MOST = 200  # views kept; more than any chain has walls

Key = tuple[int, View]
Draw = Callable[[], Awaitable[str]]


@dataclass(frozen=True)
class Drawn:
    """A board as it goes out, packed once for everybody."""

    html: str
    packed: bytes


@dataclass(frozen=True)
class _Kept:
    state: tuple[int, int]
    until: float
    drawing: "asyncio.Task[Drawn]"


class Boards:
    """The boards of one web process."""

    def __init__(self, live: LiveLine) -> None:
        self._live = live
        self._kept: dict[Key, _Kept] = {}
        self._displays: dict[str, tuple[float, Display]] = {}
        self._switched_off = 0
        self.reads = 0

    async def of(self, shop: int, view: View, draw: Draw) -> Drawn:
        """The board of a view: drawn now, or as drawn since the last change of the shop."""
        state, now = self._live.state_of(shop), asyncio.get_running_loop().time()
        if state is None:  # nobody would tell us of a change
            return await self._draw(draw)
        kept = self._kept.get((shop, view))
        if kept is None or kept.state != state or kept.until < now or _failed(kept.drawing):
            # Its own task: whoever asked first may go away while others wait for the same board.
            kept = _Kept(state, now + LONGEST, start_outside_transactions(self._draw(draw)))
            self._keep((shop, view), kept)
        return await asyncio.shield(kept.drawing)

    async def display(self, token: str) -> Display | None:
        """The display of a token, asked for once in two seconds however often it reads."""
        now = asyncio.get_running_loop().time()
        until, known = self._displays.get(token, (0.0, None))
        if known is not None and until > now:
            return known
        self._displays = {key: one for key, one in self._displays.items() if one[0] > now}
        asked_at = self._switched_off
        found = await display_of(token)
        if found is not None and asked_at == self._switched_off:  # else it may have been read just before
            self._displays[token] = (now + KNOWN, found)
        return found

    def forget_displays(self) -> None:
        """One was switched off: ask for each again."""
        self._switched_off += 1
        self._displays.clear()

    def _keep(self, key: Key, kept: _Kept) -> None:
        self._kept.pop(key, None)
        self._kept[key] = kept
        if len(self._kept) > MOST:
            del self._kept[next(iter(self._kept))]

    async def _draw(self, draw: Draw) -> Drawn:
        self.reads += 1
        html = await draw()
        return Drawn(html, gzip.compress(html.encode(), 5, mtime=0))


def _failed(task: "asyncio.Task[Drawn]") -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)


def boards_of(state: Any) -> Boards:
    """The boards of this application."""
    found: Boards | None = getattr(state, "boards", None)
    if found is None:
        found = state.boards = Boards(state.live)
    return found
