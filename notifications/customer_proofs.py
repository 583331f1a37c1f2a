"""The proof of an engraving on the customer's page: shown in large letters, answered there."""

from typing import Any
from uuid import UUID

from notifications.wording import day_words
from workshop import clock
from workshop.db import fetch_value
from workshop.record.bench.engraving_proofs import answer_proof, proofs_of
from workshop.record.events import Actor
from workshop.record.tables import Shop, Ticket
from workshop.web.forms import Form

SHOWN = ("sent", "approved", "change")


async def shown_proof(envelope: int, shop: Shop, token: str, language: str) -> dict[str, Any] | None:
    """The newest version, as its customer sees it."""
    newest = next(iter(await proofs_of(envelope)), None)
    if newest is None or newest["state"] not in SHOWN:
        return None
    at = newest["answered_at"]
    newest["answered_day"] = day_words(clock.local(at, shop.zone).date(), language) if at else ""
    newest["picture"] = f"/t/{token}/photos/{newest['photo']}" if newest["photo"] else ""
    return newest


async def waits_for_answer(ticket: Ticket) -> bool:
    """Whether a proof of this ticket is out and not answered."""
    return bool(
        await fetch_value(
            """SELECT EXISTS (SELECT FROM engraving_proof p JOIN envelope v ON v.id = p.envelope
               WHERE v.ticket = $1 AND p.state = 'sent')""",
            ticket.id,
        )
    )  # fmt: skip


async def is_proof_of(ticket: Ticket, proof: int) -> bool:
    """Whether a proof is of a piece on this ticket."""
    return bool(
        await fetch_value(
            """SELECT EXISTS (SELECT FROM engraving_proof p JOIN envelope v ON v.id = p.envelope
               WHERE p.id = $1 AND v.ticket = $2)""",
            proof, ticket.id,
        )
    )  # fmt: skip


async def is_proof_picture(ticket: Ticket, photo: UUID) -> bool:
    """Whether a picture is the layout of the newest proof of a piece on this ticket."""
    return bool(
        await fetch_value(
            """SELECT EXISTS (SELECT FROM engraving_proof p JOIN envelope v ON v.id = p.envelope
               JOIN photo f ON f.id = p.photo AND f.removed_at IS NULL AND f.envelope_code = v.code
               WHERE p.photo = $1 AND v.ticket = $2 AND p.version =
                   (SELECT max(version) FROM engraving_proof WHERE envelope = v.id))""",
            photo, ticket.id,
        )
    )  # fmt: skip


async def take_answer(ticket: Ticket, proof: int, form: Form) -> None:
    """The customer's word from the page. Raises InvalidInput and Conflict as the verb does."""
    by = Actor(0, "Customer", ticket.shop, frozenset({"counter"}), "customer's page")
    await answer_proof(
        proof, approve=form.text("answer") == "approve", name=form.text("name")[:120], how="link",
        answer=form.text("change"), by=by,
    )  # fmt: skip
