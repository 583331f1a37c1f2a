"""Workers killed at random while they text, and a carrier that fails: every text goes out once (TX-2 to TX-4)."""

import os
import random
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import anyio
import pytest

from tests.factories import World, a_ticket
from tests.notifications.fake_twilio import FakeTwilio
from tests.notifications.fake_twilio_faults import Fault, Form
from workshop import clock
from workshop.db import fetch, fetch_value
from workshop.parts import Part, end_parts

pytestmark = pytest.mark.anyio

TEXTS, KILLS, SEED, MOST_SECONDS = 120, 20, 20261122, 85
FAULTS = [Fault.TOO_MANY, Fault.ERROR_BEFORE, Fault.ERROR_AFTER, Fault.RESET_BEFORE, Fault.RESET_AFTER]
ROOT = str(Path(__file__).resolve().parents[2])
OPEN = "('pending', 'sending', 'unknown')"


class Trouble:
    """One in ten POSTs goes wrong, by a seed; a text goes wrong once at most, so that all may settle."""

    def __init__(self) -> None:
        self.random, self.hit, self.count = random.Random(SEED), set[str](), Counter[str]()

    def __call__(self, form: Form) -> Fault:
        body = form["Body"]
        if body in self.hit or self.random.random() > 0.15:
            return Fault.NONE
        self.hit.add(body)
        fault = self.random.choice(FAULTS)
        self.count[fault.value] += 1
        return fault


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch, database_ready: str) -> Iterator[FakeTwilio]:
    with FakeTwilio() as twilio:
        values = {
            "TWILIO_ACCOUNT_SID": twilio.account_sid, "TWILIO_AUTH_TOKEN": twilio.token, "TWILIO_FROM": "+12025550100",
            "TWILIO_API_URL": twilio.url, "PUBLIC_URL": "https://shop.example", "TWILIO_LOOK_MINUTES": "0.02",
            "TWILIO_TEXTS_A_SECOND": "15", "DATABASE_URL": database_ready,
        }  # fmt: skip
        for name, value in values.items():
            monkeypatch.setenv(f"WORKSHOP_{name}", value)
        monkeypatch.setenv("PYTHONPATH", ROOT + os.pathsep + os.environ.get("PYTHONPATH", ""))
        yield twilio


async def ask_for_texts(world: World) -> None:
    """So many take-ins, each with the text it promises in its own transaction."""
    await fetch("UPDATE shop SET zone = $1", _zone_where_it_is_noon())
    for number in range(TEXTS):
        await a_ticket(world, phone=f"212 555 {1000 + number}")


def _zone_where_it_is_noon() -> str:
    """Texts keep quiet hours; this run may be at any hour."""
    away = 12 - clock.now().hour
    return f"Etc/GMT{-away:+d}" if away else "Etc/GMT"


async def kill_now_and_then(workers: list[Part]) -> int:
    """SIGKILL to one worker after another, each once it has begun to work, at moments by the seed."""
    chance, kills = random.Random(SEED), 0
    while kills < KILLS:
        await anyio.sleep(chance.uniform(0.3, 1.2))
        worker = chance.choice(workers)
        if worker.has_ended:
            worker.wait = 0.05
            worker.start()
            continue
        worker.kill()
        worker.start()
        kills += 1
    return kills


async def settled(workers: list[Part]) -> bool:
    for worker in workers:
        worker.wait = 0.05
        worker.look()
    return not await fetch_value(f"SELECT count(*) FROM message WHERE direction = 'out' AND state IN {OPEN}")


async def test_no_text_is_lost_and_none_goes_out_twice(world: World, network: FakeTwilio) -> None:
    trouble = network.choose = Trouble()
    network.retry_after = 1
    await ask_for_texts(world)
    workers = [Part(f"worker {number}", [sys.executable, "-m", "tests.faults.shop_worker"]) for number in (1, 2)]
    for worker in workers:
        worker.start()
    try:
        with anyio.move_on_after(MOST_SECONDS):
            kills = await kill_now_and_then(workers)
            while not await settled(workers):
                await anyio.sleep(0.3)
    finally:
        end_parts(workers, patience=3)
    copies = Counter(text.form["Body"] for text in network.messages.values())
    states = {row["state"]: row["n"] for row in await fetch(
        "SELECT state, count(*) AS n FROM message WHERE state <> 'handled' GROUP BY state")}  # fmt: skip
    parked = states.get("parked", 0)  # twice in doubt: a person calls, nothing is guessed
    print(f"{TEXTS} texts, {kills} kills, faults {dict(trouble.count)}, {len(network.posts)} posts, "
          f"{len(copies)} accepted, {sum(copies.values()) - len(copies)} extra, states {states}")  # fmt: skip
    assert kills >= KILLS and sum(trouble.count.values()) > 0, "a run without trouble proves nothing"
    assert [body for body, count in copies.items() if count > 1] == []
    assert TEXTS - len(copies) <= parked, "whatever did not go out waits for a person"
    assert not {"pending", "sending", "unknown"} & set(states)
    assert parked <= 2
