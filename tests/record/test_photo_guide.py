"""Which photos a piece is taken in with: by kind, more for dear pieces, lowered by the shop that wants so."""

import json
from xml.etree import ElementTree

import pytest

from workshop.record.pieces.photo_guide import ANGLES, CLOSE_UP, Guide, angle_words, guide_for
from workshop.record.tables import Shop
from workshop.record.trade import KINDS
from workshop.web.pages import STATIC


def a_shop(**rules: object) -> Shop:
    given = {"photo_minimum": 2, "photo_minimum_valuable": 4, "valuable_cents": 500_000, "photo_guide": "{}"}
    return Shop(**(given | rules))


def test_every_kind_of_piece_has_its_angles_and_every_angle_its_outline() -> None:
    assert set(ANGLES) == set(KINDS)
    drawn = {one.get("id") for one in ElementTree.parse(STATIC / "angles.svg").getroot()}
    assert drawn == {f"{kind}-{angle}" for kind, angles in ANGLES.items() for angle in angles}


@pytest.mark.parametrize(
    ("taken", "said"),
    [
        ([], "Still to take: top, side with hallmark."),
        (["top"], "Still to take: side with hallmark."),
        (["hallmark"], "Still to take: top."),
        (["top", "top", CLOSE_UP], "Still to take: side with hallmark."),  # close-ups stand for no side
        (["top", "hallmark"], ""),
        (["", ""], ""),  # from another program, nobody said which: they are believed
        (["", "top"], ""),
    ],
)
def test_what_is_missing_is_named(taken: list[str], said: str) -> None:
    assert guide_for(a_shop(), "ring").sentence(taken) == said


def test_a_dear_piece_needs_more_and_a_shop_may_ask_for_less() -> None:
    assert guide_for(a_shop(), "ring", 500_000).minimum == 2
    assert guide_for(a_shop(), "ring", 500_001).required == ["top", "hallmark", "inside", "setting"]
    assert guide_for(a_shop(valuable_cents=0), "ring", 99_000_000).minimum == 2
    assert guide_for(a_shop(photo_minimum=0), "brooch").sentence([]) == ""
    own = json.dumps({"ring": {"minimum": 1, "angles": ["inside", "top"]}, "watch": {"valuable": 3}})
    assert guide_for(a_shop(photo_guide=own), "ring").required == ["inside"]
    assert len(guide_for(a_shop(photo_guide=own), "ring").angles) == len(ANGLES["ring"])
    assert guide_for(a_shop(photo_guide=own), "watch", 900_000).minimum == 3


def test_no_kind_can_ask_for_more_angles_than_it_has() -> None:
    assert guide_for(a_shop(photo_minimum=12), "watch").minimum == len(ANGLES["watch"])


def test_an_angle_keeps_its_words_whatever_the_kind() -> None:
    assert angle_words("caseback") == "Case back" and angle_words("my own words") == "my own words"
    assert Guide({"top": "Top"}, 1).words(CLOSE_UP) == "Close-up"
