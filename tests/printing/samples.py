"""Documents as a shop prints them, and small pictures to put on them."""

import io
from typing import Any

from PIL import Image, ImageDraw

from printing.documents import ActionCard, ClaimCheck, EnvelopeLabel, MarkedPicture, Receipt

CODE = "7K3M9QXT4WZP8HNC"
STATUS_URL = "https://shop.example/t/3q9XhV0b2kLmZrT7cYw1NA4f8GdSeP2uQxR"


def a_label(**changes: Any) -> EnvelopeLabel:
    """A ring in its envelope."""
    given: dict[str, Any] = {
        "shop_name": "Alder & Finch",
        "number": "HR-24817-1",
        "code": CODE,
        "piece": "Ring, 14K white gold, 13 round stones",
        "tasks": ["Size ring", "Rhodium plate"],
        "size_change": "6 → 7 (six to seven)",
        "engraving": ["“A & B 12.6.26” (Script, inside)"],
        "promise": "Thu 3 Dec",
        "place": "2 of 3",
        "taken_in_by": "Noor",
        "taken_in_on": "Tue 24 Nov 2026 14:02",
    }
    return EnvelopeLabel(**(given | changes))


def a_claim_check(**changes: Any) -> ClaimCheck:
    """The stub for a ring and a bracelet."""
    given: dict[str, Any] = {
        "shop_name": "Alder & Finch",
        "shop_address": "12 Market Street, Portland",
        "shop_phone": "(503) 555-0142",
        "number": "HR-24817",
        "status_url": STATUS_URL,
        "pieces": ["Ring, 14K white gold", "Tennis bracelet, platinum"],
        "noted": ["13 stones counted. Seen: prong worn (3 o'clock)", "clasp weak"],
        "promise": "Thu 3 Dec",
        "terms": "If we find more work, we call you first.",
        "policy": "We photograph every piece.",
        "taken_in_by": "Noor",
        "taken_in_on": "Tue 24 Nov 2026 14:02",
        "total": "€ 269.00",
        "deposit": "€ 100.00",
        "off": "€ 10.00",
        "deposit_due": "€ 20.00",
        "agreed": [["Size up", "Size 6 → 7 (six to seven)", "Engraved “A & B” (Script, inside)"], ["Clasp"]],
        "risks": ["Piece 1: Opal can craze from heat."],
        "risks_explained": True,
        "measured": ["Piece 2: before +12 s a day, now +2 s a day"],
        "marks": [[(1, "prong worn, 4 o'clock")], []],
        "pictures": [[MarkedPicture([(1, 0.62, 0.7)], [(0.4, 0.3)], picture=a_photo())], []],
        "signature_png": a_signature(),
    }
    return ClaimCheck(**(given | changes))


def a_card(**changes: Any) -> ActionCard:
    """The card that starts work."""
    given = {"title": "START", "hint": "Scan this, then the envelope", "code": "ACT-START-7"}
    return ActionCard(**(given | changes))


def a_receipt(**changes: Any) -> Receipt:
    """Paid in two parts."""
    given: dict[str, Any] = {
        "shop_name": "Alder & Finch",
        "shop_address": "12 Market Street, Portland",
        "shop_phone": "(503) 555-0142",
        "number": "HR-24817",
        "lines": [("Size ring 6 → 7", "$ 95.00"), ("Rhodium plate", "$ 80.00")],
        "total": "$ 175.00",
        "payments": [("Deposit, card", "$ 100.00"), ("Cash", "$ 75.00")],
        "balance": "$ 0.00",
        "issued_on": "Thu 3 Dec 2026 16:40",
        "warranty": ["Until 3 Dec 2027: size ring, rhodium plate"],
        "collected": ["HR-24817-1 by Rosa Bennett, Thu 3 Dec 2026"],
    }
    return Receipt(**(given | changes))


def a_photo(width: int = 320, height: int = 240) -> bytes:
    """A bright ring on a dark ground."""
    picture = Image.new("L", (width, height), 40)
    box = (width // 4, height // 6, width * 3 // 4, height * 5 // 6)
    ImageDraw.Draw(picture).ellipse(box, outline=230, width=24)
    return png(picture)


def a_signature() -> bytes:
    """Ink on a see-through ground, as the pad gives it."""
    pad = Image.new("RGBA", (400, 150), (0, 0, 0, 0))
    stroke = [(10, 120), (80, 20), (120, 120), (200, 60), (260, 110), (390, 40)]
    ImageDraw.Draw(pad).line(stroke, fill=(20, 20, 60, 255), width=5)
    return png(pad)


def png(picture: Image.Image) -> bytes:
    """A picture as a PNG file."""
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()
