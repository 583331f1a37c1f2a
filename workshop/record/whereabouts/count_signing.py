"""Signing a count: what was found elsewhere is put right, what is missing raises the alarm, all of it explained."""

from collections.abc import Mapping
from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_one, transaction
from workshop.errors import Conflict, Forbidden, InvalidInput
from workshop.record.cards import refuse_card_number
from workshop.record.codes import tidy
from workshop.record.events import Actor, record
from workshop.record.tables import Envelope
from workshop.record.tickets.locks import all_locked, locked
from workshop.record.tickets.signatures import keep_signature
from workshop.record.whereabouts.counts import (
    ELSEWHERE,
    MISSING,
    RIGHT,
    UNEXPECTED,
    Count,
    Sight,
    count_row,
    read_count,
)
from workshop.record.whereabouts.missing import miss
from workshop.record.whereabouts.places import place_of
from workshop.record.whereabouts.placing import put_locked

SHORTEST, LONGEST = 3, 300  # letters of an explanation


async def sign_count(
    count: int, explanations: Mapping[int, str], *, signature: str = "", badge: str = "", note: str = "", by: Actor
) -> Count:
    """Close a count under a drawn signature or a badge.

    Every piece that is missing or unexpected needs its explanation (`explanations`, by envelope). A piece found
    in another box lies there from now on. Raises InvalidInput naming `why-<envelope>`, Conflict if signed already.
    """
    refuse_card_number(note, "note")
    async with transaction():
        row = await count_row(count, shop=by.shop, lock=True)
        if row["state"] != "open":
            raise Conflict("This count is signed already.")
        held = await _hold_what_changes(count, by)
        state = await read_count(count, shop=by.shop)
        _check_explained(state, explanations)
        signer, how = await _signer(badge, by) if badge else (by.id, "drawn")
        kept = None if badge else await keep_signature(signature, by.name)
        await _write_down(state, held, explanations, by)
        await fetch(
            """UPDATE night_count SET state = 'signed', signed_by = $2, signed_at = $3, signed_how = $4, signature = $5,
               note = $6, expected = $7, counted = $8, missing = $9, elsewhere = $10, unexpected = $11 WHERE id = $1""",
            count, signer or None, clock.now(), how, kept, note.strip()[:400], state.expected, state.seen,
            len(state.lacking), len(state.of(ELSEWHERE)), len(state.of(UNEXPECTED)),
        )  # fmt: skip
        await record(
            "count_signed", shop=by.shop, by=by, count=count, expected=state.expected, counted=state.seen,
            missing=len(state.lacking), elsewhere=len(state.of(ELSEWHERE)), unexpected=len(state.of(UNEXPECTED)),
        )  # fmt: skip
    return state


def _check_explained(state: Count, explanations: Mapping[int, str]) -> None:
    lacking = [one for one in [*state.lacking, *state.of(UNEXPECTED)] if not _words(explanations, one)]
    if lacking:
        fields = {f"why-{one.envelope}": f"Say what is known about {one.number}." for one in lacking}
        raise InvalidInput("Explain every difference before you sign.", **fields)
    for words in explanations.values():
        refuse_card_number(words, "note")


async def said_before(state: Count) -> dict[int, str]:
    """What was known the last time of pieces that are still missing, so that nobody types it again each night."""
    rows = await fetch(
        """SELECT DISTINCT ON (l.envelope) l.envelope, l.explanation FROM night_line l
           JOIN envelope v ON v.id = l.envelope AND v.missing_since IS NOT NULL
           WHERE l.envelope = ANY($1::bigint[]) AND l.verdict = 'missing' AND l.found_at IS NULL
           ORDER BY l.envelope, l.id DESC""",
        [one.envelope for one in state.lacking],
    )
    return {row["envelope"]: row["explanation"] for row in rows}


def _words(explanations: Mapping[int, str], sight: Sight) -> str:
    words = explanations.get(sight.envelope, "").strip()
    return words[:LONGEST] if len(words) >= SHORTEST else ""


async def _signer(badge: str, by: Actor) -> tuple[int, str]:
    row = await fetch_one(
        "SELECT id FROM staff WHERE badge_code = $1 AND shop = $2 AND is_active AND NOT is_system", tidy(badge), by.shop
    )
    if row is None:
        raise Forbidden("That badge is nobody’s here. Scan your own, or sign in the box.")
    return row["id"], "badge"


async def _hold_what_changes(count: int, by: Actor) -> dict[int, Envelope]:
    """Only what does not agree is held, all of it in one order; a pickup meanwhile waits, or is waited for."""
    differing = [one.code for one in (await read_count(count, shop=by.shop)).sights if one.needs_change]
    return {one.id: one for one in await all_locked(differing, shop=by.shop)}


async def _write_down(
    state: Count, held: Mapping[int, Envelope], explanations: Mapping[int, str], by: Actor
) -> None:
    """The lines that do not agree, and what was missing before and lies in its own box after all."""
    for sight in state.sights:
        if sight.needs_change:
            envelope = held.get(sight.envelope) or await locked(sight.code, shop=by.shop)
            await _put_right(envelope, sight, state, explanations, by)
        if sight.verdict != RIGHT:
            await _line(state, sight, _words(explanations, sight))


async def _put_right(
    envelope: Envelope, sight: Sight, state: Count, explanations: Mapping[int, str], by: Actor
) -> None:
    if sight.found is None:
        await miss(envelope, sight.expected_name, explanations[sight.envelope].strip(), by=by, count=state.row["id"])
    else:
        await put_locked(envelope, await place_of(sight.found, shop=by.shop), by=by, why="count")


async def _line(state: Count, sight: Sight, explanation: str) -> None:
    verdict = MISSING if sight.found is None else sight.verdict
    await fetch(
        """INSERT INTO night_line (night_count, envelope, verdict, expected_place, found_place, explanation)
           VALUES ($1, $2, $3, $4, $5, $6)""",
        state.row["id"], sight.envelope, verdict, sight.expected, sight.found, explanation,
    )  # fmt: skip


async def drop_count(count: int, *, by: Actor) -> None:
    """A count begun by mistake is let go by a manager; its scans stay."""
    if not by.is_one_of("manager", "owner"):
        raise Forbidden("A count is let go by a manager.")
    async with transaction():
        row = await count_row(count, shop=by.shop, lock=True)
        if row["state"] != "open":
            raise Conflict("This count is signed already.")
        await fetch("UPDATE night_count SET state = 'dropped', signed_by = $2, signed_at = $3 WHERE id = $1",
                    count, by.id or None, clock.now())  # fmt: skip
        await record("count_dropped", shop=by.shop, by=by, count=count)


async def lines_of(count: int) -> list[dict[str, Any]]:
    """What did not agree at a signed count, missing first."""
    return await fetch(
        """SELECT l.*, v.number, v.code, k.number AS ticket_number, x.kind, x.description, x.metal, x.metal_basis,
                  x.serial, e.name AS expected_name, f.name AS found_name, w.name AS finder
           FROM night_line l JOIN envelope v ON v.id = l.envelope JOIN ticket k ON k.id = v.ticket
           JOIN piece x ON x.id = v.piece LEFT JOIN place e ON e.id = l.expected_place
           LEFT JOIN place f ON f.id = l.found_place LEFT JOIN staff w ON w.id = l.found_by
           WHERE l.night_count = $1 ORDER BY l.verdict <> 'missing', l.id""",
        count,
    )
