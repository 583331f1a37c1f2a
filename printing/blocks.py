"""Parts of a printed page, each a black-and-white picture, and ways to put them together.

Every part is made at the width it may use and never grows past it, so nothing leaves the paper.
"""

from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageOps

from printing.typeface import Style, draw_line, line_width

Block = Image.Image
ELLIPSIS = "…"
# Lightning, drawn: no font can be trusted to have it. In hundredths of its box.
_BOLT = [(58, 0), (10, 56), (44, 56), (34, 100), (90, 38), (54, 38), (74, 0)]


def blank(width: int, height: int) -> Block:
    """Empty paper."""
    return Image.new("L", (max(width, 1), max(height, 1)), 255)


def paragraph(text: str, style: Style, width: int, most_lines: int = 1000, align: str = "left") -> Block:
    """Text broken into lines; what does not fit the last line ends in an ellipsis."""
    lines = wrap(text, style, width, most_lines)
    return stack([draw_line(line, style, width, align) for line in lines], width, 0)


def wrap(text: str, style: Style, width: int, most_lines: int = 1000) -> list[str]:
    """The lines a text becomes, broken between words, or inside a word wider than the line."""
    lines: list[str] = []
    rest = text
    while rest and len(lines) < most_lines - 1:
        line, rest = _first_line(rest, style, width)
        lines.append(line)
    if rest:
        lines.append(shorten(rest, style, width))
    return lines


def shorten(text: str, style: Style, width: int) -> str:
    """The text itself, or as much of its beginning as fits with an ellipsis."""
    if len(text) <= width and line_width(text, style) <= width:
        return text
    room = width - line_width(ELLIPSIS, style)
    return text[: _fitting(text, style, room)].rstrip() + ELLIPSIS


def _first_line(text: str, style: Style, width: int) -> tuple[str, str]:
    fits = max(_fitting(text, style, width), 1)
    if fits >= len(text):
        return text, ""
    space = text.rfind(" ", 0, fits + 1)
    cut = space if space > 0 else fits
    return text[:cut].rstrip(), text[cut:].lstrip()


def _fitting(text: str, style: Style, width: int) -> int:
    """How many characters from the start fit the width, found by halving."""
    low, high = 0, min(len(text), max(width, 0))
    while low < high:
        middle = (low + high + 1) // 2
        if line_width(text[:middle], style) <= width:
            low = middle
        else:
            high = middle - 1
    return low


def stack(blocks: Sequence[Block], width: int, gap: int) -> Block:
    """Blocks one under the other."""
    height = sum(block.height for block in blocks) + gap * max(len(blocks) - 1, 0)
    page = blank(width, height)
    y = 0
    for block in blocks:
        page.paste(block, (0, y))
        y += block.height + gap
    return page


def side_by_side(left: Block, right: Block, width: int) -> Block:
    """Two blocks on one line: one at the left edge, one at the right, tops aligned."""
    row = blank(width, max(left.height, right.height))
    row.paste(left, (0, 0))
    row.paste(right, (width - right.width, 0))
    return row


def centered(block: Block, width: int, height: int = 0) -> Block:
    """A block in the middle of its line, and of its height when one is given."""
    row = blank(width, max(height, block.height))
    row.paste(block, ((width - block.width) // 2, (row.height - block.height) // 2))
    return row


def padded(block: Block, across: int, down: int) -> Block:
    """A block with white around it."""
    return centered(block, block.width + 2 * across, block.height + 2 * down)


def inverted(block: Block) -> Block:
    """White on black: what must be seen first."""
    return ImageOps.invert(block)


def framed(block: Block, thick: int = 3) -> Block:
    """A block with a line around it."""
    return ImageOps.expand(ImageOps.expand(block, 8, 255), thick, 0)


def rule(width: int, thick: int = 2) -> Block:
    """A line across."""
    return Image.new("L", (width, thick), 0)


def bolt(height: int) -> Block:
    """The sign for rush."""
    width = height * 3 // 4
    picture = blank(width, height)
    points = [(x * (width - 1) / 100, y * (height - 1) / 100) for x, y in _BOLT]
    ImageDraw.Draw(picture).polygon(points, fill=0)
    return picture


def money_row(words: str, amount: str, style: Style, width: int) -> Block:
    """Words at the left, the amount at the right; long words wrap and never touch the amount."""
    paid = shorten(amount, style, width * 2 // 3)
    right = draw_line(paid, style, line_width(paid, style))
    left = paragraph(words, style, width - right.width - 16, most_lines=3)
    return side_by_side(left, right, width)
