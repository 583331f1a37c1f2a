"""Reads ESC/POS the way a printer does: command by command, and back into the paper it makes.

It knows only the commands a document of ours may hold; anything else is an error, so that a
stray control byte from somebody's name can never pass unseen.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image, ImageOps

_FIXED = {
    b"\x1b@": 2,  # initialise
    b"\x1bd": 3,  # print and feed n lines
    b"\x1b3": 3,  # line spacing
    b"\x1b2": 2,  # default line spacing
    b"\x1bp": 5,  # drawer pulse
    b"\x1dV": 3,  # cut
    b"\x1da": 3,  # unasked status
    b"\x1dr": 3,  # status in turn
    b"\x10\x04": 3,  # status now
}


@dataclass(frozen=True)
class Command:
    """One command: its name (first bytes) and everything after the name."""

    name: bytes
    body: bytes


def read_command(stream: bytes) -> tuple[Command, int] | None:
    """The first command and its length; nothing if more bytes have yet to come."""
    if stream[:1] == b"\n":
        return Command(b"\n", b""), 1
    name, length = stream[:2], _length(stream)
    if length is None or len(stream) < length:
        return None
    return Command(name, stream[2:length]), length


def commands(stream: bytes) -> Iterator[Command]:
    """All commands of a finished job."""
    while stream:
        found = read_command(stream)
        if found is None:
            raise ValueError(f"cut off inside a command: {stream[:8]!r}")
        yield found[0]
        stream = stream[found[1] :]


def pages(stream: bytes) -> list[Image.Image]:
    """What comes out of the printer, one picture for each cut; black on white."""
    done: list[Image.Image] = []
    strips: list[Image.Image] = []
    for command in commands(stream):
        strips += _strips(command)
        if command.name == b"\x1dV":
            done.append(_joined(strips))
            strips = []
    if strips:
        raise ValueError("printed without a cut")
    return done


def _length(stream: bytes) -> int | None:
    name = stream[:2]
    if len(name) < 2:
        return None
    if name in _FIXED:
        return _FIXED[name]
    if name == b"\x1dv":
        return _raster_length(stream)
    if name == b"\x1d(":
        return None if len(stream) < 5 else 5 + _number(stream, 3)
    if name == b"\x1b*":
        return None if len(stream) < 5 else 5 + 3 * _number(stream, 3)
    raise ValueError(f"not a command of ours: {stream[:8]!r}")


def _raster_length(stream: bytes) -> int | None:
    if len(stream) < 8:
        return None
    return 8 + _number(stream, 4) * _number(stream, 6)


def _number(stream: bytes, at: int) -> int:
    return stream[at] + 256 * stream[at + 1]


def _strips(command: Command) -> list[Image.Image]:
    body = command.body
    if command.name == b"\x1dv":
        return [_raster(_number(body, 2) * 8, _number(body, 4), body[6:])]
    if command.name == b"\x1d(" and body[4:5] == b"p":
        return [_raster(-(-_number(body, 8) // 8) * 8, _number(body, 10), body[12:])]
    if command.name == b"\x1b*":
        columns = _raster(24, _number(body, 1), body[3:])
        return [columns.transpose(Image.Transpose.TRANSPOSE)]
    return []


def _raster(width: int, height: int, data: bytes) -> Image.Image:
    return ImageOps.invert(Image.frombytes("1", (width, height), data).convert("L"))


def _joined(strips: list[Image.Image]) -> Image.Image:
    page = Image.new("L", (max(s.width for s in strips), sum(s.height for s in strips)), 255)
    y = 0
    for strip in strips:
        page.paste(strip, (0, y))
        y += strip.height
    return page.convert("1")
