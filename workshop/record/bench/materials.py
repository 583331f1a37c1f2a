"""What goes into a piece and comes off it: parts, metal and solder, weights, and bags that go home with it."""

from dataclasses import dataclass
from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_one, transaction
from workshop.errors import Conflict, Forbidden, InvalidInput
from workshop.record.bench.bench_gate import balance_of
from workshop.record.cards import refuse_card_number
from workshop.record.events import Actor, record
from workshop.record.stages import CLOSED, Stage
from workshop.record.tables import Envelope
from workshop.record.tickets.locks import envelope_of_id, locked

KINDS = {
    "part": "Part", "finding": "Finding", "metal": "Metal added", "solder": "Solder", "stone": "Stone",
    "removed": "Metal taken off",
}  # fmt: skip
BAGS = {"stone": "Loose stones", "part": "Old parts", "metal": "Metal"}
# What a jeweler reaches for most; anything else is typed.
COMMON = {
    "part": ("Watch battery", "Gasket", "Crystal", "Crown", "Stem", "Spring bar", "Link"),
    "finding": ("Jump ring", "Lobster clasp", "Spring ring", "Head", "Ear nut", "Post", "Bail", "Pin stem"),
    "metal": ("Sizing stock", "Shank", "Wire", "Sheet", "Prong wire", "Casting"),
    "solder": ("Hard solder", "Medium solder", "Easy solder", "Laser wire"),
    "stone": ("Diamond, melee", "Sapphire, melee", "Cubic zirconia", "Pearl"),
    "removed": ("Cut-out of the shank", "Filings", "Old head", "Old solder"),
}
METALS = ("", "9k", "10k", "14k", "14k white", "18k", "18k white", "22k", "platinum", "palladium", "silver", "steel")
MOST_MG = 5_000_000


@dataclass(frozen=True)
class NewPart:
    """Something used on a piece, or metal taken off it. Weight and cost are of all of them together."""

    kind: str
    what: str
    count: int = 1
    metal: str = ""
    weight_mg: int | None = None
    cost_cents: int | None = None


async def use_part(code: str, part: NewPart, *, by: Actor) -> int:
    """Write down what was used. Raises InvalidInput naming the field."""
    _check_part(part)
    async with transaction():
        envelope = await _open(code, by)
        row = await fetch_one(
            """INSERT INTO used_part (envelope, kind, what, metal, count, weight_mg, cost_cents, staff, at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id""",
            envelope.id, part.kind, part.what.strip()[:80], part.metal, part.count, part.weight_mg, part.cost_cents,
            by.id, clock.now(),
        )  # fmt: skip
        assert row is not None
        await record(
            "part_used", shop=by.shop, by=by, envelope=envelope, kind=part.kind, what=part.what.strip()[:80],
            count=part.count, weight=part.weight_mg, metal=part.metal,
        )  # fmt: skip
        part_id: int = row["id"]
    return part_id


def _check_part(part: NewPart) -> None:
    wrong: dict[str, str] = {}
    refuse_card_number(part.what, "what")
    if part.kind not in KINDS:
        wrong["kind"] = "Choose what it is."
    if len(part.what.strip()) < 2:
        wrong["what"] = "Say what it is."
    if not 1 <= part.count <= 999:
        wrong["count"] = "A count from 1 to 999."
    if part.metal not in METALS:
        wrong["metal"] = "Choose the metal."
    if part.kind in ("solder", "metal", "removed") and not part.metal:
        wrong["metal"] = "Which metal and karat?"
    if part.kind in ("metal", "removed") and part.weight_mg is None:
        wrong["weight"] = "Weigh it: the balance needs it."
    if part.weight_mg is not None and not 0 < part.weight_mg <= MOST_MG:
        wrong["weight"] = "A weight in grams, like 0.35."
    if wrong:
        raise InvalidInput("Something needs a look. Nothing was written down.", **wrong)


async def strike_part(part: int, *, by: Actor) -> Envelope:
    """It was not used after all; the line stays in history."""
    async with transaction():
        row = await _strike("used_part", part, by)
        await record("part_struck", shop=by.shop, by=by, envelope=row["envelope"], what=row["what"])
    return _as_envelope(row)


async def _strike(table: str, row_id: int, by: Actor) -> dict[str, Any]:
    found = await fetch_one(f"SELECT * FROM {table} WHERE id = $1", row_id)  # noqa: S608 - one of our own names
    envelope = await envelope_of_id(found["envelope"] if found else 0, shop=by.shop)
    assert found is not None
    _check_here(envelope)
    struck = await fetch(
        f"UPDATE {table} SET struck_at = $2, struck_by = $3 WHERE id = $1 AND struck_at IS NULL RETURNING id",  # noqa: S608
        row_id, clock.now(), by.id,
    )  # fmt: skip
    if not struck:
        raise Conflict("That was taken out already.")
    return found | {"envelope": envelope}


def _as_envelope(row: dict[str, Any]) -> Envelope:
    envelope: Envelope = row["envelope"]
    return envelope


async def _open(code: str, by: Actor) -> Envelope:
    if not by.is_one_of("bench", "manager", "owner"):
        raise Forbidden("This is written down by those who work at the bench.")
    envelope = await locked(code, shop=by.shop)
    _check_here(envelope)
    return envelope


def _check_here(envelope: Envelope) -> None:
    if Stage(envelope.stage) in CLOSED:
        raise Conflict(f"{envelope.number} has left the shop.")


async def weigh(code: str, moment: str, weight_mg: int | None, *, explanation: str = "", by: Actor) -> Envelope:
    """A piece on the scale before the work (`in`) or after it (`out`). A difference beyond the tolerance is kept
    with its explanation; without one the piece does not go to the quality check.

    Raises InvalidInput naming `weight`.
    """
    refuse_card_number(explanation, "explanation")
    if weight_mg is None or not 0 < weight_mg <= MOST_MG:
        raise InvalidInput("A weight in grams, like 4.35.", weight="A weight in grams, like 4.35.")
    async with transaction():
        envelope = await _open(code, by)
        column = Envelope.weight_in_mg if moment == "in" else Envelope.weight_out_mg
        if moment == "in" and envelope.weight_in_mg is not None:
            raise Conflict(f"{envelope.number} was weighed in already. The weight in the contract stays.")
        balance = await balance_of(envelope.id)
        await fetch(
            """INSERT INTO weighing (envelope, moment, weight_mg, expected_mg, tolerance_mg, explanation, staff, at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8)""",
            envelope.id, moment, weight_mg, balance.expected if moment == "out" else None, balance.tolerance,
            explanation.strip()[:300], by.id, clock.now(),
        )  # fmt: skip
        setattr(envelope, column._meta.name, weight_mg)
        await envelope.save([column])
        await record(
            "weighed", shop=by.shop, by=by, envelope=envelope, moment=moment, weight=weight_mg,
            expected=balance.expected, explanation=explanation.strip()[:300],
        )  # fmt: skip
    return envelope


@dataclass(frozen=True)
class NewBag:
    """Stones, parts or metal bagged to go home with the piece."""

    kind: str
    what: str
    count: int = 1
    weight_mg: int | None = None


async def bag(code: str, new: NewBag, *, by: Actor) -> None:
    """Bag something that belongs to the customer, counted. Raises InvalidInput naming the field."""
    wrong: dict[str, str] = {}
    refuse_card_number(new.what, "what")
    if new.kind not in BAGS:
        wrong["kind"] = "Choose what it is."
    if len(new.what.strip()) < 2:
        wrong["what"] = "Say what it is."
    if not 1 <= new.count <= 999:
        wrong["count"] = "Count them: 1 to 999."
    if new.weight_mg is not None and not 0 < new.weight_mg <= MOST_MG:
        wrong["weight"] = "A weight in grams, like 0.35."
    if wrong:
        raise InvalidInput("Something needs a look. Nothing was written down.", **wrong)
    async with transaction():
        envelope = await _open(code, by)
        await fetch(
            """INSERT INTO return_bag (envelope, kind, what, count, weight_mg, staff, at)
               VALUES ($1, $2, $3, $4, $5, $6, $7)""",
            envelope.id, new.kind, new.what.strip()[:80], new.count, new.weight_mg, by.id, clock.now(),
        )  # fmt: skip
        await record("bagged", shop=by.shop, by=by, envelope=envelope, what=new.what.strip()[:80], count=new.count)


async def strike_bag(bag_id: int, *, by: Actor) -> Envelope:
    """It was not bagged after all; the line stays in history."""
    async with transaction():
        row = await _strike("return_bag", bag_id, by)
        await record(
            "bag_struck", shop=by.shop, by=by, envelope=row["envelope"], what=row["what"], count=row["count"]
        )
    return _as_envelope(row)


async def bags_of(envelopes: list[int]) -> list[dict[str, Any]]:
    """What lies bagged with these envelopes, in the order it was bagged."""
    return await fetch(
        """SELECT b.*, split_part(s.name, ' ', 1) AS staff_name FROM return_bag b JOIN staff s ON s.id = b.staff
           WHERE b.envelope = ANY($1) AND b.struck_at IS NULL ORDER BY b.id LIMIT 200""",
        envelopes,
    )


async def parts_of(envelope: int) -> list[dict[str, Any]]:
    """What was used on a piece, in the order it was written down."""
    return await fetch(
        """SELECT u.*, split_part(s.name, ' ', 1) AS staff_name FROM used_part u JOIN staff s ON s.id = u.staff
           WHERE u.envelope = $1 AND u.struck_at IS NULL ORDER BY u.id LIMIT 200""",
        envelope,
    )


async def give_bags_back(leaving: list[Envelope], ticked: list[int], left_reason: str, *, by: Actor) -> None:
    """At the counter, inside the hand-over: every bag is given back and ticked, or it is said why not.

    Raises InvalidInput naming `bags`.
    """
    refuse_card_number(left_reason, "left_reason")
    waiting = [row for row in await bags_of([one.id for one in leaving]) if row["returned_at"] is None]
    missing = [row for row in waiting if row["id"] not in ticked]
    if missing and len(left_reason.strip()) < 3:
        sentence = f"Give back and tick: {', '.join(_words(row) for row in missing)}. Or say why it stays."
        raise InvalidInput(sentence, bags=sentence)
    by_id = {one.id: one for one in leaving}
    for row in waiting:
        reason = left_reason.strip()[:200] if row in missing else ""
        await fetch(
            "UPDATE return_bag SET returned_at = $2, returned_by = $3, left_reason = $4 WHERE id = $1",
            row["id"], clock.now(), by.id, reason,
        )  # fmt: skip
        await record(
            "bag_returned", shop=by.shop, by=by, envelope=by_id[row["envelope"]], what=row["what"],
            count=row["count"], reason=reason,
        )  # fmt: skip


def _words(row: dict[str, Any]) -> str:
    return f"{row['count']} × {row['what']}"
