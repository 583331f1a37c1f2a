"""Which server under the same app: requests a second and the slowest of a hundred, in one run.

`python -m tests.load.serve_bench [seconds]`. Rounds alternate between the servers, so that a busy
minute of the machine falls on all of them; the numbers worth keeping are the ratios. Loopback only.
Servers that are not installed are left out (uvicorn needs httptools and uvloop for its fast form).
"""

import asyncio
import contextlib
import importlib.util
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from workshop.embedded import EmbeddedPostgres

CONNECTIONS = 16
ROUNDS = 3
PATHS = ("/health", "/sign-in", "/static/vendor/tabler.css")
APP = "workshop.app:create_app"
SERVERS = {
    "uvicorn, plain": ["uvicorn", APP, "--factory", "--log-level", "warning", "--http", "h11", "--loop", "asyncio"],
    "uvicorn, httptools and uvloop": [
        "uvicorn", APP, "--factory", "--log-level", "warning", "--http", "httptools", "--loop", "uvloop"],
    "granian": ["granian", APP, "--factory", "--interface", "asgi", "--log-level", "warning", "--loop", "asyncio"],
    "granian, uvloop": [
        "granian", APP, "--factory", "--interface", "asgi", "--log-level", "warning", "--loop", "uvloop"],
}  # fmt: skip
NEEDS = {
    "uvicorn, plain": {"uvicorn"},
    "uvicorn, httptools and uvloop": {"uvicorn", "httptools", "uvloop"},
    "granian": {"granian"},
    "granian, uvloop": {"granian", "uvloop"},
}


@dataclass
class Load:
    """What one server did with one path."""

    per_second: list[float] = field(default_factory=list)
    p99_ms: list[float] = field(default_factory=list)

    def add(self, latencies: list[float], seconds: float) -> None:
        """Keep one round."""
        self.per_second.append(len(latencies) / seconds)
        self.p99_ms.append(statistics.quantiles(latencies, n=100)[98] * 1000)


async def hammer(port: int, path: str, seconds: float) -> list[float]:
    """Latencies in seconds of keep-alive requests on several connections."""
    ends = time.perf_counter() + seconds
    latencies: list[float] = []
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: */*\r\n\r\n".encode()

    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**22)
        while (began := time.perf_counter()) < ends:
            writer.write(request)
            await _read_answer(reader)
            latencies.append(time.perf_counter() - began)
        writer.close()

    await asyncio.gather(*(one() for _ in range(CONNECTIONS)))
    return latencies


async def _read_answer(reader: asyncio.StreamReader) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    if " 200 " not in head.split("\r\n", 1)[0]:
        raise RuntimeError(f"The server answered: {head.splitlines()[0]}")
    headers = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
    if "content-length" in headers:
        await reader.readexactly(int(headers["content-length"]))
        return
    while size := int(await reader.readline(), 16):
        await reader.readexactly(size + 2)
    await reader.readline()


@contextlib.contextmanager
def serving(command: list[str]) -> Iterator[int]:
    """One server on a free port, ended afterwards."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", *command, "--host", "127.0.0.1", "--port", str(port)], stderr=subprocess.DEVNULL
    )
    try:
        _wait(port)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def _wait(port: int) -> None:
    for _ in range(200):
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 0.2).close()
            return
        time.sleep(0.1)
    raise RuntimeError("The server did not open its port.")


def measure(seconds: float) -> dict[str, dict[str, Load]]:
    """Every installed server under the same load, round after round."""
    names = [name for name in SERVERS if all(importlib.util.find_spec(part) for part in NEEDS[name])]
    results = {name: {path: Load() for path in PATHS} for name in names}
    for _ in range(ROUNDS):
        for name in names:
            with serving(SERVERS[name]) as port:
                for path in PATHS:
                    asyncio.run(hammer(port, path, 0.5))  # warm
                    results[name][path].add(asyncio.run(hammer(port, path, seconds)), seconds)
    return results


def show(results: dict[str, dict[str, Load]]) -> None:
    """Medians of the rounds, and each as a ratio of the first server."""
    first = next(iter(results.values()))
    for path in PATHS:
        print(f"\n{path}")
        for name, loads in results.items():
            rate, slow = statistics.median(loads[path].per_second), statistics.median(loads[path].p99_ms)
            rates = rate / statistics.median(first[path].per_second)
            slows = slow / statistics.median(first[path].p99_ms)
            print(f"  {name:<32}{rate:8.0f}/s ({rates:4.2f}x)   p99 {slow:7.1f} ms ({slows:4.2f}x)")


def main() -> None:
    """Make a demo shop in a folder of its own, measure, and leave nothing behind."""
    folder = tempfile.mkdtemp(prefix="workshop-bench-")
    os.environ["WORKSHOP_DATA_DIR"] = folder
    postgres = EmbeddedPostgres(Path(folder))
    postgres.start()
    try:
        subprocess.run([sys.executable, "-m", "workshop.cli", "demo"], check=True)
        show(measure(float(sys.argv[1]) if len(sys.argv) > 1 else 3.0))
    finally:
        postgres.stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
