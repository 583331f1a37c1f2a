"""Words to engrave agree letter by letter, or it is said where they part."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop.record.pieces.engraving import Engraving, compare, difference, letters, tidy
from workshop.record.trade import SIZES, size_in_words


@pytest.mark.parametrize(
    ("first", "again", "said"),
    [
        ("A & B", "A & B", ""),
        ("  A & B ", "A & B", ""),  # blanks at the ends are cut by nobody
        ("A & B", "A & b", "Sign 5 differs: capital “B” the first time, “b” the second."),
        ("A & B", "A and B", "Sign 3 differs: “&” the first time, “a” the second."),
        ("Noel", "Noël", "Sign 3 differs: “e” the first time, “ë” the second."),
        ("A  B", "A B", "Sign 3 differs: a blank the first time, capital “B” the second."),
        ("12.6.26", "12.6.2", "Sign 7 differs: “6” the first time, nothing the second."),
        ("'til", "’til", "Sign 1 differs: “'” the first time, “’” the second."),
    ],
)
def test_where_two_typings_part_is_said_by_its_sign(first: str, again: str, said: str) -> None:
    assert difference(first, again) == said


def test_an_accent_typed_in_two_ways_is_the_same_letter() -> None:
    assert difference("Noe\u0308l", "Noël") == ""


@given(st.text(max_size=40), st.text(max_size=40))
def test_the_parts_side_by_side_are_the_whole_of_both(first: str, again: str) -> None:
    parts = compare(first, again)
    assert "".join(part.first for part in parts) == tidy(first)
    assert "".join(part.again for part in parts) == tidy(again)
    assert all(part.is_same for part in parts) == (difference(first, again) == "")


def test_blanks_cost_nothing_and_the_words_say_how() -> None:
    assert letters("A & B 12.6.26") == 10
    assert Engraving("EN-MCH", "A & B", "script", "inside", "by the hallmark").words == (
        "“A & B” (Script, inside, by the hallmark)"
    )
    assert Engraving("EN-HND", is_sample=True, place="crest on the card").words == (
        "from the drawing or sample (crest on the card)"
    )


@pytest.mark.parametrize(
    ("size", "words"),
    [("6", "six"), ("6.25", "six and a quarter"), ("7.5", "seven and a half"), ("10.75", "ten and three quarters")],
)
def test_a_ring_size_is_said_in_words_by_quarters(size: str, words: str) -> None:
    assert size in SIZES and size_in_words(size) == words
