"""Work to be done soon, asked for inside the same transaction as the rows it is about."""

import json
from datetime import datetime
from typing import Any

from workshop.db import fetch_value


async def enqueue(name: str, *, at: datetime | None = None, queue: str = "default", **args: Any) -> int:
    """Ask a worker to run the job of this name with these ids, once the transaction commits.

    Goes through procrastinate's own SQL function, so a rollback takes the job with it. Jobs may run
    twice and may be lost: the row they are about carries the truth, and a sweep asks again.
    """
    job_id: int = await fetch_value(
        """SELECT (procrastinate_defer_jobs_v1(ARRAY[ROW($1, $2, 0, NULL, NULL, $3::jsonb, $4)
                  ::procrastinate_job_to_defer_v1]))[1]""",
        queue, name, json.dumps(args), at,
    )  # fmt: skip
    return job_id
