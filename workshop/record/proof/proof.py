"""The proof of a shop's history: walked every night and when somebody asks, and the outcome kept.

Every night it is walked whole, as long as that takes some seconds only. A longer one is walked from where the last
proof ended, and whole once a week. When somebody asks it is always the whole.
"""

import json
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

import structlog

from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value, transaction
from workshop.errors import NotFound
from workshop.record.events import Actor, record
from workshop.record.nights import is_ours_tonight
from workshop.record.proof.chain import Fault, Start, link_new, walk
from workshop.record.quality.evidence import evidence_faults

_log = structlog.get_logger()
_NIGHT = "history proved"
_HOUR = 2  # on the shop's wall clock
SHORT = 500_000  # links: ten seconds of walking, every night
WHOLE_AT_LEAST = timedelta(days=6, hours=12)


@dataclass(frozen=True)
class Proof:
    """What proving a shop's history found: how many links it has, passed checks compared, and what is not as it was.

    `walked_from`: links up to there were proved before and not walked again; 0: all were.
    """

    links: int
    checks: int
    head: str
    faults: list[Fault]
    walked_from: int = 0


async def link_events() -> None:
    """The sweep that links what was written since."""
    await link_new()


async def prove_tonight() -> None:
    """The sweep: each shop's history once a night; one that was off at night does it in the morning."""
    for shop in await fetch("SELECT id, zone FROM shop ORDER BY id"):
        if await is_ours_tonight(f"{_NIGHT} {shop['id']}", shop["zone"], hour=_HOUR):
            await prove(shop["id"], start=await _start_tonight(shop["id"]))


async def _start_tonight(shop: int) -> Start | None:
    """Where tonight's walk begins; None for the whole chain."""
    last = await last_proof(shop)
    if last is None or not last["is_whole"] or last["links"] <= SHORT:
        return None
    whole = await fetch_one(
        "SELECT 1 FROM chain_check WHERE shop = $1 AND walked_from = 0 AND is_whole AND at > $2 LIMIT 1",
        shop, clock.now() - WHOLE_AT_LEAST,
    )  # fmt: skip
    return Start(last["links"], last["head"]) if whole else None


async def prove(shop: int, *, by: Actor | None = None, start: Start | None = None) -> Proof:
    """Walk a shop's chain, compare the evidence of passed checks, keep what was found, say aloud what is broken.

    With a `start` only what was written since. The head of the chain goes into the log each night: a witness
    outside the database.
    """
    found = await walk(shop, start)
    checks, altered = await evidence_faults(shop, after=await _event_of(shop, found.walked_from))
    proof = Proof(found.links, checks, found.head, [*found.faults, *altered], found.walked_from)
    async with transaction():
        await fetch(
            """INSERT INTO chain_check (shop, at, staff, links, checks, head, is_whole, faults, walked_from)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)""",
            shop, clock.now(), by.id if by else None, proof.links, checks, proof.head, not proof.faults,
            json.dumps([asdict(fault) for fault in proof.faults]), proof.walked_from,
        )  # fmt: skip
        if proof.faults:
            await record("history_broken", shop=shop, by=by, faults=len(proof.faults), first=proof.faults[0].words)
    if proof.faults:
        _log.error("history is broken", shop=shop, first=proof.faults[0].words, faults=len(proof.faults))
    else:
        links = {"links": proof.links, "walked_from": proof.walked_from}
        _log.info("history is whole", shop=shop, **links, checks=checks, head=proof.head)
    return proof


async def _event_of(shop: int, place: int) -> int:
    """The event at a place of the chain; 0 at its beginning."""
    found: int | None = await fetch_value("SELECT event FROM event_link WHERE shop = $1 AND place = $2", shop, place)
    return found or 0


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
