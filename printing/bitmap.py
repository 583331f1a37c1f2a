"""Documents as bitmaps: 203 dots to the inch, one bit a dot, never wider than the paper."""

import io

from PIL import Image

from printing.documents import ActionCard, ClaimCheck, Document, EnvelopeLabel, PackingList, Receipt
from printing.label import render_card, render_label
from printing.packing import render_packing_list
from printing.paper import render_claim_check, render_receipt
from printing.parts import DPI

__all__ = [
    "render",
    "render_card",
    "render_claim_check",
    "render_label",
    "render_packing_list",
    "render_receipt",
    "to_png",
]


def render(document: Document, width_dots: int) -> Image.Image:
    """The bitmap of any document."""
    match document:
        case EnvelopeLabel():
            return render_label(document, width_dots)
        case ClaimCheck():
            return render_claim_check(document, width_dots)
        case ActionCard():
            return render_card(document, width_dots)
        case Receipt():
            return render_receipt(document, width_dots)
        case PackingList():
            return render_packing_list(document, width_dots)


def to_png(image: Image.Image) -> bytes:
    """The bitmap as a PNG file in true size: shown on screen, or printed by an office printer."""
    file = io.BytesIO()
    image.save(file, "PNG", dpi=(DPI, DPI), optimize=True)
    return file.getvalue()
