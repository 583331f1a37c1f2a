"""What will be engraved, shown to the customer before the work: one version after the other, and their word on it."""

import json
from dataclasses import asdict
from typing import Any
from uuid import UUID

from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value, transaction
from workshop.errors import Conflict, Forbidden, InvalidInput, NotFound
from workshop.record.cards import refuse_card_number
from workshop.record.events import Actor, record
from workshop.record.pieces.engraving import Engraving, engravings_in
from workshop.record.stages import CLOSED, Stage
from workshop.record.tables import Envelope
from workshop.record.tickets.locks import envelope_spoken_of, locked
from workshop.record.tickets.notices import queue_text
from workshop.record.tickets.standing import ticket_of


async def last_proof(envelope: int) -> dict[str, Any] | None:
    """The newest version of a piece's proof."""
    return await fetch_one("SELECT * FROM engraving_proof WHERE envelope = $1 ORDER BY version DESC LIMIT 1", envelope)


async def proofs_of(envelope: int) -> list[dict[str, Any]]:
    """Every version, newest first, with who made it."""
    rows = await fetch(
        """SELECT p.*, s.name AS made_name FROM engraving_proof p JOIN staff s ON s.id = p.made_by
           WHERE p.envelope = $1 ORDER BY p.version DESC LIMIT 20""",
        envelope,
    )
    for row in rows:
        row["engravings"] = engravings_in(row["letters"])
    return rows


async def send_proof(code: str, *, note: str = "", photo: UUID | None = None, by: Actor) -> int:
    """Show the customer what will be cut: the words as signed in large letters, or a picture of the layout.

    The version before is superseded. Returns its number. Raises InvalidInput where there is nothing to show.
    """
    if not by.is_one_of("bench", "counter", "manager", "owner"):
        raise Forbidden("Proofs are sent from the bench or the counter.")
    refuse_card_number(note, "note")
    async with transaction():
        envelope = await locked(code, shop=by.shop)
        if Stage(envelope.stage) in CLOSED:
            raise Conflict(f"{envelope.number} has left the shop.")
        letters = engravings_in(envelope.engravings)
        await _check_picture(envelope, photo)
        if not photo and not any(one.text for one in letters):
            sentence = "There are no words to show. Take a picture of the layout first."
            raise InvalidInput(sentence, photo=sentence)
        await fetch(
            "UPDATE engraving_proof SET state = 'superseded' WHERE envelope = $1 AND state = 'sent'", envelope.id
        )
        version = await _write(envelope, letters, photo, note.strip()[:400], by)
        event = await record("proof_sent", shop=by.shop, by=by, envelope=envelope, version=version)
        await queue_text("proof_ready", ticket=await ticket_of(envelope), event=event, envelope=envelope.id)
    return version


async def _check_picture(envelope: Envelope, photo: UUID | None) -> None:
    if photo and not await fetch(
        "SELECT id FROM photo WHERE id = $1 AND envelope_code = $2 AND removed_at IS NULL", photo, envelope.code
    ):
        raise NotFound("That picture is not of this piece any more.")


async def _write(envelope: Envelope, letters: list[Engraving], photo: UUID | None, note: str, by: Actor) -> int:
    version: int = await fetch_value(
        """INSERT INTO engraving_proof (envelope, version, letters, photo, note, made_by, made_at)
           SELECT $1, COALESCE(max(version), 0) + 1, $2, $3, $4, $5, $6 FROM engraving_proof WHERE envelope = $1
           RETURNING version""",
        envelope.id, json.dumps([asdict(one) for one in letters]), photo, note, by.id, clock.now(),
    )  # fmt: skip
    return version


async def answer_proof(
    proof: int, *, approve: bool, name: str, how: str, by: Actor, answer: str = ""
) -> dict[str, Any]:
    """The customer's word on a proof, on their page or told to a colleague. The same word twice is one.

    Raises InvalidInput naming `name` or `answer`, Conflict where another version is out or another word was given.
    """
    _check_answer(approve, name, answer)
    async with transaction():
        found = await fetch_one("SELECT envelope FROM engraving_proof WHERE id = $1", proof)
        envelope = await envelope_spoken_of(found["envelope"] if found else 0, shop=by.shop)
        row = (await fetch("SELECT * FROM engraving_proof WHERE id = $1 FOR UPDATE", proof))[0]
        state = "approved" if approve else "change"
        if row["state"] == state and row["answered_by"] == name.strip():
            return row
        if row["state"] != "sent":
            raise Conflict("This proof was answered already, or a newer one has been made.")
        await fetch(
            """UPDATE engraving_proof SET state = $2, answer = $3, answered_at = $4, answered_by = $5, how = $6
               WHERE id = $1""",
            proof, state, answer.strip()[:600], clock.now(), name.strip()[:120], how,
        )  # fmt: skip
        await record(
            "proof_answered", shop=envelope.shop, by=by, envelope=envelope, version=row["version"], state=state,
            who=name.strip()[:120], how=how, answer=answer.strip()[:600],
        )  # fmt: skip
    return row | {"state": state}


def _check_answer(approve: bool, name: str, answer: str) -> None:
    wrong: dict[str, str] = {}
    if len(name.strip()) < 2:
        wrong["name"] = "Write the name."
    if not approve and len(answer.strip()) < 3:
        wrong["answer"] = "Say what shall be different."
    for field, text in (("name", name), ("answer", answer)):
        refuse_card_number(text, field)
    if wrong:
        raise InvalidInput("Something needs a look.", **wrong)
