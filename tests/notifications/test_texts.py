"""The words customers read."""

from itertools import product

import pytest
from jinja2 import UndefinedError

from notifications.quiet_hours import Purpose
from notifications.texts import LANGUAGES, Template, render
from notifications.texts.nouns import ENGLISH, SPANISH, Noun
from notifications.words import is_gsm7, is_one_segment

LINK = "https://repairs.alderandfinch.example/t/K7Q2M"  # 45 letters
LONGEST = {
    "shop": "Alder, Finch & Daughters",  # 24 letters
    "link": LINK,
    "till": "18:30",
    "promise": "Wed 30 Sep",
    "phone": "(202) 555-0100",
    "code": "123456",
    "words": "Yes, we are open till six today.",
}


EVERY_TEXT = list(product(Template, LANGUAGES, ENGLISH))


def test_the_yardstick_is_long_enough() -> None:
    assert (len(LINK), len(LONGEST["shop"])) == (45, 24)


@pytest.mark.parametrize(("template", "language", "kind"), EVERY_TEXT)
def test_every_text_is_one_segment_with_the_longest_facts(
    template: Template, language: str, kind: str
) -> None:
    text = render(template, language, kind=kind, **LONGEST)
    assert is_gsm7(text)
    assert is_one_segment(text), f"{len(text)}: {text}"
    assert LONGEST["shop"] in text


@pytest.mark.parametrize("template", [t for t in Template if t.purpose is not Purpose.ANSWER])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_ours_ends_in_a_link_one_can_tap(template: Template, language: str) -> None:
    words = render(template, language, kind="ring", **LONGEST).split()
    assert words.count(LINK) == 1


@pytest.mark.parametrize(("template", "language", "kind"), EVERY_TEXT)
def test_no_text_takes_a_value_metal_stones_or_name(
    template: Template, language: str, kind: str
) -> None:
    secrets = {
        "value": "$4,200",
        "metal": "platinum",
        "stones": "13 diamonds",
        "name": "Rosa Bennett",
    }
    text = render(template, language, kind=kind, **LONGEST, **secrets)
    assert not any(secret in text for secret in secrets.values())
    assert text == render(template, language, kind=kind, **LONGEST)


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_the_kind_of_piece_is_named(language: str) -> None:
    text = render("ready_for_pickup", language, kind="platinum ring with 13 diamonds", **LONGEST)
    assert "platinum" not in text
    assert render("ready_for_pickup", language, kind="piece", **LONGEST) == text


def test_the_ready_text_sounds_like_a_person() -> None:
    facts = {"shop": "Alder & Finch", "till": "6", "link": "http://s.example/t/K7"}
    english = "Your ring is ready at Alder & Finch. Open till 6. Details: http://s.example/t/K7"
    assert render("ready_for_pickup", "en", kind="ring", **facts) == english
    assert render("ready_for_pickup", "en-US", kind="Ring ", **facts) == english
    assert render("ready_for_pickup", "fr", kind="ring", **facts) == english
    assert render("ready_for_pickup", "en", kind="earrings", **facts).startswith(
        "Your earrings are"
    )
    spanish = render("ready_for_pickup", "es_MX", kind="bracelet", **facts)
    assert spanish.startswith("Su pulsera esta lista en Alder & Finch. Abierto hasta las 6.")
    several = render("ready_for_pickup", "es", kind="pieces", **facts)
    assert several.startswith("Sus piezas estan listas en")


def test_a_shop_closed_today_and_an_open_price_leave_no_gap() -> None:
    facts = {"shop": "Alder & Finch", "link": "http://s.example/t/K7", "kind": "watch"}
    ready = "Your watch is ready at Alder & Finch. Details: http://s.example/t/K7"
    assert render("ready_for_pickup", "en", **facts) == ready
    assert render("taken_in", "en", **facts).startswith("Alder & Finch: we have your watch. Follow")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_missing_fact_is_an_error_not_a_hole(language: str) -> None:
    with pytest.raises(UndefinedError):
        render("ready_for_pickup", language, shop="Alder & Finch", kind="ring")


def test_a_shop_name_cannot_break_the_line_or_bring_wide_letters() -> None:
    text = render("thank_you", "en", shop="Æther’s\nFine “Work”", link=LINK, kind="ring")
    assert 'Æther\'s Fine "Work"' in text


def test_only_the_cleaning_reminder_needs_marketing_consent() -> None:
    by_purpose = {purpose: {t for t in Template if t.purpose is purpose} for purpose in Purpose}
    assert by_purpose[Purpose.MARKETING] == {Template.CLEANING_REMINDER}
    assert by_purpose[Purpose.ANSWER] == {
        Template.STOP_CONFIRMATION, Template.START_CONFIRMATION, Template.HELP_ANSWER, Template.REPLY,
    }  # fmt: skip


@pytest.mark.parametrize("template", ["taken_in", "cleaning_reminder", "help_answer"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_first_texts_and_offers_say_how_to_stop(template: str, language: str) -> None:
    assert "STOP" in render(template, language, kind="ring", **LONGEST)


@pytest.mark.parametrize(("template", "language", "kind"), EVERY_TEXT)
def test_no_text_asks_for_a_word_that_means_something_else(
    template: Template, language: str, kind: str
) -> None:
    words = render(template, language, kind=kind, **LONGEST).replace(".", " ").split()
    assert not {"YES", "CANCEL", "END", "QUIT"} & set(words)


def test_both_languages_know_the_same_pieces() -> None:
    assert ENGLISH.keys() == SPANISH.keys()
    assert Noun("x", is_plural=True, is_feminine=True).agree("listo") == "listas"
