"""The papers a customer keeps: the claim check and the receipt."""

from collections.abc import Sequence
from itertools import chain, repeat

from PIL import Image

from printing.blocks import (
    Block,
    blank,
    centered,
    money_row,
    paragraph,
    rule,
    side_by_side,
    stack,
)
from printing.documents import ClaimCheck, Receipt
from printing.marked import mark_row, pictures_of
from printing.parts import (
    BODY,
    EDGE,
    GAP,
    SMALL,
    STRONG,
    caption,
    copy_bar,
    finished,
    number_line,
    shop_head,
    signed_off,
)
from printing.pictures import signature
from printing.qr import qr_code
from printing.typeface import Style

HEADING = Style(28, 680)
_PICTURE_HEIGHT = 380
_SIGNATURE_HEIGHT = 130
_NARROWEST_TEXT = 190  # dots; below it words beside a code become a ladder


def render_claim_check(check: ClaimCheck, width_dots: int) -> Image.Image:
    """The stub a customer collects with: number, way to the status page, pieces, terms."""
    width = width_dots - 2 * EDGE
    blocks = [
        *copy_bar(check.copy, width),
        shop_head(check.shop_name, check.shop_address, check.shop_phone, width),
        rule(width),
        caption("CLAIM CHECK", width),
        number_line(check.number, width, Style(96, 760)),
        _status(check, width),
        rule(width),
        *_pieces(check, width),
        *_notes("MEASURED", check.measured, width),
        *_money(check, width),
        *_small_print(check, width),
        _signature(check.signature_png, width),
        signed_off(check.taken_in_by, check.taken_in_on, width),
    ]
    return finished(blocks, width_dots)


def render_receipt(receipt: Receipt, width_dots: int) -> Image.Image:
    """What was paid for what, with the balance last and largest."""
    width = width_dots - 2 * EDGE
    blocks = [
        *copy_bar(receipt.copy, width),
        shop_head(receipt.shop_name, receipt.shop_address, receipt.shop_phone, width),
        rule(width),
        caption("RECEIPT", width),
        number_line(receipt.number, width, Style(64, 740)),
        *[paragraph(receipt.issued_on, SMALL, width, 1)] * bool(receipt.issued_on),
        rule(width),
        *[_line(words, amount, width) for words, amount in receipt.lines],
        rule(width),
        money_row("Total", receipt.total, STRONG, width),
        *[money_row(words, amount, BODY, width) for words, amount in receipt.payments],
        rule(width, 4),
        money_row("Balance", receipt.balance, STRONG, width),
        *_notes("WARRANTY", receipt.warranty, width),
        *_notes("MEASURED", receipt.measured, width),
        *_notes("COLLECTED", receipt.collected, width),
    ]
    return finished(blocks, width_dots)


def _line(words: str, amount: str, width: int) -> Block:
    return money_row(words, amount, BODY, width) if amount else paragraph(words, HEADING, width, 2)


def _notes(title: str, lines: Sequence[str], width: int) -> list[Block]:
    told = [paragraph(line, SMALL, width) for line in lines]
    return [rule(width), caption(title, width), *told] if told else []


def _status(check: ClaimCheck, width: int) -> Block:
    """The code to the customer's page, words beside it, or under it on narrow paper."""
    code = qr_code(check.status_url, width // 2)
    room = width - code.width - GAP
    beside = room >= _NARROWEST_TEXT
    words_width = room if beside else width
    words = stack(
        [
            caption("PROMISED", words_width),
            paragraph(check.promise, Style(40, 740), words_width, 3),
            blank(words_width, GAP),
            paragraph("Scan to see how your piece is doing.", BODY, words_width, 4),
        ],
        words_width,
        0,
    )
    if beside:
        return side_by_side(words, code, width)
    return stack([words, centered(code, width)], width, GAP)


def _pieces(check: ClaimCheck, width: int) -> list[Block]:
    """Each piece, how it was when it came, and that on its pictures: what the customer signs for is never cut."""
    one = len(check.pieces) == 1
    blocks: list[Block] = []
    marks = chain(check.marks, repeat(()))
    told = zip(
        check.pieces, chain(check.agreed, repeat(())), chain(check.noted, repeat("")), marks,
        chain(check.pictures, repeat(())), strict=False,
    )  # fmt: skip
    for count, (piece, agreed, noted, seen, pictures) in enumerate(told, 1):
        words = piece if one else f"{count}.  {piece}"
        blocks.append(paragraph(words, STRONG if one else BODY, width, 3))
        blocks += [paragraph(line, BODY, width) for line in agreed]
        blocks += [paragraph(noted, SMALL, width)] if noted else []
        blocks += pictures_of(pictures, width, _PICTURE_HEIGHT)
        blocks += [mark_row(number, words, width) for number, words in seen]
    return blocks


def _money(check: ClaimCheck, width: int) -> list[Block]:
    rows = [
        ("Total", check.total, STRONG), ("Let off, included", check.off, BODY),
        ("Deposit paid", check.deposit, BODY), ("Deposit still to pay", check.deposit_due, BODY),
    ]  # fmt: skip
    shown = [money_row(words, amount, style, width) for words, amount, style in rows if amount]
    return [rule(width), *shown] if shown else []


def _small_print(check: ClaimCheck, width: int) -> list[Block]:
    texts = [("TERMS", check.terms), ("OUR POLICY", check.policy)]
    blocks = _notes("EXPLAINED BEFORE SIGNING" if check.risks_explained else "PLEASE KNOW", check.risks, width)
    for title, text in texts:
        if text:
            blocks += [rule(width), caption(title, width), paragraph(text, SMALL, width)]
    return blocks


def _signature(png: bytes | None, width: int) -> Block:
    """The signature drawn at the counter over its line, or a line to sign on."""
    drawn = signature(png, width * 2 // 3, _SIGNATURE_HEIGHT) if png else None
    above = drawn if drawn is not None else blank(1, 90)
    return stack([above, rule(width), caption("Signature", width)], width, 4)
