"""One text a second from one long code (A2P 10DLC): turns are given out by the database to all workers."""

from datetime import timedelta

import anyio

from workshop import clock
from workshop.db import fetch_value
from workshop.settings import settings


async def wait_for_turn() -> None:
    """Wait until this worker may hand Twilio a text; a messaging service spreads and queues by itself."""
    ours = settings()
    if not ours.sends_texts or ours.twilio_messaging_service_sid:
        return
    gap = timedelta(seconds=1 / ours.twilio_texts_a_second)
    now = clock.now()
    after = await fetch_value(
        """INSERT INTO attempt (key, count, window_start) VALUES ($1, 1, $2::timestamptz + $3)
           ON CONFLICT (key) DO UPDATE
           SET window_start = greatest(attempt.window_start, $2::timestamptz) + $3, count = attempt.count + 1
           RETURNING window_start""",
        f"turn {ours.twilio_from}", now, gap,
    )  # fmt: skip
    await anyio.sleep(max(0.0, (after - gap - now).total_seconds()))
