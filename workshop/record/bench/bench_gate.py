"""What must hold before work begins and before it goes to the quality check: proofs, weights, serials."""

from dataclasses import dataclass
from typing import Any

from workshop.db import fetch_one, fetch_value
from workshop.errors import Conflict
from workshop.record.pieces.engraving import engravings_in
from workshop.record.tables import Envelope

ENGRAVES = "EN-"  # how the codes of engraving begin in the price book
# What a scale may show less or more after each kind of work, in milligrams beside the shop's own tolerance:
# filings, polish and solder that nobody weighs. By the beginning of the price book's code.
ALLOWANCE = {
    "PL-CLN": 20, "PL": 120, "RS": 100, "SH": 150, "PR": 60, "HD": 100, "ST": 40, "CH": 60, "BL": 60, "ER": 60,
    "PN": 60, "RH": 40, "EN": 40, "LW": 40,
}  # fmt: skip
ADDS = ("part", "finding", "metal", "solder", "stone")


@dataclass(frozen=True)
class Balance:
    """A piece on the scale: what came in, went on, came off, and what should be there now, in milligrams."""

    came_in: int | None
    added: int
    removed: int
    out: int | None
    tolerance: int
    explanation: str

    @property
    def expected(self) -> int | None:
        """What it should weigh now; None where nobody weighed it before."""
        return None if self.came_in is None else self.came_in + self.added - self.removed

    @property
    def difference(self) -> int | None:
        """Heavier (plus) or lighter than it should be."""
        return None if self.out is None or self.expected is None else self.out - self.expected

    @property
    def is_right(self) -> bool:
        """Whether the difference is within the tolerance, or cannot be known."""
        return self.difference is None or abs(self.difference) <= self.tolerance


async def balance_of(envelope: int) -> Balance:
    """The weights of a piece as they stand."""
    row = await fetch_one(
        """SELECT v.weight_in_mg, v.weight_out_mg, s.weight_tolerance_mg,
                  COALESCE((SELECT sum(weight_mg) FROM used_part u WHERE u.envelope = v.id AND u.struck_at IS NULL
                            AND u.kind = ANY($2)), 0)::int AS added,
                  COALESCE((SELECT sum(weight_mg) FROM used_part u WHERE u.envelope = v.id AND u.struck_at IS NULL
                            AND u.kind = 'removed'), 0)::int AS removed,
                  COALESCE((SELECT explanation FROM weighing w WHERE w.envelope = v.id AND w.moment = 'out'
                            ORDER BY w.id DESC LIMIT 1), '') AS explanation,
                  ARRAY(SELECT t.code FROM task t WHERE t.envelope = v.id AND NOT t.is_dropped) AS codes
           FROM envelope v JOIN shop s ON s.id = v.shop WHERE v.id = $1""",
        envelope, list(ADDS),
    )  # fmt: skip
    assert row is not None
    tolerance = row["weight_tolerance_mg"] + sum(_allowance(code) for code in row["codes"])
    return Balance(
        row["weight_in_mg"], row["added"], row["removed"], row["weight_out_mg"], tolerance, row["explanation"]
    )


def _allowance(code: str) -> int:
    return ALLOWANCE.get(code, ALLOWANCE.get(code[:2], 0))


async def check_engraver(envelope: Envelope, codes: list[str]) -> None:
    """Refuse engraving before the customer's word where the shop wants it; inside the caller's transaction.

    `codes` are the lines of work about to be begun or finished.
    """
    if not any(code.startswith(ENGRAVES) for code in codes) or not await _wants_proof(envelope.shop):
        return
    last = await fetch_one(
        "SELECT state, letters FROM engraving_proof WHERE envelope = $1 ORDER BY version DESC LIMIT 1", envelope.id
    )
    if obstacle := _proof_obstacle(last, envelope):
        raise Conflict(obstacle)


def _proof_obstacle(last: dict[str, Any] | None, envelope: Envelope) -> str:
    if last is None:
        return "No engraving before the customer approved a proof. Make the proof and send it."
    if last["state"] == "change":
        return "The customer wants the engraving changed. Send a new proof before you engrave."
    if last["state"] != "approved":
        return "The customer has not approved the engraving yet. Do the other work, or call them."
    if engravings_in(last["letters"]) != engravings_in(envelope.engravings):
        return "The words to engrave were changed after the customer approved the proof. Send a new one."
    return ""


async def _wants_proof(shop: int) -> bool:
    return bool(await fetch_value("SELECT proof_required FROM shop WHERE id = $1", shop))


async def _open_codes(envelope: int) -> list[str]:
    codes: list[str] = await fetch_value(
        """SELECT COALESCE(array_agg(code), '{}') FROM task WHERE envelope = $1 AND done_at IS NULL
           AND NOT is_dropped AND code <> 'XX-RUSH'""",
        envelope,
    )
    return codes


async def check_start(envelope: Envelope) -> None:
    """Refuse to begin where nothing but engraving is left to do and its proof is not approved."""
    codes = await _open_codes(envelope.id)
    if codes and all(code.startswith(ENGRAVES) for code in codes):
        await check_engraver(envelope, codes)


async def check_finish(envelope: Envelope) -> None:
    """Refuse the way to the quality check while something is unexplained: the weight, the serial, the engraving."""
    await check_engraver(envelope, await _open_codes(envelope.id))
    await _check_weight(envelope)
    serial = await fetch_one(
        """SELECT is_passed FROM watch_check WHERE envelope = $1 AND kind = 'serial' AND struck_at IS NULL
           ORDER BY id DESC LIMIT 1""",
        envelope.id,
    )
    if serial and not serial["is_passed"]:
        raise Conflict("The serial on this watch is not the one taken in. It stays here: tell a manager now.")


async def _check_weight(envelope: Envelope) -> None:
    balance = await balance_of(envelope.id)
    if balance.out is None:
        wants = await fetch_value("SELECT weigh_out FROM shop WHERE id = $1", envelope.shop)
        if balance.came_in is not None and wants:
            raise Conflict(f"{envelope.number} was weighed in. Scan PARTS and weigh it again, then DONE.")
        return
    if not balance.is_right and not balance.explanation:
        off = abs(balance.difference or 0) / 1000
        raise Conflict(
            f"{envelope.number} is {off:.2f} g {'heavier' if (balance.difference or 0) > 0 else 'lighter'} than it "
            "should be. Scan PARTS: write down why, or the metal that is missing; then DONE."
        )
