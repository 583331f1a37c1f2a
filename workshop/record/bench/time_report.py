"""Hours as they were worked against the minutes of the book: by kind of work, by colleague, and what was far off."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from workshop import clock
from workshop.db import fetch

MOST_OFF = 12


@dataclass
class Tally:
    """Work of one kind, or of one colleague: how often, the book's minutes, the minutes worked."""

    name: str
    code: str = ""
    times: int = 0
    book: int = 0
    seconds: float = 0

    @property
    def worked(self) -> int:
        """Minutes worked."""
        return round(self.seconds / 60)

    @property
    def percent(self) -> int:
        """Of the book's minutes; 0 where the book gives none."""
        return round(100 * self.worked / self.book) if self.book else 0


@dataclass
class TimeReport:
    """What was finished in the period, with its hours."""

    days: int
    by_work: list[Tally]
    by_person: list[Tally]
    far_off: list[dict[str, Any]]
    unclocked: int  # lines finished on pieces on which no clock ever ran
    corrected: int  # stretches of time put right in the period


async def time_report(shop: int, days: int = 30) -> TimeReport:
    """Lines of work finished in the last days. Time on a piece as a whole is shared out by the book's minutes."""
    since = clock.now() - timedelta(days=days)
    tasks = await fetch(
        """SELECT t.id, t.envelope, t.code, t.name, t.minutes, v.number, v.code AS envelope_code
           FROM task t JOIN envelope v ON v.id = t.envelope
           WHERE v.shop = $1 AND t.done_at >= $2 AND NOT t.is_dropped AND t.code <> 'XX-RUSH' ORDER BY t.id""",
        shop, since,
    )  # fmt: skip
    spans = await fetch(
        """SELECT w.envelope, w.task, w.staff, s.name,
                  sum(extract(epoch FROM w.ended_at - w.began_at))::bigint AS seconds
           FROM work_span w JOIN staff s ON s.id = w.staff
           WHERE w.envelope = ANY($1) AND NOT w.is_struck AND w.ended_at IS NOT NULL
           GROUP BY w.envelope, w.task, w.staff, s.name""",
        list({task["envelope"] for task in tasks}),
    )
    corrected = await fetch(
        """SELECT count(*) AS times FROM work_span w JOIN envelope v ON v.id = w.envelope
           WHERE v.shop = $1 AND w.corrected_at >= $2""",
        shop, since,
    )  # fmt: skip
    return _report(days, tasks, spans, corrected[0]["times"])


def _report(days: int, tasks: list[dict[str, Any]], spans: list[dict[str, Any]], corrected: int) -> TimeReport:
    worked, clocked = _by_task(tasks, spans), {span["envelope"] for span in spans}
    counted = [task for task in tasks if task["envelope"] in clocked]
    by_work: dict[str, Tally] = {}
    for task in counted:
        tally = by_work.setdefault(task["code"], Tally(task["name"], task["code"]))
        tally.times, tally.book = tally.times + 1, tally.book + task["minutes"]
        tally.seconds += worked[task["id"]]
    return TimeReport(
        days, sorted(by_work.values(), key=lambda one: (-one.seconds, one.code)), _by_person(spans),
        _far_off(counted, worked), len(tasks) - len(counted), corrected,
    )  # fmt: skip


def _by_task(tasks: list[dict[str, Any]], spans: Iterable[dict[str, Any]]) -> dict[int, float]:
    """Seconds of each line: its own, and its share of what was worked on the piece as a whole."""
    of_piece: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for task in tasks:
        of_piece[task["envelope"]].append(task)
    known = {task["id"] for task in tasks}
    seconds: dict[int, float] = defaultdict(float)
    for span in spans:
        if span["task"] in known:
            seconds[span["task"]] += span["seconds"]
            continue
        lines = of_piece[span["envelope"]]
        book = sum(line["minutes"] for line in lines)
        for line in lines:
            share = line["minutes"] / book if book else 1 / len(lines)
            seconds[line["id"]] += span["seconds"] * share
    return seconds


def _by_person(spans: Iterable[dict[str, Any]]) -> list[Tally]:
    people: dict[int, Tally] = {}
    pieces: dict[int, set[int]] = defaultdict(set)
    for span in spans:
        people.setdefault(span["staff"], Tally(span["name"])).seconds += span["seconds"]
        pieces[span["staff"]].add(span["envelope"])
    for staff, tally in people.items():
        tally.times = len(pieces[staff])
    return sorted(people.values(), key=lambda one: -one.seconds)


def _far_off(tasks: list[dict[str, Any]], worked: dict[int, float]) -> list[dict[str, Any]]:
    """The lines that took longest beyond the book, or ended soonest below half of it."""
    rows = [task | {"worked": round(worked[task["id"]] / 60)} for task in tasks if task["minutes"]]
    far = [row for row in rows if abs(row["worked"] - row["minutes"]) > max(10, row["minutes"] // 2)]
    return sorted(far, key=lambda row: -abs(row["worked"] - row["minutes"]))[:MOST_OFF]
