"""Which printer a setting means, and what every printer can do."""

from dataclasses import dataclass
from typing import NoReturn, Protocol
from urllib.parse import SplitResult, parse_qsl, urlsplit

from printing.devices import FilePrinter, SerialPrinter, UsbPrinter
from printing.escpos_bytes import DEFAULT_PROFILE, check_profile
from printing.network import NetworkPrinter
from printing.outcomes import PREVIEWED, Outcome
from workshop.errors import InvalidInput

FORMS = (
    "tcp://host:9100?profile=NAME (and &wait=SECONDS for a slow one), usb://vendor:product, serial:///dev/ttyUSB0, "
    "file:///path, or nothing for a preview on the screen"
)
DEFAULT_PORT = 9100
LONGEST_ADDRESS = 200
LONGEST_WAIT = 60  # seconds for a printer's answer


class Printer(Protocol):
    """Something that takes the bytes of one document. `profile` says which bytes suit it."""

    @property
    def profile(self) -> str:
        """The python-escpos profile: its width and what it understands."""
        ...

    @property
    def device(self) -> str:
        """The same for every setting that means this printer: what one job at a time holds for."""
        ...

    async def send(self, data: bytes) -> Outcome:
        """Print, and say what is known about the paper."""
        ...


@dataclass(frozen=True)
class PreviewPrinter:
    """No printer is set: the document is shown on the screen and nothing leaves."""

    profile: str = DEFAULT_PROFILE
    device: str = "screen"

    async def send(self, data: bytes) -> Outcome:
        """Send nothing anywhere."""
        return PREVIEWED


def printer_from(url: str) -> Printer:
    """The printer a setting names. Raises InvalidInput with the forms there are."""
    text = url.strip()
    if not text:
        return PreviewPrinter()
    try:
        parts = urlsplit(text)
        options = dict(
            parse_qsl(parts.query, keep_blank_values=True, strict_parsing=True) if parts.query else []
        )
        return _printer(parts, options)
    except ValueError:  # a port that is no number, a vendor that is not hexadecimal, ...
        _refuse(text)


def check_address(text: str, field: str) -> str:
    """An address as a shop may set it: any but a file of the machine the program runs on. Raises InvalidInput."""
    address = text.strip()
    sentence = f"Write it like {FORMS}."
    try:
        printer = printer_from(address)
    except InvalidInput:
        raise InvalidInput("That is no address of a printer.", **{field: sentence}) from None
    if isinstance(printer, FilePrinter) or len(address) > LONGEST_ADDRESS:
        raise InvalidInput("That printer cannot be set here.", **{field: "A file is set by whoever runs the program."})
    return address


def _printer(parts: SplitResult, options: dict[str, str]) -> Printer:
    profile = options.pop("profile", DEFAULT_PROFILE)
    check_profile(profile)
    baud = int(options.pop("baud", "9600")) if parts.scheme == "serial" else 0
    wait = int(options.pop("wait", "10")) if parts.scheme == "tcp" else 0
    if options:
        raise ValueError(f"unknown options: {options}")
    match parts.scheme:
        case "tcp" if parts.hostname and not parts.path.strip("/") and 0 < wait <= LONGEST_WAIT:
            port = parts.port or DEFAULT_PORT
            return NetworkPrinter(parts.hostname, port, profile, confirm_seconds=float(wait))
        case "usb":
            vendor, product = parts.netloc.split(":")
            return UsbPrinter(int(vendor, 16), int(product, 16), profile)
        case "serial" if _is_path(parts) and baud > 0:
            return SerialPrinter(parts.path, profile, baud)
        case "file" if _is_path(parts):
            return FilePrinter(parts.path, profile)
    raise ValueError("none of the forms")


def _is_path(parts: SplitResult) -> bool:
    return not parts.netloc and parts.path.startswith("/") and not parts.path.endswith("/")


def _refuse(url: str) -> NoReturn:
    raise InvalidInput(f"The printer setting {url!r} is none of the forms there are: {FORMS}.")
