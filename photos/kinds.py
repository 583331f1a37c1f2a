"""Which photos there are, who takes them, and of what."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from workshop.db import fetch_one, fetch_value
from workshop.errors import Conflict, Forbidden, InvalidInput, NotFound
from workshop.record.codes import ENVELOPE, is_code
from workshop.record.events import Actor
from workshop.record.pieces.piece_lock import piece_by_id
from workshop.record.tables import Envelope
from workshop.record.tickets.standing import envelope_by_code
from workshop.web.auth import BENCH, COUNTER, STAFF

# Twelve for each envelope: one piece from every side, not an archive. After photos have twelve of
# their own, because the quality check cannot be passed without them.
MOST = 12
_LONGEST_ANGLE = 20


@dataclass(frozen=True, slots=True)
class Kind:
    """A moment at which photos are taken."""

    label: str
    roles: frozenset[str]


KINDS = {
    "take_in": Kind("Take-in", COUNTER),
    "condition": Kind("Condition", COUNTER),
    "found": Kind("Found", BENCH),
    "during": Kind("During work", BENCH),
    "after": Kind("After", STAFF),
    "piece": Kind("Portrait", COUNTER),
    "document": Kind("Paper", COUNTER),
}
# Papers say what a piece is worth, and portraits are the counter's: what is kept of a piece and not of a visit.
_ALBUM = re.compile(r"(piece|appraisal)-([0-9]{1,12})")
_OF_ALBUM = {"piece": "piece", "appraisal": "document"}
PRIVATE = {"document"}


def check_kind(kind: str, angle: str, by: Actor) -> None:
    """Refuse a kind there is not, an angle too long, or a person who does not take such photos."""
    if kind not in KINDS:
        sentence = f"A photo is one of: {', '.join(KINDS)}."
        raise InvalidInput(sentence, kind=sentence)
    if len(angle) > _LONGEST_ANGLE:
        sentence = f"Say the angle in at most {_LONGEST_ANGLE} characters."
        raise InvalidInput(sentence, angle=sentence)
    check_role(kind, by)


def check_role(kind: str, by: Actor) -> None:
    """Refuse a person whose role does not take this kind of photo."""
    if KINDS[kind].roles.isdisjoint(by.roles):
        word = KINDS[kind].label.lower()
        raise Forbidden(
            f"Your role does not take “{word}” photos, so nothing was changed. Ask a colleague who does."
        )


def check_place(kind: str, code: str) -> None:
    """Refuse a portrait or a paper on an envelope, and a photo of a visit in a piece's album."""
    found = _ALBUM.fullmatch(code)
    if (_OF_ALBUM[found[1]] if found else "") != (kind if kind in _OF_ALBUM.values() else ""):
        sentence = "That kind of photo is kept elsewhere. Nothing was added."
        raise InvalidInput(sentence, kind=sentence)


def may_see(kind: str, by: Actor) -> bool:
    """Whether a person's role opens this kind of photo: papers are not for the bench."""
    return kind not in PRIVATE or not COUNTER.isdisjoint(by.roles)


@dataclass(frozen=True, slots=True)
class Bag:
    """What a photo is of: an envelope, one whose take-in is still being typed, or a piece for life."""

    code: str
    envelope: Envelope | None
    piece: int | None = None

    @property
    def signed_at(self) -> datetime | None:
        """From when on its photos are evidence: the signature at take-in; a piece's own album always."""
        if self.piece is not None:
            return datetime.min.replace(tzinfo=UTC)
        return self.envelope.created_at if self.envelope else None


async def find_bag(code: str, *, shop: int) -> Bag:
    """The envelope of a code or a printed number, the open take-in that holds the code, or the album of a piece
    (`piece-12`) or of an appraisal (`appraisal-7`). NotFound if none.
    """
    if found := _ALBUM.fullmatch(code):
        return Bag(code, None, await _piece_of_album(found[1], int(found[2]), shop))
    if is_code(code.upper(), ENVELOPE) and await _is_being_typed(code.upper(), shop):
        return Bag(code.upper(), None)
    envelope = await envelope_by_code(code, shop=shop)
    return Bag(envelope.code, envelope)


async def _piece_of_album(of: str, number: int, shop: int) -> int:
    if of == "piece":
        return int((await piece_by_id(number))["id"])
    piece: int | None = await fetch_value("SELECT piece FROM appraisal WHERE id = $1 AND shop = $2", number, shop)
    if piece is None:
        raise NotFound("There is no such appraisal in this shop.")
    return piece


async def _is_being_typed(code: str, shop: int) -> bool:
    draft: Any = await fetch_one(
        """SELECT FROM intake_draft WHERE shop = $1 AND ticket_number IS NULL
           AND data->'pieces' @> jsonb_build_array(jsonb_build_object('code', $2::text)) LIMIT 1""",
        shop, code,
    )  # fmt: skip
    return draft is not None


async def check_room(code: str, kind: str) -> None:
    """Refuse one photo too many, inside the caller's transaction."""
    is_after = kind == "after"
    taken: int = await fetch_value(
        """SELECT count(*) FROM photo
           WHERE envelope_code = $1 AND (kind = 'after') = $2 AND removed_at IS NULL""",
        code, is_after,
    )  # fmt: skip
    if taken >= MOST:
        words = "after photos" if is_after else "photos"
        raise Conflict(
            f"This envelope has {MOST} {words}, the most there can be, so this one was not added. "
            "The others are safe. Remove one first, or go on with these."
        )


async def lock_bag(code: str) -> None:
    """Let nobody else add or remove photos of this bag until the transaction ends.

    A lock on the code and not on a row: before the take-in is saved there is no envelope.
    """
    await fetch_one("SELECT pg_advisory_xact_lock(hashtextextended('photos of ' || $1, 0))", code)


