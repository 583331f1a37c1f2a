"""`workshop run` as a person meets it: it opens, keeps what was written, and leaves nothing running."""

import os
import pty
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from tests.ops.running import RunningShop, until

pytestmark = pytest.mark.anyio


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[RunningShop]:
    """A folder for one shop; whatever still runs at the end is ended."""
    running = RunningShop(tmp_path / "data")
    try:
        yield running
    finally:
        running.end_all()


def set_up(shop: RunningShop) -> None:
    """Set up a real shop from the terminal, as its owner would, before it opens."""
    done = shop.command(
        "shop", "create", "--name", "Ring & Co", "--code", "RC", "--owner", "Ada Field", "--sign-in-name", "ada",
        typed="a long password\n",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def make_token(shop: RunningShop, name: str) -> None:
    """Make an API token while the shop is open."""
    done = shop.command("token", "create", "--name", name, "--role", "counter")
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.strip()) > 30


async def token_names(shop: RunningShop) -> list[str]:
    """The tokens written in the shop's database."""
    connection = await asyncpg.connect(shop.postgres.dsn)
    try:
        return [row["name"] for row in await connection.fetch("SELECT name FROM access_token ORDER BY id")]
    finally:
        await connection.close()


async def test_it_opens_keeps_its_rows_and_leaves_no_process(shop: RunningShop) -> None:
    set_up(shop)
    assert not shop.processes(), "a command leaves nothing running"
    first = shop.start()
    assert shop.health()["worker"] == "ok"
    make_token(shop, "till")
    assert shop.is_well(), "a command does not stop the database of an open shop"

    first.send_signal(signal.SIGINT)
    assert first.wait(40) == 0
    assert not shop.processes()

    again = shop.start()
    assert await token_names(shop) == ["till"]
    again.send_signal(signal.SIGTERM)
    assert again.wait(40) == 0
    assert not shop.processes()


async def test_killed_outright_its_parts_end_and_the_next_start_goes_on(shop: RunningShop) -> None:
    set_up(shop)
    first = shop.start()
    make_token(shop, "till")
    left = shop.processes("workshop.cli")
    first.kill()
    first.wait()
    assert shop.postgres.is_running(), "the database is found running by the next start"

    again = shop.start()  # at once: what is left of the first ends before anything new begins
    assert not left & shop.processes(), "the parts outlived the shop"
    assert len(shop.processes("workshop.cli worker")) == 1
    assert await token_names(shop) == ["till"]
    again.send_signal(signal.SIGINT)
    again.wait(40)
    assert not shop.processes()


def test_parts_that_end_are_started_again(shop: RunningShop) -> None:
    shop.start()
    for part in ("workshop.cli worker", "workshop.cli web", "-D "):
        before = shop.processes(part)
        assert before, part
        # the database's main process is the one with the folder in its words
        os.kill(min(before), signal.SIGKILL)
        until(lambda before=before, part=part: shop.processes(part) - before, f"{part} was not started again")
        until(shop.is_well, lambda: f"The shop did not get well again. {shop.words()}")


def test_closing_the_terminal_closes_the_shop(shop: RunningShop) -> None:
    ours, theirs = pty.openpty()
    process = shop.start_on(theirs)
    os.close(theirs)
    os.close(ours)
    process.wait(40)
    assert not shop.processes()


def test_a_second_shop_in_the_same_folder_or_on_the_same_port_is_refused_in_words(
    shop: RunningShop, tmp_path: Path
) -> None:
    first = shop.start()
    second = shop.command("run")
    assert second.returncode == 1
    assert f"already open: process {first.pid}" in second.stderr
    elsewhere = shop.command("run", WORKSHOP_DATA_DIR=str(tmp_path / "other"))
    assert elsewhere.returncode == 1
    assert f"Port {shop.port}" in elsewhere.stderr
    assert f"PORT={shop.port + 1} make run" in elsewhere.stderr
    assert shop.is_well(), "the open shop does not notice"


def test_a_port_somebody_else_has_is_said_before_anything_starts(shop: RunningShop) -> None:
    with socket.create_server(("127.0.0.1", shop.port)):
        refused = shop.command("run")
    assert refused.returncode == 1
    assert "Nothing was started" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not (shop.folder / "postgres").exists()


def test_a_setting_that_makes_no_sense_is_named(shop: RunningShop) -> None:
    refused = shop.command("run", WORKSHOP_DATABASE_POOL_SIZE="many")
    assert refused.returncode == 1
    assert "WORKSHOP_DATABASE_POOL_SIZE" in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize(
    "address", ["postgresql://shop:secret@127.0.0.1:1/shop", "postgresql://shop@nowhere.invalid/shop"]
)
def test_a_database_that_is_not_there_is_said_in_words(shop: RunningShop, address: str) -> None:
    refused = shop.command("run", WORKSHOP_DATABASE_URL=address)
    assert refused.returncode == 1
    assert "Look at WORKSHOP_DATABASE_URL" in refused.stderr
    assert "Traceback" not in refused.stderr and "secret" not in refused.stderr


def test_a_token_needs_a_name(shop: RunningShop) -> None:
    refused = shop.command("token", "create", "--name", " ")
    assert refused.returncode == 2 and "such as till" in refused.stderr
