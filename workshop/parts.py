"""The processes of one shop: started, watched, started again, and ended in order."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

PATIENCE = 25.0  # seconds a part may take to end before it is made to
LONG_ENOUGH = 60.0  # seconds of running after which a part's earlier ends are forgiven
LONGEST_WAIT = 30.0  # seconds between two starts of a part that keeps ending


def say(words: str) -> None:
    """Tell the person at the terminal; a terminal that was closed is no reason to stop."""
    with suppress(OSError, ValueError):
        print(words, file=sys.stderr, flush=True)


@dataclass
class Part:
    """One process that should always run."""

    name: str
    command: list[str]
    keeps: tuple[int, ...] = ()  # file descriptors it holds as long as it runs
    process: subprocess.Popen[bytes] = field(init=False)
    started: float = 0.0
    wait: float = 0.5
    again_at: float | None = None

    def start(self) -> None:
        """Start it in a session of its own: a terminal's Ctrl-C reaches only us."""
        self.process = subprocess.Popen(  # the supervisor has no threads, so preexec_fn is safe
            self.command, start_new_session=True, pass_fds=self.keeps, preexec_fn=_die_with(os.getpid())  # noqa: PLW1509
        )
        self.started, self.again_at = time.monotonic(), None

    @property
    def has_ended(self) -> bool:
        """Whether the process is gone."""
        return self.process.poll() is not None

    def look(self) -> None:
        """Start it again if it ended, a little later each time."""
        now = time.monotonic()
        if not self.has_ended:
            return
        if self.again_at is None:
            self._clear_up()
            self.wait = 0.5 if now - self.started > LONG_ENOUGH else self.wait
            self.again_at = now + self.wait
            self.wait = min(self.wait * 2, LONGEST_WAIT)
            say(f"  The {self.name} ended ({self.process.returncode}); starting it again.")
        elif now >= self.again_at:
            self.start()

    def end(self) -> None:
        """Ask it to end."""
        if not self.has_ended:
            self.process.terminate()

    def kill(self) -> None:
        """End it and whatever it started, now."""
        self._clear_up()
        self.process.wait()

    def _clear_up(self) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)


def end_parts(parts: list[Part], patience: float = PATIENCE, hurry: Callable[[], bool] = lambda: False) -> None:
    """End every part; one that does not end in time, or when asked to hurry, is killed."""
    for part in parts:
        part.end()
    until = time.monotonic() + patience
    while not all(part.has_ended for part in parts) and time.monotonic() < until and not hurry():
        time.sleep(0.05)
    for part in parts:
        if not part.has_ended:
            say(f"  The {part.name} did not end by itself and was ended.")
        part.kill()


def _die_with(parent: int) -> Callable[[], None]:
    """Should the parent be killed, Linux ends the part too."""
    if sys.platform != "linux":
        return lambda: None
    prctl, set_death_signal = ctypes.CDLL(None).prctl, 1

    def tie() -> None:
        prctl(set_death_signal, signal.SIGTERM)
        if os.getppid() != parent:  # it was killed before we asked
            os._exit(1)

    return tie
