"""How texts are measured and made plain."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.words import is_gsm7, is_one_segment, segments, to_gsm7


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 152 + "€" + "a" * 152, 3),  # the pair for € may not be cut at 153
        ("ü" * 160, 1),
        ("á" * 70, 1),
        ("á" * 71, 2),
        ("á" * 134, 2),
        ("á" * 135, 3),
        ("💍" * 35, 1),
        ("💍" * 36, 2),
        ("💍" * 67, 3),  # 33 rings to a joined segment, never half a ring
    ],
)
def test_segments_are_what_the_carrier_charges(text: str, count: int) -> None:
    assert segments(text) == count
    assert is_one_segment(text) == (count <= 1)


@pytest.mark.parametrize("letters", ["@£$¥èéùìòÇØøÅåΔΩÆæßÉ¤¡ÄÖÑÜ§¿äöñüà", "^{}\\[~]|€\f\n\r"])
def test_the_gsm_alphabet_is_known(letters: str) -> None:
    assert is_gsm7(letters)
    assert to_gsm7(letters) == letters


@pytest.mark.parametrize("letter", list("áíóúçÁ`“’–…\tœłжπ💍"))
def test_other_letters_are_not_gsm(letter: str) -> None:
    assert not is_gsm7(letter)


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("“Moreau’s” ring – ready…", '"Moreau\'s" ring - ready...'),
        ("está lista, señora Muñoz", "esta lista, señora Muñoz"),
        ("u\u0308ber", "über"),
        ("François\u00a0Łukasz\u200b", "Francois Lukasz"),
        ("Cœur ½", "Coeur 1/2"),
        ("ring 💍", "ring 💍"),
    ],
)
def test_letters_get_the_nearest_every_phone_shows(typed: str, sent: str) -> None:
    assert to_gsm7(typed) == sent


@given(st.text())
def test_making_plain_twice_changes_nothing_more(text: str) -> None:
    assert to_gsm7(to_gsm7(text)) == to_gsm7(text)


@given(st.text(min_size=1))
def test_segments_hold_what_they_must(text: str) -> None:
    assert 1 <= segments(text) <= len(text)
    assert segments(text) <= segments(text + "a")
