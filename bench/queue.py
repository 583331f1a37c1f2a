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


async def queue_rows(
    shop: int, *, jeweler: int | None = None, after: Spot = START, limit: int = 40
) -> list[dict[str, Any]]:
    """The next envelopes of the queue. With a jeweler: theirs, and what nobody has taken yet.

    No price, no phone, no name of a customer is read.
    """
    return await fetch(
        f"""SELECT v.id, v.code, v.number, v.stage, v.is_rush, v.bench_due, v.promise_on, v.stone_count,
                   v.location, v.size_now, v.size_wanted, v.jeweler, v.version,
                   p.kind, p.description, p.metal, p.metal_basis, p.serial,
                   split_part(j.name, ' ', 1) AS jeweler_name,
                   (SELECT id FROM photo WHERE envelope_code = v.code AND removed_at IS NULL
                    ORDER BY taken_at LIMIT 1) AS photo,
                   (SELECT COALESCE(array_agg(CASE WHEN t.quantity > 1 THEN t.name || ' × ' || t.quantity
                                                   ELSE t.name END ORDER BY t.id), '{{}}')
                    FROM task t WHERE t.envelope = v.id AND NOT t.is_dropped AND t.code <> 'XX-RUSH') AS work
            FROM (SELECT * FROM envelope v WHERE v.shop = $1 AND {_AT_THE_BENCH}
                  AND ($2::int IS NULL OR v.jeweler = $2 OR v.jeweler IS NULL)
                  AND ((NOT v.is_rush), v.bench_due, v.id) > ($3, $4, $5)
                  ORDER BY (NOT v.is_rush), v.bench_due, v.id LIMIT $6) v
            JOIN piece p ON p.id = v.piece LEFT JOIN staff j ON j.id = v.jeweler
            ORDER BY (NOT v.is_rush), v.bench_due, v.id""",  # noqa: S608 - a constant
        shop, jeweler, not after.is_rush, after.due, after.id, limit,
    )  # fmt: skip


def next_spot(rows: list[dict[str, Any]], limit: int) -> str:
    """The cursor of the next page; empty on the last one."""
    if len(rows) < limit:
        return ""
    last = rows[-1]
    return str(Spot(last["is_rush"], last["bench_due"], last["id"]))
