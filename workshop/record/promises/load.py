"""What the shop has still to do: open work with the minutes it needs, read in one look."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from workshop import clock
from workshop.db import fetch
from workshop.record.promises.plan import Work
from workshop.record.promises.promises import bench_due
from workshop.record.tables import Shop

# Spelt as in the partial index `envelope_load`: cost follows the work in hand, not the history.
OPEN_WORK = """v.stage IN ('received', 'estimating', 'awaiting_approval', 'approved', 'in_queue', 'at_bench',
               'at_vendor', 'on_hold')"""
AWAY = ("at_vendor", "on_hold")
AT_LEAST = 5  # minutes a piece still needs whose time is used up, until somebody says it is done


@dataclass(frozen=True)
class Line:
    """One line of open work: whose piece, what kind of work, the minutes left of it and by when."""

    envelope: int
    number: str
    ticket: int
    stage: str
    jeweler: int | None
    skill: str
    minutes: int
    due: date
    promise_on: date
    is_rush: bool
    is_appraisal: bool
    plan_on: date | None = None

    def counts(self, today: date) -> bool:
        """A piece away or on hold keeps its place while its day can still be kept; past that, it waits
        without taking anybody's time until it is back.
        """
        return self.stage not in AWAY or self.due >= today

    @property
    def work(self) -> Work:
        """As the plan sees it."""
        return Work(self.skill, self.minutes, self.due, self.is_rush, self.envelope)


async def open_lines(shop: Shop) -> list[Line]:
    """Every line of work still to be done, the earliest due first, less the time already worked on it."""
    rows = await fetch(
        f"""SELECT v.id, v.number, v.ticket, v.stage, v.jeweler, v.bench_due, v.promise_on, v.is_rush,
                   v.plan_on, v.worked_seconds, v.started_at, t.skill, t.minutes,
                   (t.tax_class = 'appraisal' OR t.code = 'AP-VAL') AS is_appraisal
            FROM envelope v JOIN task t ON t.envelope = v.id AND t.done_at IS NULL AND NOT t.is_dropped
            WHERE v.shop = $1 AND {OPEN_WORK} AND t.minutes > 0 ORDER BY v.bench_due, v.id, t.id""",  # noqa: S608
        shop.id,
    )
    now = clock.now()
    return [line for _, piece in groupby(rows, key=itemgetter("id")) for line in _left_of(list(piece), now, shop)]


def _left_of(tasks: list[dict[str, Any]], now: datetime, shop: Shop) -> list[Line]:
    """The lines of one piece less the time worked on it, from the first line on."""
    spent, lines = _minutes_worked(tasks[0], now), []
    for task in tasks:
        if left := max(0, task["minutes"] - spent):
            lines.append(_line(task, left, shop))
        spent = max(0, spent - task["minutes"])
    return lines or [_line(tasks[-1], AT_LEAST, shop)]


def _minutes_worked(row: dict[str, Any], now: datetime) -> int:
    seconds: int = row["worked_seconds"]
    if row["stage"] == "at_bench" and row["started_at"] is not None:
        seconds += max(0, int((now - row["started_at"]).total_seconds()))
    return seconds // 60


def _line(row: dict[str, Any], minutes: int, shop: Shop) -> Line:
    # An appraisal is written when the bench is done: by the day any other piece of that promise is due.
    due = bench_due(shop, row["promise_on"]) if row["is_appraisal"] else row["bench_due"]
    return Line(
        row["id"], row["number"], row["ticket"], row["stage"], row["jeweler"], row["skill"], minutes,
        max(due, row["bench_due"]), row["promise_on"], row["is_rush"], row["is_appraisal"], row["plan_on"],
    )  # fmt: skip


def works_of(lines: Iterable[Line], today: date, *, without_ticket: int | None = None) -> list[Work]:
    """What the plan must hold, with or without one ticket."""
    return [line.work for line in lines if line.ticket != without_ticket and line.counts(today)]
