"""What labels, claim checks and receipts share: sizes of type, heads, and the COPY bar.

Sizes are dots at 203 dpi, 8 to the millimetre; 28 dots of type is what reads at arm's length.
"""

from PIL import Image

from printing.blocks import (
    Block,
    blank,
    centered,
    framed,
    inverted,
    padded,
    paragraph,
    shorten,
    stack,
    wrap,
)
from printing.typeface import Style, draw_line, fitted, line_width

DPI = 203
GAP = 12
EDGE = 8

LARGEST = Style(128, 760)
STRONG = Style(36, 680)
BODY = Style(30, 480)
SMALL = Style(24, 480)
CAPTION = Style(24, 600)
CODE = Style(25, 450, mono=True)
_SHORT_CODE = 8  # characters; a longer code takes two lines


def number_line(number: str, width: int, largest: Style = LARGEST) -> Block:
    """The number, as large as the paper takes it, cropped to its ink so that no dot is lost."""
    style = fitted(number, largest, width, smallest=30)
    line = draw_line(shorten(number, style, width), style, width)
    return cropped(line, width)


def cropped(block: Block, width: int) -> Block:
    """A block without the white above and below its ink."""
    ink = block.point(lambda grey: 255 - grey).getbbox()
    return block.crop((0, ink[1], width, ink[3])) if ink else blank(width, 1)


def copy_bar(copy: int, width: int) -> list[Block]:
    """A black bar over every reprint, so that it is never taken for the first print."""
    if copy <= 0:
        return []
    style = Style(40, 760)
    words = draw_line(f"COPY {copy}", style, width, "center")
    return [inverted(words), blank(width, 1)]


def shop_head(name: str, address: str, phone: str, width: int) -> Block:
    """Who the paper is from."""
    title = fitted(name, Style(48, 720), width, smallest=34)
    lines = [paragraph(name, title, width, 2, "center")]
    lines += [paragraph(text, SMALL, width, 2, "center") for text in (address, phone) if text]
    return stack(lines, width, 0)


def caption(words: str, width: int) -> Block:
    """A short word over what it names."""
    return draw_line(shorten(words, CAPTION, width), CAPTION, width)


def grouped(code: str) -> str:
    """A code in fours, as it is read out and typed; one that has its own dashes stays whole."""
    if "-" in code:
        return code
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))


def code_text(code: str, width: int) -> Block:
    """The code in letters under its picture: what a person types when no scanner reads it."""
    spaced = grouped(code)
    middle = spaced.find(" ", len(spaced) // 2)
    lines = [spaced] if len(code) <= _SHORT_CODE or middle < 0 else [spaced[:middle], spaced[middle + 1 :]]
    style = fitted(max(lines, key=len), CODE, width, smallest=18)
    return stack([paragraph(line, style, width, 3, "center") for line in lines], width, 0)


def boxed(text: str, style: Style, room: int) -> Block:
    """Words in a frame just wide enough for them, on as many lines as they need."""
    inner = room - 2 * 11 - 2 * 6
    lines = wrap(text, style, inner, most_lines=4)
    widest = min(max(line_width(line, style) for line in lines), inner)
    words = [draw_line(line, style, widest) for line in lines]
    return framed(padded(stack(words, widest, 0), 6, 0))


def signed_off(person: str, moment: str, width: int) -> Block:
    """Who took the piece in, and when: on one line, or one under the other."""
    who = f"Taken in by {person}"
    both = " · ".join(part for part in (who, moment) if part)
    lines = [both] if line_width(both, SMALL) <= width else [who, moment]
    return stack([paragraph(line, SMALL, width, 2) for line in lines], width, 0)


def finished(blocks: list[Block], width: int, gap: int = GAP) -> Image.Image:
    """The whole page in one bit a dot, with a little white around."""
    inner = stack(blocks, width - 2 * EDGE, gap)
    page = centered(inner, width, inner.height + 2 * EDGE)
    return page.convert("1", dither=Image.Dither.NONE)
