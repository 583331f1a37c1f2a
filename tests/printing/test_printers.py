"""Which printer a setting means; printers on cables and files."""

import os
import threading
import tty
from pathlib import Path

import pytest

from printing.devices import FilePrinter, SerialPrinter, UsbPrinter
from printing.escpos_bytes import document_bytes
from printing.network import NetworkPrinter
from printing.outcomes import Result
from printing.printers import PreviewPrinter, Printer, printer_from
from tests.printing.escpos_decoder import pages
from tests.printing.samples import a_label
from workshop.errors import InvalidInput

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("url", "printer"),
    [
        ("", PreviewPrinter()),
        ("  ", PreviewPrinter()),
        ("tcp://10.0.0.7:9100?profile=TM-T20II", NetworkPrinter("10.0.0.7", 9100, "TM-T20II")),
        ("tcp://label-printer", NetworkPrinter("label-printer", 9100, "default")),
        ("tcp://[::1]:9101/", NetworkPrinter("::1", 9101, "default")),
        ("tcp://slow?wait=30", NetworkPrinter("slow", 9100, "default", confirm_seconds=30.0)),
        ("usb://04b8:0e15", UsbPrinter(0x04B8, 0x0E15, "default")),
        ("usb://04b8:0e15?profile=TM-T88V", UsbPrinter(0x04B8, 0x0E15, "TM-T88V")),
        ("serial:///dev/ttyUSB0", SerialPrinter("/dev/ttyUSB0", "default")),
        ("serial:///dev/ttyS0?baud=38400", SerialPrinter("/dev/ttyS0", "default", 38400)),
        ("file:///dev/usb/lp0", FilePrinter("/dev/usb/lp0", "default")),
    ],
)
def test_a_setting_names_its_printer(url: str, printer: Printer) -> None:
    assert printer_from(url) == printer


@pytest.mark.parametrize(
    "url",
    [
        "10.0.0.7:9100",
        "tcp://",
        "tcp://host:port",
        "tcp://host:99999",
        "tcp://host/queue",
        "tcp://host?wait=0",
        "tcp://host?wait=61",
        "usb://04b8:0e15?wait=5",
        "http://host:9100",
        "usb://04b8",
        "usb://epson:tm",
        "usb://04b8:0e15:1",
        "serial://ttyUSB0",
        "serial:///dev/ttyS0?baud=fast",
        "serial:///dev/ttyS0?baud=0",
        "file://",
        "file:///",
        "tcp://host?profile",
        "tcp://host?profil=TM-T20II",
        "tcp://host?profile=NoSuchPrinter",
    ],
)
def test_a_setting_that_names_none_is_refused_with_the_forms_there_are(url: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        printer_from(url)
    assert "tcp://host:9100?profile=NAME" in refusal.value.message or "TM-T20II" in str(refusal.value.message)


async def test_without_a_printer_a_document_is_previewed() -> None:
    assert (await printer_from("").send(b"\x1b@")).result is Result.PREVIEWED


async def test_a_file_keeps_every_job_whole(tmp_path: Path) -> None:
    file = tmp_path / "labels.bin"
    printer = printer_from(f"file://{file}")
    jobs = [document_bytes(a_label(number=f"HR-{n}"), printer.profile) for n in range(3)]
    for job in jobs:
        assert (await printer.send(job)).result is Result.SENT
    assert file.read_bytes() == b"".join(jobs)
    assert len(pages(file.read_bytes())) == 3


@pytest.mark.parametrize("path", ["/dev/no-such-printer", "/nowhere/labels.bin"])
async def test_a_device_that_is_not_there_failed_and_nothing_is_put_in_its_place(
    path: str,
) -> None:
    outcome = await printer_from(f"file://{path}").send(b"\x1b@")
    assert outcome.result is Result.FAILED
    assert "Nothing was printed." in outcome.reason
    assert not Path(path).exists()


async def test_a_device_nobody_reads_failed(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "lp0")
    outcome = await FilePrinter(str(tmp_path / "lp0"), "default").send(b"\x1b@")
    assert outcome.result is Result.FAILED


async def test_a_device_that_stops_taking_bytes_is_unknown(tmp_path: Path) -> None:
    path = tmp_path / "lp0"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        outcome = await FilePrinter(str(path), "default", seconds=0.2).send(b"x" * 1_000_000)
        assert outcome.result is Result.UNKNOWN
        again = await FilePrinter(str(path), "default", seconds=0.2).send(b"x")
        assert again.result is Result.FAILED, "nothing of the second job left"
    finally:
        os.close(reader)


async def test_a_serial_printer_gets_the_job_byte_for_byte() -> None:
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    job = document_bytes(a_label())
    received = bytearray()
    reading = threading.Thread(target=_read_all, args=(ours, len(job), received))
    reading.start()
    outcome = await SerialPrinter(os.ttyname(theirs), "default", baud=115200).send(job)
    reading.join(timeout=10)
    os.close(theirs)
    os.close(ours)
    assert outcome.result is Result.SENT
    assert bytes(received) == job


def _read_all(device: int, count: int, received: bytearray) -> None:
    while len(received) < count:
        received += os.read(device, 65536)


async def test_a_serial_printer_that_takes_nothing_more_is_unknown() -> None:
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    printer = SerialPrinter(os.ttyname(theirs), "default", baud=460800, seconds=0.1)
    outcome = await printer.send(b"x" * 20_000)
    os.close(ours)
    os.close(theirs)
    assert outcome.result is Result.UNKNOWN


async def test_a_serial_line_that_is_not_there_failed() -> None:
    outcome = await SerialPrinter("/dev/no-such-line", "default").send(b"\x1b@")
    assert outcome.result is Result.FAILED


async def test_a_usb_printer_that_is_not_plugged_in_failed() -> None:
    outcome = await UsbPrinter(0xFFFF, 0xFFFE, "default").send(b"\x1b@")
    assert outcome.result is Result.FAILED
    assert "ffff:fffe" in outcome.reason
