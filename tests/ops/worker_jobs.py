"""Jobs that go wrong on purpose, and a worker that does them. `python -m tests.ops.worker_jobs`."""

import asyncio
import os
import signal
from pathlib import Path

from workshop.worker import Timing, run_worker

JOBS = {name: f"tests.ops.worker_jobs:{name}" for name in ("note", "end_the_process", "hang_the_first_time")}
QUICK = Timing(heartbeat=0.2, stalled=1, sweep=0.2, last_words=1)


def write(path: str, word: str) -> None:
    """Add a line, on disk before the process can end."""
    with Path(path).open("a") as file:
        file.write(f"{word}\n")


async def note(path: str, word: str) -> None:
    """An ordinary job."""
    write(path, word)


async def end_the_process(path: str) -> None:
    """A job whose payload takes the whole process with it."""
    write(path, "poison")
    os.kill(os.getpid(), signal.SIGKILL)


async def hang_the_first_time(path: str) -> None:
    """A job that is under way when its worker is killed."""
    is_first = not Path(path).exists()
    write(path, "begun")
    if is_first:
        await asyncio.sleep(600)
    write(path, "done")


if __name__ == "__main__":
    asyncio.run(run_worker(JOBS, sweeps={}, timing=QUICK))
