"""Findings marked on the picture: read from the form of a finding, and offered to be marked."""

import json
import re
from typing import Any

from bench.worksheet import Worksheet
from workshop.errors import InvalidInput
from workshop.record.pieces.condition import read_frames
from workshop.web.forms import Form
from workshop.web.marking import marking_data

_NAME = re.compile(r"(point|frame)-([A-Za-z0-9-]{1,40})")


def marks_in(form: Form) -> tuple[list[Any], dict[str, Any]]:
    """The marks of a posted finding, and which way the hallmark lies on their pictures."""
    marks: list[Any] = []
    frames: dict[str, Any] = {}
    for name, value in form.dict().items():
        found = _NAME.fullmatch(name)
        if found and value:
            point = _read(value)
            if found[1] == "frame":
                frames[found[2]] = point
            else:
                marks.append(point)
    return marks, frames


def _read(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        sentence = "A mark could not be read. Take it off and tap again."
        raise InvalidInput(sentence, marks=sentence) from None


def marking_for(sheet: Worksheet, values: dict[str, Any]) -> dict[str, Any]:
    """What can be marked on: what was just photographed first, then how it came in."""
    photos = [photo for photo in sheet.photos if photo["kind"] != "after"]
    photos.sort(key=lambda photo: photo["kind"] != "found")
    typed = {name: value for name, value in values.items() if _NAME.fullmatch(name)}
    known = {
        f"frame-{picture}": json.dumps({"x": frame.x, "y": frame.y, "twelve_x": frame.twelve_x,
                                        "twelve_y": frame.twelve_y})
        for picture, frame in read_frames(sheet.envelope.mark_frames).items()
    }  # fmt: skip
    pictures = [(photo["id"], photo["large"], photo["caption"]) for photo in photos]
    return marking_data(
        sheet.piece["kind"], pictures, fields=(known | typed).items(), counts_stones=False, is_found=True
    )
