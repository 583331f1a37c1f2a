"""The look around of a chain: what one look costs with many shops.

`python -m tests.load.alarms [shops] [pieces of each]` (2000, 30). The demo shop's own pieces are copied to so many
shops, some of them late or stuck, none of it through the verbs. Printed: the first look, which raises what there
is; one in which nothing changed, as it runs four times a minute; one after something happened in twenty shops; and
each rule by itself.
"""

import asyncio
import contextlib
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from workshop import clock
from workshop.db import connect, disconnect, fetch, fetch_value
from workshop.embedded import EmbeddedPostgres
from workshop.record.alarms.alarm_looks import LOOKS, at_risk
from workshop.record.alarms.look_around import MOST_PLANS, Watch
from workshop.record.alarms.rounds import Round
from workshop.record.tables import Shop

COPY_SHOPS = """
    INSERT INTO shop (name, code, zone, hours, insured_limit_cents)
    SELECT 'Shop ' || n, 'L' || n, zone, hours, insured_limit_cents FROM shop, generate_series(2, $1::int) n
    WHERE id = (SELECT min(id) FROM shop)"""
COPY_STAFF = """
    INSERT INTO staff (shop, name, sign_in_name, badge_code, roles, skills, minutes_a_day)
    SELECT s.id, t.name, t.sign_in_name || s.id, 'L' || t.id || '-' || s.id, t.roles, t.skills, t.minutes_a_day
    FROM shop s JOIN staff t ON t.shop = (SELECT min(id) FROM shop) AND NOT t.is_system WHERE s.code LIKE 'L%'"""
COPY_PIECES = """
    INSERT INTO envelope (shop, code, number, ticket, piece, stage, stage_since, promise_on, bench_due, location)
    SELECT s.id, 'LOAD' || s.id || '-' || n, s.code || '-' || n, e.ticket, e.piece,
           (ARRAY['received', 'in_queue', 'at_bench', 'quality_check', 'ready_for_pickup'])[1 + n % 5],
           now() - (n % 4) * interval '1 day', current_date + n % 15 - 1, current_date + n % 15 - 2, 'counter'
    FROM shop s CROSS JOIN generate_series(1, $1::int) n
    CROSS JOIN (SELECT ticket, piece FROM envelope ORDER BY id LIMIT 1) e WHERE s.code LIKE 'L%'"""
COPY_TASKS = """
    INSERT INTO task (envelope, code, name, skill, minutes, price_cents, tax_class)
    SELECT v.id, t.code, t.name, t.skill, 20, t.price_cents, t.tax_class
    FROM envelope v CROSS JOIN (SELECT * FROM task WHERE minutes > 0 ORDER BY id LIMIT 1) t WHERE v.code LIKE 'LOAD%'"""


async def fill(shops: int, pieces: int) -> None:
    """So many shops with so many open pieces each."""
    await fetch(COPY_SHOPS, shops)
    await fetch(COPY_STAFF)
    await fetch(COPY_PIECES, pieces)
    await fetch(COPY_TASKS)
    await fetch("ANALYZE")


async def timed(act: Callable[[], Awaitable[object]]) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    await act()
    return (time.perf_counter() - began) * 1000


async def measure(dsn: str, shops: int, pieces: int) -> None:
    """Fill, look, and print what each look cost."""
    await connect(dsn, size=4)
    try:
        await fill(shops, pieces)
        count = await fetch_value("SELECT count(*) FROM shop")
        print(f"\n{count} shops, {pieces} open pieces each; load of the machine {os.getloadavg()[0]:.1f}")
        watch = Watch()
        print(f"  first look, {MOST_PLANS} plans   {await timed(watch.look):8.0f} ms")
        raised = await fetch_value("SELECT count(*) FROM alarm WHERE cleared_at IS NULL")
        while await watch.look():
            pass
        quiet = [await timed(watch.look) for _ in range(5)]
        print(f"  nothing changed          {statistics.median(quiet):8.0f} ms  ({raised} alarms stand)")
        await fetch("INSERT INTO event (shop, name, data, at) SELECT id, 'moved', '{}', now() FROM shop LIMIT 20")
        print(f"  news in 20 shops         {await timed(watch.look):8.0f} ms")
        around = Round(await Shop.objects().order_by(Shop.id), clock.now())
        for rule, look in LOOKS.items():
            print(f"    {rule:<10} in all shops  {await timed(lambda look=look: look(around)):8.0f} ms")
        some = Round(around.shops[:100], around.now)
        print(f"    risk, each shop        {await timed(lambda: at_risk(some)) / 100:8.1f} ms")
    finally:
        await disconnect()


def main() -> None:
    """Make a demo shop in a folder of its own, measure, and leave nothing behind."""
    given = [int(one) for one in sys.argv[1:]]
    shops, pieces = (given + [2000, 30][len(given) :])[:2]
    folder = Path(tempfile.mkdtemp(prefix="workshop-alarms-"))
    folder.chmod(0o711)
    os.environ["WORKSHOP_DATA_DIR"] = str(folder)
    try:
        postgres = EmbeddedPostgres(folder)
        postgres.start()
        subprocess.run([sys.executable, "-m", "workshop.cli", "demo"], check=True, stdout=subprocess.DEVNULL)
        asyncio.run(measure(postgres.dsn, shops, pieces))
    finally:
        with contextlib.suppress(OSError):
            EmbeddedPostgres(folder).stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
