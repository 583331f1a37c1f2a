"""Open pages hear "changed" within a moment, in every web process, and read again what they show."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import asyncpg
import structlog

from workshop.db import start_outside_transactions

CHANNEL = "workshop_live"
TICK = 4.0  # seconds; a page that hears nothing for 12 says so
LONGEST = 300.0  # seconds; then the browser comes back, so deploys and proxies shed old connections

log = structlog.get_logger()


@dataclass(frozen=True)
class Pace:
    """How long a page is left in peace after a word, in seconds: what comes meanwhile is told by the next.

    It grows with every page that listens, so that many pages do not ask all the time.
    """

    least: float
    each: float
    most: float

    def among(self, listeners: int) -> float:
        """With so many pages listening."""
        return min(self.most, self.least + self.each * listeners)


USUAL = Pace(0.3, 0.006, 0.7)  # each page reads its own fragment
SHARED = Pace(0.15, 0.003, 0.5)  # all of them read one that is drawn once: a wall display


class LiveLine:
    """One LISTEN per process, shared by every open page; it comes back by itself."""

    def __init__(self, dsn: Callable[[], str]) -> None:
        self._dsn = dsn
        self._listeners: dict[asyncio.Queue[str], tuple[int, str]] = {}
        self._heard: dict[int, int] = {}
        self._lines = 0
        self._is_open = False
        self._task: asyncio.Task[Any] | None = None
        self._stopped = asyncio.Event()

    async def start(self) -> None:
        """Begin to listen."""
        self._task = start_outside_transactions(self._keep_listening())

    async def stop(self) -> None:
        """Stop listening and let open pages go."""
        self._stopped.set()
        for queue in self._listeners:
            queue.put_nowait("")
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _keep_listening(self) -> None:
        while not self._stopped.is_set():
            try:
                await self._listen()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as error:
                log.warning("live line lost, trying again", error=str(error))
            await asyncio.sleep(0.5)

    async def _listen(self) -> None:
        connection = await asyncpg.connect(self._dsn(), timeout=5)
        try:
            await connection.add_listener(CHANNEL, self._hear)
            self._lines, self._is_open = self._lines + 1, True
            self._tell_all("missed")  # whatever changed while we were away
            while not connection.is_closed():
                await asyncio.sleep(2)
                await connection.execute("SELECT 1", timeout=5)
        finally:
            self._is_open = False
            connection.terminate()

    def _hear(self, _connection: Any, _pid: int, _channel: str, payload: Any) -> None:
        said = json.loads(payload)
        self._heard[said["shop"]] = self._heard.get(said["shop"], 0) + 1
        for queue, (shop, only) in self._listeners.items():
            is_wanted = shop == said["shop"] and said["what"].startswith(only)
            if is_wanted and queue.qsize() < 2:  # one "changed" is enough for many
                queue.put_nowait(said["what"])

    def _tell_all(self, what: str) -> None:
        for queue in self._listeners:
            queue.put_nowait(what)

    def state_of(self, shop: int) -> tuple[int, int] | None:
        """Another value after each change of the shop; None while this process hears of none.

        What was read at one value holds until there is another.
        """
        return (self._lines, self._heard.get(shop, 0)) if self._is_open else None

    async def changes(self, shop: int, event: str, only: str = "", pace: Pace = USUAL) -> AsyncIterator[str]:
        """Server-sent events of one page: `event` at each change of the shop, `tick` in between.

        `only`: how the names of the changes begin that the page wants to hear of.
        """
        queue: asyncio.Queue[str] = asyncio.Queue()
        self._listeners[queue] = (shop, only)
        ends = asyncio.get_running_loop().time() + LONGEST
        try:
            yield "retry: 1000\n\nevent: tick\ndata: 1\n\n"
            while asyncio.get_running_loop().time() < ends and not self._stopped.is_set():
                try:
                    what = await asyncio.wait_for(queue.get(), TICK)
                except TimeoutError:
                    yield "event: tick\ndata: 1\n\n"
                    continue
                if what:
                    yield f"event: {event}\ndata: {what}\n\n"
                    await asyncio.sleep(pace.among(len(self._listeners)))
        finally:
            self._listeners.pop(queue, None)
