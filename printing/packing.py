"""The packing list of what goes to a vendor, on the shop's own printer."""

from PIL import Image

from printing.blocks import money_row, paragraph, rule
from printing.documents import PackingList
from printing.parts import BODY, EDGE, SMALL, STRONG, caption, finished, number_line, shop_head
from printing.typeface import Style


def render_packing_list(told: PackingList, width_dots: int) -> Image.Image:
    """Every piece with what it is insured for, the sum, and room for who received it."""
    width = width_dots - 2 * EDGE
    pieces = [
        block for number, words, amount in told.pieces
        for block in (money_row(number, amount, STRONG, width), paragraph(words, BODY, width, 3))
    ]  # fmt: skip
    blocks = [
        shop_head(told.shop_name, told.shop_address, told.shop_phone, width),
        rule(width),
        caption("PACKING LIST", width),
        number_line(told.number, width, Style(64, 740)),
        paragraph(f"To {told.vendor}", STRONG, width, 2),
        paragraph(told.sent, SMALL, width, 3),
        rule(width),
        *pieces,
        rule(width),
        money_row(told.count, told.insured, Style(48, 760), width),
        *[paragraph(told.note, BODY, width)] * bool(told.note),
        rule(width, 4),
        caption("RECEIVED, ALL COUNTED", width),
        paragraph(" ", Style(90, 400), width, 1),
        rule(width),
    ]
    return finished(blocks, width_dots)
