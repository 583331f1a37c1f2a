"""Documents as ESC/POS: the bitmap as raster, then a cut. Any printer of the language prints it.

Everything is a picture, so neither code pages nor a printer's own fonts and QR commands can
change what a customer reads: the bitmap tested is the paper printed.
"""

import copy

from escpos.capabilities import CAPABILITIES
from escpos.constants import HW_INIT
from escpos.printer import Dummy

from printing.bitmap import render
from printing.documents import Document
from workshop.errors import InvalidInput

DEFAULT_PROFILE = "default"
# Printers of 80 mm paper have 576 or 512 dots. Printing 512 leaves a blank strip on the wide
# ones; printing 576 would cut the code off on the narrow ones. Hence the narrow one, unless the
# shop names its printer's profile.
DEFAULT_WIDTH_DOTS = 512
NARROWEST_DOTS = 360  # below it (displays, slips) a label has no room for its code
# In order of preference: GS v 0 is understood most widely and is the smallest.
_WAYS = ("bitImageRaster", "graphics", "bitImageColumn")


def width_dots(profile: str = DEFAULT_PROFILE) -> int:
    """How many dots a printer prints across: its profile's width in whole bytes."""
    check_profile(profile)
    pixels = _width_of(profile)
    return DEFAULT_WIDTH_DOTS if pixels is None else pixels // 8 * 8


def check_profile(profile: str) -> None:
    """Refuse a profile python-escpos does not know, or whose device cannot print a label."""
    if profile not in CAPABILITIES["profiles"]:
        known = ", ".join(sorted(CAPABILITIES["profiles"]))
        sentence = f"There is no printer profile named {profile!r}. Known are: {known}."
        raise InvalidInput(sentence, profile=sentence)
    pixels = _width_of(profile)
    if _way(profile) is None or (pixels is not None and pixels < NARROWEST_DOTS):
        sentence = f"A printer of the profile {profile!r} cannot print labels."
        raise InvalidInput(sentence, profile=sentence)


def document_bytes(document: Document, profile: str = DEFAULT_PROFILE) -> bytes:
    """What to send to a printer of the profile to get the document on paper, cut off."""
    page = render(document, width_dots(profile))
    printer = _blank_printer(profile)
    printer._raw(HW_INIT)
    printer.image(page, impl=_way(profile), center=False)
    printer.cut()
    return bytes(printer.output)


def kick_drawer_bytes(profile: str = DEFAULT_PROFILE) -> bytes:
    """What opens the cash drawer plugged into the printer (pin 2, as nearly all drawers are)."""
    printer = _blank_printer(profile)
    printer.cashdraw(2)
    return bytes(printer.output)


def _blank_printer(profile: str) -> Dummy:
    """A printer that keeps its bytes. Its profile is a copy with a width: without one,
    python-escpos writes a warning to standard output for each picture."""
    printer = Dummy(profile=profile)
    described = copy.deepcopy(printer.profile.profile_data)
    described["media"]["width"]["pixels"] = width_dots(profile)
    printer.profile.profile_data = described
    return printer


def _way(profile: str) -> str | None:
    features = CAPABILITIES["profiles"][profile]["features"]
    return next((way for way in _WAYS if features.get(way)), None)


def _width_of(profile: str) -> int | None:
    """The profile's dots across, or nothing where the profile does not say ("Unknown")."""
    pixels = CAPABILITIES["profiles"][profile]["media"]["width"].get("pixels")
    return pixels if isinstance(pixels, int) else None
