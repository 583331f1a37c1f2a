"""The manager's figures, each from one query over open work or the last weeks."""

from datetime import timedelta
from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_one


async def customers_goods(shop: int) -> list[dict[str, Any]]:
    """All customer goods in the building by place, with what customers declared (the liability report)."""
    return await fetch(
        """SELECT location, count(*) AS pieces, COALESCE(sum(declared_value_cents), 0)::bigint AS declared,
                  count(*) FILTER (WHERE declared_value_cents IS NULL) AS undeclared
           FROM envelope WHERE shop = $1 AND stage <> 'picked_up' GROUP BY location ORDER BY declared DESC""",
        shop,
    )


async def last_weeks(shop: int, days: int = 30) -> dict[str, Any]:
    """On-time rate, median days to ready and internal redo of the last weeks."""
    row = await fetch_one(
        """SELECT count(*) FILTER (WHERE e.to_stage = 'ready_for_pickup') AS ready,
                  count(*) FILTER (WHERE e.to_stage = 'ready_for_pickup' AND e.at::date <= v.promise_on) AS on_time,
                  count(*) FILTER (WHERE e.to_stage = 'at_bench' AND e.from_stage = 'quality_check') AS redo,
                  percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM e.at - v.created_at) / 86400)
                      FILTER (WHERE e.to_stage = 'ready_for_pickup') AS median_days
           FROM event e JOIN envelope v ON v.id = e.envelope
           WHERE e.shop = $1 AND e.name = 'moved' AND e.at > $2""",
        shop, clock.now() - timedelta(days=days),
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
