"""One look around many shops at once: what each rule's statement is given, and what it finds in which shop."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workshop import clock
from workshop.db import fetch
from workshop.record.alarms.alarms import Finding
from workshop.record.alarms.stuck import limits_json
from workshop.record.tables import Shop

MOST = 500  # of one rule in one shop; the desk counts the rest
# The shops of a round as a table `s` (id, today on its own clock, limits of its stages), and the moment as `n.now`.
SHOPS = """unnest($1::int[], $2::date[], $3::text[]) AS s(id, today, limits)
    CROSS JOIN (SELECT $4::timestamptz AS now) n"""

Row = dict[str, Any]
Found = dict[int, list[Finding]]


@dataclass(frozen=True)
class Round:
    """The shops looked at, and when."""

    shops: list[Shop]
    now: datetime

    async def ask(self, about_one: str) -> list[Row]:
        """One statement for all of them: `about_one` is asked of each shop `s`; its rows say whose they are."""
        return await fetch(
            f"SELECT s.id AS shop_id, f.* FROM {SHOPS} JOIN LATERAL ({about_one}) f ON true",  # noqa: S608 - our own
            [shop.id for shop in self.shops], [clock.local(self.now, shop.zone).date() for shop in self.shops],
            [limits_json(shop) for shop in self.shops], self.now,
        )  # fmt: skip

    async def pieces(self, condition: str, *, more: str = "") -> list[Row]:
        """The open pieces of each shop for which something holds, the earliest promise first."""
        return await self.ask(
            f"""SELECT v.id, v.code, v.number, v.stage, v.stage_since, v.promise_on, v.bench_due, v.jeweler,
                       v.missing_since, k.number AS ticket_number
                FROM envelope v JOIN ticket k ON k.id = v.ticket {more}
                WHERE v.shop = s.id AND v.stage <> 'picked_up' AND {condition}
                ORDER BY v.promise_on, v.id LIMIT {MOST}"""  # noqa: S608 - our own words
        )


def by_shop(rows: Iterable[Row], say: Callable[[Row], Finding]) -> Found:
    """What was found, as the alarm of each shop says it."""
    found: Found = {}
    for row in rows:
        found.setdefault(row["shop_id"], []).append(say(row))
    return found


def of_piece(row: Row, words: str) -> Finding:
    """An alarm about one piece, the way to it, and on the list of whoever has it."""
    href = f"/tickets/{row['ticket_number']}#{row['code']}"
    return Finding(row["number"], f"{row['number']}: {words}", href, row["id"], row.get("jeweler"))
