"""History in plain words: every event has its sentence, every move is told without codes."""

import ast
import json
from pathlib import Path

import httpx
import pytest

from intake.history import SENTENCES, told
from tests.factories import World, a_ring, a_ticket, passed, sign_in
from workshop.db import fetch_value
from workshop.record.prices.work import NewTask
from workshop.record.promises.promise_changes import change_promise
from workshop.record.stages import MOVES
from workshop.record.tickets.envelopes import finish_work, start_work
from workshop.record.tickets.estimates import send_estimates
from workshop.record.tickets.tickets import NewEnvelope

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).parent.parent.parent
HEAD = NewTask("HD-NEW", drivers={"metal": "18k", "mm": "6.5"})


def events_of_the_product() -> tuple[set[str], set[str]]:
    """The first argument of every `record(...)` in the product: whole names, and beginnings of composed ones."""
    names: set[str] = set()
    beginnings: set[str] = set()
    for package in ("workshop", "intake", "bench", "notifications", "photos", "printing"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "record":
                    _read(node.args[0], names, beginnings)
    return names, beginnings


def _read(name: ast.expr, names: set[str], beginnings: set[str]) -> None:
    if isinstance(name, ast.Constant):
        names.add(name.value)
    elif isinstance(name, ast.IfExp):
        _read(name.body, names, beginnings)
        _read(name.orelse, names, beginnings)
    elif isinstance(name, ast.JoinedStr) and isinstance(name.values[0], ast.Constant):
        beginnings.add(name.values[0].value)


async def test_every_event_has_a_sentence() -> None:
    names, beginnings = events_of_the_product()
    assert names - set(SENTENCES) == set()
    assert {"taken_in", "moved", "paid", "refunded", "promise_changed"} <= names
    for beginning in beginnings:
        assert any(name.startswith(beginning) for name in SENTENCES), beginning


async def test_every_move_of_the_table_is_told_without_codes(world: World) -> None:
    for start, to in MOVES:
        event = {
            "name": "moved", "from_stage": start.value, "to_stage": to.value, "data": json.dumps({"reason": "part"}),
            "at": None, "staff_name": "Kai", "envelope_number": "HR-1-1",
        }  # fmt: skip
        sentence = told(event)["sentence"]
        assert "_" not in sentence
        assert sentence[0].isupper()


async def test_history_tells_a_whole_life_in_plain_words(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_ticket(shop, envelopes=[NewEnvelope([HEAD], piece=a_ring())])
    await send_estimates(ticket.id, by=shop.counter)
    await sign_in(client, shop.staff["counter"])
    estimate = await fetch_value("SELECT id FROM estimate")
    await client.post(
        f"/tickets/{ticket.number}/estimate/{estimate}/answer",
        data={"answer": "approve", "how": "phone", "name": "Rosa Bennett"},
    )
    await start_work(f"{ticket.number}-1", by=shop.bench)
    await finish_work(f"{ticket.number}-1", by=shop.bench)
    await passed(f"{ticket.number}-1", shop)
    await change_promise(
        ticket.number,
        (await fetch_value("SELECT promise_on FROM ticket")),
        reason="same day after all",
        by=shop.counter,
    )
    html = (await client.get(f"/tickets/{ticket.number}")).text
    for words in (
        "Taken in", "Estimate 1 made", "Estimate 1 sent for approval", "Estimate 1 approved by Rosa Bennett by phone",
        "Work started", "Work done, to quality check", "Passed the quality check, 13 stones counted. Ready to collect",
        "same day after all", "Kai Lindqvist", "Noor Haddad", "Ines Duarte",
    ):  # fmt: skip
        assert words in html, words
