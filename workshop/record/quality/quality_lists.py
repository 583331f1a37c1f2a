"""The lines of a quality check: by kind of piece and by task, in versions, a shop's own or the trade's."""

import json
from dataclasses import dataclass
from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_one, transaction
from workshop.errors import Conflict, InvalidInput
from workshop.record.cards import refuse_card_number
from workshop.record.events import Actor, record
from workshop.record.pieces.engraving import engravings_in
from workshop.record.tables import Envelope
from workshop.record.trade import KINDS, QUALITY

MOST_LINES, LONGEST = 40, 120

# What the trade adds for one kind of work, until the shop says otherwise.
TASK_QUALITY: dict[str, list[str]] = {
    "WB-WR": ["Pressure result in bar written down", "New gaskets greased, case back seated"],
    "WP-TST": ["Pressure result in bar written down"],
    "WS-OVH": ["Rate, amplitude and beat error within limits in three positions", "Ran for 24 hours"],
    "CH-SLD": ["Soldered link moves freely and holds a pull"],
    "CH-CLS": ["New clasp opened and closed ten times"],
    "PE-STR": ["Knots even, no thread showing at the clasp"],
    "RH-PLT": ["Plating even, no yellow showing in corners"],
    "LW-SPT": ["Weld closed all round under the loupe"],
}


@dataclass(frozen=True)
class QualityList:
    """The lines that hold now for a kind (`ring`) or a task (`CH-SLD`); version 0 is the trade's own."""

    kind: str
    task: str
    version: int
    lines: list[str]

    @property
    def name(self) -> str:
        """`ring 3`, or `ring, standard`: as kept with each line of a check."""
        about = self.kind or self.task
        return f"{about} {self.version}" if self.version else f"{about}, standard"


@dataclass(frozen=True)
class Line:
    """One line of a check, and the list it comes from."""

    words: str
    list: str


def standard_lines(kind: str, task: str) -> list[str]:
    """The trade's own lines."""
    return list(QUALITY.get(kind, []) if kind else TASK_QUALITY.get(task, []))


async def lists_of(shop: int) -> dict[tuple[str, str], QualityList]:
    """Every list of a shop as it holds now: by kind of piece, and by task where there are lines for it."""
    lists = {(kind, ""): QualityList(kind, "", 0, lines) for kind, lines in QUALITY.items()}
    lists |= {("", task): QualityList("", task, 0, lines) for task, lines in TASK_QUALITY.items()}
    rows = await fetch("SELECT * FROM quality_list WHERE shop = $1 AND replaced_at IS NULL", shop)
    for row in rows:
        lists[row["kind"], row["task"]] = _from_row(row)
    return lists


def _from_row(row: dict[str, Any]) -> QualityList:
    return QualityList(row["kind"], row["task"], row["version"], json.loads(row["lines"]))


async def list_of(shop: int, *, kind: str = "", task: str = "") -> QualityList:
    """One list as it holds now."""
    row = await fetch_one(
        "SELECT * FROM quality_list WHERE shop = $1 AND kind = $2 AND task = $3 AND replaced_at IS NULL",
        shop, kind, task,
    )  # fmt: skip
    return _from_row(row) if row else QualityList(kind, task, 0, standard_lines(kind, task))


async def versions_of_list(shop: int, *, kind: str = "", task: str = "") -> list[dict[str, Any]]:
    """Earlier versions, newest first, with who made each."""
    rows = await fetch(
        """SELECT q.*, s.name AS made_by_name FROM quality_list q LEFT JOIN staff s ON s.id = q.made_by
           WHERE q.shop = $1 AND q.kind = $2 AND q.task = $3 ORDER BY q.version DESC LIMIT 50""",
        shop, kind, task,
    )  # fmt: skip
    return [row | {"lines": json.loads(row["lines"])} for row in rows]


async def change_list(
    lines: list[str], *, kind: str = "", task: str = "", base: int | None = None, by: Actor
) -> QualityList:
    """Let the list read so from the next check on; checks under way and passed keep theirs.

    `base`: the version that was on the screen; raises Conflict when a colleague was quicker.
    Raises InvalidInput (`lines`).
    """
    read = _read_lines(lines)
    if (kind not in KINDS) if kind else not task:
        raise InvalidInput("Which kind of piece or which work is it for?", lines="Choose what it is for.")
    async with transaction():
        await fetch("SELECT id FROM shop WHERE id = $1 FOR NO KEY UPDATE", by.shop)
        now = await list_of(by.shop, kind=kind, task=task)
        if base is not None and base != now.version:
            raise Conflict("A colleague changed this list meanwhile. Look at theirs first; yours was not saved.")
        if read == now.lines:
            return now
        await fetch(
            """UPDATE quality_list SET replaced_at = $4
               WHERE shop = $1 AND kind = $2 AND task = $3 AND replaced_at IS NULL""",
            by.shop, kind, task, clock.now(),
        )  # fmt: skip
        await fetch(
            """INSERT INTO quality_list (shop, kind, task, version, lines, made_by, made_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7)""",
            by.shop, kind, task, now.version + 1, json.dumps(read), by.id, clock.now(),
        )  # fmt: skip
        words = KINDS[kind][0].lower() if kind else task
        await record(
            "quality_list_changed", shop=by.shop, by=by, kind=kind, task=task, words=words,
            version=now.version + 1, before=now.lines, after=read,
        )  # fmt: skip
    return QualityList(kind, task, now.version + 1, read)


def _read_lines(lines: list[str]) -> list[str]:
    read = list(dict.fromkeys(line for line in (" ".join(one.split()) for one in lines) if line))
    for line in read:
        refuse_card_number(line, "lines")
        if len(line) > LONGEST:
            raise InvalidInput("A line is too long.", lines=f"“{line[:40]}…” has more than {LONGEST} signs.")
    if len(read) > MOST_LINES:
        raise InvalidInput("Too many lines.", lines=f"At most {MOST_LINES} lines: nobody reads more.")
    return read


async def lines_for(envelope: Envelope) -> list[Line]:
    """What is to tick for this very envelope: its engravings sign by sign, its kind, then each task's own lines."""
    rows = await fetch(
        """SELECT p.kind, ARRAY(SELECT DISTINCT t.code FROM task t
                  WHERE t.envelope = v.id AND NOT t.is_dropped ORDER BY t.code) AS tasks
           FROM envelope v JOIN piece p ON p.id = v.piece WHERE v.id = $1""",
        envelope.id,
    )
    lists = await lists_of(envelope.shop)
    kind, tasks = rows[0]["kind"], rows[0]["tasks"]
    chosen = [lists.get((kind, "")), *(lists.get(("", task)) for task in tasks)]
    lines = [
        Line(f"The engraving reads exactly {one.words}", "engraving") for one in engravings_in(envelope.engravings)
    ]
    lines += [Line(words, one.name) for one in chosen if one for words in one.lines]
    kept: dict[str, Line] = {}
    for line in lines:
        kept.setdefault(line.words, line)
    return list(kept.values())
