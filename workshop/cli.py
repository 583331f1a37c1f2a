"""The `workshop` command: run the shop, its parts, and the few things done from a terminal."""

import argparse
import asyncio
import socket
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg
from pydantic import ValidationError

from workshop import database
from workshop.data_folder import claim_folder
from workshop.db import connect, disconnect
from workshop.embedded import EmbeddedPostgres
from workshop.errors import WorkshopError
from workshop.logs import set_up_logs
from workshop.record.migrate import migrate
from workshop.settings import settings

NOT_LET_IN = (
    asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidPasswordError, asyncpg.InvalidCatalogNameError,
)  # fmt: skip


def main() -> None:
    """Entry point of the `workshop` command."""
    arguments = parser().parse_args()
    try:
        _check_settings()
        arguments.act(arguments)
    except WorkshopError as error:
        sys.exit(error.message)
    except (ConnectionError, TimeoutError, socket.gaierror, asyncpg.PostgresConnectionError, *NOT_LET_IN) as error:
        if not settings().database_url:
            raise
        sys.exit(f"The database did not let us in: {error}. Look at WORKSHOP_DATABASE_URL. Nothing was changed.")
    except KeyboardInterrupt:
        sys.exit(130)


def _check_settings() -> None:
    """A setting that makes no sense is named before anything starts."""
    try:
        settings()
    except ValidationError as error:
        wrong = [f"WORKSHOP_{str(one['loc'][0]).upper()}: {one['msg']}" for one in error.errors()]
        raise WorkshopError("A setting cannot be used. " + "; ".join(wrong)) from None


def parser() -> argparse.ArgumentParser:
    """Every command and its words."""
    parser = argparse.ArgumentParser(prog="workshop", description=__doc__)
    acts = parser.add_subparsers(required=True, metavar="COMMAND")
    _command(acts, "run", _run, "everything on this machine: database, web, worker")
    _command(acts, "web", _web, "the web processes")
    _command(acts, "worker", _worker, "a worker process")
    _command(acts, "health", _health, "whether database and worker are well; 0 if so")
    _command(acts, "migrate", _migrate, "bring the database up to this version")
    verify = _command(acts, "verify", _verify, "prove that history is as it was written; 0 if so")
    verify.add_argument("--shop", default="", help="the shop's code; every shop if left out")
    _command(acts, "demo", _demo, "load the demo shop into an empty database")
    shop = _command(acts, "shop", None, "shops")
    create = _command(shop.add_subparsers(required=True), "create", _create_shop, "set up a real shop and its owner")
    for name in ("--name", "--code", "--zone", "--owner", "--sign-in-name"):
        create.add_argument(name, required=name != "--zone", default="America/New_York")
    token = _command(acts, "token", None, "tokens of the API and of wall displays")
    make = _command(token.add_subparsers(required=True), "create", _create_token, "print a new token")
    make.add_argument("--name", required=True, type=_named, help="what it is for, such as till")
    make.add_argument("--role", default="counter", choices=["counter", "bench", "manager", "owner", "display"])
    make.add_argument("--shop", default="", help="the shop's code; the first shop if left out")
    return parser


def _named(text: str) -> str:
    """A token without a name cannot be told from the others when one has to go."""
    if not text.strip():
        raise argparse.ArgumentTypeError("say what it is for, such as till")
    return text.strip()


def _command(acts: Any, name: str, act: Callable[[argparse.Namespace], None] | None, words: str) -> Any:
    parser = acts.add_parser(name, help=words, description=words)
    if act is not None:
        parser.set_defaults(act=act)
    return parser


@contextmanager
def _database() -> Iterator[None]:
    """The database is up while this runs; one we found running is left running."""
    ours = database.embedded()
    if ours is None:
        yield
        return
    with _claim_or_guest() as is_guest:
        started = False if is_guest else ours.start()
        _wait_for(ours)
        try:
            yield
        finally:
            if started:
                ours.stop()


@contextmanager
def _claim_or_guest() -> Iterator[bool]:
    """Whether the folder belongs to an open shop. If not, it is ours, so nobody starts one meanwhile."""
    claim = claim_folder(settings().data_dir, "command")
    try:
        yield claim is None
    finally:
        if claim is not None:
            claim.release()


def _wait_for(ours: EmbeddedPostgres) -> None:
    for _ in range(300):
        if ours.is_running():
            return
        time.sleep(0.2)
    raise WorkshopError("The shop is opening or closing, and its database did not answer. Try again.")


def _with_database(act: Callable[[], Awaitable[None]]) -> None:
    async def connected() -> None:
        await migrate(database.dsn())
        await connect(database.dsn(), size=2)
        try:
            await act()
        finally:
            await disconnect()

    with _database():
        asyncio.run(connected())


def _run(_: argparse.Namespace) -> None:
    from workshop.supervisor import run

    run()


def _web(_: argparse.Namespace) -> None:
    serve()


def serve() -> None:
    """Serve the pages and the API until told to stop."""
    import uvicorn

    set_up_logs()
    uvicorn.run(
        "workshop.app:create_app", factory=True, host=settings().host, port=settings().port,
        workers=settings().web_processes, loop="uvloop", http="httptools", ws="none", log_config=None,
        access_log=False, proxy_headers=False, server_header=False, timeout_graceful_shutdown=5, lifespan="on",
    )  # fmt: skip


def _worker(_: argparse.Namespace) -> None:
    from workshop.worker import main as work

    work()


def _health(_: argparse.Namespace) -> None:
    from workshop.health import look

    async def act() -> dict[str, Any]:
        await connect(database.dsn(), size=2)
        try:
            return await look()
        finally:
            await disconnect()

    ours = database.embedded()
    if ours is not None and not ours.is_alive():
        sys.exit("The shop is closed: its database is not running.")
    try:
        state = asyncio.run(act())
    except (OSError, TimeoutError) as error:
        sys.exit(f"The database does not answer: {error}")
    print(", ".join(f"{name} {value}" for name, value in state.items()))
    sys.exit(state["status"] != "ok")


def _migrate(_: argparse.Namespace) -> None:
    with _database():
        asyncio.run(migrate(database.dsn()))
    print("The database is up to date.")


def _demo(_: argparse.Namespace) -> None:
    from workshop.demo import load_demo

    _with_database(load_demo)


def _verify(arguments: argparse.Namespace) -> None:
    from workshop.record.proof.proof import prove_shops

    broken = []

    async def act() -> None:
        for shop, found in await prove_shops(arguments.shop):
            places = len(found.faults)
            state = f"BROKEN in {places} place{'s' if places > 1 else ''}" if places else "whole"
            counted = f"{found.links} events and {found.checks} passed checks"
            print(f"{shop}: {counted}, {state}. Head: {found.head or 'none'}")
            for fault in found.faults:
                print(f"  {fault.words}")
            broken.extend(found.faults)

    _with_database(act)
    sys.exit(bool(broken))


def _create_shop(arguments: argparse.Namespace) -> None:
    import getpass

    from workshop.record.shop.shops import open_shop

    asked = "The owner's password (8 or more): "
    password = getpass.getpass(asked) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")

    async def act() -> None:
        shop = await open_shop(
            name=arguments.name, code=arguments.code, zone=arguments.zone, owner=arguments.owner,
            sign_in_name=arguments.sign_in_name, password=password,
        )  # fmt: skip
        print(f"{shop.name} is open. Sign in as {arguments.sign_in_name} at {settings().base_url}")

    _with_database(act)


def _create_token(arguments: argparse.Namespace) -> None:
    from workshop.record.shop.shops import shop_by_code
    from workshop.record.shop.staff import make_token

    async def act() -> None:
        shop = await shop_by_code(arguments.shop)
        kind = "display" if arguments.role == "display" else "api"
        token = await make_token(shop=shop.id, name=arguments.name, kind=kind, role=arguments.role)
        print(f"{settings().base_url}/wall/{token}" if kind == "display" else token)

    _with_database(act)


if __name__ == "__main__":
    main()
