"""Printers on a cable, and files. They take bytes and say nothing back: at best "sent"."""

import os
import select
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import serial
from anyio import move_on_after, to_thread
from escpos.exceptions import Error as PrinterError
from escpos.printer import Usb

from printing.locks import only_one
from printing.outcomes import SENT, Outcome, failed, unknown

WRITE_SECONDS = 10.0
_PLUG_IN = "Check that it is switched on and connected, then print again."
_BROKE = "The printer stopped taking the job half way."
# pyusb says "no USB on this machine" (NoBackendError) with a ValueError.
_CANNOT_OPEN = (PrinterError, OSError, ValueError)


@dataclass(frozen=True)
class UsbPrinter:
    """A printer on USB, by the vendor and product numbers that `lsusb` shows."""

    vendor: int
    product: int
    profile: str
    seconds: float = WRITE_SECONDS

    @property
    def device(self) -> str:
        """The same for every setting that means this printer."""
        return f"usb {self.vendor:04x}:{self.product:04x}"

    async def send(self, data: bytes) -> Outcome:
        """Write the job to the printer."""
        async with only_one(self.device):
            return await _off_the_loop(lambda: self._write(data), self.seconds * 2)

    def _write(self, data: bytes) -> Outcome:
        # 0, the library's own time-out, waits for ever on a printer without paper.
        printer = Usb(self.vendor, self.product, timeout=int(self.seconds * 1000))
        try:
            printer.open()
        except _CANNOT_OPEN:
            return failed(f"No printer {self.vendor:04x}:{self.product:04x} is on USB.", _PLUG_IN)
        try:
            printer._raw(data)
            printer.close()
        except OSError:
            return unknown(_BROKE)
        return SENT


@dataclass(frozen=True)
class SerialPrinter:
    """A printer on a serial line; `baud` as set on the printer."""

    path: str
    profile: str
    baud: int = 9600
    seconds: float = WRITE_SECONDS

    @property
    def device(self) -> str:
        """The same for every setting that means this printer."""
        return self.path

    async def send(self, data: bytes) -> Outcome:
        """Write the job to the line, as slow as it is."""
        longest = len(data) * 10 / self.baud + self.seconds
        async with only_one(self.device):
            return await _off_the_loop(lambda: self._write(data, longest), longest + 2)

    def _write(self, data: bytes, longest: float) -> Outcome:
        # Not python-escpos' Serial: it has no limit for writing, and closing it waits for a
        # printer that holds the line.
        try:
            line = serial.Serial(self.path, self.baud, write_timeout=longest, dsrdtr=True)
        except (OSError, ValueError):
            return failed(f"The serial line {self.path} cannot be opened.", _PLUG_IN)
        with line:
            return _write_slowly(line, data, time.monotonic() + longest)


@dataclass(frozen=True)
class FilePrinter:
    """A device file such as `/dev/usb/lp0`, a pipe, or a plain file that each job is added to."""

    path: str
    profile: str
    seconds: float = WRITE_SECONDS

    @property
    def device(self) -> str:
        """The same for every setting that means this printer."""
        return self.path

    async def send(self, data: bytes) -> Outcome:
        """Add the job to the end of the file."""
        async with only_one(self.device):
            return await to_thread.run_sync(self._write, data)

    def _write(self, data: bytes) -> Outcome:
        # python-escpos' File would empty a plain file first, and would make an ordinary file
        # in place of a printer that is switched off.
        makes_file = 0 if self.path.startswith("/dev/") else os.O_CREAT
        flags = os.O_WRONLY | os.O_APPEND | os.O_NONBLOCK | os.O_NOCTTY | makes_file
        try:
            device = os.open(self.path, flags, 0o600)
        except OSError as trouble:
            reason = f"{self.path} cannot be opened ({trouble.strerror})."
            return failed(f"The printer {reason}", _PLUG_IN)
        try:
            return self._outcome(data, _write_until(device, data, self.seconds))
        finally:
            with suppress(OSError):
                os.close(device)

    def _outcome(self, data: bytes, written: int) -> Outcome:
        if written == len(data):
            return SENT
        if written:
            return unknown(_BROKE)
        return failed(f"The printer {self.path} takes nothing.", _PLUG_IN)


def _write_until(device: int, data: bytes, seconds: float) -> int:
    """Write without ever waiting longer than the seconds; how many bytes left."""
    written, deadline = 0, time.monotonic() + seconds
    while written < len(data):
        room = max(deadline - time.monotonic(), 0)
        if not select.select([], [device], [], room)[1]:
            break
        try:
            written += os.write(device, data[written : written + 4096])
        except BlockingIOError:
            continue
        except OSError:
            break
    return written


def _write_slowly(line: serial.Serial, data: bytes, deadline: float) -> Outcome:
    """Write, and wait until the last byte is on the wire or the time is up."""
    try:
        line.write(data)
        while line.out_waiting and time.monotonic() < deadline:
            time.sleep(0.02)
        if not line.out_waiting:
            return SENT
        line.reset_output_buffer()
    except OSError:
        with suppress(Exception):  # the line may be gone; a full one would hold up its closing
            line.reset_output_buffer()
    return unknown(_BROKE)


async def _off_the_loop(write: Callable[[], Outcome], seconds: float) -> Outcome:
    """Write in a thread. A driver that hangs is left behind: its paper is anybody's guess."""
    with move_on_after(seconds):
        return await to_thread.run_sync(write, abandon_on_cancel=True)
    return unknown(_BROKE)
