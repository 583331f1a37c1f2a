"""The proof of a shop's history: walked whole, every night or when somebody asks, and the outcome kept."""

import json
from dataclasses import asdict, dataclass
from typing import Any

import structlog

from workshop import clock
from workshop.db import fetch, fetch_one, transaction
from workshop.errors import NotFound
from workshop.record.events import Actor, record
from workshop.record.nights import is_ours_tonight
from workshop.record.proof.chain import Fault, link_new, walk
from workshop.record.quality.evidence import evidence_faults

_log = structlog.get_logger()
_NIGHT = "history proved"
_HOUR = 2  # on the shop's wall clock


@dataclass(frozen=True)
class Proof:
    """What proving a shop's history found: links walked, passed checks compared, and what is not as it was."""

    links: int
    checks: int
    head: str
    faults: list[Fault]


async def link_events() -> None:
    """The sweep that links what was written since."""
    await link_new()


async def prove_tonight() -> None:
    """The sweep: each shop's history once a night; one that was off at night does it in the morning."""
    for shop in await fetch("SELECT id, zone FROM shop ORDER BY id"):
        if await is_ours_tonight(f"{_NIGHT} {shop['id']}", shop["zone"], hour=_HOUR):
            await prove(shop["id"])


async def prove(shop: int, *, by: Actor | None = None) -> Proof:
    """Walk a shop's chain, compare the evidence of passed checks, keep what was found, say aloud what is broken.

    The head of the chain goes into the log each night: a witness outside the database.
    """
    found = await walk(shop)
    checks, altered = await evidence_faults(shop)
    proof = Proof(found.links, checks, found.head, [*found.faults, *altered])
    async with transaction():
        await fetch(
            """INSERT INTO chain_check (shop, at, staff, links, checks, head, is_whole, faults)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8)""",
            shop, clock.now(), by.id if by else None, proof.links, checks, proof.head, not proof.faults,
            json.dumps([asdict(fault) for fault in proof.faults]),
        )  # fmt: skip
        if proof.faults:
            await record("history_broken", shop=shop, by=by, faults=len(proof.faults), first=proof.faults[0].words)
    if proof.faults:
        _log.error("history is broken", shop=shop, first=proof.faults[0].words, faults=len(proof.faults))
    else:
        _log.info("history is whole", shop=shop, links=proof.links, checks=checks, head=proof.head)
    return proof


async def prove_shops(code: str = "") -> list[tuple[str, Proof]]:
    """Prove the history of one shop by its code, or of every shop. Gives each shop's name with what was found."""
    rows = await fetch("SELECT id, name, code FROM shop WHERE $1 IN ('', code) ORDER BY id", code.upper())
    if code and not rows:
        raise NotFound(f"There is no shop with the code {code}.")
    return [(f"{row['name']} ({row['code']})", await prove(row["id"])) for row in rows]


async def last_proof(shop: int) -> dict[str, Any] | None:
    """The latest proof of a shop's history: `is_whole`, `faults` ([{event, place, what, words}]), `at`, `head`."""
    row = await fetch_one("SELECT * FROM chain_check WHERE shop = $1 ORDER BY id DESC LIMIT 1", shop)
    if row:
        row["faults"] = json.loads(row["faults"])
    return row
