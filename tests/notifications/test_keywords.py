"""What replies mean: the law hangs on it."""

import pytest

from notifications.keywords import (
    HELP_WORDS,
    START_WORDS,
    STOP_WORDS,
    Keyword,
    keyword,
    looks_like_stop,
)

DRESS = ("{}", " {} ", "{}.", "{}!!!", "\n{}\t", '"{}"', "¡{}!", "{} 🙏", "*{}*", "_{}_")
SHAPES = (str.upper, str.lower, str.title, str.swapcase)


@pytest.mark.parametrize("dress", DRESS)
@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        *((word, Keyword.STOP) for word in sorted(STOP_WORDS)),
        ("opt out", Keyword.STOP),
        ("opt-out", Keyword.STOP),
        ("opt  out", Keyword.STOP),
        ("stop all", Keyword.STOP),
        *((word, Keyword.START) for word in sorted(START_WORDS)),
        *((word, Keyword.HELP) for word in sorted(HELP_WORDS)),
    ],
)
def test_a_keyword_alone_is_obeyed_in_any_dress(word: str, meaning: Keyword, dress: str) -> None:
    for shape in SHAPES:
        assert keyword(dress.format(shape(word))) is meaning


def test_the_words_are_the_ones_twilio_obeys() -> None:
    expected = {"stop", "unsubscribe", "end", "quit", "stopall", "revoke", "optout", "cancel"}
    assert expected == STOP_WORDS
    assert {"start", "yes", "unstop"} == START_WORDS
    assert {"help", "info"} == HELP_WORDS


def test_wide_letters_count_too() -> None:
    assert keyword("ＳＴＯＰ") is Keyword.STOP


@pytest.mark.parametrize(
    "text",
    [
        "", "?", "STOP PLEASE", "yes please", "Yes, go ahead", "cancel my appointment",
        "help me", "stopped", "The end", "OK 4821", "I want to start", "ring ends in 5",
    ],
)  # fmt: skip
def test_a_keyword_inside_a_sentence_is_not_a_keyword(text: str) -> None:
    assert keyword(text) is None


def test_twilios_own_reading_counts() -> None:
    assert keyword("arrêt", "STOP") is Keyword.STOP
    assert keyword("hello", "") is None
    assert keyword("stop", "nonsense") is Keyword.STOP


@pytest.mark.parametrize(
    "text",
    [
        "please stop texting me", "STOP PLEASE", "stop", "Don't text me anymore",
        "don’t text me", "Do not message this number", "no more texts please",
        "take me off your list", "Remove my number", "I want to opt out of these",
        "unsubscribe me please", "quit sending me messages", "leave me alone",
        "I no longer want to get your texts", "stop them now please, I mean it",
        "Wrong number", "ok stop thanks",
        "I revoke my consent", "No me escriban más", "no quiero más mensajes",
        "Dejen de mandarme mensajes", "deme de baja", "BAJA", "stop sending these sms",
        "enough with the texts",
    ],
)  # fmt: skip
def test_free_words_that_mean_stop_get_a_persons_attention(text: str) -> None:
    assert looks_like_stop(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "Thank you!", "Can I stop by at 5?", "Can I stop by?",
        "I'll stop in tomorrow", "Is my ring ready?",
        "The watch stops at night when I take it off", "Please text me when it is done",
        "I will be there at the end of the week", "yes", "help", "OK 4821", "Gracias, paso mañana",
        "What number do I call?",
    ],
)  # fmt: skip
def test_everyday_replies_raise_no_alarm(text: str) -> None:
    assert not looks_like_stop(text)
