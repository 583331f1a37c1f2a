"""From what was typed to what is agreed: the draft read as a new ticket."""

from datetime import date
from typing import Any

from intake.draft_fields import Data
from intake.engraving_step import agreed, lines_that_engrave
from intake.marking import frames_of, marks_of, stones_of_piece, tapped_stones
from intake.risk_step import are_explained
from workshop import money
from workshop.errors import InvalidInput
from workshop.record.customers.customers import NewCustomer
from workshop.record.pieces.engraving import letters
from workshop.record.pieces.pieces import NewPiece, NewStone
from workshop.record.prices.bargains import NewDiscount
from workshop.record.prices.work import NewTask
from workshop.record.tickets.tickets import NewEnvelope, NewTicket


def task_of(task: Data, piece: Data) -> NewTask:
    """A line's drivers: its own, and what is already known of the piece (metal, stones, sizes)."""
    drivers = {"metal": piece.get("metal", ""), "stones": str(stone_count(piece)), "sizes": _sizes(piece)}
    if "engraving" in task and (count := letters(task["engraving"].get("text", ""))):
        drivers["characters"] = str(count)
    drivers |= {name: value for name, value in task["drivers"].items() if value != ""}
    price = money.parse(task["price"], "price") if task.get("price") else None
    return NewTask(
        task["code"], int(task.get("quantity", 1)), drivers, price, package=task.get("package"),
        discount=discount_of(task),
    )  # fmt: skip


def discount_of(typed: Data) -> NewDiscount | None:
    """What is let off a line, or (of the whole draft) everything."""
    kept = typed.get("discount")
    if not kept:
        return None
    return NewDiscount(kept["reason"], kept.get("per_mille"), kept.get("cents"), kept.get("words", ""))


def stone_count(piece: Data) -> int:
    """Stones counted at the counter: those tapped on the picture, else those in the list."""
    return tapped_stones(piece) or listed_stones(piece)


def listed_stones(piece: Data) -> int:
    """Stones as the list has them."""
    return sum(int(stone["count"]) for stone in piece["stones"] if str(stone.get("count", "")).isdigit())


def _sizes(piece: Data) -> str:
    try:
        steps = abs(float(piece.get("size_wanted") or "x") - float(piece.get("size_now") or "x"))
    except ValueError:
        return ""
    return f"{steps:g}"


def read_ticket(data: Data, risks: list[str]) -> NewTicket:
    """The draft as a new ticket, once nothing is missing; `risks` as drawn from it."""
    known = data.get("customer_id")
    return NewTicket(
        [_envelope(piece) for piece in data["pieces"]],
        customer_id=known,
        customer=None if known else _customer(data),
        promise_on=_day(data.get("promise_on", "")),
        promise_reason=data.get("promise_reason", ""),
        promise_offered=_day(data.get("promise_offered", "")),
        price_terms=data.get("price_terms") or "firm",
        not_above_cents=money.parse(data["not_above"], "not_above") if data.get("not_above") else None,
        is_rush=bool(data.get("is_rush")),
        is_discreet=bool(data.get("is_discreet")),
        collectors=[name.strip() for name in data.get("collectors", "").split(",") if name.strip()],
        note=data.get("note", ""),
        signature=data.get("signature", ""),
        may_text=bool(data.get("may_text")),
        may_market=bool(data.get("may_market")),
        risks=risks,
        risks_explained=are_explained(data, risks),
        discount=discount_of(data),
    )


def _customer(data: Data) -> NewCustomer:
    return NewCustomer(
        data["last_name"], data.get("first_name", ""), data.get("phone", ""), data.get("email", ""),
        data.get("language") or "en", data.get("allergies", ""),
    )  # fmt: skip


def _envelope(piece: Data) -> NewEnvelope:
    known = piece.get("piece_id")
    declared = piece.get("declared_value", "")
    return NewEnvelope(
        [task_of(task, piece) for task in piece["tasks"]],
        piece_id=known,
        piece=None if known else _piece(piece),
        code=piece["code"],
        declared_value_cents=money.parse(declared, "declared_value") if declared else None,
        declared_words=piece.get("declared_words", ""),
        marks=marks_of(piece),
        stone_points=stones_of_piece(piece),
        mark_frames=frames_of(piece),
        stone_count=stone_count(piece),
        shown_under_loupe=bool(piece.get("shown_under_loupe")),
        weight_mg=_milligrams(piece.get("weight_g", "")),
        size_now=piece.get("size_now", ""),
        size_wanted=piece.get("size_wanted", ""),
        customer_says=piece.get("customer_says", ""),
        seal_no=piece.get("seal_no", ""),
        engravings=[words for task in lines_that_engrave(piece) if (words := agreed(task))],
    )


def _piece(piece: Data) -> NewPiece:
    year = piece.get("made_about", "")
    return NewPiece(
        piece["kind"], piece.get("description", ""), piece.get("metal", ""), piece.get("metal_basis") or "appears",
        piece.get("stamp", ""), piece.get("serial", ""), piece.get("reference", ""), piece.get("engraving", ""),
        piece.get("origin", ""), int(year) if year.isdigit() else None,
        [_stone(stone) for stone in piece["stones"] if stone.get("identity") or stone.get("count")],
    )  # fmt: skip


def _stone(stone: dict[str, Any]) -> NewStone:
    count = str(stone.get("count", ""))
    return NewStone(
        stone.get("identity", ""), int(count) if count.isdigit() else 0, stone.get("nature", ""),
        stone.get("shape", ""), stone.get("position", ""), stone.get("basis") or "appears",
    )  # fmt: skip


def _milligrams(grams: str) -> int | None:
    return money.parse(grams, "weight_g") * 10 if grams else None


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput("That is not a date.", promise_on="Choose a day.") from None
