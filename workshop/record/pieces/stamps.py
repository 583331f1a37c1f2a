"""Stamps, maker's marks and hallmarks as read on a piece, one row each, with how well they could be read."""

import re
from dataclasses import asdict, dataclass
from typing import Any

from workshop.db import fetch, fetch_one, transaction
from workshop.errors import InvalidInput, NotFound
from workshop.record.events import Actor, record
from workshop.record.pieces.piece_lock import lock_piece
from workshop.record.pieces.piece_words import MARK_BASES, MARK_KINDS, mark_in_words
from workshop.record.tables import PieceMark

# What a fineness stamp looks like: karats, parts per thousand, and the words in use for silver and platinum.
_FINENESS = re.compile(
    r"(8|9|10|12|14|18|20|21|22|24) ?(k|kt|ct|carat|karat)p?|333|375|417|500|585|750|800|835|900|916|925|950|958|999"
    r"|(\d{3} ?)?(sterling|ster|silver|plat|platinum|pt ?\d{3}|pd ?\d{3}|irid\.? ?plat)( ?\d{3})?",
    re.IGNORECASE,
)
LINE = 120


@dataclass(frozen=True)
class NewMark:
    """A mark as read: its words in the stamp's own letters, where, and how surely."""

    words: str
    kind: str = "other"
    position: str = ""
    basis: str = "stamped"


def marks_in_line(line: str) -> list[NewMark]:
    """`14K, AF in a lozenge` as typed in one line at the counter, mark by mark."""
    words = [part.strip() for part in re.split(r"[,;]", line) if part.strip()]
    return [NewMark(one, "fineness" if _FINENESS.fullmatch(one) else "other") for one in words]


def tidy_mark(new: NewMark) -> NewMark:
    """The mark with its words trimmed. Raises InvalidInput naming what is wrong."""
    tidy = NewMark(new.words.strip(), new.kind, new.position.strip(), new.basis)
    checks = {
        "words": ("Write the mark as it reads.", bool(tidy.words)),
        "kind": ("Choose what kind of mark it is.", tidy.kind in MARK_KINDS),
        "basis": ("Say how well it can be read.", tidy.basis in MARK_BASES),
        "position": ("At most 40 characters.", len(tidy.position) <= 40),
    }
    for field, (sentence, is_fine) in checks.items():
        if not is_fine:
            raise InvalidInput(sentence, **{field: sentence})
    if len(tidy.words) > LINE:
        raise InvalidInput(f"At most {LINE} characters.", words=f"At most {LINE} characters.")
    return tidy


async def write_marks(piece: int, marks: list[NewMark]) -> None:
    """The first marks of a new piece, inside the caller's transaction."""
    for mark in marks:
        await PieceMark(piece=piece, **asdict(tidy_mark(mark))).save()
    await _keep_line(piece)


async def marks_of(piece: int) -> list[dict[str, Any]]:
    """The marks of a piece, the fineness first."""
    return await fetch("SELECT * FROM piece_mark WHERE piece = $1 ORDER BY (kind <> 'fineness'), id", piece)


async def mark_on(piece: int, mark: int) -> dict[str, Any]:
    """One mark of a piece, or NotFound."""
    row = await fetch_one("SELECT * FROM piece_mark WHERE id = $1 AND piece = $2", mark, piece)
    if row is None:
        raise NotFound("That mark is not on this piece any more. A colleague may have taken it off.")
    return row


async def add_mark(piece: int, new: NewMark, *, by: Actor) -> int:
    """Write down one more mark. Gives its id."""
    new = tidy_mark(new)
    async with transaction():
        await lock_piece(piece)
        mark = PieceMark(piece=piece, **asdict(new))
        await mark.save()
        await _keep_line(piece)
        await record("mark_added", shop=by.shop, by=by, piece=piece, after=mark_in_words(asdict(new)))
    return int(mark.id)


async def change_mark(piece: int, mark: int, new: NewMark, *, by: Actor) -> None:
    """Correct how a mark reads; history keeps what was said before."""
    new = tidy_mark(new)
    async with transaction():
        await lock_piece(piece)
        before = mark_in_words(await mark_on(piece, mark))
        await PieceMark.update(asdict(new)).where(PieceMark.id == mark)  # type: ignore[arg-type]
        await _keep_line(piece)
        after = mark_in_words(asdict(new))
        if before != after:
            await record("mark_changed", shop=by.shop, by=by, piece=piece, before=before, after=after)


async def take_off_mark(piece: int, mark: int, *, by: Actor) -> None:
    """A mark that is not there (worn away, or misread) leaves the list; history keeps it."""
    async with transaction():
        await lock_piece(piece)
        before = mark_in_words(await mark_on(piece, mark))
        await fetch("DELETE FROM piece_mark WHERE id = $1", mark)
        await _keep_line(piece)
        await record("mark_taken_off", shop=by.shop, by=by, piece=piece, before=before)


async def _keep_line(piece: int) -> None:
    """The one line that labels and the bench read is always made from the rows."""
    words = ", ".join(row["words"] for row in await marks_of(piece))
    await fetch("UPDATE piece SET marks = $2 WHERE id = $1", piece, words[:LINE])
