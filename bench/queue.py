"""What waits for the bench, in the order it is worked: rush first, then bench due."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from workshop.db import fetch
from workshop.errors import InvalidInput

# Spelt as in the partial index `envelope_bench`: cost follows the open bench work, not the history.
_AT_THE_BENCH = "v.stage IN ('received', 'approved', 'in_queue', 'at_bench')"


@dataclass(frozen=True)
class Spot:
    """A place in the queue: everything after it comes next."""

    is_rush: bool = True
    due: date = date.min
    id: int = 0

    def __str__(self) -> str:
        return f"{int(self.is_rush)}.{self.due:%Y%m%d}.{self.id}"


START = Spot()


def spot_of(text: str) -> Spot:
    """The place a cursor names; the start of the queue for an empty one."""
    if not text:
        return START
    rush, _, rest = text.partition(".")
    day, _, number = rest.partition(".")
    try:
        due = date(int(day[:4]), int(day[4:6]), int(day[6:]))
        return Spot(bool(int(rush)), due, int(number))
    except ValueError:
        sentence = "That is not a place in the queue. Begin again without it."
        raise InvalidInput(sentence, after=sentence) from None


@dataclass(frozen=True)
class Only:
    """What of the queue is looked at: whose, which kind of work, what is due by a day, rush alone."""

    of: str = "everyone"  # mine (and what nobody has), everyone, free, waiting (for a word or a part)
    jeweler: int | None = None
    skill: str = ""
    due: date | None = None
    rush: bool = False


ALL = Only()
_WAITING = "v.stage IN ('estimating', 'awaiting_approval', 'on_hold')"
# $1 the shop, $2 who looks, $3 whose: 'mine', 'everyone', 'free', 'waiting'
_WHOSE = """(CASE $3::text WHEN 'mine' THEN v.jeweler = $2 OR v.jeweler IS NULL WHEN 'free' THEN v.jeweler IS NULL
             WHEN 'waiting' THEN $2::int IS NULL OR v.jeweler = $2 ELSE true END)"""
_SKILL = """EXISTS (SELECT FROM task t WHERE t.envelope = v.id AND t.skill = $4::text AND t.done_at IS NULL
            AND NOT t.is_dropped)"""


async def queue_rows(
    shop: int, *, jeweler: int | None = None, after: Spot = START, limit: int = 40, only: Only | None = None
) -> list[dict[str, Any]]:
    """The next envelopes of the queue. With a jeweler: theirs, and what nobody has taken yet.

    No price, no phone, no name of a customer is read.
    """
    only = only or Only("mine" if jeweler is not None else "everyone", jeweler)
    stages = _WAITING if only.of == "waiting" else _AT_THE_BENCH
    return await fetch(
        f"""SELECT v.id, v.code, v.number, v.stage, v.is_rush, v.bench_due, v.promise_on, v.stone_count,
                   v.location, v.size_now, v.size_wanted, v.jeweler, v.version, v.plan_on, v.hold_reason,
                   p.kind, p.description, p.metal, p.metal_basis, p.serial,
                   split_part(j.name, ' ', 1) AS jeweler_name,
                   (SELECT id FROM photo WHERE envelope_code = v.code AND removed_at IS NULL
                    ORDER BY taken_at LIMIT 1) AS photo,
                   (SELECT COALESCE(array_agg(CASE WHEN t.quantity > 1 THEN t.name || ' × ' || t.quantity
                                                   ELSE t.name END ORDER BY t.id), '{{}}')
                    FROM task t WHERE t.envelope = v.id AND NOT t.is_dropped AND t.code <> 'XX-RUSH') AS work
            FROM (SELECT * FROM envelope v WHERE v.shop = $1 AND {stages} AND {_WHOSE}
                  AND ($4::text = '' OR {_SKILL}) AND ($5::date IS NULL OR v.bench_due <= $5)
                  AND (NOT $6::boolean OR v.is_rush)
                  AND ((NOT v.is_rush), v.bench_due, v.id) > ($7, $8, $9)
                  ORDER BY (NOT v.is_rush), v.bench_due, v.id LIMIT $10) v
            JOIN piece p ON p.id = v.piece LEFT JOIN staff j ON j.id = v.jeweler
            ORDER BY (NOT v.is_rush), v.bench_due, v.id""",  # noqa: S608 - constants
        shop, only.jeweler, only.of, only.skill, only.due, only.rush, not after.is_rush, after.due, after.id, limit,
    )  # fmt: skip


async def queue_counts(shop: int, only: Only, today: date, *, me: int) -> dict[str, Any]:
    """How many stand in each queue, and within the chosen one: rush, due by today, each kind of work."""
    stages = _WAITING if only.of == "waiting" else _AT_THE_BENCH
    tabs = await fetch(
        f"""SELECT count(*) FILTER (WHERE v.jeweler = $2 OR v.jeweler IS NULL) AS mine, count(*) AS everyone,
                   count(*) FILTER (WHERE v.jeweler IS NULL) AS free,
                   (SELECT count(*) FROM envelope v WHERE v.shop = $1 AND {_WAITING}
                    AND ($3::int IS NULL OR v.jeweler = $3)) AS waiting
            FROM envelope v WHERE v.shop = $1 AND {_AT_THE_BENCH}""",  # noqa: S608 - constants
        shop, me, only.jeweler,
    )  # fmt: skip
    chosen = await fetch(
        f"""SELECT count(*) FILTER (WHERE v.is_rush) AS rush, count(*) FILTER (WHERE v.bench_due <= $4) AS due
            FROM envelope v WHERE v.shop = $1 AND {stages} AND {_WHOSE}""",  # noqa: S608 - constants
        shop, only.jeweler, only.of, today,
    )  # fmt: skip
    skills = await fetch(
        f"""SELECT t.skill, count(DISTINCT v.id) AS pieces FROM envelope v
            JOIN task t ON t.envelope = v.id AND t.done_at IS NULL AND NOT t.is_dropped AND t.skill <> ''
            WHERE v.shop = $1 AND {stages} AND {_WHOSE} GROUP BY t.skill ORDER BY 2 DESC, 1""",  # noqa: S608
        shop, only.jeweler, only.of,
    )  # fmt: skip
    return {**tabs[0], **{f"of_{name}": count for name, count in chosen[0].items()},
            "skills": [(row["skill"], row["pieces"]) for row in skills]}  # fmt: skip


async def places_kept(rows: list[dict[str, Any]], shop: int) -> dict[int, int]:
    """For pieces that wait for a word or a part: where in their jeweler's queue they stand once it has come."""
    found = await fetch(
        f"""SELECT w.id, (SELECT count(*) + 1 FROM envelope v WHERE v.shop = $1 AND {_AT_THE_BENCH}
                AND v.jeweler IS NOT DISTINCT FROM w.jeweler
                AND ((NOT v.is_rush), v.bench_due, v.id) < ((NOT w.is_rush), w.bench_due, w.id)) AS place
            FROM envelope w WHERE w.id = ANY($2)""",  # noqa: S608 - constants
        shop, [row["id"] for row in rows],
    )  # fmt: skip
    return {row["id"]: row["place"] for row in found}


def next_spot(rows: list[dict[str, Any]], limit: int) -> str:
    """The cursor of the next page; empty on the last one."""
    if len(rows) < limit:
        return ""
    last = rows[-1]
    return str(Spot(last["is_rush"], last["bench_due"], last["id"]))
