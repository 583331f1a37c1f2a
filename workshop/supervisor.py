"""Everything on one machine: database, web and worker under one command, ended in order by Ctrl-C."""

import asyncio
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from workshop import database
from workshop.data_folder import FolderClaim, claim_folder, holder_of
from workshop.db import connect, disconnect
from workshop.embedded import EmbeddedPostgres
from workshop.errors import WorkshopError
from workshop.half_set import half_set
from workshop.parts import PATIENCE, Part, end_parts, say
from workshop.record.migrate import migrate
from workshop.record.secret import secret_key
from workshop.settings import settings

LOOK = 0.2  # seconds between looks at the parts
LOOK_AT_DATABASE = 2.0  # seconds between looks at the embedded database


def run() -> None:
    """Start the shop and keep it running until Ctrl-C or SIGTERM; then leave no process behind."""
    stopping = _listen_for_the_end()
    with _claimed(stopping) as claim:
        check_port()
        ours = database.embedded()
        try:
            if ours is not None:
                ours.start()
            _open(claim, ours, stopping)
        finally:
            if ours is not None:
                ours.stop()
    say("  The shop is closed; everything is saved.")


def _open(claim: FolderClaim, ours: EmbeddedPostgres | None, stopping: list[int]) -> None:
    asyncio.run(_prepare())
    parts = [
        Part(name, [sys.executable, "-m", "workshop.cli", name], keeps=(claim.descriptor,))
        for name in ("web", "worker")
    ]
    try:
        for part in parts:
            part.start()
        if _wait_until_open(parts[0], stopping):
            _greet(ours)
        _watch(parts, ours, stopping)
    finally:
        asked = len(stopping)
        end_parts(parts, hurry=lambda: len(stopping) > max(asked, 1))


async def _prepare() -> None:
    secret_key()  # made once, before two processes could both want to
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


@contextmanager
def _claimed(stopping: list[int]) -> Iterator[FolderClaim]:
    """The data folder is ours alone; what is left of a killed run may end first."""
    folder, until, told = settings().data_dir, time.monotonic() + PATIENCE + 10, False
    while (claim := claim_folder(folder, "run")) is None:
        holder = holder_of(folder)
        if stopping or time.monotonic() > until or (holder is not None and holder[1] == "run"):
            raise WorkshopError(_taken(holder))
        if not told:
            say("  Something else is ending its work in this data folder; waiting for it.")
            told = True
        time.sleep(LOOK)
    with claim:
        yield claim


def _taken(holder: tuple[int, str] | None) -> str:
    who = f"process {holder[0]}" if holder else "parts of an earlier run that have not ended"
    return (
        f"This shop is already open: {who} uses the data folder {settings().data_dir.resolve()}. "
        "Nothing was changed. Close it there, or set WORKSHOP_DATA_DIR to another folder."
    )


def check_port() -> None:
    """Raises WorkshopError when the port cannot be had; said before anything is started."""
    host, port = settings().host, settings().port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            raise WorkshopError(
                f"Port {port} on {host} cannot be used ({error.strerror}). Nothing was started. "
                f"Close the program that has it, or choose another: PORT={port + 1} make run"
            ) from error


def _wait_until_open(web: Part, stopping: list[int]) -> bool:
    """Whether the pages can be reached; raises WorkshopError when the web part cannot even start."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings().host, settings().host)  # noqa: S104
    while not stopping:
        if web.has_ended:
            raise WorkshopError("The web part could not start; the reason is above. Nothing is lost.")
        with suppress(OSError):
            socket.create_connection((host, settings().port), 0.5).close()
            return True
        time.sleep(0.1)
    return False


def _greet(ours: EmbeddedPostgres | None) -> None:
    lines = [f"\n  The shop is open: {settings().base_url}\n"]
    if settings().demo:
        from workshop.demo import demo_people

        lines.append("  Demo sign-ins:")
        lines += [
            f"    {person['role']:<8} {person['login']:<8} password {person['password']}   PIN {person['pin']}"
            for person in demo_people()
        ]
    else:
        lines.append("  The first time? Set your shop up from another terminal: workshop shop create --help")
    if ours is not None:
        lines.append(f"\n  Data is in {settings().data_dir.resolve()}; the database in {ours.folder}")
    lines += [f"  Look at this: {sentence}" for sentence in half_set(settings())]
    lines.append("  Ctrl-C closes the shop.\n")
    with suppress(OSError, ValueError):
        print("\n".join(lines), flush=True)


def _watch(parts: list[Part], ours: EmbeddedPostgres | None, stopping: list[int]) -> None:
    """What ends by itself is started again, the database first."""
    look_at_database = time.monotonic() + LOOK_AT_DATABASE
    while not stopping:
        time.sleep(LOOK)
        if ours is not None and time.monotonic() > look_at_database:
            _keep(ours)
            look_at_database = time.monotonic() + LOOK_AT_DATABASE
        for part in parts:
            part.look()


def _keep(ours: EmbeddedPostgres) -> None:
    if ours.is_alive():
        return
    say("  The database ended; starting it again.")
    try:
        ours.start()
    except WorkshopError as error:  # tried again at the next look
        say(f"  {error.message}")
