"""One shop's web process over one database, asked over real HTTP, with the time and the work of each answer."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg

from workshop.db import connect, disconnect, transaction
from workshop.embedded import EmbeddedPostgres
from workshop.record.shop.staff import _open_session, make_token
from workshop.record.tables import Staff

TICK = os.sysconf("SC_CLK_TCK")


@dataclass
class Site:
    """A running web process; `role` is signed in."""

    name: str
    server: EmbeddedPostgres
    port: int
    process: "subprocess.Popen[bytes]"
    cookies: dict[str, str]
    bearer: str
    streams: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = field(default_factory=list)

    async def get(self, path: str, role: str = "owner", *, htmx: bool = False) -> tuple[float, int, bytes]:
        """Milliseconds, status and body of one answer."""
        more = "HX-Request: true\r\n" if htmx else ""
        return await self._ask(f"GET {path} HTTP/1.1\r\nCookie: session={self.cookies[role]}\r\n{more}", b"")

    async def post_json(self, path: str, body: bytes, key: str) -> tuple[float, int, bytes]:
        """As a till does it."""
        head = (
            f"POST {path} HTTP/1.1\r\nAuthorization: Bearer {self.bearer}\r\nContent-Type: application/json\r\n"
            f"Idempotency-Key: {key}\r\nContent-Length: {len(body)}\r\n"
        )
        return await self._ask(head, body)

    async def _ask(self, head: str, body: bytes) -> tuple[float, int, bytes]:
        request = f"{head}Host: 127.0.0.1:{self.port}\r\n\r\n".encode() + body
        while True:
            is_new = not self.streams
            if is_new:
                self.streams.append(await asyncio.open_connection("127.0.0.1", self.port, limit=2**24))
            reader, writer = self.streams[0]
            began = time.perf_counter()
            try:
                writer.write(request)
                status, answer = await _answer(reader)
            except (asyncio.IncompleteReadError, ConnectionError):
                self.streams.clear()  # a line left idle was closed
                if is_new:
                    raise
                continue
            return (time.perf_counter() - began) * 1000, status, answer

    async def work(self) -> dict[int, float]:
        """Milliseconds of processor used so far by each of this site's processes: the web's and its database's."""
        owner = await asyncpg.connect(self.server.dsn)
        try:
            rows = await owner.fetch("SELECT pid FROM pg_stat_activity WHERE application_name = 'workshop'")
        finally:
            await owner.close()
        return {pid: _used(pid) for pid in [self.process.pid, *(row["pid"] for row in rows)]}


def _used(pid: int) -> float:
    try:
        numbers = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(numbers[11]) + int(numbers[12])) * 1000 / TICK


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    headers = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
    status = int(head.split(" ", 2)[1])
    if "content-length" in headers:
        return status, await reader.readexactly(int(headers["content-length"]))
    body = b""
    if headers.get("transfer-encoding") == "chunked":
        while size := int(await reader.readline(), 16):
            body += (await reader.readexactly(size + 2))[:-2]
        await reader.readline()
    return status, body


@contextlib.asynccontextmanager
async def serving(name: str, server: EmbeddedPostgres) -> AsyncIterator[Site]:
    """The web process of a database, with everybody of its first shop signed in."""
    server.start()
    cookies, bearer = await _sign_in(server.dsn)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    folder = tempfile.mkdtemp(prefix="workshop-load-")
    environment = {key: value for key, value in os.environ.items() if not key.startswith("WORKSHOP_")} | {
        "WORKSHOP_DATABASE_URL": server.dsn, "WORKSHOP_PORT": str(port), "WORKSHOP_DATA_DIR": folder,
        "WORKSHOP_SECRET_KEY": "a secret for measuring only", "WORKSHOP_WEB_PROCESSES": "1",
    }  # fmt: skip
    command = [sys.executable, "-m", "workshop.cli", "web"]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    site = Site(name, server, port, process, cookies, bearer)
    try:
        await _ready(site)
        yield site
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


async def _sign_in(dsn: str) -> tuple[dict[str, str], str]:
    await connect(dsn, size=2)
    try:
        cookies = {}
        for role in ("counter", "bench", "manager", "owner"):
            staff = await Staff.objects().where(Staff.shop == 1, Staff.roles.any(role)).order_by(Staff.id).first()
            assert staff is not None, role
            async with transaction():
                cookies[role] = await _open_session(staff, None)
        return cookies, await make_token(shop=1, name=f"load {time.time():.0f}", kind="api", role="counter")
    finally:
        await disconnect()


async def _ready(site: Site) -> None:
    for _ in range(300):
        with contextlib.suppress(OSError):
            (await asyncio.open_connection("127.0.0.1", site.port))[1].close()
            return
        await asyncio.sleep(0.1)
    raise RuntimeError("The web process did not open its port.")


