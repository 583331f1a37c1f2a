"""The processes photos are opened in: their limits, how many at once, and their end."""

import asyncio
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, dataclass
from pathlib import Path
from threading import Lock

from workshop.errors import WorkshopError

# Two at once: one never keeps the other waiting, and a burst of uploads cannot take more than
# 2 GiB however many people press Send together.
_AT_ONCE = 2
_PROGRAM = (sys.executable, "-I", str(Path(__file__).with_name("decode.py")))


class Closing(WorkshopError):
    """The server is stopping and opens no more photos."""

    status = 503

    def __init__(self) -> None:
        super().__init__(
            "The server is restarting, so this photo was not added. Nothing else was lost. "
            "Send it again in a minute."
        )


class DecoderEnded(Exception):
    """The decoder was killed, crashed or ran out of time. Nothing else was touched."""

    def __init__(self, returncode: int) -> None:
        super().__init__(f"photo decoder ended with {returncode}")
        self.returncode = returncode


@dataclass(frozen=True, slots=True)
class Limits:
    """What one photo may cost, in the order the decoder takes them."""

    memory: int = 1 << 30  # bytes of address space; 50 megapixels of WEBP take 0.8 GiB
    cpu_seconds: int = 20
    wall_seconds: int = 60
    pixels: int = 50_000_000
    shown_side: int = 2560
    thumb_side: int = 480


_USUAL = Limits()


class Darkroom:
    """Opens photos in processes of their own, two at a time.

    A fresh process for each photo: starting one costs 0.07 s against 0.3 s for a 12-megapixel
    JPEG, and no photo can leave anything behind for the next.
    """

    def __init__(self, limits: Limits = _USUAL, program: Sequence[str] = _PROGRAM) -> None:
        self._limits = limits
        self._command = [*program, *(str(limit) for limit in astuple(limits))]
        # Threads and not the loop's own subprocesses: those differ between event loops, and
        # piping 25 MB would hold up the counter.
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="darkroom")
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock = Lock()
        self._closed = False

    async def open(self, original: bytes) -> bytes:
        """What the decoder says about a photo. Raises DecoderEnded, or Closing after `close`."""
        if self._closed:
            raise Closing
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._decode, original)

    def close(self) -> None:
        """End every process and thread. Whoever still waits is told that the server restarts."""
        with self._lock:
            self._closed = True
            for process in self._running:
                process.kill()
        self._threads.shutdown(wait=True)

    def _decode(self, original: bytes) -> bytes:
        process = self._start()
        with process:
            out = self._exchange(process, original)
        if process.returncode == 0:
            return out
        if self._closed:
            raise Closing
        raise DecoderEnded(process.returncode)

    def _exchange(self, process: "subprocess.Popen[bytes]", original: bytes) -> bytes:
        try:
            # The decoder ends itself by then; ten seconds later something is badly wrong.
            return process.communicate(original, timeout=self._limits.wall_seconds + 10)[0]
        except subprocess.TimeoutExpired:
            return b""
        finally:
            with self._lock:
                self._running.discard(process)
            process.kill()

    def _start(self) -> "subprocess.Popen[bytes]":
        with self._lock:
            if self._closed:
                raise Closing
            process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                # No secrets in the decoder's environment; one arena because every thread's own
                # would take 64 MiB of the address space it is allowed.
                env={"MALLOC_ARENA_MAX": "1"},
            )
            self._running.add(process)
            return process
