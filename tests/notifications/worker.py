"""A worker for tests: takes due jobs from the real queue, one after another."""

import json
from collections.abc import Awaitable, Callable

from notifications.looking import look_for_message
from notifications.reminders import plan_next_visit
from notifications.sending import send_message
from workshop import clock
from workshop.db import fetch

JOBS: dict[str, Callable[..., Awaitable[None]]] = {
    "send_message": send_message,
    "look_for_message": look_for_message,
    "plan_next_visit": plan_next_visit,
}


async def work_through(names: tuple[str, ...] = tuple(JOBS)) -> int:
    """Do every job that is due on the test's clock; gives how many."""
    done = 0
    while rows := await fetch(
        """DELETE FROM procrastinate_jobs WHERE id = (SELECT id FROM procrastinate_jobs
           WHERE task_name = ANY($1) AND status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= $2)
           ORDER BY id LIMIT 1) RETURNING task_name, args""",
        list(names), clock.now(),
    ):  # fmt: skip
        await JOBS[rows[0]["task_name"]](**json.loads(rows[0]["args"]))
        done += 1
    return done


async def lose_jobs() -> None:
    """Every job row is gone, as after a restore."""
    await fetch("DELETE FROM procrastinate_jobs")
