"""Prices come from the book, explain themselves, and never surprise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop import money
from workshop.errors import InvalidInput
from workshop.record.cards import has_card_number
from workshop.record.prices.pricebook import STARTER
from workshop.record.prices.prices import DRIVERS, METALS, quote, rush_cents
from workshop.record.trade import size_in_words

BOOK = {item["code"]: item for item in STARTER}


@pytest.mark.parametrize(
    ("code", "drivers", "cents"),
    [
        ("RS-UP", {"metal": "14k", "sizes": "1"}, 5800),
        ("RS-UP", {"metal": "14k", "sizes": "2"}, 8600),
        ("RS-UP", {"metal": "14k", "sizes": "1.5"}, 7200),
        ("RS-UP", {"metal": "platinum", "sizes": "1"}, 11020),
        ("RS-UP", {"metal": "14k", "sizes": "1", "width_mm": "4", "stones": "13"}, 9800),
        ("PR-TIP", {"metal": "14k", "prongs": "4"}, 2300 + 3 * 1300),
        ("ST-TGT", {"stones": "4"}, 2500),
        ("ST-TGT", {"stones": "13"}, 5000),
        ("EN-MCH", {"characters": "12"}, 2900),
        ("PL-CLN", {}, 0),
        ("CH-SLD", {"metal": "silver"}, 1820),
    ],
)
def test_the_book_says(code: str, drivers: dict[str, str], cents: int) -> None:
    assert quote(BOOK[code]["rule"], drivers).cents == cents


def test_too_many_stones_ask_for_an_estimate_instead_of_guessing() -> None:
    assert "estimate" in quote(BOOK["ST-TGT"]["rule"], {"stones": "40"}).by_quote


@pytest.mark.parametrize("value", ["-1", "NaN", "1e9", "a few", "Infinity"])
def test_a_driver_that_makes_no_sense_is_refused_by_name(value: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        quote(BOOK["RS-UP"]["rule"], {"sizes": value})
    assert "sizes" in refused.value.fields


@given(
    code=st.sampled_from(sorted(BOOK)),
    metal=st.sampled_from(sorted(METALS)),
    numbers=st.fixed_dictionaries({name: st.integers(0, most) for name, (_, _, most) in DRIVERS.items() if most}),
)
def test_every_price_is_whole_cents_and_equals_its_own_reasons(code: str, metal: str, numbers: dict[str, int]) -> None:
    priced = quote(BOOK[code]["rule"], {"metal": metal, **numbers})
    assert isinstance(priced.cents, int)
    assert priced.cents >= 0
    assert priced.cents == sum(cents for _, cents in priced.why)


@given(st.integers(0, 10_000_000))
def test_a_rush_never_costs_less_than_the_fee(labour: int) -> None:
    assert rush_cents(labour, per_mille=500, minimum_cents=1500) >= 1500


@given(st.integers(0, 10**9))
def test_money_shown_is_money_read(cents: int) -> None:
    assert money.parse(money.show(cents)) == cents


@pytest.mark.parametrize("text", ["4111 1111 1111 1111", "card: 5555-5555-5555-4444", "378282246310005"])
def test_a_card_number_is_known_for_what_it_is(text: str) -> None:
    assert has_card_number(text)


@pytest.mark.parametrize("text", ["HR-24817", "+1 212 555 0111", "7548-700B", "serial 1234567890123"])
def test_numbers_of_the_trade_are_not_taken_for_cards(text: str) -> None:
    assert not has_card_number(text)


def test_sizes_are_said_in_words_too() -> None:
    assert size_in_words("7.5") == "seven and a half"
    assert size_in_words("6") == "six"
