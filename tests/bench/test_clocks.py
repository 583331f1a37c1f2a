"""The clock follows the piece: handed on, the next person's runs."""

from typing import Any

import pytest

from tests.factories import World, an_envelope
from workshop.db import fetch
from workshop.record.bench.asks import ask_for, give
from workshop.record.stages import Stage
from workshop.record.tickets.standing import envelope_by_code, standing_of

pytestmark = pytest.mark.anyio


async def clocks(envelope: int) -> list[tuple[int, bool]]:
    """Whose clocks count, and whether they run."""
    rows: list[dict[str, Any]] = await fetch(
        """SELECT staff, ended_at IS NULL AS runs FROM work_span WHERE envelope = $1 AND NOT is_struck
           ORDER BY id""",
        envelope,
    )
    return [(row["staff"], row["runs"]) for row in rows]


async def test_handed_on_the_next_persons_clock_runs(shop: World) -> None:
    ring = await an_envelope(shop, Stage.AT_BENCH)
    await ask_for(ring.code, by=shop.bench2)
    await give(ring.code, by=shop.bench)
    assert await clocks(ring.id) == [(shop.bench.id, False), (shop.bench2.id, True)]
    after = await envelope_by_code(ring.code, shop=shop.shop.id)
    assert (await standing_of(after)).makers == {shop.bench.id, shop.bench2.id}
