"""A printer library may not touch how the shop writes its log."""

import subprocess
import sys

SCRIPT = """
import logging
from workshop.logs import set_up_logs
if {first}: import printing.queue
set_up_logs()
before = (logging.root.level, list(logging.root.handlers))
import printing.queue, printing.routes, printing.api
assert (logging.root.level, logging.root.handlers) == before, logging.root.handlers
[handler] = logging.root.handlers
assert type(handler.formatter).__name__ == "ProcessorFormatter", "ours, not the library's"
"""


def test_importing_printing_leaves_the_log_as_it_was_set_up() -> None:
    for first in (False, True):
        subprocess.run([sys.executable, "-c", SCRIPT.format(first=first)], check=True, timeout=60)
