"""Everything the shop knows of one envelope, for whom it must be proven to. Reading it is itself written down."""

import json
import re
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_one, transaction
from workshop.errors import Forbidden
from workshop.record.bench.watch_checks import in_words
from workshop.record.events import Actor, record
from workshop.record.proof.chain import Fault, faults_around
from workshop.record.proof.proof import last_proof
from workshop.record.quality.evidence import evidence_faults
from workshop.record.quality.quality_lists import Line
from workshop.record.tables import Envelope
from workshop.record.tickets.standing import envelope_by_code

Row = dict[str, Any]


@dataclass(frozen=True)
class Proof:
    """Whether what is told is what was written: of this envelope now, and of the whole shop when last walked."""

    events: int
    checks: int
    faults: list[Fault]
    whole: Row | None

    @property
    def is_whole(self) -> bool:
        """Nothing of this envelope was changed, and the last walk of the whole history found nothing."""
        return not self.faults and (self.whole is None or self.whole["is_whole"])


@dataclass(frozen=True)
class Dispute:
    """One envelope's file, section by section, oldest first."""

    envelope: Envelope
    read_at: datetime
    read_by: str
    ticket: Row
    tasks: list[Row]
    stones: list[Row]
    photos: list[Row]
    weights: list[Row]
    materials: list[Row]
    readings: list[Row]
    spans: list[Row]
    custody: list[Row]
    checks: list[Row]
    estimates: list[Row]
    payments: list[Row]
    messages: list[Row]
    signatures: list[Row]
    events: list[Row]
    proof: Proof


async def read_dispute(code: str, *, by: Actor, how: str = "page") -> Dispute:
    """Read an envelope's whole file; for managers and the owner. Raises NotFound, Forbidden."""
    if not by.is_one_of("manager", "owner"):
        raise Forbidden("A dispute file is for managers and the owner.")
    async with transaction():
        envelope = await envelope_by_code(code, shop=by.shop)
        await record("dispute_read", shop=by.shop, by=by, envelope=envelope, how=how)
    ticket = await _ticket(envelope)
    proof = await prove_envelope(envelope)  # links what was written since: the events below have their links
    return Dispute(
        envelope, clock.now(), by.name, ticket, await _tasks(envelope), await _stones(envelope),
        await _photos(envelope), await _weights(envelope), await _materials(envelope), await _readings(envelope),
        await _spans(envelope), await _custody(envelope), await _checks(envelope), await _estimates(envelope),
        await _payments(envelope), await _messages(envelope), await _signatures(envelope, ticket),
        await _events(envelope), proof,
    )  # fmt: skip


async def prove_envelope(envelope: Envelope) -> Proof:
    """Compare one envelope's history and evidence with what was sealed and frozen."""
    events, broken = await faults_around(envelope.id, envelope.ticket)
    checks, altered = await evidence_faults(envelope.shop, envelope=envelope.id)
    return Proof(events, checks, [*broken, *altered], await last_proof(envelope.shop))


async def _ticket(envelope: Envelope) -> Row:
    row = await fetch_one(
        """SELECT k.id, k.number, k.taken_in_at, k.promise_on, k.price_terms, k.policy_version, k.policy_text, k.risks,
                  k.signature, k.closed_at, t.name AS taken_in_by, h.name AS shop_name, h.address AS shop_address,
                  h.phone AS shop_phone, h.zone, h.currency, trim(c.first_name || ' ' || c.last_name) AS customer,
                  (SELECT number FROM phone WHERE customer = c.id ORDER BY is_first DESC, id LIMIT 1) AS phone,
                  p.kind, p.description, p.metal, p.metal_basis, p.marks AS stamp, p.serial, p.reference
           FROM ticket k JOIN customer c ON c.id = k.customer JOIN shop h ON h.id = k.shop
           JOIN staff t ON t.id = k.taken_in_by JOIN piece p ON p.id = $2 WHERE k.id = $1""",
        envelope.ticket, envelope.piece,
    )  # fmt: skip
    assert row is not None
    row["risks"] = json.loads(row["risks"])
    return row


async def _tasks(envelope: Envelope) -> list[Row]:
    return await fetch(
        """SELECT t.code, t.name, t.quantity, t.price_cents, t.is_dropped, t.found_at_bench, t.done_at,
                  s.name AS done_by
           FROM task t LEFT JOIN staff s ON s.id = t.done_by WHERE t.envelope = $1 ORDER BY t.id""",
        envelope.id,
    )


async def _stones(envelope: Envelope) -> list[Row]:
    return await fetch("SELECT * FROM stone WHERE piece = $1 ORDER BY id", envelope.piece)


async def _photos(envelope: Envelope) -> list[Row]:
    rows = await fetch(
        """SELECT p.id, p.kind, p.angle, p.key AS sha256, p.original_sha256, p.state, p.captured_at, p.taken_at,
                  p.removed_at, s.name AS taken_by FROM photo p LEFT JOIN staff s ON s.id = p.taken_by
           WHERE p.envelope_code = $1 AND p.shop = $2 ORDER BY p.taken_at, p.id""",
        envelope.code, envelope.shop,
    )  # fmt: skip
    return [row | {"id": str(row["id"])} for row in rows]


async def _weights(envelope: Envelope) -> list[Row]:
    weighed = await fetch(
        """SELECT w.moment, w.weight_mg, w.expected_mg, w.tolerance_mg, w.explanation, w.at, s.name AS staff
           FROM weighing w JOIN staff s ON s.id = w.staff WHERE w.envelope = $1 ORDER BY w.id""",
        envelope.id,
    )
    if envelope.weight_in_mg is not None and not any(row["moment"] == "in" for row in weighed):
        taken = {"moment": "in", "weight_mg": envelope.weight_in_mg, "expected_mg": None, "tolerance_mg": 0}
        weighed.insert(0, taken | {"explanation": "", "at": envelope.created_at, "staff": ""})
    return weighed


async def _materials(envelope: Envelope) -> list[Row]:
    """What was put on or taken off, and what was bagged to go home with it."""
    return await fetch(
        """SELECT u.kind, u.what, u.metal, u.count, u.weight_mg, u.at, u.struck_at, NULL::timestamptz AS returned_at,
                  '' AS left_reason, false AS is_bag, s.name AS staff
           FROM used_part u JOIN staff s ON s.id = u.staff WHERE u.envelope = $1
           UNION ALL SELECT b.kind, b.what, '', b.count, b.weight_mg, b.at, b.struck_at, b.returned_at, b.left_reason,
                  true, s.name FROM return_bag b JOIN staff s ON s.id = b.staff WHERE b.envelope = $1 ORDER BY at""",
        envelope.id,
    )


async def _readings(envelope: Envelope) -> list[Row]:
    """What was measured on a watch, in words."""
    rows = await fetch(
        """SELECT w.*, s.name AS staff_name FROM watch_check w JOIN staff s ON s.id = w.staff
           WHERE w.envelope = $1 ORDER BY w.id""",
        envelope.id,
    )
    return [
        {"moment": row["moment"], "kind": row["kind"], "said": in_words(row), "at": row["at"],
         "staff": row["staff_name"], "struck_at": row["struck_at"]}
        for row in rows
    ]  # fmt: skip


async def _spans(envelope: Envelope) -> list[Row]:
    """Who worked on it from when to when, corrections included."""
    return await fetch(
        """SELECT w.began_at, w.ended_at, w.is_struck, w.reason, s.name AS staff, c.name AS corrected_by, t.name AS task
           FROM work_span w JOIN staff s ON s.id = w.staff LEFT JOIN staff c ON c.id = w.corrected_by
           LEFT JOIN task t ON t.id = w.task WHERE w.envelope = $1 ORDER BY w.began_at, w.id""",
        envelope.id,
    )


async def _custody(envelope: Envelope) -> list[Row]:
    return await fetch(
        """SELECT c.since, c.until, c.station, c.declared_cents, COALESCE(p.name, 'not known') AS place, p.kind,
                  s.name AS staff, h.name AS shop
           FROM custody c LEFT JOIN place p ON p.id = c.place LEFT JOIN staff s ON s.id = c.staff
           JOIN shop h ON h.id = c.shop WHERE c.envelope = $1 ORDER BY c.id""",
        envelope.id,
    )


async def _checks(envelope: Envelope) -> list[Row]:
    """Every check there was: the list as used, who ticked what when, and how it ended."""
    checks = await fetch(
        """SELECT q.*, o.name AS opened_by_name, c.name AS closed_by_name, m.name AS maker_name FROM quality_check q
           LEFT JOIN staff o ON o.id = q.opened_by LEFT JOIN staff c ON c.id = q.closed_by
           LEFT JOIN staff m ON m.id = q.maker WHERE q.envelope = $1 ORDER BY q.id""",
        envelope.id,
    )
    answers = await fetch(
        """SELECT a.quality_check, a.name, a.value, a.at, s.name AS staff FROM quality_answer a
           LEFT JOIN staff s ON s.id = a.staff WHERE a.quality_check = ANY($1) ORDER BY a.id""",
        [check["id"] for check in checks],
    )
    return [_check(check, [one for one in answers if one["quality_check"] == check["id"]]) for check in checks]


def _check(check: Row, answers: list[Row]) -> Row:
    told = {one["name"]: one for one in answers}
    lines = [Line(**line) for line in json.loads(check["lines"])]
    return {
        "state": check["state"], "opened_at": check["opened_at"], "opened_by": check["opened_by_name"],
        "closed_at": check["closed_at"], "closed_by": check["closed_by_name"], "maker": check["maker_name"],
        "reason": check["reason"], "note": check["note"],
        "lines": [
            asdict(line) | {"is_ticked": _holds(told.get(f"line-{at}")), **_who(told.get(f"line-{at}"))}
            for at, line in enumerate(lines, start=1)
        ],
        "stones": [
            {"stone": int(name.split("-")[1]), "is": one["value"], **_who(one)}
            for name, one in told.items() if name.startswith("stone-") and one["value"]
        ],
        "figures": [
            {"what": name, "value": told[name]["value"], **_who(told[name])}
            for name in ("stones", "size", "weight", "explanation") if name in told and told[name]["value"]
        ],
    }  # fmt: skip


def _holds(answer: Row | None) -> bool:
    return bool(answer and answer["value"])


def _who(answer: Row | None) -> Row:
    return {"by": answer["staff"] if answer else None, "at": answer["at"] if answer else None}


async def _estimates(envelope: Envelope) -> list[Row]:
    rows = await fetch(
        """SELECT e.version, e.state, e.lines, e.subtotal_cents, e.tax_cents, e.total_cents, e.note, e.made_at,
                  e.sent_at, e.expires_at, e.answered_at, e.how, e.answered_by, e.said, e.spoken_number, e.address,
                  e.signature, m.name AS made_by, a.name AS written_by
           FROM estimate e LEFT JOIN staff m ON m.id = e.made_by LEFT JOIN staff a ON a.id = e.staff
           WHERE e.envelope = $1 ORDER BY e.version""",
        envelope.id,
    )
    return [row | {"lines": json.loads(row["lines"])} for row in rows]


async def _payments(envelope: Envelope) -> list[Row]:
    return await fetch(
        """SELECT p.kind, p.tender, p.amount_cents, p.let_off_cents, p.reference, p.brand, p.last_four, p.at,
                  s.name AS staff FROM payment p JOIN staff s ON s.id = p.staff WHERE p.ticket = $1 ORDER BY p.id""",
        envelope.ticket,
    )


_LINK = re.compile(r"/t/[^\s]+")


async def _messages(envelope: Envelope) -> list[Row]:
    """What was said, without the customer's own link: whoever holds this paper must not open their page."""
    rows = await fetch(
        """SELECT direction, channel, template, recipient, body, state, created_at, sent_at, state_at, error
           FROM message WHERE ticket = $1 AND (envelope IS NULL OR envelope = $2) ORDER BY created_at, id""",
        envelope.ticket, envelope.id,
    )  # fmt: skip
    return [row | {"body": _LINK.sub("/t/…", row["body"])} for row in rows]


async def _signatures(envelope: Envelope, ticket: Row) -> list[Row]:
    """What was signed: the terms at take-in, estimates, the hand-over."""
    return await fetch(
        """SELECT 'Terms at take-in' AS what, g.id, g.png, g.signed_name, g.at FROM signature g WHERE g.id = $1
           UNION ALL SELECT 'Estimate ' || e.version, g.id, g.png, g.signed_name, g.at
           FROM estimate e JOIN signature g ON g.id = e.signature WHERE e.envelope = $2
           UNION ALL SELECT 'Handed over', g.id, g.png, g.signed_name, g.at FROM event v
           JOIN signature g ON g.id = (v.data ->> 'signature')::bigint
           WHERE v.envelope = $2 AND v.to_stage = 'picked_up' ORDER BY at, id""",
        ticket["signature"], envelope.id,
    )  # fmt: skip


async def _events(envelope: Envelope) -> list[Row]:
    """Everything that happened to the envelope and to its ticket, with seal and link of each."""
    return await fetch(
        """SELECT e.*, s.name AS staff_name, v.number AS envelope_number, l.place, l.hash FROM event e
           LEFT JOIN staff s ON s.id = e.staff LEFT JOIN envelope v ON v.id = e.envelope
           LEFT JOIN event_link l ON l.event = e.id
           WHERE e.envelope = $1 OR e.ticket = $2 AND e.envelope IS NULL ORDER BY e.id""",
        envelope.id, envelope.ticket,
    )  # fmt: skip
