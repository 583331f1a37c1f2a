"""Everything on one machine: database, web and worker under one command, ended in order by Ctrl-C."""

import asyncio
import ctypes
import os
import signal
import subprocess
import sys
import time
from types import FrameType

from workshop import database
from workshop.db import connect, disconnect
from workshop.record.migrate import migrate
from workshop.settings import settings

PATIENCE = 25  # seconds a part may take to end before it is made to


def run() -> None:
    """Start the shop and keep it running until Ctrl-C or SIGTERM; then leave no process behind."""
    stopping = _listen_for_the_end()
    ours = database.embedded()
    if ours is not None:
        ours.start()
    try:
        asyncio.run(_prepare())
        parts = {name: _start(name) for name in ("web", "worker")}
        _wait_until_open(stopping)
        if not stopping:
            _greet()
        _watch(parts, stopping)
        _end(parts)
    finally:
        if ours is not None:
            ours.stop()


async def _prepare() -> None:
    await migrate(database.dsn())
    await connect(database.dsn(), size=2)
    try:
        if settings().demo:
            from workshop.demo import load_demo

            await load_demo()
    finally:
        await disconnect()


def _listen_for_the_end() -> list[int]:
    """Signals are written down, not acted on: the parts are ended in order, the database last."""
    stopping: list[int] = []

    def remember(number: int, _: FrameType | None) -> None:
        stopping.append(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, remember)
    return stopping


def _start(name: str) -> subprocess.Popen[bytes]:
    # A session of its own: Ctrl-C of the terminal reaches only us. Should we be killed, so are they.
    return subprocess.Popen(
        [sys.executable, "-m", "workshop.cli", name], start_new_session=True, preexec_fn=_die_with_parent
    )


def _die_with_parent() -> None:
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)


def _wait_until_open(stopping: list[int]) -> None:
    import socket

    for _ in range(600):
        if stopping:
            return
        try:
            socket.create_connection((settings().host, settings().port), 0.5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return


def _greet() -> None:
    print(f"\n  The shop is open: {settings().base_url}\n")
    if settings().demo:
        from workshop.demo import demo_people

        print("  Demo sign-ins:")
        for person in demo_people():
            print(f"    {person['role']:<8} {person['login']:<8} password {person['password']}   PIN {person['pin']}")
    ours = database.embedded()
    if ours is not None:
        print(f"\n  Data is in {settings().data_dir.resolve()}; the database in {ours.folder}")
    print("  Ctrl-C closes the shop.\n", flush=True)


def _watch(parts: dict[str, subprocess.Popen[bytes]], stopping: list[int]) -> None:
    """A part that ends by itself is started again, a little later each time."""
    waits = dict.fromkeys(parts, 0.5)
    while not stopping:
        time.sleep(0.2)
        for name, part in list(parts.items()):
            if part.poll() is not None and not stopping:
                print(f"  The {name} ended ({part.returncode}); starting it again.", file=sys.stderr, flush=True)
                time.sleep(waits[name])
                waits[name] = min(waits[name] * 2, 30)
                parts[name] = _start(name)


def _end(parts: dict[str, subprocess.Popen[bytes]]) -> None:
    for part in parts.values():
        if part.poll() is None:
            part.terminate()
    for part in parts.values():
        try:
            part.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(part.pid, signal.SIGKILL)
            part.wait()
