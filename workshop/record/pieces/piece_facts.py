"""The facts of a piece for people to read, in groups, each with the ground it stands on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from workshop.record.pieces.piece_words import length_in_words, metal_in_words, weight_in_words, with_ground
from workshop.record.tickets.work_done import day_in_words
from workshop.record.trade import size_in_words


@dataclass(frozen=True)
class Fact:
    """One line: what it is about, and what we say."""

    label: str
    words: str
    group: str = "what"


def facts_of(piece: Mapping[str, Any], today: date) -> list[Fact]:
    """What we know of a piece, line by line; what is not known is left out. No price, no person."""
    return [fact for fact in (*_what(piece), *_measures(piece), *_watch(piece, today), *_story(piece)) if fact.words]


def _what(piece: Mapping[str, Any]) -> list[Fact]:
    fineness = with_ground(piece["fineness"], piece["fineness_basis"]) if piece["fineness"] else ""
    return [
        Fact("Metal", metal_in_words(piece)), Fact("Fineness", fineness), Fact("Maker", piece["maker"]),
        Fact("Style no.", piece["style_no"]), Fact("Serial no.", piece["serial"]),
        Fact("Engraved", f"“{piece['engraving']}”" if piece["engraving"] else ""),
    ]  # fmt: skip


def _measures(piece: Mapping[str, Any]) -> list[Fact]:
    size = piece["ring_size"]
    return [
        Fact("Ring size", f"{size} ({size_in_words(size)})" if size else "", "measures"),
        Fact("Length", length_in_words(piece["length_mm"]), "measures"),
        Fact("Weight", weight_in_words(piece["weight_mg"]), "measures"),
    ]  # fmt: skip


def _watch(piece: Mapping[str, Any], today: date) -> list[Fact]:
    until, warranty = piece["warranty_until"], ""
    if until is not None:
        warranty = f"until {day_in_words(until)}" if until >= today else f"over since {day_in_words(until)}"
    return [
        Fact("Reference", piece["reference"], "watch"), Fact("Movement no.", piece["movement_no"], "watch"),
        Fact("Calibre", piece["calibre"], "watch"),
        Fact("Water resistance", f"marked {piece['water_bar']} bar" if piece["water_bar"] else "", "watch"),
        Fact("Maker’s warranty", warranty, "watch"),
        Fact("Last service", day_in_words(piece["serviced_on"]) if piece["serviced_on"] else "", "watch"),
    ]  # fmt: skip


def _story(piece: Mapping[str, Any]) -> list[Fact]:
    bought = f" on {day_in_words(piece['bought_on'])}" if piece["bought_on"] else ""
    origin = {"bought here": f"bought here{bought}", "heirloom": "heirloom", "elsewhere": f"bought elsewhere{bought}"}
    return [
        Fact("Where from", origin.get(piece["origin"], f"bought{bought}" if bought else ""), "story"),
        Fact("Made about", str(piece["made_about"] or ""), "story"),
    ]  # fmt: skip
