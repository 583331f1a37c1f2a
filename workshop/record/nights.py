"""What is done once a night, whichever of many workers comes first."""

from datetime import datetime, timedelta

from workshop import clock
from workshop.db import fetch_value


async def is_ours_tonight(what: str, zone: str, *, hour: int) -> bool:
    """Claim tonight's turn, from an hour on the shop's wall clock; what was off at night takes it in the morning."""
    claimed = await fetch_value(
        """INSERT INTO attempt (key, count, window_start) VALUES ($3, 1, $1)
           ON CONFLICT (key) DO UPDATE SET window_start = $1 WHERE attempt.window_start < $2 RETURNING id""",
        clock.now(), _last_night(zone, hour), what,
    )  # fmt: skip
    return claimed is not None


def _last_night(zone: str, hour: int) -> datetime:
    now = clock.local(clock.now(), zone)
    night = now.replace(hour=hour, minute=0, second=0, microsecond=0)
    return night if night <= now else night - timedelta(days=1)
