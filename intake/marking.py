"""Condition and stones being marked on the picture at take-in: kept point by point as they are tapped."""

import json
import re
from typing import Any

import msgspec

from workshop.errors import InvalidInput
from workshop.record.cards import refuse_card_number
from workshop.record.pieces.condition import (
    DRAWINGS,
    MOST_MARKS,
    MOST_STONES,
    Frame,
    Mark,
    StonePoint,
    drawings_for,
    last_condition,
)
from workshop.record.pieces.marked import Seen, seen
from workshop.record.pieces.photo_guide import angle_words
from workshop.record.trade import CONDITION_WORDS
from workshop.web.marking import marking_data

Data = dict[str, Any]
_NAME = re.compile(r"(point|spot|frame|seen)-([A-Za-z0-9-]{1,40})")
_LISTS: dict[str, tuple[str, type[msgspec.Struct], int]] = {
    "point": ("points", Mark, MOST_MARKS), "spot": ("spots", StonePoint, MOST_STONES),
}  # fmt: skip


def is_mark_field(name: str) -> bool:
    """Whether a field is one of the points on a picture, and not something typed."""
    return _NAME.fullmatch(name) is not None


def set_mark(piece: Data, name: str, value: str) -> None:
    """Keep one point of a piece as it was tapped, or forget it (empty). Raises InvalidInput naming the field."""
    found = _NAME.fullmatch(name)
    assert found is not None
    kind, key = found.groups()
    if kind == "seen":
        _set(piece, "seen", key, value if value in ("still", "gone") else "")
    elif kind == "frame":
        _set(piece, "frames", key, _read(value, Frame, name) if value else None)
    else:
        _keep_point(piece, kind, key, value, name)


def _set(piece: Data, where: str, key: str, value: Any) -> None:
    kept = piece.setdefault(where, {})
    kept.pop(key, None)
    if value:
        kept[key] = value


def _keep_point(piece: Data, kind: str, key: str, value: str, name: str) -> None:
    where, shape, most = _LISTS[kind]
    points: list[Data] = piece.setdefault(where, [])
    at = next((index for index, point in enumerate(points) if point["id"] == key), len(points))
    if not value:
        del points[at : at + 1]
        return
    if at >= most:
        sentence = f"At most {most} on one piece."
        raise InvalidInput(sentence, **{name: sentence})
    points[at : at + 1] = [_read(value, shape, name) | {"id": key}]


def _read(value: str, shape: type[msgspec.Struct], name: str) -> Data:
    try:
        point = msgspec.json.decode(value, type=shape)
    except msgspec.MsgspecError:
        sentence = "This mark could not be read. Take it off and tap again."
        raise InvalidInput(sentence, **{name: sentence}) from None
    if isinstance(point, Mark):
        _check(point, name)
    plain: Data = msgspec.to_builtins(point)
    return plain


def _check(mark: Mark, name: str) -> None:
    if mark.code not in CONDITION_WORDS:
        sentence = f"“{mark.code}” is not a condition code."
        raise InvalidInput(sentence, **{name: sentence})
    for text in (mark.position, mark.note):
        refuse_card_number(text, name)


def marks_of(piece: Data) -> list[Data]:
    """Everything marked: on the pictures, and from the list what is not on one."""
    tapped = [_placed(point, piece) for point in piece.get("points", [])]
    said = {(point["code"], point["position"]) for point in tapped}
    listed = [{"code": code, "position": where} for code, where in piece["marks"].items() if (code, where) not in said]
    return [*tapped, *listed]


def stones_of_piece(piece: Data) -> list[Data]:
    """The points of the stones counted by tapping."""
    return [_placed(spot, piece) for spot in _spots(piece)]


def tapped_stones(piece: Data) -> int:
    """How many stones were counted by tapping."""
    return len(_spots(piece))


def frames_of(piece: Data) -> Data:
    """Where 12 is, by picture."""
    frames: Data = piece.get("frames", {})
    return {name: frame for name, frame in frames.items() if not _is_odd({"picture": name}, piece)}


def _spots(piece: Data) -> list[Data]:
    return [spot for spot in piece.get("spots", []) if not _is_odd(spot, piece)]


def _placed(point: Data, piece: Data) -> Data:
    """A point as it is kept. On a drawing of another kind, chosen before the kind was, it has no place."""
    plain = {key: value for key, value in point.items() if key != "id"}
    return plain | {"picture": "", "x": None, "y": None} if _is_odd(point, piece) else plain


def _is_odd(point: Data, piece: Data) -> bool:
    return point["picture"] in DRAWINGS and point["picture"] not in drawings_for(piece.get("kind", ""))


async def marking_of(piece: Data, photos: list[Data]) -> Data:
    """What the marking component needs for one piece of a draft: its codes, pictures and points so far."""
    kind = piece.get("kind", "")
    there = {photo["id"] for photo in photos}
    fields = [
        (f"point-{point['id']}", _shown(_placed(point, piece), there)) for point in piece.get("points", [])
    ]
    fields += [(f"spot-{spot['id']}", _plain(spot)) for spot in _spots(piece) if _is_there(spot, there)]
    fields += [(f"frame-{name}", json.dumps(frame)) for name, frame in piece.get("frames", {}).items()]
    fields += [(f"seen-{key}", answer) for key, answer in piece.get("seen", {}).items()]
    known = piece.get("piece_id")
    before = await last_condition(known) if known else None
    pictures = [(one["id"], one["large"], angle_words(one["angle"]) if one["angle"] else "") for one in photos]
    return marking_data(kind, pictures, fields=fields, before=before)


def agreed_condition(piece: Data, photos: list[Data]) -> Seen:
    """What the customer's paper will say of this piece, to be read before signing."""
    row = {
        "marks": marks_of(piece), "found_marks": [], "stone_points": stones_of_piece(piece),
        "mark_frames": frames_of(piece),
    }  # fmt: skip
    return seen(row, {photo["id"] for photo in photos}, for_customer=True)


def _is_there(point: Data, photos: set[str]) -> bool:
    return point["picture"] in photos or point["picture"] in DRAWINGS


def _shown(point: Data, photos: set[str]) -> str:
    """A mark whose photo was taken away keeps its words."""
    if not _is_there(point, photos):
        point = point | {"picture": "", "x": None, "y": None}
    return _plain(point)


def _plain(point: Data) -> str:
    return json.dumps({key: value for key, value in point.items() if key != "id"})


def is_marked(piece: Data) -> bool:
    """Whether the condition was looked at: anything marked, on a picture or from the list."""
    return bool(piece["marks"] or piece.get("points") or piece.get("spots"))
