"""“This piece before”: what is known of a piece that comes again, so that nothing is asked or typed twice."""

from dataclasses import dataclass, field
from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_one
from workshop.errors import Conflict
from workshop.record.pieces.condition import last_condition
from workshop.record.pieces.piece_facts import Fact, facts_of
from workshop.record.pieces.piece_life import visits_of
from workshop.record.pieces.piece_lock import piece_by_id
from workshop.record.pieces.piece_words import mark_in_words, stone_in_words
from workshop.record.pieces.pieces import in_words
from workshop.record.pieces.stamps import marks_of
from workshop.record.pieces.stones import stones_of
from workshop.record.shop.shops import shop_of
from workshop.record.stages import WORDS, Stage
from workshop.record.tickets.work_done import day_in_words
from workshop.record.trade import KINDS

VISITS = 6
PICTURES = 6


@dataclass(frozen=True)
class Here:
    """A piece that is in a shop right now, and as what."""

    number: str
    ticket: str
    stage: str
    shop_name: str
    is_ours: bool

    def sentence(self, kind: str) -> str:
        """What to say to somebody about to take it in again."""
        thing = "piece" if kind == "other" else KINDS[kind][0].lower()
        verb = "are" if kind == "earrings" else "is"
        start = f"{'These' if verb == 'are' else 'This'} {thing} {verb}"
        if not self.is_ours:
            return f"{start} at {self.shop_name} now."
        return f"{start} in the shop now as {self.number} ({WORDS[Stage(self.stage)].label.lower()})."


@dataclass(frozen=True)
class Before:
    """What take-in shows of a known piece, and fills in."""

    piece: dict[str, Any]
    words: str
    stones: list[dict[str, Any]]
    marks: list[dict[str, Any]]
    facts: list[Fact]
    work: list[str] = field(default_factory=list)
    condition_on: str = ""
    condition: list[str] = field(default_factory=list)
    photos: list[dict[str, Any]] = field(default_factory=list)
    here: Here | None = None

    @property
    def trouble(self) -> str:
        """Why it cannot be taken in now, or empty."""
        return self.here.sentence(self.piece["kind"]) if self.here else ""


async def piece_before(piece_id: int, *, shop: int) -> Before:
    """Everything about a known piece that take-in fills in or shows. NotFound if there is no such piece.

    Earlier work is told across owners and shops, without people, prices or other shops' numbers; photos
    are this shop's.
    """
    piece = await piece_by_id(piece_id)
    today = clock.today((await shop_of(shop)).zone)
    visits = await visits_of(piece_id, shop=shop, today=today, most=VISITS)
    stones, marks = await stones_of(piece_id), await marks_of(piece_id)
    seen = await last_condition(piece_id)
    pictures: list[dict[str, Any]] = next((visit["photos"] for visit in visits if visit["photos"]), [])
    return Before(
        piece, in_words(piece), [row | {"words": stone_in_words(row)} for row in stones],
        [row | {"words_said": mark_in_words(row)} for row in marks], facts_of(piece, today),
        [sentence for visit in visits for sentence in visit["work"]],
        day_in_words(seen[0].date()) if seen else "", [mark.words for mark in seen[1]] if seen else [],
        pictures[:PICTURES], await here_now(piece_id, shop=shop),
    )  # fmt: skip


async def here_now(piece: int, *, shop: int) -> Here | None:
    """Where a piece is, if it was taken in and not handed back yet."""
    row = await fetch_one(
        """SELECT v.number, v.stage, k.number AS ticket, x.name AS shop_name, v.shop = $2 AS is_ours
           FROM envelope v JOIN ticket k ON k.id = v.ticket JOIN shop x ON x.id = v.shop
           WHERE v.piece = $1 AND v.stage <> 'picked_up' ORDER BY v.id DESC LIMIT 1""",
        piece, shop,
    )  # fmt: skip
    return Here(**row) if row else None


async def refuse_pieces_here(pieces: list[int], *, shop: int) -> None:
    """Hold these pieces and refuse any that is in a shop now, inside the caller's transaction.

    Held in one order by everybody, so that two take-ins of the same pieces wait for each other once.
    """
    if len(set(pieces)) < len(pieces):
        raise Conflict("The same piece is on this ticket twice. Take one of them off. Nothing was saved.")
    for row in await fetch(
        "SELECT id, kind FROM piece WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE", sorted(pieces)
    ):
        here = await here_now(row["id"], shop=shop)
        if here is not None:
            said = f"{here.sentence(row['kind'])} It cannot be taken in twice. Nothing was saved."
            actions = [(f"Open {here.number}", f"/tickets/{here.ticket}#{here.number}")] if here.is_ours else []
            raise Conflict(said, piece=row["id"], actions=actions, now=_advice(here))


def _advice(here: Here) -> str:
    if here.is_ours:
        return f"Open {here.number}: hand it over first, or add the work to that ticket."
    return f"Call {here.shop_name}: they have it on their books."
