"""Prints as people read them: the list, and what needs somebody at the printer."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value
from workshop.errors import InvalidInput, NotFound

Row = dict[str, Any]
PAGE = 40
MOST_TROUBLE = 12
IDLE = timedelta(minutes=1)  # in line this long with no word from a printer: nobody works the queue

NAMES = {"label": "label", "claim_check": "claim check", "receipt": "receipt"}
PRINTERS = {"label": "Label printer", "receipt": "Receipt printer"}


@dataclass(frozen=True)
class State:
    """How a state is said: one word, one colour, one icon."""

    label: str
    tone: str
    icon: str


STATES = {
    "queued": State("In line", "slate", "hourglass"),
    "waiting": State("Waiting for the printer", "violet", "player-pause"),
    "sending": State("Printing", "amber", "printer"),
    "confirmed": State("Printed", "green", "check"),
    "sent": State("Sent, not confirmed", "slate", "circle-dashed"),
    "previewed": State("On the screen only", "muted", "photo"),
    "unknown": State("May not have printed", "danger", "alert-triangle"),
    "failed": State("Not printed", "danger", "alert-circle"),
    "replaced": State("Printed again instead", "muted", "repeat"),
    "dropped": State("Not printed, not needed", "muted", "x"),
}

_ROWS = """SELECT j.*, k.number AS ticket_number, v.code, COALESCE(v.number, k.number) AS number,
                  a.name AS asked_by_name
           FROM print_job j JOIN ticket k ON k.id = j.ticket LEFT JOIN envelope v ON v.id = j.envelope
           LEFT JOIN staff a ON a.id = j.asked_by """


async def prints_of(shop: int, before: str = "") -> tuple[list[Row], str]:
    """One page of prints, newest first, and the key of the next page (empty on the last)."""
    at, key = _read_key(before)
    rows = await fetch(
        _ROWS + """WHERE j.shop = $1 AND ($2::timestamptz IS NULL OR (j.created_at, j.id) < ($2, $3))
                   ORDER BY j.created_at DESC, j.id DESC LIMIT $4""",
        shop, at, key, PAGE + 1,
    )  # fmt: skip
    shown = [_worded(row) for row in rows[:PAGE]]
    last = shown[-1] if len(rows) > PAGE else None
    return shown, f"{last['created_at'].isoformat()}_{last['id']}" if last else ""


def _read_key(before: str) -> tuple[datetime | None, UUID | None]:
    if not before:
        return None, None
    at, _, key = before.partition("_")
    try:
        read = datetime.fromisoformat(at.replace(" ", "+")), UUID(key)
    except ValueError:
        raise InvalidInput("That page of prints does not exist.", before="Not a page.") from None
    if read[0].tzinfo is None:
        raise InvalidInput("That page of prints does not exist.", before="Not a page.")
    return read


async def print_of(job_id: UUID, *, shop: int) -> Row:
    """One print, or NotFound."""
    row = await fetch_one(_ROWS + "WHERE j.id = $1 AND j.shop = $2", job_id, shop)
    if row is None:
        raise NotFound("There is no such print in this shop.")
    return _worded(row)


def _worded(row: Row) -> Row:
    is_waiting = row["state"] == "queued" and row["error"]
    return {**row, "name": NAMES[row["document"]], "said": STATES["waiting" if is_waiting else row["state"]]}


async def trouble_of(shop: int) -> dict[str, list[Row]]:
    """What needs somebody: printers that keep papers waiting, prints in doubt, prints that failed."""
    rows = await fetch(
        _ROWS + """WHERE j.shop = $1 AND j.state IN ('unknown', 'failed')
                   ORDER BY j.state DESC, j.created_at DESC LIMIT $2""",
        shop, MOST_TROUBLE,
    )  # fmt: skip
    return {
        "stopped": await _stopped_printers(shop),
        "unknown": [_worded(row) for row in rows if row["state"] == "unknown"],
        "failed": [_worded(row) for row in rows if row["state"] == "failed"],
    }


async def _stopped_printers(shop: int) -> list[Row]:
    rows = await fetch(
        """SELECT printer, count(*) FILTER (WHERE document = 'label') AS labels,
                  count(*) FILTER (WHERE document <> 'label') AS papers,
                  (array_agg(error ORDER BY state_at DESC) FILTER (WHERE error <> ''))[1] AS error
           FROM print_job WHERE shop = $1 AND state = 'queued' GROUP BY printer
           HAVING bool_or(error <> '') OR min(created_at) < $2 ORDER BY printer""",
        shop, clock.now() - IDLE,
    )  # fmt: skip
    return [{"printer": PRINTERS[row["printer"]], "why": row["error"] or "", "wait": _count(row)} for row in rows]


def _count(row: Row) -> str:
    """`2 labels wait` or `1 label and 1 paper wait`."""
    counted = [(row["labels"], "label"), (row["papers"], "paper")]
    parts = [f"{count} {word}{'' if count == 1 else 's'}" for count, word in counted if count]
    return f"{' and '.join(parts)} {'waits' if row['labels'] + row['papers'] == 1 else 'wait'}"


async def copy_of_page(document: str, *, ticket: int, envelope: int | None = None, has_printer: bool) -> int:
    """Which copy a page printed now would be; a paper in line counts where a printer will get it."""
    blank = ["failed", "dropped", "previewed", *([] if has_printer else ["queued"])]
    copy: int = await fetch_value(
        """SELECT COALESCE(max(copy_no) + 1, 0) FROM print_job WHERE document = $1 AND ticket = $2
           AND envelope IS NOT DISTINCT FROM $3 AND state <> ALL($4)""",
        document, ticket, envelope, blank,
    )  # fmt: skip
    return copy
