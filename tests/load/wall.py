"""A wall under load: many displays listen while a bench scans; how long from scan to screen.

`python -m tests.load.wall [displays] [scans a second] [seconds]` (50, 20, 15). A web process of its own over a
demo shop with a few hundred open pieces; a display is what a browser is: a line that hears "changed", and the
board read again over a kept connection. A scan is `POST /bench/scans` by a signed-in colleague; the n-th is on a
screen when the board that it read counts n pieces at the bench. Printed: scan to answer, scan to each screen and
to the last one, how often a board is sent, and the same with one display, as a ratio. Loopback only.
"""

import asyncio
import contextlib
import gzip
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.load.site import Site, serving
from workshop.db import connect, disconnect, fetch
from workshop.embedded import EmbeddedPostgres
from workshop.record.customers.customers import NewCustomer
from workshop.record.pieces.pieces import NewPiece
from workshop.record.prices.work import NewTask
from workshop.record.shop.staff import actor_of, make_token
from workshop.record.tables import Staff
from workshop.record.tickets.tickets import NewEnvelope, NewTicket, take_in

AT_BENCH = re.compile(r'aria-label="At bench: (\d+)"')


@dataclass
class Screen:
    """One display, and when it counted how many at the bench."""

    counted: list[tuple[int, float]] = field(default_factory=list)

    async def watch(self, port: int, token: str) -> None:
        """Listen for ever; read the board at each word that it changed."""
        line, said = await asyncio.open_connection("127.0.0.1", port)
        said.write(f"GET /live/wall/{token} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**22)
        request = (
            f"GET /wall/{token}/board HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Encoding: gzip\r\n\r\n"
        ).encode()
        while chunk := await line.readline():
            if chunk.startswith(b"event: board"):
                writer.write(request)
                self._see(await _body(reader))

    def _see(self, html: str) -> None:
        found = AT_BENCH.search(html)
        assert found, "the board names no lane"
        self.counted.append((int(found[1]), time.perf_counter()))

    def when(self, count: int) -> float | None:
        """When it first counted so many."""
        return next((at for counted, at in self.counted if counted >= count), None)


async def _body(reader: asyncio.StreamReader) -> str:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    headers = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
    body = await reader.readexactly(int(headers["content-length"]))
    return (gzip.decompress(body) if headers.get("content-encoding") == "gzip" else body).decode()


@dataclass
class Result:
    """Milliseconds of one run."""

    answers: list[float] = field(default_factory=list)
    screens: list[float] = field(default_factory=list)
    slowest: list[float] = field(default_factory=list)
    unseen: int = 0
    reads: float = 0.0

    def show(self, name: str) -> None:
        """A line for each measure."""
        print(f"\n{name}")
        measures = {"scan to answer": self.answers, "scan to each screen": self.screens, "to the last": self.slowest}
        for what, times in measures.items():
            cut = statistics.quantiles(times, n=100)
            print(f"  {what:<20} p50 {cut[49]:6.0f} ms  p95 {cut[94]:6.0f} ms  p99 {cut[98]:6.0f} ms  n {len(times)}")
        print(f"  boards sent {self.reads:.1f} a second and display; scans not seen on a screen: {self.unseen}")


async def run(site: Site, tokens: list[str], codes: list[str], rate: float) -> Result:
    """Scan each piece to the bench, evenly, while the displays watch."""
    screens = [Screen() for _ in tokens]
    watching = [asyncio.create_task(one.watch(site.port, token)) for one, token in zip(screens, tokens, strict=True)]
    await asyncio.sleep(2)
    result, began = Result(), time.perf_counter()
    scanned: list[float] = []  # when pressed, in the order of the answers
    scanners = [Scanner(site.port, site.cookies["bench"]) for _ in range(4)]
    for scanner in scanners:
        await scanner.open()

    async def scan(at: int, code: str) -> None:
        await asyncio.sleep(max(0.0, began + at / rate - time.perf_counter()))
        pressed = time.perf_counter()
        await scanners[at % len(scanners)].start(code)
        result.answers.append((time.perf_counter() - pressed) * 1000)
        scanned.append(pressed)

    await asyncio.gather(*(scan(at, code) for at, code in enumerate(codes)))
    took = time.perf_counter() - began
    await asyncio.sleep(3)
    for task in watching:
        task.cancel()
    for count, pressed in enumerate(scanned, start=1):
        times = [(at - pressed) * 1000 for screen in screens if (at := screen.when(count)) is not None]
        result.unseen += len(screens) - len(times)
        result.screens += times
        result.slowest += [max(times)] if times else []
    result.reads = sum(len(screen.counted) for screen in screens) / len(screens) / took
    return result


class Scanner:
    """A bench tablet: scans one after the other over one connection."""

    def __init__(self, port: int, session: str) -> None:
        self.port, self.session, self.lock, self.csrf = port, session, asyncio.Lock(), ""

    async def open(self) -> None:
        """Sign in is done; fetch the page for its token."""
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port, limit=2**22)
        head, _ = await self._ask("GET /switch HTTP/1.1\r\n", b"")
        self.csrf = re.search(r"csrf=([^;]+)", head)[1]  # type: ignore[index]

    async def start(self, code: str) -> None:
        """START on one envelope, as the page sends it."""
        async with self.lock:
            body = f"code=A-START&in_hand={code}".encode()
            more = (
                f"POST /bench/scans HTTP/1.1\r\nHX-Request: true\r\nX-CSRFToken: {self.csrf}\r\n"
                f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
            )
            head, _ = await self._ask(more, body)
            if " 200 " not in head.split("\r\n", 1)[0]:
                raise RuntimeError(f"The scan was answered: {head.splitlines()[0]}")

    async def _ask(self, head: str, body: bytes) -> tuple[str, bytes]:
        cookies = f"Cookie: session={self.session}{f'; csrf={self.csrf}' if self.csrf else ''}\r\n"
        self.writer.write(f"{head}{cookies}Host: 127.0.0.1:{self.port}\r\n\r\n".encode() + body)
        answer = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        length = re.search(r"content-length: (\d+)", answer, re.IGNORECASE)
        return answer, await self.reader.readexactly(int(length[1])) if length else b""


async def fill(dsn: str, pieces: int) -> list[str]:
    """So many pieces taken in at the demo shop. Their codes."""
    await connect(dsn, size=4)
    try:
        staff = await Staff.objects().where(Staff.roles.any("counter")).order_by(Staff.id).first()
        assert staff is not None
        by = actor_of(staff, "load")
        for at in range(pieces):
            work = [NewEnvelope([NewTask("PL-CLN")], piece=NewPiece("ring", f"Ring {at}", "14k", "stamped"))]
            await take_in(NewTicket(work, customer=NewCustomer("Load", f"C{at}", f"212556{at:04d}")), by=by)
        rows = await fetch("SELECT code FROM envelope WHERE stage = 'received' ORDER BY id DESC LIMIT $1", pieces)
        return [row["code"] for row in rows]
    finally:
        await disconnect()


async def measure(folder: Path, displays: int, rate: float, seconds: float) -> None:
    """One display, then all of them, on the same shop."""
    server = EmbeddedPostgres(folder)
    count = int(rate * seconds)
    codes = await fill(server.dsn, 2 * count)
    await _clear_bench(server.dsn)
    async with serving("wall", server) as site:
        await connect(server.dsn, size=2)
        tokens = [await make_token(shop=1, name=f"TV {n}", kind="display") for n in range(displays)]
        await disconnect()
        alone = await run(site, tokens[:1], codes[:count], rate)
        await _clear_bench(server.dsn)
        before = await site.work()
        many = await run(site, tokens, codes[count:], rate)
        used = sum(ms - before.get(pid, 0) for pid, ms in (await site.work()).items()) / (seconds + 5) / 10
    alone.show(f"1 display, {rate:g} scans a second")
    many.show(f"{displays} displays, {rate:g} scans a second")
    ratio = statistics.median(many.screens) / statistics.median(alone.screens)
    print(f"\n  {displays} displays against 1: {ratio:.2f} x at p50; web and database used {used:.0f} % of one core")


async def _clear_bench(dsn: str) -> None:
    """Every run counts from an empty bench."""
    await connect(dsn, size=1)
    await fetch("UPDATE envelope SET stage = 'quality_check' WHERE stage = 'at_bench'")
    await disconnect()


def main() -> None:
    """Make a demo shop in a folder of its own, measure, and leave nothing behind."""
    given = [float(one) for one in sys.argv[1:]]
    displays, rate, seconds = (given + [50, 20, 15][len(given) :])[:3]
    folder = Path(tempfile.mkdtemp(prefix="workshop-wall-"))
    folder.chmod(0o711)
    os.environ["WORKSHOP_DATA_DIR"] = str(folder)
    try:
        postgres = EmbeddedPostgres(folder)
        postgres.start()
        subprocess.run([sys.executable, "-m", "workshop.cli", "demo"], check=True)
        asyncio.run(measure(folder, int(displays), rate, seconds))
    finally:
        with contextlib.suppress(OSError):
            EmbeddedPostgres(folder).stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
