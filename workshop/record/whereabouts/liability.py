"""All customers' goods by place with what was declared: now, and as it was at any past midnight.

The stays of a moment are the goods of that moment (`whereabouts.custody`), so the past is read, not rebuilt.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from workshop import clock
from workshop.db import fetch
from workshop.record.tables import Shop
from workshop.record.whereabouts.custody import UNKNOWN

Row = dict[str, Any]


@dataclass(frozen=True)
class Liability:
    """What a shop answers for at a moment. Cents in the shop's currency; `undeclared` pieces count as nothing."""

    at: datetime
    places: list[Row]  # name, kind, pieces, declared, undeclared
    limit_cents: int

    @property
    def pieces(self) -> int:
        """How many pieces."""
        return sum(row["pieces"] for row in self.places)

    @property
    def declared_cents(self) -> int:
        """What customers declared for all of them."""
        return sum(row["declared"] for row in self.places)

    @property
    def undeclared(self) -> int:
        """How many of them nobody put a value on."""
        return sum(row["undeclared"] for row in self.places)

    @property
    def over_cents(self) -> int:
        """By how much the declared value is above the insured limit; 0 within it, or where no limit is set."""
        return max(0, self.declared_cents - self.limit_cents) if self.limit_cents else 0


async def liability_at(shop: Shop, at: datetime) -> Liability:
    """The goods by place at a moment. The insured limit is today's."""
    rows = await fetch(
        """SELECT COALESCE(p.name, $3) AS name, COALESCE(p.kind, '') AS kind, count(*) AS pieces,
                  COALESCE(sum(c.declared_cents), 0)::bigint AS declared,
                  count(*) FILTER (WHERE c.declared_cents IS NULL) AS undeclared
           FROM custody c LEFT JOIN place p ON p.id = c.place
           WHERE c.shop = $1 AND tstzrange(c.since, c.until) @> $2::timestamptz
           GROUP BY p.id, p.name, p.kind ORDER BY declared DESC, name""",
        shop.id, at, UNKNOWN,
    )  # fmt: skip
    return Liability(at, rows, shop.insured_limit_cents)


async def liability_now(shop: Shop) -> Liability:
    """The same of this very moment, from the stays that have not ended."""
    rows = await fetch(
        """SELECT COALESCE(p.name, $2) AS name, COALESCE(p.kind, '') AS kind, count(*) AS pieces,
                  COALESCE(sum(c.declared_cents), 0)::bigint AS declared,
                  count(*) FILTER (WHERE c.declared_cents IS NULL) AS undeclared
           FROM custody c LEFT JOIN place p ON p.id = c.place WHERE c.shop = $1 AND c.until IS NULL
           GROUP BY p.id, p.name, p.kind ORDER BY declared DESC, name""",
        shop.id, UNKNOWN,
    )  # fmt: skip
    return Liability(clock.now(), rows, shop.insured_limit_cents)


async def pieces_held(shop: Shop, at: datetime | None = None) -> list[Row]:
    """Each piece the shop answers for at a moment (none: now), highest value first."""
    when = "tstzrange(c.since, c.until) @> $2::timestamptz" if at else "c.until IS NULL AND $2::timestamptz IS NULL"
    return await fetch(
        f"""SELECT COALESCE(p.name, $3) AS place, v.number, k.number AS ticket_number, c.declared_cents, c.since,
                   x.kind, x.description
            FROM custody c JOIN envelope v ON v.id = c.envelope JOIN ticket k ON k.id = v.ticket
            JOIN piece x ON x.id = v.piece LEFT JOIN place p ON p.id = c.place
            WHERE c.shop = $1 AND {when} ORDER BY c.declared_cents DESC NULLS LAST, v.id""",  # noqa: S608 - our words
        shop.id, at, UNKNOWN,
    )  # fmt: skip


async def midnights(shop: Shop, last: date, days: int) -> list[Row]:
    """Declared value and pieces at the end of each of the days up to `last`: for the chart."""
    ends = [midnight_after(last - timedelta(days=back), shop.zone) for back in reversed(range(days))]
    rows = await fetch(
        """SELECT m.at, count(c.id) AS pieces, COALESCE(sum(c.declared_cents), 0)::bigint AS declared
           FROM unnest($2::timestamptz[]) AS m(at)
           LEFT JOIN custody c ON c.shop = $1 AND tstzrange(c.since, c.until) @> m.at GROUP BY m.at ORDER BY m.at""",
        shop.id, ends,
    )  # fmt: skip
    return [row | {"day": last - timedelta(days=days - 1 - place)} for place, row in enumerate(rows)]


def midnight_after(day: date, zone: str) -> datetime:
    """The end of a day on the shop's wall clock."""
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone))
