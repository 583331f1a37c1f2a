"""The shop's own worker, quicker to notice a dead one. `python -m tests.faults.shop_worker`."""

import asyncio
from datetime import timedelta

from notifications import looking, sending
from workshop.worker import Timing, run_worker

QUICK = Timing(heartbeat=0.3, stalled=1.5, sweep=0.5, last_words=2)
SWEEPS = {"notifications.looking:sweep_messages": 1}


if __name__ == "__main__":
    # Only waits are shortened; every rule about what follows what is the product's own.
    sending.LEASE = timedelta(seconds=4)
    looking.PATIENCE = timedelta(seconds=1)
    asyncio.run(run_worker(sweeps=SWEEPS, timing=QUICK))
