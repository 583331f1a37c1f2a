"""The fields of a take-in: where each one is kept, how long it may be, and what is odd about what was typed."""

import re
from collections.abc import Callable
from typing import Any

from intake.marking import is_mark_field, set_mark
from workshop import money
from workshop.errors import InvalidInput, NotFound
from workshop.record.cards import refuse_card_number
from workshop.record.customers.customers import normalise_phone
from workshop.record.pieces.engraving import LONGEST
from workshop.record.trade import CONDITION_WORDS

Data = dict[str, Any]

WHO = {"last_name": 60, "first_name": 60, "phone": 40, "email": 120, "language": 5, "allergies": 120}
END = {
    "promise_on": 10, "promise_reason": 200, "promise_offered": 10,
    "is_rush": 3, "price_terms": 20, "not_above": 20, "collectors": 200, "note": 500,
    "may_text": 3, "may_market": 3, "signature": 300_000, "is_discreet": 3, "risks_explained": 16,
    "deposit": 12, "deposit_tender": 6, "deposit_last_four": 4,
}  # fmt: skip
TICKS = ("is_rush", "may_text", "may_market", "is_discreet", "risks_explained")
PIECE = {
    "kind": 20, "description": 160, "metal": 20, "metal_basis": 20, "stamp": 120, "serial": 60,
    "reference": 60, "engraving": 160, "origin": 20, "made_about": 4, "customer_says": 300,
    "size_now": 10, "size_wanted": 10, "declared_value": 20, "declared_words": 120, "shown_under_loupe": 3,
    "weight_g": 12, "seal_no": 20,
}  # fmt: skip
STONE = {"identity": 40, "count": 4, "shape": 20, "position": 40, "basis": 20, "nature": 20}
ENGRAVING = {"text": LONGEST, "again": LONGEST, "font": 10, "side": 10, "place": LONGEST, "sample": 3}


def set_field(data: Data, name: str, values: list[str], place: int | None) -> None:
    """Put one field where it belongs, as typed: half a number is kept too. Raises InvalidInput for what cannot be kept.

    What is odd about it is told by `oddity`, so that nothing anybody typed is lost for being unfinished.
    """
    value = values[-1] if values else ""
    if place is None:
        _refuse_card(value, name)
        _set_plain(data, name, value, WHO | END)
        return
    piece = piece_at(data, place)
    if is_mark_field(name):
        set_mark(piece, name, value)
        return
    _refuse_card(value, name)
    if name == "marks":
        codes = [code for code in values if code in CONDITION_WORDS]
        piece["marks"] = {code: piece["marks"].get(code, "") for code in codes}
    elif found := _MARK.fullmatch(name):
        if found[1] in piece["marks"]:
            piece["marks"][found[1]] = value[:40]
    elif found := _ROW.fullmatch(name):
        _set_row(piece, found[1], int(found[2]), found[3], value)
    else:
        _set_plain(piece, name, value, PIECE)


def _refuse_card(value: str, name: str) -> None:
    if name not in ("signature", "phone", "serial", "reference"):
        refuse_card_number(value, name)


def _set_plain(target: Data, name: str, value: str, allowed: dict[str, int]) -> None:
    if name not in allowed:
        raise InvalidInput(f"There is no field “{name}”.", **{name: "Not a field."})
    if len(value) > allowed[name]:
        sentence = f"At most {allowed[name]} characters."
        raise InvalidInput(sentence, **{name: sentence})
    target[name] = value


def _set_row(piece: Data, kind: str, index: int, name: str, value: str) -> None:
    if kind == "stone":
        _set_plain(_at(piece["stones"], index, "stone"), name, value, STONE)
    elif kind == "engraving":
        task = _at(piece["tasks"], index, "line of work")
        _set_plain(task.setdefault("engraving", {}), name, value, ENGRAVING)
    else:
        _set_driver(_at(piece["tasks"], index, "line of work"), name, value)


def _set_driver(task: Data, name: str, value: str) -> None:
    if name == "quantity":
        task["quantity"] = int(value) if value.isdigit() and 0 < int(value) < 100 else 1
    elif name == "price":
        task["price"] = value[:12]
    else:
        task["drivers"][name[:20]] = value[:20]


def field_now(data: Data, name: str, place: int | None) -> list[str]:
    """What a field holds now, as a form would send it; empty when it holds nothing, or is gone."""
    if place is None:
        return [str(data.get(name) or "")]
    if not 0 <= place < len(data["pieces"]):
        return [""]
    piece = data["pieces"][place]
    if name == "marks":
        return list(piece["marks"]) or [""]
    if found := _MARK.fullmatch(name):
        return [piece["marks"].get(found[1], "")]
    if found := _ROW.fullmatch(name):
        return [_row_now(piece, found[1], int(found[2]), found[3])]
    return [str(piece.get(name) or "")]


def _row_now(piece: Data, kind: str, index: int, name: str) -> str:
    rows = piece["stones"] if kind == "stone" else piece["tasks"]
    if index >= len(rows):
        return ""
    row = rows[index]
    if kind == "task" and name not in ("quantity", "price"):
        row = row["drivers"]
    elif kind == "engraving":
        row = row.get("engraving", {})
    return str(row.get(name) or "")


def oddity(name: str, value: str) -> str:
    """Why a value as it stands could not be signed for; empty when it could. Said beside the field, no more."""
    check = _CHECKS.get(name.rsplit("-", 1)[-1] if name.startswith("stone-") else name)
    if check is None or not value.strip():
        return ""
    try:
        check(value)
    except InvalidInput as error:
        return error.message
    return ""


def _check_email(value: str) -> None:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value.strip()):
        raise InvalidInput(f"“{value}” is not an e-mail address.")


def _check_year(value: str) -> None:
    if not (value.isdigit() and 1000 <= int(value) <= 2100):
        raise InvalidInput("A year has four digits, like 1938.")


def _check_count(value: str) -> None:
    if not (value.isdigit() and 0 < int(value) <= 500):
        raise InvalidInput("How many stones? A number from 1 to 500.")


_MARK = re.compile(r"mark-(\S+)-position")
_ROW = re.compile(r"(stone|task|engraving)-(\d+)-(\w+)")
_CHECKS: dict[str, Callable[[str], object]] = {
    "phone": normalise_phone, "email": _check_email, "made_about": _check_year, "count": _check_count,
    "declared_value": lambda value: money.parse(value, "declared_value"),
    "weight_g": lambda value: money.parse(value, "weight_g"),
    "not_above": lambda value: money.parse(value, "not_above"),
}  # fmt: skip


def piece_at(data: Data, place: int) -> Data:
    """The piece at a place of the draft (0 is the first)."""
    return _at(data["pieces"], place, "piece")


def place_of(data: Data, code: str) -> int:
    """Where the piece of a code stands; NotFound when another tablet took it off."""
    places = [place for place, piece in enumerate(data["pieces"]) if piece["code"] == code]
    if not places:
        raise NotFound("This piece is not on the ticket any more. Another tablet may have taken it off.")
    return places[0]


def _at(things: list[Data], index: int, word: str) -> Data:
    if not 0 <= index < len(things):
        raise NotFound(f"There is no such {word} any more. Another tablet may have taken it off.")
    return things[index]
