"""Jobs: asked for with the rows they are about, done again after a crash, parked if they cause it."""

import sys
from collections.abc import Iterator
from pathlib import Path

import anyio
import asyncpg
import pytest

from tests.ops.worker_jobs import JOBS
from workshop.db import fetch, fetch_one, fetch_value, transaction
from workshop.jobs import enqueue
from workshop.parts import Part, end_parts
from workshop.worker import MOST_ATTEMPTS, SWEEP_LOCK, create_jobs, sweep_stalled

pytestmark = pytest.mark.anyio


class Change(Exception):
    """Somebody thought better of it."""


@pytest.fixture
def worker(database_ready: str) -> Iterator[Part]:
    """A worker process that is started again when it ends, as the shop does it."""
    part = Part("worker", [sys.executable, "-m", "tests.ops.worker_jobs"], wait=0.05)
    part.start()
    try:
        yield part
    finally:
        end_parts([part])


async def ask_for(name: str, **args: str) -> int:
    async with transaction():
        return await enqueue(name, **args)


async def status_of(job: int) -> str:
    """The job's state; a job that is done is not kept."""
    row = await fetch_one("SELECT status::text AS status FROM procrastinate_jobs WHERE id = $1", job)
    return row["status"] if row else "done"


async def until_status(job: int, wanted: str, worker: Part) -> None:
    with anyio.fail_after(60):
        while await status_of(job) != wanted:
            worker.look()
            await anyio.sleep(0.05)


async def test_what_is_rolled_back_is_never_done(worker: Part, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    with pytest.raises(Change):
        async with transaction():
            await enqueue("note", path=str(notes), word="never")
            raise Change
    job = await ask_for("note", path=str(notes), word="kept")
    await until_status(job, "done", worker)
    assert notes.read_text() == "kept\n"


async def test_a_job_under_way_when_its_worker_is_killed_is_done_again(worker: Part, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    job = await ask_for("hang_the_first_time", path=str(notes))
    await until_status(job, "doing", worker)
    with anyio.fail_after(20):
        while not notes.exists():
            await anyio.sleep(0.02)
    worker.process.kill()
    await until_status(job, "done", worker)
    assert notes.read_text().split() == ["begun", "begun", "done"]


async def test_a_job_that_ends_its_worker_is_parked_and_the_others_go_on(worker: Part, tmp_path: Path) -> None:
    notes, deaths = tmp_path / "notes", tmp_path / "deaths"
    poison = await ask_for("end_the_process", path=str(deaths))
    others = [await ask_for("note", path=str(notes), word=str(number)) for number in range(20)]
    for job in others:
        await until_status(job, "done", worker)
    await until_status(poison, "failed", worker)
    assert deaths.read_text().split() == ["poison"] * MOST_ATTEMPTS
    assert sorted(set(notes.read_text().split()), key=int) == [str(number) for number in range(20)]
    kept = await fetch_value("SELECT args->>'path' FROM procrastinate_jobs WHERE id = $1", poison)
    assert kept == str(deaths), "what was asked for is kept for the manager"


async def test_work_goes_on_when_the_listening_connections_are_cut(
    worker: Part, database_ready: str, tmp_path: Path
) -> None:
    notes = tmp_path / "notes"
    await until_status(await ask_for("note", path=str(notes), word="before"), "done", worker)
    owner = await asyncpg.connect(database_ready)
    cut = await owner.fetch(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND pid <> pg_backend_pid()"
    )
    await owner.close()
    assert cut, "a run without a cut connection proves nothing"
    await until_status(await ask_for("note", path=str(notes), word="after"), "done", worker)
    assert notes.read_text().split() == ["before", "after"]


async def test_two_sweeps_at_once_put_a_job_back_once(database_ready: str, tmp_path: Path) -> None:
    job = await ask_for("note", path=str(tmp_path / "notes"), word="x")
    await fetch("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = $1", job)  # its worker is gone
    async with create_jobs(database_ready, JOBS).open_async() as app:
        other = await asyncpg.connect(database_ready)
        await other.execute("SELECT pg_advisory_lock($1)", SWEEP_LOCK)
        await sweep_stalled(app)
        assert await status_of(job) == "doing", "the sweep that came second did nothing"
        await other.close()
        await sweep_stalled(app)
    row = await fetch_one("SELECT status::text AS status, attempts FROM procrastinate_jobs WHERE id = $1", job)
    assert row == {"status": "todo", "attempts": 1}
