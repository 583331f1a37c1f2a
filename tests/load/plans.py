"""The plans PostgreSQL made, as they ran: it writes them down itself (auto_explain), one question after another."""

from pathlib import Path

import asyncpg

from tests.load.measure import Thing
from tests.load.site import serving
from workshop.embedded import EmbeddedPostgres

SETTINGS = {
    "session_preload_libraries": "'auto_explain'", "auto_explain.log_min_duration": "0",
    "auto_explain.log_analyze": "on", "auto_explain.log_buffers": "on", "auto_explain.log_parameter_max_length": "200",
}  # fmt: skip


async def write_plans(server: EmbeddedPostgres, asked: dict[str, Thing], into: Path) -> None:
    """Ask each thing once and keep every plan it needed, with times and buffers."""
    log = server.folder / "log"
    await _say(server, [f"ALTER DATABASE workshop SET {name} = {value}" for name, value in SETTINGS.items()])
    try:
        async with serving("plans", server) as site:
            with into.open("w") as file:
                for name, thing in asked.items():
                    await thing.ask(site)  # warm
                    at = log.stat().st_size
                    await thing.ask(site)
                    file.write(f"\n{'=' * 100}\n{name}: {thing.name}\n{'=' * 100}\n{_since(log, at)}")
    finally:
        await _say(server, [f"ALTER DATABASE workshop RESET {name.split('=')[0]}" for name in SETTINGS])


def _since(log: Path, at: int) -> str:
    with log.open("rb") as file:
        file.seek(at)
        lines = file.read().decode(errors="replace").splitlines()
    kept = [line for line in lines if "pg_advisory_unlock" not in line and "CONTEXT:" not in line]
    return "\n".join(kept) + "\n"


async def _say(server: EmbeddedPostgres, statements: list[str]) -> None:
    owner = await asyncpg.connect(server.dsn)
    try:
        for statement in statements:
            await owner.execute(statement)
    finally:
        await owner.close()
