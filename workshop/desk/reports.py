"""The manager's figures, each from one query over open work or the last weeks."""

from datetime import timedelta
from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_one
from workshop.record.tables import Shop


async def customers_goods(shop: int) -> list[dict[str, Any]]:
    """All customer goods in the building by place, with what customers declared (the liability report)."""
    return await fetch(
        """SELECT location, count(*) AS pieces, COALESCE(sum(declared_value_cents), 0)::bigint AS declared,
                  count(*) FILTER (WHERE declared_value_cents IS NULL) AS undeclared
           FROM envelope WHERE shop = $1 AND stage <> 'picked_up' GROUP BY location ORDER BY declared DESC""",
        shop,
    )


async def last_weeks(shop: Shop, days: int = 30) -> dict[str, Any]:
    """How many pieces became ready in the last weeks, how many of them in time, the median days to ready, and how
    many a check sent back. Each piece once, on the shop's own days: what the lists behind the figures hold.
    """
    row = await fetch_one(
        """SELECT count(*) AS ready, count(*) FILTER (WHERE (r.at AT TIME ZONE $3)::date <= v.promise_on) AS on_time,
                  percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM r.at - v.created_at) / 86400)
                      AS median_days,
                  (SELECT count(DISTINCT f.envelope) FROM event f WHERE f.shop = $1 AND f.name = 'moved'
                      AND f.from_stage = 'quality_check' AND f.to_stage = 'at_bench' AND f.at > $2) AS redo
           FROM (SELECT DISTINCT ON (envelope) envelope, at FROM event
                 WHERE shop = $1 AND name = 'moved' AND to_stage = 'ready_for_pickup' AND at > $2
                 ORDER BY envelope, id DESC) r
           JOIN envelope v ON v.id = r.envelope""",
        shop.id, clock.now() - timedelta(days=days), shop.zone,
    )  # fmt: skip
    assert row is not None
    return row


async def redo_reasons(shop: int, days: int = 90) -> list[dict[str, Any]]:
    """Why quality checks failed."""
    return await fetch(
        """SELECT data->>'reason' AS reason, count(*) AS times FROM event
           WHERE shop = $1 AND name = 'moved' AND from_stage = 'quality_check' AND to_stage = 'at_bench' AND at > $2
           GROUP BY 1 ORDER BY 2 DESC LIMIT 8""",
        shop, clock.now() - timedelta(days=days),
    )  # fmt: skip
