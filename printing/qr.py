"""QR codes that a phone or a scanner reads from thermal paper."""

from functools import lru_cache

from PIL import Image
from qrcode.constants import ERROR_CORRECT_H, ERROR_CORRECT_M, ERROR_CORRECT_Q
from qrcode.main import QRCode

QUIET_MODULES = 4
SMALLEST_MODULE = 6  # dots; below it a worn print head makes codes unreadable


def qr_code(content: str, room: int) -> Image.Image:
    """The code of a content, quiet zone included, in the largest whole-dot modules that fit.

    Modules never fall under 6 dots: a content too long for `room` gives a code wider than it.
    """
    modules = _modules(content)
    across = len(modules)
    size = max(room // across, SMALLEST_MODULE)
    dots = bytes(0 if dark else 255 for row in modules for dark in row)
    small = Image.frombytes("L", (across, across), dots)
    return small.resize((across * size, across * size), Image.Resampling.NEAREST)


def qr_outline(content: str) -> tuple[int, str]:
    """The same code for a page: modules across, and the dark ones as an SVG path of that measure."""
    modules = _modules(content)
    strokes = [f"M{x} {y}h1v1h-1z" for y, row in enumerate(modules) for x, dark in enumerate(row) if dark]
    return len(modules), "".join(strokes)


@lru_cache(maxsize=64)
def _modules(content: str) -> tuple[tuple[bool, ...], ...]:
    """The code at level M, or at a better level where that costs no module."""
    best = _coded(content, ERROR_CORRECT_M)
    for level in (ERROR_CORRECT_Q, ERROR_CORRECT_H):
        stronger = _coded(content, level)
        if stronger.version == best.version:
            best = stronger
    best.make(fit=False)  # the costly part, done once
    return tuple(tuple(bool(dark) for dark in row) for row in best.get_matrix())


def _coded(content: str, level: int) -> QRCode:
    code = QRCode(error_correction=level, border=QUIET_MODULES)
    code.add_data(content)
    code.best_fit()
    return code
