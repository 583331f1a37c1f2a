"""Taking one's own last scan back, within a minute and only while nothing has happened since."""

import json
from datetime import datetime, timedelta
from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value, joined_transaction
from workshop.errors import Conflict
from workshop.record.bench.asks import ask_again, withdraw
from workshop.record.codes import ACTIONS, FAIL_CARDS, HOLD_CARDS, PLACE, VENDOR, is_code
from workshop.record.events import Actor, record
from workshop.record.stages import Stage
from workshop.record.tables import Envelope
from workshop.record.tickets.locks import locked
from workshop.record.whereabouts.custody import keep_custody
from workshop.record.whereabouts.send_outs import unpack

WITHIN = timedelta(minutes=1)
UNDOABLE = {"A-START", "A-DONE", "A-BACK", "A-GIVE", *HOLD_CARDS, *FAIL_CARDS}
# Cards that only ask for more: whoever scans one by mistake has changed nothing yet.
ASKING = ["A-FOUND", "A-PARTS", "A-HOLD", "A-FAIL", "A-PASS", "A-VENDOR", "A-UNDO", "A-CLEAR"]
_MOMENTS = ("stage_since", "started_at", "missing_since")
_RESTORED = (
    "stage", "held_from", "hold_reason", "jeweler", "worked_by", "worked_seconds", "location", "place",
    "is_unrepaired", *_MOMENTS,
)  # fmt: skip


async def undo_last(*, by: Actor) -> tuple[Envelope, str]:
    """Take back one's own last scan: a move back of its own in history. Gives the envelope and what was undone.

    Raises Conflict saying why not: too long ago, not one that can be taken back, something happened since, or
    the customer has already been told.
    """
    async with joined_transaction():
        scan = await _last_of(by)
        envelope = await locked(scan["envelope_code"], shop=by.shop)
        if scan["code"] == "A-ASK" or is_code(scan["code"], VENDOR):
            return await _undo_beside(scan, envelope, by)
        await _check_nothing_since(scan, envelope)
        after = envelope.stage, envelope.location
        before = json.loads(scan["before"])
        _restore(envelope, before)
        envelope.version += 1
        await envelope.save()
        await _restore_tasks(before["tasks"])
        await _restore_clocks(envelope.id, before["spans"], by)
        await keep_custody(envelope, by)
        if scan["code"] == "A-GIVE":
            await ask_again(envelope)
        await fetch("UPDATE scan SET outcome = 'undone' WHERE id = $1", scan["id"])
        await _tell(envelope, scan, after, by)
    return envelope, card_words(scan["code"])


async def _undo_beside(scan: dict[str, Any], envelope: Envelope, by: Actor) -> tuple[Envelope, str]:
    """What moved nothing yet: asking for a piece, and packing it. Its own verb takes it back and says so."""
    if json.loads(scan["before"]).get("event") == scan["event"]:  # a colleague's packing is not ours to take back
        raise Conflict(_changed_nothing(envelope))
    if scan["code"] == "A-ASK":
        await withdraw(envelope, by=by)
    else:
        await _check_not_packed_anew(scan, envelope)
        await unpack(envelope, by=by)
    await fetch("UPDATE scan SET outcome = 'undone' WHERE id = $1", scan["id"])
    return envelope, card_words(scan["code"])


async def _check_not_packed_anew(scan: dict[str, Any], envelope: Envelope) -> None:
    is_anew = await fetch_value(
        "SELECT EXISTS (SELECT FROM event WHERE envelope = $1 AND id > $2 AND name IN ('packed', 'unpacked'))",
        envelope.id, scan["event"],
    )  # fmt: skip
    if is_anew:
        raise Conflict(f"{envelope.number} was packed anew since. Nothing was taken back; look at the list.")


def _changed_nothing(envelope: Envelope) -> str:
    return f"Your last scan changed nothing about {envelope.number}; there is nothing to take back."


def card_words(code: str) -> str:
    """`START`, or `Putting it away` for a place."""
    if code in ACTIONS:
        return ACTIONS[code][0]
    return "Packing" if is_code(code, VENDOR) else "Putting it away"


async def _last_of(by: Actor) -> dict[str, Any]:
    """One's last scan; of the same card pressed twice on the same piece the first, which did it."""
    scan = await fetch_one(
        """SELECT s.*, v.code AS envelope_code FROM scan s LEFT JOIN envelope v ON v.id = s.envelope
           WHERE s.staff = $1 AND s.shop = $2 AND s.code <> ALL($3::varchar[]) AND s.outcome <> 'refused'
             AND NOT ((s.before ->> 'version')::int = s.version AND EXISTS (
                 SELECT FROM scan p WHERE p.staff = $1 AND p.id < s.id AND p.received_at > $4
                 AND (p.code, p.envelope) = (s.code, s.envelope) AND (p.before ->> 'version')::int < p.version))
           ORDER BY s.id DESC LIMIT 1 FOR UPDATE OF s""",
        by.id, by.shop, ASKING, clock.now() - WITHIN,
    )  # fmt: skip
    if scan is None or clock.now() - scan["received_at"] > WITHIN:
        raise Conflict("Nothing to take back: only your own last scan, within a minute. Scan what should happen now.")
    if scan["outcome"] == "undone":
        raise Conflict("Your last scan is taken back already. Only one can be.")
    can_be = scan["code"] in UNDOABLE | {"A-ASK"} or is_code(scan["code"], PLACE) or is_code(scan["code"], VENDOR)
    if not can_be or scan["envelope_code"] is None:
        raise Conflict(f"{card_words(scan['code'])} cannot be taken back by a scan. Open the piece, or ask a manager.")
    return scan


async def _check_nothing_since(scan: dict[str, Any], envelope: Envelope) -> None:
    _check_still_ours(json.loads(scan["before"]), envelope)
    last = await fetch_value("SELECT max(id) FROM event WHERE envelope = $1", envelope.id)
    if envelope.version != scan["version"] or last != scan["event"]:
        raise Conflict(f"Something happened to {envelope.number} since. Nothing was taken back; scan it and look.")
    if json.loads(scan["before"])["version"] == envelope.version:
        raise Conflict(_changed_nothing(envelope))
    if await fetch_value("SELECT count(*) FROM message WHERE event = $1", scan["event"]):
        raise Conflict(f"The customer is already told about {envelope.number}. Ask a manager what to do now.")


def _check_still_ours(before: dict[str, Any], envelope: Envelope) -> None:
    """What came back from a vendor is struck off its list and no longer insured there: it would be out on no list."""
    if before["stage"] == Stage.AT_VENDOR and envelope.stage != Stage.AT_VENDOR:
        raise Conflict(
            f"{envelope.number} is received from the vendor: a scan cannot send it out again. "
            "Scan what should happen now; if it never came back, pack it again and tell a manager."
        )


def _restore(envelope: Envelope, before: dict[str, Any]) -> None:
    for name in _RESTORED:
        value = before[name]
        is_moment = name in _MOMENTS and value is not None
        setattr(envelope, name, datetime.fromisoformat(value) if is_moment else value)


async def _restore_tasks(tasks: list[dict[str, Any]]) -> None:
    await fetch(
        """UPDATE task t SET done_by = b.done_by, done_at = b.done_at
           FROM jsonb_to_recordset($1::jsonb) AS b (id bigint, done_by int, done_at timestamptz)
           WHERE t.id = b.id AND (t.done_by, t.done_at) IS DISTINCT FROM (b.done_by, b.done_at)""",
        json.dumps(tasks),
    )


async def _restore_clocks(envelope: int, spans: list[dict[str, Any]], by: Actor) -> None:
    """Clocks that the scan started count for nothing; those it stopped run on."""
    now = clock.now()
    await fetch(
        """UPDATE work_span SET is_struck = true, ended_at = COALESCE(ended_at, GREATEST(began_at, $3)),
               corrected_at = $3, corrected_by = $4, reason = 'Scan taken back'
           WHERE envelope = $1 AND NOT is_struck AND NOT id = ANY($2::bigint[])""",
        envelope, [span["id"] for span in spans], now, by.id,
    )  # fmt: skip
    await fetch(
        """UPDATE work_span w SET ended_at = b.ended_at
           FROM jsonb_to_recordset($1::jsonb) AS b (id bigint, ended_at timestamptz)
           WHERE w.id = b.id AND w.ended_at IS DISTINCT FROM b.ended_at""",
        json.dumps(spans),
    )


async def _tell(envelope: Envelope, scan: dict[str, Any], after: tuple[str, str], by: Actor) -> None:
    is_move = after[0] != envelope.stage
    await record(
        "scan_undone", shop=by.shop, by=by, envelope=envelope, from_stage=after[0] if is_move else "",
        to_stage=envelope.stage if is_move else "", undoes=scan["event"], card=card_words(scan["code"]),
        before=after[1], after=envelope.location,
    )  # fmt: skip
