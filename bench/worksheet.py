"""One envelope as the bench needs it: the piece, the work, what to look out for. No price, no phone."""

import json
from dataclasses import dataclass
from typing import Any

from bench.work_now import WorkNow, work_now
from workshop import clock
from workshop.db import fetch, fetch_one
from workshop.record.customers.allergies import allergies_on_envelope
from workshop.record.events import Actor
from workshop.record.pieces.engraving import Engraving, engravings_in
from workshop.record.pieces.marked import Seen, seen
from workshop.record.pieces.piece_words import stone_in_words
from workshop.record.pieces.pieces import stones_of
from workshop.record.prices.prices import DRIVERS, drivers_of
from workshop.record.stages import Stage, Standing, allowed_moves
from workshop.record.tables import Envelope
from workshop.record.tickets.standing import envelope_by_code, standing_of
from workshop.record.trade import FAIL_REASONS

S = Stage
BENCH_TERMS = {
    "firm": "Firm price: this work, no more",
    "call": "Call before starting: the counter has the word",
    "not_above": "A limit is agreed: if you find more, tell the counter before you go on",
    "estimate": "By estimate: nothing before the customer approves it",
    "approved": "The customer approved this work",
}
UNSTARTED = (S.RECEIVED, S.APPROVED, S.IN_QUEUE)


@dataclass(frozen=True)
class Worksheet:
    """Everything the page of one envelope shows."""

    envelope: Envelope
    standing: Standing
    allowed: list[Stage]
    by: Actor
    piece: dict[str, Any]
    tasks: list[dict[str, Any]]
    stones: list[str]
    photos: list[dict[str, Any]]
    earlier: list[dict[str, Any]]
    trail: list[dict[str, Any]]
    now: WorkNow

    @property
    def seen(self) -> Seen:
        """The condition at take-in and what the bench found, on its pictures and in words."""
        return seen(self.envelope.to_dict(), {photo["id"] for photo in self.photos})

    @property
    def engravings(self) -> list[Engraving]:
        """The words to cut, as the customer signed them."""
        return engravings_in(self.envelope.engravings)

    @property
    def terms(self) -> str:
        """What was agreed about the price, as far as it concerns the bench: never an amount."""
        approved = self.standing.approval == "approved"
        return BENCH_TERMS["approved" if approved else self.piece["price_terms"]]

    @property
    def is_mine(self) -> bool:
        """Whether the person at this bench has it."""
        return self.standing.stage is S.AT_BENCH and self.envelope.jeweler == self.by.id

    @property
    def waits_for_word(self) -> bool:
        """Whether the customer's approval is still missing."""
        return self.standing.approval not in ("not_needed", "approved")

    @property
    def can_start(self) -> bool:
        """Whether START makes sense now."""
        if not self.by.is_one_of("bench", "manager", "owner"):
            return False
        if self.standing.stage is S.AT_BENCH:
            return self.is_mine and self.envelope.started_at is None
        if self.standing.stage is S.ON_HOLD:
            return self.standing.held_from == S.AT_BENCH
        return self.standing.stage in UNSTARTED and not self.waits_for_word

    @property
    def can_finish(self) -> bool:
        """Whether DONE makes sense now."""
        mine = self.is_mine or (self.standing.stage is S.AT_BENCH and self.by.is_one_of("manager"))
        return mine and S.QUALITY_CHECK in self.allowed

    @property
    def can_find(self) -> bool:
        """Whether a finding can still change the estimate."""
        return S.ESTIMATING in self.allowed or self.standing.stage is S.ESTIMATING

    @property
    def can_hold(self) -> bool:
        """Whether it can be put on hold."""
        return S.ON_HOLD in self.allowed

    @property
    def can_take(self) -> bool:
        """Whether it waits for somebody, and this person may plan it for themselves."""
        free = self.envelope.jeweler is None or self.by.is_one_of("manager", "owner")
        return free and self.envelope.jeweler != self.by.id and self.standing.stage in UNSTARTED

    @property
    def can_return(self) -> bool:
        """Whether it is planned for this person and not begun."""
        return self.envelope.jeweler == self.by.id and self.standing.stage in UNSTARTED

    @property
    def can_clock(self) -> bool:
        """Whether one's clock may run on a task of it."""
        return self.standing.stage is S.AT_BENCH and self.by.is_one_of("bench", "manager", "owner")

    @property
    def other_moves(self) -> list[Stage]:
        """Quieter moves of the table that have no big button of their own."""
        if self.standing.stage is S.ON_HOLD:
            return [stage for stage in self.allowed if stage not in (S.CANCELLED, S.AT_BENCH)]
        if self.standing.stage in (S.AT_BENCH, S.AT_VENDOR):
            wanted = (S.IN_QUEUE, S.AT_VENDOR, S.QUALITY_CHECK)[: 3 if self.standing.stage is S.AT_VENDOR else 2]
            return [stage for stage in self.allowed if stage in wanted]
        return [stage for stage in self.allowed if stage is S.AT_VENDOR]

    @property
    def seconds_on_job(self) -> int:
        """Time at the bench so far, from the scans."""
        started = self.envelope.started_at
        running = (clock.now() - started).total_seconds() if started else 0
        return self.envelope.worked_seconds + max(0, int(running))

    @property
    def time_on_job(self) -> str:
        """`0:21`, in hours and minutes."""
        return f"{self.seconds_on_job // 3600}:{self.seconds_on_job // 60 % 60:02}"

    @property
    def minutes_planned(self) -> int:
        """What the price book allows for the work."""
        return sum(task["minutes"] for task in self.tasks)

    @property
    def came_back(self) -> dict[str, str] | None:
        """Why the last check sent it back, while that still holds."""
        last = next((event for event in self.trail if event["name"] == "moved"), None)
        if last is None or self.standing.stage is not S.AT_BENCH or last["from_stage"] != S.QUALITY_CHECK:
            return None
        said = json.loads(last["data"])
        return {"reason": FAIL_REASONS.get(said["reason"], said["reason"]), "note": said.get("note", "")}


async def worksheet(code: str, *, by: Actor) -> Worksheet:
    """Read one envelope for the bench. Raises NotFound."""
    envelope = await envelope_by_code(code, shop=by.shop)
    standing = await standing_of(envelope)
    return Worksheet(
        envelope, standing, allowed_moves(standing, by.roles), by, await _piece(envelope), await _tasks(envelope),
        [stone_in_words(row) for row in await stones_of(envelope.piece)], await _photos(envelope),
        await _earlier(envelope), await _trail(envelope), await work_now(envelope, by),
    )  # fmt: skip


async def _piece(envelope: Envelope) -> dict[str, Any]:
    """The piece, its wearer's allergies and initials, who has it: never a surname or a number."""
    row = await fetch_one(
        """SELECT p.kind, p.description, p.metal, p.metal_basis, p.marks AS stamp, p.serial, p.reference,
                  p.engraving, k.price_terms,
                  upper(left(c.first_name, 1) || left(c.last_name, 1)) AS initials, k.taken_in_at,
                  split_part(j.name, ' ', 1) AS jeweler_name, split_part(w.name, ' ', 1) AS worker_name,
                  s.maker_may_pass, s.after_photo_minimum
           FROM envelope v JOIN piece p ON p.id = v.piece JOIN ticket k ON k.id = v.ticket
           JOIN customer c ON c.id = k.customer JOIN shop s ON s.id = v.shop
           LEFT JOIN staff j ON j.id = v.jeweler LEFT JOIN staff w ON w.id = v.worked_by WHERE v.id = $1""",
        envelope.id,
    )
    assert row is not None
    row["allergies"] = ", ".join(await allergies_on_envelope(envelope.id))
    return row


async def _tasks(envelope: Envelope) -> list[dict[str, Any]]:
    rows = await fetch(
        """SELECT t.id, t.code, t.name, t.quantity, t.drivers, t.minutes, t.found_at_bench,
                  t.done_at IS NOT NULL AS is_done,
                  jsonb_build_object('asks', p.rule->'asks', 'labels', p.rule->'labels') AS asked
           FROM task t LEFT JOIN price_item p ON p.id = t.item
           WHERE t.envelope = $1 AND NOT t.is_dropped AND t.code <> 'XX-RUSH' ORDER BY t.id""",
        envelope.id,
    )
    for row in rows:
        row["details"] = _details(json.loads(row["drivers"]), json.loads(row.pop("asked")))
    return rows


def _details(drivers: dict[str, Any], rule: dict[str, Any]) -> str:
    """`4 prongs, 2 breaks`: what the price book asked, in the words of this line, as the jeweler needs it."""
    asked = {one.name: one for one in drivers_of(rule if rule["asks"] is not None else {"asks": list(DRIVERS)})}
    told = []
    for name, one in asked.items():
        value = drivers.get(name)
        if value not in (None, "", "0", 0) and name not in ("metal", "stones"):
            unit = one.unit.removesuffix("s") if str(value) == "1" else one.unit
            told.append(f"{value} {unit or one.label.lower()}")
    return ", ".join(told)


async def _photos(envelope: Envelope) -> list[dict[str, Any]]:
    rows = await fetch(
        """SELECT id, kind, angle FROM photo WHERE envelope_code = $1 AND removed_at IS NULL AND shop = $2
           ORDER BY taken_at LIMIT 40""",
        envelope.code, envelope.shop,
    )  # fmt: skip
    words = {"found": "found at the bench", "after": "after", "condition": "condition", "during": "during work"}
    return [
        {
            "id": str(row["id"]), "kind": row["kind"], "angle": row["angle"], "url": f"/photos/{row['id']}/thumb",
            "large": f"/photos/{row['id']}/large", "caption": words.get(row["kind"], ""),
        }
        for row in rows
    ]  # fmt: skip


async def _earlier(envelope: Envelope) -> list[dict[str, Any]]:
    """What was done on this very piece before."""
    return await fetch(
        """SELECT v.number, v.created_at, v.size_now, v.size_wanted,
                  (SELECT string_agg(t.name, ', ' ORDER BY t.id) FROM task t
                   WHERE t.envelope = v.id AND NOT t.is_dropped AND t.code <> 'XX-RUSH') AS work,
                  split_part(w.name, ' ', 1) AS worker_name
           FROM envelope v LEFT JOIN staff w ON w.id = v.worked_by
           WHERE v.piece = $1 AND v.id <> $2 ORDER BY v.id DESC LIMIT 5""",
        envelope.piece, envelope.id,
    )  # fmt: skip


async def _trail(envelope: Envelope) -> list[dict[str, Any]]:
    return await fetch(
        """SELECT e.name, e.from_stage, e.to_stage, e.data, e.at, split_part(s.name, ' ', 1) AS staff_name
           FROM event e LEFT JOIN staff s ON s.id = e.staff
           WHERE e.envelope = $1 AND e.name IN ('moved', 'located', 'started_again') ORDER BY e.id DESC LIMIT 12""",
        envelope.id,
    )
