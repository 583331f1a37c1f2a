"""Risks are specific: drawn from the work, the stones and what was seen; nothing is said that does not apply."""

import pytest

from workshop.record.pieces.risks import (
    _RULES,
    HEAT,
    POLISH,
    SEALS,
    SETTING,
    SIZING,
    WET,
    Case,
    lines_for,
    on_one_paper,
)
from workshop.record.prices.pricebook import STARTER
from workshop.record.trade import CONDITION_WORDS


@pytest.mark.parametrize(
    ("case", "said"),
    [
        (Case(["RS-UP"], ["emerald"]), "filled with oil"),
        (Case(["PL-CLN"], ["Opal, white"]), "craze"),
        (Case(["PR-TIP"], ["tanzanite"]), "split along their grain"),
        (Case(["ER-POST"], ["cultured pearl"]), "Pearl, coral"),
        (Case(["RS-DN"], ["turquoise"]), "change colour"),
        (Case(["PL-CLN"], ["topaz"], words="coated topaz"), "coating"),
        (Case(["RS-UP"], ["ruby"], ["FIL"]), "treated in ways"),
        (Case(["ST-TGT"], ["diamond"], ["CHP"]), "break further"),
        (Case(["ST-TGT"], ["diamond"], words="invisible setting"), "Invisible setting"),
        (Case(["PL-CLN"], ["diamond"], ["PRW"]), "Dirt can hold a stone"),
        (Case(["PL-CLN"], ["diamond"], ["GLU"]), "Glue was found"),
        (Case(["CH-SLD"], marks=["HLW"]), "thin walls"),
        (Case(["RS-UP"], marks=["THN"]), "does not make it stronger"),
        (Case(["RS-UP"], marks=["PRV"]), "earlier solder"),
        (Case(["PR-TIP"], age_years=90, kind="ring"), "An old piece"),
        (Case(["PL-REF"], marks=["PLW"]), "worn plating"),
        (Case(["RS-UP"], is_engraved=True), "engraving already on it"),
        (Case(["WB-WR"], marks=["MST"], kind="watch"), "Moisture"),
        (Case(["WP-TST"], kind="watch", age_years=40), "may not become water-resistant"),
        (Case(["RH-PLT"], book_lines=["Rhodium wears with use."]), "Rhodium wears"),
    ],
)
def test_each_risk_is_named_where_it_applies(case: Case, said: str) -> None:
    assert any(said in line for line in lines_for(case)), lines_for(case)


def test_a_plain_diamond_ring_made_bigger_carries_no_risk_of_other_stones() -> None:
    assert lines_for(Case(["RS-UP", "PL-CLN"], ["diamond"], ["SCR"], "Solitaire", "ring", 5)) == []


def test_what_the_shop_suspects_is_not_told() -> None:
    lines = " ".join(lines_for(Case(["RS-UP", "ST-TGT"], ["ruby"], ["FIL", "SYN?", "CPY"]))).lower()
    assert "suspect" not in lines and "fill" not in lines and "copy" not in lines


def test_a_risk_of_one_piece_of_several_says_which() -> None:
    assert on_one_paper([["a", "b"], ["a"], ["b"]]) == ["Pieces 1, 2: a", "Pieces 1, 3: b"]
    assert on_one_paper([["a"], ["a"]]) == ["a"]


def test_every_code_the_rules_speak_of_is_one_the_shop_uses() -> None:
    book = {item["code"] for item in STARTER}
    assert book >= HEAT | SETTING | WET | POLISH | SIZING | SEALS
    for code in ("FIL", "SYN?", "FRC", "CHP", "ABR", "PRW", "GLU", "HLW", "THN", "CRK", "PRV", "POR", "PLW", "MST"):
        assert code in CONDITION_WORDS
    assert len({line for _, line in _RULES}) == len(_RULES)
