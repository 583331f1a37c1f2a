"""Codes as pictures on a page that is printed."""

import base64
import io
from typing import Any

from printing.qr import qr_code

ROOM = 320  # dots of the picture; paper makes it 30 mm


def draw_codes(cards: list[dict[str, Any]]) -> None:
    """Give every card a `picture` of its `code`."""
    for card in cards:
        buffer = io.BytesIO()
        qr_code(card["code"], ROOM).save(buffer, "PNG")
        card["picture"] = "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()
