"""Is everything alive: the database, a worker, and how long work has waited. And numbers for Prometheus."""

from typing import Any

from litestar import Response, Router, get
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from workshop.db import fetch_one
from workshop.web.auth import ANYONE

WORKER_SILENCE = 30  # seconds without a heartbeat
QUEUE_AGE = 300  # seconds the oldest due job may wait


async def look() -> dict[str, Any]:
    """What the database knows: workers heard of lately, and how long work has waited. Raises without one."""
    row = await fetch_one(
        """SELECT (SELECT count(*) FROM procrastinate_workers
                   WHERE last_heartbeat > now() - make_interval(secs => $1)) AS workers,
                  (SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo') AS waiting,
                  (SELECT extract(epoch FROM now() - min(e.at)) FROM procrastinate_jobs j
                   JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'deferred'
                   WHERE j.status = 'todo' AND coalesce(j.scheduled_at, now()) <= now())::float8 AS oldest""",
        float(WORKER_SILENCE),
    )
    assert row is not None
    age = round(row["oldest"] or 0.0, 1)
    ok = row["workers"] > 0 and age < QUEUE_AGE
    return {
        "status": "ok" if ok else "degraded", "database": "ok",
        "worker": "ok" if row["workers"] else "none running", "queue_age_seconds": age, "waiting": row["waiting"],
    }  # fmt: skip


@get("/health", opt={"access": ANYONE}, include_in_schema=False)
async def health() -> Response[dict[str, Any]]:
    """200 when all is well, 503 when the database is away; a missing worker is said, and shops go on."""
    try:
        state = await look()
    except Exception:  # whatever it is, the database did not answer
        return Response({"status": "down", "database": "no answer", "worker": "unknown"}, status_code=503)
    return Response(state)


@get("/metrics", opt={"access": ANYONE}, include_in_schema=False, media_type="text/plain")
async def metrics() -> Response[bytes]:
    """The same as Prometheus reads it; nothing about customers."""
    state = await look()
    registry = CollectorRegistry()
    Gauge("workshop_jobs_waiting", "Jobs waiting", registry=registry).set(state["waiting"])
    Gauge("workshop_queue_age_seconds", "Age of the oldest due job", registry=registry).set(state["queue_age_seconds"])
    Gauge("workshop_worker_up", "A worker is alive", registry=registry).set(int(state["worker"] == "ok"))
    return Response(generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})


router = Router("/", route_handlers=[health, metrics])
