"""What is said of metal, stones and marks stands on a ground, and says which (16 CFR 23)."""

from datetime import date
from decimal import Decimal

import pytest

from workshop.errors import InvalidInput
from workshop.record.pieces.piece_measures import (
    read_bar,
    read_carat,
    read_length,
    read_millimetres,
    read_weight,
    read_year,
)
from workshop.record.pieces.piece_words import (
    length_in_words,
    mark_in_words,
    metal_in_words,
    stone_in_words,
    weight_in_words,
)
from workshop.record.pieces.stamps import marks_in_line
from workshop.record.tickets.work_done import work_in_words
from workshop.record.trade import BASES

STONE = {
    "count": 1, "identity": "diamond", "nature": "not tested", "shape": "oval", "size_mm": None, "width_mm": None,
    "carat": None, "colour": "", "clarity": "", "position": "", "basis": "appears", "report_no": "", "laboratory": "",
    "inscription": "not looked",
}  # fmt: skip


@pytest.mark.parametrize("basis", BASES)
def test_a_bare_karat_is_never_said(basis: str) -> None:
    said = metal_in_words({"metal": "14k", "metal_basis": basis})
    assert said != "14K" and "14K" in said
    assert {"tested": "tests", "stamped": "stamped", "report": "report", "customer": "customer states",
            "appears": "not tested"}[basis] in said  # fmt: skip


def test_colour_is_seen_and_karat_is_stamped() -> None:
    assert metal_in_words({"metal": "14k", "metal_basis": "stamped", "metal_colour": "white"}) == "white, stamped 14K"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, "1 oval stone, appears diamond, not tested"),
        ({"basis": "customer"}, "1 oval stone, customer states diamond"),
        ({"basis": "customer", "nature": "natural"}, "1 oval stone, customer states natural diamond"),
        ({"basis": "tested"}, "1 oval diamond, tested; natural or laboratory-grown not tested"),
        ({"basis": "tested", "nature": "laboratory-grown"}, "1 oval laboratory-grown diamond, tested"),
        ({"basis": "tested", "nature": "imitation", "identity": "ruby", "count": 2, "shape": ""},
         "2 imitation rubies, tested"),
        ({"basis": "report", "nature": "natural", "report_no": "2141438171", "laboratory": "GIA",
          "carat": Decimal("1.02"), "size_mm": Decimal("7.10"), "width_mm": Decimal("5.20"), "colour": "G",
          "clarity": "VS2", "position": "centre", "inscription": "read"},
         "1 oval natural diamond, by GIA report 2141438171; 7.1 × 5.2 mm, 1.02 ct; colour G, clarity VS2; centre; "
         "inscription read"),
        ({"identity": "not known"}, "1 oval stone, not identified"),
        ({"count": 12, "shape": "round", "size_mm": Decimal("1.30"), "position": "halo", "inscription": "not found"},
         "12 round stones, appear diamonds, not tested; 1.3 mm; halo; no inscription found"),
        ({"count": 3, "carat": Decimal("0.25"), "identity": "cubic zirconia", "basis": "tested", "nature": "imitation"},
         "3 oval imitation cubic zirconia, tested; 0.25 ct each"),
    ],
)  # fmt: skip
def test_a_stone_is_said_with_its_ground(more: dict[str, object], said: str) -> None:
    assert stone_in_words(STONE | more) == said


@pytest.mark.parametrize(
    ("kind", "basis", "said"),
    [
        ("fineness", "stamped", "stamped “14K”, inside"), ("maker", "stamped", "maker’s mark “14K”, inside"),
        ("fineness", "appears", "fineness stamp, hard to read: “14K”, inside"),
        ("hallmark", "customer", "hallmark “14K”, customer states, inside"),
        ("other", "stamped", "marked “14K”, inside"),
    ],
)  # fmt: skip
def test_a_mark_is_said_as_it_reads(kind: str, basis: str, said: str) -> None:
    assert mark_in_words({"kind": kind, "basis": basis, "words": "14K", "position": "inside"}) == said


def test_marks_typed_in_one_line_become_marks() -> None:
    kinds = {one.words: one.kind for one in marks_in_line("14K, AF; 585,  sterling, PT950 , 1492")}
    assert kinds == {"14K": "fineness", "AF": "other", "585": "fineness", "sterling": "fineness", "PT950": "fineness",
                     "1492": "other"}  # fmt: skip


def test_weights_are_hundredths_of_a_gram_in_both_measures() -> None:
    read = [read_weight(typed) for typed in ("4.31", "4.314 g", " 2.77 dwt", "")]
    assert read == [4310, 4310, 4310, None]
    assert weight_in_words(4310) == "4.31 g · 2.77 dwt"
    assert weight_in_words(1555) == "1.56 g · 1.00 dwt"


@pytest.mark.parametrize(
    ("typed", "length", "said"),
    [("18", 457, "18 in (457 mm)"), ('16"', 406, "16 in (406 mm)"), ("45 cm", 450, "17.7 in (450 mm)"),
     ("450mm", 450, "17.7 in (450 mm)")],
)  # fmt: skip
def test_lengths_are_read_in_either_measure(typed: str, length: int, said: str) -> None:
    assert read_length(typed) == length
    assert length_in_words(length) == said


def test_other_measures() -> None:
    assert (read_bar("20"), read_bar("200 m"), read_bar("5 atm"), read_bar("")) == (20, 20, 5, None)
    assert read_millimetres("8 x 6 mm") == (Decimal(8), Decimal(6))
    assert read_millimetres("6,5") == (Decimal("6.5"), None)
    assert read_carat("1.02 ct") == Decimal("1.02")
    assert read_year("1938", date(2026, 1, 1)) == 1938


@pytest.mark.parametrize(
    ("read", "typed"),
    [(read_weight, "heavy"), (read_weight, "-3"), (read_weight, "99999"), (read_length, "18 furlongs"), (read_bar, "0"),
     (read_millimetres, "8x6x4"), (read_millimetres, "wide"), (read_carat, "NaN")],
)  # fmt: skip
def test_what_cannot_be_a_measure_is_refused_beside_its_field(read: object, typed: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read(typed, "box")  # type: ignore[operator]
    assert set(refused.value.fields) == {"box"}


def test_a_year_to_come_is_no_year_a_piece_was_made() -> None:
    with pytest.raises(InvalidInput):
        read_year("2031", date(2026, 1, 1))


TASK = {"code": "PR-TIP", "name": "Retip prongs", "drivers": '{"prongs": "4"}', "done_on": date(2022, 3, 2),
        "by_name": "Kai Lindqvist", "warranty_until": date(2023, 3, 8), "size_now": "", "size_wanted": ""}  # fmt: skip


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, "4 prongs retipped 2 Mar 2022 by Kai, warranty over"),
        ({"warranty_until": date(2026, 6, 1)}, "4 prongs retipped 2 Mar 2022 by Kai, warranty until 1 Jun 2026"),
        ({"drivers": {"prongs": "1"}, "warranty_until": None}, "1 prong retipped 2 Mar 2022 by Kai"),
        ({"code": "RS-UP", "drivers": "{}", "size_now": "6", "size_wanted": "7", "by_name": None,
          "warranty_until": None},
         "sized up from 6 to 7 on 2 Mar 2022"),
        ({"code": "ZZ-OWN", "name": "Our own polish", "drivers": "{}", "warranty_until": None},
         "our own polish 2 Mar 2022 by Kai"),
    ],
)  # fmt: skip
def test_earlier_work_is_a_sentence(more: dict[str, object], said: str) -> None:
    assert work_in_words(TASK | more, date(2026, 5, 1)) == said
