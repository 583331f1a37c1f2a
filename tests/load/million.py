"""A million customers and two million tickets: make the town, then measure search, pages and take-in on it.

    python -m tests.load.million                 make both towns if need be, measure, write plans
    python -m tests.load.million --fill          only make them
    python -m tests.load.million --people 20000 --tickets 40000    a smaller large one

Everything is kept in `--folder` (about 12 GB, default /tmp/workshop-million) so that the next run measures at once;
a run that was cut off goes on where it stopped. What is worth keeping are the ratios between the small and the large
town, asked by turns in one run, and the processor time; times of a busy machine are the machine's.
"""

import argparse
import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

from tests.load.fill import Town, fill
from tests.load.measure import Thing, Timing, page_kinds, search_kinds, take_ins, time_all
from tests.load.plans import write_plans
from tests.load.site import Site, serving
from workshop.embedded import EmbeddedPostgres

SMALL = (1_000, 2_000, 60)

Kinds = dict[str, list[Thing]]


async def main() -> None:
    """Make, measure, explain; the servers end with it."""
    asked = _arguments()
    folder = Path(asked.folder)
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711)
    towns = {"small": SMALL, "large": (asked.people, asked.tickets, asked.open)}
    servers = {name: EmbeddedPostgres(folder / name) for name in towns}
    try:
        for name, (people, visits, open_visits) in towns.items():
            print(f"The {name} town: {people:,} people, {visits:,} tickets, {open_visits:,} of them open", flush=True)
            await fill(servers[name], Town(people, visits, open_visits))
        if not asked.fill:
            await _measure(servers, folder)
    finally:
        for server in servers.values():
            server.stop()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", default="/tmp/workshop-million")  # noqa: S108 - a folder of its own, named above
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--tickets", type=int, default=2_000_000)
    parser.add_argument("--open", type=int, default=6_000)
    parser.add_argument("--fill", action="store_true", help="only make the towns")
    return parser.parse_args()


async def _measure(servers: dict[str, EmbeddedPostgres], folder: Path) -> None:
    async with AsyncExitStack() as stack:
        small = await stack.enter_async_context(serving("small", servers["small"]))
        large = await stack.enter_async_context(serving("large", servers["large"]))
        kinds = {}
        for title, make in (("Search", search_kinds), ("Pages", page_kinds), ("Acts", _acts)):
            theirs, ours = await make(small), await make(large)
            kinds |= ours
            await _table(title, (small, theirs), (large, ours))
    plans = folder / "plans.txt"
    asked = {name: things[0] for name, things in kinds.items() if name != "take-in" and things}
    await write_plans(servers["large"], asked, plans)
    print(f"\nEvery plan, with times and buffers: {plans}")


async def _acts(site: Site) -> Kinds:
    return {"take-in": await take_ins(site)}


async def _table(title: str, small: tuple[Site, Kinds], large: tuple[Site, Kinds]) -> None:
    heads = ["small p50", "p50", "p95", "max", "ratio", "work", "times", "the slowest"]
    print(f"\n{title:<26}" + "".join(f"{head:>11}" for head in heads), flush=True)
    for name in large[1]:
        few = await time_all(small[0], small[1][name]) if small[1][name] else Timing([0.0])
        many = await time_all(large[0], large[1][name])
        print(
            f"{name:<26}{few.p50:11.1f}{many.p50:11.1f}{many.p95:11.1f}{max(many.best):11.1f}"
            f"{many.p50 / (few.p50 or 1):11.2f}{many.work:11.1f}{len(many.best):11}  {many.slowest}",
            flush=True,
        )


if __name__ == "__main__":
    asyncio.run(main())
