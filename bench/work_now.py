"""The work on one envelope as it stands: whose clock runs on what, hours against the book, what is still open."""

from dataclasses import dataclass, field
from typing import Any

from workshop.db import fetch, fetch_value
from workshop.record.bench.bench_gate import ENGRAVES, Balance, balance_of
from workshop.record.bench.engraving_proofs import last_proof
from workshop.record.bench.materials import bags_of
from workshop.record.bench.work_spans import running_elsewhere, running_task, seconds_by_task
from workshop.record.events import Actor
from workshop.record.tables import Envelope


@dataclass(frozen=True)
class WorkNow:
    """What the page of an envelope says about the work beside its stage."""

    runs: bool
    task: int | None
    others: list[str]
    elsewhere: list[str]
    spent: dict[int | None, int]
    balance: Balance
    bags: list[dict[str, Any]] = field(default_factory=list)
    proof: dict[str, Any] | None = None
    wants_proof: bool = False

    def minutes_on(self, task: int) -> int:
        """Minutes worked on one task so far."""
        return self.spent.get(task, 0) // 60


async def work_now(envelope: Envelope, by: Actor) -> WorkNow:
    """Read it in a few small looks."""
    runs, task = await running_task(envelope.id, by.id)
    return WorkNow(
        runs, task, await _others(envelope.id, by.id),
        await running_elsewhere(by.id, envelope.id) if runs else [],
        await seconds_by_task(envelope.id), await balance_of(envelope.id), await bags_of([envelope.id]),
        await last_proof(envelope.id), await _engraves(envelope.id),
    )  # fmt: skip


async def _others(envelope: int, me: int) -> list[str]:
    """`Ines: Stones tightened`: colleagues whose clock runs on this piece too."""
    rows = await fetch(
        """SELECT split_part(s.name, ' ', 1) AS who, t.name AS work FROM work_span w JOIN staff s ON s.id = w.staff
           LEFT JOIN task t ON t.id = w.task
           WHERE w.envelope = $1 AND w.staff <> $2 AND w.ended_at IS NULL AND NOT w.is_struck ORDER BY w.id""",
        envelope, me,
    )  # fmt: skip
    return [f"{row['who']}: {row['work']}" if row["work"] else row["who"] for row in rows]


async def _engraves(envelope: int) -> bool:
    """Whether there is engraving to do."""
    return bool(
        await fetch_value(
            "SELECT EXISTS (SELECT FROM task WHERE envelope = $1 AND NOT is_dropped AND starts_with(code, $2))",
            envelope, ENGRAVES,
        )
    )  # fmt: skip
