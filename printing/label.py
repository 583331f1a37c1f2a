"""The envelope's label and the cards people scan."""

from collections.abc import Sequence

from PIL import Image

from printing.blocks import (
    Block,
    blank,
    bolt,
    centered,
    framed,
    inverted,
    padded,
    paragraph,
    rule,
    shorten,
    side_by_side,
    stack,
    wrap,
)
from printing.documents import ActionCard, EnvelopeLabel
from printing.parts import (
    BODY,
    EDGE,
    GAP,
    SMALL,
    STRONG,
    boxed,
    caption,
    code_text,
    copy_bar,
    finished,
    number_line,
    signed_off,
)
from printing.qr import qr_code
from printing.typeface import Style, draw_line, fitted, line_width

TASK_LINES = 4
_NARROW = 440  # dots; 58 mm paper
_BULLET = 26  # dots before the words of a task


def render_label(label: EnvelopeLabel, width_dots: int) -> Image.Image:
    """The label for the outside of an envelope. It never shows what the piece is worth."""
    width = width_dots - 2 * EDGE
    blocks = [
        *copy_bar(label.copy, width),
        number_line(label.number, width),
        _middle(label, width),
        rule(width),
        _piece(label.piece, width),
        *_allergies(label.allergies, width),
        *_size_change(label.size_change, width),
        *_engraving(label.engraving, width),
        *_tasks(list(label.tasks), width),
        rule(width),
        _foot(label, width),
    ]
    return finished(blocks, width_dots)


def render_card(card: ActionCard, width_dots: int) -> Image.Image:
    """A card of one act, person or place: words one can read from across the bench, and a code."""
    width = width_dots - 2 * EDGE
    title = fitted(card.title, Style(110, 780), width, smallest=48)
    code = qr_code(card.code, min(width, 420))
    blocks = [
        paragraph(card.title, title, width, 2, "center"),
        paragraph(card.hint, BODY, width, 3, "center"),
        centered(code, width),
        code_text(card.code, width),
    ]
    return finished(blocks, width_dots)


def _middle(label: EnvelopeLabel, width: int) -> Block:
    """Promise, rush and place at the left, the code at the right. On narrow paper the promise
    goes above, so that the code keeps modules that are read when the paper is dirty."""
    narrow = width < _NARROW
    code = qr_code(label.code, width * (64 if narrow else 47) // 100)
    right = stack([code, code_text(label.code, code.width)], code.width, 0)
    room = width - right.width - GAP
    signs = [_rush(room)] if label.rush else []
    signs += [boxed(label.place, STRONG, room)] if label.place else []
    promise = _promise(label.promise, width if narrow else room)
    if narrow:
        row = side_by_side(stack([blank(room, GAP), *signs], room, GAP), right, width)
        return stack([promise, row], width, 0)
    return side_by_side(stack([promise, *signs], room, GAP), right, width)


def _promise(words: str, room: int) -> Block:
    """The promised day, whole: no word of it is ever broken or cut."""
    longest_word = max(words.split(), key=len, default="")
    style = fitted(longest_word, Style(44, 740), room, smallest=26)
    return stack([blank(room, GAP), caption("PROMISED", room), paragraph(words, style, room, 6)], room, 0)


def _rush(room: int) -> Block:
    """A black plate with lightning: seen before it is read."""
    style = fitted("RUSH", Style(44, 800), room - 72, smallest=20)
    words = draw_line("RUSH", style, line_width("RUSH", style))
    sign = bolt(style.size)
    inside = blank(sign.width + 8 + words.width, words.height)
    inside.paste(sign, (0, (words.height - sign.height) // 2))
    inside.paste(words, (sign.width + 8, 0))
    return inverted(padded(inside, 14, 2))


def _piece(words: str, width: int) -> Block:
    """The piece on one line, smaller before it takes a second: the metal and its ground come last."""
    style = fitted(words, STRONG, width, smallest=28)
    return paragraph(words, style, width, 2)


def _allergies(words: str, width: int) -> list[Block]:
    """Metals the wearer does not bear, on a black plate: seen before the solder is chosen."""
    if not words:
        return []
    text = f"ALLERGY: {words}"
    style = fitted(text, Style(36, 780), width - 28, smallest=24)
    text = shorten(text, style, width - 28)
    return [inverted(padded(draw_line(text, style, line_width(text, style)), 14, 4))]


def _size_change(words: str, width: int) -> list[Block]:
    """The ring size in a frame of its own: the costliest line to misread."""
    if not words:
        return []
    text = f"Size {words}"
    style = fitted(text, STRONG, width - 40, smallest=30)
    return [boxed(text, style, width)]


def _engraving(lines: Sequence[str], width: int) -> list[Block]:
    """The words to cut, framed and whole: what the engraver copies and the checker reads again."""
    blocks = [paragraph(f"Engrave {line}", fitted(line, STRONG, width - 40, smallest=28), width - 24) for line in lines]
    return [framed(block) for block in blocks]


def _tasks(tasks: list[str], width: int) -> list[Block]:
    """The work in at most four lines: whole if it fits, else one line each and a count."""
    room = width - _BULLET
    wrapped = [wrap(task, BODY, room) for task in tasks if task]
    if sum(map(len, wrapped)) > TASK_LINES:
        wrapped = [[shorten(task, BODY, room)] for task in tasks if task]
    if len(wrapped) > TASK_LINES:
        more = len(wrapped) - (TASK_LINES - 1)
        wrapped = [*wrapped[: TASK_LINES - 1], [f"and {more} more"]]
    return [_task(lines, width) for lines in wrapped]


def _task(lines: list[str], width: int) -> Block:
    room = width - _BULLET
    words = stack([draw_line(line, BODY, room) for line in lines], room, 0)
    block = blank(width, words.height)
    block.paste(words, (_BULLET, 0))
    middle = round(BODY.size * 0.64)
    block.paste(0, (4, middle - 5, 14, middle + 5))
    return block


def _foot(label: EnvelopeLabel, width: int) -> Block:
    shop = paragraph(label.shop_name, SMALL, width, 1)
    return stack([shop, signed_off(label.taken_in_by, label.taken_in_on, width)], width, 0)
