"""What a visit comes to: packages, rush and discounts, to the cent, and said line by line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop.record.prices.prices import RushRule
from workshop.record.prices.reckoning import RUSH, Bargain, Line, Package, reckon, spread

FACTOR = RushRule("factor", 500, 1500, 2500)
FEE = RushRule("fee", 500, 1500, 2500)
SPA = Package(1, "Ring spa", ("PL-CLN", "ST-TGT", "RH-PLT"), price_cents=7000)
TENTH = Package(2, "Tenth off", ("ST-TGT", "RH-PLT"), off_per_mille=100)


def a_line(code: str, cents: int, extra: int = 0, package: Package | None = None, *bargains: Bargain) -> Line:
    why = [("Labour and material", cents)] + ([("More stones", extra)] if extra else [])
    return Line(code, cents + extra, why, cents, package, list(bargains))


def ring_spa(package: Package | None = SPA, extra: int = 0) -> list[Line]:
    return [
        a_line("PL-CLN", 0, 0, package), a_line("ST-TGT", 2500, extra, package), a_line("RH-PLT", 5500, 0, package)
    ]  # fmt: skip


def total(pieces: list[list[Line]]) -> int:
    return sum(line.cents for lines in pieces for line in lines)


def test_a_package_costs_its_price_and_each_line_says_its_part() -> None:
    lines = ring_spa()
    reckon([lines])
    assert total([lines]) == 7000
    assert [line.package_off for line in lines] == [0, 313, 687]  # of the ten dollars off, by what each costs
    assert ("Ring spa package", -687) in lines[2].reasons


def test_what_drivers_add_comes_on_top_of_a_package_price() -> None:
    lines = ring_spa(extra=2500)
    reckon([lines])
    assert total([lines]) == 7000 + 2500


def test_a_package_that_lost_a_line_is_single_prices_again() -> None:
    lines = ring_spa()[1:]
    reckon([lines])
    assert total([lines]) == 8000
    assert all(line.package is None for line in lines)


def test_a_package_never_costs_more_than_its_lines() -> None:
    dear = Package(3, "Dear", ("PL-CLN", "ST-TGT", "RH-PLT"), price_cents=99_00)
    lines = ring_spa(dear)
    reckon([lines])
    assert total([lines]) == 8000


def test_a_package_on_one_piece_is_not_completed_by_another() -> None:
    first, second = ring_spa()[:1], ring_spa()[1:]
    reckon([first, second])
    assert total([first, second]) == 8000


def test_percent_off_covers_what_drivers_add() -> None:
    lines = [a_line("ST-TGT", 2500, 2500, TENTH), a_line("RH-PLT", 5500, 0, TENTH)]
    reckon([lines])
    assert [line.cents for line in lines] == [4500, 4950]


@pytest.mark.parametrize(
    ("rule", "work", "rush"),
    [(FACTOR, [[10_000]], [5000]), (FACTOR, [[1000]], [1500]), (FACTOR, [[1000], [1000]], [750, 750]),
     (FEE, [[10_000], [30_000]], [625, 1875]), (FACTOR, [[0]], [1500]), (FACTOR, [[0], [0]], [750, 750])],
)  # fmt: skip
def test_the_rush_is_shared_by_what_each_piece_costs(rule: RushRule, work: list[list[int]], rush: list[int]) -> None:
    pieces = [[a_line("PL-REF", cents) for cents in lines] for lines in work]
    reckon(pieces, rule)
    assert [line.cents for lines in pieces for line in lines if line.code == RUSH] == rush


def test_the_rush_is_of_the_package_price_and_a_discount_covers_the_rush() -> None:
    lines = ring_spa()
    reckon([lines], FACTOR, [Bargain("10 % off, goodwill", per_mille=100)])
    assert total([lines]) == (7000 + 3500) * 9 // 10


def test_reckoning_twice_is_reckoning_once() -> None:
    lines = [a_line("PL-REF", 4000, 0, None, Bargain("Discount, match", cents=500))]
    pieces = [lines, ring_spa()]
    for _ in range(3):
        reckon(pieces, FACTOR, [Bargain("Discount, goodwill", cents=1000)])
    assert total(pieces) == 4000 + 7000 + 5500 - 500 - 1000


def test_nothing_is_let_off_below_nothing() -> None:
    lines = [a_line("PL-REF", 4000, 0, None, Bargain("Discount, goodwill", cents=9000))]
    reckon([lines], None, [Bargain("Discount, goodwill", cents=9000)])
    assert total([lines]) == 0


BARGAINS = st.one_of(
    st.integers(1, 1000).map(lambda n: Bargain("share", per_mille=n)),
    st.integers(1, 50_000).map(lambda n: Bargain("amount", cents=n)),
)
LINES = st.builds(
    a_line, st.sampled_from(SPA.codes), st.integers(0, 90_000), st.integers(0, 9000),
    st.sampled_from([None, SPA, TENTH]),
)


@given(st.lists(st.lists(LINES, min_size=1, max_size=4), min_size=1, max_size=3), st.lists(BARGAINS, max_size=2),
       st.sampled_from([None, FACTOR, FEE]))  # fmt: skip
def test_every_line_equals_its_own_reasons_and_is_never_negative(
    pieces: list[list[Line]], on_all: list[Bargain], rush: RushRule | None
) -> None:
    reckon(pieces, rush, on_all)
    for line in (line for lines in pieces for line in lines):
        assert line.cents == sum(cents for _, cents in line.reasons)
        assert line.cents >= 0


@given(st.integers(0, 10**7), st.lists(st.integers(0, 10**6), min_size=1, max_size=9))
def test_an_amount_spread_is_the_amount(cents: int, weights: list[int]) -> None:
    parts = spread(cents, weights)
    assert sum(parts) == cents
    assert all(part >= 0 for part in parts)
    if cents <= sum(weights):
        assert all(part <= weight for part, weight in zip(parts, weights, strict=True))
